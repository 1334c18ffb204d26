/*
 * The network falls into halves, which both go on talking, and heals.
 */
#include "base/instant.h"
#include "sim/simulation.h"

static void disturb_all(struct network *network)
{
    for (uint32_t node = 0; node < network_config(network)->world.nodes; node++)
        network_disturb(network, node);
}

static void talk(struct network *network, uint32_t seconds)
{
    uint32_t nodes = network_config(network)->world.nodes;
    for (uint32_t i = 0; i < seconds * 2; i++) {
        (void)network_publish(
            network, dice_below(world_dice(network_world(network)), nodes), 0, 200);
        network_run(network, duration_ms(500));
    }
}

static void play(struct network *network)
{
    uint32_t nodes = network_config(network)->world.nodes;

    network_link(network);
    network_start_all(network);
    network_run(network, duration_seconds(5));
    talk(network, 5);
    world_cut_off(network_world(network), 0, nodes / 2);
    disturb_all(network);
    talk(network, 30);
    world_heal(network_world(network));
    disturb_all(network);
    talk(network, 20);
}

const struct scenario scenario_partition = {
    .name = "partition",
    .about = "two halves without each other for half a minute, then together again",
    .nodes = 100,
    .settling = {.us = 5000000},
    .patience = {.us = 3000000},
    .settled_after = {.us = 10000000},
    .play = play,
};
