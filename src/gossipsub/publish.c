#include "gossipsub/publish.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "gossipsub/mesh.h"

/* ---- queues ------------------------------------------------------------------------------- */

static void drop_oldest_forward(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, enum gossipsub_drop reason)
{
    struct gossipsub_message *message =
        gossipsub_outbox_pop(&router->outboxes, &neighbour->outbox, GOSSIPSUB_OUTBOX_FORWARD);
    gossipsub_drop(router, now, reason, neighbour, gossipsub_message_wire(message)->encoded.size);
    gossipsub_message_release(message);
}

/* The peer for which the most bytes of forwards wait, or NULL if there are none. */
static struct gossipsub_neighbour *find_fullest(const struct gossipsub_router *router)
{
    struct gossipsub_neighbour *fullest = NULL;
    size_t most = 0;
    for (uint32_t i = 0; peer_set_next(router->sets[GOSSIPSUB_SET_HERE], router->words, &i); i++) {
        struct gossipsub_neighbour *neighbour = gossipsub_at(router, i);
        size_t bytes = neighbour->outbox.lines[GOSSIPSUB_OUTBOX_FORWARD].bytes;
        if (bytes > most) {
            most = bytes;
            fullest = neighbour;
        }
    }
    return fullest;
}

/* Forwards give way until the peer's outbox, and all of them together, are within bounds. */
static void trim(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour)
{
    const struct gossipsub_limits *limits = &router->limits;
    struct gossipsub_outbox *outbox = &neighbour->outbox;
    struct gossipsub_neighbour *fullest;

    while (outbox->lines[GOSSIPSUB_OUTBOX_FORWARD].count > 0 &&
           (outbox->lines[GOSSIPSUB_OUTBOX_FORWARD].count > limits->outbox_messages_max ||
               gossipsub_outbox_bytes(outbox) > limits->outbox_bytes_max))
        drop_oldest_forward(router, now, neighbour, GOSSIPSUB_DROP_OUTBOX_FULL);
    while (router->outboxes.bytes > limits->outboxes_bytes_max &&
           (fullest = find_fullest(router)) != NULL)
        drop_oldest_forward(router, now, fullest, GOSSIPSUB_DROP_OUTBOXES_FULL);
}

static bool push(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, enum gossipsub_outbox_line line, uint64_t key,
    struct gossipsub_message *message)
{
    if (!gossipsub_outbox_push(&router->outboxes, &neighbour->outbox, line, key, message)) {
        gossipsub_drop(router, now, GOSSIPSUB_DROP_NO_MEMORY, neighbour,
            gossipsub_message_wire(message)->encoded.size);
        return false;
    }
    trim(router, now, neighbour);
    gossipsub_wake(router, neighbour);
    return true;
}

void gossipsub_offer(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, uint64_t key, struct gossipsub_message *message)
{
    size_t size = gossipsub_message_wire(message)->encoded.size;
    if (!gossipsub_rpc_fits(&router->limits, size)) {
        gossipsub_drop(router, now, GOSSIPSUB_DROP_TOO_LARGE, neighbour, size);
        return;
    }
    (void)push(router, now, neighbour, GOSSIPSUB_OUTBOX_FORWARD, key, message);
}

void gossipsub_cancel(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, uint64_t key, enum gossipsub_drop reason)
{
    struct gossipsub_outbox *outbox = &neighbour->outbox;
    size_t before = outbox->lines[GOSSIPSUB_OUTBOX_FORWARD].bytes;
    if (gossipsub_outbox_cancel(&router->outboxes, outbox, GOSSIPSUB_OUTBOX_FORWARD, key))
        gossipsub_drop(
            router, now, reason, neighbour, before - outbox->lines[GOSSIPSUB_OUTBOX_FORWARD].bytes);
}

/* ---- messages of others ------------------------------------------------------------------- */

bool gossipsub_is_author(
    const struct gossipsub_neighbour *neighbour, const struct gossipsub_message *message)
{
    return bytes_equal(
        bytes_make(neighbour->id.data, neighbour->id.size), gossipsub_message_wire(message)->from);
}

static bool does_not_want(const struct gossipsub_router *router,
    const struct gossipsub_neighbour *neighbour, uint64_t key)
{
    return neighbour->idontwant_count > 0 &&
           gossipsub_idontwants_has(&router->idontwants, key, neighbour->handle);
}

