#include "chat/outgoing.h"

#include <string.h>

#include "base/bytes.h"
#include "chat/rooms.h"
#include "chat/tell.h"

/* ---- requests --------------------------------------------------------------------------- */

static struct outgoing *create(
    struct chat *chat, enum chat_request_kind kind, struct gossip_bytes topic, size_t payload_size)
{
    size_t size = sizeof(struct outgoing) + topic.size + payload_size;
    struct outgoing *outgoing = allocator_take(chat->allocator, size);
    uint8_t *end;

    if (outgoing == NULL) {
        return NULL;
    }
    *outgoing = (struct outgoing){.size = size, .request = {.kind = kind}};
    end = (uint8_t *)(outgoing + 1);
    bytes_copy(end, topic);
    outgoing->request.topic = bytes_make(end, topic.size);
    outgoing->request.payload = bytes_make(end + topic.size, payload_size);
    chain_init(&outgoing->link, outgoing);
    return outgoing;
}

static void destroy(struct chat *chat, struct outgoing *outgoing)
{
    if (outgoing == NULL) {
        return;
    }
    if (outgoing->is_line) {
        chat->line_count--;
    }
    allocator_give(chat->allocator, outgoing, outgoing->size);
}

static void ask(struct chat *chat, struct outgoing *outgoing)
{
    chain_append(&chat->requests, &outgoing->link);
    chat->request_count++;
}

static struct gossip_bytes topic_of(const struct room *room)
{
    return bytes_make(room->topic, room->topic_size);
}

bool outgoing_follow(struct room *room, bool is_following)
{
    struct outgoing *outgoing =
        create(room->chat, is_following ? CHAT_SUBSCRIBE : CHAT_UNSUBSCRIBE, topic_of(room), 0);

    if (outgoing == NULL) {
        return false;
    }
    ask(room->chat, outgoing);
    return true;
}

bool outgoing_ping(struct chat *chat, const struct gossip_peer_id *peer, uint64_t number)
{
    struct outgoing *outgoing = create(chat, CHAT_PING, (struct gossip_bytes){0}, 0);

    if (outgoing == NULL) {
        return false;
    }
    outgoing->request.peer = *peer;
    outgoing->request.number = number;
    ask(chat, outgoing);
    return true;
}

/* ---- frames ----------------------------------------------------------------------------- */

static uint64_t tail_of(const struct gossip_peer_id *peer)
{
    return load_u64_big(peer->data + peer->size - 8);
}

/* The newest lines of others, since our last frame: what ours may be an answer to. */
static void fill_seen(struct room *room, struct wire_chat_frame *frame)
{
    for (struct chain *at = room->members.next; at != &room->members; at = at->next) {
        struct member *member = at->object;

        if (!member->was_seen || frame->seen_count == WIRE_CHAT_SEEN_MAX) {
            continue;
        }
        member->was_seen = false;
        frame->seen[frame->seen_count++] =
            (struct wire_chat_seen){.author = tail_of(&member->person->peer),
                .session = member->session,
                .sequence = member->sequence};
    }
}

/* A publication of this frame; NULL if there is no memory. */
static struct outgoing *make_frame(struct room *room, enum wire_chat_kind kind,
    struct gossip_bytes text, struct gossip_unix_time date)
{
    struct chat *chat = room->chat;
    struct wire_chat_frame frame = {.kind = kind,
        .lamport = ++chat->lamport,
        .session = chat->session,
        .sequence = room->sequence,
        .sent_ms = date.ms,
        .nick = nick_bytes(&chat->nick),
        .text = text};
    struct outgoing *outgoing;
    size_t size;

    fill_seen(room, &frame);
    size = wire_chat_frame_encoded_size(&frame);
    outgoing = create(chat, CHAT_PUBLISH, topic_of(room), size);
    if (outgoing != NULL) {
        uint8_t *payload = (uint8_t *)(outgoing + 1) + room->topic_size;

        (void)wire_chat_frame_encode(&frame, (struct gossip_room){payload, size});
        outgoing->room = room->name;
    }
    return outgoing;
}

static struct outgoing *make_plain(struct room *room, struct gossip_bytes text)
{
    struct outgoing *outgoing = create(room->chat, CHAT_PUBLISH, topic_of(room), text.size);

    room->chat->lamport++;
    if (outgoing != NULL) {
        bytes_copy((uint8_t *)(outgoing + 1) + room->topic_size, text);
        outgoing->room = room->name;
    }
    return outgoing;
}

void outgoing_send(struct room *room, enum wire_chat_kind kind, struct gossip_bytes text)
{
    struct outgoing *outgoing;

    if (room->peers == 0 || room->is_foreign) {
        return;
    }
    outgoing = make_frame(room, kind, text, room->chat->time.date);
    if (outgoing != NULL) {
        room->presence_at = room->chat->time.now;
        ask(room->chat, outgoing);
    }
}

/* ---- lines ------------------------------------------------------------------------------ */

static void tell_delivery(struct chat *chat, const struct outgoing *outgoing,
    enum gossip_delivery delivery, size_t reached, const char *reason)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_DELIVERY,
        .room = room_name_bytes(&outgoing->room),
        .message_id = bytes_of_text(outgoing->message_id),
        .ref_number = outgoing->number,
        .delivery = delivery,
        .members = (uint32_t)reached,
        .text = bytes_of_text(reason)};

    tell(chat, &event);
}

static void put_in_outbox(struct room *room, struct outgoing *outgoing, bool is_first)
{
    chain_insert_before(is_first ? room->outbox.next : &room->outbox, &outgoing->link);
    if (!outgoing->was_queued) {
        outgoing->was_queued = true;
        tell_delivery(room->chat, outgoing, GOSSIP_DELIVERY_QUEUED, 0, "");
    }
}

