/*
 * Half of the nodes talks in a topic that only the other half follows.
 */
#include "base/instant.h"
#include "sim/simulation.h"

static void shape(struct network_config *config)
{
    config->params.flood_publish = false;
}

static void play(struct network *network)
{
    struct world *world = network_world(network);
    uint32_t nodes = network_config(network)->world.nodes;

    network_link(network);
    for (uint32_t node = 0; node < nodes; node++) {
        if (node % 2 == 1)
            network_join(network, node, 1);
        world_start(world, node);
    }
    network_run(network, duration_seconds(5));
    for (int i = 0; i < 20; i++) {
        (void)network_publish(network, dice_below(world_dice(world), nodes / 2) * 2, 1, 200);
        network_run(network, duration_ms(500));
    }
    /* The fanouts end, and then there are new ones. */
    network_run(network, duration_seconds(70));
    (void)network_publish(network, 0, 1, 200);
    network_run(network, duration_seconds(1));
}

const struct scenario scenario_fanout = {
    .name = "fanout",
    .about = "those who talk do not follow the topic",
    .nodes = 100,
    .settling = {.us = 3000000},
    .patience = {.us = 2000000},
    .settled_after = {.us = 10000000},
    .shape = shape,
    .play = play,
};
