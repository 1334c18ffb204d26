#include "chat/reach.h"

#include <string.h>

#include "base/bytes.h"
#include "chat/contacts.h"
#include "chat/requests.h"
#include "chat/rooms.h"
#include "chat/tell.h"

struct reached_line {
    uint64_t sequence; /* 0: none */
    uint64_t number;   /* of the command */
    char id[LINE_ID_TEXT_BYTES];
    uint32_t audience;
    uint32_t count;
    uint32_t tries;            /* it was sent again */
    struct outgoing *outgoing; /* to be sent again, if nobody answers; owned; NULL: no more */
    struct gossip_instant again_at;
    uint64_t tails[REACH_MEMBERS_MAX]; /* of those who have it */
};

/* A ring: the next line takes the place of the oldest. */
struct reach {
    uint32_t next;
    struct chat_alarm alarm;
    struct reached_line lines[REACH_LINES_MAX];
};

static void on_alarm(struct chat *chat, void *object);

static struct reach *reach_of(struct room *room)
{
    if (room->reach == NULL) {
        room->reach = allocator_take_zeroed(room->chat->allocator, 1, sizeof(*room->reach));
        if (room->reach != NULL) {
            chat_alarm_init(&room->reach->alarm, on_alarm, room);
        }
    }
    return room->reach;
}

static bool is_small(const struct room *room)
{
    return !room->is_foreign && room->member_count + 1 <= REACH_MEMBERS_MAX;
}

static struct reached_line *find(struct reach *reach, uint64_t sequence)
{
    for (size_t i = 0; i < REACH_LINES_MAX; i++) {
        if (reach->lines[i].sequence == sequence && sequence != 0) {
            return &reach->lines[i];
        }
    }
    return NULL;
}

/* ---- sending again ---------------------------------------------------------------------- */

static bool has_who_answers(const struct room *room)
{
    struct slot_id id = {0};
    const struct contact *contact;

    while ((contact = slots_next(room->chat->contacts, &id)) != NULL) {
        if (contact->answers && contacts_follows(contact, room->topic_hash)) {
            return true;
        }
    }
    return false;
}

static void let_go(struct room *room, struct reached_line *line)
{
    requests_destroy(room->chat, line->outgoing);
    line->outgoing = NULL;
}

static void set_alarm(struct room *room)
{
    struct gossip_instant earliest = instant_never();

    for (size_t i = 0; i < REACH_LINES_MAX; i++) {
        if (room->reach->lines[i].outgoing != NULL) {
            earliest = instant_earlier(earliest, room->reach->lines[i].again_at);
        }
    }
    timer_heap_set(&room->chat->timers, &room->reach->alarm.timer, earliest);
}

/* It stands in the line of what is to be said again, and nothing is told of it. */
static void send_again(struct room *room, struct reached_line *line)
{
    struct outgoing *outgoing = line->outgoing;

    line->outgoing = NULL;
    line->tries++;
    outgoing->room = room;
    chain_append(&room->outbox, &outgoing->link);
}

static void on_alarm(struct chat *chat, void *object)
{
    struct room *room = object;

    /* From the oldest on: the ring begins where the next line will stand. */
    for (uint32_t i = 0; i < REACH_LINES_MAX; i++) {
        struct reached_line *line = &room->reach->lines[(room->reach->next + i) % REACH_LINES_MAX];

        if (line->outgoing != NULL && instant_is_due(line->again_at, chat->time.now)) {
            send_again(room, line);
        }
    }
    set_alarm(room);
    requests_queue(room);
}

/* Keeps what was sent until somebody answers, if anybody can. */
static bool keep(struct room *room, struct reached_line *line, struct outgoing *outgoing)
{
    struct chat *chat = room->chat;

    if (line->count > 0 || line->tries == REACH_AGAIN_MAX || !has_who_answers(room)) {
        return false;
    }
    requests_take(chat, outgoing);
    if (outgoing->is_line) {
        outgoing->is_line = false;
        outgoing->is_again = true;
        chat->line_count--;
    }
    outgoing->room = NULL;
    line->outgoing = outgoing;
    line->again_at =
        instant_add(chat->time.now, duration_ms((uint64_t)REACH_AGAIN_MS << line->tries));
    set_alarm(room);
    return true;
}

/* ---- lines ------------------------------------------------------------------------------ */

static struct reached_line *begin(struct room *room, const struct outgoing *outgoing)
{
    struct reach *reach = room->reach;
    struct reached_line *line = &reach->lines[reach->next];

    reach->next = (reach->next + 1) % REACH_LINES_MAX;
    let_go(room, line);
    *line = (struct reached_line){
        .sequence = outgoing->sequence, .number = outgoing->number, .audience = room->member_count};
    memcpy(line->id, outgoing->message_id, sizeof(line->id));
    return line;
}

bool reach_expect(struct room *room, struct outgoing *outgoing, size_t recipients)
{
    struct reached_line *line;

    if (room == NULL || recipients == 0 || outgoing->is_restored || !is_small(room) ||
        !(outgoing->is_line || outgoing->is_again) || reach_of(room) == NULL) {
        return false;
    }
    line = outgoing->is_again ? find(room->reach, outgoing->sequence) : begin(room, outgoing);
    return line != NULL && keep(room, line, outgoing);
}

void reach_answer(struct room *room, const struct line *line)
{
    if (is_small(room) && !line->is_foreign) {
        requests_tell_shown(room->chat, line);
    }
}

/* False if he said so before. */
static bool add(struct reached_line *line, uint64_t tail)
{
    for (uint32_t i = 0; i < line->count; i++) {
        if (line->tails[i] == tail) {
            return false;
        }
    }
    if (line->count == REACH_MEMBERS_MAX) {
        return false;
    }
    line->tails[line->count++] = tail;
    if (line->audience < line->count) {
        line->audience = line->count; /* somebody who came since */
    }
    return true;
}

static void hear(struct room *room, const struct member *member, uint64_t sequence)
{
    struct reached_line *line = find(room->reach, sequence);
    struct gossip_event event = {
        .kind = GOSSIP_EVENT_DELIVERY, .delivery = GOSSIP_DELIVERY_REACHED};

    if (line == NULL || !add(line, rooms_tail(&member->person->peer))) {
        return;
    }
    let_go(room, line);
    set_alarm(room);
    event.room = room_name_bytes(&room->name);
    event.message_id = bytes_of_text(line->id);
    event.ref_number = line->number;
    event.members = line->count;
    event.audience = line->audience;
    tell(room->chat, &event);
}

void chat_line_reached(struct chat *chat, struct chat_time time, const struct gossip_peer_id *peer,
    uint64_t session, uint64_t sequence)
{
    chat->time = time;
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        struct room *room = at->object;
        const struct member *member = rooms_member(room, peer);

        if (room->session == session && room->reach != NULL && member != NULL && member->is_told) {
            hear(room, member, sequence);
        }
    }
}

void chat_peer_answers(struct chat *chat, struct chat_time time, const struct gossip_peer_id *peer)
{
    struct contact *contact = contacts_find(chat, peer);

    chat->time = time;
    if (contact != NULL) {
        contact->answers = true;
    }
}

void reach_drop(struct room *room)
{
    if (room->reach == NULL) {
        return;
    }
    chat_alarm_stop(room->chat, &room->reach->alarm);
    for (size_t i = 0; i < REACH_LINES_MAX; i++) {
        let_go(room, &room->reach->lines[i]);
    }
    allocator_give(room->chat->allocator, room->reach, sizeof(*room->reach));
    room->reach = NULL;
}
