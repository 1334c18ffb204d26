#include "wire/decode.h"

#include "base/bytes.h"
#include "base/varint.h"

/* Nearly every tag, size and number of a real message is one byte, so that case comes first. */
static bool take_varint(struct gossip_bytes *rest, uint64_t *value)
{
    if (rest->size > 0 && rest->data[0] < 0x80) {
        *value = rest->data[0];
        rest->data++;
        rest->size--;
        return true;
    }
    return varint_decode_protobuf(rest, value) == VARINT_OK;
}

static bool take_sized(struct gossip_bytes *rest, struct gossip_bytes *bytes)
{
    uint64_t size;
    if (!take_varint(rest, &size) || size > rest->size)
        return false;
    return bytes_take(rest, (size_t)size, bytes);
}

static bool take_fixed(struct gossip_bytes *rest, size_t size, uint64_t *value)
{
    struct gossip_bytes bytes;
    if (!bytes_take(rest, size, &bytes))
        return false;
    *value = size == 8 ? load_u64_little(bytes.data) : load_u32_little(bytes.data);
    return true;
}

static bool take_field(struct gossip_bytes *rest, struct wire_field *field)
{
    uint64_t tag;
    if (!take_varint(rest, &tag))
        return false;
    uint64_t number = tag >> 3;
    if (number == 0 || number > WIRE_FIELD_NUMBER_MAX)
        return false;
    field->tag = (uint32_t)tag;
    field->value = 0;
    field->bytes = (struct gossip_bytes){0};
    switch (tag & 7) {
    case WIRE_VARINT:
        return take_varint(rest, &field->value);
    case WIRE_FIXED64:
        return take_fixed(rest, 8, &field->value);
    case WIRE_BYTES:
        return take_sized(rest, &field->bytes);
    case WIRE_FIXED32:
        return take_fixed(rest, 4, &field->value);
    default: /* 3 and 4 begin and end a group, 6 and 7 mean nothing */
        return false;
    }
}

bool wire_reader_next(struct wire_reader *reader, struct wire_field *field)
{
    if (reader->rest.size == 0 || reader->is_broken)
        return false;
    reader->is_broken = !take_field(&reader->rest, field);
    return !reader->is_broken;
}

enum gossip_error wire_reader_result(const struct wire_reader *reader)
{
    return reader->is_broken ? GOSSIP_ERROR_PEER_MALFORMED : GOSSIP_OK;
}
