/*
 * Between the chat and the archive: people whom we know are read when the node
 * starts, and kept when something about them changes.
 */
#ifndef HOST_KNOWN_PEOPLE_H
#define HOST_KNOWN_PEOPLE_H

#include "host/host.h"

/* Asks the archive for everybody; the chat is told before any line is shown again. Without an archive nothing. */
void known_people_read(struct gossip_node *node);

/* Answers a CHAT_KEEP. Without an archive, or if it is too busy, nothing is kept beyond this run. */
void known_people_keep(struct gossip_node *node, const struct chat_known *known);

#endif
