/*
 * Who is connected: one peer, one link.
 *
 * Two nodes that dial each other at the same moment make two connections. Both
 * ends then keep the one that the larger peer id dialed, if both are programs
 * of this kind. Any other program does not know the rule, and may lose its voice
 * with the connection it chose to speak on: there that one stays, or the older
 * one if it speaks on both or neither. What was sent on the other connection is
 * still read before it is closed.
 */
#ifndef SWARM_PEERS_H
#define SWARM_PEERS_H

#include "swarm/book.h"

/* A program that does not know the rule has this long to choose where it speaks. */
#define PEERS_PATIENCE_MS 3000

/* The connected peer with this id, or NULL. */
struct peer *peers_find(const struct swarm *swarm, const struct gossip_peer_id *peer);

/* Whether somebody is proving himself who may be whom `entry` looks for. */
bool peers_is_arriving(const struct swarm *swarm, const struct book_entry *entry);

/* `id` is proven on `link`: makes the peer, or finds it and has two connections to choose from. */
void peers_link_proven(struct swarm *swarm, struct link *link, const struct gossip_peer_id *id);

/* A proven link, whose streams are gone already, goes. With its last link the peer goes too. */
void peers_link_lost(
    struct swarm *swarm, struct link *link, enum gossip_error error, const char *text);

/* Identify told for the first time which program the peer is. */
void peers_identified(struct swarm *swarm, struct peer *peer);

/* The peer speaks the protocol of those above that has this number; told once. */
void peers_speaks(struct swarm *swarm, struct peer *peer, uint32_t protocol);

/* Puts into `output` that it does, unless that was told before: false then. */
bool peers_tell_speaks(struct peer *peer, uint32_t protocol, struct swarm_output *output);

/*
 * Takes one from the ration of costly talks the peer may begin: one a second, ten that were saved
 * up. False if there is none left.
 */
bool peers_take_ration(struct swarm *swarm, struct peer *peer);

/* Puts the next fact about a peer into `output`; false if there is none. */
bool peers_poll(struct swarm *swarm, struct swarm_output *output);

/* Walks over all: begin with an all-zero `id`. Includes peers whose farewell is not told yet. */
struct peer *peers_next(const struct swarm *swarm, struct slot_id *id);

#endif
