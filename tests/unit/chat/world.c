#include "unit/chat/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dice.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "crypto/hash.h"
#include "support/seeded_entropy.h"
#include "unit/chat/keepsakes.h"
#include "unit/chat/mail.h"
#include "unit/chat/outsiders.h"
#include "unit/chat/referee.h"
#include "unit/chat/story.h"

#define TOPICS_MAX 80

/* Somebody with a chat, and the node under it. */
struct party {
    struct chat *chat;
    struct gossip_peer_id id;
    struct topic topics[TOPICS_MAX]; /* that its node follows */
    size_t topic_count;
    bool is_connected[WORLD_SIZE_MAX];
    bool is_blocked, is_deaf;
    uint64_t number; /* of its last command */
    size_t asked[CHAT_DERIVE + 1];
    uint64_t direct_count, direct_waiting;
    struct gossip_peer_id pinged;
    uint64_t pinged_number;
    struct story story;
    struct gossip_event line;
    uint8_t *line_texts;
    struct referee referee;
    struct seeded_entropy entropy;
    struct keepsakes keepsakes; /* outlive the chat */
};

struct world world;
static struct party parties[WORLD_SIZE_MAX];
static bool is_prepared;

static const char *const nicks[] = {"Ann", "Bob", "Carl", "Dora", "Eve"};

/* Like that of an Ed25519 key; they differ in every byte, the last ones included. */
struct gossip_peer_id world_make_id(unsigned number)
{
    static const uint8_t start[] = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};
    struct gossip_peer_id id = {.size = 38};
    struct dice dice;
    dice_seed(&dice, 1000 + number);
    memcpy(id.data, start, sizeof(start));
    for (size_t i = sizeof(start); i < id.size; i++)
        id.data[i] = (uint8_t)dice_below(&dice, 256);
    return id;
}

struct chat *chat_of(enum who who)
{
    return parties[who].chat;
}

const struct gossip_peer_id *id_of(enum who who)
{
    return &parties[who].id;
}

struct chat_time world_time(void)
{
    return (struct chat_time){.now = instant_us(world.now_us), .date = {.ms = world.date_ms}};
}

/* ---- stories ---------------------------------------------------------------------------- */

const char *story(enum who who)
{
    return story_take(&parties[who].story);
}

void skip_stories(void)
{
    for (size_t i = 0; i < WORLD_SIZE_MAX; i++)
        parties[i].story.size = 0;
}

static void keep_line(struct party *party, const struct gossip_event *event)
{
    uint8_t *end;
    free(party->line_texts);
    party->line_texts = malloc(event->text.size + event->room.size + event->name.size +
                               event->nick.size + event->message_id.size + 1);
    party->line = *event;
    end = party->line_texts;
    struct gossip_bytes *texts[] = {&party->line.text, &party->line.room, &party->line.name,
        &party->line.nick, &party->line.message_id};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        bytes_copy(end, *texts[i]);
        texts[i]->data = end;
        end += texts[i]->size;
    }
}

const struct gossip_event *last_line(enum who who)
{
    expect_not_null(parties[who].line_texts);
    return &parties[who].line;
}

/* ---- the nodes -------------------------------------------------------------------------- */

static struct topic *find_topic(struct party *party, struct gossip_bytes name)
{
    for (size_t i = 0; i < party->topic_count; i++)
        if (bytes_equal(topic_bytes(&party->topics[i]), name))
            return &party->topics[i];
    return NULL;
}

bool follows(enum who who, const char *topic)
{
    return find_topic(&parties[who], bytes_of_text(topic)) != NULL;
}

/* Like gossip: it reaches everybody who follows the topic over others who do. */
static void find_listeners(enum who who, struct gossip_bytes topic, bool is_reached[WORLD_SIZE_MAX])
{
    for (size_t i = 0; i < WORLD_SIZE_MAX; i++) {
        struct party *other = &parties[i];
        if (parties[who].is_connected[i] && !is_reached[i] && other->chat != NULL &&
            find_topic(other, topic) != NULL) {
            is_reached[i] = true;
            find_listeners((enum who)i, topic, is_reached);
        }
    }
}

