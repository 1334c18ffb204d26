#include "base/bytes.h"

#include <string.h>

struct gossip_bytes bytes_of_text(const char *text)
{
    return bytes_make(text, strlen(text));
}

bool bytes_equal(struct gossip_bytes left, struct gossip_bytes right)
{
    return left.size == right.size &&
           (left.size == 0 || memcmp(left.data, right.data, left.size) == 0);
}

int bytes_compare(struct gossip_bytes left, struct gossip_bytes right)
{
    size_t common = left.size < right.size ? left.size : right.size;
    int difference = common == 0 ? 0 : memcmp(left.data, right.data, common);

    if (difference != 0)
        return difference;
    return (left.size > right.size) - (left.size < right.size);
}

bool bytes_start_with(struct gossip_bytes bytes, struct gossip_bytes prefix)
{
    return bytes.size >= prefix.size && bytes_equal(bytes_part(bytes, 0, prefix.size), prefix);
}

bool bytes_end_with(struct gossip_bytes bytes, struct gossip_bytes suffix)
{
    return bytes.size >= suffix.size &&
           bytes_equal(bytes_part(bytes, bytes.size - suffix.size, suffix.size), suffix);
}

size_t bytes_find(struct gossip_bytes bytes, uint8_t byte)
{
    const uint8_t *found = bytes.size == 0 ? NULL : memchr(bytes.data, byte, bytes.size);

    return found == NULL ? bytes.size : (size_t)(found - bytes.data);
}

struct gossip_bytes bytes_part(struct gossip_bytes bytes, size_t offset, size_t size)
{
    if (offset >= bytes.size)
        return bytes_make(NULL, 0);
    bytes.data += offset;
    bytes.size -= offset;
    if (bytes.size > size)
        bytes.size = size;
    return bytes;
}

void bytes_wipe(void *memory, size_t size)
{
    /* A call through a volatile pointer: the compiler cannot know that it is memset. */
    static void *(*const volatile set)(void *, int, size_t) = memset;

    if (size > 0)
        set(memory, 0, size);
}

void bytes_copy(uint8_t *to, struct gossip_bytes from)
{
    if (from.size > 0)
        memcpy(to, from.data, from.size);
}

bool bytes_take(struct gossip_bytes *from, size_t size, struct gossip_bytes *taken)
{
    if (from->size < size)
        return false;
    *taken = bytes_make(from->data, size);
    if (size > 0) {
        from->data += size;
        from->size -= size;
    }
    return true;
}

bool bytes_skip(struct gossip_bytes *from, size_t size)
{
    struct gossip_bytes skipped;

    return bytes_take(from, size, &skipped);
}

bool bytes_take_copy(struct gossip_bytes *from, uint8_t *to, size_t size)
{
    struct gossip_bytes taken;

    if (!bytes_take(from, size, &taken))
        return false;
    bytes_copy(to, taken);
    return true;
}

bool bytes_take_u8(struct gossip_bytes *from, uint8_t *value)
{
    return bytes_take_copy(from, value, 1);
}

bool bytes_take_u16_big(struct gossip_bytes *from, uint16_t *value)
{
    struct gossip_bytes taken;

    if (!bytes_take(from, 2, &taken))
        return false;
    *value = load_u16_big(taken.data);
    return true;
}

bool bytes_take_u32_big(struct gossip_bytes *from, uint32_t *value)
{
    struct gossip_bytes taken;

    if (!bytes_take(from, 4, &taken))
        return false;
    *value = load_u32_big(taken.data);
    return true;
}

bool bytes_take_u64_big(struct gossip_bytes *from, uint64_t *value)
{
    struct gossip_bytes taken;

    if (!bytes_take(from, 8, &taken))
        return false;
    *value = load_u64_big(taken.data);
    return true;
}

bool room_put(struct gossip_room *room, struct gossip_bytes bytes)
{
    if (room->size < bytes.size)
        return false;
    if (bytes.size > 0) {
        memcpy(room->data, bytes.data, bytes.size);
        room->data += bytes.size;
        room->size -= bytes.size;
    }
    return true;
}

bool room_put_u8(struct gossip_room *room, uint8_t value)
{
    return room_put(room, bytes_make(&value, 1));
}

bool room_put_u16_big(struct gossip_room *room, uint16_t value)
{
    uint8_t stored[2];

    store_u16_big(stored, value);
    return room_put(room, bytes_make(stored, sizeof(stored)));
}

bool room_put_u32_big(struct gossip_room *room, uint32_t value)
{
    uint8_t stored[4];

    store_u32_big(stored, value);
    return room_put(room, bytes_make(stored, sizeof(stored)));
}

bool room_put_u64_big(struct gossip_room *room, uint64_t value)
{
    uint8_t stored[8];

    store_u64_big(stored, value);
    return room_put(room, bytes_make(stored, sizeof(stored)));
}
