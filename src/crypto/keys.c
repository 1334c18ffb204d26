#include "crypto/keys.h"

#include <string.h>

#include <sodium.h>

_Static_assert(ED25519_SEED_BYTES == crypto_sign_ed25519_SEEDBYTES, "sizes of RFC 8032");
_Static_assert(ED25519_PUBLIC_BYTES == crypto_sign_ed25519_PUBLICKEYBYTES, "sizes of RFC 8032");
_Static_assert(ED25519_SIGNATURE_BYTES == crypto_sign_ed25519_BYTES, "sizes of RFC 8032");
_Static_assert(sizeof(struct ed25519_secret) == crypto_sign_ed25519_SECRETKEYBYTES,
    "libsodium's secret key is the seed and the public key, too");
_Static_assert(X25519_BYTES == crypto_scalarmult_curve25519_BYTES, "sizes of RFC 7748");

void ed25519_expand(const uint8_t seed[ED25519_SEED_BYTES], struct ed25519_secret *secret)
{
    struct ed25519_public ignored;
    crypto_sign_ed25519_seed_keypair(ignored.bytes, secret->bytes, seed);
}

struct ed25519_public ed25519_public_of(const struct ed25519_secret *secret)
{
    struct ed25519_public key;
    memcpy(key.bytes, secret->bytes + ED25519_SEED_BYTES, sizeof(key.bytes));
    return key;
}

void ed25519_sign(const struct ed25519_secret *secret, struct gossip_bytes message,
    uint8_t signature[ED25519_SIGNATURE_BYTES])
{
    crypto_sign_ed25519_detached(signature, NULL, message.data, message.size, secret->bytes);
}

bool ed25519_verify(
    const struct ed25519_public *key, struct gossip_bytes message, struct gossip_bytes signature)
{
    return signature.size == ED25519_SIGNATURE_BYTES &&
           crypto_sign_ed25519_verify_detached(
               signature.data, message.data, message.size, key->bytes) == 0;
}

struct x25519_public x25519_base(const struct x25519_secret *secret)
{
    struct x25519_public key;
    crypto_scalarmult_curve25519_base(key.bytes, secret->bytes);
    return key;
}

enum gossip_error x25519_agree(const struct x25519_secret *ours, const struct x25519_public *theirs,
    struct x25519_shared *shared)
{
    if (crypto_scalarmult_curve25519(shared->bytes, ours->bytes, theirs->bytes) != 0) {
        sodium_memzero(shared->bytes, sizeof(shared->bytes));
        return GOSSIP_ERROR_PEER_MALFORMED;
    }
    return GOSSIP_OK;
}
