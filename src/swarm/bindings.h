/* What is spoken on streams: each kind of talk, and when it begins. */
#ifndef SWARM_BINDINGS_H
#define SWARM_BINDINGS_H

#include "swarm/peers.h"
#include "swarm/streams.h"

/* The protocols a peer may open to us, in the order of swarm_inbound_kinds. */
extern const struct protocol_list swarm_inbound_protocols;

/* The kind of the inbound protocol at `index`. */
const struct stream_kind *swarm_inbound_kind(uint8_t index);

/* The gossip version of the inbound protocol at `index`. */
enum gossipsub_version swarm_inbound_gossip_version(uint8_t index);

/* Identify: https://github.com/libp2p/specs/blob/master/identify/README.md */
extern const struct stream_kind identify_answer_kind, identify_hear_push_kind;
/* Asks a peer that was just proven who it is. */
void identify_begin(struct swarm *swarm, struct peer *peer);
/* Our addresses changed: makes a new signed record and tells every peer that listens. */
void identify_push_all(struct swarm *swarm);

/* Ping: https://github.com/libp2p/specs/blob/master/ping/ping.md */
extern const struct stream_kind ping_answer_kind;

/* Exchange of addresses, /gossipchat/peers/1.0.0. */
extern const struct stream_kind exchange_answer_kind;
/* The peer speaks it: asks now, and again from time to time. */
void exchange_begin(struct swarm *swarm, struct peer *peer);
void exchange_ring(struct swarm *swarm, void *object);
/* A signed record somebody passed on: checks it and remembers where its owner is. */
void exchange_take_record(
    struct swarm *swarm, const struct link *from, struct gossip_bytes envelope);

/* Gossip: https://github.com/libp2p/specs/tree/master/pubsub/gossipsub */
extern const struct stream_kind gossip_hear_kind;
GOSSIP_MUST_USE enum gossip_error gossip_create(
    struct swarm *swarm, const struct swarm_config *config);
void gossip_destroy(struct swarm *swarm);
/* A peer was proven: opens our stream once identify said it can, or after a second all the same. */
void gossip_begin(struct swarm *swarm, struct peer *peer);
void gossip_identified(struct swarm *swarm, struct peer *peer);
void gossip_ring(struct swarm *swarm, void *object);
/* The peer's connection changed: our stream moves there. */
void gossip_move(struct swarm *swarm, struct peer *peer);
/* Whether the peer has a gossip stream of its own on this link. */
bool gossip_is_heard_on(const struct link *link);
void gossip_end(struct swarm *swarm, struct peer *peer);
/* Works off one more RPC of the bytes at hand. False if none is left. */
bool gossip_step(struct swarm *swarm);
/* Puts the router's next fact into `output`; false if there is none. */
bool gossip_poll(struct swarm *swarm, struct swarm_output *output);

#endif
