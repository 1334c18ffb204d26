#include "gossipsub/control.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "gossipsub/mesh.h"
#include "gossipsub/publish.h"
#include "gossipsub/subscriptions.h"

/* ---- ids ---------------------------------------------------------------------------------- */

/* What an id that a peer names means here. */
struct named_id {
    uint64_t key;
    bool is_strange; /* in no dialect we know: its key is that of its own bytes */
    enum gossipsub_dialect dialect;
};

static struct named_id read_id(const struct gossipsub_router *router, struct gossip_bytes id)
{
    uint8_t canonical[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    struct named_id named = {.dialect = GOSSIPSUB_DIALECT_GO};
    size_t size = gossipsub_message_id_parse(id, canonical, &named.dialect);

    named.is_strange = size == 0;
    named.key = gossipsub_key(router->secret, size > 0 ? bytes_make(canonical, size) : id);
    return named;
}

/* The topic of this name, if we follow it. */
static struct gossipsub_mesh *find_joined(
    const struct gossipsub_router *router, struct gossip_bytes name)
{
    struct gossipsub_topic *topic = gossipsub_topics_find(&router->topics, name);
    if (topic == NULL || topic->mesh == NULL || topic->mesh->state != GOSSIPSUB_MESH_JOINED)
        return NULL;
    return topic->mesh;
}

/* ---- IHAVE -------------------------------------------------------------------------------- */

/* One of the messages asked for in answer to an RPC is what the peer is held to, drawn by lot. */
struct pledge {
    uint32_t asked;
    uint64_t key;
    uint64_t topic;
};

static bool may_ask_more(const struct gossipsub_router *router,
    const struct gossipsub_neighbour *neighbour, const struct named_id *named)
{
    if (neighbour->beat.ids_asked >= router->params.ihave_ids_max)
        return false;
    /* Nobody can be held to deliver what we cannot recognise, so little of it is asked for. */
    return !named->is_strange ||
           neighbour->beat.strange_ids_asked < router->limits.strange_ids_per_beat_max;
}

static void consider(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, const struct gossipsub_mesh *mesh,
    struct gossip_bytes id, struct pledge *pledge)
{
    if (id.size == 0 || id.size > GOSSIPSUB_ROW_ID_BYTES_MAX)
        return;
    struct named_id named = read_id(router, id);
    if (!named.is_strange) {
        neighbour->dialect = named.dialect;
        neighbour->is_dialect_proven = true;
    }
    if (gossipsub_seen_has(&router->seen, named.key) ||
        gossipsub_validations_has(&router->validations, named.key) ||
        !gossipsub_promises_may_ask(&router->promises, now, named.key, neighbour->handle) ||
        !may_ask_more(router, neighbour, &named))
        return;
    if (!gossipsub_id_row_push(&neighbour->outbox.iwants, router->allocator,
            router->limits.outbox_iwant_bytes_max, id)) {
        gossipsub_drop(router, now, GOSSIPSUB_DROP_IWANTS_FULL, neighbour, id.size);
        return;
    }
    gossipsub_promises_ask(&router->promises, now, named.key, neighbour->handle);
    neighbour->beat.ids_asked++;
    neighbour->beat.strange_ids_asked += named.is_strange;
    if (!named.is_strange && dice_below(&router->dice, ++pledge->asked) == 0) {
        pledge->key = named.key;
        pledge->topic = mesh->topic->key;
    }
}

static void receive_ihaves(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, const struct wire_rpc *rpc)
{
    struct pledge pledge = {0};

    if (rpc->ihave_count == 0 || neighbour->beat.ihave_rpcs >= router->params.ihave_messages_max)
        return;
    neighbour->beat.ihave_rpcs++;
    for (size_t i = 0; i < rpc->ihave_count; i++) {
        const struct wire_message_ids *ihave = &rpc->ihaves[i];
        const struct gossipsub_mesh *mesh = find_joined(router, ihave->topic);
        for (size_t j = 0; mesh != NULL && j < ihave->count; j++) {
            if (neighbour->beat.ids_named >= router->limits.ihave_ids_per_beat_max)
                break;
            neighbour->beat.ids_named++;
            consider(router, now, neighbour, mesh, ihave->ids[j], &pledge);
        }
    }
    if (pledge.asked > 0)
        gossipsub_promises_add(&router->promises, now, pledge.key, pledge.topic, neighbour->handle);
    if (!gossipsub_outbox_is_empty(&neighbour->outbox))
        gossipsub_wake(router, neighbour);
}

/* ---- IWANT -------------------------------------------------------------------------------- */

static void serve(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, struct gossip_bytes id)
{
    uint64_t key = read_id(router, id).key;
    const struct gossipsub_outbox *outbox = &neighbour->outbox;
    struct gossipsub_message *message = gossipsub_history_find(&router->history, key);

    if (message == NULL || gossipsub_is_author(neighbour, message) ||
        gossipsub_outbox_holds(&router->outboxes, outbox, GOSSIPSUB_OUTBOX_OWN, key) ||
        gossipsub_outbox_holds(&router->outboxes, outbox, GOSSIPSUB_OUTBOX_FORWARD, key) ||
        !gossipsub_history_grant(
            &router->history, key, neighbour->handle.index, router->params.gossip_retransmission))
        return;
    gossipsub_offer(router, now, neighbour, key, message);
}

static void receive_iwants(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, const struct wire_rpc *rpc)
{
    for (size_t i = 0; i < rpc->iwant_count; i++) {
        const struct wire_message_ids *iwant = &rpc->iwants[i];
        for (size_t j = 0; j < iwant->count; j++) {
            if (neighbour->beat.ids_looked_up >= router->limits.iwant_ids_per_beat_max)
                return;
            neighbour->beat.ids_looked_up++;
            serve(router, now, neighbour, iwant->ids[j]);
        }
    }
}

/* ---- GRAFT -------------------------------------------------------------------------------- */

/*
 * Peers we dialed may fill the mesh a little beyond D_high: they are harder to come by for somebody
 * who wants to surround us.
 */
static bool is_mesh_full(const struct gossipsub_router *router, const struct gossipsub_mesh *mesh,
    const struct gossipsub_neighbour *neighbour)
{
    uint32_t most = router->params.D_high;
    if (neighbour->is_outbound)
        most += router->params.D_out;
    return mesh->count >= most;
}

/* A GRAFT inside a backoff, and worse, right after the PRUNE that began it. */
static void note_early_graft(struct gossipsub_router *router, struct gossip_instant now,
    const struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour)
{
    const struct gossip_params *params = &router->params;
    struct gossip_instant end =
        gossipsub_backoffs_end(&router->backoffs, gossipsub_backoff_key(mesh->topic, neighbour));
    struct gossip_instant flood_end =
        instant_subtract(instant_add(end, params->graft_flood_threshold), params->prune_backoff);

    gossipsub_misbehaved(router, now, neighbour, &neighbour->early_grafts, "GRAFT in a backoff");
    if (instant_is_before(now, flood_end))
        gossipsub_misbehaved(
            router, now, neighbour, &neighbour->early_grafts, "GRAFT right after PRUNE");
}

static void answer_graft(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, struct gossipsub_mesh *mesh)
{
    /* Who wants to be in the mesh follows the topic, even if it said so on a stream that died. */
    if (peer_set_has(mesh->members, neighbour->handle.index) ||
        !gossipsub_subscriptions_begin(router, now, neighbour, mesh->topic->name))
        return;
    if (neighbour->is_direct) {
        gossipsub_mesh_prune(router, now, mesh, neighbour, "it is a direct peer");
    } else if (gossipsub_backoffs_is_active(
                   &router->backoffs, now, gossipsub_backoff_key(mesh->topic, neighbour))) {
        note_early_graft(router, now, mesh, neighbour);
        gossipsub_mesh_prune(router, now, mesh, neighbour, "in a backoff");
    } else if (is_mesh_full(router, mesh, neighbour)) {
        gossipsub_mesh_prune(router, now, mesh, neighbour, "the mesh is full");
    } else {
        gossipsub_mesh_accept(router, now, mesh, neighbour);
    }
}

/* A topic we do not follow is not answered and leaves no trace, so nothing can be filled with it. */
static void receive_grafts(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, const struct wire_rpc *rpc)
{
    for (size_t i = 0; i < rpc->graft_count; i++) {
        struct gossipsub_mesh *mesh = find_joined(router, rpc->grafts[i]);
        if (mesh != NULL) {
            answer_graft(router, now, neighbour, mesh);
        } else if (++neighbour->beat.strange_grafts == router->limits.topics_per_peer_max) {
            gossipsub_misbehaved(router, now, neighbour, &neighbour->strange_grafts,
                "GRAFT for too many unknown topics");
        }
    }
}

/* ---- PRUNE -------------------------------------------------------------------------------- */

/* Without a backoff, as in v1.0, the usual one is meant. What is too long is cut (backoff.h). */
static struct gossip_duration read_backoff(
    const struct gossipsub_router *router, const struct wire_prune *prune)
{
    if (!prune->has_backoff || prune->backoff_s == 0)
        return router->params.prune_backoff;
    return duration_seconds(prune->backoff_s);
}

static void suggest(struct gossipsub_router *router, struct gossip_instant now,
    const struct gossipsub_neighbour *neighbour, const struct wire_peer_info *info)
{
    struct gossip_peer_id peer_id;
    struct gossip_bytes record = info->signed_record;

    if (peer_id_decode(info->peer_id, &peer_id) != GOSSIP_OK || record.size == 0 ||
        record.size > router->limits.record_bytes_max ||
        peer_id_is_equal(&peer_id, &router->self) || gossipsub_ring_is_full(&router->records)) {
        gossipsub_drop(router, now, GOSSIPSUB_DROP_RECORD, neighbour, record.size);
        return;
    }
    uint8_t *data = allocator_take(router->allocator, record.size);
    struct gossipsub_record *kept = data != NULL ? gossipsub_ring_push(&router->records) : NULL;
    if (kept == NULL) {
        allocator_give(router->allocator, data, record.size);
        gossipsub_drop(router, now, GOSSIPSUB_DROP_NO_MEMORY, neighbour, record.size);
        return;
    }
    bytes_copy(data, record);
    *kept = (struct gossipsub_record){
        .from = neighbour->handle, .peer_id = peer_id, .data = data, .size = record.size};
}

/*
 * The backoff counts also in a topic that we have just left, or that the peer leaves with the same
 * words: both may follow it again before it is over. Only who was in our mesh has a reason to send us
 * elsewhere, and only once for each time it was.
 */
static void receive_prune(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, const struct wire_prune *prune)
{
    struct gossipsub_mesh *mesh = find_joined(router, prune->topic);
    bool was_member = mesh != NULL && peer_set_has(mesh->members, neighbour->handle.index);

    if (mesh != NULL)
        gossipsub_mesh_drop(router, now, mesh, neighbour, "it pruned us");
    gossipsub_mesh_back_off(router, now, gossipsub_key(router->secret, prune->topic), neighbour,
        read_backoff(router, prune));
    for (size_t i = 0; was_member && i < prune->peer_count; i++) {
        if (i >= router->params.exchanged_peers_max)
            break;
        suggest(router, now, neighbour, &prune->peers[i]);
    }
}

bool gossipsub_control_poll(struct gossipsub_router *router, struct gossipsub_output *output)
{
    const struct gossipsub_record *record = gossipsub_ring_oldest(&router->records);
    if (record == NULL)
        return false;
    router->lent_record = *record;
    gossipsub_ring_pop(&router->records);
    output->kind = GOSSIPSUB_CONNECT;
    output->peer = router->lent_record.from;
    output->peer_id = router->lent_record.peer_id;
    output->record = bytes_make(router->lent_record.data, router->lent_record.size);
    return true;
}

/* ---- IDONTWANT ---------------------------------------------------------------------------- */

static void receive_idontwants(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, const struct wire_rpc *rpc)
{
    uint32_t heard = 0;

    if (rpc->idontwant_count == 0 ||
        neighbour->beat.idontwant_rpcs >= router->params.idontwant_messages_max)
        return;
    neighbour->beat.idontwant_rpcs++;
    for (size_t i = 0; i < rpc->idontwant_count; i++) {
        const struct wire_message_ids *idontwant = &rpc->idontwants[i];
        for (size_t j = 0; j < idontwant->count; j++) {
            if (heard++ >= router->params.idontwant_ids_max ||
                neighbour->idontwant_count >= router->limits.idontwant_ids_per_peer_max)
                return;
            uint64_t key = read_id(router, idontwant->ids[j]).key;
            if (gossipsub_idontwants_insert(
                    &router->idontwants, key, neighbour->handle, router->tick))
                neighbour->idontwant_count++;
            gossipsub_cancel(router, now, neighbour, key, GOSSIPSUB_DROP_UNWANTED);
        }
    }
}

/* ------------------------------------------------------------------------------------------- */

void gossipsub_control_receive(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, const struct wire_rpc *rpc)
{
    if (!gossipsub_speaks_gossip(neighbour))
        return;
    receive_ihaves(router, now, neighbour, rpc);
    receive_iwants(router, now, neighbour, rpc);
    receive_grafts(router, now, neighbour, rpc);
    for (size_t i = 0; i < rpc->prune_count; i++)
        receive_prune(router, now, neighbour, &rpc->prunes[i]);
    receive_idontwants(router, now, neighbour, rpc);
}
