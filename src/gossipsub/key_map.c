#include "gossipsub/key_map.h"

#include "base/require.h"

#include <string.h>

#define ALLOCATED_MIN 8
#define PLACE_BYTES (sizeof(uint64_t) + sizeof(uint32_t))

/* Linear probing stays short while at least a quarter of the places is free. */
static bool is_crowded(uint32_t count, uint32_t allocated)
{
    return count > allocated / 4 * 3;
}

void gossipsub_key_map_init(
    struct gossipsub_key_map *map, const struct allocator *allocator, uint32_t count_max)
{
    require(count_max > 0 && count_max <= (uint32_t)1 << 30);
    *map = (struct gossipsub_key_map){.allocator = allocator, .count_max = count_max};
}

void gossipsub_key_map_deinit(struct gossipsub_key_map *map)
{
    allocator_give(map->allocator, map->keys, map->allocated * PLACE_BYTES);
    map->keys = NULL;
    map->numbers = NULL;
    map->allocated = 0;
    map->count = 0;
}

/* The place of `key`, or the free one where it belongs. There is always a free one. */
static uint32_t place_of(const struct gossipsub_key_map *map, uint64_t key)
{
    uint32_t mask = map->allocated - 1;
    uint32_t place = (uint32_t)key & mask;
    while (map->keys[place] != 0 && map->keys[place] != key)
        place = (place + 1) & mask;
    return place;
}

static bool grow(struct gossipsub_key_map *map)
{
    struct gossipsub_key_map larger = *map;
    larger.allocated = map->allocated == 0 ? ALLOCATED_MIN : map->allocated * 2;
    larger.keys = allocator_take_zeroed(map->allocator, larger.allocated, PLACE_BYTES);
    if (larger.keys == NULL)
        return false;
    larger.numbers = (uint32_t *)(void *)(larger.keys + larger.allocated);
    for (uint32_t i = 0; i < map->allocated; i++) {
        if (map->keys[i] == 0)
            continue;
        uint32_t place = place_of(&larger, map->keys[i]);
        larger.keys[place] = map->keys[i];
        larger.numbers[place] = map->numbers[i];
    }
    allocator_give(map->allocator, map->keys, map->allocated * PLACE_BYTES);
    *map = larger;
    return true;
}

bool gossipsub_key_map_insert(struct gossipsub_key_map *map, uint64_t key, uint32_t number)
{
    require(key != 0);
    if (!gossipsub_key_map_find(map, key, NULL)) {
        if (map->count == map->count_max)
            return false;
        if (is_crowded(map->count + 1, map->allocated) && !grow(map))
            return false;
        map->count++;
    }
    uint32_t place = place_of(map, key);
    map->keys[place] = key;
    map->numbers[place] = number;
    return true;
}

bool gossipsub_key_map_find(const struct gossipsub_key_map *map, uint64_t key, uint32_t *number)
{
    if (map->count == 0)
        return false;
    uint32_t place = place_of(map, key);
    if (map->keys[place] == 0)
        return false;
    if (number != NULL)
        *number = map->numbers[place];
    return true;
}

/*
 * What follows a freed place without a gap may have been pushed on by what stood there: everything
 * that may stand in the hole moves into it, which moves the hole on, until a gap ends the run.
 */
void gossipsub_key_map_remove(struct gossipsub_key_map *map, uint64_t key)
{
    if (!gossipsub_key_map_find(map, key, NULL))
        return;
    uint32_t mask = map->allocated - 1;
    uint32_t hole = place_of(map, key);
    for (uint32_t place = (hole + 1) & mask; map->keys[place] != 0; place = (place + 1) & mask) {
        uint32_t home = (uint32_t)map->keys[place] & mask;
        if (((place - home) & mask) < ((place - hole) & mask))
            continue;
        map->keys[hole] = map->keys[place];
        map->numbers[hole] = map->numbers[place];
        hole = place;
    }
    map->keys[hole] = 0;
    map->count--;
}

size_t gossipsub_key_map_bytes(uint32_t count_max)
{
    uint32_t allocated = ALLOCATED_MIN;
    while (is_crowded(count_max, allocated))
        allocated *= 2;
    return allocated * PLACE_BYTES;
}
