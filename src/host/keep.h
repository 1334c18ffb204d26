/*
 * What must outlive the program of what is said: messages to one alone, and lines of ours that nobody
 * took yet. Both stand in the file of the history; without one they are lost with the program.
 *
 * What waits goes out again under the id it had, so that nobody shows it twice.
 */
#ifndef HOST_KEEP_H
#define HOST_KEEP_H

#include "host/host.h"

/* Messages of others whose ids are remembered from earlier runs. */
#define KEEP_REMEMBERED_MAX 2048

/* Brings back what waits for people, and whom we spoke with. After history_open. */
void keep_start(struct gossip_node *node);

/* An event of the chat, before the history hears it: keeps what it tells. */
void keep_hear(struct gossip_node *node, const struct gossip_event *event);

/* The same, after that: brings back what waits for a room that was joined. */
void keep_joined(struct gossip_node *node, const struct gossip_event *event);

#endif
