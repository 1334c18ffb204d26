/* What is stored of a room, for the exchange of missed lines: what others need not give again. */
#ifndef HOST_SYNC_RECALL_H
#define HOST_SYNC_RECALL_H

#include "host/host.h"

/*
 * Reads the newest `count` lines of the room with this topic, as far as they are stored, gives those
 * that come with what their authors signed to node->sync, and then says that it was all: at once if
 * nothing is stored.
 */
void sync_recall(struct gossip_node *node, struct gossip_bytes topic, uint32_t count);

/* Keeps the line of an event, if it comes with what its author signed, and that is a line of ours. */
void sync_recall_keep(
    struct gossip_node *node, struct gossip_bytes topic, const struct gossip_event *event);

#endif
