#include "sync/sync.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"
#include "sync/ask.h"
#include "sync/exchange.h"
#include "sync/followers.h"
#include "sync/serve.h"

_Static_assert(SYNC_MESSAGE_BYTES_MAX >= WIRE_HISTORY_QUESTION_BYTES_MAX &&
                   SYNC_MESSAGE_BYTES_MAX >= WIRE_HISTORY_ANSWER_BYTES_MAX,
    "both kinds of messages fit");

/*
 * 200 lines are more than anybody reads of what he missed, a day is what a conversation lasts; with
 * a mebibyte of room even the longest lines are not cut short at once. Rooms and peers are those of
 * a node.
 */
void sync_limits_default(struct sync_limits *limits)
{
    *limits = (struct sync_limits){.lines_max = 200,
        .age_max_ms = UINT64_C(24) * 60 * 60 * 1000,
        .bytes_max = 1024 * 1024,
        .rooms_max = 100,
        .peers_max = 256};
}

/* ---- alarms and hashes ------------------------------------------------------------------ */

void sync_alarm_init(
    struct sync_alarm *alarm, void (*ring)(struct sync *sync, void *object), void *object)
{
    timer_init(&alarm->timer, alarm);
    alarm->ring = ring;
    alarm->object = object;
}

void sync_alarm_set(struct sync *sync, struct sync_alarm *alarm, uint64_t delay_ms)
{
    timer_heap_set(
        &sync->timers, &alarm->timer, instant_add(sync->time.now, duration_ms(delay_ms)));
}

uint64_t sync_hash(const struct sync *sync, struct gossip_bytes bytes)
{
    return siphash(sync->key, bytes);
}

/* ---- life ------------------------------------------------------------------------------- */

