/*
 * Which of two connections to one peer stays.
 *
 * Two nodes that dial each other at the same moment make two connections. Both ends come to the same
 * answer without talking about it, whichever connection they saw first: they keep the one that the
 * larger peer id dialed. If one side made both, it keeps the older one, and the other side follows
 * it. A program of another kind does not know these rules, and some never open a second stream for
 * gossip: towards it the connection stays on which it speaks, or else the older one.
 *
 * The older connection must first prove that it is alive, by a byte that comes in after the second
 * was made: a machine that lost its power and came back dials anew, while its old connection still
 * seems to be there.
 *
 * Everything new goes to the connection that stays. The other is still read until all that was sent
 * on it has arrived, and then closed.
 */
#ifndef SWARM_CHOICE_H
#define SWARM_CHOICE_H

#include "swarm/state.h"

/* An older connection that gives no sign of life for so long gives way. */
#define CHOICE_PATIENCE_MS 5000

/* `peer->second` was just proven. */
void choice_begin(struct swarm *swarm, struct peer *peer);

/* Something was learned that may decide: who the peer is, a sign of life, where it speaks. */
void choice_consider(struct swarm *swarm, struct peer *peer);

/* The alarm of a choice that could not be made in time. `object` is a struct peer. */
void choice_ring(struct swarm *swarm, void *object);

/* From now on `link` is the one of `peer`: gossip and all new streams go there. */
void choice_use(struct swarm *swarm, struct peer *peer, struct link *link);

#endif
