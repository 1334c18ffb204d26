/*
 * A message comes in: is it new, whose is it, what was the verdict, who else is to have it.
 */
#ifndef GOSSIPSUB_MESSAGES_H
#define GOSSIPSUB_MESSAGES_H

#include "gossipsub/state.h"

/* The messages of an RPC. */
void gossipsub_messages_receive(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, const struct wire_rpc *rpc);

/* The next VALIDATE or DELIVER, as an output; false if there is none. */
bool gossipsub_messages_poll(struct gossipsub_router *router, struct gossipsub_output *output);

#endif
