#include "host/transfer_state.h"

#include "base/bytes.h"
#include "chat/clean_text.h"
#include "host/clock.h"
#include "host/events.h"

void transfer_answer(struct gossip_node *node, uint64_t number, enum gossip_error error,
    const char *text, const char *hint)
{
    struct gossip_event event = {
        .kind = error == GOSSIP_OK ? GOSSIP_EVENT_DONE : GOSSIP_EVENT_FAILED,
        .number = number,
        .error = error,
        .text = bytes_of_text(text),
        .hint = bytes_of_text(hint)};

    events_tell(node, &event);
}

/* What all events of a file have in common; `memory` is for its name. */
static struct gossip_event event_of(struct gossip_node *node, const struct transfer_status *status,
    enum gossip_event_kind kind, struct gossip_room memory)
{
    struct gossip_event event = {.kind = kind,
        .file = status->number,
        .file_bytes = status->size,
        .file_done_bytes = status->done,
        .room = status->room,
        .person = status->peer,
        .own = status->is_ours,
        .joined = status->is_accepted};

    event.text = room_filled(memory, clean_text(CLEAN_TEXT_NAME, status->name, memory));
    if (event.text.size == 0) {
        event.text = BYTES_OF("file");
    }
    if (status->peer.size > 0) {
        event.name = chat_name_of(node->chat, &status->peer);
    }
    return event;
}

static enum gossip_event_kind kind_of(enum transfer_event_kind kind)
{
    switch (kind) {
    case TRANSFER_OFFERED:
        return GOSSIP_EVENT_FILE_OFFERED;
    case TRANSFER_PROGRESS:
        return GOSSIP_EVENT_FILE_PROGRESS;
    case TRANSFER_DONE:
        return GOSSIP_EVENT_FILE_DONE;
    case TRANSFER_DECLINED:
    case TRANSFER_FAILED:
        return GOSSIP_EVENT_FILE_FAILED;
    }
    return GOSSIP_EVENT_FILE_FAILED;
}

void transfer_tell(struct gossip_node *node, const struct transfer_event *told)
{
    uint8_t memory[CLEAN_TEXT_BYTES(WIRE_FILE_NAME_BYTES_MAX)];
    uint8_t room[CLEAN_TEXT_BYTES(WIRE_FILE_ROOM_BYTES_MAX)];
    struct gossip_event event;
    const struct place *place = transfer_disk_place(node->transfer, told->status.number);
    const struct source *source = transfer_disk_source(node->transfer, told->status.number);

    if (told->kind == TRANSFER_OFFERED && chat_is_ignored(node->chat, &told->status.peer)) {
        (void)!transfer_cancel(node->transfer->machine, clock_now(), told->status.number);
        return;
    }
    event = event_of(node, &told->status, kind_of(told->kind), room_make(memory, sizeof(memory)));
    event.room = room_filled(room_make(room, sizeof(room)),
        clean_text(CLEAN_TEXT_NAME, told->status.room, room_make(room, sizeof(room))));
    if (told->kind == TRANSFER_DECLINED) {
        event.error = GOSSIP_ERROR_PEER_REFUSED;
        event.hint = BYTES_OF("it is not wanted");
    } else if (told->kind == TRANSFER_FAILED) {
        event.error = told->error;
        event.hint = bytes_of_text(told->text);
    } else if (told->kind == TRANSFER_DONE && place != NULL && place->path != NULL) {
        event.path = bytes_of_text(place->path);
    } else if (source != NULL) {
        event.path = bytes_of_text(source->path);
    }
    if (node->chat == NULL || !chat_is_ignored(node->chat, &event.person)) {
        events_tell(node, &event);
    }
    if (told->kind == TRANSFER_DONE && !told->status.is_ours) {
        transfer_disk_forget(node->transfer, told->status.number, true);
    }
}

uint32_t transfer_tell_all(struct gossip_node *node, uint64_t number)
{
    uint8_t memory[CLEAN_TEXT_BYTES(WIRE_FILE_NAME_BYTES_MAX)];
    struct transfer_status status = {.number = 0};
    uint32_t count = 0;

    while (transfer_next(node->transfer->machine, status.number, &status)) {
        struct gossip_event event =
            event_of(node, &status, GOSSIP_EVENT_FILE_LISTED, room_make(memory, sizeof(memory)));

        event.number = number;
        event.room = (struct gossip_bytes){0};
        events_tell(node, &event);
        count++;
    }
    return count;
}
