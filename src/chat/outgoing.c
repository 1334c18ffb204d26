#include "chat/outgoing.h"

#include <string.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/utf8.h"
#include "chat/away.h"
#include "chat/hold.h"
#include "chat/requests.h"
#include "chat/rooms.h"
#include "chat/topic.h"
#include "wire/json_line.h"

/* ---- frames ----------------------------------------------------------------------------- */

static struct wire_chat_frame frame_of(const struct room *room, enum wire_chat_kind kind)
{
    const struct chat *chat = room->chat;

    return (struct wire_chat_frame){.kind = kind,
        .lamport = chat->lamport,
        .session = room->session,
        .sent_ms = chat->time.date.ms,
        .nick = nick_bytes(&chat->nick)};
}

/* The newest lines of others, since our last one: what ours may be an answer to. */
static void fill_seen(const struct room *room, struct wire_chat_frame *frame)
{
    for (struct chain *at = room->members.next; at != &room->members; at = at->next) {
        const struct member *member = at->object;

        if (member->was_seen && frame->seen_count < WIRE_CHAT_SEEN_MAX) {
            frame->seen[frame->seen_count++] =
                (struct wire_chat_seen){.author = rooms_tail(&member->person->peer),
                    .session = member->session,
                    .sequence = member->sequence};
        }
    }
}

/* What a line of ours has named needs no naming in the next: that one comes after it. */
static void clear_seen(const struct room *room, const struct wire_chat_frame *frame)
{
    for (size_t i = 0; i < frame->seen_count; i++) {
        rooms_member_of_tail(room, frame->seen[i].author)->was_seen = false;
    }
}

/* The bytes a frame takes in a message: in a private room it is sealed. */
static size_t payload_size(const struct room *room, const struct wire_chat_frame *frame)
{
    size_t size = wire_chat_frame_encoded_size(frame);

    return room->privacy == NULL ? size : PRIVACY_SEALED_BYTES(size);
}

/* Writes them into `payload`, which has room for them; returns the size. */
static size_t fill_payload(
    const struct room *room, const struct wire_chat_frame *frame, struct gossip_room payload)
{
    uint8_t nonce[XAEAD_NONCE_BYTES];
    size_t size;

    if (room->privacy == NULL) {
        return wire_chat_frame_encode(frame, payload);
    }
    entropy_fill(room->chat->entropy, nonce, sizeof(nonce));
    size = wire_chat_frame_encode(
        frame, room_make(payload.data + PRIVACY_HEADER_BYTES, payload.size - PRIVACY_HEADER_BYTES));
    return privacy_seal(room->privacy, rooms_topic(room), &room->chat->self, nonce, payload, size);
}

static struct outgoing *make_frame(struct room *room, const struct wire_chat_frame *frame)
{
    struct outgoing *outgoing =
        requests_create(room->chat, CHAT_PUBLISH, rooms_topic(room), payload_size(room, frame));

    if (outgoing != NULL) {
        (void)fill_payload(room, frame, requests_payload(outgoing));
    }
    return outgoing;
}

static struct outgoing *make_line_frame(struct room *room, const struct line *line)
{
    struct wire_chat_frame frame =
        frame_of(room, line->is_action ? WIRE_CHAT_ACTION : WIRE_CHAT_TEXT);
    struct outgoing *outgoing;

    frame.lamport = line->order;
    frame.session = line->session;
    frame.sequence = line->sequence;
    frame.sent_ms = line->sent_at.ms;
    frame.text = bytes_make(line->text, line->text_size);
    fill_seen(room, &frame);
    outgoing = make_frame(room, &frame);
    if (outgoing != NULL) {
        clear_seen(room, &frame);
    }
    return outgoing;
}

/* Other programs know no actions: "* Bob waves". */
static struct outgoing *make_plain(struct room *room, const struct line *line)
{
    struct gossip_bytes nick = nick_bytes(&line->nick);
    size_t extra = line->is_action ? nick.size + 3 : 0;
    struct outgoing *outgoing =
        requests_create(room->chat, CHAT_PUBLISH, rooms_topic(room), extra + line->text_size);
    struct gossip_room payload;

    if (outgoing == NULL) {
        return NULL;
    }
    payload = requests_payload(outgoing);
    if (line->is_action) {
        bytes_copy(payload.data, BYTES_OF("* "));
        bytes_copy(payload.data + 2, nick);
        payload.data[2 + nick.size] = ' ';
    }
    bytes_copy(payload.data + extra, bytes_make(line->text, line->text_size));
    return outgoing;
}

