/* Streams: what comes on them, and what is to be sent. */
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "base/require.h"
#include "transfer/state.h"

struct talk *talk_add(struct transfer *transfer, uint64_t stream, const struct gossip_peer_id *peer,
    enum talk_role role)
{
    struct talk *talk = allocator_take_zeroed(transfer->allocator, 1, sizeof(*talk));

    if (talk == NULL) {
        return NULL;
    }
    talk->stream = stream;
    talk->peer = *peer;
    talk->role = role;
    talk->moved_at = transfer->now;
    chain_init(&talk->link, talk);
    chain_append(&transfer->talks, &talk->link);
    transfer->talk_count++;
    return talk;
}

void talk_reset(struct talk *talk)
{
    talk->is_resetting = true;
}

void talk_remove(struct transfer *transfer, struct talk *talk)
{
    if (talk->is_reading) {
        talk->is_gone = true;
        return;
    }
    if (transfer->sending == talk) {
        transfer->sending = NULL;
    }
    note_destroy(transfer, talk->note);
    serving_ended(transfer, talk);
    chain_remove(&talk->link);
    transfer->talk_count--;
    allocator_give(transfer->allocator, talk, sizeof(*talk));
}

static struct talk *find(const struct transfer *transfer, uint64_t stream)
{
    for (struct chain *link = transfer->talks.next; link->object != NULL; link = link->next) {
        struct talk *talk = link->object;

        if (talk->stream == stream && !talk->is_gone && !talk->is_resetting) {
            return talk;
        }
    }
    return NULL;
}

static uint32_t count_of(const struct transfer *transfer, const struct gossip_peer_id *peer)
{
    uint32_t count = 0;

    for (struct chain *link = transfer->talks.next; link->object != NULL; link = link->next) {
        count += peer_id_is_equal(&((const struct talk *)link->object)->peer, peer);
    }
    return count;
}

bool transfer_stream_arrived(struct transfer *transfer, struct gossip_instant now, uint64_t stream,
    const struct gossip_peer_id *peer)
{
    transfer->now = now;
    return transfer->talk_count < TRANSFER_TALKS_MAX &&
           count_of(transfer, peer) < TRANSFER_TALKS_PER_PEER_MAX &&
           talk_add(transfer, stream, peer, TALK_NEW) != NULL;
}

/* ---- what comes ------------------------------------------------------------------------- */

/* A note, or the beginning of a fetch. False: the peer breaks the protocol. */
static bool begin(
    struct transfer *transfer, struct talk *talk, const struct wire_file_message *message)
{
    talk->role = TALK_OVER;
    switch (message->kind) {
    case WIRE_FILE_OFFER:
        wanted_offered(transfer, &talk->peer, message);
        return true;
    case WIRE_FILE_WITHDRAW:
        wanted_withdrawn(transfer, &talk->peer, message->id.data);
        return true;
    case WIRE_FILE_DECLINE:
    case WIRE_FILE_DONE:
        offered_answered(transfer, &talk->peer, message->id.data, message->kind == WIRE_FILE_DONE);
        return true;
    case WIRE_FILE_FETCH:
        return serving_begin(transfer, talk, message);
    case WIRE_FILE_ALLOW:
    case WIRE_FILE_DATA:
    case WIRE_FILE_REFUSE:
        return false;
    }
    return false;
}

/* Whoever fetches from us says how far we may go, and that it is done. */
static bool serve_receive(
    struct transfer *transfer, struct talk *talk, const struct wire_file_message *message)
{
    if (message->kind == WIRE_FILE_DONE && talk->offered != NULL) {
        offered_answered(transfer, &talk->peer, talk->offered->title.id, true);
        return true;
    }
    if (message->kind != WIRE_FILE_ALLOW || message->offset < talk->allowed) {
        return false;
    }
    talk->allowed = message->offset;
    talk->moved_at = transfer->now;
    return true;
}

static bool fetch_receive(
    struct transfer *transfer, struct talk *talk, const struct wire_file_message *message)
{
    if (talk->wanted == NULL) {
        return false; /* all of it is here */
    }
    if (message->kind == WIRE_FILE_REFUSE) {
        wanted_end(
            transfer, talk->wanted, GOSSIP_ERROR_NOT_FOUND, "it is not offered any more", true);
        return true;
    }
    return message->kind == WIRE_FILE_DATA && wanted_receive(transfer, talk, message->data);
}

