/*
 * Control comes in: IHAVE, IWANT, GRAFT, PRUNE, IDONTWANT, in this order.
 *
 * https://github.com/libp2p/specs/blob/master/pubsub/gossipsub/gossipsub-v1.0.md#control-messages
 */
#ifndef GOSSIPSUB_CONTROL_H
#define GOSSIPSUB_CONTROL_H

#include "gossipsub/state.h"

/* The control part of an RPC. A peer that speaks floodsub has none that counts. */
void gossipsub_control_receive(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, const struct wire_rpc *rpc);

/* The next suggested peer, as an output; false if there is none. */
bool gossipsub_control_poll(struct gossipsub_router *router, struct gossipsub_output *output);

#endif