static struct outgoing *make_json(struct room *room, const struct line *line)
{
    char id[PEER_ID_TEXT_BYTES_MAX];
    struct wire_json_line json = {.lead = line->is_action ? BYTES_OF("* ") : BYTES_OF(""),
        .message = bytes_make(line->text, line->text_size),
        .nick = nick_bytes(&line->nick)};
    struct outgoing *outgoing;

    json.sender_id = bytes_make(id, peer_id_print(&room->chat->self, id));
    outgoing = requests_create(
        room->chat, CHAT_PUBLISH, rooms_topic(room), wire_json_line_encoded_size(&json));
    if (outgoing != NULL) {
        (void)wire_json_line_encode(&json, requests_payload(outgoing));
    }
    return outgoing;
}

/* ---- lines ------------------------------------------------------------------------------ */

/* Shows the line, whose session and sequence are set, and puts it in the line of those to be said. */
static enum gossip_error say(struct room *room, struct line *line, bool is_restored)
{
    struct chat *chat = room->chat;
    struct outgoing *outgoing;

    line->order = chat->lamport + 1;
    line->author = chat->self;
    line_set_id(line);
    outgoing = room->is_json      ? make_json(room, line)
               : room->is_foreign ? make_plain(room, line)
                                  : make_line_frame(room, line);
    if (outgoing == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    chat->lamport++;
    outgoing->room = room;
    outgoing->name = room->name;
    outgoing->is_line = true;
    outgoing->is_restored = is_restored;
    outgoing->number = line->number;
    outgoing->sequence = line->sequence;
    outgoing->order = line->order;
    outgoing->sent_at = line->sent_at;
    memcpy(outgoing->message_id, line->id, sizeof(line->id));
    chat->line_count++;
    chain_append(&room->outbox, &outgoing->link);
    room->outbox_count += is_restored ? 0 : 1;
    hold_show(room, line);
    if (room->peers == 0 || room->is_waiting) {
        requests_tell_queued(chat, outgoing);
    }
    requests_queue(room);
    return GOSSIP_OK;
}

enum gossip_error outgoing_say(struct room *room, struct line *line, uint64_t number)
{
    enum gossip_error error;

    if (room->chat->line_count >= room->chat->limits.outbox_lines_max) {
        return GOSSIP_ERROR_LIMIT;
    }
    line->session = room->session;
    line->sequence = room->sequence + 1;
    line->number = number;
    error = say(room, line, false);
    if (error == GOSSIP_OK) {
        room->sequence++;
    }
    return error;
}

/* Whether the line is in the room already: it was left and joined again meanwhile. */
static bool is_known(const struct room *room, const struct line *line)
{
    for (uint32_t i = 0; i < room->lines.count; i++) {
        if (strcmp(room->lines.lines[i]->id, line->id) == 0) {
            return true;
        }
    }
    return false;
}

void chat_restore_line(
    struct chat *chat, struct chat_time time, const struct chat_waiting_line *waiting)
{
    struct room_name name;
    struct room *room =
        room_name_parse(waiting->room, &name) == GOSSIP_OK ? rooms_find(chat, &name) : NULL;
    struct line *line;

    chat->time = time;
    if (room == NULL || chat->line_count >= chat->limits.outbox_lines_max ||
        waiting->text.size == 0 || waiting->text.size > WIRE_CHAT_TEXT_BYTES_MAX ||
        waiting->session > WIRE_CHAT_SESSION_MAX || waiting->sequence > WIRE_CHAT_SEQUENCE_MAX) {
        return;
    }
    line = line_create(chat->allocator, waiting->text);
    if (line == NULL) {
        return;
    }
    line->author = chat->self;
    line->session = waiting->session;
    line->sequence = waiting->sequence;
    line->sent_at = waiting->sent_at;
    line->arrived_at = time.date;
    line->is_own = true;
    line->is_action = waiting->is_action;
    line->nick = chat->nick;
    line->label = chat->label;
    line_set_id(line);
    if (is_known(room, line) || say(room, line, true) != GOSSIP_OK) {
        line_destroy(chat->allocator, line);
    }
}

/* ---- signs of life ---------------------------------------------------------------------- */

/* To have joined says more than a new nick, and that more than to be here still. */
static void set_hello(struct room *room, enum wire_chat_kind kind)
{
    if (room->is_foreign || room->peers == 0 || room->hello == WIRE_CHAT_JOIN) {
        return; /* nobody would understand or hear it, or it is said already */
    }
    if (room->hello == 0 || kind != WIRE_CHAT_PRESENCE) {
        room->hello = kind;
    }
    requests_queue(room);
}

struct outgoing *outgoing_make_hello(struct room *room)
{
    struct chat *chat = room->chat;
    struct wire_chat_frame frame;

