/*
 * The two kinds of key pairs: Ed25519, which signs, and X25519, by which two
 * sides agree on a secret. Each half has a type of its own, so that a public
 * key cannot be passed where a secret one is meant, nor one kind for the other.
 *
 * https://www.rfc-editor.org/rfc/rfc8032 (Ed25519)
 * https://www.rfc-editor.org/rfc/rfc7748 (X25519)
 *
 * Secrets: struct ed25519_secret, struct x25519_secret and struct x25519_shared
 * belong to the caller, who wipes them (secret.h). Nothing here keeps a copy.
 */
#ifndef CRYPTO_KEYS_H
#define CRYPTO_KEYS_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define ED25519_SEED_BYTES 32
#define ED25519_PUBLIC_BYTES 32
#define ED25519_SIGNATURE_BYTES 64
#define X25519_BYTES 32

struct ed25519_public {
    uint8_t bytes[ED25519_PUBLIC_BYTES];
};

/*
 * The seed and the public key that belongs to it, side by side. Only
 * ed25519_expand fills one: signing with a public half of another key would
 * give the secret away, so the two halves never travel apart.
 */
struct ed25519_secret {
    uint8_t bytes[ED25519_SEED_BYTES + ED25519_PUBLIC_BYTES];
};

/* Makes a key pair from 32 random bytes. Always the same pair for the same seed. */
void ed25519_expand(const uint8_t seed[ED25519_SEED_BYTES], struct ed25519_secret *secret);

/* The public half of `secret`. */
struct ed25519_public ed25519_public_of(const struct ed25519_secret *secret);

/* Signs `message`. The same message always gets the same signature. */
void ed25519_sign(const struct ed25519_secret *secret, struct gossip_bytes message,
    uint8_t signature[ED25519_SIGNATURE_BYTES]);

/*
 * Whether `signature`, of any size, is one of `message` by `key`. Strict: no
 * other size than 64 bytes, no public key of small order or in non-canonical
 * form, no second form of a signature (S is below the group order).
 */
GOSSIP_MUST_USE bool ed25519_verify(
    const struct ed25519_public *key, struct gossip_bytes message, struct gossip_bytes signature);

/* Any 32 random bytes are a secret key. */
struct x25519_secret {
    uint8_t bytes[X25519_BYTES];
};

struct x25519_public {
    uint8_t bytes[X25519_BYTES];
};

/* What both sides compute. Not evenly distributed: pass it through HKDF. */
struct x25519_shared {
    uint8_t bytes[X25519_BYTES];
};

/* The public key of `secret`. */
struct x25519_public x25519_base(const struct x25519_secret *secret);

/*
 * What `ours` and `theirs` have in common. Fails with
 * GOSSIP_ERROR_PEER_MALFORMED if the result is all zero, that is, if the peer
 * sent a point of small order to fix the outcome; `shared` is wiped then.
 * https://www.rfc-editor.org/rfc/rfc7748#section-6.1
 */
GOSSIP_MUST_USE enum gossip_error x25519_agree(const struct x25519_secret *ours,
    const struct x25519_public *theirs, struct x25519_shared *shared);

#endif
