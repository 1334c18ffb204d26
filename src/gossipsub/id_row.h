/*
 * A bounded first-in first-out row of message ids, as bytes: what is to be asked for or announced.
 */
#ifndef GOSSIPSUB_ID_ROW_H
#define GOSSIPSUB_ID_ROW_H

#include "base/allocator.h"

/* The longest id a row takes; longer ones are in no dialect and no hash. */
#define GOSSIPSUB_ROW_ID_BYTES_MAX 128

/* Fields are private to id_row.c. All zero: empty. */
struct gossipsub_id_row {
    uint8_t *bytes; /* of each id its size, in one byte, and the id */
    size_t first, end, allocated;
};

/*
 * Adds an id of 1 to GOSSIPSUB_ROW_ID_BYTES_MAX bytes, which is copied. False if the row, which may
 * take `bytes_max` bytes of memory, is full, or if there is no memory.
 */
bool gossipsub_id_row_push(struct gossipsub_id_row *row, const struct allocator *allocator,
    size_t bytes_max, struct gossip_bytes id);

/* The first id, or an empty one if there is none. Borrowed until the next push, also after a pop. */
struct gossip_bytes gossipsub_id_row_first(const struct gossipsub_id_row *row);

/* Takes the first id off; there is one. */
void gossipsub_id_row_pop(struct gossipsub_id_row *row);

/* Whether there is none. */
static inline bool gossipsub_id_row_is_empty(const struct gossipsub_id_row *row)
{
    return row->first == row->end;
}

/* Empties the row and frees its memory. */
void gossipsub_id_row_clear(struct gossipsub_id_row *row, const struct allocator *allocator);

#endif
