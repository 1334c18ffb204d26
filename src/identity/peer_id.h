/*
 * How peer ids and public keys belong together. What can be done with a peer id
 * without any key (read, print, compare) is in base/peer_id_text.h, where the
 * layers that know no keys find it too.
 *
 * https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#peer-ids
 */
#ifndef IDENTITY_PEER_ID_H
#define IDENTITY_PEER_ID_H

#include "base/peer_id_text.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "identity/public_key.h"

/*
 * The peer id of a key in its encoded form, of any type: the bytes themselves if
 * they are at most 42, else their SHA-256, each as a multihash. The bytes are
 * not looked at: decode them first if they come from a peer.
 */
void peer_id_from_encoded_key(struct gossip_bytes encoded, struct gossip_peer_id *id);

/* The peer id of `key`. */
void peer_id_from_public_key(const struct public_key *key, struct gossip_peer_id *id);

/*
 * The key inside `id`. Fails with GOSSIP_ERROR_NOT_FOUND if the id is only the
 * hash of a key, and otherwise like public_key_decode; `key` is zeroed then.
 */
GOSSIP_MUST_USE enum gossip_error peer_id_public_key(
    const struct gossip_peer_id *id, struct public_key *key);

#endif
