/*
 * Signatures of messages: StrictSign, the policy every libp2p program has by default.
 *
 * https://github.com/libp2p/specs/blob/master/pubsub/README.md#message-signing
 */
#ifndef SWARM_SIGNING_H
#define SWARM_SIGNING_H

#include "swarm/state.h"

/*
 * Makes the next message of ours, with the swarm's current sequence number. One
 * reference, owned by the caller. Fails with GOSSIP_ERROR_NO_MEMORY.
 */
GOSSIP_MUST_USE enum gossip_error signing_make(struct swarm *swarm, struct gossip_bytes topic,
    struct gossip_bytes payload, struct gossipsub_message **message);

/*
 * Accepts a message whose author, sequence number and signature are there and
 * belong together; rejects any other. An author whose key type we cannot check
 * is ignored: whoever passed the message on is not to blame for what we lack.
 */
enum gossipsub_verdict signing_judge(struct swarm *swarm, const struct wire_message *message);

#endif
