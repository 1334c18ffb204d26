#include "gossipsub/heartbeat.h"

#include "base/instant.h"
#include "gossipsub/mesh.h"
#include "gossipsub/take.h"

/* Backoffs that are over are looked for that often, in heartbeats: they are only in the way. */
#define BACKOFF_TICKS 15

/* ---- what is over ------------------------------------------------------------------------- */

static void shift_history(struct gossipsub_router *router, struct gossip_instant now)
{
    (void)now;
    gossipsub_history_shift(&router->history);
}

static void expire_backoffs(struct gossipsub_router *router, struct gossip_instant now)
{
    if (router->tick % BACKOFF_TICKS != 0)
        return;
    for (uint32_t i = 0; peer_set_next(router->sets[GOSSIPSUB_SET_HERE], router->words, &i); i++)
        gossipsub_backoffs_expire(&router->backoffs, now, &gossipsub_at(router, i)->backoffs);
    gossipsub_backoffs_expire_orphans(&router->backoffs, now);
}

static void reset_counts(struct gossipsub_router *router, struct gossip_instant now)
{
    (void)now;
    for (uint32_t i = 0; peer_set_next(router->sets[GOSSIPSUB_SET_HERE], router->words, &i); i++)
        gossipsub_at(router, i)->beat = (struct gossipsub_beat){0};
}

/* A message that came, from whomever, keeps every promise of it. */
static void follow_promises(struct gossipsub_router *router, struct gossip_instant now)
{
    struct gossipsub_promise promise;
    while (gossipsub_promises_take_due(&router->promises, now, &promise)) {
        struct gossipsub_neighbour *neighbour = gossipsub_peers_find(&router->peers, promise.peer);
        if (neighbour == NULL || gossipsub_seen_has(&router->seen, promise.key) ||
            gossipsub_validations_has(&router->validations, promise.key))
            continue;
        router->counters.promises_broken++;
        gossipsub_misbehaved(
            router, now, neighbour, &neighbour->broken_promises, "IHAVE without the message");
    }
    gossipsub_promises_expire(&router->promises, now);
}

static void forget_idontwants(struct gossipsub_router *router, struct gossip_instant now)
{
    struct gossipsub_peer peer;
    (void)now;
    if (router->tick < router->params.idontwant_ticks)
        return;
    while (gossipsub_idontwants_take_old(
        &router->idontwants, router->tick - router->params.idontwant_ticks + 1, &peer)) {
        struct gossipsub_neighbour *neighbour = gossipsub_peers_find(&router->peers, peer);
        if (neighbour != NULL)
            neighbour->idontwant_count--;
    }
}

static void expire_seen(struct gossipsub_router *router, struct gossip_instant now)
{
    gossipsub_seen_expire(&router->seen, now);
}

/* ---- meshes ------------------------------------------------------------------------------- */

/* Too few: up to D again, with whoever is free to. */
static void grow_mesh(
    struct gossipsub_router *router, struct gossip_instant now, struct gossipsub_mesh *mesh)
{
    if (mesh->count < router->params.D_low)
        (void)gossipsub_mesh_fill(router, now, mesh, router->params.D - mesh->count, NULL);
}

/*
 * Moves peers we dialed to the front of a row until D_out of them are among its first `kept`, as far
 * as there are any.
 */
static void favour_outbound(
    const struct gossipsub_router *router, uint32_t *row, uint32_t count, uint32_t kept)
{
    const uint64_t *outbound = router->sets[GOSSIPSUB_SET_OUTBOUND];
    uint32_t have = 0;
    uint32_t place = kept;

    for (uint32_t i = 0; i < kept; i++)
        have += peer_set_has(outbound, row[i]);
    for (uint32_t i = kept; i < count && have < router->params.D_out; i++) {
        if (!peer_set_has(outbound, row[i]))
            continue;
        do
            place--;
        while (peer_set_has(outbound, row[place]));
        uint32_t other = row[place];
        row[place] = row[i];
        row[i] = other;
        have++;
    }
}

/* Too many: D of them stay, by chance, but at least D_out of those that we dialed. */
static void cut_mesh(
    struct gossipsub_router *router, struct gossip_instant now, struct gossipsub_mesh *mesh)
{
    uint32_t *row = router->chosen;
    uint32_t count = 0;

    if (mesh->count < router->params.D_high)
        return;
    for (uint32_t i = 0; peer_set_next(mesh->members, router->words, &i); i++)
        row[count++] = i;
    dice_shuffle(&router->dice, row, count, sizeof(*row));
    favour_outbound(router, row, count, router->params.D);
    for (uint32_t i = router->params.D; i < count; i++)
        gossipsub_mesh_prune(router, now, mesh, gossipsub_at(router, row[i]), "too many");
}

/* Nobody who dials us from everywhere shall have the mesh to himself. */
static void seek_outbound(
    struct gossipsub_router *router, struct gossip_instant now, struct gossipsub_mesh *mesh)
{
    uint32_t outbound = gossipsub_mesh_outbound(router, mesh);
    if (mesh->count >= router->params.D_low && outbound < router->params.D_out)
        (void)gossipsub_mesh_fill(router, now, mesh, router->params.D_out - outbound,
            router->sets[GOSSIPSUB_SET_OUTBOUND]);
}