    chat->lamport++;
    frame = frame_of(room, room->hello);
    frame.sequence = room->sequence - room->outbox_count;
    away_fill(chat, &frame);
    topic_fill(room, &frame);
    chat->hello.request = (struct chat_request){.kind = CHAT_PUBLISH, .topic = rooms_topic(room)};
    chat->hello.request.payload = bytes_make(chat->hello_payload,
        fill_payload(room, &frame, room_make(chat->hello_payload, sizeof(chat->hello_payload))));
    chat->hello.room = room;
    return &chat->hello;
}

static void set_presence(struct room *room)
{
    chat_alarm_set(room->chat, &room->presence_alarm,
        OUTGOING_PRESENCE_MS - dice_below(&room->chat->dice, OUTGOING_PRESENCE_JITTER_MS));
}

void outgoing_ring_presence(struct chat *chat, void *object)
{
    struct room *room = object;

    (void)chat;
    set_hello(room, WIRE_CHAT_PRESENCE);
    if (room->peers > 0) {
        set_presence(room);
    }
}

/* Every newcomer is answered, but a crowd of them with one frame. */
static void answer_soon(struct room *room)
{
    struct chat *chat = room->chat;
    struct gossip_duration since = instant_since(chat->time.now, room->presence_at);
    uint64_t delay = dice_below(&chat->dice, OUTGOING_ANSWER_MS);
    uint64_t passed = duration_to_ms(since);

    if (passed < OUTGOING_PRESENCE_GAP_MS) {
        delay += OUTGOING_PRESENCE_GAP_MS - passed;
    }
    if (duration_to_ms(instant_until(chat->time.now, room->presence_alarm.timer.at)) > delay) {
        chat_alarm_set(chat, &room->presence_alarm, delay);
    }
}

void outgoing_greet(struct room *room)
{
    if (room->peers == 0) {
        return; /* somebody far away, heard of before anybody near */
    }
    if (room->is_foreign) {
        requests_queue(room);
    } else if (room->has_joined) {
        answer_soon(room);
        requests_queue(room);
    } else {
        room->has_joined = true;
        set_hello(room, WIRE_CHAT_JOIN);
        set_presence(room);
    }
}

void outgoing_tell_nick(struct room *room)
{
    set_hello(room, WIRE_CHAT_NICK);
}

void outgoing_tell_presence(struct room *room)
{
    set_hello(room, WIRE_CHAT_PRESENCE);
}

/* ---- leaving ---------------------------------------------------------------------------- */

static void say_goodbye(struct room *room, struct gossip_bytes reason)
{
    struct chat *chat = room->chat;
    struct wire_chat_frame frame;
    struct outgoing *goodbye;

    chat->lamport++;
    frame = frame_of(room, WIRE_CHAT_LEAVE);
    frame.sequence = room->sequence;
    frame.text = utf8_truncate(reason, OUTGOING_REASON_BYTES_MAX);
    goodbye = make_frame(room, &frame);
    if (goodbye != NULL) {
        requests_ask(chat, goodbye);
    }
}

void outgoing_farewell(struct room *room, struct gossip_bytes reason)
{
    struct chat *chat = room->chat;
    struct outgoing *outgoing;

    if (chat->hello.room == room) {
        chat->hello.room = NULL;
    }
    while ((outgoing = chain_first(&room->outbox)) != NULL) {
        requests_take(chat, outgoing);
        if (room->peers > 0) {
            requests_ask(chat, outgoing);
        } else {
            if (outgoing->is_line) {
                requests_settle(chat, outgoing, GOSSIP_OK, 0);
            }
            requests_destroy(chat, outgoing);
        }
    }
    if (room->peers > 0 && !room->is_foreign) {
        say_goodbye(room, reason);
    }
    requests_ask(chat, room->unfollow);
    room->unfollow = NULL;
}