enum gossip_error outgoing_say(struct room *room, struct line *line, uint64_t number)
{
    struct chat *chat = room->chat;
    struct gossip_bytes text = bytes_make(line->text, line->text_size);
    struct outgoing *outgoing;

    if (chat->line_count >= chat->limits.outbox_lines_max) {
        return GOSSIP_ERROR_LIMIT;
    }
    room->sequence++;
    outgoing = room->is_foreign
                   ? make_plain(room, text)
                   : make_frame(room, line->is_action ? WIRE_CHAT_ACTION : WIRE_CHAT_TEXT, text,
                         chat->time.date);
    if (outgoing == NULL) {
        room->sequence--;
        return GOSSIP_ERROR_NO_MEMORY;
    }
    line->order = chat->lamport;
    line->author = chat->self;
    line->session = chat->session;
    line->sequence = room->sequence;
    line->number = number;
    line_set_id(line);
    memcpy(outgoing->message_id, line->id, sizeof(line->id));
    outgoing->is_line = true;
    outgoing->number = number;
    chat->line_count++;
    if (room->peers == 0) {
        put_in_outbox(room, outgoing, false);
    } else {
        ask(chat, outgoing);
    }
    return GOSSIP_OK;
}

static void flush_outbox(struct room *room)
{
    struct outgoing *outgoing;

    while ((outgoing = chain_first(&room->outbox)) != NULL) {
        chain_remove(&outgoing->link);
        ask(room->chat, outgoing);
    }
}

/* ---- presence --------------------------------------------------------------------------- */

static uint64_t gap_ms(const struct room *room)
{
    struct gossip_duration since = instant_since(room->chat->time.now, room->presence_at);
    uint64_t passed = duration_to_ms(since);

    return passed < OUTGOING_PRESENCE_GAP_MS ? OUTGOING_PRESENCE_GAP_MS - passed : 0;
}

void outgoing_greet(struct room *room)
{
    struct chat *chat = room->chat;

    if (!room->has_joined) {
        room->has_joined = true;
        outgoing_send(room, WIRE_CHAT_JOIN, (struct gossip_bytes){0});
        chat_alarm_set(chat, &room->presence_alarm, OUTGOING_PRESENCE_MS);
    } else {
        uint64_t delay = gap_ms(room) + dice_below(&chat->dice, OUTGOING_ANSWER_MS);

        if (duration_to_ms(instant_until(chat->time.now, room->presence_alarm.timer.at)) > delay) {
            chat_alarm_set(chat, &room->presence_alarm, delay);
        }
    }
    flush_outbox(room);
}

void outgoing_ring(struct chat *chat, void *object)
{
    struct room *room = object;

    outgoing_send(room, WIRE_CHAT_PRESENCE, (struct gossip_bytes){0});
    chat_alarm_set(chat, &room->presence_alarm,
        OUTGOING_PRESENCE_MS + dice_below(&chat->dice, OUTGOING_PRESENCE_MS / 4));
}

/* ---- the node below --------------------------------------------------------------------- */

bool chat_poll_request(struct chat *chat, struct chat_request *request)
{
    struct outgoing *outgoing = chain_first(&chat->requests);

    if (outgoing == NULL || (chat->is_blocked && outgoing->request.kind == CHAT_PUBLISH)) {
        return false;
    }
    destroy(chat, chat->asked);
    chain_remove(&outgoing->link);
    chat->request_count--;
    chat->asked = outgoing;
    *request = outgoing->request;
    return true;
}

static void published(struct chat *chat, struct outgoing *outgoing, size_t recipients)
{
    struct room *room = rooms_find(chat, &outgoing->room);

    if (!outgoing->is_line) {
        destroy(chat, outgoing);
    } else if (recipients == 0 && room != NULL) {
        put_in_outbox(room, outgoing, true);
    } else {
        tell_delivery(chat, outgoing, GOSSIP_DELIVERY_SENT, recipients, "");
        destroy(chat, outgoing);
    }
}

void chat_published(struct chat *chat, struct chat_time time, enum gossip_error error,
    struct gossip_bytes message_id, size_t recipients)
{
    struct outgoing *outgoing = chat->asked;

    (void)message_id;
    chat->time = time;
    if (outgoing == NULL || outgoing->request.kind != CHAT_PUBLISH) {
        return;
    }
    chat->asked = NULL;
    if (error == GOSSIP_ERROR_WOULD_BLOCK) {
        chat->is_blocked = true;
        chain_insert_before(chat->requests.next, &outgoing->link);
        chat->request_count++;
    } else if (error == GOSSIP_OK) {
        published(chat, outgoing, recipients);
    } else {
        if (outgoing->is_line) {
            tell_delivery(chat, outgoing, GOSSIP_DELIVERY_FAILED, 0, gossip_error_text(error));
        }
        destroy(chat, outgoing);
    }
}

void chat_writable(struct chat *chat)
{
    chat->is_blocked = false;
}

size_t chat_unsent_count(const struct chat *chat)
{
    return chat->line_count;
}

void outgoing_drop(struct room *room)
{
    struct outgoing *outgoing;

    while ((outgoing = chain_first(&room->outbox)) != NULL) {
        chain_remove(&outgoing->link);
        tell_delivery(room->chat, outgoing, GOSSIP_DELIVERY_FAILED, 0,
            "the room was left before anybody came");
        destroy(room->chat, outgoing);
    }
}

void outgoing_drop_requests(struct chat *chat)
{
    struct outgoing *outgoing;

    destroy(chat, chat->asked);
    chat->asked = NULL;
    while ((outgoing = chain_first(&chat->requests)) != NULL) {
        chain_remove(&outgoing->link);
        destroy(chat, outgoing);
    }
}
