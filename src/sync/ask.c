#include "sync/ask.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "sync/exchange.h"
#include "sync/followers.h"

/* Peers that are shown what is here now, after one brought something. */
#define NUDGES_MAX 2

/* ---- when ------------------------------------------------------------------------------- */

/* Sets the room's alarm for those who are to be asked, not before `at`. */
static void schedule(struct sync *sync, struct sync_room *room, struct gossip_instant at)
{
    struct gossip_instant due = followers_due_at(sync, room);

    if (room->asking != NULL || !room->is_recalled || instant_is_never(due)) {
        timer_heap_stop(&sync->timers, &room->ask_alarm.timer);
        return;
    }
    timer_heap_set(&sync->timers, &room->ask_alarm.timer, instant_later(due, at));
}

static struct gossip_instant after_delay(struct sync *sync)
{
    uint64_t delay = SYNC_DELAY_MS + dice_below(&sync->dice, SYNC_DELAY_JITTER_MS);

    return instant_add(sync->time.now, duration_ms(delay));
}

void ask_soon(struct sync_room *room)
{
    if (!timer_is_set(&room->ask_alarm.timer)) {
        schedule(room->sync, room, after_delay(room->sync));
    }
}

void ask_set_interval(struct sync *sync, struct sync_room *room)
{
    sync_alarm_set(sync, &room->interval_alarm,
        SYNC_INTERVAL_MS + dice_below(&sync->dice, SYNC_INTERVAL_JITTER_MS));
}

void ask_ring_interval(struct sync *sync, void *object)
{
    struct sync_room *room = object;
    struct sync_follow *follow = followers_any(sync, room);

    if (follow != NULL) {
        follow->is_due = true;
        ask_soon(room);
    }
    ask_set_interval(sync, room);
}

static void begin(struct sync *sync, struct sync_room *room, struct sync_follow *follow)
{
    struct sync_exchange *exchange = sync_exchange_create(sync, follow->peer, SYNC_ASKING);

    if (exchange == NULL) {
        schedule(sync, room, instant_add(sync->time.now, duration_ms(SYNC_RETRY_MS)));
        return;
    }
    if (room->round_asks == 0) {
        room->round_ends_at = instant_add(sync->time.now, duration_ms(SYNC_ROUND_MS));
    }
    room->round_asks++;
    room->asking = exchange;
    exchange->room = room;
    exchange->follow = follow;
    exchange->lines_left = sync->limits.lines_max;
    exchange->bytes_left = sync->limits.bytes_max;
    exchange->wants_open = true;
}

void ask_ring(struct sync *sync, void *object)
{
    struct sync_room *room = object;
    struct sync_follow *follow;

    if (room->asking != NULL || !room->is_recalled) {
        return;
    }
    if (sync->asking_count >= SYNC_ASKING_MAX) {
        schedule(sync, room, after_delay(sync));
        return;
    }
    if (instant_is_due(room->round_ends_at, sync->time.now)) {
        room->round_asks = 0;
    }
    if (room->round_asks >= SYNC_ROUND_ASKS_MAX) {
        schedule(sync, room, room->round_ends_at);
        return;
    }
    follow = followers_pick(sync, room);
    if (follow != NULL) {
        begin(sync, room, follow);
    } else {
        schedule(sync, room, sync->time.now);
    }
}

/* ---- the question ----------------------------------------------------------------------- */

struct gossip_bytes ask_payload(struct sync *sync, const struct sync_exchange *exchange)
{
    const struct shelf *shelf = &exchange->room->shelf;
    struct wire_history_question question = {.topic = sync_topic(exchange->room),
        .lines_max = exchange->lines_left,
        .bytes_max = (uint32_t)exchange->bytes_left,
        .age_max_ms = sync->limits.age_max_ms,
        .order_min = shelf->floor};
    struct gossip_room room = room_make(sync->buffer, sizeof(sync->buffer));
    struct wire_history_run run;
    uint32_t at = 0;

    wire_history_put_question(&room, &question);
    while (shelf_run_next(shelf, &at, &run)) {
        wire_history_put_run(&room, &run);
    }
    return bytes_make(sync->buffer, sizeof(sync->buffer) - room.size);
}

void ask_sent(struct sync *sync, struct sync_exchange *exchange)
{
    exchange->wants_send = false;
    exchange->wants_finish = true;
    sync_exchange_moved(sync, exchange);
}

/* ---- the answer ------------------------------------------------------------------------- */

/* Two others, who were not to be asked any more, are: our question tells them what came. */
static void nudge(struct sync *sync, struct sync_room *room)
{
    for (int i = 0; i < NUDGES_MAX; i++) {
        struct sync_follow *follow = followers_any(sync, room);

        if (follow != NULL) {
            follow->is_due = true;
            follow->is_nudged = true;
        }
    }
}

