#include "sync/serve.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "sync/ask.h"
#include "sync/exchange.h"
#include "sync/followers.h"

void serve_arrived(struct sync *sync, struct sync_peer *peer, uint64_t stream)
{
    struct sync_exchange *exchange = sync_exchange_create(sync, peer, SYNC_SERVING);

    if (exchange == NULL) {
        return; /* without memory for a refusal: the asker's patience ends it */
    }
    exchange->has_stream = true;
    exchange->stream = stream;
    if (peer->serving > SYNC_SERVING_PEER_MAX || sync->serving_count > SYNC_SERVING_MAX) {
        sync_exchange_abandon(sync, exchange);
    }
}

void serve_drop(struct sync *sync, struct sync_exchange *exchange)
{
    for (uint32_t i = exchange->next; i < exchange->line_count; i++) {
        shelf_line_release(sync->allocator, exchange->lines[i]);
    }
    allocator_give(
        sync->allocator, exchange->lines, exchange->line_count * sizeof(struct shelf_line *));
    exchange->lines = NULL;
    exchange->line_count = exchange->next = 0;
}

/* ---- what is missing there, and here ---------------------------------------------------- */

/* Marks what the asker has. Whether he has more of the room than we. */
static bool mark(const struct shelf *shelf, const struct wire_history_question *question)
{
    struct wire_reader reader = wire_history_runs(question);
    struct wire_history_run run;
    bool is_more = false;

    for (uint32_t i = 0; i < shelf->count; i++) {
        shelf->lines[i]->is_there = false;
    }
    while (wire_history_run_next(&reader, &run)) {
        uint32_t first = shelf_find_run(shelf, &run);
        uint32_t at = first;

        for (; at < shelf->count && shelf_is_in_run(shelf->named[at], &run); at++) {
            shelf->named[at]->is_there = true;
        }
        is_more = is_more || at - first < run.count;
    }
    return is_more;
}

/* What may be given of the room. */
struct share {
    struct gossip_unix_time oldest, newest;
    uint64_t order_min;
    uint32_t lines_max;
    uint64_t bytes_max;
};

static uint64_t smaller(uint64_t left, uint64_t right)
{
    return left < right ? left : right;
}

static struct share share_of(
    struct sync *sync, struct sync_peer *peer, const struct wire_history_question *question)
{
    uint64_t credit = smaller(
        credit_left(&peer->credit, sync->time.now), credit_left(&sync->credit, sync->time.now));
    uint64_t age = smaller(question->age_max_ms, sync->limits.age_max_ms);
    uint64_t bytes = smaller(question->bytes_max, sync->limits.bytes_max);

    return (struct share){
        .oldest = {.ms = sync->time.date.ms - (int64_t)smaller(age, INT64_MAX / 2)},
        .newest = {.ms = sync->time.date.ms - SYNC_FRESH_MS},
        .order_min = question->order_min,
        .lines_max = (uint32_t)smaller(question->lines_max, sync->limits.lines_max),
        .bytes_max = smaller(bytes, credit)};
}

/*
 * Takes the newest lines of the window that are not there, as far as the share goes: the array is
 * filled from its end. Returns how many.
 */
static uint32_t gather(
    const struct shelf *shelf, const struct share *share, struct shelf_line **lines, bool *is_cut)
{
    uint64_t bytes = 0;
    uint32_t window = 0;
    uint32_t count = 0;

    for (uint32_t i = shelf->count; i > 0 && window < share->lines_max; i--) {
        struct shelf_line *line = shelf->lines[i - 1];

        if (line->order < share->order_min) {
            break;
        }
        if (line->date.ms < share->oldest.ms) {
            continue;
        }
        window++;
        if (line->is_there) {
            continue;
        }
        if (line->date.ms > share->newest.ms) {
            *is_cut = true; /* gossip is about to bring it */
            continue;
        }
        bytes += line->original_size;
        if (bytes > share->bytes_max) {
            *is_cut = true;
            break;
        }
        count++;
        lines[share->lines_max - count] = line;
    }
    return count;
}

/* Copies what is gathered, so that it survives until it is sent. */
static bool take(
    struct sync *sync, struct sync_exchange *exchange, struct shelf_line **lines, uint32_t count)
{
    size_t size = count * sizeof(struct shelf_line *);

    if (count == 0) {
        return true;
    }
    exchange->lines = allocator_take(sync->allocator, size);
    if (exchange->lines == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        exchange->lines[i] = lines[i];
        lines[i]->references++;
    }
    exchange->line_count = count;
    return true;
}

