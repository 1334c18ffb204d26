/* Commands of front ends: those about rooms go to chat, those about the network are done here. */
#ifndef HOST_COMMANDS_H
#define HOST_COMMANDS_H

#include "host/host.h"

/* Does it now. The node is not busy. */
void host_commands_run(struct gossip_node *node, const struct gossip_command *command);

/* Keeps a copy of a command until all events are told. */
void host_commands_defer(struct gossip_node *node, const struct gossip_command *command);

/* Runs what was kept longest. False if there was nothing. */
bool host_commands_run_deferred(struct gossip_node *node);

/* Frees everything that waits here, when the node ends. */
void host_commands_drop(struct gossip_node *node);

/* Chat wants a ping sent. */
void host_commands_ping(
    struct gossip_node *node, const struct gossip_peer_id *peer, uint64_t number);

/* SWARM_REQUEST_DONE. */
void host_commands_answered(struct gossip_node *node, const struct swarm_output *output);

#endif