/* The peer is left alone for a while, longer each time. */
static void back_off(struct sync *sync, struct sync_follow *follow)
{
    uint64_t delay = SYNC_RETRY_MS;

    for (uint32_t i = 0; i < follow->patience && delay < SYNC_RETRY_MS_MAX; i++) {
        delay *= 2;
    }
    delay = delay < SYNC_RETRY_MS_MAX ? delay : SYNC_RETRY_MS_MAX;
    delay += dice_below(&sync->dice, SYNC_DELAY_JITTER_MS);
    follow->retry_at = instant_add(sync->time.now, duration_ms(delay));
    follow->patience++;
}

/* The exchange is about to go; what came of it is told. */
static void conclude(struct sync *sync, struct sync_exchange *exchange)
{
    struct sync_room *room = exchange->room;

    room->has_ended = true;
    room->ended_peer = exchange->peer->id;
    room->ended_count = exchange->new_count;
    if (exchange->new_count > 0) {
        nudge(sync, room);
    }
}

static void succeed(struct sync *sync, struct sync_exchange *exchange)
{
    struct sync_room *room = exchange->room;
    struct sync_follow *follow = exchange->follow;

    follow->failures = 0;
    follow->is_due = exchange->status == WIRE_HISTORY_MORE;
    if (exchange->new_count > 0) {
        follow->patience = 0;
        follow->retry_at = instant_add(sync->time.now, duration_ms(SYNC_RETRY_MS));
    } else if (follow->is_due || follow->has_news) {
        back_off(sync, follow); /* there is more, it said, and then it gave none */
    }
    follow->has_news = false;
    follow->is_nudged = false;
    conclude(sync, exchange);
    if (exchange->wants_finish) {
        sync_exchange_abandon(sync, exchange); /* all is here before our side was ended */
    } else {
        sync_exchange_destroy(sync, exchange);
    }
    schedule(sync, room, sync->time.now);
}

void ask_failed(struct sync *sync, struct sync_exchange *exchange)
{
    struct sync_room *room = exchange->room;

    back_off(sync, exchange->follow);
    exchange->follow->failures++;
    conclude(sync, exchange);
    sync_exchange_abandon(sync, exchange);
    schedule(sync, room, sync->time.now);
}

/* It lied, or broke the protocol: no more questions to it. */
static void condemn(struct sync *sync, struct sync_exchange *exchange)
{
    followers_distrust(sync, exchange->peer);
    ask_failed(sync, exchange);
}

void ask_message(struct sync *sync, struct sync_exchange *exchange, struct gossip_bytes payload)
{
    struct wire_history_answer answer;

    if (exchange->wants_open || exchange->status != WIRE_HISTORY_CONTINUED ||
        wire_history_answer_decode(payload, &answer) != GOSSIP_OK ||
        answer.line_count > exchange->lines_left ||
        (answer.line_count == 0 && answer.status == WIRE_HISTORY_CONTINUED)) {
        condemn(sync, exchange);
        return;
    }
    sync_exchange_moved(sync, exchange);
    exchange->lines_left -= answer.line_count;
    sync->arriving = exchange;
    sync->arriving_lines = wire_history_lines(&answer);
    sync->arriving_status = answer.status;
    sync->is_judging = false;
}

bool ask_line(struct sync *sync, struct sync_exchange *exchange, struct gossip_bytes line)
{
    if (line.size > exchange->bytes_left) {
        condemn(sync, exchange);
        return false;
    }
    exchange->bytes_left -= line.size;
    return true;
}

void ask_judged(struct sync *sync, struct sync_exchange *exchange, enum sync_verdict verdict)
{
    switch (verdict) {
    case SYNC_NEW:
        exchange->new_count++;
        break;
    case SYNC_KNOWN:
        break;
    case SYNC_FORGED:
        condemn(sync, exchange);
        break;
    }
}

void ask_read(struct sync *sync, struct sync_exchange *exchange)
{
    exchange->status = sync->arriving_status;
    sync->arriving = NULL;
    switch (exchange->status) {
    case WIRE_HISTORY_CONTINUED:
    case WIRE_HISTORY_OK:
    case WIRE_HISTORY_MORE:
        break; /* more follows, or the end of the stream */
    case WIRE_HISTORY_BUSY:
    case WIRE_HISTORY_NOT_FOLLOWED:
        ask_failed(sync, exchange);
        break;
    }
}

void ask_ended(struct sync *sync, struct sync_exchange *exchange, enum gossip_error error)
{
    if (error == GOSSIP_OK && !exchange->wants_open && !exchange->wants_send &&
        exchange->status != WIRE_HISTORY_CONTINUED) {
        succeed(sync, exchange);
        return;
    }
    exchange->has_stream = exchange->has_stream && error == GOSSIP_OK;
    ask_failed(sync, exchange);
}

void ask_compared(struct sync_follow *follow, bool has_news)
{
    if (has_news) {
        follow->has_news = true;
        follow->is_due = true;
        ask_soon(follow->room);
    } else if (!follow->is_nudged) {
        follow->is_due = false;
    }
}
