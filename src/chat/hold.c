#include "chat/hold.h"

#include <string.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "chat/known.h"
#include "chat/reach.h"
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

void hold_show(struct room *room, struct line *line)
{
    struct chat *chat = room->chat;
    struct gossip_event event;

    if (known_is_ignored(chat, &line->author)) {
        line_destroy(chat->allocator, line);
        return;
    }
    line_to_event(line, &event);
    event.room = room_name_bytes(&room->name);
    event.members = room->member_count + 1;
    tell(chat, &event);
    line_drop_original(chat->allocator, line);
    if (line_list_insert(chat->allocator, &room->lines, line, chat->limits.history_lines_max) !=
        GOSSIP_OK) {
        line_destroy(chat->allocator, line);
    }
}

/* Shows a line of another and remembers how far he got. */
static void show(struct room *room, struct line *line)
{
    struct member *member = rooms_member(room, &line->author);

    if (member != NULL && member->has_session && member->session == line->session &&
        (!member->has_base || line->sequence > member->sequence)) {
        member->sequence = line->sequence;
        member->has_base = true;
        member->was_seen = true;
    }
    if (line->text_size > 0 && !known_is_ignored(room->chat, &line->author)) {
        reach_answer(room, line);
        hold_show(room, line);
    } else {
        line_destroy(room->chat->allocator, line); /* nothing, or nothing that is to be shown */
    }
}

/* ---- what comes before what ------------------------------------------------------------- */

/* Whether what the author had seen is here too. */
static bool has_arrived(const struct room *room, const struct wire_chat_seen *seen)
{
    const struct member *member = rooms_member_of_tail(room, seen->author);

    if (member == NULL) {
        return seen->author == rooms_tail(&room->chat->self);
    }
    return member->has_base && member->session == seen->session &&
           member->sequence >= seen->sequence;
}

/* Whether nothing is missing between this line and those of its author that were shown. */
static bool is_next(const struct room *room, const struct line *line)
{
    const struct member *member = rooms_member(room, &line->author);

    if (member == NULL || !member->has_session || member->session != line->session) {
        return true; /* of another time: nothing is known of what came before */
    }
    return line->sequence <= 1 || (member->has_base && line->sequence - 1 <= member->sequence);
}

static bool is_ready(const struct room *room, const struct held *held)
{
    for (size_t i = 0; i < held->seen_count; i++) {
        if (!has_arrived(room, &held->seen[i])) {
            return false;
        }
    }
    return is_next(room, held->line);
}

static bool is_earlier(const struct held *one, const struct held *other)
{
    const struct line *line = one->line;

    if (line->session == other->line->session && line->sequence < other->line->sequence &&
        peer_id_is_equal(&line->author, &other->line->author)) {
        return true;
    }
    for (size_t i = 0; i < other->seen_count; i++) {
        const struct wire_chat_seen *seen = &other->seen[i];

        if (line->session == seen->session && line->sequence <= seen->sequence &&
            rooms_tail(&line->author) == seen->author) {
            return true;
        }
    }
    return false;
}

/* ---- releasing -------------------------------------------------------------------------- */

static struct held *find_earlier(const struct room *room, const struct held *held)
{
    for (struct chain *at = room->held.next; at != &room->held; at = at->next) {
        if (is_earlier(at->object, held)) {
            return at->object;
        }
    }
    return NULL;
}

static void move(struct held *held, struct chain *stack)
{
    chain_remove(&held->link);
    chain_insert_before(stack->next, &held->link);
}

static void show_held(struct room *room, struct held *held)
{
    struct line *line = held->line;

    chain_remove(&held->link);
    room->held_count--;
    room->held_bytes -= line->text_size + line->original_size;
    allocator_give(room->chat->allocator, held, sizeof(*held));
    show(room, line);
}

/*
 * Shows the line, and before it what is held and comes before it, and so on.
 * Whoever claims to have seen what saw him goes round in no circle: what stands
 * on the stack is not found again.
 */
static void release(struct room *room, struct held *held)
{
    struct chain stack;

    chain_init(&stack, NULL);
    move(held, &stack);
    while ((held = chain_first(&stack)) != NULL) {
        struct held *earlier = find_earlier(room, held);

        if (earlier != NULL) {
            move(earlier, &stack);
        } else {
            show_held(room, held);
        }
    }
}

