/* What we offer, and the notes that say so. */
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "transfer/state.h"

/* ---- notes ------------------------------------------------------------------------------ */

void transfer_note(struct transfer *transfer, const struct gossip_peer_id *peer,
    enum wire_file_kind kind, const uint8_t id[WIRE_FILE_ID_BYTES])
{
    struct note *note;

    if (transfer->note_count == TRANSFER_NOTES_MAX) {
        return;
    }
    note = allocator_take_zeroed(transfer->allocator, 1, sizeof(*note));
    if (note == NULL) {
        return;
    }
    chain_init(&note->link, note);
    note->peer = *peer;
    note->kind = kind;
    memcpy(note->id, id, WIRE_FILE_ID_BYTES);
    transfer->note_count++;
    chain_append(&transfer->notes, &note->link);
}

void note_destroy(struct transfer *transfer, struct note *note)
{
    if (note == NULL) {
        return;
    }
    chain_remove(&note->link);
    transfer->note_count--;
    allocator_give(transfer->allocator, note, sizeof(*note));
}

void note_retry(struct transfer *transfer, struct note *note)
{
    if (++note->attempts >= TRANSFER_NOTE_ATTEMPTS_MAX) {
        note_destroy(transfer, note);
        return;
    }
    note->not_before = instant_add(transfer->now, duration_ms(TRANSFER_RETRY_MS));
    chain_append(&transfer->notes, &note->link);
}

static struct offered *find_by_id(const struct transfer *transfer, const uint8_t *id)
{
    for (struct chain *link = transfer->offered.next; link->object != NULL; link = link->next) {
        struct offered *offered = link->object;

        if (id_is_equal(offered->title.id, id)) {
            return offered;
        }
    }
    return NULL;
}

bool note_is_void(const struct transfer *transfer, const struct note *note)
{
    const struct offered *offered = find_by_id(transfer, note->id);

    return note->kind == WIRE_FILE_OFFER && (offered == NULL || offered->is_withdrawn);
}

void offered_message(
    const struct transfer *transfer, const struct note *note, struct wire_file_message *message)
{
    const struct offered *offered = find_by_id(transfer, note->id);

    *message = (struct wire_file_message){
        .kind = note->kind, .id = bytes_make(note->id, WIRE_FILE_ID_BYTES)};
    if (note->kind == WIRE_FILE_OFFER) {
        const struct title *title = &offered->title;

        message->name = bytes_make(title->name, title->name_size);
        message->room = bytes_make(title->room, title->room_size);
        message->hash = bytes_make(title->hash, WIRE_FILE_HASH_BYTES);
        message->size = title->size;
    }
}

/* ---- offers ----------------------------------------------------------------------------- */

static size_t offered_bytes(size_t recipient_count)
{
    return sizeof(struct offered) + recipient_count * sizeof(struct recipient);
}

static void tell(struct transfer *transfer, struct offered *offered, struct recipient *recipient)
{
    recipient->is_told = true;
    transfer_note(transfer, &recipient->peer, WIRE_FILE_OFFER, offered->title.id);
}

static bool is_offer(const struct transfer_offer *offer)
{
    return offer->name.size > 0 && offer->name.size <= WIRE_FILE_NAME_BYTES_MAX &&
           offer->room.size <= WIRE_FILE_ROOM_BYTES_MAX && offer->recipient_count > 0 &&
           offer->recipient_count <= TRANSFER_RECIPIENTS_MAX;
}

