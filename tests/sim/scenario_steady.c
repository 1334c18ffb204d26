/*
 * Everyone is there from the beginning and stays; some talk.
 */
#include "base/instant.h"
#include "sim/check_mesh.h"
#include "sim/simulation.h"

static void play(struct network *network)
{
    uint32_t nodes = network_config(network)->world.nodes;

    network_link(network);
    network_start_all(network);
    network_run(network, duration_seconds(5));
    for (int i = 0; i < 20; i++) {
        (void)network_publish(
            network, dice_below(world_dice(network_world(network)), nodes), 0, 200);
        network_run(network, duration_ms(500));
    }
    network_run(network, duration_seconds(5));
    uint32_t one_sided = check_mesh_one_sided(network, 0);
    if (one_sided > 0)
        network_fail(network, "%u members of meshes do not know of it", one_sided);
}

const struct scenario scenario_steady = {
    .name = "steady",
    .about = "everyone stays; one message every half second",
    .nodes = 100,
    .settling = {.us = 3000000},
    .patience = {.us = 1000000},
    .settled_after = {.us = 10000000},
    .play = play,
};
