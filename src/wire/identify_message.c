#include "wire/identify_message.h"

#include "base/require.h"
#include "wire/decode.h"
#include "wire/encode.h"

#include "identify.pb-c.h"

static void keep(
    struct gossip_bytes *list, size_t list_max, size_t *count, struct gossip_bytes entry)
{
    if (*count < list_max)
        list[(*count)++] = entry;
}

static void decode_field(const struct wire_field *field, struct wire_identify_message *message)
{
    switch (field->tag) {
    case WIRE_TAG(1, WIRE_BYTES):
        message->public_key = field->bytes;
        break;
    case WIRE_TAG(2, WIRE_BYTES):
        keep(
            message->addresses, WIRE_IDENTIFY_ADDRESSES_MAX, &message->address_count, field->bytes);
        break;
    case WIRE_TAG(3, WIRE_BYTES):
        keep(message->protocols, WIRE_IDENTIFY_PROTOCOLS_MAX, &message->protocol_count,
            field->bytes);
        break;
    case WIRE_TAG(4, WIRE_BYTES):
        message->observed_address = field->bytes;
        break;
    case WIRE_TAG(5, WIRE_BYTES):
        message->protocol_version = field->bytes;
        break;
    case WIRE_TAG(6, WIRE_BYTES):
        message->agent_version = field->bytes;
        break;
    case WIRE_TAG(8, WIRE_BYTES):
        message->signed_peer_record = field->bytes;
        break;
    }
}

enum gossip_error wire_identify_message_decode(
    struct gossip_bytes encoded, struct wire_identify_message *message)
{
    *message = (struct wire_identify_message){0};
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (wire_reader_next(&reader, &field))
        decode_field(&field, message);
    enum gossip_error error = wire_reader_result(&reader);
    if (error)
        *message = (struct wire_identify_message){0};
    return error;
}

/* A message and what it points to, in the form protobuf-c packs. */
struct packable_identify {
    WireProto__Identify message;
    ProtobufCBinaryData addresses[WIRE_IDENTIFY_ADDRESSES_MAX];
    ProtobufCBinaryData protocols[WIRE_IDENTIFY_PROTOCOLS_MAX];
};

static void set_optional(
    protobuf_c_boolean *has, ProtobufCBinaryData *value, struct gossip_bytes bytes)
{
    *has = bytes.data != NULL;
    *value = wire_packable(bytes);
}

static void make_packable(
    struct packable_identify *packable, const struct wire_identify_message *message)
{
    require(message->address_count <= WIRE_IDENTIFY_ADDRESSES_MAX);
    require(message->protocol_count <= WIRE_IDENTIFY_PROTOCOLS_MAX);
    WireProto__Identify *to = &packable->message;
    wire_proto__identify__init(to);
    set_optional(&to->has_public_key, &to->public_key, message->public_key);
    set_optional(&to->has_observed_addr, &to->observed_addr, message->observed_address);
    set_optional(&to->has_protocol_version, &to->protocol_version, message->protocol_version);
    set_optional(&to->has_agent_version, &to->agent_version, message->agent_version);
    set_optional(&to->has_signed_peer_record, &to->signed_peer_record, message->signed_peer_record);
    for (size_t i = 0; i < message->address_count; i++)
        packable->addresses[i] = wire_packable(message->addresses[i]);
    to->n_listen_addrs = message->address_count;
    to->listen_addrs = packable->addresses;
    for (size_t i = 0; i < message->protocol_count; i++)
        packable->protocols[i] = wire_packable(message->protocols[i]);
    to->n_protocols = message->protocol_count;
    to->protocols = packable->protocols;
}

size_t wire_identify_message_encoded_size(const struct wire_identify_message *message)
{
    struct packable_identify packable;
    make_packable(&packable, message);
    return wire_packed_size(&packable.message.base);
}

size_t wire_identify_message_encode(
    const struct wire_identify_message *message, struct gossip_room room)
{
    struct packable_identify packable;
    make_packable(&packable, message);
    return wire_pack(&packable.message.base, room);
}
