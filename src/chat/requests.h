/*
 * What the node below is asked for, in which order, and what becomes of it.
 *
 * Requests that must come in order, such as leaving a room and joining it again,
 * stand in one line of the chat, before what the rooms have to say; so do the
 * last lines of a room that was left. Each room has an outbox, in which a line
 * keeps its place until the node took it and somebody got it; rooms that have
 * something to say have their turn one after the other.
 */
#ifndef CHAT_REQUESTS_H
#define CHAT_REQUESTS_H

#include "chat/state.h"

/* What nobody took is sent again after this. */
#define REQUESTS_RETRY_MS 1000

/* A request with room for a payload, which stands nowhere yet. Returned owned; NULL without memory. */
struct outgoing *requests_create(
    struct chat *chat, enum chat_request_kind kind, struct gossip_bytes topic, size_t payload_size);

/* Where the payload of one made above is to be written. */
struct gossip_room requests_payload(struct outgoing *outgoing);

/* Takes it out of the line it stands in, if any. */
void requests_take(struct chat *chat, struct outgoing *outgoing);

/* Frees it, wherever it stands. NULL is allowed. */
void requests_destroy(struct chat *chat, struct outgoing *outgoing);

/* Takes it, which stands nowhere, as the last in the chat's line: it belongs to no room from now on. */
void requests_ask(struct chat *chat, struct outgoing *outgoing);

/* Asks the node to follow the room's topic. False if there is no memory, with nothing changed. */
bool requests_follow(struct room *room);

/* Asks the node for a ping. GOSSIP_ERROR_LIMIT or GOSSIP_ERROR_NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error requests_ping(
    struct chat *chat, const struct gossip_peer_id *peer, uint64_t number);

/* Asks the node to say a text to one alone. GOSSIP_ERROR_LIMIT or GOSSIP_ERROR_NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error requests_direct(struct chat *chat,
    const struct gossip_peer_id *peer, struct gossip_bytes text, uint64_t number);

/* Asks the node to let the author know that his line was shown. What cannot be asked for now is not. */
void requests_tell_shown(struct chat *chat, const struct line *line);

/*
 * Asks the node to offer the file at `path` to `peers`, at most CHAT_OFFER_PEERS_MAX; `room`, which
 * may be empty, is told to them. GOSSIP_ERROR_LIMIT or GOSSIP_ERROR_NO_MEMORY.
 */
GOSSIP_MUST_USE enum gossip_error requests_offer(struct chat *chat, struct gossip_bytes room,
    struct gossip_bytes path, const struct gossip_peer_id *peers, size_t peer_count,
    uint64_t number);

/* The room has its turn after the others, if it has anything to say and anybody to say it to. */
void requests_queue(struct room *room);

/* Time to try again what nobody took. `object` is a room. */
void requests_ring_retry(struct chat *chat, void *object);

/* Tells, once, that a line waits for somebody. */
void requests_tell_queued(struct chat *chat, struct outgoing *outgoing);

/* Tells what became of a line. */
void requests_settle(
    struct chat *chat, struct outgoing *outgoing, enum gossip_error error, size_t recipients);

/* The node answers the publication it was asked for last. */
void requests_published(struct chat *chat, enum gossip_error error, size_t recipients);

/* Frees what a room still has to say. */
void requests_drop(struct room *room);

/* Frees every request. */
void requests_drop_all(struct chat *chat);

#endif