enum gossip_error sync_create(
    const struct sync_config *config, struct gossip_instant now, struct sync **sync)
{
    struct sync *created = allocator_take_zeroed(config->allocator, 1, sizeof(*created));

    *sync = NULL;
    require(config->limits.lines_max > 0 && config->limits.lines_max <= SYNC_LINES_MAX);
    require(config->limits.bytes_max <= UINT32_MAX);
    if (created == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    created->allocator = config->allocator;
    created->limits = config->limits;
    dice_seed(&created->dice, config->seed);
    created->key =
        (struct siphash_key){.low = dice_next(&created->dice), .high = dice_next(&created->dice)};
    created->time.now = now;
    timer_heap_init(&created->timers);
    chain_init(&created->rooms, NULL);
    chain_init(&created->peers, NULL);
    chain_init(&created->exchanges, NULL);
    chain_init(&created->resets, NULL);
    credit_init(&created->credit, SYNC_CREDIT_ALL_BYTES, SYNC_CREDIT_ALL_BYTES_PER_SECOND, now);
    if (hash_map_create(config->allocator, config->limits.peers_max, created->key,
            &created->peer_index) != GOSSIP_OK) {
        allocator_give(config->allocator, created, sizeof(*created));
        return GOSSIP_ERROR_NO_MEMORY;
    }
    *sync = created;
    return GOSSIP_OK;
}

static void take_reset(struct sync *sync, uint64_t *stream)
{
    struct sync_exchange *exchange = chain_first(&sync->resets);

    *stream = exchange->stream;
    chain_remove(&exchange->link);
    allocator_give(sync->allocator, exchange, sizeof(*exchange));
}

/* ---- rooms ------------------------------------------------------------------------------ */

struct gossip_bytes sync_topic(const struct sync_room *room)
{
    return bytes_make(room->topic, room->topic_size);
}

struct sync_room *sync_find_room(const struct sync *sync, struct gossip_bytes topic)
{
    for (struct chain *at = sync->rooms.next; at != &sync->rooms; at = at->next) {
        struct sync_room *room = at->object;

        if (bytes_equal(sync_topic(room), topic)) {
            return room;
        }
    }
    return NULL;
}

void sync_room_joined(struct sync *sync, struct sync_time time, struct gossip_bytes topic)
{
    struct sync_room *room;

    sync->time = time;
    if (topic.size == 0 || topic.size > WIRE_HISTORY_TOPIC_BYTES_MAX ||
        sync->room_count >= sync->limits.rooms_max || sync_find_room(sync, topic) != NULL) {
        return;
    }
    room = allocator_take_zeroed(sync->allocator, 1, sizeof(*room) + topic.size);
    if (room == NULL) {
        return;
    }
    room->sync = sync;
    room->topic_hash = sync_hash(sync, topic);
    room->topic_size = topic.size;
    bytes_copy(room->topic, topic);
    room->wants_recall = true;
    chain_init(&room->link, room);
    chain_init(&room->followers, NULL);
    sync_alarm_init(&room->ask_alarm, ask_ring, room);
    sync_alarm_init(&room->interval_alarm, ask_ring_interval, room);
    ask_set_interval(sync, room);
    chain_append(&sync->rooms, &room->link);
    sync->room_count++;
    followers_join(sync, room);
}

/* Ends the exchanges that `concerns` says belong to `object`. */
static void end_exchanges(struct sync *sync, const void *object,
    bool (*concerns)(const struct sync_exchange *exchange, const void *object),
    void (*end)(struct sync *sync, struct sync_exchange *exchange))
{
    struct chain *at = sync->exchanges.next;

    while (at != &sync->exchanges) {
        struct sync_exchange *exchange = at->object;

        at = at->next;
        if (concerns(exchange, object)) {
            end(sync, exchange);
        }
    }
}

static bool is_of_room(const struct sync_exchange *exchange, const void *room)
{
    return exchange->room == room;
}

static bool is_of_peer(const struct sync_exchange *exchange, const void *peer)
{
    return exchange->peer == peer;
}

static bool is_of_follow(const struct sync_exchange *exchange, const void *follow)
{
    return exchange->follow == follow;
}

static void forget_room(struct sync *sync, struct sync_room *room)
{
    end_exchanges(sync, room, is_of_room, sync_exchange_abandon);
    followers_leave(room);
    timer_heap_stop(&sync->timers, &room->ask_alarm.timer);
    timer_heap_stop(&sync->timers, &room->interval_alarm.timer);
    shelf_clear(sync->allocator, &room->shelf);
    chain_remove(&room->link);
    sync->room_count--;
    allocator_give(sync->allocator, room, sizeof(*room) + room->topic_size);
}

void sync_room_left(struct sync *sync, struct sync_time time, struct gossip_bytes topic)
{
    struct sync_room *room = sync_find_room(sync, topic);

    sync->time = time;
    if (room != NULL) {
        forget_room(sync, room);
    }
}

void sync_keep(struct sync *sync, struct sync_time time, struct gossip_bytes topic,
    const struct sync_line *line)
{
    struct sync_room *room = sync_find_room(sync, topic);

    sync->time = time;
    if (room != NULL) {
        shelf_keep(sync->allocator, &room->shelf, &sync->limits, time.date, line);
    }
}

void sync_recalled(struct sync *sync, struct sync_time time, struct gossip_bytes topic)
{
    struct sync_room *room = sync_find_room(sync, topic);

    sync->time = time;
    if (room != NULL && !room->is_recalled) {
        room->is_recalled = true;
        ask_soon(room);
    }
}

uint32_t sync_line_count(const struct sync *sync, struct gossip_bytes topic)
{
    const struct sync_room *room = sync_find_room(sync, topic);

    return room == NULL ? 0 : room->shelf.count;
}

/* ---- peers ------------------------------------------------------------------------------ */

void sync_peer_up(struct sync *sync, struct sync_time time, const struct gossip_peer_id *id)
{
    struct sync_peer *peer;
    union hash_map_value value;

    sync->time = time;
    if (sync->peer_count >= sync->limits.peers_max || followers_peer(sync, id) != NULL) {
        return;
    }
    peer = allocator_take_zeroed(sync->allocator, 1, sizeof(*peer));
    value.pointer = peer;
    if (peer == NULL) {
        return;
    }
    if (hash_map_insert(sync->peer_index, bytes_make(id->data, id->size), value) != GOSSIP_OK) {
        allocator_give(sync->allocator, peer, sizeof(*peer));
        return;
    }
    peer->id = *id;
    chain_init(&peer->link, peer);
    chain_init(&peer->follows, NULL);
    credit_init(&peer->credit, SYNC_CREDIT_BYTES, SYNC_CREDIT_BYTES_PER_SECOND, time.now);
    chain_append(&sync->peers, &peer->link);
    sync->peer_count++;
}

void sync_peer_speaks(struct sync *sync, struct sync_time time, const struct gossip_peer_id *id)
{
    struct sync_peer *peer = followers_peer(sync, id);

    sync->time = time;
    if (peer == NULL || peer->is_speaking) {
        return;
    }
    peer->is_speaking = true;
    for (struct chain *at = peer->follows.next; at != &peer->follows; at = at->next) {
        const struct sync_follow *follow = at->object;

        if (follow->room != NULL) {
            ask_soon(follow->room);
        }
    }
}

/* The stream of a peer that is gone is gone, too. */
static void end_dead(struct sync *sync, struct sync_exchange *exchange)
{
    exchange->has_stream = false;
    if (exchange->side == SYNC_ASKING) {
        ask_failed(sync, exchange);
    } else {
        sync_exchange_destroy(sync, exchange);
    }
}

static void forget_peer(struct sync *sync, struct sync_peer *peer)
{
    struct sync_follow *follow;

    end_exchanges(sync, peer, is_of_peer, end_dead);
    while ((follow = chain_first(&peer->follows)) != NULL) {
        followers_forget(sync, follow);
    }
    (void)hash_map_remove(sync->peer_index, bytes_make(peer->id.data, peer->id.size), NULL);
    chain_remove(&peer->link);
    sync->peer_count--;
    allocator_give(sync->allocator, peer, sizeof(*peer));
}

void sync_peer_down(struct sync *sync, struct sync_time time, const struct gossip_peer_id *id)
{
    struct sync_peer *peer = followers_peer(sync, id);

    sync->time = time;
    if (peer != NULL) {
        forget_peer(sync, peer);
    }
}

void sync_peer_subscribed(struct sync *sync, struct sync_time time, const struct gossip_peer_id *id,
    struct gossip_bytes topic)
{
    struct sync_peer *peer = followers_peer(sync, id);

    sync->time = time;
    if (peer != NULL) {
        followers_follow(sync, peer, topic);
    }
}

void sync_peer_unsubscribed(struct sync *sync, struct sync_time time,
    const struct gossip_peer_id *id, struct gossip_bytes topic)
{
    struct sync_peer *peer = followers_peer(sync, id);
    struct sync_follow *follow = peer == NULL ? NULL : followers_find(peer, sync_hash(sync, topic));

    sync->time = time;
    if (follow != NULL) {
        end_exchanges(sync, follow, is_of_follow, ask_failed);
        followers_forget(sync, follow);
    }
}

void sync_destroy(struct sync *sync)
{
    struct sync_room *room;
    struct sync_peer *peer;
    uint64_t stream;

    if (sync == NULL) {
        return;
    }
    while ((room = chain_first(&sync->rooms)) != NULL) {
        forget_room(sync, room);
    }
    while ((peer = chain_first(&sync->peers)) != NULL) {
        forget_peer(sync, peer);
    }
    while (chain_is_linked(&sync->resets)) {
        take_reset(sync, &stream);
    }
    hash_map_destroy(sync->peer_index);
    allocator_give(sync->allocator, sync, sizeof(*sync));
}

/* ---- streams ---------------------------------------------------------------------------- */

void sync_stream_arrived(
    struct sync *sync, struct sync_time time, const struct gossip_peer_id *id, uint64_t stream)
{
    struct sync_peer *peer = followers_peer(sync, id);

    sync->time = time;
    if (peer != NULL) {
        serve_arrived(sync, peer, stream);
    }
}

void sync_stream_message(
    struct sync *sync, struct sync_time time, uint64_t stream, struct gossip_bytes payload)
{
    struct sync_exchange *exchange = sync_exchange_find(sync, stream);

    sync->time = time;
    if (exchange == NULL) {
        return;
    }
    if (exchange->side == SYNC_ASKING) {
        ask_message(sync, exchange, payload);
    } else {
        serve_message(sync, exchange, payload);
    }
}

void sync_stream_writable(struct sync *sync, struct sync_time time, uint64_t stream)
{
    struct sync_exchange *exchange = sync_exchange_find(sync, stream);

    sync->time = time;
    if (exchange != NULL) {
        exchange->is_blocked = false;
    }
}

void sync_stream_ended(
    struct sync *sync, struct sync_time time, uint64_t stream, enum gossip_error error)
{
    struct sync_exchange *exchange = sync_exchange_find(sync, stream);

    sync->time = time;
    if (exchange == NULL) {
        return;
    }
    if (exchange->side == SYNC_ASKING) {
        ask_ended(sync, exchange, error);
    } else {
        serve_ended(sync, exchange, error);
    }
}

void sync_opened(struct sync *sync, struct sync_time time, enum gossip_error error, uint64_t stream)
{
    struct sync_exchange *exchange = sync->asked;

    sync->time = time;
    require(exchange != NULL && exchange->wants_open);
    sync->asked = NULL;
    exchange->wants_open = false;
    if (error != GOSSIP_OK) {
        ask_failed(sync, exchange);
        return;
    }
    exchange->has_stream = true;
    exchange->stream = stream;
    exchange->wants_send = true;
}

static void on_taken(struct sync *sync, struct sync_exchange *exchange)
{
    if (exchange->side == SYNC_ASKING) {
        ask_sent(sync, exchange);
    } else {
        serve_sent(sync, exchange);
    }
}

void sync_sent(struct sync *sync, struct sync_time time, enum gossip_error error)
{
    struct sync_exchange *exchange = sync->asked;

    sync->time = time;
    require(exchange != NULL && exchange->wants_send);
    sync->asked = NULL;
    if (error == GOSSIP_OK) {
        on_taken(sync, exchange);
    } else if (error == GOSSIP_ERROR_WOULD_BLOCK) {
        exchange->is_blocked = true;
    } else if (exchange->side == SYNC_ASKING) {
        ask_failed(sync, exchange);
    } else {
        sync_exchange_abandon(sync, exchange);
    }
}

/* ---- time and outputs ------------------------------------------------------------------- */

struct gossip_instant sync_deadline(const struct sync *sync)
{
    return timer_heap_deadline(&sync->timers);
}

void sync_advance(struct sync *sync, struct sync_time time)
{
    struct timer *timer;

    sync->time = time;
    while ((timer = timer_heap_take_due(&sync->timers, time.now)) != NULL) {
        struct sync_alarm *alarm = timer->owner;

        alarm->ring(sync, alarm->object);
    }
}

bool sync_poll_line(struct sync *sync, struct sync_arrival *arrival)
{
    struct sync_exchange *exchange = sync->arriving;

    require(!sync->is_judging);
    if (exchange == NULL) {
        return false;
    }
    if (!wire_history_line_next(&sync->arriving_lines, &arrival->original)) {
        ask_read(sync, exchange);
        return false;
    }
    if (!ask_line(sync, exchange, arrival->original)) {
        return false;
    }
    arrival->peer = exchange->peer->id;
    arrival->topic = sync_topic(exchange->room);
    sync->is_judging = true;
    return true;
}

void sync_judged(struct sync *sync, struct sync_time time, enum sync_verdict verdict)
{
    sync->time = time;
    require(sync->arriving != NULL && sync->is_judging);
    sync->is_judging = false;
    ask_judged(sync, sync->arriving, verdict);
}

static bool poll_rooms(struct sync *sync, struct sync_output *output)
{
    for (struct chain *at = sync->rooms.next; at != &sync->rooms; at = at->next) {
        struct sync_room *room = at->object;

        if (!room->wants_recall && !room->has_ended) {
            continue;
        }
        *output = (struct sync_output){.kind = SYNC_RECALL, .topic = sync_topic(room)};
        if (room->has_ended) {
            output->kind = SYNC_ENDED;
            output->peer = room->ended_peer;
            output->count = room->ended_count;
            room->has_ended = false;
        } else {
            room->wants_recall = false;
        }
        return true;
    }
    return false;
}

/* What an exchange wants next. */
static bool poll_exchange(
    struct sync *sync, struct sync_exchange *exchange, struct sync_output *output)
{
    *output = (struct sync_output){.stream = exchange->stream, .peer = exchange->peer->id};
    if (exchange->wants_open) {
        output->kind = SYNC_OPEN;
        sync->asked = exchange;
        return true;
    }
    if (exchange->wants_send && !exchange->is_blocked) {
        output->kind = SYNC_SEND;
        output->payload = exchange->side == SYNC_ASKING ? ask_payload(sync, exchange)
                                                        : serve_payload(sync, exchange);
        sync->asked = exchange;
        return true;
    }
    if (exchange->wants_finish) {
        exchange->wants_finish = false;
        output->kind = SYNC_FINISH;
        if (exchange->side == SYNC_SERVING) {
            sync_exchange_destroy(sync, exchange); /* all is said; the stream ends by itself */
        }
        return true;
    }
    return false;
}

bool sync_poll(struct sync *sync, struct sync_output *output)
{
    require(sync->asked == NULL && sync->arriving == NULL);
    if (chain_is_linked(&sync->resets)) {
        *output = (struct sync_output){.kind = SYNC_RESET};
        take_reset(sync, &output->stream);
        return true;
    }
    if (poll_rooms(sync, output)) {
        return true;
    }
    for (struct chain *at = sync->exchanges.next; at != &sync->exchanges; at = at->next) {
        if (poll_exchange(sync, at->object, output)) {
            return true;
        }
    }
    return false;
}