static void publish(enum who who, const struct chat_request *request)
{
    struct party *party = &parties[who];
    bool is_reached[WORLD_SIZE_MAX] = {0};
    uint8_t id[MESSAGE_ID_BYTES];
    size_t recipients = 0;
    if (party->is_blocked) {
        chat_published(party->chat, world_time(), GOSSIP_ERROR_WOULD_BLOCK,
            (struct gossip_bytes){0}, (struct gossip_bytes){0}, 0);
        return;
    }
    mail_make_id(&party->id, id);
    is_reached[who] = true;
    if (!party->is_deaf)
        find_listeners(who, request->topic, is_reached);
    for (size_t i = 0; i < WORLD_SIZE_MAX; i++) {
        if (!is_reached[i] || i == who)
            continue;
        recipients += party->is_connected[i] ? 1 : 0;
        mail_post(MAIL_PUBLICATION, (unsigned)i, &party->id, request->topic, id, request->payload);
    }
    recipients += party->is_deaf ? 0 : outsiders_following(who, request->topic);
    chat_published(party->chat, world_time(), GOSSIP_OK, bytes_make(id, sizeof(id)),
        (struct gossip_bytes){0}, recipients);
}

/* Tells everybody connected that a topic is followed, or no longer, after what was said before. */
static void announce(enum who who, struct gossip_bytes topic, enum mail_kind kind)
{
    for (unsigned i = 0; i < WORLD_SIZE_MAX; i++)
        if (parties[who].is_connected[i])
            mail_post(kind, i, &parties[who].id, topic, NULL, (struct gossip_bytes){0});
}

/* In no time, and without the cost: a passphrase still makes one key in one place. */
static void derive(struct party *party, const struct chat_request *request)
{
    uint8_t key[SHA256_BYTES];
    if (world.is_slow_to_derive)
        return;
    hmac_sha256(request->salt, request->secret, key);
    chat_derived(party->chat, world_time(), GOSSIP_OK, key);
}

static enum who who_is(const struct gossip_peer_id *id)
{
    enum who who = ANN;
    while (who < WORLD_SIZE_MAX && !peer_id_is_equal(&parties[who].id, id))
        who++;
    return who;
}

/* Like a node with direct/direct.h: it arrives at once, or waits for ever. Who is deaf finds none who takes it. */
static void say_alone(enum who who, const struct chat_request *request)
{
    struct party *party = &parties[who];
    enum who to = who_is(&request->peer);
    bool is_there = to != WORLD_SIZE_MAX && party->is_connected[to] && !party->is_deaf;
    struct chat_direct_taken taken = {
        .error = party->is_deaf ? GOSSIP_ERROR_UNSUPPORTED : GOSSIP_OK,
        .session = 900 + who,
        .sequence = ++party->direct_count,
        .waiting = is_there ? 0 : ++party->direct_waiting,
        .is_on_its_way = is_there};
    struct chat_direct direct = {.peer = party->id,
        .session = taken.session,
        .sequence = taken.sequence,
        .sent_ms = world.date_ms,
        .nick = request->nick,
        .text = request->payload};
    struct chat_direct_news news = {.peer = request->peer,
        .session = taken.session,
        .sequence = taken.sequence,
        .number = request->number,
        .delivery = GOSSIP_DELIVERY_REACHED};
    if (is_there)
        chat_direct_heard(parties[to].chat, world_time(), &direct);
    chat_direct_taken(party->chat, world_time(), &taken);
    if (is_there)
        chat_direct_settled(party->chat, world_time(), &news);
}

static void answer_line(enum who who, const struct chat_request *request)
{
    enum who author = who_is(&request->peer);
    if (world.is_answering && author != WORLD_SIZE_MAX && parties[who].is_connected[author])
        chat_line_reached(parties[author].chat, world_time(), &parties[who].id, request->session,
            request->sequence);
}

static void on_request(enum who who, const struct chat_request *request)
{
    struct party *party = &parties[who];
    struct topic *topic = find_topic(party, request->topic);
    struct topic kept;
    party->asked[request->kind]++;
    switch (request->kind) {
    case CHAT_SUBSCRIBE:
        expect_null(topic);
        expect_at_most(party->topic_count + 1, TOPICS_MAX);
        party->topics[party->topic_count++] = topic_of(request->topic);
        announce(who, request->topic, MAIL_BEGINS);
        break;
    case CHAT_UNSUBSCRIBE:
        expect_not_null(topic);
        kept = *topic;
        *topic = party->topics[--party->topic_count];
        announce(who, topic_bytes(&kept), MAIL_ENDS);
        break;
    case CHAT_PUBLISH:
        publish(who, request);
        break;
    case CHAT_DIRECT:
        say_alone(who, request);
        break;
    case CHAT_LINE_SHOWN:
        answer_line(who, request);
        break;
    case CHAT_PING:
        party->pinged = request->peer;
        party->pinged_number = request->number;
        break;
    case CHAT_DERIVE:
        derive(party, request);
        break;
    case CHAT_OFFER:
        referee_answered(&party->referee, request->number);
        story_offer(&party->story, request);
        break;
    case CHAT_KEEP:
        keepsakes_put(&party->keepsakes, &request->known);
        break;
    }
}

