/*
 * Two thirds of the nodes name messages as rust and js programs do, and understand nothing else.
 */
#include "base/instant.h"
#include "sim/simulation.h"

static void play(struct network *network)
{
    struct dice *dice = world_dice(network_world(network));
    uint32_t nodes = network_config(network)->world.nodes;

    network_link(network);
    for (uint32_t node = 0; node < nodes; node++) {
        struct network_character character = {
            .version = GOSSIPSUB_V1_2, .dialect = (enum gossipsub_dialect)(node % 3)};
        network_set_character(network, node, character);
    }
    network_start_all(network);
    network_run(network, duration_seconds(5));
    for (int i = 0; i < 20; i++) {
        (void)network_publish(network, dice_below(dice, nodes), 0, i % 2 == 0 ? 200 : 2000);
        network_run(network, duration_ms(500));
    }
}

const struct scenario scenario_dialects = {
    .name = "dialects",
    .about = "go, rust and js ids mixed; ours understand them all",
    .nodes = 99,
    .settling = {.us = 3000000},
    .patience = {.us = 2000000},
    .settled_after = {.us = 10000000},
    .play = play,
};
