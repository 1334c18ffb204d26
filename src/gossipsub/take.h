/*
 * What waits for a peer becomes an RPC, most urgent first: subscriptions, GRAFT, PRUNE and IDONTWANT,
 * then our own messages, forwards, and gossip.
 */
#ifndef GOSSIPSUB_TAKE_H
#define GOSSIPSUB_TAKE_H

#include "gossipsub/state.h"

/* Whether anything waits for the peer. What is overtaken since may leave less than that, or nothing. */
bool gossipsub_take_has_any(const struct gossipsub_neighbour *neighbour);

/*
 * Forgets the topics we left once everybody was told. An RPC borrows their names, so this is not
 * done when the last was told but with the next call.
 */
void gossipsub_take_settle(struct gossipsub_router *router);

#endif
