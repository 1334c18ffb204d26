/*
 * A router among a handful of peers who say anything at any time, with bounds so small that all of
 * them are hit.
 *
 * After every step the router is in order (sim/check_router.h). On the wire: no RPC is empty or too
 * large, nobody is grafted inside a backoff or before he knows that we follow the topic, nobody is
 * sent his own message or what his version does not know. Above: no id is delivered twice in its
 * lifetime, whoever follows a topic is told to once, own messages reach everybody who followed when
 * they were published. In the end nothing is left.
 */
#include "base/instant.h"
#include "gossipsub/router.h"
#include "harness/harness.h"
#include "sim/check_router.h"
#include "support/test_allocator.h"

#include <string.h>

#define PEERS 6
#define SELF 6u /* the number of our own peer id */
#define TOPICS 5u
#define NUMBERS 32u /* seqnos in use */
#define TICKETS_MAX 64
#define ROW_MAX 8

struct onlooker {
    bool is_here;
    enum gossipsub_version version;
    struct gossipsub_peer handle;
    bool follows[TOPICS];                    /* as told above */
    bool knows[TOPICS];                      /* that we follow it */
    struct gossip_instant kept_away[TOPICS]; /* in a backoff until then */
    bool is_owed[NUMBERS];                   /* our message of that number */
};

struct play {
    struct script script;
    struct test_allocator memory;
    struct gossipsub_limits limits;
    struct gossip_params params;
    struct gossipsub_router *router;
    struct gossip_instant now;
    struct onlooker peers[PEERS];
    bool is_joined[TOPICS];
    struct gossip_instant delivered[PEERS + 1][NUMBERS];
    uint64_t tickets[TICKETS_MAX];
    size_t ticket_count;
    unsigned published;
};

static const char *const topic_names[TOPICS] = {"tea", "cake", "milk", "rain", "a longer name"};

static struct gossip_bytes topic_of(uint32_t topic)
{
    return bytes_of_text(topic_names[topic]);
}

static uint32_t number_of_topic(struct gossip_bytes name)
{
    uint32_t topic = 0;
    while (topic < TOPICS && !bytes_equal(topic_of(topic), name))
        topic++;
    expect_at_most(topic, TOPICS - 1);
    return topic;
}

static struct gossip_peer_id id_of(uint32_t peer)
{
    struct gossip_peer_id id = {.size = 38, .data = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20}};
    memset(id.data + 6, (int)peer, 32);
    return id;
}

static uint32_t peer_of_id(struct gossip_bytes id)
{
    expect_equal(id.size, 38);
    expect_at_most(id.data[6], SELF);
    return id.data[6];
}

static uint32_t peer_of_handle(const struct play *play, struct gossipsub_peer handle)
{
    uint32_t peer = 0;
    while (peer < PEERS && (play->peers[peer].handle.index != handle.index ||
                               play->peers[peer].handle.generation != handle.generation))
        peer++;
    return peer;
}

/* ---- what the router tells --------------------------------------------------------------- */

static void see_delivery(struct play *play, const struct gossipsub_output *output)
{
    const struct wire_message *message = gossipsub_message_wire(output->message);
    struct gossip_instant *last =
        &play->delivered[peer_of_id(message->from)][message->seqno.data[7]];
    expect_true(play->is_joined[number_of_topic(output->topic)]);
    expect_true(
        last->us == 0 || instant_since(play->now, *last).us >= play->params.seen_lifetime.us);
    *last = play->now;
}

static void see_subscription(struct play *play, const struct gossipsub_output *output)
{
    uint32_t peer = peer_of_id(bytes_make(output->peer_id.data, output->peer_id.size));
    uint32_t topic = number_of_topic(output->topic);
    bool begins = output->kind == GOSSIPSUB_PEER_SUBSCRIBED;
    expect_equal(play->peers[peer].follows[topic], !begins);
    play->peers[peer].follows[topic] = begins;
}

