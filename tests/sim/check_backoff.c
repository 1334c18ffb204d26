#include "sim/check_backoff.h"

#include "base/bytes.h"
#include "base/hash_map.h"
#include "base/instant.h"
#include "base/require.h"

#include <stdlib.h>

#define PAIRS_MAX ((uint32_t)1 << 22)

struct backoff_check {
    struct network *network;
    struct hash_map *map; /* of a pair and a topic: until when, in microseconds */
    uint32_t *lives;      /* of each node: who is born again knows of no backoff */
};

/* Who must not graft whom, and where. */
struct pair {
    uint32_t from, from_life, to, to_life, topic;
};

static struct gossip_bytes key_of(const struct backoff_check *check, struct pair *pair,
    uint32_t from, uint32_t to, struct gossip_bytes topic)
{
    *pair = (struct pair){.from = from,
        .from_life = check->lives[from],
        .to = to,
        .to_life = check->lives[to],
        .topic = network_topic_number(topic)};
    return bytes_make(pair, sizeof(*pair));
}

/* Who was pruned, or prunes, keeps away for as long as it says. */
static void begin(
    struct backoff_check *check, uint32_t from, uint32_t to, const struct wire_prune *prune)
{
    const struct gossip_params *params = &network_config(check->network)->params;
    struct gossip_duration backoff =
        prune->has_backoff ? duration_seconds(prune->backoff_s) : params->prune_backoff;
    struct gossip_instant now = world_now(network_world(check->network));
    uint64_t until = instant_add(now, backoff).us;
    struct pair pair;
    struct gossip_bytes key = key_of(check, &pair, from, to, prune->topic);
    struct hash_map_entry *entry = hash_map_find(check->map, key);

    if (entry == NULL) {
        require(
            hash_map_insert(check->map, key, (union hash_map_value){.number = until}) == GOSSIP_OK);
    } else if (hash_map_value(entry)->number < until) {
        hash_map_value(entry)->number = until;
    }
}

static void sent(void *context, uint32_t from, uint32_t to, const struct wire_rpc *rpc)
{
    struct backoff_check *check = context;
    uint64_t now = world_now(network_world(check->network)).us;

    for (size_t i = 0; i < rpc->graft_count; i++) {
        struct pair pair;
        struct hash_map_entry *entry =
            hash_map_find(check->map, key_of(check, &pair, from, to, rpc->grafts[i]));
        if (entry != NULL && now < hash_map_value(entry)->number)
            network_fail(check->network, "%s grafts %s inside a backoff", network_name(from),
                network_name(to));
    }
    for (size_t i = 0; i < rpc->prune_count; i++)
        begin(check, from, to, &rpc->prunes[i]);
}

static void arrived(void *context, uint32_t from, uint32_t to, const struct wire_rpc *rpc)
{
    struct backoff_check *check = context;
    for (size_t i = 0; i < rpc->prune_count; i++)
        begin(check, to, from, &rpc->prunes[i]);
}

static void born(void *context, uint32_t node)
{
    struct backoff_check *check = context;
    check->lives[node]++;
}

static void destroyed(void *context)
{
    struct backoff_check *check = context;
    hash_map_destroy(check->map);
    free(check->lives);
    free(check);
}

void check_backoff(struct network *network)
{
    struct backoff_check *check = calloc(1, sizeof(*check));
    require(check != NULL);
    check->network = network;
    check->lives = calloc(network_config(network)->world.nodes, sizeof(*check->lives));
    require(check->lives != NULL);
    require(hash_map_create(allocator_system(), PAIRS_MAX, (struct siphash_key){.low = 1},
                &check->map) == GOSSIP_OK);
    network_watch(network, &(struct network_onlooker){.context = check,
                               .sent = sent,
                               .arrived = arrived,
                               .born = born,
                               .destroyed = destroyed});
}
