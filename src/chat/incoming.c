#include "chat/incoming.h"

#include <string.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/utf8.h"
#include "chat/clean_text.h"
#include "chat/outgoing.h"
#include "chat/people.h"
#include "chat/rooms.h"
#include "chat/tell.h"

struct held {
    struct chain link;
    struct line *line;
    struct gossip_instant until;
    struct wire_chat_seen seen[WIRE_CHAT_SEEN_MAX];
    size_t seen_count;
};

/* ---- showing ---------------------------------------------------------------------------- */

static bool is_word_part(uint8_t byte)
{
    return byte >= 0x80 || byte == '_' || byte == '-' || (byte >= '0' && byte <= '9') ||
           (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

bool incoming_is_mention(const struct chat *chat, struct gossip_bytes text)
{
    size_t at = 0;

    while (at < text.size) {
        size_t start;

        while (at < text.size && !is_word_part(text.data[at])) {
            at++;
        }
        start = at;
        while (at < text.size && is_word_part(text.data[at])) {
            at++;
        }
        if (at > start &&
            nick_is_alike(bytes_part(text, start, at - start), nick_bytes(&chat->nick))) {
            return true;
        }
    }
    return false;
}

void incoming_show(struct room *room, struct line *line)
{
    struct chat *chat = room->chat;
    struct gossip_event event;

    line_to_event(line, &event);
    event.room = room_name_bytes(&room->name);
    event.members = room->member_count + 1;
    tell(chat, &event);
    if (line_list_insert(chat->allocator, &room->lines, line, chat->limits.history_lines_max) !=
        GOSSIP_OK) {
        line_destroy(chat->allocator, line);
    }
}

/* Shows a line of a member and remembers how far he got. */
static void show(struct room *room, struct line *line)
{
    struct member *member = rooms_member(room, &line->author);

    if (member != NULL && member->session == line->session &&
        (!member->has_base || line->sequence > member->sequence)) {
        member->sequence = line->sequence;
        member->has_base = true;
        member->was_seen = true;
    }
    incoming_show(room, line);
}

/* ---- holding back ----------------------------------------------------------------------- */

static struct member *member_of_tail(const struct room *room, uint64_t tail)
{
    for (struct chain *at = room->members.next; at != &room->members; at = at->next) {
        struct member *member = at->object;
        const struct gossip_peer_id *peer = &member->person->peer;

        if (load_u64_big(peer->data + peer->size - 8) == tail) {
            return member;
        }
    }
    return NULL;
}

/* Whether what the author had seen is here too, as far as we can know. */
static bool has_arrived(const struct room *room, const struct wire_chat_seen *seen)
{
    const struct member *member = member_of_tail(room, seen->author);

    return member == NULL || !member->has_base || member->session != seen->session ||
           member->sequence >= seen->sequence;
}

static bool is_ready(const struct room *room, const struct line *line,
    const struct wire_chat_seen *seen, size_t seen_count)
{
    const struct member *member = rooms_member(room, &line->author);

    if (member != NULL && member->has_base && member->session == line->session &&
        line->sequence > member->sequence + 1) {
        return false;
    }
    for (size_t i = 0; i < seen_count; i++) {
        if (!has_arrived(room, &seen[i])) {
            return false;
        }
    }
    return true;
}

static void release(struct room *room, struct held *held)
{
    struct line *line = held->line;

    chain_remove(&held->link);
    room->held_count--;
    allocator_give(room->chat->allocator, held, sizeof(*held));
    show(room, line);
}

/* Shows what can be shown now; each line shown may free others. */
static void release_ready(struct room *room)
{
    struct chain *at = room->held.next;

    while (at != &room->held) {
        struct held *held = at->object;

        if (is_ready(room, held->line, held->seen, held->seen_count)) {
            release(room, held);
            at = room->held.next;
        } else {
            at = at->next;
        }
    }
}

/* The held line that comes first in the order of the room, of those that waited long enough. */
static struct held *first_due(const struct room *room)
{
    struct held *first = NULL;

    for (struct chain *at = room->held.next; at != &room->held; at = at->next) {
        struct held *held = at->object;

        if (instant_is_due(held->until, room->chat->time.now) &&
            (first == NULL || held->line->order < first->line->order)) {
            first = held;
        }
    }
    return first;
}

static void set_alarm(struct room *room)
{
    struct gossip_instant earliest = instant_never();

    for (struct chain *at = room->held.next; at != &room->held; at = at->next) {
        struct held *held = at->object;

        earliest = instant_earlier(earliest, held->until);
    }
    timer_heap_set(&room->chat->timers, &room->held_alarm.timer, earliest);
}

void incoming_ring(struct chat *chat, void *object)
{
    struct room *room = object;
    struct held *held;

    (void)chat;
    while ((held = first_due(room)) != NULL) {
        release(room, held);
        release_ready(room);
    }
    set_alarm(room);
}

static void hold(struct room *room, struct line *line, const struct wire_chat_frame *frame)
{
    struct chat *chat = room->chat;
    struct held *held = allocator_take_zeroed(chat->allocator, 1, sizeof(*held));

    if (held == NULL) {
        show(room, line);
        return;
    }
    held->line = line;
    held->until = instant_add(chat->time.now, duration_ms(INCOMING_HOLD_MS));
    held->seen_count = frame->seen_count;
    memcpy(held->seen, frame->seen, sizeof(held->seen));
    chain_init(&held->link, held);
    chain_append(&room->held, &held->link);
    room->held_count++;
    if (room->held_count > INCOMING_HELD_MAX) {
        release(room, chain_first(&room->held));
        release_ready(room);
    }
    set_alarm(room);
}

void incoming_drop_held(struct room *room)
{
    struct held *held;

    while ((held = chain_first(&room->held)) != NULL) {
        chain_remove(&held->link);
        line_destroy(room->chat->allocator, held->line);
        allocator_give(room->chat->allocator, held, sizeof(*held));
    }
    room->held_count = 0;
}

/* ---- lines ------------------------------------------------------------------------------ */

/* A line of a member with clean text; NULL if nothing is left of it, or there is no memory. */
static struct line *make_line(
    struct room *room, const struct member *member, struct gossip_bytes text)
{
    struct chat *chat = room->chat;
    size_t size = CLEAN_TEXT_BYTES(text.size);
    uint8_t *cleaned = allocator_take(chat->allocator, size);
    struct line *line = NULL;
    size_t used;

    if (cleaned == NULL) {
        return NULL;
    }
    used = clean_text(CLEAN_TEXT_BLOCK, text, (struct gossip_room){cleaned, size});
    if (used > 0) {
        line = line_create(chat->allocator, bytes_make(cleaned, used));
    }
    allocator_give(chat->allocator, cleaned, size);
    if (line == NULL) {
        return NULL;
    }
    line->author = member->person->peer;
    line->nick = member->person->nick;
    line->label = member->person->label;
    line->arrived_at = chat->time.date;
    line->sent_at = chat->time.date;
    line->is_mention = incoming_is_mention(chat, bytes_make(line->text, line->text_size));
    return line;
}

static void on_line(struct room *room, struct member *member, const struct wire_chat_frame *frame)
{
    struct line *line;

    rooms_member_came(room, member);
    line = make_line(room, member, frame->text);
    if (line == NULL) {
        return;
    }
    line->is_action = frame->kind == WIRE_CHAT_ACTION;
    line->order = frame->lamport < room->chat->lamport ? frame->lamport : room->chat->lamport;
    line->session = frame->session;
    line->sequence = frame->sequence;
    line->sent_at.ms = frame->sent_ms;
    line_set_id(line);
    if (is_ready(room, line, frame->seen, frame->seen_count)) {
        show(room, line);
        release_ready(room);
        set_alarm(room);
    } else {
        hold(room, line, frame);
    }
}

static void on_plain(struct room *room, const struct gossip_peer_id *author,
    struct gossip_bytes message_id, struct gossip_bytes text)
{
    struct member *member = rooms_member_get(room, author);
    struct line *line;

    if (member == NULL || text.size > CHAT_FOREIGN_TEXT_BYTES_MAX) {
        return;
    }
    rooms_member_heard(member);
    rooms_member_came(room, member);
    line = make_line(room, member, text);
    if (line == NULL) {
        return;
    }
    line->is_foreign = true;
    line->order = ++room->chat->lamport;
    line_set_foreign_id(line, message_id);
    incoming_show(room, line);
}

/* ---- frames ----------------------------------------------------------------------------- */

/* Our clock is never behind what we have seen, and nobody can push it to its end. */
static void hear_clock(struct chat *chat, uint64_t lamport)
{
    if (lamport > chat->lamport + INCOMING_LAMPORT_JUMP_MAX) {
        lamport = chat->lamport + INCOMING_LAMPORT_JUMP_MAX;
    }
    if (lamport > INCOMING_LAMPORT_MAX) {
        lamport = INCOMING_LAMPORT_MAX;
    }
    if (lamport > chat->lamport) {
        chat->lamport = lamport;
    }
}

static void hear_member(struct member *member, const struct wire_chat_frame *frame)
{
    bool is_line = frame->kind == WIRE_CHAT_TEXT || frame->kind == WIRE_CHAT_ACTION;

    if (member->session != frame->session) {
        member->session = frame->session;
        member->has_base = false;
    }
    if (!member->has_base) {
        member->sequence = is_line && frame->sequence > 0 ? frame->sequence - 1 : frame->sequence;
        member->has_base = true;
    }
    rooms_member_heard(member);
}

static void on_frame(struct room *room, struct member *member, const struct wire_chat_frame *frame)
{
    char reason[CLEAN_TEXT_BYTES(64)];
    size_t size;

    switch ((enum wire_chat_kind)frame->kind) {
    case WIRE_CHAT_TEXT:
    case WIRE_CHAT_ACTION:
        on_line(room, member, frame);
        break;
    case WIRE_CHAT_JOIN:
        rooms_member_came(room, member);
        outgoing_greet(room);
        break;
    case WIRE_CHAT_NICK:
    case WIRE_CHAT_PRESENCE:
        rooms_member_came(room, member);
        break;
    case WIRE_CHAT_LEAVE:
        size = clean_text(CLEAN_TEXT_LINE, utf8_truncate(frame->text, 64),
            (struct gossip_room){(uint8_t *)reason, sizeof(reason)});
        rooms_member_went(room, member, bytes_make(reason, size));
        break;
    }
}

void incoming_message(struct room *room, const struct gossip_peer_id *author,
    struct gossip_bytes message_id, struct gossip_bytes payload)
{
    struct wire_chat_frame frame;
    struct member *member;

    if (room->is_foreign || !wire_chat_frame_is_likely(payload)) {
        /* Some other program in our room: its words count as well as ours. */
        if (utf8_is_valid(payload) && payload.size > 0) {
            on_plain(room, author, message_id, payload);
        }
        return;
    }
    if (wire_chat_frame_decode(payload, &frame) != GOSSIP_OK) {
        return;
    }
    member = rooms_member_get(room, author);
    if (member == NULL) {
        return;
    }
    hear_clock(room->chat, frame.lamport);
    hear_member(member, &frame);
    if (frame.nick.size > 0) {
        people_rename(room->chat, member->person, frame.nick);
    }
    on_frame(room, member, &frame);
}
