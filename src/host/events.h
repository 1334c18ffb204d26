/* What the machines said, as events for the handler. */
#ifndef HOST_EVENTS_H
#define HOST_EVENTS_H

#include "host/host.h"
#include "host/pump.h"

/* Tells the handler. `arrived_at` is filled in if it is zero. */
void events_tell(struct gossip_node *node, struct gossip_event *event);

/* How a peer was found, for the handler. */
enum gossip_via events_via(enum swarm_source source);

/* An output of the swarm, of any kind that is not about pipes. */
void events_from_swarm(struct gossip_node *node, const struct swarm_output *output);

/* The addresses we listen on, and where we look for peers; told at the start and after changes. */
void events_tell_listening(struct gossip_node *node);

/* `address` as text, with /p2p if `peer` is known. Borrowed until the next call. */
struct gossip_bytes events_address_text(
    const struct gossip_address *address, const struct gossip_peer_id *peer);

/* What a person can do about a failed dial to `address`; may be empty. `hint` has `size` bytes. */
void events_dial_hint(enum gossip_error error, const char *text,
    const struct gossip_address *address, char *hint, size_t size);

#endif
