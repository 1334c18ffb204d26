/*
 * A table of a fixed number of items whose ids go stale instead of dangling.
 *
 * An id names a place and the generation of what lives there. Whoever keeps an id of something that
 * has been removed finds nothing, even if the place has been taken again. Items never move.
 */
#ifndef BASE_SLOTS_H
#define BASE_SLOTS_H

#include "base/allocator.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* Names an item of one table. All zero names nothing, ever. */
struct slot_id {
    uint32_t index;
    uint32_t generation;
};

struct slots;

/*
 * A table for `count_max` (not 0) items of `item_size` bytes (not 0) each, taken at once.
 * `allocator` is borrowed for the table's life. Returns owned in `slots`, or fails with
 * GOSSIP_ERROR_NO_MEMORY.
 */
GOSSIP_MUST_USE enum gossip_error slots_create(
    const struct allocator *allocator, uint32_t count_max, size_t item_size, struct slots **slots);

/* Wipes and frees the table and the items in it. NULL is allowed. */
void slots_destroy(struct slots *slots);

/*
 * A new item, all zero, aligned for any object, valid until it is removed; its id goes to `id`.
 * NULL, and `id` all zero, if the table is full. The free place with the lowest index that was
 * never used, or else the one longest free, is taken, so equal histories give equal ids.
 */
void *slots_insert(struct slots *slots, struct slot_id *id);

/* The item `id` names, or NULL if there is none or no longer. */
void *slots_find(const struct slots *slots, struct slot_id id);

/* Wipes and removes the item `id` names. False if there is none. */
bool slots_remove(struct slots *slots, struct slot_id id);

/* How many items are in the table. */
uint32_t slots_count(const struct slots *slots);

/* How many items the table has places for. */
uint32_t slots_capacity(const struct slots *slots);

/*
 * The item after the one at `id->index`, by rising index, with its id; NULL after the last. Begin
 * with an all-zero `id`. Removing the item just returned is allowed while iterating.
 */
void *slots_next(const struct slots *slots, struct slot_id *id);

/* Whether both name the same item of the same table. */
static inline bool slot_id_equal(struct slot_id left, struct slot_id right)
{
    return left.index == right.index && left.generation == right.generation;
}

#endif
