#include "chat/tell.h"

#include "base/bytes.h"
#include "chat/known.h"

/* Copies `text` to the end of what is there already. */
static void keep(uint8_t **end, struct gossip_bytes *text)
{
    bytes_copy(*end, *text);
    text->data = *end;
    *end += text->size;
}

static void append(struct chat *chat, struct queued_event *queued)
{
    if (queued->event.arrived_at.ms == 0) {
        queued->event.arrived_at = chat->time.date;
    }
    chain_init(&queued->link, queued);
    chain_append(&chat->events, &queued->link);
    chat->event_count++;
}

static bool queue(struct chat *chat, const struct gossip_event *event)
{
    size_t size = sizeof(struct queued_event) + event->room.size + event->nick.size +
                  event->name.size + event->text.size + event->hint.size + event->address.size +
                  event->message_id.size + event->original.size + event->petname.size +
                  event->verified_nick.size + event->words.size + event->digits.size;
    struct queued_event *queued = allocator_take(chat->allocator, size);
    uint8_t *end;

    if (queued == NULL) {
        return false;
    }
    queued->size = size;
    queued->event = *event;
    end = (uint8_t *)(queued + 1);
    keep(&end, &queued->event.room);
    keep(&end, &queued->event.nick);
    keep(&end, &queued->event.name);
    keep(&end, &queued->event.text);
    keep(&end, &queued->event.hint);
    keep(&end, &queued->event.address);
    keep(&end, &queued->event.message_id);
    keep(&end, &queued->event.original);
    keep(&end, &queued->event.petname);
    keep(&end, &queued->event.verified_nick);
    keep(&end, &queued->event.words);
    keep(&end, &queued->event.digits);
    append(chat, queued);
    return true;
}

static void drop(struct chat *chat, struct queued_event *queued)
{
    if (queued == &chat->reserve) {
        chat->is_reserve_taken = false;
    } else if (queued != NULL) {
        allocator_give(chat->allocator, queued, queued->size);
    }
}

void tell(struct chat *chat, const struct gossip_event *event)
{
    if (chat->event_count < chat->event_count_max) {
        (void)queue(chat, event);
    }
}

bool chat_poll_event(struct chat *chat, struct gossip_event *event)
{
    struct queued_event *queued = chain_first(&chat->events);

    drop(chat, chat->told);
    chat->told = queued;
    if (queued == NULL) {
        return false;
    }
    chain_remove(&queued->link);
    chat->event_count--;
    *event = queued->event;
    return true;
}

void tell_drop_all(struct chat *chat)
{
    struct gossip_event event;

    while (chat_poll_event(chat, &event)) {
        /* Each frees the one before. */
    }
}

void tell_answer(struct chat *chat, const struct gossip_event *event)
{
    if ((event->number == 0 && event->kind == GOSSIP_EVENT_DONE) || queue(chat, event)) {
        return;
    }
    if (!chat->is_reserve_taken) {
        chat->is_reserve_taken = true;
        chat->reserve.event = (struct gossip_event){.kind = event->kind,
            .number = event->number,
            .error = event->error,
            .round_trip = event->round_trip,
            .text = event->kind == GOSSIP_EVENT_FAILED ? BYTES_OF("out of memory")
                                                       : (struct gossip_bytes){0}};
        append(chat, &chat->reserve);
    }
}

void tell_done(struct chat *chat, uint64_t number)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_DONE, .number = number};

    tell_answer(chat, &event);
}

void tell_failed(struct chat *chat, uint64_t number, enum gossip_error error,
    struct gossip_bytes text, struct gossip_bytes hint)
{
    struct gossip_event event = {
        .kind = GOSSIP_EVENT_FAILED, .number = number, .error = error, .text = text, .hint = hint};

    tell_answer(chat, &event);
}

void tell_notice(struct chat *chat, enum gossip_notice notice, const struct gossip_peer_id *person,
    struct gossip_bytes text, struct gossip_bytes hint)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_NOTICE,
        .notice = notice,
        .person = *person,
        .text = text,
        .hint = hint};

    tell(chat, &event);
}

void tell_member(struct chat *chat, enum gossip_event_kind kind, const struct member *member,
    uint64_t number, struct gossip_bytes text)
{
    struct gossip_event event = {.kind = kind,
        .number = number,
        .room = room_name_bytes(&member->room->name),
        .person = member->person->peer,
        .nick = nick_bytes(&member->person->nick),
        .name = label_bytes(&member->person->label),
        .text = text,
        .verified = known_is_verified(chat, member->person),
        .away = member->person->away.is_away,
        .members = member->room->member_count + 1};

    tell(chat, &event);
}
