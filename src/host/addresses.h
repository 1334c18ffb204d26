/* Where this machine can be reached: what is told to peers, and shown to people. */
#ifndef HOST_ADDRESSES_H
#define HOST_ADDRESSES_H

#include "host/host.h"

/*
 * Fills `addresses` with at most SWARM_ADDRESSES_MAX addresses, best first, and
 * returns how many: those that were announced by hand, then the addresses of the
 * interfaces that our listeners cover. Link-local addresses mean nothing to
 * others, and loopback ones are told only if there is nothing else.
 */
size_t addresses_collect(
    const struct gossip_node *node, struct gossip_address addresses[SWARM_ADDRESSES_MAX]);

#endif
