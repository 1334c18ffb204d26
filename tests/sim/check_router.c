#include "sim/check_router.h"

#include "gossipsub/mesh.h"
#include "gossipsub/state.h"

static bool is_within(const uint64_t *inner, const uint64_t *outer, uint32_t words)
{
    for (uint32_t i = 0; i < words; i++) {
        if ((inner[i] & ~outer[i]) != 0)
            return false;
    }
    return true;
}

static bool are_apart(const uint64_t *one, const uint64_t *other, uint32_t words)
{
    for (uint32_t i = 0; i < words; i++) {
        if ((one[i] & other[i]) != 0)
            return false;
    }
    return true;
}

static const char *check_members(const struct gossipsub_router *router,
    const struct gossipsub_mesh *mesh, struct gossip_instant now)
{
    for (uint32_t i = 0; peer_set_next(mesh->members, router->words, &i); i++) {
        const struct gossipsub_neighbour *neighbour = gossipsub_at(router, i);
        if (mesh->state == GOSSIPSUB_MESH_JOINED &&
            gossipsub_backoffs_is_active(
                &router->backoffs, now, gossipsub_backoff_key(mesh->topic, neighbour)))
            return "somebody in the mesh is in a backoff";
    }
    return NULL;
}

static const char *check_mesh(const struct gossipsub_router *router,
    const struct gossipsub_mesh *mesh, struct gossip_instant now)
{
    uint32_t words = router->words;
    if (mesh->count != peer_set_count(mesh->members, words))
        return "the members are miscounted";
    if (!is_within(mesh->members, mesh->topic->subscribers, words))
        return "somebody in the mesh does not follow the topic";
    if (!is_within(mesh->members, router->sets[GOSSIPSUB_SET_MESHABLE], words))
        return "somebody is in the mesh who may not be in any";
    if (mesh->count > router->params.D_high + router->params.D_out)
        return "the mesh is too large";
    if (mesh->state == GOSSIPSUB_MESH_LEFT && mesh->count > 0)
        return "a mesh we left has members";
    if (!is_within(mesh->grafts, mesh->members, words) ||
        (mesh->state != GOSSIPSUB_MESH_JOINED && !peer_set_is_empty(mesh->grafts, words)))
        return "somebody is grafted who is not in the mesh";
    if (!are_apart(mesh->prunes, mesh->members, words))
        return "somebody is pruned who is in the mesh";
    if (!is_within(mesh->told, router->sets[GOSSIPSUB_SET_HERE], words) ||
        !is_within(mesh->prunes, router->sets[GOSSIPSUB_SET_HERE], words) ||
        !is_within(mesh->ihaves, router->sets[GOSSIPSUB_SET_HERE], words))
        return "somebody who left is still to be told something";
    return check_members(router, mesh, now);
}

static const char *check_neighbour(
    const struct gossipsub_router *router, const struct gossipsub_neighbour *neighbour)
{
    const struct gossipsub_limits *limits = &router->limits;
    const struct gossipsub_outbox *outbox = &neighbour->outbox;
    if (neighbour->followed_count > limits->topics_per_peer_max ||
        neighbour->subscription_count > 2 * limits->topics_per_peer_max)
        return "a peer follows too many topics";
    if (neighbour->backoffs.count > limits->backoffs_per_peer_max)
        return "a peer has too many backoffs";
    if (outbox->lines[GOSSIPSUB_OUTBOX_FORWARD].count > limits->outbox_messages_max ||
        outbox->lines[GOSSIPSUB_OUTBOX_OWN].count > limits->outbox_messages_max ||
        gossipsub_outbox_bytes(outbox) > limits->outbox_bytes_max)
        return "an outbox is too full";
    if (outbox->iwants.allocated > limits->outbox_iwant_bytes_max ||
        outbox->idontwants.allocated > limits->outbox_idontwant_bytes_max)
        return "too many ids wait";
    if (neighbour->idontwant_count > limits->idontwant_ids_per_peer_max)
        return "a peer does not want too many messages";
    return NULL;
}

static const char *check_stores(const struct gossipsub_router *router)
{
    const struct gossipsub_limits *limits = &router->limits;
    if (router->outboxes.bytes > limits->outboxes_bytes_max &&
        router->outboxes.bytes > router->outboxes.own_bytes)
        return "all outboxes together are too full";
    if (router->validations.count > limits->validations_max ||
        router->validations.bytes > limits->validation_bytes_max)
        return "too much waits for a verdict";
    if (router->history.ring.count > limits->history_messages_max ||
        router->history.bytes > limits->history_bytes_max)
        return "the history is too long";
    if (gossipsub_seen_count(&router->seen) > limits->seen_ids_max)
        return "too many ids were seen";
    if (router->topics.state_counts[GOSSIPSUB_MESH_JOINED] > limits->topics_max ||
        router->topics.state_counts[GOSSIPSUB_MESH_FANOUT] > limits->fanout_topics_max)
        return "too many topics are ours";
    return NULL;
}

const char *check_router(const struct gossipsub_router *router, struct gossip_instant now)
{
    const char *wrong = check_stores(router);
    size_t waiting = 0;

    for (uint32_t i = 0; wrong == NULL && i < router->topics.mesh_count; i++)
        wrong = check_mesh(router, router->topics.meshes[i], now);
    for (uint32_t i = 0; wrong == NULL && i < router->limits.peers_max; i++) {
        if (router->peers.places[i] == NULL)
            continue;
        wrong = check_neighbour(router, router->peers.places[i]);
        waiting += gossipsub_outbox_bytes(&router->peers.places[i]->outbox);
    }
    if (wrong == NULL && waiting != router->outboxes.bytes)
        wrong = "the bytes in outboxes are miscounted";
    return wrong;
}