static struct held *find_ready(const struct room *room)
{
    for (struct chain *at = room->held.next; at != &room->held; at = at->next) {
        if (is_ready(room, at->object)) {
            return at->object;
        }
    }
    return NULL;
}

void hold_review(struct room *room)
{
    struct gossip_instant earliest = instant_never();
    struct held *held;

    /* Each line shown may free others. */
    while ((held = find_ready(room)) != NULL) {
        release(room, held);
    }
    for (struct chain *at = room->held.next; at != &room->held; at = at->next) {
        held = at->object;
        earliest = instant_earlier(earliest, held->until);
    }
    timer_heap_set(&room->chat->timers, &room->held_alarm.timer, earliest);
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

void hold_ring(struct chat *chat, void *object)
{
    struct room *room = object;
    struct held *held;

    (void)chat;
    while ((held = first_due(room)) != NULL) {
        release(room, held);
    }
    hold_review(room);
}

void hold_release_of(struct room *room, const struct gossip_peer_id *author)
{
    struct chain *at = room->held.next;

    while (at != &room->held) {
        struct held *held = at->object;

        if (peer_id_is_equal(&held->line->author, author)) {
            release(room, held);
            at = room->held.next; /* others may have gone with it */
        } else {
            at = at->next;
        }
    }
    hold_review(room);
}

void hold_release_all(struct room *room)
{
    struct held *held;

    while ((held = chain_first(&room->held)) != NULL) {
        release(room, held);
    }
    hold_review(room);
}

/* ---- holding ---------------------------------------------------------------------------- */

static bool is_held(const struct room *room, const struct line *line)
{
    for (struct chain *at = room->held.next; at != &room->held; at = at->next) {
        const struct held *held = at->object;

        if (line_is_same(held->line, line)) {
            return true;
        }
    }
    return false;
}

/*
 * A line that is not the next one of its author may have been shown before. One
 * that is late, and older than all we remember, was: it comes from somebody who
 * kept it to send it again.
 */
static bool was_shown(const struct room *room, const struct line *line)
{
    const struct member *member = rooms_member(room, &line->author);
    bool is_current = member != NULL && member->has_session && member->session == line->session;
    bool is_new = is_current && member->has_base && line->sequence > member->sequence;
    bool is_unknown = member == NULL || !member->has_session || (is_current && !member->has_base);

    if (is_held(room, line)) {
        return true;
    }
    if (is_new) {
        return false;
    }
    return (!is_unknown && line->order <= room->lines.forgotten) ||
           line_list_has(&room->lines, line);
}

void hold_line(struct room *room, struct line *line, const struct wire_chat_frame *frame)
{
    struct chat *chat = room->chat;
    struct held *held;

    if (was_shown(room, line)) {
        reach_answer(room, line); /* its author did not hear that before */
        line_destroy(chat->allocator, line);
        return;
    }
    held = allocator_take_zeroed(chat->allocator, 1, sizeof(*held));
    if (held == NULL) {
        show(room, line);
        return;
    }
    held->line = line;
    held->until = instant_add(chat->time.now, duration_ms(HOLD_MS));
    held->seen_count = frame->seen_count;
    memcpy(held->seen, frame->seen, sizeof(held->seen));
    chain_init(&held->link, held);
    chain_append(&room->held, &held->link);
    room->held_count++;
    room->held_bytes += line->text_size + line->original_size;
    hold_review(room);
    while (room->held_count > HOLD_LINES_MAX || room->held_bytes > HOLD_BYTES_MAX) {
        release(room, chain_first(&room->held));
        hold_review(room);
    }
}

bool hold_is_new(const struct room *room, const struct line *line)
{
    return line->text_size > 0 && line->order > room->lines.forgotten && !is_held(room, line) &&
           !line_list_has(&room->lines, line);
}

void hold_recall(struct room *room, struct line *line)
{
    line->is_late = true;
    show(room, line);
    hold_review(room);
}

void hold_drop(struct room *room)
{
    struct held *held;

    while ((held = chain_first(&room->held)) != NULL) {
        chain_remove(&held->link);
        line_destroy(room->chat->allocator, held->line);
        allocator_give(room->chat->allocator, held, sizeof(*held));
    }
    room->held_count = 0;
    room->held_bytes = 0;
}
