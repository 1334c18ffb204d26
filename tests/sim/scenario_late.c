/*
 * A tenth of the nodes comes one after the other, while others talk.
 */
#include "base/instant.h"
#include "sim/simulation.h"

static void play(struct network *network)
{
    struct world *world = network_world(network);
    uint32_t nodes = network_config(network)->world.nodes;
    uint32_t early = nodes - nodes / 10;

    network_link(network);
    for (uint32_t node = 0; node < nodes; node++)
        network_join(network, node, 0);
    for (uint32_t node = 0; node < early; node++)
        world_start(world, node);
    network_run(network, duration_seconds(5));
    for (uint32_t node = early; node < nodes; node++) {
        world_start(world, node);
        (void)network_publish(network, dice_below(world_dice(world), early), 0, 200);
        network_run(network, duration_ms(20000 / (nodes - early)));
    }
    network_run(network, duration_seconds(5));
    for (int i = 0; i < 5; i++) {
        (void)network_publish(network, early + (uint32_t)i % (nodes - early), 0, 200);
        network_run(network, duration_seconds(1));
    }
}

const struct scenario scenario_late = {
    .name = "late",
    .about = "a tenth of the nodes joins late, one by one",
    .nodes = 100,
    .settling = {.us = 3000000},
    .patience = {.us = 3000000},
    .settled_after = {.us = 10000000},
    .play = play,
};
