#include "gossipsub/topics.h"

#include "base/bytes.h"
#include "base/require.h"

#define ALLOCATED_MIN 8
#define MESH_SETS 5

/* Topics we left take a place until everybody knows, so there are twice as many as we may follow. */
static uint32_t meshes_max(const struct gossipsub_limits *limits)
{
    return 2 * limits->topics_max + limits->fanout_topics_max;
}

/* A subscription that ended is kept until that was told, which a caller that drains does at once. */
static uint32_t topics_max(const struct gossipsub_limits *limits)
{
    return (limits->peers_max + 1) * limits->topics_per_peer_max + meshes_max(limits);
}

enum gossip_error gossipsub_topics_init(struct gossipsub_topics *topics,
    const struct allocator *allocator, const struct gossipsub_limits *limits,
    struct siphash_key secret)
{
    *topics = (struct gossipsub_topics){.allocator = allocator,
        .count_max = topics_max(limits),
        .secret = secret,
        .peers_max = limits->peers_max,
        .words = peer_set_words(limits->peers_max),
        .meshes_max = meshes_max(limits)};
    gossipsub_key_map_init(&topics->map, allocator, topics->count_max);
    topics->meshes =
        allocator_take_zeroed(allocator, topics->meshes_max, sizeof(struct gossipsub_mesh *));
    return topics->meshes != NULL ? GOSSIP_OK : GOSSIP_ERROR_NO_MEMORY;
}

static size_t topic_bytes(const struct gossipsub_topics *topics, size_t name_size)
{
    return sizeof(struct gossipsub_topic) + topics->words * sizeof(uint64_t) + name_size;
}

static size_t mesh_bytes(uint32_t words, uint32_t peers_max)
{
    return sizeof(struct gossipsub_mesh) + (size_t)MESH_SETS * words * sizeof(uint64_t) +
           peers_max * sizeof(struct gossipsub_member);
}

static void free_topic(struct gossipsub_topics *topics, struct gossipsub_topic *topic)
{
    allocator_give(topics->allocator, topic, topic_bytes(topics, topic->name.size));
}

void gossipsub_topics_deinit(struct gossipsub_topics *topics)
{
    for (uint32_t i = 0; i < topics->mesh_count; i++)
        allocator_give(
            topics->allocator, topics->meshes[i], mesh_bytes(topics->words, topics->peers_max));
    for (uint32_t i = 0; i < topics->allocated; i++) {
        if (topics->places[i] != NULL)
            free_topic(topics, topics->places[i]);
    }
    allocator_give(
        topics->allocator, topics->places, topics->allocated * sizeof(struct gossipsub_topic *));
    allocator_give(topics->allocator, topics->vacant, topics->allocated * sizeof(*topics->vacant));
    if (topics->meshes != NULL)
        allocator_give(topics->allocator, topics->meshes,
            topics->meshes_max * sizeof(struct gossipsub_mesh *));
    gossipsub_key_map_deinit(&topics->map);
}

struct gossipsub_topic *gossipsub_topics_find(
    const struct gossipsub_topics *topics, struct gossip_bytes name)
{
    uint32_t number;
    if (!gossipsub_key_map_find(&topics->map, gossipsub_key(topics->secret, name), &number))
        return NULL;
    struct gossipsub_topic *topic = topics->places[number];
    return bytes_equal(topic->name, name) ? topic : NULL;
}

/* More places. Both blocks are grown or none, so that `allocated` holds for both. */
static bool grow(struct gossipsub_topics *topics)
{
    uint32_t old = topics->allocated;
    uint32_t wanted = old == 0 ? ALLOCATED_MIN : old * 2;
    if (wanted > topics->count_max)
        wanted = topics->count_max;
    if (wanted == old)
        return false;
    struct gossipsub_topic **places =
        allocator_take_zeroed(topics->allocator, wanted, sizeof(struct gossipsub_topic *));
    uint32_t *vacant = allocator_take_zeroed(topics->allocator, wanted, sizeof(*vacant));
    if (places == NULL || vacant == NULL) {
        allocator_give(topics->allocator, places, wanted * sizeof(struct gossipsub_topic *));
        allocator_give(topics->allocator, vacant, wanted * sizeof(*vacant));
        return false;
    }
    for (uint32_t i = 0; i < old; i++)
        places[i] = topics->places[i];
    for (uint32_t i = wanted; i > old; i--)
        vacant[topics->vacant_count++] = i - 1;
    allocator_give(topics->allocator, topics->places, old * sizeof(struct gossipsub_topic *));
    allocator_give(topics->allocator, topics->vacant, old * sizeof(*vacant));
    topics->places = places;
    topics->vacant = vacant;
    topics->allocated = wanted;
    return true;
}

