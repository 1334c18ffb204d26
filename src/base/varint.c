#include "base/varint.h"

#include "base/bytes.h"

size_t varint_size(uint64_t value)
{
    size_t size = 1;

    for (; value >= 0x80; value >>= 7)
        size++;
    return size;
}

size_t varint_encode(uint64_t value, struct gossip_room room)
{
    size_t size = varint_size(value);

    if (room.size < size)
        return 0;
    for (size_t i = 0; i + 1 < size; i++, value >>= 7)
        room.data[i] = (uint8_t)(value | 0x80);
    room.data[size - 1] = (uint8_t)value;
    return size;
}

bool room_put_varint(struct gossip_room *room, uint64_t value)
{
    size_t size = varint_encode(value, *room);

    if (size == 0)
        return false;
    room->data += size;
    room->size -= size;
    return true;
}

/* Reads up to `bytes_max` (9 or 10) bytes; `input` moves only on success. */
static enum varint_result decode(
    struct gossip_bytes *input, size_t bytes_max, bool shortest_only, uint64_t *value)
{
    uint64_t result = 0;

    for (size_t i = 0; i < bytes_max; i++) {
        uint8_t byte;

        if (i == input->size)
            return VARINT_INCOMPLETE;
        byte = input->data[i];
        /* Of the tenth byte only the lowest bit lies within 64 bits. */
        if (i == 9 && byte > 1)
            return VARINT_OVERLONG;
        result |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte >= 0x80)
            continue;
        if (shortest_only && i > 0 && byte == 0)
            return VARINT_OVERLONG;
        input->data += i + 1;
        input->size -= i + 1;
        *value = result;
        return VARINT_OK;
    }
    return VARINT_OVERLONG;
}

enum varint_result varint_decode(struct gossip_bytes *input, uint64_t *value)
{
    return decode(input, VARINT_BYTES_MAX, true, value);
}

enum varint_result varint_decode_protobuf(struct gossip_bytes *input, uint64_t *value)
{
    return decode(input, VARINT_PROTOBUF_BYTES_MAX, false, value);
}

enum gossip_error varint_take_sized(
    struct gossip_bytes *input, size_t size_max, struct gossip_bytes *taken)
{
    struct gossip_bytes rest = *input;
    uint64_t size;

    switch (varint_decode(&rest, &size)) {
    case VARINT_INCOMPLETE:
        return GOSSIP_ERROR_WOULD_BLOCK;
    case VARINT_OVERLONG:
        return GOSSIP_ERROR_PEER_MALFORMED;
    case VARINT_OK:
        break;
    }
    if (size > size_max)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    if (!bytes_take(&rest, (size_t)size, taken))
        return GOSSIP_ERROR_WOULD_BLOCK;
    *input = rest;
    return GOSSIP_OK;
}
