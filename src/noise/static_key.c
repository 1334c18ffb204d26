#include "noise/static_key.h"

#include "base/bytes.h"
#include "base/require.h"
#include "crypto/secret.h"

#include <string.h>

/* Without its terminating zero. */
#define PREFIX "noise-libp2p-static-key:"
#define PREFIX_BYTES (sizeof(PREFIX) - 1)
#define SIGNED_BYTES (PREFIX_BYTES + X25519_BYTES)

struct noise_static_key {
    const struct allocator *allocator;
    struct noise_key_pair pair;
    uint8_t identity[PUBLIC_KEY_BYTES];
    uint8_t signature[IDENTITY_SIGNATURE_BYTES];
};

/* What is signed: the prefix keeps the signature from being worth anything elsewhere. */
static struct gossip_bytes signed_text(
    const struct x25519_public *static_key, uint8_t text[SIGNED_BYTES])
{
    memcpy(text, PREFIX, PREFIX_BYTES);
    memcpy(text + PREFIX_BYTES, static_key->bytes, X25519_BYTES);
    return bytes_make(text, SIGNED_BYTES);
}

enum gossip_error noise_static_key_create(const struct allocator *allocator,
    const struct identity *identity, struct entropy entropy, struct noise_static_key **key)
{
    struct noise_static_key *created = allocator_take_zeroed(allocator, 1, sizeof(*created));
    *key = created;
    if (created == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    created->allocator = allocator;
    entropy_fill(entropy, created->pair.secret.bytes, X25519_BYTES);
    created->pair.public = x25519_base(&created->pair.secret);
    struct gossip_bytes identity_key = identity_public_key(identity);
    require(identity_key.size == PUBLIC_KEY_BYTES);
    memcpy(created->identity, identity_key.data, PUBLIC_KEY_BYTES);
    uint8_t text[SIGNED_BYTES];
    identity_sign(identity, signed_text(&created->pair.public, text), created->signature);
    return GOSSIP_OK;
}

void noise_static_key_destroy(struct noise_static_key *key)
{
    if (key == NULL)
        return;
    const struct allocator *allocator = key->allocator;
    secret_wipe(key, sizeof(*key));
    allocator_give(allocator, key, sizeof(*key));
}

const struct noise_key_pair *noise_static_key_pair(const struct noise_static_key *key)
{
    return &key->pair;
}

struct gossip_bytes noise_static_key_identity(const struct noise_static_key *key)
{
    return bytes_make(key->identity, sizeof(key->identity));
}

struct gossip_bytes noise_static_key_signature(const struct noise_static_key *key)
{
    return bytes_make(key->signature, sizeof(key->signature));
}

bool noise_static_key_is_proven(const struct x25519_public *static_key,
    const struct public_key *identity, struct gossip_bytes signature)
{
    uint8_t text[SIGNED_BYTES];
    return public_key_verify(identity, signed_text(static_key, text), signature);
}
