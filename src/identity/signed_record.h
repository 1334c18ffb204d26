/*
 * Signed peer records: where a peer says it can be reached, in a form that
 * others can pass on but not forge.
 *
 * https://github.com/libp2p/specs/blob/master/RFC/0002-signed-envelopes.md
 * https://github.com/libp2p/specs/blob/master/RFC/0003-routing-records.md
 *
 * The domain is "libp2p-peer-record" and the payload type 03 01, as every
 * program in use writes them; the longer names in the text of RFC 0003 are
 * spoken by nobody.
 */
#ifndef IDENTITY_SIGNED_RECORD_H
#define IDENTITY_SIGNED_RECORD_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "identity/identity.h"

/* The largest envelope we make or look at, and the most addresses in one. */
#define SIGNED_RECORD_BYTES_MAX 4096
#define SIGNED_RECORD_ADDRESSES_MAX 32

struct signed_record {
    struct gossip_peer_id peer;
    uint64_t sequence; /* grows with every record of one peer; no unit */
    struct gossip_bytes addresses[SIGNED_RECORD_ADDRESSES_MAX]; /* binary, not validated */
    size_t address_count;                                       /* zero is legal */
};

/*
 * Writes into `room` an envelope that says `identity` can be reached at
 * `addresses`, and its size into `size`. Fails with GOSSIP_ERROR_LIMIT, with
 * nothing said, if there are more than SIGNED_RECORD_ADDRESSES_MAX addresses or
 * the envelope is larger than `room` or SIGNED_RECORD_BYTES_MAX.
 */
GOSSIP_MUST_USE enum gossip_error signed_record_seal(const struct identity *identity,
    uint64_t sequence, const struct gossip_address *addresses, size_t address_count,
    struct gossip_room room, size_t *size);

/*
 * Reads an envelope and checks all it claims: the signature, and that whoever
 * signed is the peer the record is about. The addresses lie inside `envelope`;
 * those beyond SIGNED_RECORD_ADDRESSES_MAX are left out. The caller compares
 * `sequence` with that of the record it has.
 *
 * Fails with GOSSIP_ERROR_PEER_MALFORMED, _PEER_TOO_LARGE above
 * SIGNED_RECORD_BYTES_MAX, _UNSUPPORTED if the signer's key is not Ed25519, and
 * _PEER_IMPOSTOR if the signature is wrong or the record about somebody else;
 * `record` is zeroed then.
 */
GOSSIP_MUST_USE enum gossip_error signed_record_open(
    struct gossip_bytes envelope, struct signed_record *record);

#endif