void gossipsub_forward(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, uint64_t key, struct gossipsub_message *message,
    const uint64_t *senders)
{
    const uint64_t *flooded = router->sets[GOSSIPSUB_SET_FLOODED];
    uint64_t *targets = router->spare;

    for (uint32_t i = 0; i < router->words; i++)
        targets[i] = (mesh->members[i] | (mesh->topic->subscribers[i] & flooded[i])) & ~senders[i];
    for (uint32_t i = 0; peer_set_next(targets, router->words, &i); i++) {
        struct gossipsub_neighbour *neighbour = gossipsub_at(router, i);
        if (!gossipsub_is_author(neighbour, message) && !does_not_want(router, neighbour, key))
            gossipsub_offer(router, now, neighbour, key, message);
    }
}

static void announce_to(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, struct gossipsub_message *message)
{
    struct gossip_bytes id = gossipsub_message_id_in(message, neighbour->dialect);
    if (id.size == 0)
        return;
    if (gossipsub_id_row_push(&neighbour->outbox.idontwants, router->allocator,
            router->limits.outbox_idontwant_bytes_max, id))
        gossipsub_wake(router, neighbour);
    else
        gossipsub_drop(router, now, GOSSIPSUB_DROP_IDONTWANTS_FULL, neighbour, id.size);
}

void gossipsub_announce_unwanted(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_message *message, uint32_t source)
{
    const uint64_t *able = router->sets[GOSSIPSUB_SET_IDONTWANT];
    if (gossipsub_message_wire(message)->data.size < router->params.idontwant_bytes_min)
        return;
    for (uint32_t i = 0; peer_set_next(mesh->members, router->words, &i); i++) {
        struct gossipsub_neighbour *neighbour = gossipsub_at(router, i);
        if (i != source && peer_set_has(able, i) && !gossipsub_is_author(neighbour, message))
            announce_to(router, now, neighbour, message);
    }
}

/* ---- messages of ours --------------------------------------------------------------------- */

/*
 * Flooding reaches everyone who follows the topic; otherwise it is the mesh or the fanout, besides
 * direct peers and those that speak floodsub. A topic we have just left has neither.
 */
static void find_targets(
    struct gossipsub_router *router, const struct gossipsub_topic *topic, uint64_t *targets)
{
    const uint64_t *flooded = router->sets[GOSSIPSUB_SET_FLOODED];
    bool is_flood = router->params.flood_publish || topic->mesh->state == GOSSIPSUB_MESH_LEFT;
    for (uint32_t i = 0; i < router->words; i++) {
        uint64_t few = topic->mesh->members[i] | (topic->subscribers[i] & flooded[i]);
        targets[i] = is_flood ? topic->subscribers[i] : few;
    }
}

/* Whoever has own messages waiting keeps us from publishing more. */
static void block_on_all(struct gossipsub_router *router)
{
    for (uint32_t i = 0; peer_set_next(router->sets[GOSSIPSUB_SET_HERE], router->words, &i); i++) {
        struct gossipsub_neighbour *neighbour = gossipsub_at(router, i);
        if (neighbour->outbox.lines[GOSSIPSUB_OUTBOX_OWN].count > 0)
            neighbour->is_blocking = true;
    }
}

/* Whether own messages leave room for one more, of `size` bytes of memory, for every target. Marks
 * those that do not. */
static bool has_room(struct gossipsub_router *router, const uint64_t *targets, size_t size)
{
    const struct gossipsub_limits *limits = &router->limits;
    size_t total = router->outboxes.own_bytes;
    bool has_room = true;

    for (uint32_t i = 0; peer_set_next(targets, router->words, &i); i++) {
        struct gossipsub_neighbour *neighbour = gossipsub_at(router, i);
        total += size;
        if (neighbour->outbox.lines[GOSSIPSUB_OUTBOX_OWN].count >= limits->outbox_messages_max ||
            neighbour->outbox.lines[GOSSIPSUB_OUTBOX_OWN].bytes + size > limits->outbox_bytes_max) {
            neighbour->is_blocking = true;
            has_room = false;
        }
    }
    /* Where nothing of ours waits, nobody could make room, and one message more does no harm. */
    if (total > limits->outboxes_bytes_max && router->outboxes.own_bytes > 0) {
        block_on_all(router);
        has_room = false;
    }
    return has_room;
}

