#include "gossipsub/router.h"

#include "base/instant.h"
#include "base/peer_id_text.h"
#include "gossipsub/control.h"
#include "gossipsub/heartbeat.h"
#include "gossipsub/mesh.h"
#include "gossipsub/messages.h"
#include "gossipsub/publish.h"
#include "gossipsub/state.h"
#include "gossipsub/subscriptions.h"
#include "gossipsub/take.h"

/* ---- what the files share ----------------------------------------------------------------- */

void gossipsub_trace_peer(const struct gossipsub_router *router, struct gossip_instant now,
    enum gossip_trace_kind kind, const struct gossipsub_neighbour *neighbour,
    struct gossip_bytes topic, const char *reason)
{
    if (router->trace.emit == NULL)
        return;
    struct gossip_trace_event event = {.kind = kind,
        .at = now,
        .peer = neighbour != NULL ? &neighbour->id : NULL,
        .topic = topic,
        .reason = reason};
    router->trace.emit(router->trace.context, &event);
}

void gossipsub_trace_message(const struct gossipsub_router *router, struct gossip_instant now,
    enum gossip_trace_kind kind, const struct gossipsub_neighbour *neighbour,
    const struct wire_message *message, const char *reason)
{
    if (router->trace.emit == NULL)
        return;
    uint8_t id[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    size_t size =
        gossipsub_message_id_print(GOSSIPSUB_DIALECT_GO, message->from, message->seqno, id);
    struct gossip_trace_event event = {.kind = kind,
        .at = now,
        .peer = neighbour != NULL ? &neighbour->id : NULL,
        .topic = message->topic,
        .message_id = {.data = id, .size = size},
        .amount = message->encoded.size,
        .reason = reason};
    router->trace.emit(router->trace.context, &event);
}

void gossipsub_drop(struct gossipsub_router *router, struct gossip_instant now,
    enum gossipsub_drop drop, const struct gossipsub_neighbour *neighbour, size_t amount)
{
    router->counters.drops[drop]++;
    if (router->trace.emit == NULL)
        return;
    struct gossip_trace_event event = {.kind = GOSSIP_TRACE_RPC_DROPPED,
        .at = now,
        .peer = neighbour != NULL ? &neighbour->id : NULL,
        .amount = amount,
        .reason = gossipsub_drop_text(drop)};
    router->trace.emit(router->trace.context, &event);
}

void gossipsub_misbehaved(struct gossipsub_router *router, struct gossip_instant now,
    const struct gossipsub_neighbour *neighbour, uint32_t *count, const char *reason)
{
    struct gossip_bytes no_topic = {0};
    gossipsub_count_up(count);
    gossipsub_trace_peer(router, now, GOSSIP_TRACE_PEER_MISBEHAVED, neighbour, no_topic, reason);
}

void gossipsub_wake(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour)
{
    if (!neighbour->is_ready_told)
        peer_set_insert(router->sets[GOSSIPSUB_SET_READY], neighbour->handle.index);
}

/* ---- creation ----------------------------------------------------------------------------- */

/* Sets of peers and room for choosing among them, in one block. */
static size_t sets_bytes(const struct gossipsub_limits *limits)
{
    size_t words = peer_set_words(limits->peers_max);
    return (GOSSIPSUB_SETS + 1) * words * sizeof(uint64_t) + limits->peers_max * sizeof(uint32_t);
}

static enum gossip_error init_sets(struct gossipsub_router *router)
{
    uint64_t *block = allocator_take_zeroed(router->allocator, 1, sets_bytes(&router->limits));
    if (block == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    for (uint32_t i = 0; i < GOSSIPSUB_SETS; i++)
        router->sets[i] = block + (size_t)i * router->words;
    router->spare = block + (size_t)GOSSIPSUB_SETS * router->words;
    router->chosen = (uint32_t *)(void *)(router->spare + router->words);
    return GOSSIP_OK;
}

/* The tables that take their memory at once; the others do so when they are first used. */
static enum gossip_error init_tables(struct gossipsub_router *router)
{
    enum gossip_error error = init_sets(router);
    if (error)
        return error;
    error = gossipsub_peers_init(&router->peers, router->allocator, router->limits.peers_max);
    if (error)
        return error;
    error =
        gossipsub_topics_init(&router->topics, router->allocator, &router->limits, router->secret);
    if (error)
        return error;
    router->lent_topic = allocator_take(router->allocator, router->limits.topic_bytes_max);
    return router->lent_topic != NULL ? GOSSIP_OK : GOSSIP_ERROR_NO_MEMORY;
}

static void init_caches(struct gossipsub_router *router)
{
    const struct allocator *allocator = router->allocator;
    const struct gossipsub_limits *limits = &router->limits;
    const struct gossip_params *params = &router->params;

    gossipsub_backoffs_init(&router->backoffs, allocator, limits, params->backoff_slack);
    gossipsub_seen_init(&router->seen, allocator, limits->seen_ids_max, params->seen_lifetime);
    gossipsub_history_init(&router->history, allocator, params, limits);
    gossipsub_promises_init(&router->promises, allocator, limits, params->iwant_followup);
    gossipsub_idontwants_init(&router->idontwants, allocator, limits->idontwant_ids_max);
    gossipsub_validations_init(&router->validations, allocator, limits);
    gossipsub_outbox_pool_init(&router->outboxes, allocator, limits);
    gossipsub_rpc_builder_init(&router->rpc, allocator, limits);
    gossipsub_ring_init(
        &router->records, allocator, sizeof(struct gossipsub_record), limits->records_max);
}

enum gossip_error gossipsub_router_create(const struct gossipsub_config *config,
    struct gossip_instant now, struct gossipsub_router **created)
{
    *created = NULL;
    enum gossip_error error = gossip_params_check(config->params, NULL);
    if (!error)
        error = gossipsub_limits_check(config->limits, NULL);
    if (error)
        return error;
    struct gossipsub_router *router = allocator_take_zeroed(config->allocator, 1, sizeof(*router));
    if (router == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    router->allocator = config->allocator;
    router->params = *config->params;
    router->limits = *config->limits;
    router->self = config->self;
    router->trace = config->trace;
    router->words = peer_set_words(config->limits->peers_max);
    dice_seed(&router->dice, config->seed);
    router->secret.low = dice_next(&router->dice);
    router->secret.high = dice_next(&router->dice);
    router->heartbeat_at = instant_add(now, config->params->heartbeat_initial_delay);
    init_caches(router);
    error = init_tables(router);
    if (error) {
        gossipsub_router_destroy(router);
        return error;
    }
    *created = router;
    return GOSSIP_OK;
}

/* What the last output lent to the caller. */
static void take_back(struct gossipsub_router *router)
{
    gossipsub_message_release(router->lent);
    router->lent = NULL;
    allocator_give(router->allocator, router->lent_record.data, router->lent_record.size);
    router->lent_record = (struct gossipsub_record){0};
}

static void free_records(struct gossipsub_router *router)
{
    const struct gossipsub_record *record;
    while ((record = gossipsub_ring_oldest(&router->records)) != NULL) {
        allocator_give(router->allocator, record->data, record->size);
        gossipsub_ring_pop(&router->records);
    }
    gossipsub_ring_deinit(&router->records);
}

void gossipsub_router_destroy(struct gossipsub_router *router)
{
    if (router == NULL)
        return;
    take_back(router);
    gossipsub_rpc_builder_deinit(&router->rpc);
    for (uint32_t i = 0; router->peers.places != NULL && i < router->limits.peers_max; i++) {
        if (router->peers.places[i] != NULL)
            gossipsub_outbox_clear(&router->outboxes, &router->peers.places[i]->outbox);
    }
    gossipsub_outbox_pool_deinit(&router->outboxes);
    free_records(router);
    gossipsub_validations_deinit(&router->validations);
    gossipsub_idontwants_deinit(&router->idontwants);
    gossipsub_promises_deinit(&router->promises);
    gossipsub_history_deinit(&router->history);
    gossipsub_seen_deinit(&router->seen);
    gossipsub_backoffs_deinit(&router->backoffs);
    gossipsub_topics_deinit(&router->topics);
    gossipsub_peers_deinit(&router->peers);
    allocator_give(router->allocator, router->lent_topic, router->limits.topic_bytes_max);
    allocator_give(router->allocator, router->sets[0], sets_bytes(&router->limits));
    allocator_give(router->allocator, router, sizeof(*router));
}

/* ---- peers -------------------------------------------------------------------------------- */

static void set_membership(
    struct gossipsub_router *router, enum gossipsub_peers_set set, uint32_t index, bool is_in)
{
    if (is_in)
        peer_set_insert(router->sets[set], index);
    else
        peer_set_remove(router->sets[set], index);
}

/* What follows from the peer's version, and from how we are connected. */
static void sort_peer(struct gossipsub_router *router, const struct gossipsub_neighbour *neighbour)
{
    uint32_t index = neighbour->handle.index;
    bool speaks_gossip = gossipsub_speaks_gossip(neighbour);
    bool is_direct = neighbour->is_direct;

    set_membership(router, GOSSIPSUB_SET_MESHABLE, index, speaks_gossip && !is_direct);
    set_membership(router, GOSSIPSUB_SET_FLOODED, index, !speaks_gossip || is_direct);
    set_membership(router, GOSSIPSUB_SET_IDONTWANT, index, neighbour->version >= GOSSIPSUB_V1_2);
    set_membership(router, GOSSIPSUB_SET_OUTBOUND, index, neighbour->is_outbound);
}

enum gossip_error gossipsub_router_peer_joined(struct gossipsub_router *router,
    struct gossip_instant now, const struct gossipsub_peer_info *info, struct gossipsub_peer *peer)
{
    struct gossipsub_neighbour *neighbour;
    struct gossip_bytes id = {.data = info->id.data, .size = info->id.size};

    (void)now;
    *peer = (struct gossipsub_peer){0};
    if (peer_id_is_equal(&info->id, &router->self))
        return GOSSIP_ERROR_INVALID;
    enum gossip_error error = gossipsub_peers_insert(&router->peers, info, &neighbour);
    if (error)
        return error;
    neighbour->key = gossipsub_key(router->secret, id);
    peer_set_insert(router->sets[GOSSIPSUB_SET_HERE], neighbour->handle.index);
    sort_peer(router, neighbour);
    gossipsub_subscriptions_greet(router, neighbour);
    *peer = neighbour->handle;
    return GOSSIP_OK;
}

/* The farewell of a peer is told; then nothing is left of it. */
static void bury(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour)
{
    if (!neighbour->is_here && neighbour->news_count == 0)
        gossipsub_peers_remove(&router->peers, neighbour);
}

static void drop_outbox(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour)
{
    size_t bytes = gossipsub_outbox_bytes(&neighbour->outbox);
    if (bytes > 0)
        gossipsub_drop(router, now, GOSSIPSUB_DROP_PEER_LEFT, neighbour, bytes);
    gossipsub_outbox_clear(&router->outboxes, &neighbour->outbox);
    gossipsub_made_room(router, neighbour);
}

void gossipsub_router_peer_left(
    struct gossipsub_router *router, struct gossip_instant now, struct gossipsub_peer peer)
{
    struct gossipsub_neighbour *neighbour = gossipsub_peers_find(&router->peers, peer);
    if (neighbour == NULL)
        return;
    gossipsub_subscriptions_end_all(router, now, neighbour);
    drop_outbox(router, now, neighbour);
    gossipsub_backoffs_release(&router->backoffs, &neighbour->backoffs);
    gossipsub_history_forget_peer(&router->history, peer.index);
    gossipsub_validations_forget_peer(&router->validations, peer.index);
    for (uint32_t set = 0; set < GOSSIPSUB_SETS; set++) {
        if (set != GOSSIPSUB_SET_NEWSY)
            peer_set_remove(router->sets[set], peer.index);
    }
    neighbour->is_here = false;
    bury(router, neighbour);
}

void gossipsub_router_peer_restarted(
    struct gossipsub_router *router, struct gossip_instant now, struct gossipsub_peer peer)
{
    struct gossipsub_neighbour *neighbour = gossipsub_peers_find(&router->peers, peer);
    (void)now;
    if (neighbour == NULL)
        return;
    gossipsub_subscriptions_greet(router, neighbour);
    /* It may have forgotten too that we are in each other's mesh; if not, GRAFT does no harm. */
    for (uint32_t i = 0; i < router->topics.mesh_count; i++) {
        struct gossipsub_mesh *mesh = router->topics.meshes[i];
        if (mesh->state == GOSSIPSUB_MESH_JOINED && peer_set_has(mesh->members, peer.index))
            peer_set_insert(mesh->grafts, peer.index);
    }
}

/* What waits for the peer and is beyond its version is not for it. */
static void forget_what_it_does_not_know(
    struct gossipsub_router *router, struct gossipsub_neighbour *neighbour)
{
    struct gossipsub_outbox *outbox = &neighbour->outbox;
    if (!gossipsub_speaks_gossip(neighbour))
        gossipsub_id_row_clear(&outbox->iwants, router->allocator);
    if (neighbour->version < GOSSIPSUB_V1_2)
        gossipsub_id_row_clear(&outbox->idontwants, router->allocator);
}

void gossipsub_router_peer_learned(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_peer peer, enum gossipsub_version version, enum gossipsub_dialect dialect)
{
    struct gossipsub_neighbour *neighbour = gossipsub_peers_find(&router->peers, peer);
    if (neighbour == NULL)
        return;
    if (!neighbour->is_dialect_proven)
        neighbour->dialect = dialect;
    neighbour->version = version;
    sort_peer(router, neighbour);
    forget_what_it_does_not_know(router, neighbour);
    for (uint32_t i = 0; i < router->topics.mesh_count; i++) {
        struct gossipsub_mesh *mesh = router->topics.meshes[i];
        if (gossipsub_speaks_gossip(neighbour))
            gossipsub_mesh_welcome(router, now, mesh, neighbour);
        else
            gossipsub_mesh_forget(router, now, mesh, neighbour, "it speaks floodsub");
    }
}

/* ---- inputs ------------------------------------------------------------------------------- */

void gossipsub_router_receive(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_peer peer, const struct wire_rpc *rpc)
{
    struct gossipsub_neighbour *neighbour = gossipsub_peers_find(&router->peers, peer);
    struct gossip_bytes no_topic = {0};
    if (neighbour == NULL)
        return;
    router->counters.rpcs_received++;
    gossipsub_trace_peer(router, now, GOSSIP_TRACE_RPC_RECEIVED, neighbour, no_topic, NULL);
    gossipsub_subscriptions_receive(router, now, neighbour, rpc);
    gossipsub_messages_receive(router, now, neighbour, rpc);
    gossipsub_control_receive(router, now, neighbour, rpc);
}

struct gossip_instant gossipsub_router_deadline(const struct gossipsub_router *router)
{
    return router->heartbeat_at;
}

/* A heartbeat that comes late is not made up for by several at once. */
void gossipsub_router_advance(struct gossipsub_router *router, struct gossip_instant now)
{
    if (!instant_is_due(router->heartbeat_at, now))
        return;
    gossipsub_heartbeat(router, now);
    router->heartbeat_at = instant_add(router->heartbeat_at, router->params.heartbeat_interval);
    if (instant_is_due(router->heartbeat_at, now))
        router->heartbeat_at = instant_add(now, router->params.heartbeat_interval);
}

/* ---- outputs ------------------------------------------------------------------------------ */

static bool poll_news(struct gossipsub_router *router, struct gossipsub_output *output)
{
    uint32_t index = 0;
    if (!peer_set_next(router->sets[GOSSIPSUB_SET_NEWSY], router->words, &index))
        return false;
    struct gossipsub_neighbour *neighbour = gossipsub_at(router, index);
    bool has_news = gossipsub_subscriptions_poll(router, neighbour, output);
    bury(router, neighbour);
    return has_news;
}

static bool poll_writable(struct gossipsub_router *router, struct gossipsub_output *output)
{
    if (!router->is_writable)
        return false;
    router->is_writable = false;
    router->is_blocked = false;
    output->kind = GOSSIPSUB_WRITABLE;
    return true;
}

/* What waited for a peer may have been cancelled since. */
static bool poll_ready(struct gossipsub_router *router, struct gossipsub_output *output)
{
    uint64_t *ready = router->sets[GOSSIPSUB_SET_READY];
    for (uint32_t i = 0; peer_set_next(ready, router->words, &i); i++) {
        struct gossipsub_neighbour *neighbour = gossipsub_at(router, i);
        peer_set_remove(ready, i);
        if (!gossipsub_take_has_any(neighbour))
            continue;
        neighbour->is_ready_told = true;
        output->kind = GOSSIPSUB_PEER_READY;
        output->peer = neighbour->handle;
        return true;
    }
    return false;
}

/* Peers that are ready come last: by then everything that is for them is there. */
bool gossipsub_router_poll(struct gossipsub_router *router, struct gossipsub_output *output)
{
    take_back(router);
    *output = (struct gossipsub_output){0};
    return poll_news(router, output) || gossipsub_messages_poll(router, output) ||
           gossipsub_control_poll(router, output) || poll_writable(router, output) ||
           poll_ready(router, output);
}

/* ---- questions ---------------------------------------------------------------------------- */

size_t gossipsub_router_topic_peers(
    const struct gossipsub_router *router, struct gossip_bytes name, size_t *mesh)
{
    const struct gossipsub_topic *topic = gossipsub_topics_find(&router->topics, name);
    bool is_joined =
        topic != NULL && topic->mesh != NULL && topic->mesh->state == GOSSIPSUB_MESH_JOINED;
    if (mesh != NULL)
        *mesh = is_joined ? topic->mesh->count : 0;
    return topic != NULL ? peer_set_count(topic->subscribers, router->words) : 0;
}

bool gossipsub_router_is_in_mesh(
    const struct gossipsub_router *router, struct gossip_bytes name, struct gossipsub_peer peer)
{
    return gossipsub_router_conduct(router, name, peer).is_in_mesh;
}

const struct gossipsub_counters *gossipsub_router_counters(const struct gossipsub_router *router)
{
    return &router->counters;
}

struct gossipsub_conduct gossipsub_router_conduct(
    const struct gossipsub_router *router, struct gossip_bytes name, struct gossipsub_peer peer)
{
    const struct gossipsub_neighbour *neighbour = gossipsub_peers_find(&router->peers, peer);
    const struct gossipsub_topic *topic = gossipsub_topics_find(&router->topics, name);
    struct gossipsub_conduct conduct = {0};
    if (neighbour == NULL)
        return conduct;
    conduct.broken_promises = neighbour->broken_promises;
    conduct.early_grafts = neighbour->early_grafts;
    conduct.strange_grafts = neighbour->strange_grafts;
    if (topic == NULL || topic->mesh == NULL || topic->mesh->state != GOSSIPSUB_MESH_JOINED)
        return conduct;
    const struct gossipsub_member *member = &topic->mesh->peers[peer.index];
    conduct.is_in_mesh = peer_set_has(topic->mesh->members, peer.index);
    conduct.meshed_at = member->meshed_at;
    conduct.first_deliveries = member->first_deliveries;
    conduct.mesh_deliveries = member->mesh_deliveries;
    conduct.invalid_messages = member->invalid_messages;
    return conduct;
}
