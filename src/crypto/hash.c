#include "crypto/hash.h"

#include "base/bytes.h"
#include "base/require.h"

#include <string.h>

#include <sodium.h>

/* libsodium's own type stays out of the header, so its bytes are moved in and
 * out: 104 of them, which costs nothing beside the hashing itself. */
_Static_assert(sizeof(crypto_hash_sha256_state) == sizeof(((struct sha256 *)0)->state),
    "struct sha256 holds libsodium's state");
_Static_assert(SHA256_BYTES == crypto_hash_sha256_BYTES, "a digest is a digest");
_Static_assert(SHA256_BYTES == crypto_auth_hmacsha256_BYTES, "a digest is a digest");

void sha256(struct gossip_bytes message, uint8_t digest[SHA256_BYTES])
{
    crypto_hash_sha256(digest, message.data, message.size);
}

void sha256_init(struct sha256 *hash)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    memcpy(hash->state, &state, sizeof(state));
}

void sha256_update(struct sha256 *hash, struct gossip_bytes piece)
{
    crypto_hash_sha256_state state;
    memcpy(&state, hash->state, sizeof(state));
    crypto_hash_sha256_update(&state, piece.data, piece.size);
    memcpy(hash->state, &state, sizeof(state));
    sodium_memzero(&state, sizeof(state));
}

void sha256_finish(struct sha256 *hash, uint8_t digest[SHA256_BYTES])
{
    crypto_hash_sha256_state state;
    memcpy(&state, hash->state, sizeof(state));
    crypto_hash_sha256_final(&state, digest);
    sodium_memzero(&state, sizeof(state));
    sodium_memzero(hash->state, sizeof(hash->state));
}

void hmac_sha256(struct gossip_bytes key, struct gossip_bytes message, uint8_t digest[SHA256_BYTES])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key.data, key.size);
    crypto_auth_hmacsha256_update(&state, message.data, message.size);
    crypto_auth_hmacsha256_final(&state, digest);
    sodium_memzero(&state, sizeof(state));
}

void hkdf_sha256_extract(
    struct gossip_bytes salt, struct gossip_bytes material, uint8_t key[SHA256_BYTES])
{
    /* Without a salt the specification takes 32 zero bytes, and HMAC pads a
     * short key with zeros: an empty one is the same. */
    hmac_sha256(salt, material, key);
}

void hkdf_sha256_expand(
    struct gossip_bytes key, struct gossip_bytes info, struct gossip_room output)
{
    require(output.size <= HKDF_SHA256_OUTPUT_BYTES_MAX);
    crypto_auth_hmacsha256_state keyed;
    crypto_auth_hmacsha256_init(&keyed, key.data, key.size);

    uint8_t block[SHA256_BYTES];
    uint8_t number = 1;
    for (size_t filled = 0; filled < output.size; number++) {
        crypto_auth_hmacsha256_state state = keyed;
        if (number > 1)
            crypto_auth_hmacsha256_update(&state, block, sizeof(block));
        crypto_auth_hmacsha256_update(&state, info.data, info.size);
        crypto_auth_hmacsha256_update(&state, &number, sizeof(number));
        crypto_auth_hmacsha256_final(&state, block);
        sodium_memzero(&state, sizeof(state));

        size_t left = output.size - filled;
        size_t size = left < sizeof(block) ? left : sizeof(block);
        memcpy(output.data + filled, block, size);
        filled += size;
    }
    sodium_memzero(block, sizeof(block));
    sodium_memzero(&keyed, sizeof(keyed));
}

void hkdf_sha256(struct gossip_bytes salt, struct gossip_bytes material, struct gossip_bytes info,
    struct gossip_room output)
{
    uint8_t key[SHA256_BYTES];
    hkdf_sha256_extract(salt, material, key);
    hkdf_sha256_expand(bytes_make(key, sizeof(key)), info, output);
    sodium_memzero(key, sizeof(key));
}
