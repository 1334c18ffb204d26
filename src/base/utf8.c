#include "base/utf8.h"

#include "base/bytes.h"
#include "base/require.h"

/*
 * What may follow a first byte (Unicode 15, table 3-7): how many bytes in all, and the range of the
 * second one, which is narrower where overlong forms, surrogates or too large numbers would begin.
 */
struct lead {
    size_t size; /* 0: no code point begins so */
    uint8_t second_min, second_max;
};

static struct lead lead_of(uint8_t byte)
{
    if (byte < 0x80)
        return (struct lead){.size = 1};
    if (byte < 0xc2 || byte > 0xf4)
        return (struct lead){.size = 0};
    if (byte < 0xe0)
        return (struct lead){.size = 2, .second_min = 0x80, .second_max = 0xbf};
    if (byte < 0xf0)
        return (struct lead){.size = 3,
            .second_min = byte == 0xe0 ? 0xa0 : 0x80,
            .second_max = byte == 0xed ? 0x9f : 0xbf};
    return (struct lead){.size = 4,
        .second_min = byte == 0xf0 ? 0x90 : 0x80,
        .second_max = byte == 0xf4 ? 0x8f : 0xbf};
}

/* How many bytes at the front of `text` (not empty) can begin the code point they seem to begin. */
static size_t well_formed_size(struct gossip_bytes text, struct lead lead)
{
    size_t size = 1;

    if (lead.size < 2 || text.size < 2 || text.data[1] < lead.second_min ||
        text.data[1] > lead.second_max)
        return size;
    for (size = 2; size < lead.size && size < text.size; size++)
        if ((text.data[size] & 0xc0) != 0x80)
            break;
    return size;
}

bool utf8_decode(struct gossip_bytes *text, uint32_t *code_point)
{
    struct lead lead;
    size_t size;
    uint32_t result;

    require(text->size > 0);
    lead = lead_of(text->data[0]);
    size = well_formed_size(*text, lead);
    result = lead.size < 2 ? text->data[0] : text->data[0] & (0x7fu >> lead.size);
    for (size_t i = 1; i < size; i++)
        result = result << 6 | (text->data[i] & 0x3fu);
    *text = bytes_part(*text, size, SIZE_MAX);
    *code_point = size == lead.size ? result : UTF8_REPLACEMENT;
    return size == lead.size;
}

bool utf8_is_valid(struct gossip_bytes bytes)
{
    uint32_t code_point;

    while (bytes.size > 0)
        if (!utf8_decode(&bytes, &code_point))
            return false;
    return true;
}

bool utf8_is_scalar(uint32_t code_point)
{
    return code_point < 0xd800 || (code_point > 0xdfff && code_point <= UTF8_CODE_POINT_MAX);
}

static size_t encoded_size(uint32_t code_point)
{
    if (code_point < 0x80)
        return 1;
    if (code_point < 0x800)
        return 2;
    return code_point < 0x10000 ? 3 : 4;
}

size_t utf8_encode(uint32_t code_point, struct gossip_room room)
{
    static const uint8_t lead_bits[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t size = encoded_size(code_point);

    require(utf8_is_scalar(code_point));
    if (room.size < size)
        return 0;
    for (size_t i = size - 1; i > 0; i--, code_point >>= 6)
        room.data[i] = (uint8_t)(0x80 | (code_point & 0x3f));
    room.data[0] = (uint8_t)(lead_bits[size] | code_point);
    return size;
}

size_t utf8_replace_invalid(struct gossip_bytes bytes, struct gossip_room room)
{
    size_t room_size = room.size;

    while (bytes.size > 0) {
        uint32_t code_point;
        size_t size;

        utf8_decode(&bytes, &code_point);
        size = utf8_encode(code_point, room);
        if (size == 0)
            break;
        room = room_make(room.data + size, room.size - size);
    }
    return room_size - room.size;
}

struct gossip_bytes utf8_truncate(struct gossip_bytes text, size_t size_max)
{
    size_t size = size_max;

    if (text.size <= size_max)
        return text;
    /* The byte behind the cut must begin something, which is at most three bytes further ahead. */
    while (size > 0 && size_max - size < UTF8_BYTES_MAX && (text.data[size] & 0xc0) == 0x80)
        size--;
    /* Four continuations in a row are no code point, so nothing is cut in two. */
    if (size_max - size == UTF8_BYTES_MAX)
        size = size_max;
    return bytes_make(text.data, size);
}
