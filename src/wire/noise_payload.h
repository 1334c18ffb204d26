/*
 * What each side proves inside the Noise handshake: its identity key, that key's
 * signature over its static Noise key, and, if it likes, which muxers it speaks.
 *
 * https://github.com/libp2p/specs/blob/master/noise/README.md#the-libp2p-handshake-payload
 * https://github.com/libp2p/specs/blob/master/connections/inlined-muxer-negotiation.md
 */
#ifndef WIRE_NOISE_PAYLOAD_H
#define WIRE_NOISE_PAYLOAD_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* Names of muxers that are looked at; a list may be longer. */
#define WIRE_NOISE_MUXERS_MAX 8

struct wire_noise_payload {
    struct gossip_bytes identity_key; /* encoded PublicKey, see keys_message.h */
    struct gossip_bytes identity_signature;
    struct gossip_bytes muxers[WIRE_NOISE_MUXERS_MAX]; /* protocol names, best first */
    size_t muxer_count;
};

/*
 * Reads one payload; all views lie inside `encoded`. Unknown fields and
 * extensions are skipped, muxers beyond WIRE_NOISE_MUXERS_MAX left out. Fails
 * with GOSSIP_ERROR_PEER_MALFORMED if a field is broken, or if the key or the
 * signature is missing; `payload` is then zeroed.
 */
GOSSIP_MUST_USE enum gossip_error wire_noise_payload_decode(
    struct gossip_bytes encoded, struct wire_noise_payload *payload);

/* Without muxers there is no extensions field at all, as other nodes expect. */
size_t wire_noise_payload_encoded_size(const struct wire_noise_payload *payload);

/* Writes into `room`, which holds at least the size above; returns the size. */
size_t wire_noise_payload_encode(const struct wire_noise_payload *payload, struct gossip_room room);

#endif
