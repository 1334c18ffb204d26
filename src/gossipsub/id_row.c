#include "gossipsub/id_row.h"

#include "base/bytes.h"
#include "base/require.h"

#include <string.h>

#define ALLOCATED_MIN 256

/* Room for `size` more bytes at the end: by moving what is there to the front, or by growing. */
static bool make_room(
    struct gossipsub_id_row *row, const struct allocator *allocator, size_t bytes_max, size_t size)
{
    size_t held = row->end - row->first;
    if (row->first > 0) {
        memmove(row->bytes, row->bytes + row->first, held);
        row->first = 0;
        row->end = held;
    }
    if (row->allocated - held >= size)
        return true;
    size_t wanted = row->allocated == 0 ? ALLOCATED_MIN : row->allocated * 2;
    if (wanted > bytes_max)
        wanted = bytes_max;
    if (wanted < held + size)
        return false;
    uint8_t *bytes = allocator_resize(allocator, row->bytes, row->allocated, wanted);
    if (bytes == NULL)
        return false;
    row->bytes = bytes;
    row->allocated = wanted;
    return true;
}

bool gossipsub_id_row_push(struct gossipsub_id_row *row, const struct allocator *allocator,
    size_t bytes_max, struct gossip_bytes id)
{
    require(id.size > 0 && id.size <= GOSSIPSUB_ROW_ID_BYTES_MAX);
    if (row->allocated - row->end < id.size + 1 &&
        !make_room(row, allocator, bytes_max, id.size + 1))
        return false;
    row->bytes[row->end] = (uint8_t)id.size;
    bytes_copy(row->bytes + row->end + 1, id);
    row->end += id.size + 1;
    return true;
}

struct gossip_bytes gossipsub_id_row_first(const struct gossipsub_id_row *row)
{
    if (gossipsub_id_row_is_empty(row))
        return bytes_make(NULL, 0);
    const uint8_t *first = row->bytes + row->first;
    return bytes_make(first + 1, first[0]);
}

void gossipsub_id_row_pop(struct gossipsub_id_row *row)
{
    require(!gossipsub_id_row_is_empty(row));
    row->first += (size_t)row->bytes[row->first] + 1;
}

void gossipsub_id_row_clear(struct gossipsub_id_row *row, const struct allocator *allocator)
{
    allocator_give(allocator, row->bytes, row->allocated);
    *row = (struct gossipsub_id_row){0};
}
