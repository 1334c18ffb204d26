/*
 * A bounded first-in first-out row of items of one size, each with a number by which it is found
 * again while it is there: how things that expire in the order they came are kept.
 *
 * Numbers rise by one and wrap around after 2^32. Items move when the row grows, so a pointer to
 * one is borrowed until the next push.
 */
#ifndef GOSSIPSUB_RING_H
#define GOSSIPSUB_RING_H

#include "base/allocator.h"

/* `first`, `count` and `count_max` may be read; all else is private to ring.c. */
struct gossipsub_ring {
    const struct allocator *allocator;
    uint8_t *items;
    size_t item_size;
    uint32_t count_max;
    uint32_t allocated; /* a power of two, or 0 */
    uint32_t first;     /* number of the oldest item */
    uint32_t count;
};

/* An empty row for at most `count_max` items (1 to 2^31). Takes no memory until the first push. */
void gossipsub_ring_init(struct gossipsub_ring *ring, const struct allocator *allocator,
    size_t item_size, uint32_t count_max);

/* Frees the row, not what its items lead to. */
void gossipsub_ring_deinit(struct gossipsub_ring *ring);

/* A new item, the newest, all zero. NULL if the row is full or there is no memory. */
void *gossipsub_ring_push(struct gossipsub_ring *ring);

/* Removes the oldest item; there is one. */
void gossipsub_ring_pop(struct gossipsub_ring *ring);

/* The item with this number, or NULL if it is gone or has yet to come. */
void *gossipsub_ring_at(const struct gossipsub_ring *ring, uint32_t number);

/* The oldest item, or NULL if there is none. */
void *gossipsub_ring_oldest(const struct gossipsub_ring *ring);

/* Whether a push would find no place. */
static inline bool gossipsub_ring_is_full(const struct gossipsub_ring *ring)
{
    return ring->count == ring->count_max;
}

/* The number of the newest item; there is one. */
static inline uint32_t gossipsub_ring_newest(const struct gossipsub_ring *ring)
{
    return ring->first + ring->count - 1;
}

/* The most memory a row of `count_max` items takes, in bytes. */
size_t gossipsub_ring_bytes(size_t item_size, uint32_t count_max);

#endif
