/*
 * The running state of a Noise handshake: a hash of all that was said, a key that every shared
 * secret is mixed into, and the cipher this key makes.
 *
 * https://noiseprotocol.org/noise.html#the-symmetricstate-object
 *
 * Secrets: the chaining key and the cipher key live only here and are wiped by
 * noise_symmetric_state_deinit.
 */
#ifndef NOISE_SYMMETRIC_STATE_H
#define NOISE_SYMMETRIC_STATE_H

#include "crypto/hash.h"
#include "crypto/keys.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "noise/session.h"

struct noise_symmetric_state {
    uint8_t hash[SHA256_BYTES];         /* of the conversation so far; not secret */
    uint8_t chaining_key[SHA256_BYTES]; /* made from every secret mixed in so far */
    struct noise_cipher cipher;
    bool has_key; /* nothing is encrypted before the first secret is mixed in */
};

/* Starts with the name of the protocol, which is exactly SHA256_BYTES long. */
void noise_symmetric_state_init(
    struct noise_symmetric_state *state, struct gossip_bytes protocol_name);

/* Wipes everything. */
void noise_symmetric_state_deinit(struct noise_symmetric_state *state);

/* Adds `bytes` to the hash: both sides must have seen the same, or nothing decrypts from here on. */
void noise_symmetric_state_mix_hash(struct noise_symmetric_state *state, struct gossip_bytes bytes);

/* Mixes a shared secret into the chaining key; from now on the cipher has a new key. */
void noise_symmetric_state_mix_key(
    struct noise_symmetric_state *state, const struct x25519_shared *shared);

/* The bytes `plaintext_size` bytes take now: themselves, and a tag once there is a key. */
size_t noise_symmetric_state_sealed_size(
    const struct noise_symmetric_state *state, size_t plaintext_size);

/*
 * Encrypts the first `plaintext_size` bytes of `text` in place, if there is a key, and adds the
 * result to the hash. `text` holds at least noise_symmetric_state_sealed_size; returns that.
 */
size_t noise_symmetric_state_seal(
    struct noise_symmetric_state *state, struct gossip_room text, size_t plaintext_size);

/*
 * Decrypts `text` in place, if there is a key, and adds what it was before to the hash. On success
 * `plaintext` borrows from `text`. Fails with GOSSIP_ERROR_PEER_MALFORMED; the state is useless
 * then.
 */
GOSSIP_MUST_USE enum gossip_error noise_symmetric_state_open(
    struct noise_symmetric_state *state, struct gossip_room text, struct gossip_bytes *plaintext);

/* Makes the two keys of the session: `first` for what the initiator sends. Changes nothing here. */
void noise_symmetric_state_split(const struct noise_symmetric_state *state,
    struct noise_cipher *first, struct noise_cipher *second);

#endif
