/*
 * Peer ids as bytes and as text, without any key: a peer id is a multihash, the
 * encoded public key itself where that is short, else its SHA-256.
 *
 * https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#string-representation
 *
 * It is in this layer because addresses, mDNS and messages carry peer ids and
 * know nothing of keys; identity/peer_id.h ties the two together.
 */
#ifndef BASE_PEER_ID_TEXT_H
#define BASE_PEER_ID_TEXT_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* A printed peer id, with the zero at its end. */
#define PEER_ID_TEXT_BYTES_MAX 64

/* No text that means a peer id is longer; anything above is refused unread. */
#define PEER_ID_TEXT_INPUT_BYTES_MAX 128

/*
 * Reads a binary peer id. Accepted are SHA-256 multihashes and identity
 * multihashes around a canonical public key of a known type, nothing else.
 * Fails with GOSSIP_ERROR_PEER_MALFORMED; `id` is zeroed then.
 */
GOSSIP_MUST_USE enum gossip_error peer_id_decode(
    struct gossip_bytes encoded, struct gossip_peer_id *id);

/*
 * Reads the text of a peer id: base58 as in "12D3KooW..." and "Qm...", or a CID
 * with codec libp2p-key in base32 ("bafz..."), base36 ("k51...") or base58
 * ("z..."). Fails with GOSSIP_ERROR_INVALID; `id` is zeroed then.
 */
GOSSIP_MUST_USE enum gossip_error peer_id_parse(
    struct gossip_bytes text, struct gossip_peer_id *id);

/* Prints `id` in base58, the form every program reads, with a zero at the end.
 * Returns the length without it. */
size_t peer_id_print(const struct gossip_peer_id *id, char text[PEER_ID_TEXT_BYTES_MAX]);

/*
 * Negative, zero or positive as `one` is smaller than, equal to or larger than
 * `other`: byte by byte, unsigned; of two that begin alike the shorter is smaller.
 */
int peer_id_compare(const struct gossip_peer_id *one, const struct gossip_peer_id *other);

/* Whether both are the same peer id. */
bool peer_id_is_equal(const struct gossip_peer_id *one, const struct gossip_peer_id *other);

#endif
