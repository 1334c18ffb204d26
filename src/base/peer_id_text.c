#include "base/peer_id_text.h"

#include "base/bytes.h"
#include "base/require.h"
#include "base/text.h"

#include <string.h>

_Static_assert(PEER_ID_TEXT_BYTES_MAX >= TEXT_BASE58_SIZE(GOSSIP_PEER_ID_BYTES_MAX),
    "every peer id can be printed");

/* The multihash of a large key: the code of SHA-256, the size of a digest. */
static const uint8_t hash_prefix[] = {0x12, 0x20};
#define HASH_BYTES 34

/* The multihash of a small key is the key: the identity code and the size of the
 * PublicKey message, whose two fields are the type and the data with its size. */
static const uint8_t ed25519_prefix[] = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};
#define ED25519_BYTES 38
static const uint8_t secp256k1_prefix[] = {0x00, 0x25, 0x08, 0x02, 0x12, 0x21};
#define SECP256K1_BYTES 39

/* A CID of version 1 whose codec is libp2p-key. */
static const uint8_t cid_prefix[] = {0x01, 0x72};

static bool has_form(
    struct gossip_bytes encoded, size_t size, const uint8_t *prefix, size_t prefix_size)
{
    return encoded.size == size && memcmp(encoded.data, prefix, prefix_size) == 0;
}

enum gossip_error peer_id_decode(struct gossip_bytes encoded, struct gossip_peer_id *id)
{
    memset(id, 0, sizeof(*id));
    if (!has_form(encoded, HASH_BYTES, hash_prefix, sizeof(hash_prefix)) &&
        !has_form(encoded, ED25519_BYTES, ed25519_prefix, sizeof(ed25519_prefix)) &&
        !has_form(encoded, SECP256K1_BYTES, secp256k1_prefix, sizeof(secp256k1_prefix)))
        return GOSSIP_ERROR_PEER_MALFORMED;
    id->size = (uint8_t)encoded.size;
    memcpy(id->data, encoded.data, encoded.size);
    return GOSSIP_OK;
}

/* Reads what stands behind `base`, the letter that names it in a CID. */
static enum gossip_error parse_multibase(
    uint8_t base, struct gossip_bytes digits, struct gossip_room room, size_t *size)
{
    switch (base) {
    case 'b':
    case 'B':
        return text_parse_base32(digits, room, size);
    case 'k':
    case 'K':
        return text_parse_base36(digits, room, size);
    case 'z':
        return text_parse_base58(digits, room, size);
    default:
        return GOSSIP_ERROR_INVALID;
    }
}

enum gossip_error peer_id_parse(struct gossip_bytes text, struct gossip_peer_id *id)
{
    uint8_t place[sizeof(cid_prefix) + GOSSIP_PEER_ID_BYTES_MAX];
    struct gossip_room room = room_make(place, sizeof(place));
    size_t size = 0;
    memset(id, 0, sizeof(*id));
    if (text.size == 0 || text.size > PEER_ID_TEXT_INPUT_BYTES_MAX)
        return GOSSIP_ERROR_INVALID;

    /* A bare multihash in base58 begins with what its first byte becomes; nothing
     * else may, so the two forms cannot be mistaken for each other. */
    bool is_bare = text.data[0] == '1' || bytes_start_with(text, BYTES_OF("Qm"));
    enum gossip_error error =
        is_bare ? text_parse_base58(text, room, &size)
                : parse_multibase(text.data[0], bytes_part(text, 1, text.size), room, &size);
    if (error != GOSSIP_OK)
        return GOSSIP_ERROR_INVALID;

    struct gossip_bytes encoded = room_filled(room, size);
    if (!is_bare) {
        if (!bytes_start_with(encoded, bytes_make(cid_prefix, sizeof(cid_prefix))))
            return GOSSIP_ERROR_INVALID;
        encoded = bytes_part(encoded, sizeof(cid_prefix), encoded.size);
    }
    return peer_id_decode(encoded, id) == GOSSIP_OK ? GOSSIP_OK : GOSSIP_ERROR_INVALID;
}

size_t peer_id_print(const struct gossip_peer_id *id, char text[PEER_ID_TEXT_BYTES_MAX])
{
    enum gossip_error error =
        text_print_base58(bytes_make(id->data, id->size), text, PEER_ID_TEXT_BYTES_MAX);
    require(error == GOSSIP_OK);
    return strlen(text);
}

int peer_id_compare(const struct gossip_peer_id *one, const struct gossip_peer_id *other)
{
    return bytes_compare(bytes_make(one->data, one->size), bytes_make(other->data, other->size));
}

bool peer_id_is_equal(const struct gossip_peer_id *one, const struct gossip_peer_id *other)
{
    return peer_id_compare(one, other) == 0;
}