static bool drain_one(enum who who)
{
    struct party *party = &parties[who];
    struct chat_request request;
    struct gossip_event event;
    if (party->chat == NULL)
        return false;
    if (chat_poll_request(party->chat, &request)) {
        on_request(who, &request);
        return true;
    }
    if (chat_poll_event(party->chat, &event)) {
        referee_judge(&party->referee, &event);
        if (world.is_fuzzed)
            return true;
        story_tell(&party->story, &event);
        if (event.kind == GOSSIP_EVENT_LINE)
            keep_line(party, &event);
        return true;
    }
    return false;
}

static void drain(void)
{
    bool is_moving = true;
    while (is_moving) {
        is_moving = false;
        for (size_t i = 0; i < WORLD_SIZE_MAX; i++)
            while (drain_one((enum who)i))
                is_moving = true;
    }
}

static void hear_news(struct party *party, const struct mail *mail)
{
    enum who author = ANN;
    while (!peer_id_is_equal(&parties[author].id, &mail->author))
        author++;
    if (!party->is_connected[author])
        return;
    if (mail->kind == MAIL_BEGINS)
        chat_peer_subscribed(party->chat, world_time(), &mail->author, topic_bytes(&mail->topic));
    else
        chat_peer_unsubscribed(party->chat, world_time(), &mail->author, topic_bytes(&mail->topic));
}

static void hear(size_t place)
{
    const struct mail *mail = mail_at(place);
    struct party *party = &parties[mail->to];
    if (party->chat == NULL)
        return;
    if (mail->kind != MAIL_PUBLICATION)
        hear_news(party, mail);
    else if (find_topic(party, topic_bytes(&mail->topic)) != NULL)
        chat_receive(party->chat, world_time(),
            &(struct chat_arrival){.author = &mail->author,
                .topic = topic_bytes(&mail->topic),
                .message_id = bytes_make(mail->id, sizeof(mail->id)),
                .payload = bytes_make(mail->payload, mail->size)});
}

/* The first message that does not wait for the test. */
static bool find_moving(size_t *place)
{
    for (*place = 0; *place < mail_count(); (*place)++)
        if (!world.is_held || mail_at(*place)->kind != MAIL_PUBLICATION)
            return true;
    return false;
}

void world_settle(void)
{
    size_t place;
    drain();
    while (find_moving(&place)) {
        hear(place);
        mail_remove(place);
        drain();
    }
}

/* ---- beginning and end ------------------------------------------------------------------ */

/* Frees what this test made, or the one before, which may have failed in the middle. */
static void wipe(void)
{
    mail_clear();
    outsiders_clear();
    for (size_t i = 0; i < WORLD_SIZE_MAX; i++) {
        referee_deinit(&parties[i].referee);
        chat_destroy(parties[i].chat);
        story_deinit(&parties[i].story);
        free(parties[i].line_texts);
    }
    memset(parties, 0, sizeof(parties));
    is_prepared = false;
}

void world_prepare(void)
{
    wipe();
    memset(&world, 0, sizeof(world));
    test_allocator_init(&world.memory);
    world.limits = (struct gossip_limits){.peers_max = 32,
        .handshakes_max = 8,
        .rooms_max = 64,
        .people_max = 64,
        .history_lines_max = 100,
        .outbox_lines_max = 1000};
    world.now_us = 5000000;
    world.date_ms = WORLD_DATE_MS;
    is_prepared = true;
    for (size_t i = 0; i < WORLD_SIZE_MAX; i++) {
        parties[i] = (struct party){.id = world_make_id((unsigned)i)};
        story_init(&parties[i].story);
        referee_init(&parties[i].referee);
    }
}

void world_start(enum who who, const char *nick, const char *rendezvous)
{
    struct party *party = &parties[who];
    struct chat_config config = {.allocator = &world.memory.allocator,
        .limits = &world.limits,
        .self = party->id,
        .nick = bytes_of_text(nick),
        .rendezvous = bytes_of_text(rendezvous),
        .seed = 77 + who + world.now_us,
        .entropy = seeded_entropy(&party->entropy)};
    expect_null(party->chat);
    party->topic_count = 0;
    referee_init(&party->referee);
    seeded_entropy_init(&party->entropy, 99 + who + world.now_us);
    expect_ok(chat_create(&config, instant_us(world.now_us), &party->chat));
    keepsakes_tell(&party->keepsakes, party->chat);
}

void world_begin(size_t count)
{
    if (!is_prepared)
        world_prepare();
    is_prepared = false;
    for (size_t i = 0; i < count; i++)
        world_start((enum who)i, nicks[i], WORLD_RENDEZVOUS);
}

