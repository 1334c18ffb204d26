/*
 * Nodes die and are born again all the time: half of them within a minute.
 */
#include "base/instant.h"
#include "sim/simulation.h"

static void revive(void *context, uint32_t node)
{
    world_start(network_world(context), node);
}

/* Somebody dies, for three seconds. */
static void kill_one(struct network *network)
{
    struct world *world = network_world(network);
    uint32_t node = dice_below(world_dice(world), network_config(network)->world.nodes);

    if (!world_is_alive(world, node))
        return;
    world_kill(world, node);
    world_at(world, instant_add(world_now(world), duration_seconds(3)), revive, network, node);
}

/* Somebody talks who has been there for a while. */
static void publish_one(struct network *network)
{
    struct world *world = network_world(network);
    uint32_t node = dice_below(world_dice(world), network_config(network)->world.nodes);
    struct gossip_instant since = network_undisturbed_since(network, node);

    if (world_is_alive(world, node) && instant_since(world_now(world), since).us > 3000000)
        (void)network_publish(network, node, 0, 200);
}

static void play(struct network *network)
{
    uint32_t nodes = network_config(network)->world.nodes;
    uint32_t deaths_per_second = nodes / 120 + 1;

    network_link(network);
    network_start_all(network);
    network_run(network, duration_seconds(5));
    for (int second = 0; second < 60; second++) {
        for (uint32_t i = 0; i < deaths_per_second; i++)
            kill_one(network);
        publish_one(network);
        network_run(network, duration_seconds(1));
    }
    network_run(network, duration_seconds(10));
    for (int i = 0; i < 5; i++) {
        publish_one(network);
        network_run(network, duration_seconds(1));
    }
}

const struct scenario scenario_churn = {
    .name = "churn",
    .about = "half of the nodes die every minute and come back",
    .nodes = 100,
    .settling = {.us = 5000000},
    .patience = {.us = 5000000},
    .play = play,
};
