/*
 * The static Noise key of this process and the proof that it is ours: made once, and shown in
 * every handshake. It has nothing to do with the identity key except that this one signs it.
 *
 * https://github.com/libp2p/specs/blob/master/noise/README.md#static-key-authentication
 *
 * Secrets: the private half lives only in struct noise_static_key, which noise_static_key_destroy
 * wipes.
 */
#ifndef NOISE_STATIC_KEY_H
#define NOISE_STATIC_KEY_H

#include "base/allocator.h"
#include "base/entropy.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "identity/identity.h"
#include "noise/pattern_xx.h"

struct noise_static_key;

/*
 * A new key from `entropy`, which is used once, here, signed by `identity`, which is borrowed for
 * the call. `allocator` is borrowed for life. Returns owned. Fails with GOSSIP_ERROR_NO_MEMORY;
 * `*key` is NULL then.
 */
GOSSIP_MUST_USE enum gossip_error noise_static_key_create(const struct allocator *allocator,
    const struct identity *identity, struct entropy entropy, struct noise_static_key **key);

/* Wipes and frees. NULL is allowed. No handshake may still borrow the key. */
void noise_static_key_destroy(struct noise_static_key *key);

/* Both halves of the key, borrowed for the life of `key`. For the handshake only. */
const struct noise_key_pair *noise_static_key_pair(const struct noise_static_key *key);

/* The encoded public key of the identity, borrowed for the life of `key`. */
struct gossip_bytes noise_static_key_identity(const struct noise_static_key *key);

/* The identity's signature over the public half, borrowed for the life of `key`. */
struct gossip_bytes noise_static_key_signature(const struct noise_static_key *key);

/* Whether `signature` proves that `static_key` belongs to whoever holds `identity`. */
GOSSIP_MUST_USE bool noise_static_key_is_proven(const struct x25519_public *static_key,
    const struct public_key *identity, struct gossip_bytes signature);

#endif