static void drain(struct play *play)
{
    struct gossipsub_output output;
    while (gossipsub_router_poll(play->router, &output)) {
        switch (output.kind) {
        case GOSSIPSUB_VALIDATE:
            expect_at_most(play->ticket_count, TICKETS_MAX - 1);
            play->tickets[play->ticket_count++] = output.ticket;
            break;
        case GOSSIPSUB_DELIVER:
            see_delivery(play, &output);
            break;
        case GOSSIPSUB_PEER_SUBSCRIBED:
        case GOSSIPSUB_PEER_UNSUBSCRIBED:
            see_subscription(play, &output);
            break;
        case GOSSIPSUB_PEER_READY:
            expect_at_most(peer_of_handle(play, output.peer), PEERS - 1);
            expect_true(gossipsub_router_has_unsent(play->router, output.peer));
            break;
        case GOSSIPSUB_CONNECT:
            expect_at_most(output.record.size, play->limits.record_bytes_max);
            break;
        case GOSSIPSUB_WRITABLE:
            break;
        }
    }
    const char *wrong = check_router(play->router, play->now);
    expect_text(wrong != NULL ? wrong : "", "");
    expect_at_most(play->memory.bytes_peak, gossipsub_limits_bytes(&play->limits));
}

/* ---- what the router says ---------------------------------------------------------------- */

static void keep_away(struct onlooker *peer, uint32_t topic, struct gossip_instant until)
{
    peer->kept_away[topic] = instant_later(peer->kept_away[topic], until);
}

static void see_control(const struct play *play, struct onlooker *peer, const struct wire_rpc *rpc)
{
    size_t control = rpc->ihave_count + rpc->iwant_count + rpc->graft_count + rpc->prune_count;
    expect_true(peer->version >= GOSSIPSUB_V1_0 || control + rpc->idontwant_count == 0);
    expect_true(peer->version >= GOSSIPSUB_V1_2 || rpc->idontwant_count == 0);
    expect_true(rpc->idontwant_count == 0 || rpc->message_count == 0);
    for (size_t i = 0; i < rpc->subscription_count; i++) {
        uint32_t topic = number_of_topic(rpc->subscriptions[i].topic);
        expect_equal(rpc->subscriptions[i].subscribe, play->is_joined[topic]);
        peer->knows[topic] = rpc->subscriptions[i].subscribe;
    }
    for (size_t i = 0; i < rpc->graft_count; i++) {
        uint32_t topic = number_of_topic(rpc->grafts[i]);
        expect_true(play->is_joined[topic] && peer->knows[topic]);
        expect_false(instant_is_before(play->now, peer->kept_away[topic]));
    }
    for (size_t i = 0; i < rpc->prune_count; i++) {
        const struct wire_prune *prune = &rpc->prunes[i];
        expect_equal(prune->has_backoff, peer->version >= GOSSIPSUB_V1_1);
        keep_away(peer, number_of_topic(prune->topic),
            instant_add(play->now,
                prune->has_backoff ? duration_seconds(prune->backoff_s) : duration_seconds(60)));
    }
}

static bool take(struct play *play, uint32_t number, size_t room)
{
    struct onlooker *peer = &play->peers[number];
    struct wire_rpc rpc;

    if (!gossipsub_router_take(play->router, play->now, peer->handle, room, &rpc))
        return false;
    expect_true(peer->is_here);
    expect_at_least(wire_rpc_encoded_size(&rpc), 1);
    expect_at_most(wire_rpc_encoded_size(&rpc), room);
    expect_at_most(wire_rpc_encoded_size(&rpc), play->limits.rpc_bytes_max);
    see_control(play, peer, &rpc);
    for (size_t i = 0; i < rpc.message_count; i++) {
        uint32_t author = peer_of_id(rpc.messages[i].from);
        expect_true(author != number);
        if (author == SELF)
            peer->is_owed[rpc.messages[i].seqno.data[7]] = false;
    }
    return true;
}

/* ---- what peers do ----------------------------------------------------------------------- */

