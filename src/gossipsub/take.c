#include "gossipsub/take.h"

#include "base/instant.h"
#include "gossipsub/mesh.h"
#include "gossipsub/publish.h"

bool gossipsub_take_has_any(const struct gossipsub_neighbour *neighbour)
{
    return neighbour->has_control || neighbour->has_gossip ||
           !gossipsub_outbox_is_empty(&neighbour->outbox);
}

/* Whole seconds, as PRUNE has them, rounded up: nobody is to come back too early by a fraction. */
static uint64_t to_seconds(struct gossip_duration duration)
{
    return duration_to_ms(duration) / 1000 + (duration_to_ms(duration) % 1000 != 0);
}

/* ---- control ------------------------------------------------------------------------------ */

/* What the peer knows of our following the topic becomes what is so. False if it did not fit. */
static bool put_subscription(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour,
    struct gossipsub_mesh *mesh)
{
    uint32_t index = neighbour->handle.index;
    bool is_joined = mesh->state == GOSSIPSUB_MESH_JOINED;

    if (peer_set_has(mesh->told, index) == is_joined)
        return true;
    if (!gossipsub_rpc_put_subscription(&router->rpc, mesh->topic->name, is_joined))
        return false;
    if (is_joined)
        peer_set_insert(mesh->told, index);
    else
        peer_set_remove(mesh->told, index);
    return true;
}

/*
 * The peer's backoff begins when it hears of it, so ours begins again now, however long the PRUNE has
 * waited. A GRAFT comes after the subscription, or else it would be for a topic we do not follow.
 */
static bool put_mesh_change(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, struct gossipsub_mesh *mesh)
{
    uint32_t index = neighbour->handle.index;

    if (peer_set_has(mesh->grafts, index)) {
        if (!peer_set_has(mesh->told, index) ||
            !gossipsub_rpc_put_graft(&router->rpc, mesh->topic->name))
            return false;
        peer_set_remove(mesh->grafts, index);
    }
    if (peer_set_has(mesh->prunes, index)) {
        struct gossip_duration backoff = gossipsub_mesh_backoff(router, mesh, neighbour);
        if (!gossipsub_rpc_put_prune(&router->rpc, mesh->topic->name,
                neighbour->version >= GOSSIPSUB_V1_1, to_seconds(backoff)))
            return false;
        peer_set_remove(mesh->prunes, index);
        gossipsub_mesh_back_off(router, now, mesh->topic->key, neighbour, backoff);
    }
    return true;
}

static void put_control(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour)
{
    if (!neighbour->has_control)
        return;
    neighbour->has_control = false;
    for (uint32_t i = 0; i < router->topics.mesh_count; i++) {
        if (!put_subscription(router, neighbour, router->topics.meshes[i]))
            neighbour->has_control = true;
    }
    for (uint32_t i = 0; i < router->topics.mesh_count; i++) {
        if (!put_mesh_change(router, now, neighbour, router->topics.meshes[i]))
            neighbour->has_control = true;
    }
}

void gossipsub_take_settle(struct gossipsub_router *router)
{
    if (router->topics.state_counts[GOSSIPSUB_MESH_LEFT] == 0)
        return;
    for (uint32_t i = router->topics.mesh_count; i > 0; i--)
        gossipsub_mesh_settle(router, router->topics.meshes[i - 1]);
}

static bool put_idontwants(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour)
{
    struct gossipsub_id_row *row = &neighbour->outbox.idontwants;
    struct gossip_bytes id;
    bool has_any = false;

    while ((id = gossipsub_id_row_first(row)).size > 0 &&
           gossipsub_rpc_put_idontwant(&router->rpc, id)) {
        gossipsub_id_row_pop(row);
        router->counters.idontwant_ids_sent++;
        has_any = true;
    }
    return has_any;
}

/* ---- messages ----------------------------------------------------------------------------- */

/* As many as fit, in their order. False if some had to stay. */
static bool put_messages(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour,
    enum gossipsub_outbox_line line, uint64_t *count)
{
    struct gossipsub_message *message;
    while (
        (message = gossipsub_outbox_first(&router->outboxes, &neighbour->outbox, line)) != NULL) {
        if (!gossipsub_rpc_put_message(&router->rpc, message))
            return false;
        (void)gossipsub_outbox_pop(&router->outboxes, &neighbour->outbox, line);
        ++*count;
    }
    return true;
}

