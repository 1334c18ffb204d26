/* Files of others on their way to us. */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "transfer/state.h"

struct wanted *wanted_find(const struct transfer *transfer, uint32_t number)
{
    for (struct chain *link = transfer->wanted.next; link->object != NULL; link = link->next) {
        struct wanted *wanted = link->object;

        if (wanted->title.number == number && wanted->stage != WANTED_OVER) {
            return wanted;
        }
    }
    return NULL;
}

static struct wanted *find_by_id(const struct transfer *transfer, const struct gossip_peer_id *peer,
    const uint8_t id[WIRE_FILE_ID_BYTES])
{
    for (struct chain *link = transfer->wanted.next; link->object != NULL; link = link->next) {
        struct wanted *wanted = link->object;

        if (wanted->stage != WANTED_OVER && id_is_equal(wanted->title.id, id) &&
            peer_id_is_equal(&wanted->peer, peer)) {
            return wanted;
        }
    }
    return NULL;
}

static uint32_t count_of(const struct transfer *transfer, const struct gossip_peer_id *peer)
{
    uint32_t count = 0;

    for (struct chain *link = transfer->wanted.next; link->object != NULL; link = link->next) {
        const struct wanted *wanted = link->object;

        count += peer_id_is_equal(&wanted->peer, peer);
    }
    return count;
}

/* ---- what is over ----------------------------------------------------------------------- */

enum wire_file_kind verdict_of(
    const struct transfer *transfer, const struct gossip_peer_id *peer, const uint8_t *id)
{
    for (size_t i = 0; i < TRANSFER_VERDICTS_MAX; i++) {
        const struct verdict *verdict = &transfer->verdicts[i];

        if (verdict->kind != 0 && id_is_equal(verdict->id, id) &&
            peer_id_is_equal(&verdict->peer, peer)) {
            return verdict->kind;
        }
    }
    return (enum wire_file_kind)0;
}

static void remember(
    struct transfer *transfer, const struct wanted *wanted, enum wire_file_kind kind)
{
    struct verdict *verdict = &transfer->verdicts[transfer->verdict_at++ % TRANSFER_VERDICTS_MAX];

    verdict->kind = kind;
    verdict->peer = wanted->peer;
    memcpy(verdict->id, wanted->title.id, WIRE_FILE_ID_BYTES);
}

/* ---- what is offered to us -------------------------------------------------------------- */

void wanted_offered(struct transfer *transfer, const struct gossip_peer_id *peer,
    const struct wire_file_message *message)
{
    struct wanted *wanted;
    struct title *title;

    if (find_by_id(transfer, peer, message->id.data) != NULL) {
        return; /* told again */
    }
    if (verdict_of(transfer, peer, message->id.data) != 0) {
        transfer_note(
            transfer, peer, verdict_of(transfer, peer, message->id.data), message->id.data);
        return;
    }
    wanted = transfer->wanted_count < TRANSFER_WANTED_MAX &&
                     count_of(transfer, peer) < TRANSFER_WANTED_PER_PEER_MAX
                 ? allocator_take_zeroed(transfer->allocator, 1, sizeof(*wanted))
                 : NULL;
    if (wanted == NULL) {
        transfer_note(transfer, peer, WIRE_FILE_DECLINE, message->id.data);
        return;
    }
    title = &wanted->title;
    title->number = ++transfer->last_number;
    memcpy(title->id, message->id.data, WIRE_FILE_ID_BYTES);
    memcpy(title->hash, message->hash.data, WIRE_FILE_HASH_BYTES);
    title->name_size = (uint16_t)message->name.size;
    bytes_copy(title->name, message->name);
    title->room_size = (uint16_t)message->room.size;
    bytes_copy(title->room, message->room);
    title->size = message->size;
    wanted->peer = *peer;
    wanted->stage = WANTED_OFFERED;
    wanted->retry_at = instant_never();
    wanted->news.is_offered = true;
    chain_init(&wanted->pieces, NULL);
    chain_init(&wanted->link, wanted);
    chain_append(&transfer->wanted, &wanted->link);
    transfer->wanted_count++;
}

