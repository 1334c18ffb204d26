#include "gossipsub/mesh.h"

#include "base/instant.h"

static void enter(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour, const char *reason)
{
    uint32_t index = neighbour->handle.index;
    peer_set_insert(mesh->members, index);
    peer_set_remove(mesh->prunes, index);
    peer_set_remove(mesh->ihaves, index);
    mesh->count++;
    mesh->peers[index].meshed_at = now;
    gossipsub_trace_peer(
        router, now, GOSSIP_TRACE_PEER_GRAFTED, neighbour, mesh->topic->name, reason);
}

void gossipsub_mesh_accept(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour)
{
    enter(router, now, mesh, neighbour, "it asked");
}

void gossipsub_mesh_graft(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour)
{
    enter(router, now, mesh, neighbour, "we ask");
    peer_set_insert(mesh->grafts, neighbour->handle.index);
    neighbour->has_control = true;
    gossipsub_wake(router, neighbour);
}

void gossipsub_mesh_drop(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour, const char *reason)
{
    uint32_t index = neighbour->handle.index;
    peer_set_remove(mesh->grafts, index);
    if (!peer_set_has(mesh->members, index))
        return;
    peer_set_remove(mesh->members, index);
    mesh->count--;
    if (mesh->state != GOSSIPSUB_MESH_FANOUT)
        gossipsub_trace_peer(
            router, now, GOSSIP_TRACE_PEER_PRUNED, neighbour, mesh->topic->name, reason);
}

void gossipsub_mesh_forget(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour, const char *reason)
{
    gossipsub_mesh_drop(router, now, mesh, neighbour, reason);
    peer_set_remove(mesh->prunes, neighbour->handle.index);
    peer_set_remove(mesh->ihaves, neighbour->handle.index);
}

/* A v1.0 PRUNE carries no backoff, and the peer assumes the usual one. */
struct gossip_duration gossipsub_mesh_backoff(const struct gossipsub_router *router,
    const struct gossipsub_mesh *mesh, const struct gossipsub_neighbour *neighbour)
{
    if (mesh->state == GOSSIPSUB_MESH_JOINED || neighbour->version < GOSSIPSUB_V1_1)
        return router->params.prune_backoff;
    return router->params.unsubscribe_backoff;
}

void gossipsub_mesh_back_off(struct gossipsub_router *router, struct gossip_instant now,
    uint64_t topic, struct gossipsub_neighbour *neighbour, struct gossip_duration duration)
{
    uint64_t key = gossipsub_key_join(topic, neighbour->key);
    if (!gossipsub_backoffs_set(&router->backoffs, now, key, duration, &neighbour->backoffs))
        gossipsub_drop(router, now, GOSSIPSUB_DROP_NO_MEMORY, neighbour, 0);
}

void gossipsub_mesh_prune(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour, const char *reason)
{
    gossipsub_mesh_drop(router, now, mesh, neighbour, reason);
    gossipsub_mesh_back_off(
        router, now, mesh->topic->key, neighbour, gossipsub_mesh_backoff(router, mesh, neighbour));
    peer_set_insert(mesh->prunes, neighbour->handle.index);
    neighbour->has_control = true;
    gossipsub_wake(router, neighbour);
}

static bool may_graft(const struct gossipsub_router *router, struct gossip_instant now,
    const struct gossipsub_mesh *mesh, const struct gossipsub_neighbour *neighbour)
{
    return gossipsub_backoffs_may_graft(
        &router->backoffs, now, gossipsub_backoff_key(mesh->topic, neighbour));
}

/* Writes those that could be in the mesh and are not to `chosen`; returns how many. */
static uint32_t find_candidates(struct gossipsub_router *router, const struct gossipsub_mesh *mesh,
    const uint64_t *among, uint32_t *chosen)
{
    const uint64_t *meshable = router->sets[GOSSIPSUB_SET_MESHABLE];
    uint32_t count = 0;
    for (uint32_t i = 0; peer_set_next(mesh->topic->subscribers, router->words, &i); i++) {
        if (peer_set_has(meshable, i) && !peer_set_has(mesh->members, i) &&
            (among == NULL || peer_set_has(among, i)))
            chosen[count++] = i;
    }
    return count;
}

/* Draws one of `count` candidates, which leaves the row. */
static struct gossipsub_neighbour *draw(struct gossipsub_router *router, uint32_t *count)
{
    uint32_t lot = dice_below(&router->dice, *count);
    uint32_t index = router->chosen[lot];
    router->chosen[lot] = router->chosen[--*count];
    return gossipsub_at(router, index);
}

uint32_t gossipsub_mesh_fill(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, uint32_t count, const uint64_t *among)
{
    uint32_t candidates = find_candidates(router, mesh, among, router->chosen);
    uint32_t grafted = 0;
    while (grafted < count && candidates > 0) {
        struct gossipsub_neighbour *neighbour = draw(router, &candidates);
        if (!may_graft(router, now, mesh, neighbour))
            continue;
        gossipsub_mesh_graft(router, now, mesh, neighbour);
        grafted++;
    }
    return grafted;
}

void gossipsub_fanout_fill(struct gossipsub_router *router, struct gossipsub_mesh *mesh)
{
    if (mesh->count >= router->params.D)
        return;
    uint32_t candidates = find_candidates(router, mesh, NULL, router->chosen);
    while (mesh->count < router->params.D && candidates > 0) {
        peer_set_insert(mesh->members, draw(router, &candidates)->handle.index);
        mesh->count++;
    }
}

void gossipsub_fanout_end(struct gossipsub_router *router, struct gossipsub_mesh *mesh)
{
    gossipsub_history_release_line(&router->history, &mesh->line);
    gossipsub_mesh_remove(&router->topics, mesh);
}

void gossipsub_mesh_welcome(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour)
{
    uint32_t index = neighbour->handle.index;
    if (mesh->state == GOSSIPSUB_MESH_JOINED && mesh->count < router->params.D_low &&
        peer_set_has(router->sets[GOSSIPSUB_SET_MESHABLE], index) &&
        peer_set_has(mesh->topic->subscribers, index) && !peer_set_has(mesh->members, index) &&
        may_graft(router, now, mesh, neighbour))
        gossipsub_mesh_graft(router, now, mesh, neighbour);
}

uint32_t gossipsub_mesh_outbound(
    const struct gossipsub_router *router, const struct gossipsub_mesh *mesh)
{
    const uint64_t *outbound = router->sets[GOSSIPSUB_SET_OUTBOUND];
    uint32_t count = 0;
    for (uint32_t i = 0; i < router->words; i++)
        count += (uint32_t)__builtin_popcountll(mesh->members[i] & outbound[i]);
    return count;
}

void gossipsub_mesh_settle(struct gossipsub_router *router, struct gossipsub_mesh *mesh)
{
    bool is_over = mesh->state == GOSSIPSUB_MESH_LEFT &&
                   peer_set_is_empty(mesh->told, router->words) &&
                   peer_set_is_empty(mesh->prunes, router->words);
    if (!is_over)
        return;
    gossipsub_history_release_line(&router->history, &mesh->line);
    gossipsub_mesh_remove(&router->topics, mesh);
}
