/*
 * Listening: on the addresses that were asked for, or on one port of all
 * interfaces, for both families.
 */
#ifndef HOST_LISTENER_TCP_H
#define HOST_LISTENER_TCP_H

#include "host/host.h"

struct listener_tcp {
    struct gossip_node *node;
    uv_tcp_t handle;
    struct gossip_address address; /* what it is bound to, with the real port */
    bool is_waiting;               /* somebody could not be accepted, for want of memory */
};

/*
 * Opens the listeners that `config` asks for. On failure gossip_node_failure
 * says why, and those already open are closed with the node:
 * GOSSIP_ERROR_ADDRESS_IN_USE, _UNREACHABLE (any other reason) or _INVALID.
 */
GOSSIP_MUST_USE enum gossip_error listener_tcp_open_all(
    struct gossip_node *node, const struct gossip_node_config *config);

/* Tries again to accept whom there was no memory for. */
void listener_tcp_accept_waiting(struct gossip_node *node);

/* Accepts no more; each listener is freed when its handle is closed. */
void listener_tcp_close_all(struct gossip_node *node);

#endif
