/*
 * A signed envelope, and the peer record that travels in it: where a peer says
 * it can be reached, in a form that others can pass on but not forge.
 *
 * https://github.com/libp2p/specs/blob/master/RFC/0002-signed-envelopes.md
 * https://github.com/libp2p/specs/blob/master/RFC/0003-routing-records.md
 *
 * Only the bytes are handled here. Whether a signature holds is for identity.
 */
#ifndef WIRE_SIGNED_RECORD_MESSAGE_H
#define WIRE_SIGNED_RECORD_MESSAGE_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* What we are ready to look at: a record of 32 addresses takes less. */
#define WIRE_ENVELOPE_BYTES_MAX 4096
#define WIRE_RECORD_ADDRESSES_MAX 32

struct wire_envelope {
    struct gossip_bytes public_key; /* encoded PublicKey, see keys_message.h */
    struct gossip_bytes payload_type;
    struct gossip_bytes payload;
    struct gossip_bytes signature;
};

struct wire_peer_record {
    struct gossip_bytes peer_id;
    uint64_t sequence; /* grows with every record of one peer; no unit */
    struct gossip_bytes addresses[WIRE_RECORD_ADDRESSES_MAX]; /* binary multiaddrs, not validated */
    size_t address_count;
};

/*
 * Reads one envelope; all views lie inside `encoded`. Unknown fields are
 * skipped. Fails with GOSSIP_ERROR_PEER_TOO_LARGE above
 * WIRE_ENVELOPE_BYTES_MAX, and _PEER_MALFORMED if any of the four fields is
 * missing or broken; `envelope` is then zeroed.
 */
GOSSIP_MUST_USE enum gossip_error wire_envelope_decode(
    struct gossip_bytes encoded, struct wire_envelope *envelope);

/* All four fields are written, in the order of their numbers. */
size_t wire_envelope_encoded_size(const struct wire_envelope *envelope);
size_t wire_envelope_encode(const struct wire_envelope *envelope, struct gossip_room room);

/*
 * Reads the payload of an envelope; all views lie inside `encoded`. Addresses
 * beyond WIRE_RECORD_ADDRESSES_MAX are left out; no address at all is legal.
 * Fails like wire_envelope_decode, and with _PEER_MALFORMED without a peer id.
 */
GOSSIP_MUST_USE enum gossip_error wire_peer_record_decode(
    struct gossip_bytes encoded, struct wire_peer_record *record);

/* The sequence is written also when it is zero. */
size_t wire_peer_record_encoded_size(const struct wire_peer_record *record);
size_t wire_peer_record_encode(const struct wire_peer_record *record, struct gossip_room room);

#endif
