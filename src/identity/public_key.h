/*
 * Somebody's public key in the one form that is sent, hashed and compared: the
 * PublicKey message of libp2p, which says the type and holds the bytes.
 *
 * https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#keys
 *
 * Four types exist. Ed25519, which every libp2p program makes by default, is
 * supported; the others are recognised, so that they can be refused by name.
 */
#ifndef IDENTITY_PUBLIC_KEY_H
#define IDENTITY_PUBLIC_KEY_H

#include "crypto/keys.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* An encoded Ed25519 key: 08 01 12 20, then 32 bytes. */
#define PUBLIC_KEY_BYTES 36

struct public_key {
    struct ed25519_public ed25519;
};

/*
 * Reads an encoded key. Only the canonical form is accepted, because the bytes
 * are hashed into the peer id and a key with two forms would be two peers.
 *
 * Fails with GOSSIP_ERROR_UNSUPPORTED if the key is well-formed but of another
 * type (public_key_type_name says which), and with GOSSIP_ERROR_PEER_MALFORMED
 * or _PEER_TOO_LARGE otherwise; `key` is zeroed then.
 */
GOSSIP_MUST_USE enum gossip_error public_key_decode(
    struct gossip_bytes encoded, struct public_key *key);

/* The canonical form of `key`. */
void public_key_encode(const struct public_key *key, uint8_t encoded[PUBLIC_KEY_BYTES]);

/* Whether `signature` is one of `message` by `key`; strict, see ed25519_verify. */
GOSSIP_MUST_USE bool public_key_verify(
    const struct public_key *key, struct gossip_bytes message, struct gossip_bytes signature);

/*
 * The name of the type of an encoded key, supported or not: "RSA", "Ed25519",
 * "Secp256k1" or "ECDSA"; NULL if `encoded` is not a key. Static.
 */
const char *public_key_type_name(struct gossip_bytes encoded);

#endif