struct gossipsub_topic *gossipsub_topics_make(
    struct gossipsub_topics *topics, struct gossip_bytes name)
{
    struct gossipsub_topic *topic = gossipsub_topics_find(topics, name);
    if (topic != NULL)
        return topic;
    if (topics->vacant_count == 0 && !grow(topics))
        return NULL;
    uint32_t number = topics->vacant[topics->vacant_count - 1];
    uint64_t key = gossipsub_key(topics->secret, name);
    /* Another topic with this very key, once in 2^64: it was first. */
    if (gossipsub_key_map_find(&topics->map, key, NULL))
        return NULL;
    topic = allocator_take_zeroed(topics->allocator, 1, topic_bytes(topics, name.size));
    if (topic == NULL)
        return NULL;
    if (!gossipsub_key_map_insert(&topics->map, key, number)) {
        allocator_give(topics->allocator, topic, topic_bytes(topics, name.size));
        return NULL;
    }
    topic->subscribers = (uint64_t *)(void *)(topic + 1);
    uint8_t *copy = (uint8_t *)(topic->subscribers + topics->words);
    bytes_copy(copy, name);
    topic->name = bytes_make(copy, name.size);
    topic->key = key;
    topic->number = number;
    topics->places[number] = topic;
    topics->vacant_count--;
    return topic;
}

void gossipsub_topics_settle(struct gossipsub_topics *topics, struct gossipsub_topic *topic)
{
    if (topic->references > 0 || topic->mesh != NULL)
        return;
    gossipsub_key_map_remove(&topics->map, topic->key);
    topics->places[topic->number] = NULL;
    topics->vacant[topics->vacant_count++] = topic->number;
    free_topic(topics, topic);
}

struct gossipsub_mesh *gossipsub_mesh_make(
    struct gossipsub_topics *topics, struct gossipsub_topic *topic, enum gossipsub_mesh_state state)
{
    require(topic->mesh == NULL);
    if (topics->mesh_count == topics->meshes_max)
        return NULL;
    struct gossipsub_mesh *mesh =
        allocator_take_zeroed(topics->allocator, 1, mesh_bytes(topics->words, topics->peers_max));
    if (mesh == NULL)
        return NULL;
    mesh->peers = (struct gossipsub_member *)(void *)(mesh + 1);
    uint64_t *sets = (uint64_t *)(void *)(mesh->peers + topics->peers_max);
    mesh->members = sets;
    mesh->told = sets + topics->words;
    mesh->grafts = mesh->told + topics->words;
    mesh->prunes = mesh->grafts + topics->words;
    mesh->ihaves = mesh->prunes + topics->words;
    mesh->topic = topic;
    mesh->state = state;
    mesh->place = topics->mesh_count;
    topics->state_counts[state]++;
    topics->meshes[topics->mesh_count++] = mesh;
    topic->mesh = mesh;
    return mesh;
}

void gossipsub_mesh_set_state(
    struct gossipsub_topics *topics, struct gossipsub_mesh *mesh, enum gossipsub_mesh_state state)
{
    topics->state_counts[mesh->state]--;
    topics->state_counts[state]++;
    mesh->state = state;
}

void gossipsub_mesh_remove(struct gossipsub_topics *topics, struct gossipsub_mesh *mesh)
{
    struct gossipsub_topic *topic = mesh->topic;
    struct gossipsub_mesh *last = topics->meshes[topics->mesh_count - 1];
    require(topics->meshes[mesh->place] == mesh);
    last->place = mesh->place;
    topics->meshes[mesh->place] = last;
    topics->mesh_count--;
    topics->state_counts[mesh->state]--;
    topic->mesh = NULL;
    allocator_give(topics->allocator, mesh, mesh_bytes(topics->words, topics->peers_max));
    gossipsub_topics_settle(topics, topic);
}

size_t gossipsub_topics_bytes(const struct gossipsub_limits *limits)
{
    size_t one = sizeof(struct gossipsub_topic) +
                 peer_set_words(limits->peers_max) * sizeof(uint64_t) + limits->topic_bytes_max +
                 sizeof(struct gossipsub_topic *) + sizeof(uint32_t);
    return topics_max(limits) * one + gossipsub_key_map_bytes(topics_max(limits));
}

size_t gossipsub_meshes_bytes(const struct gossipsub_limits *limits)
{
    size_t one = mesh_bytes(peer_set_words(limits->peers_max), limits->peers_max);
    return meshes_max(limits) * (one + sizeof(struct gossipsub_mesh *));
}