static void prepare(struct sync *sync, struct sync_exchange *exchange, const struct shelf *shelf,
    const struct share *share)
{
    struct shelf_line *lines[SYNC_LINES_MAX];
    bool is_cut = false;
    uint32_t count = gather(shelf, share, lines, &is_cut);

    exchange->answer = is_cut ? WIRE_HISTORY_MORE : WIRE_HISTORY_OK;
    if (!take(sync, exchange, lines + share->lines_max - count, count)) {
        exchange->answer = WIRE_HISTORY_BUSY;
    }
}

/* ---- the question ----------------------------------------------------------------------- */

static bool has_credit(struct sync *sync, struct sync_peer *peer)
{
    bool has = credit_left(&peer->credit, sync->time.now) >= SYNC_QUESTION_COST &&
               credit_left(&sync->credit, sync->time.now) >= SYNC_QUESTION_COST;

    if (has) {
        credit_spend(&peer->credit, sync->time.now, SYNC_QUESTION_COST);
        credit_spend(&sync->credit, sync->time.now, SYNC_QUESTION_COST);
    }
    return has;
}

static void answer(
    struct sync *sync, struct sync_exchange *exchange, const struct wire_history_question *question)
{
    struct sync_room *room = sync_find_room(sync, question->topic);
    struct sync_follow *follow =
        room == NULL ? NULL : followers_find(exchange->peer, room->topic_hash);
    struct share share;

    if (follow == NULL) {
        exchange->answer = WIRE_HISTORY_NOT_FOLLOWED;
        return;
    }
    if (!has_credit(sync, exchange->peer)) {
        exchange->answer = WIRE_HISTORY_BUSY;
        return;
    }
    exchange->room = room;
    ask_compared(follow, mark(&room->shelf, question));
    share = share_of(sync, exchange->peer, question);
    prepare(sync, exchange, &room->shelf, &share);
}

void serve_message(struct sync *sync, struct sync_exchange *exchange, struct gossip_bytes payload)
{
    struct wire_history_question question;

    if (exchange->answer != WIRE_HISTORY_CONTINUED ||
        wire_history_question_decode(payload, &question) != GOSSIP_OK) {
        followers_distrust(sync, exchange->peer);
        sync_exchange_abandon(sync, exchange);
        return;
    }
    answer(sync, exchange, &question);
    exchange->wants_send = true;
    sync_exchange_moved(sync, exchange);
}

/* ---- the answer ------------------------------------------------------------------------- */

struct gossip_bytes serve_payload(struct sync *sync, struct sync_exchange *exchange)
{
    struct gossip_room room = room_make(sync->buffer, WIRE_HISTORY_ANSWER_BYTES_MAX);
    uint32_t at = exchange->next;

    room.size -= WIRE_HISTORY_STATUS_BYTES;
    while (at < exchange->line_count && at - exchange->next < WIRE_HISTORY_LINES_MAX &&
           wire_history_put_line(&room, shelf_original(exchange->lines[at]))) {
        at++;
    }
    exchange->sending = at - exchange->next;
    room.size += WIRE_HISTORY_STATUS_BYTES;
    if (at == exchange->line_count) {
        wire_history_put_status(&room, exchange->answer);
    }
    return bytes_make(sync->buffer, (size_t)(room.data - sync->buffer));
}

void serve_sent(struct sync *sync, struct sync_exchange *exchange)
{
    uint64_t bytes = 0;

    while (exchange->sending > 0) {
        struct shelf_line *line = exchange->lines[exchange->next++];

        bytes += line->original_size;
        shelf_line_release(sync->allocator, line);
        exchange->sending--;
    }
    credit_spend(&exchange->peer->credit, sync->time.now, bytes);
    credit_spend(&sync->credit, sync->time.now, bytes);
    sync_exchange_moved(sync, exchange);
    if (exchange->next == exchange->line_count) {
        exchange->wants_send = false;
        exchange->wants_finish = true;
    }
}

void serve_ended(struct sync *sync, struct sync_exchange *exchange, enum gossip_error error)
{
    if (error != GOSSIP_OK) {
        sync_exchange_destroy(sync, exchange);
    } else if (exchange->answer == WIRE_HISTORY_CONTINUED) {
        sync_exchange_abandon(sync, exchange); /* nothing was asked */
    }
}
