#include "chat/requests.h"

#include "base/bytes.h"
#include "chat/entering.h"
#include "chat/known.h"
#include "chat/outgoing.h"
#include "chat/reach.h"
#include "chat/rooms.h"
#include "chat/tell.h"

/* ---- making and asking ------------------------------------------------------------------ */

struct outgoing *requests_create(
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

struct gossip_room requests_payload(struct outgoing *outgoing)
{
    uint8_t *topic = (uint8_t *)(outgoing + 1);

    return (struct gossip_room){
        topic + outgoing->request.topic.size, outgoing->request.payload.size};
}

void requests_take(struct chat *chat, struct outgoing *outgoing)
{
    if (!chain_is_linked(&outgoing->link)) {
        return;
    }
    chain_remove(&outgoing->link);
    if (outgoing->room != NULL) {
        outgoing->room->outbox_count -= outgoing->is_restored || outgoing->is_again ? 0 : 1;
    } else {
        chat->request_count--;
    }
}

void requests_destroy(struct chat *chat, struct outgoing *outgoing)
{
    if (outgoing == NULL || outgoing == &chat->hello) {
        return;
    }
    requests_take(chat, outgoing);
    if (outgoing->is_line) {
        chat->line_count--;
    }
    allocator_give(chat->allocator, outgoing, outgoing->size);
}

void requests_ask(struct chat *chat, struct outgoing *outgoing)
{
    outgoing->room = NULL;
    chain_append(&chat->requests, &outgoing->link);
    chat->request_count++;
}

bool requests_follow(struct room *room)
{
    struct outgoing *follow = requests_create(room->chat, CHAT_SUBSCRIBE, rooms_topic(room), 0);
    struct outgoing *unfollow = requests_create(room->chat, CHAT_UNSUBSCRIBE, rooms_topic(room), 0);

    if (follow == NULL || unfollow == NULL) {
        requests_destroy(room->chat, follow);
        requests_destroy(room->chat, unfollow);
        return false;
    }
    requests_ask(room->chat, follow);
    room->unfollow = unfollow;
    return true;
}

void requests_tell_shown(struct chat *chat, const struct line *line)
{
    struct outgoing *outgoing =
        chat->request_count < CHAT_REQUESTS_MAX
            ? requests_create(chat, CHAT_LINE_SHOWN, (struct gossip_bytes){0}, 0)
            : NULL;

    if (outgoing == NULL) {
        return; /* he will not know */
    }
    outgoing->request.peer = line->author;
    outgoing->request.session = line->session;
    outgoing->request.sequence = line->sequence;
    requests_ask(chat, outgoing);
}

enum gossip_error requests_direct(
    struct chat *chat, const struct gossip_peer_id *peer, struct gossip_bytes text, uint64_t number)
{
    struct outgoing *outgoing;

    if (chat->request_count >= CHAT_REQUESTS_MAX) {
        return GOSSIP_ERROR_LIMIT;
    }
    outgoing = requests_create(chat, CHAT_DIRECT, (struct gossip_bytes){0}, text.size);
    if (outgoing == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    bytes_copy(requests_payload(outgoing).data, text);
    outgoing->request.peer = *peer;
    outgoing->request.number = number;
    outgoing->request.nick = nick_bytes(&chat->nick);
    requests_ask(chat, outgoing);
    return GOSSIP_OK;
}

enum gossip_error requests_ping(
    struct chat *chat, const struct gossip_peer_id *peer, uint64_t number)
{
    struct outgoing *outgoing;

    if (chat->request_count >= CHAT_REQUESTS_MAX) {
        return GOSSIP_ERROR_LIMIT;
    }
    outgoing = requests_create(chat, CHAT_PING, (struct gossip_bytes){0}, 0);
    if (outgoing == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    outgoing->request.peer = *peer;
    outgoing->request.number = number;
    requests_ask(chat, outgoing);
    return GOSSIP_OK;
}

enum gossip_error requests_offer(struct chat *chat, struct gossip_bytes room,
    struct gossip_bytes path, const struct gossip_peer_id *peers, size_t peer_count,
    uint64_t number)
{
    struct gossip_bytes all = bytes_make(peers, peer_count * sizeof(*peers));
    struct outgoing *outgoing;
    struct gossip_room payload;

    if (chat->request_count >= CHAT_REQUESTS_MAX) {
        return GOSSIP_ERROR_LIMIT;
    }
    outgoing = requests_create(chat, CHAT_OFFER, room, all.size + path.size);
    if (outgoing == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    payload = requests_payload(outgoing);
    bytes_copy(payload.data, all);
    bytes_copy(payload.data + all.size, path);
    outgoing->request.peers = (const struct gossip_peer_id *)(const void *)payload.data;
    outgoing->request.peer_count = peer_count;
    outgoing->request.payload = bytes_make(payload.data + all.size, path.size);
    outgoing->request.number = number;
    requests_ask(chat, outgoing);
    return GOSSIP_OK;
}

/* ---- rooms that have something to say --------------------------------------------------- */

static bool has_something(const struct room *room)
{
    return room->peers > 0 && !room->is_waiting &&
           (room->hello != 0 || chain_is_linked(&room->outbox));
}

void requests_queue(struct room *room)
{
    if (has_something(room)) {
        chain_append(&room->chat->ready, &room->ready);
    }
}

void requests_ring_retry(struct chat *chat, void *object)
{
    struct room *room = object;

    (void)chat;
    room->is_waiting = false;
    requests_queue(room);
}

/* ---- the node asks ---------------------------------------------------------------------- */

static struct outgoing *next_of_rooms(struct chat *chat)
{
    struct room *room;

    while ((room = chain_first(&chat->ready)) != NULL) {
        chain_remove(&room->ready);
        if (has_something(room)) {
            return room->hello != 0 ? outgoing_make_hello(room) : chain_first(&room->outbox);
        }
    }
    return NULL;
}

static struct outgoing *next_of_all(struct chat *chat)
{
    struct outgoing *first = chain_first(&chat->requests);

    if (first == NULL) {
        return chat->is_blocked ? NULL : next_of_rooms(chat);
    }
    if (first->request.kind == CHAT_PUBLISH) {
        return chat->is_blocked ? NULL : first; /* it stays until it is answered */
    }
    requests_take(chat, first);
    return first;
}

static bool is_answer_awaited(const struct chat *chat)
{
    return chat->asked != NULL &&
           (chat->asked->request.kind == CHAT_PUBLISH || chat->asked->request.kind == CHAT_DIRECT);
}

bool chat_poll_request(struct chat *chat, struct chat_request *request)
{
    if (is_answer_awaited(chat)) {
        return false; /* one at a time: lines stay in order */
    }
    requests_destroy(chat, chat->asked);
    chat->asked = next_of_all(chat);
    if (chat->asked == NULL) {
        return entering_poll(chat, request) || known_poll(chat, request);
    }
    *request = chat->asked->request;
    return true;
}

void chat_writable(struct chat *chat)
{
    chat->is_blocked = false;
}

size_t chat_unsent_count(const struct chat *chat)
{
    return chat->line_count;
}

/* ---- and answers ------------------------------------------------------------------------ */

static void tell_delivery(struct chat *chat, const struct outgoing *outgoing,
    enum gossip_delivery delivery, size_t reached, struct gossip_bytes reason)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_DELIVERY,
        .room = room_name_bytes(&outgoing->name),
        .message_id = bytes_of_text(outgoing->message_id),
        .ref_number = outgoing->number,
        .delivery = delivery,
        .members = reached < UINT32_MAX ? (uint32_t)reached : UINT32_MAX,
        .order = outgoing->order,
        .sent_at = outgoing->sent_at,
        .original = delivery == GOSSIP_DELIVERY_SENT ? chat->original : (struct gossip_bytes){0},
        .text = reason};

    tell(chat, &event);
}

void requests_tell_queued(struct chat *chat, struct outgoing *outgoing)
{
    if (!outgoing->was_queued) {
        outgoing->was_queued = true;
        tell_delivery(chat, outgoing, GOSSIP_DELIVERY_QUEUED, 0, (struct gossip_bytes){0});
    }
}

static const char *reason_of(enum gossip_error error)
{
    return error == GOSSIP_OK ? "the room was left before anybody got it"
                              : gossip_error_text(error);
}

void requests_settle(
    struct chat *chat, struct outgoing *outgoing, enum gossip_error error, size_t recipients)
{
    bool is_sent = error == GOSSIP_OK && recipients > 0;

    tell_delivery(chat, outgoing, is_sent ? GOSSIP_DELIVERY_SENT : GOSSIP_DELIVERY_FAILED,
        is_sent ? recipients : 0,
        is_sent ? (struct gossip_bytes){0} : bytes_of_text(reason_of(error)));
}

/* Nobody took it, although we know somebody who should: tried again by and by. */
static void wait_for_somebody(struct room *room, struct outgoing *outgoing)
{
    room->is_waiting = true;
    chat_alarm_set(room->chat, &room->retry_alarm, REQUESTS_RETRY_MS);
    if (outgoing->is_line) {
        requests_tell_queued(room->chat, outgoing);
    }
}

void requests_published(struct chat *chat, enum gossip_error error, size_t recipients)
{
    struct outgoing *outgoing = chat->asked;
    struct room *room;

    if (outgoing == NULL || outgoing->request.kind != CHAT_PUBLISH) {
        return;
    }
    chat->asked = NULL;
    room = outgoing->room;
    if (error == GOSSIP_ERROR_WOULD_BLOCK) {
        chat->is_blocked = true;
    } else if (error == GOSSIP_OK && recipients == 0 && room != NULL) {
        wait_for_somebody(room, outgoing);
    } else {
        if (outgoing->is_line) {
            requests_settle(chat, outgoing, error, recipients);
        } else if (outgoing == &chat->hello && room != NULL) {
            room->hello = 0;
            room->presence_at = chat->time.now;
        }
        if (!reach_expect(room, outgoing, error == GOSSIP_OK ? recipients : 0)) {
            requests_destroy(chat, outgoing);
        }
    }
    if (room != NULL) {
        requests_queue(room);
    }
}

/* ---- the end ---------------------------------------------------------------------------- */

void requests_drop(struct room *room)
{
    struct chat *chat = room->chat;
    struct outgoing *outgoing;

    if (chat->asked != NULL && chat->asked->room == room) {
        chat->asked = NULL;
    }
    while ((outgoing = chain_first(&room->outbox)) != NULL) {
        requests_destroy(chat, outgoing);
    }
    requests_destroy(chat, room->unfollow);
    room->unfollow = NULL;
}

void requests_drop_all(struct chat *chat)
{
    struct outgoing *outgoing;

    requests_destroy(chat, chat->asked);
    chat->asked = NULL;
    while ((outgoing = chain_first(&chat->requests)) != NULL) {
        requests_destroy(chat, outgoing);
    }
}
