#include "gossipsub/subscriptions.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "gossipsub/mesh.h"

#define ALLOCATED_MIN 4

/* ---- peers -------------------------------------------------------------------------------- */

/* Room for one more; twice the bound, for those that ended and are still to be told. */
static struct gossipsub_subscription *add_place(
    struct gossipsub_router *router, struct gossipsub_neighbour *neighbour)
{
    uint32_t old = neighbour->subscriptions_allocated;
    if (neighbour->subscription_count == old) {
        uint32_t wanted = old == 0 ? ALLOCATED_MIN : old * 2;
        if (wanted > 2 * router->limits.topics_per_peer_max)
            wanted = 2 * router->limits.topics_per_peer_max;
        if (wanted == old)
            return NULL;
        struct gossipsub_subscription *subscriptions =
            allocator_resize(router->allocator, neighbour->subscriptions,
                old * sizeof(*subscriptions), wanted * sizeof(*subscriptions));
        if (subscriptions == NULL)
            return NULL;
        neighbour->subscriptions = subscriptions;
        neighbour->subscriptions_allocated = wanted;
    }
    return &neighbour->subscriptions[neighbour->subscription_count++];
}

static struct gossipsub_subscription *find(
    const struct gossipsub_neighbour *neighbour, const struct gossipsub_topic *topic)
{
    for (uint32_t i = 0; i < neighbour->subscription_count; i++) {
        if (neighbour->subscriptions[i].topic == topic)
            return &neighbour->subscriptions[i];
    }
    return NULL;
}

static void remove_place(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour,
    struct gossipsub_subscription *subscription)
{
    struct gossipsub_topic *topic = subscription->topic;
    *subscription = neighbour->subscriptions[--neighbour->subscription_count];
    topic->references--;
    gossipsub_topics_settle(&router->topics, topic);
}

static void set_news(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour,
    struct gossipsub_subscription *subscription, enum gossipsub_news news)
{
    if (subscription->news != GOSSIPSUB_NEWS_NONE)
        neighbour->news_count--;
    if (news != GOSSIPSUB_NEWS_NONE)
        neighbour->news_count++;
    subscription->news = news;
    if (neighbour->news_count > 0)
        peer_set_insert(router->sets[GOSSIPSUB_SET_NEWSY], neighbour->handle.index);
    else
        peer_set_remove(router->sets[GOSSIPSUB_SET_NEWSY], neighbour->handle.index);
}

/* A subscription that ended and was not told yet goes on as if nothing had happened. */
static bool begin(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour,
    struct gossipsub_topic *topic)
{
    struct gossipsub_subscription *subscription = find(neighbour, topic);
    if (subscription != NULL) {
        set_news(router, neighbour, subscription, GOSSIPSUB_NEWS_NONE);
    } else {
        subscription = add_place(router, neighbour);
        if (subscription == NULL)
            return false;
        *subscription = (struct gossipsub_subscription){.topic = topic};
        topic->references++;
        set_news(router, neighbour, subscription, GOSSIPSUB_NEWS_BEGUN);
    }
    peer_set_insert(topic->subscribers, neighbour->handle.index);
    neighbour->followed_count++;
    return true;
}

bool gossipsub_subscriptions_begin(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, struct gossip_bytes name)
{
    struct gossipsub_topic *topic = gossipsub_topics_find(&router->topics, name);
    if (topic != NULL && peer_set_has(topic->subscribers, neighbour->handle.index))
        return true;
    if (name.size == 0 || name.size > router->limits.topic_bytes_max ||
        neighbour->followed_count >= router->limits.topics_per_peer_max) {
        gossipsub_drop(router, now, GOSSIPSUB_DROP_SUBSCRIPTION, neighbour, name.size);
        return false;
    }
    topic = gossipsub_topics_make(&router->topics, name);
    if (topic == NULL || !begin(router, neighbour, topic)) {
        if (topic != NULL)
            gossipsub_topics_settle(&router->topics, topic);
        gossipsub_drop(router, now, GOSSIPSUB_DROP_NO_MEMORY, neighbour, name.size);
        return false;
    }
    return true;
}

