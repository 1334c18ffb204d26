/*
 * Connecting to an address: at once to an IP address; to a name by asking what
 * it stands for and trying its addresses a quarter of a second apart, the two
 * families in turn, until one answers (RFC 8305, "happy eyeballs").
 */
#ifndef HOST_DIAL_TCP_H
#define HOST_DIAL_TCP_H

#include "host/host.h"

#define DIAL_STAGGER_MS 250
/* A connection that takes longer to be made is given up, and so is a name that takes longer. */
#define DIAL_TIME_MS 5000

/*
 * Connects `pipe` of the swarm to `address`; swarm_pipe_opened or _failed
 * answers, at once or later. `scope` as in swarm_output.
 */
void dial_tcp(struct gossip_node *node, struct swarm_pipe pipe,
    const struct gossip_address *address, uint32_t scope);

/* The swarm does not want `pipe` any more: tells it that it is closed, if it is being dialed. */
void dial_tcp_cancel(struct gossip_node *node, struct swarm_pipe pipe);

/* The same for all, when the node closes. */
void dial_tcp_cancel_all(struct gossip_node *node);

#endif