void gossipsub_made_room(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour)
{
    if (!neighbour->is_blocking)
        return;
    neighbour->is_blocking = false;
    if (router->is_blocked)
        router->is_writable = true;
}

/* The fanout of a topic we do not follow: up to D peers, kept while we go on publishing to it. */
static void keep_fanout(
    struct gossipsub_router *router, struct gossip_instant now, struct gossipsub_mesh *mesh)
{
    if (mesh->state != GOSSIPSUB_MESH_FANOUT)
        return;
    mesh->fanout_until = instant_add(now, router->params.fanout_lifetime);
    gossipsub_fanout_fill(router, mesh);
}

/* The fanout that was used longest ago gives way to a new one. */
static void limit_fanouts(struct gossipsub_router *router)
{
    struct gossipsub_mesh *oldest = NULL;
    if (router->topics.state_counts[GOSSIPSUB_MESH_FANOUT] < router->limits.fanout_topics_max)
        return;
    for (uint32_t i = 0; i < router->topics.mesh_count; i++) {
        struct gossipsub_mesh *mesh = router->topics.meshes[i];
        if (mesh->state == GOSSIPSUB_MESH_FANOUT &&
            (oldest == NULL || instant_is_before(mesh->fanout_until, oldest->fanout_until)))
            oldest = mesh;
    }
    gossipsub_fanout_end(router, oldest);
}

/* The topic with a mesh or a fanout; NULL if there is no memory. */
static struct gossipsub_topic *prepare(struct gossipsub_router *router, struct gossip_bytes name)
{
    struct gossipsub_topic *topic = gossipsub_topics_make(&router->topics, name);
    if (topic == NULL || topic->mesh != NULL)
        return topic;
    limit_fanouts(router);
    if (gossipsub_mesh_make(&router->topics, topic, GOSSIPSUB_MESH_FANOUT) != NULL)
        return topic;
    gossipsub_topics_settle(&router->topics, topic);
    return NULL;
}

enum gossip_error gossipsub_router_publish(
    struct gossipsub_router *router, struct gossip_instant now, struct gossipsub_message *message)
{
    const struct wire_message *wire = gossipsub_message_wire(message);
    uint64_t key = gossipsub_key(router->secret, gossipsub_message_id(message));

    if (wire->topic.size == 0 || wire->topic.size > router->limits.topic_bytes_max)
        return GOSSIP_ERROR_INVALID;
    if (!gossipsub_rpc_fits(&router->limits, wire->encoded.size))
        return GOSSIP_ERROR_LIMIT;
    if (gossipsub_seen_has(&router->seen, key))
        return GOSSIP_ERROR_ALREADY;
    struct gossipsub_topic *topic = prepare(router, wire->topic);
    if (topic == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    keep_fanout(router, now, topic->mesh);
    find_targets(router, topic, router->spare);
    if (!has_room(router, router->spare, gossipsub_message_bytes(wire->encoded.size))) {
        router->is_blocked = true;
        return GOSSIP_ERROR_WOULD_BLOCK;
    }
    uint32_t copies = peer_set_count(router->spare, router->words);
    if (!gossipsub_outbox_pool_reserve(&router->outboxes, copies) ||
        !gossipsub_seen_insert(&router->seen, now, key))
        return GOSSIP_ERROR_NO_MEMORY;
    if (!gossipsub_history_insert(&router->history, &topic->mesh->line, key, message))
        gossipsub_drop(router, now, GOSSIPSUB_DROP_NO_MEMORY, NULL, wire->encoded.size);
    router->counters.messages_published++;
    gossipsub_trace_message(router, now, GOSSIP_TRACE_MESSAGE_PUBLISHED, NULL, wire, NULL);
    for (uint32_t i = 0; peer_set_next(router->spare, router->words, &i); i++)
        (void)push(router, now, gossipsub_at(router, i), GOSSIPSUB_OUTBOX_OWN, key, message);
    return GOSSIP_OK;
}

bool gossipsub_message_fits(const struct gossipsub_limits *limits, size_t encoded_size)
{
    return gossipsub_rpc_fits(limits, encoded_size);
}