void wanted_withdrawn(struct transfer *transfer, const struct gossip_peer_id *peer,
    const uint8_t id[WIRE_FILE_ID_BYTES])
{
    struct wanted *wanted = find_by_id(transfer, peer, id);

    /* Whoever has all of it need not ask whether it is still offered. */
    if (wanted != NULL && wanted->stage != WANTED_VERIFYING) {
        if (wanted->stage == WANTED_OFFERED) {
            wanted->rest_until = instant_add(transfer->now, duration_ms(TRANSFER_REST_MS));
        }
        wanted_end(transfer, wanted, GOSSIP_ERROR_CANCELLED, "it is not offered any more", false);
    }
}

enum gossip_error transfer_accept(
    struct transfer *transfer, struct gossip_instant now, uint32_t number)
{
    struct wanted *wanted = wanted_find(transfer, number);

    transfer->now = now;
    if (wanted == NULL) {
        return GOSSIP_ERROR_NOT_FOUND;
    }
    if (wanted->stage != WANTED_OFFERED) {
        return GOSSIP_ERROR_ALREADY;
    }
    if (wanted->title.size > transfer->file_bytes_max) {
        return GOSSIP_ERROR_LIMIT;
    }
    wanted->stage = WANTED_PREPARING;
    return GOSSIP_OK;
}

/* ---- its end ---------------------------------------------------------------------------- */

static void drop_pieces(struct transfer *transfer, struct wanted *wanted)
{
    struct piece *piece;

    while ((piece = chain_first(&wanted->pieces)) != NULL) {
        chain_remove(&piece->link);
        allocator_give(transfer->allocator, piece, sizeof(*piece) + piece->size);
    }
    wanted->piece_count = 0;
}

void wanted_end(struct transfer *transfer, struct wanted *wanted, enum gossip_error error,
    const char *text, bool is_kept)
{
    if (wanted->talk != NULL) {
        talk_reset(wanted->talk);
        wanted->talk->wanted = NULL;
        wanted->talk = NULL;
    }
    if (transfer->opening_wanted == wanted) {
        transfer->opening_wanted = NULL; /* whatever is opened is reset */
    }
    wanted->stage = WANTED_OVER;
    wanted->error = error;
    wanted->is_kept = is_kept;
    if (text != NULL) {
        (void)snprintf(wanted->sentence, sizeof(wanted->sentence), "%s", text);
        wanted->news.is_failed = true;
    }
    remember(transfer, wanted, WIRE_FILE_DECLINE);
    wanted_settle(transfer, wanted);
}

void wanted_settle(struct transfer *transfer, struct wanted *wanted)
{
    if (wanted->stage != WANTED_OVER || wanted->is_asked || !news_is_empty(&wanted->news) ||
        !instant_is_due(wanted->rest_until, transfer->now)) {
        return;
    }
    if (wanted->is_known) {
        transfer_forget(transfer, wanted->title.number, wanted->is_kept);
    }
    drop_pieces(transfer, wanted);
    chain_remove(&wanted->link);
    transfer->wanted_count--;
    allocator_give(transfer->allocator, wanted, sizeof(*wanted));
}

/* ---- its stream ------------------------------------------------------------------------- */

static uint32_t fetch_count(const struct transfer *transfer)
{
    uint32_t count = 0;

    for (struct chain *link = transfer->wanted.next; link->object != NULL; link = link->next) {
        count += ((const struct wanted *)link->object)->stage == WANTED_FETCHING;
    }
    return count;
}

bool wanted_is_ready(const struct transfer *transfer, const struct wanted *wanted)
{
    return wanted->stage == WANTED_WAITING && instant_is_due(wanted->retry_at, transfer->now) &&
           fetch_count(transfer) < TRANSFER_FETCHES_MAX;
}

/* All has come and is written: it only has to be the right one. */
static void go_on_if_complete(struct wanted *wanted)
{
    if (wanted->stage != WANTED_OVER && wanted->written == wanted->title.size) {
        wanted->stage = WANTED_VERIFYING;
    }
}

bool wanted_receive(struct transfer *transfer, struct talk *talk, struct gossip_bytes data)
{
    struct wanted *wanted = talk->wanted;
    struct piece *piece;

    if (data.size > talk->allowed - wanted->received ||
        wanted->piece_count == TRANSFER_PIECES_MAX) {
        return false;
    }
    piece = allocator_take(transfer->allocator, sizeof(*piece) + data.size);
    if (piece == NULL) {
        return false; /* fetched again later */
    }
    chain_init(&piece->link, piece);
    piece->offset = wanted->received;
    piece->size = data.size;
    bytes_copy(piece->bytes, data);
    chain_append(&wanted->pieces, &piece->link);
    wanted->piece_count++;
    wanted->received += data.size;
    wanted->moved_at = transfer->now;
    wanted->attempts = 0;
    return true;
}

