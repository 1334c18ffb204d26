/*
 * Who follows which topic: what peers say of themselves, and what we say of us.
 *
 * https://github.com/libp2p/specs/blob/master/pubsub/README.md#the-rpc
 */
#ifndef GOSSIPSUB_SUBSCRIPTIONS_H
#define GOSSIPSUB_SUBSCRIPTIONS_H

#include "gossipsub/state.h"

/* The subscriptions of an RPC. */
void gossipsub_subscriptions_receive(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, const struct wire_rpc *rpc);

/*
 * The peer follows the topic from now on. False if it may not, because it follows too many, or if
 * there is no memory.
 */
bool gossipsub_subscriptions_begin(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, struct gossip_bytes topic);

/* The peer leaves: it follows nothing any more, and is in no set of any topic. */
void gossipsub_subscriptions_end_all(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour);

/* The next news of a peer's subscription, as an output. False if the peer has none. */
bool gossipsub_subscriptions_poll(struct gossipsub_router *router,
    struct gossipsub_neighbour *neighbour, struct gossipsub_output *output);

/* The peer has to be told again what we follow. */
void gossipsub_subscriptions_greet(
    struct gossipsub_router *router, struct gossipsub_neighbour *neighbour);

#endif
