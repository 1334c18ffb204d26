#include "identity/peer_id.h"

#include "base/bytes.h"
#include "crypto/hash.h"

#include <string.h>

/* https://github.com/multiformats/multicodec/blob/master/table.csv */
#define MULTIHASH_IDENTITY 0x00
#define MULTIHASH_SHA256 0x12

/* In front of every multihash here: the code and the size, one byte each. */
#define MULTIHASH_HEADER_BYTES 2

/* Keys of up to this size are their own peer id. */
#define INLINE_KEY_BYTES_MAX 42

_Static_assert(GOSSIP_PEER_ID_BYTES_MAX >= MULTIHASH_HEADER_BYTES + INLINE_KEY_BYTES_MAX &&
                   GOSSIP_PEER_ID_BYTES_MAX >= MULTIHASH_HEADER_BYTES + SHA256_BYTES,
    "every peer id fits");

void peer_id_from_encoded_key(struct gossip_bytes encoded, struct gossip_peer_id *id)
{
    memset(id, 0, sizeof(*id));
    uint8_t *content = id->data + MULTIHASH_HEADER_BYTES;
    size_t size;
    if (encoded.size <= INLINE_KEY_BYTES_MAX) {
        size = encoded.size;
        id->data[0] = MULTIHASH_IDENTITY;
        bytes_copy(content, encoded);
    } else {
        size = SHA256_BYTES;
        id->data[0] = MULTIHASH_SHA256;
        sha256(encoded, content);
    }
    id->data[1] = (uint8_t)size;
    id->size = (uint8_t)(MULTIHASH_HEADER_BYTES + size);
}

void peer_id_from_public_key(const struct public_key *key, struct gossip_peer_id *id)
{
    uint8_t encoded[PUBLIC_KEY_BYTES];
    public_key_encode(key, encoded);
    peer_id_from_encoded_key(bytes_make(encoded, sizeof(encoded)), id);
}

enum gossip_error peer_id_public_key(const struct gossip_peer_id *id, struct public_key *key)
{
    memset(key, 0, sizeof(*key));
    if (id->size < MULTIHASH_HEADER_BYTES || id->data[0] != MULTIHASH_IDENTITY)
        return GOSSIP_ERROR_NOT_FOUND;
    struct gossip_bytes content =
        bytes_part(bytes_make(id->data, id->size), MULTIHASH_HEADER_BYTES, INLINE_KEY_BYTES_MAX);
    return public_key_decode(content, key);
}