static bool receive(
    struct transfer *transfer, struct talk *talk, const struct wire_file_message *message)
{
    switch (talk->role) {
    case TALK_NEW:
        return begin(transfer, talk, message);
    case TALK_SERVE:
        return serve_receive(transfer, talk, message);
    case TALK_FETCH:
        return fetch_receive(transfer, talk, message);
    case TALK_NOTE:
    case TALK_OVER:
        return false;
    }
    return false;
}

bool transfer_stream_receive(struct transfer *transfer, struct gossip_instant now, uint64_t stream,
    struct gossip_bytes encoded)
{
    struct talk *talk = find(transfer, stream);
    struct wire_file_message message;
    enum gossip_error error = wire_file_message_decode(encoded, &message);

    transfer->now = now;
    if (talk == NULL || error == GOSSIP_ERROR_UNSUPPORTED) {
        return true;
    }
    if (error == GOSSIP_OK && receive(transfer, talk, &message)) {
        return true;
    }
    transfer_stream_ended(transfer, now, stream, GOSSIP_ERROR_PEER_MALFORMED);
    return false;
}

void transfer_stream_writable(struct transfer *transfer, uint64_t stream)
{
    struct talk *talk = find(transfer, stream);

    if (talk != NULL) {
        talk->is_blocked = false;
    }
}

void transfer_stream_ended(
    struct transfer *transfer, struct gossip_instant now, uint64_t stream, enum gossip_error error)
{
    struct talk *talk = find(transfer, stream);
    struct wanted *wanted;

    transfer->now = now;
    if (talk == NULL) {
        return;
    }
    if (talk->note != NULL && error != GOSSIP_OK) {
        note_retry(transfer, talk->note);
        talk->note = NULL;
    }
    wanted = talk->wanted;
    talk->wanted = NULL;
    talk_remove(transfer, talk);
    if (wanted != NULL) {
        wanted_talk_ended(transfer, wanted, error);
    }
}

/* ---- what goes -------------------------------------------------------------------------- */

/* What is to be sent on the stream now; false if nothing is. */
static bool next_message(
    const struct transfer *transfer, const struct talk *talk, struct wire_file_message *message)
{
    if (talk->is_blocked || talk->is_gone || talk->is_resetting || talk->is_finishing) {
        return false;
    }
    switch (talk->role) {
    case TALK_NOTE:
        if (talk->note == NULL || note_is_void(transfer, talk->note)) {
            return false;
        }
        offered_message(transfer, talk->note, message);
        return true;
    case TALK_FETCH:
        return wanted_next(talk, message);
    case TALK_SERVE:
        return serving_next(talk, message);
    case TALK_NEW:
    case TALK_OVER:
        return false;
    }
    return false;
}

bool talk_next(struct transfer *transfer, struct transfer_request *request)
{
    for (struct chain *link = transfer->talks.next; link->object != NULL; link = link->next) {
        struct talk *talk = link->object;
        struct wire_file_message message;

        if (!next_message(transfer, talk, &message)) {
            continue;
        }
        transfer->sending = talk;
        transfer->sending_kind = message.kind;
        transfer->sending_offset = message.offset;
        *request = (struct transfer_request){.kind = TRANSFER_SEND,
            .stream = talk->stream,
            .payload = room_filled(room_make(transfer->message, sizeof(transfer->message)),
                wire_file_message_encode(
                    &message, room_make(transfer->message, sizeof(transfer->message))))};
        /* The others first, next time. */
        chain_remove(&talk->link);
        chain_append(&transfer->talks, &talk->link);
        return true;
    }
    return false;
}

void transfer_sent(struct transfer *transfer, struct gossip_instant now, enum gossip_error error)
{
    struct talk *talk = transfer->sending;

    transfer->now = now;
    transfer->sending = NULL;
    if (talk == NULL) {
        return; /* it ended meanwhile */
    }
    if (error == GOSSIP_ERROR_WOULD_BLOCK) {
        talk->is_blocked = true;
        return;
    }
    if (error != GOSSIP_OK) {
        transfer_stream_ended(transfer, now, talk->stream, error);
        return;
    }
    switch (talk->role) {
    case TALK_NOTE:
        talk->is_finishing = true;
        return;
    case TALK_FETCH:
        wanted_sent(talk, transfer->sending_kind, transfer->sending_offset);
        return;
    case TALK_SERVE:
        serving_sent(transfer, talk);
        return;
    case TALK_NEW:
    case TALK_OVER:
        require(false);
    }
}

struct gossip_instant talk_deadline(const struct talk *talk)
{
    bool is_waiting = !talk->is_gone && !talk->is_resetting && talk->wanted == NULL;

    return is_waiting ? instant_add(talk->moved_at, duration_ms(TRANSFER_STALL_MS))
                      : instant_never();
}
