/* Discovery on the loop: the mDNS machine, its sockets, and what they tell the node. */
#ifndef HOST_DISCOVERY_H
#define HOST_DISCOVERY_H

#include <stddef.h>

#include "gossipchat/node.h"

struct host_discovery;

/* Fails with GOSSIP_ERROR_INVALID if the rendezvous cannot be a name, _IO or _NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error host_discovery_create(struct gossip_node *node,
    const struct gossip_node_config *config, struct host_discovery **discovery);

/* Says goodbye on every interface; then host_handle_closed. */
void host_discovery_close(struct host_discovery *discovery);

/* Asks the network now. */
void host_discovery_query(struct host_discovery *discovery);

/* `peer` is connected, or not any more. */
void host_discovery_set_proven(
    struct host_discovery *discovery, const struct gossip_peer_id *peer, bool is_proven);

/* Where it asks: "asked on wlan0 and eth0", as one line without a full stop. */
void host_discovery_describe(struct host_discovery *discovery, char *line, size_t size);

/* The interfaces it asks on: "wlan0, eth0"; empty if there are none. */
void host_discovery_interfaces(struct host_discovery *discovery, char *line, size_t size);

/* The interface number `index` and what was heard on it; false behind the last. */
bool host_discovery_interface(
    struct host_discovery *discovery, size_t index, struct gossip_interface *interface);

/* What was heard and what follows from it, as one line. */
void host_discovery_diagnose(struct host_discovery *discovery, char *line, size_t size);

#endif
