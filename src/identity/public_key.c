#include "identity/public_key.h"

#include "base/bytes.h"
#include "base/require.h"
#include "wire/keys_message.h"

#include <string.h>

enum gossip_error public_key_decode(struct gossip_bytes encoded, struct public_key *key)
{
    memset(key, 0, sizeof(*key));
    struct wire_key message;
    enum gossip_error error = wire_key_decode(encoded, &message);
    if (error != GOSSIP_OK)
        return error;
    if (message.type != WIRE_KEY_ED25519)
        return GOSSIP_ERROR_UNSUPPORTED;
    if (message.data.size != sizeof(key->ed25519.bytes))
        return GOSSIP_ERROR_PEER_MALFORMED;

    struct public_key read;
    memcpy(read.ed25519.bytes, message.data.data, sizeof(read.ed25519.bytes));
    uint8_t canonical[PUBLIC_KEY_BYTES];
    public_key_encode(&read, canonical);
    if (!bytes_equal(encoded, bytes_make(canonical, sizeof(canonical))))
        return GOSSIP_ERROR_PEER_MALFORMED;
    *key = read;
    return GOSSIP_OK;
}

void public_key_encode(const struct public_key *key, uint8_t encoded[PUBLIC_KEY_BYTES])
{
    struct wire_key message = {
        .type = WIRE_KEY_ED25519,
        .data = bytes_make(key->ed25519.bytes, sizeof(key->ed25519.bytes)),
    };
    require(wire_key_encoded_size(&message) == PUBLIC_KEY_BYTES);
    wire_key_encode(&message, room_make(encoded, PUBLIC_KEY_BYTES));
}

bool public_key_verify(
    const struct public_key *key, struct gossip_bytes message, struct gossip_bytes signature)
{
    return ed25519_verify(&key->ed25519, message, signature);
}

const char *public_key_type_name(struct gossip_bytes encoded)
{
    struct wire_key message;
    if (wire_key_decode(encoded, &message) != GOSSIP_OK)
        return NULL;
    return wire_key_type_name(message.type);
}
