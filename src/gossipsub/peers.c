#include "gossipsub/peers.h"

#include "base/peer_id_text.h"
#include "base/require.h"

enum gossip_error gossipsub_peers_init(
    struct gossipsub_peers *peers, const struct allocator *allocator, uint32_t count_max)
{
    *peers = (struct gossipsub_peers){.allocator = allocator, .count_max = count_max};
    peers->places =
        allocator_take_zeroed(allocator, count_max, sizeof(struct gossipsub_neighbour *));
    peers->generations = allocator_take_zeroed(allocator, count_max, sizeof(*peers->generations));
    if (peers->places != NULL && peers->generations != NULL)
        return GOSSIP_OK;
    gossipsub_peers_deinit(peers);
    return GOSSIP_ERROR_NO_MEMORY;
}

void gossipsub_peers_deinit(struct gossipsub_peers *peers)
{
    for (uint32_t i = 0; peers->places != NULL && i < peers->count_max; i++) {
        if (peers->places[i] != NULL)
            gossipsub_peers_remove(peers, peers->places[i]);
    }
    if (peers->places != NULL)
        allocator_give(peers->allocator, peers->places,
            peers->count_max * sizeof(struct gossipsub_neighbour *));
    if (peers->generations != NULL)
        allocator_give(
            peers->allocator, peers->generations, peers->count_max * sizeof(*peers->generations));
    *peers = (struct gossipsub_peers){0};
}

/* The lowest free place. That `id` is not here yet is looked up on the way. */
static enum gossip_error find_place(
    const struct gossipsub_peers *peers, const struct gossip_peer_id *id, uint32_t *place)
{
    *place = peers->count_max;
    for (uint32_t i = 0; i < peers->count_max; i++) {
        const struct gossipsub_neighbour *neighbour = peers->places[i];
        if (neighbour == NULL && *place == peers->count_max)
            *place = i;
        if (neighbour != NULL && neighbour->is_here && peer_id_is_equal(&neighbour->id, id))
            return GOSSIP_ERROR_ALREADY;
    }
    return *place < peers->count_max ? GOSSIP_OK : GOSSIP_ERROR_LIMIT;
}

enum gossip_error gossipsub_peers_insert(struct gossipsub_peers *peers,
    const struct gossipsub_peer_info *info, struct gossipsub_neighbour **added)
{
    uint32_t place;
    enum gossip_error error = find_place(peers, &info->id, &place);
    if (error)
        return error;
    struct gossipsub_neighbour *neighbour =
        allocator_take_zeroed(peers->allocator, 1, sizeof(*neighbour));
    if (neighbour == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    /* Generation 0 is left out, so that an all-zero handle names nobody. */
    if (++peers->generations[place] == 0)
        peers->generations[place] = 1;
    neighbour->handle =
        (struct gossipsub_peer){.index = place, .generation = peers->generations[place]};
    neighbour->id = info->id;
    neighbour->version = info->version;
    neighbour->dialect = info->dialect;
    neighbour->is_outbound = info->is_outbound;
    neighbour->is_direct = info->is_direct;
    neighbour->is_here = true;
    peers->places[place] = neighbour;
    peers->count++;
    *added = neighbour;
    return GOSSIP_OK;
}

void gossipsub_peers_remove(struct gossipsub_peers *peers, struct gossipsub_neighbour *neighbour)
{
    require(peers->places[neighbour->handle.index] == neighbour);
    peers->places[neighbour->handle.index] = NULL;
    peers->count--;
    allocator_give(peers->allocator, neighbour->subscriptions,
        neighbour->subscriptions_allocated * sizeof(*neighbour->subscriptions));
    allocator_give(peers->allocator, neighbour, sizeof(*neighbour));
}

struct gossipsub_neighbour *gossipsub_peers_find(
    const struct gossipsub_peers *peers, struct gossipsub_peer handle)
{
    if (handle.index >= peers->count_max)
        return NULL;
    struct gossipsub_neighbour *neighbour = peers->places[handle.index];
    if (neighbour == NULL || neighbour->handle.generation != handle.generation)
        return NULL;
    return neighbour->is_here ? neighbour : NULL;
}

size_t gossipsub_peers_bytes(const struct gossipsub_limits *limits)
{
    size_t subscriptions =
        2 * (size_t)limits->topics_per_peer_max * sizeof(struct gossipsub_subscription);
    return limits->peers_max * (sizeof(struct gossipsub_neighbour) + subscriptions +
                                   sizeof(struct gossipsub_neighbour *) + sizeof(uint32_t));
}
