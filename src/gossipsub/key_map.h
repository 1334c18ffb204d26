/*
 * A bounded map from 64-bit keys to 32-bit numbers, in 12 bytes a place: the index beside every
 * table of ids.
 *
 * Keys are keyed hashes (gossipsub_key) of ids, so they are spread already and nobody outside can
 * aim at one. Two different ids have the same key once in 2^64 pairs: a message would then be taken
 * for one seen before, which costs less than keeping every id whole.
 */
#ifndef GOSSIPSUB_KEY_MAP_H
#define GOSSIPSUB_KEY_MAP_H

#include "base/allocator.h"
#include "base/siphash.h"

/* Fields are private to key_map.c, except that `count` may be read. */
struct gossipsub_key_map {
    const struct allocator *allocator;
    uint64_t *keys; /* 0: the place is free */
    uint32_t *numbers;
    uint32_t allocated; /* places, a power of two, or 0 */
    uint32_t count;
    uint32_t count_max;
};

/* The key of an id: its hash under the router's own secret, never 0. */
static inline uint64_t gossipsub_key(struct siphash_key secret, struct gossip_bytes id)
{
    uint64_t key = siphash(secret, id);
    return key != 0 ? key : 1;
}

/* The key of a pair, such as a message and a peer; the order counts. Never 0. */
static inline uint64_t gossipsub_key_join(uint64_t first, uint64_t second)
{
    uint64_t key = (first ^ (second << 32 | second >> 32)) * 0x9e3779b97f4a7c15u;
    key ^= key >> 29;
    return key != 0 ? key : 1;
}

/* An empty map for at most `count_max` keys (1 to 2^30). Takes no memory until the first insert. */
void gossipsub_key_map_init(
    struct gossipsub_key_map *map, const struct allocator *allocator, uint32_t count_max);

/* Frees the map. */
void gossipsub_key_map_deinit(struct gossipsub_key_map *map);

/* Sets the number of `key`; false, map unchanged, if it is full or there is no memory. */
bool gossipsub_key_map_insert(struct gossipsub_key_map *map, uint64_t key, uint32_t number);

/* The number of `key` goes to `number` unless that is NULL; false if the key is not there. */
bool gossipsub_key_map_find(const struct gossipsub_key_map *map, uint64_t key, uint32_t *number);

/* Removes `key`; does nothing if it is not there. */
void gossipsub_key_map_remove(struct gossipsub_key_map *map, uint64_t key);

/* The most memory a map of `count_max` keys takes, in bytes. */
size_t gossipsub_key_map_bytes(uint32_t count_max);

#endif
