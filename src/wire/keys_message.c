#include "wire/keys_message.h"

#include "wire/decode.h"
#include "wire/encode.h"

#include "keys.pb-c.h"

static enum gossip_error decode_fields(
    struct gossip_bytes encoded, uint64_t *type, struct gossip_bytes *data)
{
    bool has_type = false;
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_VARINT):
            *type = field.value;
            has_type = true;
            break;
        case WIRE_TAG(2, WIRE_BYTES):
            *data = field.bytes;
            break;
        }
    }
    if (!has_type || data->data == NULL)
        return GOSSIP_ERROR_PEER_MALFORMED;
    return wire_reader_result(&reader);
}

enum gossip_error wire_key_decode(struct gossip_bytes encoded, struct wire_key *key)
{
    *key = (struct wire_key){0};
    if (encoded.size > WIRE_KEY_BYTES_MAX)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    uint64_t type = 0;
    struct gossip_bytes data = {0};
    enum gossip_error error = decode_fields(encoded, &type, &data);
    if (error)
        return error;
    if (type > WIRE_KEY_ECDSA)
        return GOSSIP_ERROR_UNSUPPORTED;
    *key = (struct wire_key){.type = (enum wire_key_type)type, .data = data};
    return GOSSIP_OK;
}

/* The two messages have the same fields, so either one packs both. */
static WireProto__PublicKey packable_key(const struct wire_key *key)
{
    WireProto__PublicKey message = WIRE_PROTO__PUBLIC_KEY__INIT;
    message.type = (WireProto__KeyType)key->type;
    message.data = wire_packable(key->data);
    return message;
}

size_t wire_key_encoded_size(const struct wire_key *key)
{
    WireProto__PublicKey message = packable_key(key);
    return wire_packed_size(&message.base);
}

size_t wire_key_encode(const struct wire_key *key, struct gossip_room room)
{
    WireProto__PublicKey message = packable_key(key);
    return wire_pack(&message.base, room);
}

const char *wire_key_type_name(enum wire_key_type type)
{
    switch (type) {
    case WIRE_KEY_RSA:
        return "RSA";
    case WIRE_KEY_ED25519:
        return "Ed25519";
    case WIRE_KEY_SECP256K1:
        return "Secp256k1";
    case WIRE_KEY_ECDSA:
        return "ECDSA";
    }
    return "unknown";
}
