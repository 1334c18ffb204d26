#include "chat/recall.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "chat/hold.h"
#include "chat/incoming.h"
#include "chat/people.h"
#include "chat/sentence.h"
#include "chat/tell.h"

/* Whoever wrote it, as he is called now, or was then if he is not here. */
static void find_author(struct chat *chat, const struct gossip_peer_id *author,
    struct gossip_bytes nick, struct person *found)
{
    const struct person *person = people_find(chat, author);

    if (person != NULL) {
        *found = *person;
    } else if (peer_id_is_equal(author, &chat->self)) {
        *found = (struct person){.peer = *author, .nick = chat->nick, .label = chat->label};
    } else {
        people_make_stranger(chat, author, nick, found);
    }
}

static struct gossip_event event_of(
    struct room *room, enum gossip_event_kind kind, const struct gossip_peer_id *giver)
{
    struct gossip_event event = {
        .kind = kind, .room = room_name_bytes(&room->name), .person = *giver};
    const struct person *person = people_find(room->chat, giver);

    if (person != NULL) {
        event.nick = nick_bytes(&person->nick);
        event.name = label_bytes(&person->label);
    }
    return event;
}

static void begin(struct room *room)
{
    struct gossip_event event =
        event_of(room, GOSSIP_EVENT_HISTORY_BEGIN, room->chat->recall->giver);

    if (room->recalled == 0) {
        tell(room->chat, &event);
    }
}

static void take(struct room *room, struct line *line)
{
    struct recall *recall = room->chat->recall;

    recall->result = CHAT_RECALLED_KNOWN;
    recall->mark = (struct chat_mark){.author = line->author,
        .session = line->session,
        .sequence = line->sequence,
        .order = line->order,
        .sent_at = line->sent_at};
    if (hold_is_new(room, line)) {
        begin(room);
        room->recalled++;
        recall->result = CHAT_RECALLED_NEW;
        hold_recall(room, line);
    } else {
        line_destroy(room->chat->allocator, line);
    }
}

void recall_frame(
    struct room *room, const struct gossip_peer_id *author, const struct wire_chat_frame *frame)
{
    struct chat *chat = room->chat;
    struct person person;
    struct line *line;

    if (!incoming_is_line(frame) ||
        (frame->sent_ms != 0 && frame->sent_ms < chat->recall->oldest.ms)) {
        return;
    }
    incoming_hear_clock(chat, frame->lamport);
    find_author(chat, author, frame->nick, &person);
    line = incoming_line(chat, &person, frame);
    if (line == NULL) {
        return;
    }
    line->is_own = peer_id_is_equal(author, &chat->self);
    line->is_mention = line->is_mention && !line->is_own;
    take(room, line);
}

void recall_ended(struct room *room, const struct gossip_peer_id *giver)
{
    struct gossip_event event = event_of(room, GOSSIP_EVENT_HISTORY_END, giver);
    struct sentence sentence = {.size = 0};

    if (room->recalled == 0) {
        return;
    }
    sentence_put_number(&sentence, room->recalled);
    sentence_put(&sentence, room->recalled == 1 ? " older message from " : " older messages from ");
    if (event.name.size > 0) {
        sentence_put_clean(&sentence, event.name);
    } else {
        sentence_put(&sentence, "a peer");
    }
    sentence_put(
        &sentence, room->recalled == 1 ? " was put in place above" : " were put in place above");
    event.count = room->recalled;
    event.text = sentence_bytes(&sentence);
    room->recalled = 0;
    tell(room->chat, &event);
}
