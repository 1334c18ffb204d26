/*
 * What we say: frames, the outbox of a room where nobody is yet, and requests to
 * the node below.
 *
 * A line of ours is never lost silently: it waits in its room's outbox until
 * somebody follows the topic, then in the queue of requests until the node takes
 * it, and comes back to the outbox if it reached nobody.
 */
#ifndef CHAT_OUTGOING_H
#define CHAT_OUTGOING_H

#include "chat/state.h"

/* We tell who we are this often, and not more often than that. */
#define OUTGOING_PRESENCE_MS 60000
#define OUTGOING_PRESENCE_GAP_MS 1000
/* Answers to a newcomer are spread over this time. */
#define OUTGOING_ANSWER_MS 150

/* Asks the node to follow, or to leave, the room's topic. False if there is no memory. */
bool outgoing_follow(struct room *room, bool is_following);

/* Asks the node for a ping. */
bool outgoing_ping(struct chat *chat, const struct gossip_peer_id *peer, uint64_t number);

/*
 * Says a line in the room, now or when somebody comes; command `number`. Fails
 * with GOSSIP_ERROR_LIMIT (the outbox is full) or _NO_MEMORY. `line` is ours
 * and gets its order, sequence and id here.
 */
GOSSIP_MUST_USE enum gossip_error outgoing_say(
    struct room *room, struct line *line, uint64_t number);

/* Sends a frame without text (or with a reason) if anybody is there to hear it. */
void outgoing_send(struct room *room, enum wire_chat_kind kind, struct gossip_bytes text);

/* Somebody came: tells him who we are, soon, and sends what waited. */
void outgoing_greet(struct room *room);

/* Time for presence. `object` is a room. */
void outgoing_ring(struct chat *chat, void *object);

/* The room is left: what waits in it is told to have failed. */
void outgoing_drop(struct room *room);
void outgoing_drop_requests(struct chat *chat);

#endif