/* A subscription of which nothing was told yet ends without a word. */
static void end(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, struct gossipsub_subscription *subscription)
{
    struct gossipsub_topic *topic = subscription->topic;
    if (topic->mesh != NULL)
        gossipsub_mesh_forget(router, now, topic->mesh, neighbour, "it left the topic");
    peer_set_remove(topic->subscribers, neighbour->handle.index);
    neighbour->followed_count--;
    if (subscription->news == GOSSIPSUB_NEWS_BEGUN) {
        set_news(router, neighbour, subscription, GOSSIPSUB_NEWS_NONE);
        remove_place(router, neighbour, subscription);
    } else {
        set_news(router, neighbour, subscription, GOSSIPSUB_NEWS_ENDED);
    }
}

void gossipsub_subscriptions_receive(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, const struct wire_rpc *rpc)
{
    for (size_t i = 0; i < rpc->subscription_count; i++) {
        const struct wire_subscription *said = &rpc->subscriptions[i];
        struct gossipsub_topic *topic;
        if (said->subscribe) {
            if (!gossipsub_subscriptions_begin(router, now, neighbour, said->topic))
                continue;
            topic = gossipsub_topics_find(&router->topics, said->topic);
            if (topic != NULL && topic->mesh != NULL)
                gossipsub_mesh_welcome(router, now, topic->mesh, neighbour);
        } else {
            topic = gossipsub_topics_find(&router->topics, said->topic);
            if (topic != NULL && peer_set_has(topic->subscribers, neighbour->handle.index))
                end(router, now, neighbour, find(neighbour, topic));
        }
    }
}

void gossipsub_subscriptions_end_all(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour)
{
    uint32_t index = neighbour->handle.index;
    for (uint32_t i = neighbour->subscription_count; i > 0; i--) {
        struct gossipsub_subscription *subscription = &neighbour->subscriptions[i - 1];
        if (peer_set_has(subscription->topic->subscribers, index))
            end(router, now, neighbour, subscription);
    }
    for (uint32_t i = router->topics.mesh_count; i > 0; i--) {
        struct gossipsub_mesh *mesh = router->topics.meshes[i - 1];
        gossipsub_mesh_forget(router, now, mesh, neighbour, "it left");
        peer_set_remove(mesh->told, index);
        mesh->peers[index] = (struct gossipsub_member){0};
        gossipsub_mesh_settle(router, mesh);
    }
}

bool gossipsub_subscriptions_poll(struct gossipsub_router *router,
    struct gossipsub_neighbour *neighbour, struct gossipsub_output *output)
{
    for (uint32_t i = 0; i < neighbour->subscription_count; i++) {
        struct gossipsub_subscription *subscription = &neighbour->subscriptions[i];
        enum gossipsub_news news = subscription->news;
        if (news == GOSSIPSUB_NEWS_NONE)
            continue;
        *output = (struct gossipsub_output){.kind = news == GOSSIPSUB_NEWS_BEGUN
                                                        ? GOSSIPSUB_PEER_SUBSCRIBED
                                                        : GOSSIPSUB_PEER_UNSUBSCRIBED,
            .peer = neighbour->handle,
            .topic = subscription->topic->name,
            .peer_id = neighbour->id};
        set_news(router, neighbour, subscription, GOSSIPSUB_NEWS_NONE);
        if (news == GOSSIPSUB_NEWS_ENDED) {
            bytes_copy(router->lent_topic, output->topic);
            output->topic = bytes_make(router->lent_topic, output->topic.size);
            remove_place(router, neighbour, subscription);
        }
        return true;
    }
    return false;
}

void gossipsub_subscriptions_greet(
    struct gossipsub_router *router, struct gossipsub_neighbour *neighbour)
{
    for (uint32_t i = 0; i < router->topics.mesh_count; i++) {
        struct gossipsub_mesh *mesh = router->topics.meshes[i];
        peer_set_remove(mesh->told, neighbour->handle.index);
        if (mesh->state == GOSSIPSUB_MESH_JOINED) {
            neighbour->has_control = true;
            gossipsub_wake(router, neighbour);
        }
    }
}

