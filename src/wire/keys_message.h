/*
 * The envelope of a key, public or private: its type and its bytes. Both
 * messages have the same two fields, so one struct serves for both.
 *
 * https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#keys
 *
 * Peer ids are made from the encoded bytes, so there is one encoding only: both
 * fields, always written, type first.
 *
 * Secrets: a view of a private key lies in the caller's memory; nothing here
 * copies it except wire_key_encode, into the room the caller gave and wipes.
 */
#ifndef WIRE_KEYS_MESSAGE_H
#define WIRE_KEYS_MESSAGE_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* The numbers are those of the specification. */
enum wire_key_type {
    WIRE_KEY_RSA = 0,
    WIRE_KEY_ED25519 = 1,
    WIRE_KEY_SECP256K1 = 2,
    WIRE_KEY_ECDSA = 3
};

/* No key envelope is larger: an RSA public key of 8,192 bits takes 1,062 bytes. */
#define WIRE_KEY_BYTES_MAX 2048

struct wire_key {
    enum wire_key_type type;
    struct gossip_bytes data;
};

/*
 * Reads one envelope; `key->data` lies inside `encoded`. Unknown fields are
 * skipped. Fails with GOSSIP_ERROR_PEER_TOO_LARGE above WIRE_KEY_BYTES_MAX,
 * _PEER_MALFORMED if a field is missing or broken, and _UNSUPPORTED if the type
 * is not one of the four; `key` is then zeroed.
 */
GOSSIP_MUST_USE enum gossip_error wire_key_decode(
    struct gossip_bytes encoded, struct wire_key *key);

/* The bytes of the envelope of `key`. */
size_t wire_key_encoded_size(const struct wire_key *key);

/* Writes the envelope into `room`, which holds at least that; returns its size. */
size_t wire_key_encode(const struct wire_key *key, struct gossip_room room);

/* "RSA", "Ed25519", "Secp256k1" or "ECDSA", for people. Static. */
const char *wire_key_type_name(enum wire_key_type type);

#endif