static void keep_meshes(struct gossipsub_router *router, struct gossip_instant now)
{
    for (uint32_t i = 0; i < router->topics.mesh_count; i++) {
        struct gossipsub_mesh *mesh = router->topics.meshes[i];
        if (mesh->state != GOSSIPSUB_MESH_JOINED)
            continue;
        grow_mesh(router, now, mesh);
        cut_mesh(router, now, mesh);
        seek_outbound(router, now, mesh);
    }
}

static void keep_fanouts(struct gossipsub_router *router, struct gossip_instant now)
{
    for (uint32_t i = router->topics.mesh_count; i > 0; i--) {
        struct gossipsub_mesh *mesh = router->topics.meshes[i - 1];
        if (mesh->state != GOSSIPSUB_MESH_FANOUT)
            continue;
        if (instant_is_due(mesh->fanout_until, now))
            gossipsub_fanout_end(router, mesh);
        else
            gossipsub_fanout_fill(router, mesh);
    }
}

/* ---- gossip ------------------------------------------------------------------------------- */

/* Those who follow the topic and are not in the mesh, where messages come without asking. */
static uint32_t find_listeners(
    const struct gossipsub_router *router, const struct gossipsub_mesh *mesh, uint32_t *row)
{
    const uint64_t *meshable = router->sets[GOSSIPSUB_SET_MESHABLE];
    uint32_t count = 0;
    for (uint32_t word = 0; word < router->words; word++) {
        uint64_t bits = mesh->topic->subscribers[word] & meshable[word] & ~mesh->members[word];
        for (; bits != 0; bits &= bits - 1)
            row[count++] = word * 64 + (uint32_t)__builtin_ctzll(bits);
    }
    return count;
}

/* Of that many listeners, how many hear IHAVE. */
static uint32_t share_of(const struct gossip_params *params, uint32_t count)
{
    uint32_t share = (uint32_t)(params->gossip_factor * count);
    if (share < params->D_lazy)
        share = params->D_lazy;
    return share < count ? share : count;
}

static void tell_ihave(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, uint32_t newest, struct gossipsub_neighbour *neighbour)
{
    uint32_t index = neighbour->handle.index;
    if (peer_set_has(mesh->ihaves, index))
        gossipsub_drop(router, now, GOSSIPSUB_DROP_GOSSIP_OVERTAKEN, neighbour, 0);
    peer_set_insert(mesh->ihaves, index);
    mesh->peers[index].ihave_next = newest;
    mesh->peers[index].ihave_left = router->params.ihave_ids_max;
    neighbour->has_gossip = true;
    gossipsub_wake(router, neighbour);
}

/* Some of the listeners, by lot. */
static void tell_listeners(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, uint32_t newest)
{
    uint32_t *row = router->chosen;
    uint32_t left = find_listeners(router, mesh, row);
    for (uint32_t share = share_of(&router->params, left); share > 0; share--) {
        uint32_t lot = dice_below(&router->dice, left);
        tell_ihave(router, now, mesh, newest, gossipsub_at(router, row[lot]));
        row[lot] = row[--left];
    }
}

/*
 * Messages go into the mesh once, so who has just come into it would never hear of those that went
 * shortly before.
 */
static void tell_newcomers(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, uint32_t newest)
{
    if (mesh->state != GOSSIPSUB_MESH_JOINED)
        return;
    for (uint32_t i = 0; peer_set_next(mesh->members, router->words, &i); i++) {
        struct gossip_duration since = instant_since(now, mesh->peers[i].meshed_at);
        if (duration_is_shorter(since, router->params.heartbeat_interval))
            tell_ihave(router, now, mesh, newest, gossipsub_at(router, i));
    }
}

static void emit_gossip(struct gossipsub_router *router, struct gossip_instant now)
{
    for (uint32_t i = 0; i < router->topics.mesh_count; i++) {
        struct gossipsub_mesh *mesh = router->topics.meshes[i];
        uint32_t newest;
        if (mesh->state == GOSSIPSUB_MESH_LEFT ||
            !gossipsub_history_newest(&router->history, &mesh->line, &newest))
            continue;
        tell_listeners(router, now, mesh, newest);
        tell_newcomers(router, now, mesh, newest);
    }
}

/* ------------------------------------------------------------------------------------------- */

/*
 * In the order of the specification's heartbeat, but that the history moves on at the beginning: what
 * is to be named now must still be there when the peer takes it. GRAFT and PRUNE wait as facts and
 * need no step.
 */
static void (*const steps[])(struct gossipsub_router *router, struct gossip_instant now) = {
    shift_history,
    expire_backoffs,
    reset_counts,
    follow_promises,
    keep_meshes,
    keep_fanouts,
    emit_gossip,
    forget_idontwants,
    expire_seen,
};

void gossipsub_heartbeat(struct gossipsub_router *router, struct gossip_instant now)
{
    router->tick++;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        steps[i](router, now);
    gossipsub_take_settle(router);
}
