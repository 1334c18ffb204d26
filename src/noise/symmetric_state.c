#include "noise/symmetric_state.h"

#include "base/bytes.h"
#include "base/require.h"
#include "crypto/aead.h"
#include "crypto/secret.h"

#include <string.h>

void noise_symmetric_state_init(
    struct noise_symmetric_state *state, struct gossip_bytes protocol_name)
{
    require(protocol_name.size == SHA256_BYTES); /* a name of another size would be hashed */
    *state = (struct noise_symmetric_state){0};
    memcpy(state->hash, protocol_name.data, SHA256_BYTES);
    memcpy(state->chaining_key, protocol_name.data, SHA256_BYTES);
}

void noise_symmetric_state_deinit(struct noise_symmetric_state *state)
{
    secret_wipe(state, sizeof(*state));
}

static struct gossip_bytes hash_of(const struct noise_symmetric_state *state)
{
    return bytes_make(state->hash, SHA256_BYTES);
}

/* `next` may be `hash`. */
static void hash_onward(
    const uint8_t hash[SHA256_BYTES], struct gossip_bytes bytes, uint8_t next[SHA256_BYTES])
{
    struct sha256 running;
    sha256_init(&running);
    sha256_update(&running, bytes_make(hash, SHA256_BYTES));
    sha256_update(&running, bytes);
    sha256_finish(&running, next);
}

void noise_symmetric_state_mix_hash(struct noise_symmetric_state *state, struct gossip_bytes bytes)
{
    hash_onward(state->hash, bytes, state->hash);
}

/* The HKDF of Noise with two outputs of 32 bytes each. */
static void derive_two(const struct noise_symmetric_state *state, struct gossip_bytes material,
    uint8_t first[SHA256_BYTES], uint8_t second[SHA256_BYTES])
{
    uint8_t output[2 * SHA256_BYTES];
    hkdf_sha256(bytes_make(state->chaining_key, SHA256_BYTES), material, (struct gossip_bytes){0},
        room_make(output, sizeof(output)));
    memcpy(first, output, SHA256_BYTES);
    memcpy(second, output + SHA256_BYTES, SHA256_BYTES);
    secret_wipe(output, sizeof(output));
}

void noise_symmetric_state_mix_key(
    struct noise_symmetric_state *state, const struct x25519_shared *shared)
{
    derive_two(state, bytes_make(shared->bytes, sizeof(shared->bytes)), state->chaining_key,
        state->cipher.key);
    state->cipher.counter = 0;
    state->has_key = true;
}

size_t noise_symmetric_state_sealed_size(
    const struct noise_symmetric_state *state, size_t plaintext_size)
{
    return plaintext_size + (state->has_key ? AEAD_TAG_BYTES : 0);
}

size_t noise_symmetric_state_seal(
    struct noise_symmetric_state *state, struct gossip_room text, size_t plaintext_size)
{
    size_t size = noise_symmetric_state_sealed_size(state, plaintext_size);
    require(size <= text.size);
    if (state->has_key)
        aead_seal(state->cipher.key, state->cipher.counter++, hash_of(state), text, plaintext_size);
    noise_symmetric_state_mix_hash(state, room_filled(text, size));
    return size;
}

enum gossip_error noise_symmetric_state_open(
    struct noise_symmetric_state *state, struct gossip_room text, struct gossip_bytes *plaintext)
{
    /* The hash takes in the ciphertext, which is gone once it is decrypted in place; decrypting in
     * turn needs the hash as it was before. */
    uint8_t next[SHA256_BYTES];
    hash_onward(state->hash, room_filled(text, text.size), next);
    *plaintext = room_filled(text, text.size);
    if (state->has_key) {
        enum gossip_error error = aead_open(
            state->cipher.key, state->cipher.counter++, hash_of(state), text, &plaintext->size);
        if (error)
            return error;
    }
    memcpy(state->hash, next, SHA256_BYTES);
    return GOSSIP_OK;
}

void noise_symmetric_state_split(const struct noise_symmetric_state *state,
    struct noise_cipher *first, struct noise_cipher *second)
{
    derive_two(state, (struct gossip_bytes){0}, first->key, second->key);
    first->counter = 0;
    second->counter = 0;
}
