/* What the machines said, as events for the handler. */
#ifndef HOST_EVENTS_H
#define HOST_EVENTS_H

#include "host/host.h"

/* Room for a sentence about a failed dial, or for what can be done about it. */
#define EVENTS_SENTENCE_BYTES 512

/*
 * Tells the handler, unless the node is closing. `arrived_at` is filled in if it is
 * zero. What the handler asks for meanwhile waits until the node is pumped.
 */
void events_tell(struct gossip_node *node, struct gossip_event *event);

/* How a peer was found, for the handler. */
enum gossip_via events_via(enum swarm_source source);

/* An output of the swarm, of any kind that is not about pipes. */
void events_from_swarm(struct gossip_node *node, const struct swarm_output *output);

/* The addresses we listen on; told at the start and after changes. */
void events_tell_listening(struct gossip_node *node);

/* Nobody has answered so far: what to say about it, if anything. */
void events_tell_nobody(struct gossip_node *node, enum host_notice notice);

/* One line worth reading. */
void events_tell_notice(struct gossip_node *node, const char *text);

/*
 * `address` as text, with /p2p if `peer` (NULL allowed) is known. Borrowed until the
 * next call for this node.
 */
struct gossip_bytes events_address_text(struct gossip_node *node,
    const struct gossip_address *address, const struct gossip_peer_id *peer);

/*
 * Why `where` could not be connected to, as one sentence, and what a person can do
 * about it, which may be empty. `text` is what the swarm says.
 */
void events_dial_sentence(enum gossip_error error, const char *text, const char *where,
    char sentence[EVENTS_SENTENCE_BYTES]);
void events_dial_hint(
    enum gossip_error error, const char *text, uint16_t port, char hint[EVENTS_SENTENCE_BYTES]);

/* Adds where a person is reached, if he is connected, or where we are, to an event about him. */
void events_add_address(struct gossip_node *node, struct gossip_event *event);

#endif
