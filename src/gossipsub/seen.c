#include "gossipsub/seen.h"

#include "base/instant.h"

struct seen_entry {
    uint64_t key;
    struct gossip_instant expires_at;
};

void gossipsub_seen_init(struct gossipsub_seen *seen, const struct allocator *allocator,
    uint32_t count_max, struct gossip_duration lifetime)
{
    gossipsub_ring_init(&seen->ring, allocator, sizeof(struct seen_entry), count_max);
    gossipsub_key_map_init(&seen->map, allocator, count_max);
    seen->lifetime = lifetime;
}

void gossipsub_seen_deinit(struct gossipsub_seen *seen)
{
    gossipsub_ring_deinit(&seen->ring);
    gossipsub_key_map_deinit(&seen->map);
}

static void forget_oldest(struct gossipsub_seen *seen)
{
    const struct seen_entry *oldest = gossipsub_ring_oldest(&seen->ring);
    gossipsub_key_map_remove(&seen->map, oldest->key);
    gossipsub_ring_pop(&seen->ring);
}

bool gossipsub_seen_insert(struct gossipsub_seen *seen, struct gossip_instant now, uint64_t key)
{
    if (gossipsub_ring_is_full(&seen->ring))
        forget_oldest(seen);
    if (!gossipsub_key_map_insert(&seen->map, key, 0))
        return false;
    struct seen_entry *entry = gossipsub_ring_push(&seen->ring);
    if (entry == NULL) {
        gossipsub_key_map_remove(&seen->map, key);
        return false;
    }
    *entry = (struct seen_entry){.key = key, .expires_at = instant_add(now, seen->lifetime)};
    return true;
}

bool gossipsub_seen_has(const struct gossipsub_seen *seen, uint64_t key)
{
    return gossipsub_key_map_find(&seen->map, key, NULL);
}

void gossipsub_seen_expire(struct gossipsub_seen *seen, struct gossip_instant now)
{
    const struct seen_entry *oldest;
    while ((oldest = gossipsub_ring_oldest(&seen->ring)) != NULL &&
           instant_is_due(oldest->expires_at, now))
        forget_oldest(seen);
}

uint32_t gossipsub_seen_count(const struct gossipsub_seen *seen)
{
    return seen->ring.count;
}

size_t gossipsub_seen_bytes(uint32_t count_max)
{
    return gossipsub_ring_bytes(sizeof(struct seen_entry), count_max) +
           gossipsub_key_map_bytes(count_max);
}