static void retry(struct transfer *transfer, struct wanted *wanted)
{
    wanted->talk = NULL;
    wanted->stage = WANTED_WAITING;
    wanted->retry_at = instant_add(transfer->now, duration_ms(TRANSFER_RETRY_MS));
    if (++wanted->attempts >= TRANSFER_ATTEMPTS_MAX) {
        wanted_end(
            transfer, wanted, GOSSIP_ERROR_PEER_SILENT, "nothing of it comes any more", true);
    }
}

void wanted_talk_ended(struct transfer *transfer, struct wanted *wanted, enum gossip_error error)
{
    if (wanted->stage != WANTED_FETCHING) {
        wanted->talk = NULL; /* all of it is here already */
        return;
    }
    if (error == GOSSIP_ERROR_CANCELLED && wanted->attempts > 0) {
        wanted->attempts--; /* another connection took over: nobody's fault */
    }
    retry(transfer, wanted);
}

/* How far the sender may go. */
static uint64_t allowance(const struct wanted *wanted)
{
    uint64_t left = wanted->title.size - wanted->written;

    return wanted->written + (left < TRANSFER_WINDOW_BYTES ? left : TRANSFER_WINDOW_BYTES);
}

bool wanted_next(const struct talk *talk, struct wire_file_message *message)
{
    const struct wanted *wanted = talk->wanted;
    uint64_t allowed;

    if (talk->is_done) {
        *message = (struct wire_file_message){
            .kind = WIRE_FILE_DONE, .id = bytes_make(talk->id, WIRE_FILE_ID_BYTES)};
        return true;
    }
    if (wanted == NULL || wanted->stage != WANTED_FETCHING) {
        return false;
    }
    if (!talk->is_asked_for) {
        *message = (struct wire_file_message){.kind = WIRE_FILE_FETCH,
            .id = bytes_make(wanted->title.id, WIRE_FILE_ID_BYTES),
            .offset = wanted->received};
        return true;
    }
    allowed = allowance(wanted);
    *message = (struct wire_file_message){.kind = WIRE_FILE_ALLOW, .offset = allowed};
    /* Seldom enough to be cheap, and early enough that the sender never waits for it. */
    return allowed > talk->allowed &&
           (allowed == wanted->title.size || allowed - talk->allowed >= TRANSFER_WINDOW_BYTES / 4);
}

void wanted_sent(struct talk *talk, enum wire_file_kind kind, uint64_t offset)
{
    if (kind == WIRE_FILE_DONE) {
        talk->is_done = false;
        talk->is_finishing = true;
        talk->role = TALK_OVER;
        return;
    }
    talk->is_asked_for = true;
    talk->allowed = offset;
}

/* ---- what the host does for it ---------------------------------------------------------- */

bool wanted_ask(struct wanted *wanted, struct transfer_request *request)
{
    struct piece *piece = chain_first(&wanted->pieces);

    if (wanted->is_asked || wanted->stage == WANTED_OFFERED || wanted->stage == WANTED_OVER) {
        return false;
    }
    *request = (struct transfer_request){.number = wanted->title.number, .peer = wanted->peer};
    if (wanted->stage == WANTED_PREPARING) {
        request->kind = TRANSFER_PREPARE;
        wanted->is_known = true;
    } else if (wanted->stage == WANTED_VERIFYING) {
        request->kind = TRANSFER_VERIFY;
    } else if (piece != NULL) {
        request->kind = TRANSFER_WRITE;
        request->offset = piece->offset;
        request->payload = bytes_make(piece->bytes, piece->size);
    } else {
        return false;
    }
    wanted->is_asked = true;
    return true;
}

/* The file whose answer comes; NULL if it is over, and is freed if it can be. */
static struct wanted *answered(
    struct transfer *transfer, struct gossip_instant now, uint32_t number)
{
    transfer->now = now;
    for (struct chain *link = transfer->wanted.next; link->object != NULL; link = link->next) {
        struct wanted *wanted = link->object;

        if (wanted->title.number != number || !wanted->is_asked) {
            continue;
        }
        wanted->is_asked = false;
        if (wanted->stage == WANTED_OVER) {
            wanted_settle(transfer, wanted);
            return NULL;
        }
        return wanted;
    }
    return NULL;
}

