#include "sim/check_mesh.h"

#include "base/instant.h"
#include "base/require.h"
#include "gossipsub/mesh.h"
#include "sim/check_router.h"
#include "sim/network_state.h"

#include <stdlib.h>

/* A mesh may be short for a moment after a PRUNE; so many checks in a row are no moment. */
#define SHORT_MAX 3

struct mesh_check {
    struct network *network;
    struct gossip_instant settled_after;
    uint8_t *shorts; /* of each node: checks in a row that found a mesh too small */
};

/* How many of those who could be in the mesh are not in a backoff. */
static uint32_t count_free(const struct gossipsub_router *router, const struct gossipsub_mesh *mesh,
    struct gossip_instant now)
{
    const uint64_t *subscribers = mesh->topic->subscribers;
    uint32_t count = 0;
    for (uint32_t i = 0; peer_set_next(subscribers, router->words, &i); i++)
        count += peer_set_has(router->sets[GOSSIPSUB_SET_MESHABLE], i) &&
                 gossipsub_backoffs_may_graft(&router->backoffs, now,
                     gossipsub_backoff_key(mesh->topic, gossipsub_at(router, i)));
    return count;
}

/* Whether a mesh of the node has fewer members than it could and should have. */
static bool is_short(const struct gossipsub_router *router, struct gossip_instant now)
{
    for (uint32_t i = 0; i < router->topics.mesh_count; i++) {
        const struct gossipsub_mesh *mesh = router->topics.meshes[i];
        if (mesh->state != GOSSIPSUB_MESH_JOINED)
            continue;
        uint32_t possible = count_free(router, mesh, now);
        if (mesh->count < (router->params.D_low < possible ? router->params.D_low : possible))
            return true;
    }
    return false;
}

static void measure(const struct mesh_check *check, uint32_t node, struct gossip_instant now)
{
    if (!is_short(network_router(check->network, node), now))
        check->shorts[node] = 0;
    else if (++check->shorts[node] == SHORT_MAX)
        network_fail(check->network, "%s has too small a mesh", network_name(node));
}

static void checked(void *context)
{
    const struct mesh_check *check = context;
    struct world *world = network_world(check->network);
    struct gossip_instant now = world_now(world);
    uint64_t bytes_max = gossipsub_limits_bytes(&network_config(check->network)->limits);

    for (uint32_t node = 0; node < network_config(check->network)->world.nodes; node++) {
        if (!world_is_alive(world, node))
            continue;
        const char *wrong = check_router(network_router(check->network, node), now);
        if (wrong != NULL)
            network_fail(check->network, "%s: %s", network_name(node), wrong);
        if (check->network->nodes[node].memory.bytes_peak > bytes_max)
            network_fail(check->network, "%s takes %zu bytes", network_name(node),
                check->network->nodes[node].memory.bytes_peak);
        struct gossip_instant since = network_undisturbed_since(check->network, node);
        if (!instant_is_before(now, check->settled_after) &&
            instant_since(now, since).us >= 10000000)
            measure(check, node, now);
    }
}

static void destroyed(void *context)
{
    struct mesh_check *check = context;
    free(check->shorts);
    free(check);
}

void check_mesh(struct network *network, struct gossip_instant settled_after)
{
    struct mesh_check *check = calloc(1, sizeof(*check));
    require(check != NULL);
    *check = (struct mesh_check){.network = network,
        .settled_after = settled_after,
        .shorts = calloc(network_config(network)->world.nodes, 1)};
    require(check->shorts != NULL);
    network_watch(network,
        &(struct network_onlooker){.context = check, .checked = checked, .destroyed = destroyed});
}

double check_mesh_mean(const struct network *network, uint32_t topic)
{
    uint64_t meshes = 0;
    uint64_t members = 0;
    for (uint32_t node = 0; node < network_config(network)->world.nodes; node++) {
        size_t mesh = 0;
        if (network_router(network, node) == NULL || !network_follows(network, node, topic))
            continue;
        (void)gossipsub_router_topic_peers(
            network_router(network, node), network_topic(topic), &mesh);
        members += mesh;
        meshes++;
    }
    return meshes > 0 ? (double)members / (double)meshes : 0;
}

uint32_t check_mesh_one_sided(struct network *network, uint32_t topic)
{
    struct world *world = network_world(network);
    struct gossip_bytes name = network_topic(topic);
    uint32_t count = 0;
    for (uint32_t link = 0; link < world_links(world); link++) {
        if (!world_link_is_up(world, link))
            continue;
        uint32_t ends[2];
        world_link_ends(world, link, ends);
        bool is_in[2];
        for (uint32_t end = 0; end < 2; end++)
            is_in[end] = gossipsub_router_is_in_mesh(network_router(network, ends[end]), name,
                *network_handle_place(network, link, ends[end]));
        count += is_in[0] != is_in[1];
    }
    return count;
}
