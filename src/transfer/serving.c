/* Files of ours on their way to those who asked for them. */
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "transfer/state.h"

static bool is_one_too_many(const struct transfer *transfer, const struct gossip_peer_id *peer)
{
    uint32_t all = 0;
    uint32_t of_peer = 0;

    for (struct chain *link = transfer->talks.next; link->object != NULL; link = link->next) {
        const struct talk *talk = link->object;

        if (talk->role == TALK_SERVE) {
            all++;
            of_peer += peer_id_is_equal(&talk->peer, peer);
        }
    }
    return all >= TRANSFER_SERVED_MAX || of_peer >= TRANSFER_SERVED_PER_PEER_MAX;
}

/* What `talk` asks for, if it was offered to that peer. */
static bool find(struct transfer *transfer, struct talk *talk, const uint8_t id[WIRE_FILE_ID_BYTES])
{
    for (struct chain *link = transfer->offered.next; link->object != NULL; link = link->next) {
        struct offered *offered = link->object;

        for (size_t i = 0; i < offered->recipient_count && !offered->is_withdrawn; i++) {
            struct recipient *recipient = &offered->recipients[i];

            if (id_is_equal(offered->title.id, id) && !recipient->is_over &&
                peer_id_is_equal(&recipient->peer, &talk->peer)) {
                talk->offered = offered;
                talk->recipient = recipient;
                return true;
            }
        }
    }
    return false;
}

bool serving_begin(
    struct transfer *transfer, struct talk *talk, const struct wire_file_message *message)
{
    if (is_one_too_many(transfer, &talk->peer)) {
        return false;
    }
    talk->role = TALK_SERVE;
    talk->moved_at = transfer->now;
    memcpy(talk->id, message->id.data, WIRE_FILE_ID_BYTES);
    if (!find(transfer, talk, message->id.data)) {
        talk->is_refusing = true;
        return true;
    }
    if (message->offset > talk->offered->title.size) {
        talk->offered = NULL;
        return false;
    }
    talk->chunk = allocator_take(transfer->allocator, WIRE_FILE_DATA_BYTES_MAX);
    if (talk->chunk == NULL) {
        talk->offered = NULL;
        return false;
    }
    talk->offered->readers++;
    talk->offset = message->offset;
    talk->allowed = message->offset;
    return true;
}

bool serving_read(struct transfer *transfer, struct talk *talk, struct transfer_request *request)
{
    uint64_t end;

    if (talk->role != TALK_SERVE || talk->offered == NULL || talk->is_reading ||
        talk->chunk_size > 0 || talk->is_gone || talk->is_resetting) {
        return false;
    }
    end = talk->allowed < talk->offered->title.size ? talk->allowed : talk->offered->title.size;
    if (talk->offset >= end) {
        return false;
    }
    talk->is_reading = true;
    talk->ticket = ++transfer->last_ticket;
    talk->read_size = end - talk->offset < WIRE_FILE_DATA_BYTES_MAX ? (size_t)(end - talk->offset)
                                                                    : WIRE_FILE_DATA_BYTES_MAX;
    *request = (struct transfer_request){.kind = TRANSFER_READ,
        .number = talk->offered->title.number,
        .ticket = talk->ticket,
        .offset = talk->offset,
        .room = room_make(talk->chunk, talk->read_size)};
    return true;
}

void transfer_read(
    struct transfer *transfer, struct gossip_instant now, uint32_t ticket, enum gossip_error error)
{
    transfer->now = now;
    for (struct chain *link = transfer->talks.next; link->object != NULL; link = link->next) {
        struct talk *talk = link->object;

        if (!talk->is_reading || talk->ticket != ticket) {
            continue;
        }
        talk->is_reading = false;
        if (talk->is_gone) {
            talk_remove(transfer, talk);
            return;
        }
        if (error != GOSSIP_OK) {
            talk->offered->news.is_failed = true;
            offered_withdraw(transfer, talk->offered);
            return;
        }
        talk->chunk_size = talk->read_size;
        return;
    }
}

bool serving_next(const struct talk *talk, struct wire_file_message *message)
{
    if (talk->is_refusing) {
        *message = (struct wire_file_message){
            .kind = WIRE_FILE_REFUSE, .id = bytes_make(talk->id, WIRE_FILE_ID_BYTES)};
        return true;
    }
    *message = (struct wire_file_message){
        .kind = WIRE_FILE_DATA, .data = bytes_make(talk->chunk, talk->chunk_size)};
    return talk->chunk_size > 0;
}

void serving_sent(struct transfer *transfer, struct talk *talk)
{
    if (talk->is_refusing) {
        talk->is_refusing = false;
        talk->is_finishing = true;
        return;
    }
    talk->offset += talk->chunk_size;
    talk->chunk_size = 0;
    talk->moved_at = transfer->now;
    talk->recipient->done = talk->offset;
    if (talk->offset < talk->offered->title.size) {
        news_progress(transfer, &talk->recipient->news);
    }
}

void serving_ended(struct transfer *transfer, struct talk *talk)
{
    struct offered *offered = talk->offered;

    allocator_give(transfer->allocator, talk->chunk, WIRE_FILE_DATA_BYTES_MAX);
    talk->chunk = NULL;
    if (offered != NULL) {
        talk->offered = NULL;
        offered->readers--;
        offered_settle(transfer, offered);
    }
}
