#include "gossipsub/idontwants.h"

struct idontwant {
    uint64_t key; /* of the pair */
    uint64_t tick;
    struct gossipsub_peer peer;
};

void gossipsub_idontwants_init(
    struct gossipsub_idontwants *idontwants, const struct allocator *allocator, uint32_t count_max)
{
    gossipsub_ring_init(&idontwants->ring, allocator, sizeof(struct idontwant), count_max);
    gossipsub_key_map_init(&idontwants->map, allocator, count_max);
}

void gossipsub_idontwants_deinit(struct gossipsub_idontwants *idontwants)
{
    gossipsub_ring_deinit(&idontwants->ring);
    gossipsub_key_map_deinit(&idontwants->map);
}

/* The generation is part of it: what a peer did not want does not bind who takes its place. */
static uint64_t pair_key(uint64_t key, struct gossipsub_peer peer)
{
    return gossipsub_key_join(key, (uint64_t)peer.generation << 32 | peer.index);
}

bool gossipsub_idontwants_insert(struct gossipsub_idontwants *idontwants, uint64_t key,
    struct gossipsub_peer peer, uint64_t tick)
{
    uint64_t pair = pair_key(key, peer);
    if (gossipsub_key_map_find(&idontwants->map, pair, NULL))
        return false;
    if (!gossipsub_key_map_insert(&idontwants->map, pair, 0))
        return false;
    struct idontwant *entry = gossipsub_ring_push(&idontwants->ring);
    if (entry == NULL) {
        gossipsub_key_map_remove(&idontwants->map, pair);
        return false;
    }
    *entry = (struct idontwant){.key = pair, .tick = tick, .peer = peer};
    return true;
}

bool gossipsub_idontwants_has(
    const struct gossipsub_idontwants *idontwants, uint64_t key, struct gossipsub_peer peer)
{
    return gossipsub_key_map_find(&idontwants->map, pair_key(key, peer), NULL);
}

bool gossipsub_idontwants_take_old(
    struct gossipsub_idontwants *idontwants, uint64_t tick, struct gossipsub_peer *peer)
{
    const struct idontwant *oldest = gossipsub_ring_oldest(&idontwants->ring);
    if (oldest == NULL || oldest->tick >= tick)
        return false;
    *peer = oldest->peer;
    gossipsub_key_map_remove(&idontwants->map, oldest->key);
    gossipsub_ring_pop(&idontwants->ring);
    return true;
}

size_t gossipsub_idontwants_bytes(uint32_t count_max)
{
    return gossipsub_ring_bytes(sizeof(struct idontwant), count_max) +
           gossipsub_key_map_bytes(count_max);
}
