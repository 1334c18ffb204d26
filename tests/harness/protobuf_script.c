#include "harness/protobuf_script.h"

#include "base/varint.h"

#include <string.h>

#define FIELDS_MAX 8
#define TEXT_BYTES_MAX 24

static uint64_t some_number(struct script *script)
{
    switch (script_below(script, 4)) {
    case 0:
        return script_byte(script);
    case 1:
        return script_u64(script);
    case 2:
        return UINT64_C(1) << script_below(script, 64);
    default:
        return script_below(script, 2);
    }
}

/* The value lies behind the room that its header will need at most, and is moved up to it. */
static bool put_bytes(struct script *script, struct gossip_room *room, uint64_t number,
    uint32_t depth, uint32_t number_max)
{
    struct gossip_room inner = *room;
    if (!room_put_varint(&inner, number << 3 | 2) || inner.size < 4)
        return false;
    struct gossip_room value = room_make(inner.data + 3, inner.size - 3);
    size_t size;
    if (depth > 0 && !script_chance(script, 3)) {
        size = script_protobuf(script, value, depth - 1, number_max);
    } else {
        struct gossip_bytes text = script_bytes(script, TEXT_BYTES_MAX);
        size = text.size <= value.size ? text.size : 0;
        bytes_copy(value.data, bytes_part(text, 0, size));
    }
    uint64_t announced = script_chance(script, 200) ? some_number(script) : size;
    if (!room_put_varint(&inner, announced))
        return false;
    if (inner.size < size)
        return false;
    memmove(inner.data, value.data, size);
    *room = room_make(inner.data + size, inner.size - size);
    return true;
}

static bool put_field(
    struct script *script, struct gossip_room *room, uint32_t depth, uint32_t number_max)
{
    uint64_t number = script_chance(script, 16) ? some_number(script) % (UINT64_C(1) << 30)
                                                : 1 + script_below(script, number_max);
    struct gossip_room before = *room;
    bool fits;
    switch (script_below(script, 8)) {
    case 0:
        fits = room_put_varint(room, number << 3) && room_put_varint(room, some_number(script));
        break;
    case 1:
        fits = room_put_varint(room, number << 3 | script_below(script, 8)) &&
               room_put(room, script_bytes(script, 8));
        break;
    default:
        fits = put_bytes(script, room, number, depth, number_max);
        break;
    }
    if (!fits)
        *room = before;
    return fits;
}

size_t script_protobuf(
    struct script *script, struct gossip_room room, uint32_t depth, uint32_t number_max)
{
    size_t size = room.size;
    for (uint32_t left = script_below(script, FIELDS_MAX + 1); left > 0; left--) {
        if (!put_field(script, &room, depth, number_max))
            break;
    }
    return size - room.size;
}
