/*
 * Long messages over thin links, where it pays to say in time what need not be sent.
 */
#include "base/instant.h"
#include "sim/simulation.h"

static void shape(struct network_config *config)
{
    config->world.link_bytes_per_second = 250000;
    config->params.flood_publish = false;
}

static void play(struct network *network)
{
    struct dice *dice = world_dice(network_world(network));
    uint32_t nodes = network_config(network)->world.nodes;

    network_link(network);
    network_start_all(network);
    network_run(network, duration_seconds(5));
    for (int i = 0; i < 20; i++) {
        (void)network_publish(network, dice_below(dice, nodes), 0, 32768);
        network_run(network, duration_seconds(1));
    }
}

const struct scenario scenario_idontwant = {
    .name = "idontwant",
    .about = "32 KiB messages over links of 250 kB/s",
    .nodes = 100,
    .settling = {.us = 3000000},
    .patience = {.us = 5000000},
    .settled_after = {.us = 10000000},
    .shape = shape,
    .play = play,
};