static void join(struct play *play, uint32_t number)
{
    struct onlooker *peer = &play->peers[number];
    struct gossipsub_peer handle;
    struct gossipsub_peer_info info = {.id = id_of(number),
        .version = (enum gossipsub_version)script_below(&play->script, 5),
        .dialect = (enum gossipsub_dialect)script_below(&play->script, 3),
        .is_outbound = script_chance(&play->script, 2),
        .is_direct = script_chance(&play->script, 8)};
    enum gossip_error error = gossipsub_router_peer_joined(play->router, play->now, &info, &handle);

    if (peer->is_here) {
        expect_error(error, GOSSIP_ERROR_ALREADY);
        return;
    }
    if (error == GOSSIP_ERROR_LIMIT)
        return;
    expect_ok(error);
    peer->is_here = true;
    peer->handle = handle;
    peer->version = info.version;
    memset(peer->knows, 0, sizeof(peer->knows));
    memset(peer->is_owed, 0, sizeof(peer->is_owed));
}

static void leave(struct play *play, uint32_t number)
{
    struct onlooker *peer = &play->peers[number];
    gossipsub_router_peer_left(play->router, play->now, peer->handle);
    drain(play);
    peer->is_here = false;
    for (uint32_t topic = 0; topic < TOPICS; topic++)
        expect_false(peer->follows[topic]);
}

static void change(struct play *play, uint32_t number)
{
    struct onlooker *peer = &play->peers[number];
    if (script_chance(&play->script, 2)) {
        gossipsub_router_peer_restarted(play->router, play->now, peer->handle);
        return;
    }
    enum gossipsub_version version = (enum gossipsub_version)script_below(&play->script, 5);
    gossipsub_router_peer_learned(play->router, play->now, peer->handle, version,
        (enum gossipsub_dialect)script_below(&play->script, 3));
    if (peer->is_here)
        peer->version = version;
}

/* Bytes that live as long as an RPC. */
struct pocket {
    uint8_t data[1 << 16];
    size_t used;
};

static struct gossip_bytes put_in(struct pocket *pocket, struct gossip_bytes bytes)
{
    uint8_t *to = pocket->data + pocket->used;
    expect_at_most(bytes.size, sizeof(pocket->data) - pocket->used);
    bytes_copy(to, bytes);
    pocket->used += bytes.size;
    return bytes_make(to, bytes.size);
}

static struct gossip_bytes make_topic(struct play *play)
{
    return topic_of(script_below(&play->script, TOPICS));
}

/* An id of a message there could be, in any dialect, or whatever bytes. */
static struct gossip_bytes make_id(struct play *play, struct pocket *pocket)
{
    uint8_t id[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    uint8_t seqno[GOSSIPSUB_SEQNO_BYTES] = {0};
    uint32_t kind = script_below(&play->script, 8);
    struct gossip_peer_id author = id_of(script_below(&play->script, PEERS + 1));

    if (kind == 7)
        return put_in(pocket, script_bytes(&play->script, 200));
    seqno[7] = (uint8_t)script_below(&play->script, NUMBERS);
    size_t size = gossipsub_message_id_print((enum gossipsub_dialect)(kind % 3),
        bytes_make(author.data, author.size), bytes_make(seqno, sizeof(seqno)), id);
    return put_in(pocket, bytes_make(id, size));
}

static struct wire_message_ids make_ids(struct play *play, struct pocket *pocket)
{
    size_t count = script_below(&play->script, ROW_MAX);
    struct gossip_bytes *ids = test_take((count + 1) * sizeof(*ids));
    for (size_t i = 0; i < count; i++)
        ids[i] = make_id(play, pocket);
    return (struct wire_message_ids){.topic = make_topic(play), .ids = ids, .count = count};
}

/* A message of anybody; two of one id may differ in their data, and some lack what they need. */
static struct wire_message make_message(
    struct play *play, struct pocket *pocket, uint32_t author, unsigned number)
{
    static const uint8_t data[3000];
    static const size_t sizes[] = {1, 2, 1100, 2900};
    uint8_t seqno[GOSSIPSUB_SEQNO_BYTES] = {0};
    uint8_t encoded[4000];
    struct gossip_peer_id from = id_of(author);
    struct wire_message message = {.from = bytes_make(from.data, from.size),
        .data = bytes_make(data, sizes[script_below(&play->script, 4)]),
        .seqno = bytes_make(seqno, sizeof(seqno)),
        .topic = make_topic(play)};

