#include "wire/encode.h"

#include "base/bytes.h"
#include "base/require.h"
#include "base/varint.h"
#include "wire/decode.h"

static uint8_t nothing; /* a place for empty bytes, because memcpy from NULL is undefined */

ProtobufCBinaryData wire_packable(struct gossip_bytes bytes)
{
    /* ProtobufCBinaryData serves for unpacking as well and so has no const; packing only reads. */
    union {
        const uint8_t *borrowed;
        uint8_t *data;
    } view = {.borrowed = bytes.data != NULL ? bytes.data : &nothing};
    return (ProtobufCBinaryData){.len = bytes.size, .data = view.data};
}

size_t wire_packed_size(const ProtobufCMessage *message)
{
    return protobuf_c_message_get_packed_size(message);
}

size_t wire_pack(const ProtobufCMessage *message, struct gossip_room room)
{
    require(protobuf_c_message_get_packed_size(message) <= room.size);
    return protobuf_c_message_pack(message, room.data);
}

size_t wire_varint_field_size(uint32_t number, uint64_t value)
{
    return varint_size(WIRE_TAG(number, WIRE_VARINT)) + varint_size(value);
}

size_t wire_bytes_field_size(uint32_t number, size_t size)
{
    return varint_size(WIRE_TAG(number, WIRE_BYTES)) + varint_size(size) + size;
}

static void put_varint(struct gossip_room *room, uint64_t value)
{
    bool has_room = room_put_varint(room, value);
    require(has_room);
}

void wire_put_varint_field(struct gossip_room *room, uint32_t number, uint64_t value)
{
    put_varint(room, WIRE_TAG(number, WIRE_VARINT));
    put_varint(room, value);
}

void wire_put_bytes_header(struct gossip_room *room, uint32_t number, size_t size)
{
    put_varint(room, WIRE_TAG(number, WIRE_BYTES));
    put_varint(room, size);
}

void wire_put_bytes_field(struct gossip_room *room, uint32_t number, struct gossip_bytes bytes)
{
    wire_put_bytes_header(room, number, bytes.size);
    bool has_room = room_put(room, bytes);
    require(has_room);
}