/* ---- ourselves ---------------------------------------------------------------------------- */

/* Everyone who does not know yet what we follow is to be told. */
static void announce(struct gossipsub_router *router)
{
    const uint64_t *here = router->sets[GOSSIPSUB_SET_HERE];
    for (uint32_t i = 0; peer_set_next(here, router->words, &i); i++) {
        struct gossipsub_neighbour *neighbour = gossipsub_at(router, i);
        neighbour->has_control = true;
        gossipsub_wake(router, neighbour);
    }
}

/* The topic becomes ours; what is left of a fanout, or of having left it, goes on. */
static struct gossipsub_mesh *join(struct gossipsub_router *router, struct gossip_bytes name)
{
    struct gossipsub_topic *topic = gossipsub_topics_make(&router->topics, name);
    if (topic == NULL)
        return NULL;
    if (topic->mesh != NULL) {
        gossipsub_mesh_set_state(&router->topics, topic->mesh, GOSSIPSUB_MESH_JOINED);
    } else if (gossipsub_mesh_make(&router->topics, topic, GOSSIPSUB_MESH_JOINED) == NULL) {
        gossipsub_topics_settle(&router->topics, topic);
        return NULL;
    }
    return topic->mesh;
}

/* The members of a fanout come first; who is in a backoff does not come at all. */
static void fill_mesh(
    struct gossipsub_router *router, struct gossip_instant now, struct gossipsub_mesh *mesh)
{
    uint64_t *fanout = router->spare;
    for (uint32_t i = 0; i < router->words; i++)
        fanout[i] = mesh->members[i];
    peer_set_clear(mesh->members, router->words);
    mesh->count = 0;
    (void)gossipsub_mesh_fill(router, now, mesh, router->params.D, fanout);
    if (mesh->count < router->params.D)
        (void)gossipsub_mesh_fill(router, now, mesh, router->params.D - mesh->count, NULL);
}

enum gossip_error gossipsub_router_subscribe(
    struct gossipsub_router *router, struct gossip_instant now, struct gossip_bytes name)
{
    if (name.size == 0 || name.size > router->limits.topic_bytes_max)
        return GOSSIP_ERROR_INVALID;
    const struct gossipsub_topic *known = gossipsub_topics_find(&router->topics, name);
    if (known != NULL && known->mesh != NULL && known->mesh->state == GOSSIPSUB_MESH_JOINED)
        return GOSSIP_ERROR_ALREADY;
    if (router->topics.state_counts[GOSSIPSUB_MESH_JOINED] >= router->limits.topics_max ||
        router->topics.mesh_count >= router->topics.meshes_max)
        return GOSSIP_ERROR_LIMIT;
    struct gossipsub_mesh *mesh = join(router, name);
    if (mesh == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    gossipsub_trace_peer(router, now, GOSSIP_TRACE_TOPIC_JOINED, NULL, name, NULL);
    announce(router);
    fill_mesh(router, now, mesh);
    return GOSSIP_OK;
}

void gossipsub_router_unsubscribe(
    struct gossipsub_router *router, struct gossip_instant now, struct gossip_bytes name)
{
    struct gossipsub_topic *topic = gossipsub_topics_find(&router->topics, name);
    struct gossipsub_mesh *mesh = topic != NULL ? topic->mesh : NULL;
    if (mesh == NULL || mesh->state != GOSSIPSUB_MESH_JOINED)
        return;
    gossipsub_mesh_set_state(&router->topics, mesh, GOSSIPSUB_MESH_LEFT);
    gossipsub_trace_peer(router, now, GOSSIP_TRACE_TOPIC_LEFT, NULL, name, NULL);
    gossipsub_promises_waive_topic(&router->promises, topic->key);
    for (uint32_t i = 0; peer_set_next(mesh->members, router->words, &i); i++)
        gossipsub_mesh_prune(router, now, mesh, gossipsub_at(router, i), "we left the topic");
    peer_set_clear(mesh->ihaves, router->words);
    announce(router);
    gossipsub_mesh_settle(router, mesh);
}