/* ---- gossip ------------------------------------------------------------------------------- */

static void put_iwants(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour)
{
    struct gossipsub_id_row *row = &neighbour->outbox.iwants;
    struct gossip_bytes id;

    while (
        (id = gossipsub_id_row_first(row)).size > 0 && gossipsub_rpc_put_iwant(&router->rpc, id)) {
        gossipsub_id_row_pop(row);
        router->counters.iwant_ids_sent++;
    }
}

/* Names the messages of a topic from where the last RPC stopped. False if some had to stay. */
static bool put_ihave(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour,
    struct gossipsub_mesh *mesh)
{
    struct gossipsub_member *member = &mesh->peers[neighbour->handle.index];
    bool has_more = gossipsub_history_is_gossip(&router->history, member->ihave_next);

    while (has_more && member->ihave_left > 0) {
        uint32_t next = member->ihave_next;
        struct gossipsub_message *message =
            gossipsub_history_walk(&router->history, &next, &has_more);
        struct gossip_bytes id = gossipsub_message_id_in(message, neighbour->dialect);
        if (id.size > 0) {
            if (!gossipsub_rpc_put_ihave(&router->rpc, mesh->topic->name, id))
                return false;
            router->counters.ihave_ids_sent++;
        }
        member->ihave_next = next;
        member->ihave_left--;
    }
    return true;
}

static void put_gossip(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour)
{
    uint32_t index = neighbour->handle.index;

    put_iwants(router, neighbour);
    if (!neighbour->has_gossip)
        return;
    neighbour->has_gossip = false;
    for (uint32_t i = 0; i < router->topics.mesh_count; i++) {
        struct gossipsub_mesh *mesh = router->topics.meshes[i];
        if (!peer_set_has(mesh->ihaves, index))
            continue;
        if (put_ihave(router, neighbour, mesh))
            peer_set_remove(mesh->ihaves, index);
        else
            neighbour->has_gossip = true;
    }
}

/* ------------------------------------------------------------------------------------------- */

/*
 * An RPC with IDONTWANT carries no messages: it is to arrive before the peer has sent us what it is
 * about, not after a long message of ours has gone through.
 */
static void fill(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour)
{
    uint64_t own = 0;

    put_control(router, now, neighbour);
    if (put_idontwants(router, neighbour))
        return;
    bool is_done = put_messages(router, neighbour, GOSSIPSUB_OUTBOX_OWN, &own);
    if (own > 0)
        gossipsub_made_room(router, neighbour);
    if (is_done && put_messages(router, neighbour, GOSSIPSUB_OUTBOX_FORWARD,
                       &router->counters.messages_forwarded))
        put_gossip(router, neighbour);
}

bool gossipsub_router_take(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_peer peer, size_t bytes_max, struct wire_rpc *rpc)
{
    struct gossipsub_neighbour *neighbour = gossipsub_peers_find(&router->peers, peer);
    size_t bytes;

    gossipsub_take_settle(router);
    gossipsub_rpc_begin(&router->rpc, bytes_max);
    if (neighbour == NULL)
        return false;
    fill(router, now, neighbour);
    if (!gossipsub_take_has_any(neighbour)) {
        neighbour->is_ready_told = false;
        peer_set_remove(router->sets[GOSSIPSUB_SET_READY], peer.index);
    }
    if (!gossipsub_rpc_finish(&router->rpc, rpc, &bytes))
        return false;
    router->counters.rpcs_sent++;
    router->counters.bytes_sent += bytes;
    if (router->trace.emit != NULL) {
        struct gossip_trace_event event = {
            .kind = GOSSIP_TRACE_RPC_SENT, .at = now, .peer = &neighbour->id, .amount = bytes};
        router->trace.emit(router->trace.context, &event);
    }
    return true;
}

bool gossipsub_router_has_unsent(const struct gossipsub_router *router, struct gossipsub_peer peer)
{
    const struct gossipsub_neighbour *neighbour = gossipsub_peers_find(&router->peers, peer);
    return neighbour != NULL && gossipsub_take_has_any(neighbour);
}