enum gossip_error transfer_offer(struct transfer *transfer, struct gossip_instant now,
    const struct transfer_offer *offer, uint32_t *number)
{
    struct offered *offered;
    struct title *title;

    transfer->now = now;
    if (!is_offer(offer)) {
        return GOSSIP_ERROR_INVALID;
    }
    if (transfer->offered_count == TRANSFER_OFFERED_MAX) {
        return GOSSIP_ERROR_LIMIT;
    }
    offered = allocator_take_zeroed(transfer->allocator, 1, offered_bytes(offer->recipient_count));
    if (offered == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    title = &offered->title;
    title->number = ++transfer->last_number;
    entropy_fill(transfer->entropy, title->id, WIRE_FILE_ID_BYTES);
    memcpy(title->hash, offer->hash, WIRE_FILE_HASH_BYTES);
    title->name_size = (uint16_t)offer->name.size;
    bytes_copy(title->name, offer->name);
    title->room_size = (uint16_t)offer->room.size;
    bytes_copy(title->room, offer->room);
    title->size = offer->size;
    chain_init(&offered->link, offered);
    chain_append(&transfer->offered, &offered->link);
    transfer->offered_count++;
    offered->recipient_count = offer->recipient_count;
    for (size_t i = 0; i < offer->recipient_count; i++) {
        offered->recipients[i].peer = offer->recipients[i];
        tell(transfer, offered, &offered->recipients[i]);
    }
    *number = title->number;
    return GOSSIP_OK;
}

struct offered *offered_find(const struct transfer *transfer, uint32_t number)
{
    for (struct chain *link = transfer->offered.next; link->object != NULL; link = link->next) {
        struct offered *offered = link->object;

        if (offered->title.number == number && !offered->is_withdrawn) {
            return offered;
        }
    }
    return NULL;
}

void transfer_offers_to(struct transfer *transfer, const struct gossip_peer_id *peer)
{
    for (struct chain *link = transfer->offered.next; link->object != NULL; link = link->next) {
        struct offered *offered = link->object;

        for (size_t i = 0; i < offered->recipient_count && !offered->is_withdrawn; i++) {
            struct recipient *recipient = &offered->recipients[i];

            if (!recipient->is_over && peer_id_is_equal(&recipient->peer, peer)) {
                tell(transfer, offered, recipient);
            }
        }
    }
}

void offered_withdraw(struct transfer *transfer, struct offered *offered)
{
    offered->is_withdrawn = true;
    for (struct chain *link = transfer->talks.next; link->object != NULL; link = link->next) {
        struct talk *talk = link->object;

        if (talk->role == TALK_SERVE && talk->offered == offered) {
            talk_reset(talk);
        }
    }
    for (size_t i = 0; i < offered->recipient_count; i++) {
        struct recipient *recipient = &offered->recipients[i];

        if (recipient->is_told && !recipient->is_over) {
            transfer_note(transfer, &recipient->peer, WIRE_FILE_WITHDRAW, offered->title.id);
        }
    }
    offered_settle(transfer, offered);
}

/* Whether nobody can want it any more, and everything is told. */
static bool is_settled(const struct offered *offered)
{
    if (offered->readers > 0 || !news_is_empty(&offered->news)) {
        return false;
    }
    for (size_t i = 0; i < offered->recipient_count && !offered->is_withdrawn; i++) {
        const struct recipient *recipient = &offered->recipients[i];

        if (!recipient->is_over || !news_is_empty(&recipient->news)) {
            return false;
        }
    }
    return true;
}

void offered_settle(struct transfer *transfer, struct offered *offered)
{
    if (!is_settled(offered)) {
        return;
    }
    transfer_forget(transfer, offered->title.number, true);
    chain_remove(&offered->link);
    transfer->offered_count--;
    allocator_give(transfer->allocator, offered, offered_bytes(offered->recipient_count));
}

void offered_answered(struct transfer *transfer, const struct gossip_peer_id *peer,
    const uint8_t id[WIRE_FILE_ID_BYTES], bool is_done)
{
    struct offered *offered = find_by_id(transfer, id);

    if (offered == NULL || offered->is_withdrawn) {
        return;
    }
    for (size_t i = 0; i < offered->recipient_count; i++) {
        struct recipient *recipient = &offered->recipients[i];

        if (!recipient->is_over && peer_id_is_equal(&recipient->peer, peer)) {
            recipient->is_over = true;
            recipient->news.is_done = is_done;
            recipient->news.is_declined = !is_done;
        }
    }
}
