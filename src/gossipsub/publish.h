/*
 * A message goes out: which peers get it, and what gives way when a queue is full.
 *
 * Each kind of thing that waits for a peer has a bound of its own, so control and gossip never take
 * the place of messages. Among messages, forwards give way to our own, the oldest first; our own are
 * never dropped.
 */
#ifndef GOSSIPSUB_PUBLISH_H
#define GOSSIPSUB_PUBLISH_H

#include "gossipsub/state.h"

/*
 * Queues a message of someone else for the mesh, for direct peers and for those that speak floodsub,
 * but not for who wrote it, sent it to us (`senders`, a set of peers) or does not want it.
 */
void gossipsub_forward(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, uint64_t key, struct gossipsub_message *message,
    const uint64_t *senders);

/* Whether the peer wrote the message. It is never sent to it: others punish us for that. */
bool gossipsub_is_author(
    const struct gossipsub_neighbour *neighbour, const struct gossipsub_message *message);

/* Queues a message for one peer, which asked for it or is to get it. Something may give way. */
void gossipsub_offer(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, uint64_t key, struct gossipsub_message *message);

/*
 * Tells the mesh, except the sender at `source` and the author, that the message is here and need
 * not be sent to us, if it is large enough to be worth that.
 */
void gossipsub_announce_unwanted(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_message *message, uint32_t source);

/* The peer has the message: what waits for it on its account need not be sent. */
void gossipsub_cancel(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, uint64_t key, enum gossipsub_drop reason);

/* There is more room for own messages than before: a publish that was refused may be tried again. */
void gossipsub_made_room(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour);

#endif
