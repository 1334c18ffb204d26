/*
 * Who we are: an Ed25519 key that signs, and the peer id made from it.
 *
 * Secrets: the key lies in guarded memory that cannot even be read except while
 * it signs. It leaves through one door only, identity_encode_key_file, for the
 * host that saves it. identity_destroy wipes it.
 */
#ifndef IDENTITY_IDENTITY_H
#define IDENTITY_IDENTITY_H

#include "base/allocator.h"
#include "base/entropy.h"
#include "crypto/keys.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "identity/public_key.h"

#define IDENTITY_SIGNATURE_BYTES ED25519_SIGNATURE_BYTES

/* An encoded private key as we write it, and as older programs wrote it. */
#define IDENTITY_KEY_FILE_BYTES 68
#define IDENTITY_KEY_FILE_BYTES_MAX 100

struct identity;

/*
 * A new identity with a key from `entropy`, which is used once, here.
 * `allocator` is borrowed for life. Returns owned. Fails with
 * GOSSIP_ERROR_NO_MEMORY, or _IO if libsodium cannot start; `*identity` is NULL
 * then.
 */
GOSSIP_MUST_USE enum gossip_error identity_create(
    const struct allocator *allocator, struct entropy entropy, struct identity **identity);

/*
 * The identity whose Ed25519 seed is `seed`, which is copied; wiping it stays
 * with the caller. The same seed is always the same peer. Otherwise like
 * identity_create.
 */
GOSSIP_MUST_USE enum gossip_error identity_create_from_seed(const struct allocator *allocator,
    const uint8_t seed[ED25519_SEED_BYTES], struct identity **identity);

/*
 * The identity in a key file: the PrivateKey message that libp2p programs
 * store, with 64 bytes of key, or 96 where old ones wrote the public half twice.
 * The public half is computed anew from the seed. `file` is borrowed for the
 * call; wiping it stays with the caller.
 *
 * Fails like identity_create, with GOSSIP_ERROR_UNSUPPORTED if the key is of
 * another type (identity_key_file_type says which), and with GOSSIP_ERROR_INVALID if the
 * file is anything else than one key, or its public half belongs to another one.
 */
GOSSIP_MUST_USE enum gossip_error identity_create_from_key_file(
    const struct allocator *allocator, struct gossip_bytes file, struct identity **identity);

/* Wipes and frees. NULL is allowed. */
void identity_destroy(struct identity *identity);

/* Borrowed for the life of `identity`. */
const struct gossip_peer_id *identity_peer_id(const struct identity *identity);

/* The public key in the form that is sent and hashed: a view of
 * PUBLIC_KEY_BYTES bytes, borrowed for the life of `identity`. */
struct gossip_bytes identity_public_key(const struct identity *identity);

/*
 * Signs `message`. Whoever calls puts a name in front of what is signed, so that
 * a signature made for one purpose is worth nothing for another.
 */
void identity_sign(const struct identity *identity, struct gossip_bytes message,
    uint8_t signature[IDENTITY_SIGNATURE_BYTES]);

/*
 * GIVES THE SECRET AWAY: writes the key file of `identity` into `file`. For the
 * host that saves it and nobody else; the caller wipes `file` afterwards.
 */
void identity_encode_key_file(
    const struct identity *identity, uint8_t file[IDENTITY_KEY_FILE_BYTES]);

/*
 * The name of the key type in a key file, "RSA" for example, for the message
 * about one that is not supported; NULL if `file` does not hold a key. Static.
 */
const char *identity_key_file_type(struct gossip_bytes file);

#endif
