#include "chat/reach.h"

#include <string.h>

#include "base/bytes.h"
#include "chat/requests.h"
#include "chat/rooms.h"
#include "chat/tell.h"

struct reached_line {
    uint64_t sequence; /* 0: none */
    uint64_t number;   /* of the command */
    char id[LINE_ID_TEXT_BYTES];
    uint32_t audience;
    uint32_t count;
    uint64_t tails[REACH_MEMBERS_MAX]; /* of those who have it */
};

/* A ring: the next line takes the place of the oldest. */
struct reach {
    uint32_t next;
    struct reached_line lines[REACH_LINES_MAX];
};

static struct reach *reach_of(struct room *room)
{
    if (room->reach == NULL) {
        room->reach = allocator_take_zeroed(room->chat->allocator, 1, sizeof(*room->reach));
    }
    return room->reach;
}

static bool is_small(const struct room *room)
{
    return !room->is_foreign && room->member_count + 1 <= REACH_MEMBERS_MAX;
}

void reach_expect(struct room *room, const struct outgoing *outgoing, size_t recipients)
{
    struct reached_line *line;

    if (room == NULL || recipients == 0 || outgoing->is_restored || !is_small(room) ||
        reach_of(room) == NULL) {
        return;
    }
    line = &room->reach->lines[room->reach->next];
    room->reach->next = (room->reach->next + 1) % REACH_LINES_MAX;
    *line = (struct reached_line){
        .sequence = outgoing->sequence, .number = outgoing->number, .audience = room->member_count};
    memcpy(line->id, outgoing->message_id, sizeof(line->id));
}

void reach_answer(struct room *room, const struct line *line)
{
    if (is_small(room) && !line->is_foreign) {
        requests_tell_shown(room->chat, line);
    }
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

void reach_drop(struct room *room)
{
    allocator_give(room->chat->allocator, room->reach, sizeof(*room->reach));
    room->reach = NULL;
}
