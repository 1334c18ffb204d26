#include "sim/check_delivery.h"

#include "base/instant.h"
#include "base/require.h"
#include "gossipsub/peer_set.h"

#include <stdlib.h>

/* Delays are kept in classes of a tenth of a millisecond, up to twenty seconds. */
#define CLASS_US 100
#define CLASSES 200000

struct delivery {
    struct network *network;
    struct gossip_duration settling, patience;
    struct check_delivery_report *report;
    uint32_t nodes, words;
    uint64_t **have;  /* of each message, the set of nodes that have it */
    uint64_t **reach; /* and of those to whom there was a way */
    uint32_t *queue;  /* room for finding them */
    uint32_t messages_allocated;
    struct gossip_instant *born_at;
    uint64_t *classes;
    uint64_t classified;
};

static bool was_there(const struct delivery *delivery, uint32_t node, uint32_t number)
{
    const struct network_message *message = network_message(delivery->network, number);
    struct world *world = network_world(delivery->network);
    struct gossip_instant settled =
        instant_add(network_undisturbed_since(delivery->network, node), delivery->settling);
    return node != message->author && peer_set_has(delivery->reach[number], node) &&
           world_is_alive(world, node) &&
           network_follows(delivery->network, node, message->topic) &&
           world_are_together(world, node, message->author) &&
           !instant_is_before(message->at, settled);
}

static void check_message(void *context, uint32_t number)
{
    struct delivery *delivery = context;
    for (uint32_t node = 0; node < delivery->nodes; node++) {
        if (!was_there(delivery, node, number))
            continue;
        delivery->report->expected++;
        if (peer_set_has(delivery->have[number], node))
            continue;
        delivery->report->missing++;
        network_fail(delivery->network, "%s misses message %u of %s", network_name(node), number,
            network_name(network_message(delivery->network, number)->author));
    }
}

/* Walks from the author over links that are up, from follower to follower. */
static void find_reach(struct delivery *delivery, uint32_t author, uint32_t number)
{
    const struct world *world = network_world(delivery->network);
    uint32_t topic = network_message(delivery->network, number)->topic;
    uint64_t *reach = delivery->reach[number];
    uint32_t first = 0;
    uint32_t end = 0;

    delivery->queue[end++] = author;
    peer_set_insert(reach, author);
    while (first < end) {
        uint32_t node = delivery->queue[first++];
        uint32_t count;
        const uint32_t *links = world_links_of(world, node, &count);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t other = world_link_other(world, links[i], node);
            if (!world_link_is_up(world, links[i]) || peer_set_has(reach, other) ||
                !network_follows(delivery->network, other, topic))
                continue;
            peer_set_insert(reach, other);
            delivery->queue[end++] = other;
        }
    }
}

static uint64_t **grow(uint64_t **sets, uint32_t old, uint32_t wanted)
{
    sets = realloc(sets, wanted * sizeof(uint64_t *));
    require(sets != NULL);
    for (uint32_t i = old; i < wanted; i++)
        sets[i] = NULL;
    return sets;
}

static void published(void *context, uint32_t node, uint32_t number)
{
    struct delivery *delivery = context;
    struct world *world = network_world(delivery->network);

    if (number >= delivery->messages_allocated) {
        uint32_t old = delivery->messages_allocated;
        uint32_t wanted = old == 0 ? 64 : old * 2;
        delivery->have = grow(delivery->have, old, wanted);
        delivery->reach = grow(delivery->reach, old, wanted);
        delivery->messages_allocated = wanted;
    }
    delivery->have[number] = calloc(delivery->words, sizeof(uint64_t));
    delivery->reach[number] = calloc(delivery->words, sizeof(uint64_t));
    require(delivery->have[number] != NULL && delivery->reach[number] != NULL);
    find_reach(delivery, node, number);
    world_at(
        world, instant_add(world_now(world), delivery->patience), check_message, delivery, number);
}

static void classify(struct delivery *delivery, struct gossip_duration delay)
{
    uint64_t class = delay.us / CLASS_US;
    delivery->classes[class < CLASSES ? class : CLASSES - 1]++;
    delivery->classified++;
    if (duration_is_shorter(delivery->report->delay_max, delay))
        delivery->report->delay_max = delay;
}

static void delivered(void *context, uint32_t node, uint32_t number)
{
    struct delivery *delivery = context;
    const struct network_message *message = network_message(delivery->network, number);
    uint64_t *have = delivery->have[number];

    if (node == message->author)
        network_fail(
            delivery->network, "%s is delivered its own message %u", network_name(node), number);
    if (peer_set_has(have, node) && !instant_is_before(message->at, delivery->born_at[node]))
        network_fail(
            delivery->network, "%s is delivered message %u twice", network_name(node), number);
    peer_set_insert(have, node);
    delivery->report->delivered++;
    if (!instant_is_before(message->at, network_undisturbed_since(delivery->network, node)))
        classify(delivery, instant_since(world_now(network_world(delivery->network)), message->at));
}

static void born(void *context, uint32_t node)
{
    struct delivery *delivery = context;
    delivery->born_at[node] = world_now(network_world(delivery->network));
}

/* The delay that the given share of deliveries did not exceed. */
static struct gossip_duration quantile(const struct delivery *delivery, double share)
{
    uint64_t below = 0;
    for (uint64_t class = 0; class < CLASSES; class ++) {
        below += delivery->classes[class];
        if ((double)below >= share * (double)delivery->classified && below > 0)
            return duration_us(class * CLASS_US);
    }
    return duration_us(0);
}

static void checked(void *context)
{
    struct delivery *delivery = context;
    delivery->report->delay_median = quantile(delivery, 0.5);
    delivery->report->delay_p99 = quantile(delivery, 0.99);
}

static void destroyed(void *context)
{
    struct delivery *delivery = context;
    for (uint32_t i = 0; i < delivery->messages_allocated; i++) {
        free(delivery->have[i]);
        free(delivery->reach[i]);
    }
    free(delivery->have);
    free(delivery->reach);
    free(delivery->queue);
    free(delivery->born_at);
    free(delivery->classes);
    free(delivery);
}

void check_delivery(struct network *network, struct gossip_duration settling,
    struct gossip_duration patience, struct check_delivery_report *report)
{
    struct delivery *delivery = calloc(1, sizeof(*delivery));
    require(delivery != NULL);
    delivery->network = network;
    delivery->settling = settling;
    delivery->patience = patience;
    delivery->report = report;
    delivery->nodes = network_config(network)->world.nodes;
    delivery->words = peer_set_words(delivery->nodes);
    delivery->born_at = calloc(delivery->nodes, sizeof(*delivery->born_at));
    delivery->classes = calloc(CLASSES, sizeof(*delivery->classes));
    delivery->queue = calloc(delivery->nodes, sizeof(*delivery->queue));
    require(delivery->born_at != NULL && delivery->classes != NULL && delivery->queue != NULL);
    *report = (struct check_delivery_report){0};
    network_watch(network, &(struct network_onlooker){.context = delivery,
                               .published = published,
                               .delivered = delivered,
                               .born = born,
                               .checked = checked,
                               .destroyed = destroyed});
}
