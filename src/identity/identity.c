#include "identity/identity.h"

#include "base/bytes.h"
#include "base/require.h"
#include "crypto/secret.h"
#include "identity/peer_id.h"
#include "wire/keys_message.h"

#include <string.h>

/* What the Data field of a key file holds: seed and public key; once more the
 * public key where go-libp2p wrote it before 2019.
 * https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#ed25519 */
#define KEY_BYTES (ED25519_SEED_BYTES + ED25519_PUBLIC_BYTES)
#define LEGACY_KEY_BYTES (KEY_BYTES + ED25519_PUBLIC_BYTES)

/* The two fields of the message have one byte of tag and one of value or size. */
#define KEY_FILE_HEADER_BYTES 4

_Static_assert(IDENTITY_KEY_FILE_BYTES == KEY_FILE_HEADER_BYTES + KEY_BYTES, "as we write it");
_Static_assert(
    IDENTITY_KEY_FILE_BYTES_MAX == KEY_FILE_HEADER_BYTES + LEGACY_KEY_BYTES, "as it was written");
_Static_assert(sizeof(struct ed25519_secret) == KEY_BYTES, "the file holds the secret as it is");

struct identity {
    const struct allocator *allocator;
    struct ed25519_secret *secret; /* guarded, and hidden except while it is used */
    struct gossip_peer_id peer_id;
    uint8_t public_key[PUBLIC_KEY_BYTES];
};

enum gossip_error identity_create(
    const struct allocator *allocator, struct entropy entropy, struct identity **identity)
{
    uint8_t seed[ED25519_SEED_BYTES];
    entropy_fill(entropy, seed, sizeof(seed));
    enum gossip_error error = identity_create_from_seed(allocator, seed, identity);
    secret_wipe(seed, sizeof(seed));
    return error;
}

enum gossip_error identity_create_from_seed(const struct allocator *allocator,
    const uint8_t seed[ED25519_SEED_BYTES], struct identity **identity)
{
    *identity = NULL;
    enum gossip_error error = secret_start();
    if (error != GOSSIP_OK)
        return error;
    struct identity *created = allocator_take_zeroed(allocator, 1, sizeof(*created));
    if (created == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    created->allocator = allocator;
    created->secret = secret_take(sizeof(*created->secret));
    if (created->secret == NULL) {
        identity_destroy(created);
        return GOSSIP_ERROR_NO_MEMORY;
    }

    ed25519_expand(seed, created->secret);
    struct public_key key = {.ed25519 = ed25519_public_of(created->secret)};
    secret_hide(created->secret);
    public_key_encode(&key, created->public_key);
    peer_id_from_public_key(&key, &created->peer_id);
    *identity = created;
    return GOSSIP_OK;
}

/* The type of the key in a file, whose first bytes are the field that holds it
 * and the tag of the other. False if this is no key file. */
static bool read_key_file_type(struct gossip_bytes file, enum wire_key_type *type)
{
    if (file.size < KEY_FILE_HEADER_BYTES || file.data[0] != 0x08 ||
        file.data[1] > WIRE_KEY_ECDSA || file.data[2] != 0x12)
        return false;
    *type = (enum wire_key_type)file.data[1];
    return true;
}

/*
 * Finds the seed and the public halves behind it in a key file; nothing is
 * copied. The form is checked byte by byte: what else is in a file would be lost
 * when it is written again.
 */
static enum gossip_error read_key_file(
    struct gossip_bytes file, struct gossip_bytes *seed, struct gossip_bytes *halves)
{
    enum wire_key_type type;
    if (!read_key_file_type(file, &type))
        return GOSSIP_ERROR_INVALID;
    if (type != WIRE_KEY_ED25519)
        return GOSSIP_ERROR_UNSUPPORTED;
    size_t size = file.data[KEY_FILE_HEADER_BYTES - 1];
    if ((size != KEY_BYTES && size != LEGACY_KEY_BYTES) ||
        file.size != KEY_FILE_HEADER_BYTES + size)
        return GOSSIP_ERROR_INVALID;
    *seed = bytes_part(file, KEY_FILE_HEADER_BYTES, ED25519_SEED_BYTES);
    *halves = bytes_part(file, KEY_FILE_HEADER_BYTES + ED25519_SEED_BYTES, LEGACY_KEY_BYTES);
    return GOSSIP_OK;
}

/* Whether every public half in the file is that of `identity`. */
static bool has_public_halves(const struct identity *identity, struct gossip_bytes halves)
{
    struct gossip_bytes own = bytes_part(
        identity_public_key(identity), PUBLIC_KEY_BYTES - ED25519_PUBLIC_BYTES, PUBLIC_KEY_BYTES);
    struct gossip_bytes half;
    while (bytes_take(&halves, ED25519_PUBLIC_BYTES, &half)) {
        if (!bytes_equal(half, own))
            return false;
    }
    return true;
}

enum gossip_error identity_create_from_key_file(
    const struct allocator *allocator, struct gossip_bytes file, struct identity **identity)
{
    *identity = NULL;
    struct gossip_bytes seed;
    struct gossip_bytes halves;
    enum gossip_error error = read_key_file(file, &seed, &halves);
    if (error != GOSSIP_OK)
        return error;
    struct identity *created;
    error = identity_create_from_seed(allocator, seed.data, &created);
    if (error != GOSSIP_OK)
        return error;
    if (!has_public_halves(created, halves)) {
        identity_destroy(created);
        return GOSSIP_ERROR_INVALID;
    }
    *identity = created;
    return GOSSIP_OK;
}

void identity_destroy(struct identity *identity)
{
    if (identity == NULL)
        return;
    secret_give(identity->secret);
    allocator_give(identity->allocator, identity, sizeof(*identity));
}

const struct gossip_peer_id *identity_peer_id(const struct identity *identity)
{
    return &identity->peer_id;
}

struct gossip_bytes identity_public_key(const struct identity *identity)
{
    return bytes_make(identity->public_key, sizeof(identity->public_key));
}

void identity_sign(const struct identity *identity, struct gossip_bytes message,
    uint8_t signature[IDENTITY_SIGNATURE_BYTES])
{
    secret_reveal(identity->secret);
    ed25519_sign(identity->secret, message, signature);
    secret_hide(identity->secret);
}

void identity_encode_key_file(
    const struct identity *identity, uint8_t file[IDENTITY_KEY_FILE_BYTES])
{
    secret_reveal(identity->secret);
    struct wire_key key = {
        .type = WIRE_KEY_ED25519,
        .data = bytes_make(identity->secret->bytes, sizeof(identity->secret->bytes)),
    };
    require(wire_key_encoded_size(&key) == IDENTITY_KEY_FILE_BYTES);
    wire_key_encode(&key, room_make(file, IDENTITY_KEY_FILE_BYTES));
    secret_hide(identity->secret);
}

const char *identity_key_file_type(struct gossip_bytes file)
{
    enum wire_key_type type;
    return read_key_file_type(file, &type) ? wire_key_type_name(type) : NULL;
}
