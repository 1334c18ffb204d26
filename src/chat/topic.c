#include "chat/topic.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/utf8.h"
#include "chat/clean_text.h"
#include "chat/incoming.h"
#include "chat/outgoing.h"
#include "chat/people.h"
#include "chat/tell.h"

#define AUTHOR_BYTES_MIN 8

static void set_text(struct room_topic *about, struct gossip_bytes text)
{
    uint8_t cleaned[CLEAN_TEXT_BYTES(WIRE_CHAT_TOPIC_BYTES_MAX)];
    size_t size = clean_text(CLEAN_TEXT_LINE, bytes_part(text, 0, WIRE_CHAT_TOPIC_BYTES_MAX),
        room_make(cleaned, sizeof(cleaned)));
    struct gossip_bytes fitting = utf8_truncate(bytes_make(cleaned, size), sizeof(about->text));

    about->size = (uint16_t)fitting.size;
    bytes_copy((uint8_t *)about->text, fitting);
}

/* The name of who set it: as he is shown now, or as he would have been. */
static struct gossip_bytes name_of_author(
    const struct chat *chat, const struct room_topic *about, struct person *stranger)
{
    const struct person *person = people_find(chat, &about->author);

    if (peer_id_is_equal(&about->author, &chat->self)) {
        return label_bytes(&chat->label);
    }
    if (person == NULL || !person->has_nick) {
        people_make_stranger(chat, &about->author, nick_bytes(&about->nick), stranger);
        person = stranger;
    }
    return label_bytes(&person->label);
}

void topic_tell(const struct room *room, uint64_t number)
{
    const struct chat *chat = room->chat;
    const struct room_topic *about = &room->about;
    struct person stranger;
    struct gossip_event event = {.kind = GOSSIP_EVENT_TOPIC,
        .number = number,
        .room = room_name_bytes(&room->name),
        .members = room->member_count + 1};

    if (about->lamport > 0) {
        event.person = about->author;
        event.nick = nick_bytes(&about->nick);
        event.name = name_of_author(chat, about, &stranger);
        event.text = bytes_make(about->text, about->size);
        event.sent_at = about->set_at;
        event.own = peer_id_is_equal(&about->author, &chat->self);
    }
    tell(room->chat, &event);
}

void topic_set(struct room *room, struct gossip_bytes text)
{
    struct chat *chat = room->chat;

    if (chat->lamport < room->about.lamport) {
        chat->lamport = room->about.lamport;
    }
    room->about = (struct room_topic){.lamport = ++chat->lamport,
        .author = chat->self,
        .nick = chat->nick,
        .set_at = chat->time.date};
    set_text(&room->about, text);
    topic_tell(room, 0);
    outgoing_tell_presence(room);
}

void topic_fill(const struct room *room, struct wire_chat_frame *frame)
{
    const struct room_topic *about = &room->about;

    frame->has_topic = about->lamport > 0;
    if (frame->has_topic) {
        frame->topic = (struct wire_chat_topic){.lamport = about->lamport,
            .author = bytes_make(about->author.data, about->author.size),
            .nick = nick_bytes(&about->nick),
            .set_ms = about->set_at.ms,
            .text = bytes_make(about->text, about->size)};
    }
}

static bool is_newer(const struct room_topic *about, uint64_t lamport, struct gossip_bytes author)
{
    if (lamport != about->lamport) {
        return lamport > about->lamport;
    }
    return bytes_compare(author, bytes_make(about->author.data, about->author.size)) > 0;
}

/* Nobody takes the last word for ever: it is hardly later than what our own clock follows. */
void topic_hear(struct room *room, const struct wire_chat_frame *frame)
{
    const struct wire_chat_topic *heard = &frame->topic;
    struct room_topic *about = &room->about;
    uint64_t max = room->chat->lamport + INCOMING_LAMPORT_STEP;
    uint64_t lamport = heard->lamport < max ? heard->lamport : max;

    if (!frame->has_topic || lamport == 0 || heard->author.size < AUTHOR_BYTES_MIN) {
        return;
    }
    if (!is_newer(about, lamport, heard->author)) {
        return;
    }
    *about = (struct room_topic){.lamport = lamport, .set_at = {.ms = heard->set_ms}};
    about->author.size = (uint8_t)heard->author.size;
    bytes_copy(about->author.data, heard->author);
    nick_from_peer(heard->nick, &about->author, &about->nick);
    set_text(about, heard->text);
    topic_tell(room, 0);
}
