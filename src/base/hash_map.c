#include "base/hash_map.h"

#include "base/bytes.h"
#include "base/require.h"

#include <stddef.h>

/* uthash under our rules: memory from the map in scope, failure without exit, the map's hash. */
#define HASH_NONFATAL_OOM 1
#define uthash_malloc(size) allocator_take(map->allocator, size)
#define uthash_free(memory, size) allocator_give(map->allocator, memory, size)
#define uthash_nonfatal_oom(entry) ((entry)->is_lost = true)
#include <uthash.h>
#include <utlist.h>
/* utlist asserts when it is used; ours stay in release builds and print through our hook. */
#undef assert
#define assert(expression) require(expression)

struct hash_map_entry {
    UT_hash_handle hh;
    struct hash_map_entry *prev, *next; /* utlist's names; from the oldest to the newest */
    union hash_map_value value;
    uint32_t key_size;
    bool is_lost; /* uthash found no memory for it */
    uint8_t key[];
};

/* The order is a list of its own, not uthash's, because moving an entry to its end cannot fail. */
struct hash_map {
    const struct allocator *allocator;
    struct siphash_key seed;
    struct hash_map_entry *table;
    struct hash_map_entry *oldest;
    uint32_t count;
    uint32_t count_max;
};

enum gossip_error hash_map_create(const struct allocator *allocator, uint32_t count_max,
    struct siphash_key seed, struct hash_map **map)
{
    require(count_max > 0);
    *map = allocator_take(allocator, sizeof(**map));
    if (*map == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    **map = (struct hash_map){.allocator = allocator, .seed = seed, .count_max = count_max};
    return GOSSIP_OK;
}

void hash_map_destroy(struct hash_map *map)
{
    if (map == NULL)
        return;
    hash_map_clear(map);
    allocator_give(map->allocator, map, sizeof(*map));
}

static size_t entry_size(size_t key_size)
{
    return sizeof(struct hash_map_entry) + key_size;
}

static unsigned hash_of(const struct hash_map *map, struct gossip_bytes key)
{
    return (unsigned)siphash(map->seed, key);
}

static struct hash_map_entry *find_hashed(
    const struct hash_map *map, struct gossip_bytes key, unsigned hash)
{
    struct hash_map_entry *found = NULL;

    if (key.size > HASH_MAP_KEY_BYTES_MAX)
        return NULL;
    /* memcmp wants a pointer also to compare nothing. */
    if (key.size == 0)
        key.data = (const uint8_t *)"";
    HASH_FIND_BYHASHVALUE(hh, map->table, key.data, key.size, hash, found);
    return found;
}

enum gossip_error hash_map_insert(
    struct hash_map *map, struct gossip_bytes key, union hash_map_value value)
{
    unsigned hash = hash_of(map, key);
    struct hash_map_entry *entry;

    if (key.size > HASH_MAP_KEY_BYTES_MAX)
        return GOSSIP_ERROR_LIMIT;
    if (find_hashed(map, key, hash) != NULL)
        return GOSSIP_ERROR_ALREADY;
    if (hash_map_is_full(map))
        return GOSSIP_ERROR_LIMIT;
    entry = allocator_take(map->allocator, entry_size(key.size));
    if (entry == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    *entry = (struct hash_map_entry){.value = value, .key_size = (uint32_t)key.size};
    bytes_copy(entry->key, key);
    HASH_ADD_KEYPTR_BYHASHVALUE(hh, map->table, entry->key, key.size, hash, entry);
    if (entry->is_lost) {
        allocator_give(map->allocator, entry, entry_size(key.size));
        return GOSSIP_ERROR_NO_MEMORY;
    }
    DL_APPEND(map->oldest, entry);
    map->count++;
    return GOSSIP_OK;
}

struct hash_map_entry *hash_map_find(const struct hash_map *map, struct gossip_bytes key)
{
    return find_hashed(map, key, hash_of(map, key));
}

bool hash_map_remove(struct hash_map *map, struct gossip_bytes key, union hash_map_value *value)
{
    struct hash_map_entry *entry = hash_map_find(map, key);

    if (entry == NULL)
        return false;
    if (value != NULL)
        *value = entry->value;
    hash_map_remove_entry(map, entry);
    return true;
}

void hash_map_remove_entry(struct hash_map *map, struct hash_map_entry *entry)
{
    HASH_DELETE(hh, map->table, entry);
    DL_DELETE(map->oldest, entry);
    map->count--;
    allocator_give(map->allocator, entry, entry_size(entry->key_size));
}

void hash_map_clear(struct hash_map *map)
{
    while (map->oldest != NULL)
        hash_map_remove_entry(map, map->oldest);
}

void hash_map_touch(struct hash_map *map, struct hash_map_entry *entry)
{
    DL_DELETE(map->oldest, entry);
    DL_APPEND(map->oldest, entry);
}

uint32_t hash_map_count(const struct hash_map *map)
{
    return map->count;
}

bool hash_map_is_full(const struct hash_map *map)
{
    return map->count >= map->count_max;
}

struct hash_map_entry *hash_map_oldest(const struct hash_map *map)
{
    return map->oldest;
}

struct hash_map_entry *hash_map_next(const struct hash_map_entry *entry)
{
    return entry->next;
}

struct gossip_bytes hash_map_key(const struct hash_map_entry *entry)
{
    return bytes_make(entry->key, entry->key_size);
}

union hash_map_value *hash_map_value(struct hash_map_entry *entry)
{
    return &entry->value;
}

size_t hash_map_entry_bytes(size_t key_size)
{
    return entry_size(key_size) + sizeof(struct UT_hash_bucket);
}

uint32_t hash_map_longest_chain(const struct hash_map *map)
{
    uint32_t longest = 0;

    if (map->table == NULL)
        return 0;
    for (unsigned i = 0; i < map->table->hh.tbl->num_buckets; i++)
        if (map->table->hh.tbl->buckets[i].count > longest)
            longest = map->table->hh.tbl->buckets[i].count;
    return longest;
}
