/* The life of a node, as its pump sees it. */
#ifndef HOST_NODE_H
#define HOST_NODE_H

#include "host/host.h"

/* The first turn of the loop: tells where we listen and dials whom we were given. Once. */
void node_begin(struct gossip_node *node);

/* One step further towards the end, if nothing waits any more or the time is up. */
void node_close_further(struct gossip_node *node);

/* The addresses of this machine changed: tells discovery, the swarm and the handler. */
void node_addresses_changed(struct gossip_node *node);

#endif
