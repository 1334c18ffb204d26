#include "transfer/transfer.h"

#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "base/require.h"
#include "transfer/state.h"

enum gossip_error transfer_create(const struct transfer_config *config, struct transfer **transfer)
{
    struct transfer *made = allocator_take_zeroed(config->allocator, 1, sizeof(*made));

    *transfer = made;
    if (made == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    made->allocator = config->allocator;
    made->entropy = config->entropy;
    made->file_bytes_max = config->file_bytes_max;
    chain_init(&made->offered, NULL);
    chain_init(&made->wanted, NULL);
    chain_init(&made->talks, NULL);
    chain_init(&made->notes, NULL);
    chain_init(&made->forgotten, NULL);
    return GOSSIP_OK;
}

/* Drops everything without a word. */
static void clear(struct transfer *transfer)
{
    struct talk *talk;
    struct offered *offered;
    struct wanted *wanted;
    struct note *note;
    struct farewell *farewell;

    while ((talk = chain_first(&transfer->talks)) != NULL) {
        talk->is_reading = false;
        talk->wanted = NULL;
        talk_remove(transfer, talk);
    }
    while ((offered = chain_first(&transfer->offered)) != NULL) {
        for (size_t i = 0; i < offered->recipient_count; i++) {
            offered->recipients[i].news = (struct news){.is_done = false};
        }
        offered->news = (struct news){.is_done = false};
        offered->is_withdrawn = true;
        offered_settle(transfer, offered);
    }
    while ((wanted = chain_first(&transfer->wanted)) != NULL) {
        wanted->is_asked = false;
        wanted->talk = NULL;
        wanted->stage = WANTED_OVER;
        wanted->rest_until = instant_us(0);
        wanted->news = (struct news){.is_done = false};
        wanted_settle(transfer, wanted);
    }
    while ((note = chain_first(&transfer->notes)) != NULL) {
        note_destroy(transfer, note);
    }
    note_destroy(transfer, transfer->opening_note);
    while ((farewell = chain_first(&transfer->forgotten)) != NULL) {
        chain_remove(&farewell->link);
        allocator_give(transfer->allocator, farewell, sizeof(*farewell));
    }
}

void transfer_destroy(struct transfer *transfer)
{
    if (transfer != NULL) {
        clear(transfer);
        allocator_give(transfer->allocator, transfer, sizeof(*transfer));
    }
}

void transfer_set_file_bytes_max(struct transfer *transfer, uint64_t file_bytes_max)
{
    transfer->file_bytes_max = file_bytes_max;
}

void transfer_forget(struct transfer *transfer, uint32_t number, bool is_kept)
{
    struct farewell *farewell = allocator_take(transfer->allocator, sizeof(*farewell));

    if (farewell == NULL) {
        return; /* the host forgets everything when it closes */
    }
    chain_init(&farewell->link, farewell);
    farewell->number = number;
    farewell->is_kept = is_kept;
    chain_append(&transfer->forgotten, &farewell->link);
}

enum gossip_error transfer_cancel(
    struct transfer *transfer, struct gossip_instant now, uint32_t number)
{
    struct offered *offered = offered_find(transfer, number);
    struct wanted *wanted = wanted_find(transfer, number);

