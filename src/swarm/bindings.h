/* What is spoken on streams: each kind of talk, and when it begins. */
#ifndef SWARM_BINDINGS_H
#define SWARM_BINDINGS_H

#include "swarm/peers.h"
#include "swarm/streams.h"

/* Lists in swarm->inbound what a peer may open to us; the protocols of those above are known. */
void inbound_list(struct swarm *swarm);

/* The kind of the inbound protocol at `index`. */
const struct stream_kind *inbound_kind(const struct swarm *swarm, uint8_t index);

/* The gossip version of the inbound protocol at `index`, which is one of gossip. */
enum gossipsub_version inbound_gossip_version(uint8_t index);

/* Identify: https://github.com/libp2p/specs/blob/master/identify/README.md */
extern const struct stream_kind identify_answer_kind, identify_hear_push_kind;
/* Asks a peer that was just proven who it is. */
void identify_begin(struct swarm *swarm, struct peer *peer);
/* Our addresses changed: tells every peer that listens. */
void identify_push_all(struct swarm *swarm);

/* Ping: https://github.com/libp2p/specs/blob/master/ping/ping.md */
extern const struct stream_kind ping_answer_kind;
/* Pings on this link only to see whether it is alive. */
void ping_probe(struct swarm *swarm, struct link *link);

/* Exchange of addresses, /gossipchat/peers/1.0.0. */
extern const struct stream_kind exchange_answer_kind;
/* The peer speaks it: asks now, and again from time to time. */
void exchange_begin(struct swarm *swarm, struct peer *peer);
/* It is time to ask again. `object` is a struct peer. */
void exchange_ring(struct swarm *swarm, void *object);
/* A signed record that came over `from`: checks it and remembers where its owner is. */
void exchange_take_record(
    struct swarm *swarm, const struct link *from, struct gossip_bytes envelope);
/* Addresses of `peer` that came over `from`: remembers those that may be dialed. */
void exchange_take_addresses(struct swarm *swarm, const struct link *from,
    const struct gossip_peer_id *peer, const struct gossip_bytes *addresses, size_t count);

/* Gossip: https://github.com/libp2p/specs/tree/master/pubsub/gossipsub */
extern const struct stream_kind gossip_hear_kind;
/* The router and what belongs to it. Fails with GOSSIP_ERROR_NO_MEMORY; destroy frees the rest. */
GOSSIP_MUST_USE enum gossip_error gossip_create(
    struct swarm *swarm, const struct swarm_config *config);
/* Also what was created in part. */
void gossip_destroy(struct swarm *swarm);
/* The router's version of the peer's program, by what identify told. */
enum gossipsub_dialect gossip_dialect_of(const struct peer *peer);
/* Makes the peer known to the router, unless it is. False if there is no place or no memory. */
bool gossip_join(struct swarm *swarm, struct peer *peer, enum gossipsub_version version);
/* The router forgets the peer, if it knows it. */
void gossip_leave(struct swarm *swarm, struct peer *peer);
/* Puts the router's next fact into `output`; false if there is none. */
bool gossip_poll(struct swarm *swarm, struct swarm_output *output);

/* A peer was proven: opens our stream once identify said it can, or after a second all the same. */
void gossip_begin(struct swarm *swarm, struct peer *peer);
/* Identify, or a push, told about the peer. */
void gossip_identified(struct swarm *swarm, struct peer *peer);
/* It is time to open our stream. `object` is a struct peer. */
void gossip_ring(struct swarm *swarm, void *object);
/* What waits for the peer has waited for too long. `object` is a struct peer. */
void gossip_stalled(struct swarm *swarm, void *object);
/* The peer's connection changed: our stream moves there. */
void gossip_move(struct swarm *swarm, struct peer *peer);
/* The peer's last gossip stream broke while its connection lives: helps it to another, if it needs
 * help. */
void gossip_revive(struct swarm *swarm, struct peer *peer);
/* Whether the peer has a gossip stream of its own on this link. */
bool gossip_is_heard_on(const struct link *link);
/* The peer has no connection any more. */
void gossip_end(struct swarm *swarm, struct peer *peer);
/* Takes from the router what our stream to the peer can carry now. */
void gossip_pump(struct swarm *swarm, struct peer *peer);

#endif