    seqno[7] = (uint8_t)number;
    if (author != SELF && script_chance(&play->script, 16))
        message.seqno.size = script_below(&play->script, 8);
    if (author != SELF && script_chance(&play->script, 16))
        message.from.size = script_below(&play->script, 38);
    struct gossip_room room = room_make(encoded, sizeof(encoded));
    size_t size = wire_message_encode(&message, false, room);
    expect_ok(wire_message_decode(put_in(pocket, room_filled(room, size)), &message));
    return message;
}

static const uint64_t backoffs[] = {
    0, 1, 2, 10, 60, 3599, 3600, 3601, UINT32_MAX, INT64_MAX, UINT64_MAX - 1, UINT64_MAX};

static struct wire_prune make_prune(struct play *play, struct pocket *pocket)
{
    struct wire_prune prune = {.topic = make_topic(play),
        .has_backoff = script_chance(&play->script, 2),
        .backoff_s = backoffs[script_below(&play->script, sizeof(backoffs) / sizeof(backoffs[0]))],
        .peer_count = script_below(&play->script, 3)};
    struct wire_peer_info *peers = test_take(3 * sizeof(*peers));
    for (size_t i = 0; i < prune.peer_count; i++) {
        struct gossip_peer_id id = id_of(script_below(&play->script, PEERS + 1));
        peers[i] = (struct wire_peer_info){.peer_id = put_in(pocket, bytes_make(id.data, id.size)),
            .signed_record = put_in(pocket, script_bytes(&play->script, 100))};
    }
    prune.peers = peers;
    return prune;
}

/* What the onlooker has to expect of a PRUNE that the router heard. */
static void note_prune(struct play *play, struct onlooker *peer, const struct wire_prune *prune)
{
    uint32_t topic = number_of_topic(prune->topic);
    struct gossip_duration backoff = duration_seconds(prune->backoff_s);
    if (peer->version < GOSSIPSUB_V1_0)
        return;
    if (!prune->has_backoff || prune->backoff_s == 0)
        backoff = play->params.prune_backoff;
    if (duration_is_shorter(play->limits.backoff_max, backoff))
        backoff = play->limits.backoff_max;
    keep_away(peer, topic, instant_add(play->now, backoff));
}

static void speak(struct play *play, uint32_t number)
{
    struct pocket *pocket = test_take(sizeof(*pocket));
    struct wire_subscription subscriptions[ROW_MAX];
    struct wire_message messages[ROW_MAX];
    struct wire_message_ids ihave, iwant, idontwant;
    struct gossip_bytes grafts[ROW_MAX];
    struct wire_prune prunes[ROW_MAX];
    uint32_t kinds = script_byte(&play->script);
    struct wire_rpc rpc = {.subscriptions = subscriptions,
        .messages = messages,
        .ihaves = &ihave,
        .iwants = &iwant,
        .grafts = grafts,
        .prunes = prunes,
        .idontwants = &idontwant,
        .has_extensions = (kinds & 128) != 0};

    pocket->used = 0;
    if ((kinds & 1) != 0)
        rpc.subscription_count = script_below(&play->script, ROW_MAX);
    for (size_t i = 0; i < rpc.subscription_count; i++)
        subscriptions[i] = (struct wire_subscription){
            .topic = make_topic(play), .subscribe = !script_chance(&play->script, 3)};
    if ((kinds & 2) != 0)
        rpc.message_count = script_below(&play->script, ROW_MAX);
    for (size_t i = 0; i < rpc.message_count; i++)
        messages[i] = make_message(play, pocket, script_below(&play->script, PEERS + 1),
            script_below(&play->script, NUMBERS));
    if ((rpc.ihave_count = (kinds & 4) != 0) != 0)
        ihave = make_ids(play, pocket);
    if ((rpc.iwant_count = (kinds & 8) != 0) != 0)
        iwant = make_ids(play, pocket);
    if ((rpc.idontwant_count = (kinds & 16) != 0) != 0)
        idontwant = make_ids(play, pocket);
    if ((kinds & 32) != 0)
        rpc.graft_count = script_below(&play->script, ROW_MAX);
    for (size_t i = 0; i < rpc.graft_count; i++)
        grafts[i] = make_topic(play);
    if ((kinds & 64) != 0)
        rpc.prune_count = script_below(&play->script, 3);
    for (size_t i = 0; i < rpc.prune_count; i++)
        prunes[i] = make_prune(play, pocket);
    gossipsub_router_receive(play->router, play->now, play->peers[number].handle, &rpc);
    for (size_t i = 0; play->peers[number].is_here && i < rpc.prune_count; i++)
        note_prune(play, &play->peers[number], &prunes[i]);
}

/* ---- what we do -------------------------------------------------------------------------- */

static void subscribe(struct play *play)
{
    uint32_t topic = script_below(&play->script, TOPICS);
    enum gossip_error error = gossipsub_router_subscribe(play->router, play->now, topic_of(topic));
    if (play->is_joined[topic])
        expect_error(error, GOSSIP_ERROR_ALREADY);
    else if (error != GOSSIP_ERROR_LIMIT)
        expect_ok(error);
    play->is_joined[topic] = play->is_joined[topic] || error == GOSSIP_OK;
}

static void unsubscribe(struct play *play)
{
    uint32_t topic = script_below(&play->script, TOPICS);
    gossipsub_router_unsubscribe(play->router, play->now, topic_of(topic));
    play->is_joined[topic] = false;
}

/* Everybody who follows the topic now must get it, unless he leaves. */
static void publish(struct play *play)
{
    struct pocket *pocket = test_take(sizeof(*pocket));
    struct gossipsub_message *message;

    if (play->published == NUMBERS)
        return;
    pocket->used = 0;
    struct wire_message wire = make_message(play, pocket, SELF, play->published);
    uint32_t topic = number_of_topic(wire.topic);
    expect_ok(gossipsub_message_create(&play->memory.allocator, &wire, &message));
    enum gossip_error error = gossipsub_router_publish(play->router, play->now, message);
    gossipsub_message_release(message);
    if (error == GOSSIP_ERROR_WOULD_BLOCK)
        return;
    expect_ok(error);
    for (uint32_t peer = 0; peer < PEERS; peer++)
        play->peers[peer].is_owed[play->published] =
            play->peers[peer].is_here && play->peers[peer].follows[topic];
    play->published++;
}

static void judge(struct play *play)
{
    static const enum gossipsub_verdict verdicts[] = {
        GOSSIPSUB_ACCEPT, GOSSIPSUB_ACCEPT, GOSSIPSUB_REJECT, GOSSIPSUB_IGNORE};
    if (play->ticket_count == 0) {
        gossipsub_router_judged(
            play->router, play->now, script_u64(&play->script), GOSSIPSUB_ACCEPT);
        return;
    }
    uint32_t chosen = script_below(&play->script, (uint32_t)play->ticket_count);
    gossipsub_router_judged(
        play->router, play->now, play->tickets[chosen], verdicts[script_below(&play->script, 4)]);
    play->tickets[chosen] = play->tickets[--play->ticket_count];
}

static void wait(struct play *play)
{
    static const uint32_t ms[] = {1, 50, 100, 1000, 1000, 3000, 10000, 60000, 130000, 3700000};
    struct gossip_instant then = instant_add(
        play->now, duration_ms(ms[script_below(&play->script, sizeof(ms) / sizeof(ms[0]))]));
    /* Long waits have one late heartbeat, like a machine that was asleep. */
    bool beats = instant_is_due(gossipsub_router_deadline(play->router), then);
    play->now = then;
    gossipsub_router_advance(play->router, then);
    for (uint32_t topic = 0; beats && topic < TOPICS; topic++) {
        size_t mesh;
        (void)gossipsub_router_topic_peers(play->router, topic_of(topic), &mesh);
        expect_at_most(mesh, play->params.D_high);
    }
}

static void take_some(struct play *play)
{
    static const size_t rooms[] = {0, 10, 100, 1000, 4096, SIZE_MAX, SIZE_MAX, SIZE_MAX};
    uint32_t peer = script_below(&play->script, PEERS);
    size_t room = rooms[script_below(&play->script, 8)];
    for (uint32_t times = script_below(&play->script, 4) + 1; times > 0; times--)
        (void)take(play, peer, room);
}

static void step(struct play *play)
{
    uint32_t kind = script_below(&play->script, 16);
    uint32_t peer = script_below(&play->script, PEERS);

    if (kind < 6)
        speak(play, peer);
    else if (kind < 8)
        take_some(play);
    else if (kind == 8)
        join(play, peer);
    else if (kind == 9 && script_chance(&play->script, 4))
        leave(play, peer);
    else if (kind == 10)
        change(play, peer);
    else if (kind == 11)
        subscribe(play);
    else if (kind == 12 && script_chance(&play->script, 3))
        unsubscribe(play);
    else if (kind == 13)
        publish(play);
    else if (kind == 14)
        judge(play);
    else if (kind == 15)
        wait(play);
    drain(play);
}

/* ---- the play ---------------------------------------------------------------------------- */

static void set_small_limits(struct gossipsub_limits *limits)
{
    gossipsub_limits_default(limits);
    limits->peers_max = PEERS - 1;
    limits->topics_max = 3;
    limits->fanout_topics_max = 1;
    limits->topics_per_peer_max = 3;
    limits->rpc_bytes_max = 4000;
    limits->control_bytes_max = 600;
    limits->rpc_subscriptions_max = 2;
    limits->rpc_messages_max = 3;
    limits->rpc_ids_max = 4;
    limits->rpc_idontwant_ids_max = 2;
    limits->strange_ids_per_beat_max = 2;
    limits->outbox_bytes_max = 8000;
    limits->outbox_messages_max = 4;
    limits->outboxes_bytes_max = 16000;
    limits->outbox_iwant_bytes_max = 400;
    limits->outbox_idontwant_bytes_max = 256;
    limits->message_bytes_max = 2000;
    limits->validations_max = 5;
    limits->validation_bytes_max = 6000;
    limits->history_messages_max = 6;
    limits->history_bytes_max = 8000;
    limits->idontwant_ids_max = 10;
    limits->idontwant_ids_per_peer_max = 4;
    limits->asked_ids_max = 6;
    limits->promises_max = 4;
    limits->backoffs_per_peer_max = TOPICS;
    limits->backoffs_gone_max = PEERS * TOPICS;
    limits->records_max = 3;
    limits->record_bytes_max = 64;
}

static void begin(struct play *play)
{
    gossip_params_default(&play->params);
    play->params.D = 2;
    play->params.D_low = 2;
    play->params.D_high = 3;
    play->params.D_out = 1;
    play->params.D_score = 1;
    play->params.D_lazy = 1;
    set_small_limits(&play->limits);
    play->now = instant_us(1000000000);
    struct gossipsub_config config = {.allocator = &play->memory.allocator,
        .params = &play->params,
        .limits = &play->limits,
        .self = id_of(SELF),
        .seed = script_byte(&play->script)};
    expect_ok(gossipsub_router_create(&config, play->now, &play->router));
}

/* All that waits is taken: then nobody is owed anything. */
static void finish(struct play *play)
{
    for (uint32_t peer = 0; peer < PEERS; peer++) {
        while (take(play, peer, SIZE_MAX))
            drain(play);
        expect_false(gossipsub_router_has_unsent(play->router, play->peers[peer].handle));
        for (uint32_t i = 0; play->peers[peer].is_here && i < NUMBERS; i++)
            expect_false(play->peers[peer].is_owed[i]);
    }
    for (uint32_t peer = 0; peer < PEERS; peer++)
        leave(play, peer);
    gossipsub_router_destroy(play->router);
}

static void play(const uint8_t *data, size_t size)
{
    static struct play state;
    struct play *play = &state;

    *play = (struct play){.script = script_of(data, size)};
    test_allocator_init(&play->memory);
    begin(play);
    while (!script_is_spent(&play->script))
        step(play);
    finish(play);
    test_allocator_deinit(&play->memory);
}

const struct harness harness = {.name = "gossipsub_router", .play = play, .size_max = 4096};
