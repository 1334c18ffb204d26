/* The life of a node, as the files of this layer see it. */
#ifndef HOST_NODE_H
#define HOST_NODE_H

#include "host/host.h"

/* The first turn of the loop: tells where we listen and dials whom we were given. Once. */
void node_begin(struct gossip_node *node);

/*
 * Takes the next step of closing, if nothing waits any more or the time is up. True if
 * that gave the machines something to say, which is to be carried before the next step.
 */
bool node_close_further(struct gossip_node *node);

/* The addresses of this machine changed, perhaps: tells the swarm and the handler if they did. */
void node_addresses_changed(struct gossip_node *node);

/* Closes every handle; the last one frees the node, which happens at once if there is none. */
void node_close_handles(struct gossip_node *node);

#endif