/* The host cannot go on with it: the other side is told that it is not wanted any more. */
static void give_up(struct transfer *transfer, struct wanted *wanted, enum gossip_error error,
    const char *text, bool is_kept)
{
    transfer_note(transfer, &wanted->peer, WIRE_FILE_DECLINE, wanted->title.id);
    wanted_end(transfer, wanted, error, text, is_kept);
}

void transfer_prepared(struct transfer *transfer, struct gossip_instant now, uint32_t number,
    uint64_t offset, enum gossip_error error, const char *text)
{
    struct wanted *wanted = answered(transfer, now, number);

    if (wanted == NULL) {
        return;
    }
    if (error != GOSSIP_OK) {
        give_up(transfer, wanted, error, text, true);
        return;
    }
    wanted->received = offset < wanted->title.size ? offset : wanted->title.size;
    wanted->written = wanted->received;
    wanted->moved_at = now;
    wanted->stage = WANTED_WAITING;
    wanted->retry_at = now;
    go_on_if_complete(wanted);
}

void transfer_written(struct transfer *transfer, struct gossip_instant now, uint32_t number,
    enum gossip_error error, const char *text)
{
    struct wanted *wanted = answered(transfer, now, number);
    struct piece *piece = wanted != NULL ? chain_first(&wanted->pieces) : NULL;

    if (piece == NULL) {
        return;
    }
    if (error != GOSSIP_OK) {
        give_up(transfer, wanted, error, text, true);
        return;
    }
    wanted->written = piece->offset + piece->size;
    wanted->piece_count--;
    chain_remove(&piece->link);
    allocator_give(transfer->allocator, piece, sizeof(*piece) + piece->size);
    go_on_if_complete(wanted);
    if (wanted->stage != WANTED_VERIFYING) {
        news_progress(transfer, &wanted->news);
    }
}

void transfer_verified(struct transfer *transfer, struct gossip_instant now, uint32_t number,
    enum gossip_error error, const char *text)
{
    struct wanted *wanted = answered(transfer, now, number);

    if (wanted == NULL) {
        return;
    }
    if (error != GOSSIP_OK) {
        give_up(transfer, wanted, error, text, error != GOSSIP_ERROR_PEER_MALFORMED);
        return;
    }
    remember(transfer, wanted, WIRE_FILE_DONE);
    if (wanted->talk != NULL) {
        memcpy(wanted->talk->id, wanted->title.id, WIRE_FILE_ID_BYTES);
        wanted->talk->is_done = true;
        wanted->talk->moved_at = now; /* from here on it waits for the other side */
        wanted->talk->wanted = NULL;
        wanted->talk = NULL;
    } else {
        transfer_note(transfer, &wanted->peer, WIRE_FILE_DONE, wanted->title.id);
    }
    wanted->news.is_done = true;
    wanted->stage = WANTED_OVER;
    wanted->is_known = false;
}

/* ---- time ------------------------------------------------------------------------------- */

struct gossip_instant wanted_deadline(const struct transfer *transfer, const struct wanted *wanted)
{
    switch (wanted->stage) {
    case WANTED_WAITING:
        return fetch_count(transfer) < TRANSFER_FETCHES_MAX ? wanted->retry_at : instant_never();
    case WANTED_FETCHING:
        /* A slow disk is no reason to hang up. */
        return chain_first(&wanted->pieces) == NULL
                   ? instant_add(wanted->moved_at, duration_ms(TRANSFER_STALL_MS))
                   : instant_never();
    case WANTED_OVER:
        return wanted->is_asked || !news_is_empty(&wanted->news) ? instant_never()
                                                                 : wanted->rest_until;
    case WANTED_OFFERED:
    case WANTED_PREPARING:
    case WANTED_VERIFYING:
        return instant_never();
    }
    return instant_never();
}

void wanted_advance(struct transfer *transfer, struct wanted *wanted)
{
    if (wanted->stage == WANTED_FETCHING &&
        instant_is_due(wanted_deadline(transfer, wanted), transfer->now)) {
        talk_reset(wanted->talk);
        wanted->talk->wanted = NULL;
        retry(transfer, wanted);
    } else {
        wanted_settle(transfer, wanted);
    }
}
