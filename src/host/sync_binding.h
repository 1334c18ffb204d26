/*
 * Binds the exchange of missed lines (src/sync) to the streams of the swarm, to the chat, and to
 * what is stored. Every function may be called for a node without it; then it does nothing.
 */
#ifndef HOST_SYNC_BINDING_H
#define HOST_SYNC_BINDING_H

#include "host/host.h"

/* Its row in the list of protocols. */
extern const struct host_protocol sync_protocol;

/* Makes the machine, if the configuration wants it. GOSSIP_ERROR_NO_MEMORY or _INVALID. */
GOSSIP_MUST_USE enum gossip_error sync_binding_create(
    struct gossip_node *node, const struct gossip_node_config *config);

/* What the swarm says of peers and what they follow. */
void sync_binding_hear_swarm(struct gossip_node *node, const struct swarm_output *output);

/* Chat follows `topic`, or no longer. */
void sync_binding_follow(struct gossip_node *node, struct gossip_bytes topic);
void sync_binding_unfollow(struct gossip_node *node, struct gossip_bytes topic);

/* What chat tells: lines that come with what their authors signed are kept. */
void sync_binding_hear_chat(struct gossip_node *node, const struct gossip_event *event);

#endif
