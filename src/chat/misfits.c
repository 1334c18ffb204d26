#include "chat/misfits.h"

#include "base/bytes.h"
#include "chat/contacts.h"
#include "chat/privacy.h"
#include "chat/sentence.h"
#include "chat/tell.h"

/* Connected peers that mean this room, and none of which follows its topic. */
static uint32_t count_others(const struct room *room)
{
    struct slot_id id = {0};
    const struct contact *contact;
    uint32_t count = 0;

    while ((contact = slots_next(room->chat->contacts, &id)) != NULL) {
        if (contacts_mean(contact, room->place) && !contacts_follows(contact, room->topic_hash)) {
            count++;
        }
    }
    return count;
}

static void look_soon(struct room *room)
{
    if (instant_is_never(room->misfits_alarm.timer.at)) {
        chat_alarm_set(room->chat, &room->misfits_alarm, MISFITS_PATIENCE_MS);
    }
}

void misfits_notice(struct chat *chat, struct gossip_bytes topic)
{
    uint32_t place = privacy_place(topic);

    for (struct chain *at = chat->rooms.next; place != 0 && at != &chat->rooms; at = at->next) {
        struct room *room = at->object;

        if (room->place == place &&
            !bytes_equal(bytes_make(room->topic, room->topic_size), topic)) {
            look_soon(room);
        }
    }
}

void misfits_look(struct room *room)
{
    if (room->privacy != NULL && count_others(room) > 0) {
        look_soon(room);
    }
}

void misfits_ring(struct chat *chat, void *object)
{
    struct room *room = object;
    struct sentence line = {0};
    uint32_t count = count_others(room);
    struct gossip_event event = {.kind = GOSSIP_EVENT_NOTICE,
        .notice = GOSSIP_NOTICE_WRONG_PASSPHRASE,
        .room = room_name_bytes(&room->name),
        .hint = BYTES_OF("One of you has mistyped it: /passphrase asks for it again.")};

    if (count <= room->misfits_told) {
        return; /* they have gone again, or it was told */
    }
    room->misfits_told = count;
    if (count == 1) {
        sentence_put(&line, "1 person is in #");
    } else {
        sentence_put_number(&line, count);
        sentence_put(&line, " people are in #");
    }
    sentence_put_clean(&line, event.room);
    sentence_put(&line, " with a different passphrase.");
    event.text = sentence_bytes(&line);
    tell(chat, &event);
}

void misfits_count(struct room *room, const struct gossip_peer_id *author)
{
    struct sentence line = {0};
    struct gossip_event event = {.kind = GOSSIP_EVENT_NOTICE,
        .notice = GOSSIP_NOTICE_UNREADABLE,
        .room = room_name_bytes(&room->name),
        .person = *author,
        .hint = BYTES_OF("Such messages are counted and never shown; /rooms tells how many.")};

    if (room->unreadable < UINT32_MAX) {
        room->unreadable++;
    }
    if (room->unreadable > 1) {
        return;
    }
    sentence_put(&line, "somebody sends messages to #");
    sentence_put_clean(&line, event.room);
    sentence_put(&line, " that are not sealed with its passphrase.");
    event.text = sentence_bytes(&line);
    tell(room->chat, &event);
}
