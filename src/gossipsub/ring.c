#include "gossipsub/ring.h"

#include "base/require.h"

#include <string.h>

#define ALLOCATED_MIN 4

static uint32_t allocated_max(uint32_t count_max)
{
    uint32_t allocated = ALLOCATED_MIN;
    while (allocated < count_max)
        allocated *= 2;
    return allocated;
}

void gossipsub_ring_init(struct gossipsub_ring *ring, const struct allocator *allocator,
    size_t item_size, uint32_t count_max)
{
    require(count_max > 0 && count_max <= (uint32_t)1 << 31);
    *ring = (struct gossipsub_ring){
        .allocator = allocator, .item_size = item_size, .count_max = count_max, .first = 1};
}

void gossipsub_ring_deinit(struct gossipsub_ring *ring)
{
    allocator_give(ring->allocator, ring->items, ring->allocated * ring->item_size);
    ring->items = NULL;
    ring->allocated = 0;
    ring->count = 0;
}

static uint8_t *place_of(const struct gossipsub_ring *ring, uint32_t number)
{
    return ring->items + (number & (ring->allocated - 1)) * ring->item_size;
}

/* A number says its place in the old block as in the new, so each item is copied on its own. */
static bool grow(struct gossipsub_ring *ring)
{
    struct gossipsub_ring larger = *ring;
    larger.allocated = ring->allocated == 0 ? ALLOCATED_MIN : ring->allocated * 2;
    larger.items = allocator_take(ring->allocator, larger.allocated * ring->item_size);
    if (larger.items == NULL)
        return false;
    for (uint32_t i = 0; i < ring->count; i++)
        memcpy(
            place_of(&larger, ring->first + i), place_of(ring, ring->first + i), ring->item_size);
    allocator_give(ring->allocator, ring->items, ring->allocated * ring->item_size);
    *ring = larger;
    return true;
}

void *gossipsub_ring_push(struct gossipsub_ring *ring)
{
    if (gossipsub_ring_is_full(ring))
        return NULL;
    if (ring->count == ring->allocated && !grow(ring))
        return NULL;
    ring->count++;
    return memset(place_of(ring, gossipsub_ring_newest(ring)), 0, ring->item_size);
}

void gossipsub_ring_pop(struct gossipsub_ring *ring)
{
    require(ring->count > 0);
    ring->first++;
    ring->count--;
}

void *gossipsub_ring_at(const struct gossipsub_ring *ring, uint32_t number)
{
    return number - ring->first < ring->count ? place_of(ring, number) : NULL;
}

void *gossipsub_ring_oldest(const struct gossipsub_ring *ring)
{
    return gossipsub_ring_at(ring, ring->first);
}

size_t gossipsub_ring_bytes(size_t item_size, uint32_t count_max)
{
    return item_size * allocated_max(count_max);
}
