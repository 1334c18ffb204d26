/*
 * A bounded map from byte strings to values, which remembers the order of insertion.
 *
 * Keys are hashed with SipHash under a seed, so nobody who does not know the seed can choose keys
 * that collide. Iteration goes from the oldest entry to the newest and does not depend on the seed,
 * which makes the map a first-in first-out or (with hash_map_touch) a least-recently-used cache.
 */
#ifndef BASE_HASH_MAP_H
#define BASE_HASH_MAP_H

#include "base/allocator.h"
#include "base/siphash.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* Longer keys are never found and cannot be inserted. */
#define HASH_MAP_KEY_BYTES_MAX 65536

struct hash_map;

/* What a key leads to. Which member is meant is the owner's affair. */
union hash_map_value {
    void *pointer; /* never freed by the map */
    uint64_t number;
};

/* A key with its value, and its place in the order. */
struct hash_map_entry;

/*
 * An empty map for at most `count_max` entries (not 0). `allocator` is borrowed for the map's life.
 * `seed` is secret in production and fixed in a simulation. Returns owned in `map`, or fails with
 * GOSSIP_ERROR_NO_MEMORY.
 */
GOSSIP_MUST_USE enum gossip_error hash_map_create(const struct allocator *allocator,
    uint32_t count_max, struct siphash_key seed, struct hash_map **map);

/* Frees the map and its keys, not what the values point to. NULL is allowed. */
void hash_map_destroy(struct hash_map *map);

/*
 * Adds an entry as the newest. Copies `key`, which may be empty.
 *
 * Fails with GOSSIP_ERROR_ALREADY if the key is there, GOSSIP_ERROR_LIMIT if the map is full or the
 * key too long, or GOSSIP_ERROR_NO_MEMORY. The map is then unchanged.
 */
GOSSIP_MUST_USE enum gossip_error hash_map_insert(
    struct hash_map *map, struct gossip_bytes key, union hash_map_value value);

/* The entry of `key`, borrowed until it is removed, or NULL. */
struct hash_map_entry *hash_map_find(const struct hash_map *map, struct gossip_bytes key);

/* Removes the entry of `key`. Its value goes to `value` unless that is NULL. False if there is none. */
bool hash_map_remove(struct hash_map *map, struct gossip_bytes key, union hash_map_value *value);

/* Removes `entry`, which belongs to `map`. */
void hash_map_remove_entry(struct hash_map *map, struct hash_map_entry *entry);

/* Removes every entry; does not free what the values point to. */
void hash_map_clear(struct hash_map *map);

/* Makes `entry`, which belongs to `map`, the newest. */
void hash_map_touch(struct hash_map *map, struct hash_map_entry *entry);

/* How many entries the map holds. */
uint32_t hash_map_count(const struct hash_map *map);

/* Whether an insertion would fail with GOSSIP_ERROR_LIMIT. */
bool hash_map_is_full(const struct hash_map *map);

/* The oldest entry, or NULL if the map is empty. */
struct hash_map_entry *hash_map_oldest(const struct hash_map *map);

/* The entry inserted (or touched) next after `entry`, or NULL. Get it before removing `entry`. */
struct hash_map_entry *hash_map_next(const struct hash_map_entry *entry);

/* The key of `entry`, borrowed until the entry is removed. */
struct gossip_bytes hash_map_key(const struct hash_map_entry *entry);

/* The value of `entry`, which may be changed; borrowed until the entry is removed. */
union hash_map_value *hash_map_value(struct hash_map_entry *entry);

/* Bytes an entry with a key of `key_size` bytes takes at most, its bucket included: for sums. */
size_t hash_map_entry_bytes(size_t key_size);

/* Length of the longest chain of entries in one bucket: what an attacker would like to be long. */
uint32_t hash_map_longest_chain(const struct hash_map *map);

#endif