void world_kill(enum who who)
{
    for (size_t i = 0; i < WORLD_SIZE_MAX; i++)
        if (parties[who].is_connected[i])
            part(who, (enum who)i);
    referee_deinit(&parties[who].referee);
    chat_destroy(parties[who].chat);
    parties[who].chat = NULL;
    world_settle();
}

void world_end(void)
{
    for (size_t i = 0; i < WORLD_SIZE_MAX; i++)
        if (parties[i].chat != NULL && !world.is_starving)
            referee_finish(&parties[i].referee);
    wipe();
    test_allocator_deinit(&world.memory);
}

/* ---- what people do --------------------------------------------------------------------- */

void command(enum who who, const struct gossip_command *asked)
{
    struct party *party = &parties[who];
    struct gossip_command numbered = *asked;
    numbered.number = ++party->number;
    referee_expect(&party->referee, numbered.number);
    chat_command(party->chat, world_time(), &numbered);
    world_settle();
}

void close_chat(enum who who, const char *reason)
{
    chat_close(parties[who].chat, world_time(), bytes_of_text(reason));
    world_settle();
}

/* ---- what the network does -------------------------------------------------------------- */

static void introduce(enum who to, enum who other)
{
    chat_peer_up(parties[to].chat, world_time(), &parties[other].id);
    for (size_t i = 0; i < parties[other].topic_count; i++)
        chat_peer_subscribed(parties[to].chat, world_time(), &parties[other].id,
            topic_bytes(&parties[other].topics[i]));
}

void meet(enum who one, enum who other)
{
    expect_false(parties[one].is_connected[other]);
    parties[one].is_connected[other] = parties[other].is_connected[one] = true;
    introduce(one, other);
    introduce(other, one);
    world_settle();
}

void part(enum who one, enum who other)
{
    expect_true(parties[one].is_connected[other]);
    parties[one].is_connected[other] = parties[other].is_connected[one] = false;
    chat_peer_down(parties[one].chat, world_time(), &parties[other].id);
    chat_peer_down(parties[other].chat, world_time(), &parties[one].id);
    world_settle();
}

bool is_connected(enum who one, enum who other)
{
    return parties[one].is_connected[other];
}

static struct gossip_instant next_deadline(void)
{
    struct gossip_instant next = instant_never();
    for (size_t i = 0; i < WORLD_SIZE_MAX; i++)
        if (parties[i].chat != NULL)
            next = instant_earlier(next, chat_deadline(parties[i].chat));
    return next;
}

static void go_to(uint64_t now_us)
{
    if (now_us <= world.now_us)
        return;
    world.date_ms += (int64_t)((now_us - world.now_us) / 1000);
    world.now_us = now_us;
}

void pass_ms(uint64_t ms)
{
    uint64_t end = world.now_us + ms * 1000;
    while (next_deadline().us <= end) {
        go_to(next_deadline().us);
        for (size_t i = 0; i < WORLD_SIZE_MAX; i++)
            if (parties[i].chat != NULL)
                chat_advance(parties[i].chat, world_time());
        world_settle();
    }
    go_to(end);
    world_settle();
}

void block(enum who who, bool is_blocked)
{
    parties[who].is_blocked = is_blocked;
    if (!is_blocked)
        chat_writable(parties[who].chat);
    world_settle();
}

void deafen(enum who who, bool is_deaf)
{
    parties[who].is_deaf = is_deaf;
}

size_t asked_count(enum who who, enum chat_request_kind kind)
{
    return parties[who].asked[kind];
}

struct gossip_peer_id pinged_peer(enum who who)
{
    return parties[who].pinged;
}

uint64_t pinged_number(enum who who)
{
    return parties[who].pinged_number;
}

static size_t find_waiting(enum who who, size_t index)
{
    for (size_t place = 0; place < mail_count(); place++)
        if (mail_at(place)->to == who && index-- == 0)
            return place;
    test_fail("no such message waits");
}

size_t waiting_count(enum who who)
{
    size_t count = 0;
    for (size_t place = 0; place < mail_count(); place++)
        count += mail_at(place)->to == who ? 1 : 0;
    return count;
}

void deliver(enum who who, size_t index)
{
    size_t place = find_waiting(who, index);
    hear(place);
    mail_remove(place);
    world_settle();
}

void deliver_again(enum who who, size_t index)
{
    hear(find_waiting(who, index));
    world_settle();
}

void drop_waiting(enum who who, size_t index)
{
    mail_remove(find_waiting(who, index));
}

void deliver_all(void)
{
    while (mail_count() > 0) {
        hear(0);
        mail_remove(0);
        world_settle();
    }
}