    transfer->now = now;
    if (offered != NULL) {
        offered_withdraw(transfer, offered);
        return GOSSIP_OK;
    }
    if (wanted == NULL) {
        return GOSSIP_ERROR_NOT_FOUND;
    }
    transfer_note(transfer, &wanted->peer, WIRE_FILE_DECLINE, wanted->title.id);
    wanted->news = (struct news){.is_done = false};
    wanted_end(transfer, wanted, GOSSIP_ERROR_CANCELLED, NULL, false);
    return GOSSIP_OK;
}

void transfer_peer_up(
    struct transfer *transfer, struct gossip_instant now, const struct gossip_peer_id *peer)
{
    transfer->now = now;
    transfer_offers_to(transfer, peer);
    for (struct chain *link = transfer->wanted.next; link->object != NULL; link = link->next) {
        struct wanted *wanted = link->object;

        if (wanted->stage == WANTED_WAITING && peer_id_is_equal(&wanted->peer, peer)) {
            wanted->retry_at = now;
        }
    }
}

/* ---- what it wants ---------------------------------------------------------------------- */

static bool poll_forgotten(struct transfer *transfer, struct transfer_request *request)
{
    struct farewell *farewell = chain_first(&transfer->forgotten);

    if (farewell == NULL) {
        return false;
    }
    *request = (struct transfer_request){
        .kind = TRANSFER_FORGET, .number = farewell->number, .is_kept = farewell->is_kept};
    chain_remove(&farewell->link);
    allocator_give(transfer->allocator, farewell, sizeof(*farewell));
    return true;
}

static bool poll_ends(struct transfer *transfer, struct transfer_request *request)
{
    for (struct chain *link = transfer->talks.next; link->object != NULL; link = link->next) {
        struct talk *talk = link->object;

        if (talk->is_gone) {
            continue;
        }
        *request = (struct transfer_request){.kind = TRANSFER_RESET, .stream = talk->stream};
        if (talk->is_resetting) {
            talk_remove(transfer, talk);
            return true;
        }
        if (talk->is_finishing) {
            request->kind = TRANSFER_FINISH;
            talk->is_finishing = false;
            talk->role = TALK_OVER;
            return true;
        }
    }
    return false;
}

static bool poll_open(struct transfer *transfer, struct transfer_request *request)
{
    struct chain *next;

    if (transfer->talk_count >= TRANSFER_TALKS_MAX) {
        return false;
    }
    for (struct chain *link = transfer->notes.next; link->object != NULL; link = next) {
        struct note *note = link->object;

        next = link->next;
        if (note_is_void(transfer, note)) {
            note_destroy(transfer, note);
        } else if (instant_is_due(note->not_before, transfer->now)) {
            chain_remove(&note->link);
            transfer->opening_note = note;
            *request = (struct transfer_request){.kind = TRANSFER_OPEN, .peer = note->peer};
            return true;
        }
    }
    for (struct chain *link = transfer->wanted.next; link->object != NULL; link = link->next) {
        struct wanted *wanted = link->object;

        if (wanted_is_ready(transfer, wanted)) {
            transfer->opening_wanted = wanted;
            *request = (struct transfer_request){.kind = TRANSFER_OPEN, .peer = wanted->peer};
            return true;
        }
    }
    return false;
}

static bool poll_files(struct transfer *transfer, struct transfer_request *request)
{
    for (struct chain *link = transfer->talks.next; link->object != NULL; link = link->next) {
        if (serving_read(transfer, link->object, request)) {
            return true;
        }
    }
    for (struct chain *link = transfer->wanted.next; link->object != NULL; link = link->next) {
        if (wanted_ask(link->object, request)) {
            return true;
        }
    }
    return false;
}

bool transfer_poll_request(struct transfer *transfer, struct transfer_request *request)
{
    require(transfer->opening_note == NULL && transfer->opening_wanted == NULL);
    require(transfer->sending == NULL);
    return poll_forgotten(transfer, request) || poll_ends(transfer, request) ||
           poll_open(transfer, request) || talk_next(transfer, request) ||
           poll_files(transfer, request);
}

/* ---- the answer to OPEN ----------------------------------------------------------------- */

static bool is_away(enum gossip_error error)
{
    return error == GOSSIP_ERROR_NOT_FOUND || error == GOSSIP_ERROR_UNSUPPORTED;
}

static void note_opened(
    struct transfer *transfer, struct note *note, enum gossip_error error, uint64_t stream)
{
    struct talk *talk =
        error == GOSSIP_OK ? talk_add(transfer, stream, &note->peer, TALK_NOTE) : NULL;

    if (talk != NULL) {
        talk->note = note;
    } else if (is_away(error)) {
        note_destroy(transfer, note); /* an offer is told again when the peer is there */
    } else {
        note_retry(transfer, note);
    }
}

static void wanted_opened(
    struct transfer *transfer, struct wanted *wanted, enum gossip_error error, uint64_t stream)
{
    struct talk *talk =
        error == GOSSIP_OK ? talk_add(transfer, stream, &wanted->peer, TALK_FETCH) : NULL;

    if (talk != NULL) {
        talk->wanted = wanted;
        wanted->talk = talk;
        wanted->stage = WANTED_FETCHING;
        wanted->moved_at = transfer->now;
    } else if (is_away(error)) {
        wanted->retry_at = instant_never();
    } else {
        wanted->retry_at = instant_add(transfer->now, duration_ms(TRANSFER_RETRY_MS));
    }
}

void transfer_opened(
    struct transfer *transfer, struct gossip_instant now, enum gossip_error error, uint64_t stream)
{
    struct note *note = transfer->opening_note;
    struct wanted *wanted = transfer->opening_wanted;

    transfer->now = now;
    transfer->opening_note = NULL;
    transfer->opening_wanted = NULL;
    if (note != NULL) {
        note_opened(transfer, note, error, stream);
    } else if (wanted != NULL) {
        wanted_opened(transfer, wanted, error, stream);
    }
}

/* ---- time ------------------------------------------------------------------------------- */

/* What is due already waits for a free stream, not for the time. */
static struct gossip_instant if_later(const struct transfer *transfer, struct gossip_instant at)
{
    return instant_is_before(transfer->now, at) ? at : instant_never();
}

struct gossip_instant transfer_deadline(const struct transfer *transfer)
{
    struct gossip_instant earliest = instant_never();

    for (struct chain *link = transfer->talks.next; link->object != NULL; link = link->next) {
        earliest = instant_earlier(earliest, talk_deadline(link->object));
    }
    for (struct chain *link = transfer->wanted.next; link->object != NULL; link = link->next) {
        const struct wanted *wanted = link->object;
        struct gossip_instant at = wanted_deadline(transfer, wanted);

        earliest = instant_earlier(
            earliest, wanted->stage == WANTED_WAITING ? if_later(transfer, at) : at);
    }
    for (struct chain *link = transfer->notes.next; link->object != NULL; link = link->next) {
        const struct note *note = link->object;

        earliest = instant_earlier(earliest, if_later(transfer, note->not_before));
    }
    return earliest;
}

void transfer_advance(struct transfer *transfer, struct gossip_instant now)
{
    struct chain *next;

    transfer->now = now;
    for (struct chain *link = transfer->talks.next; link->object != NULL; link = link->next) {
        struct talk *talk = link->object;

        if (instant_is_due(talk_deadline(talk), now)) {
            talk_reset(talk);
        }
    }
    for (struct chain *link = transfer->wanted.next; link->object != NULL; link = next) {
        next = link->next;
        wanted_advance(transfer, link->object);
    }
}
