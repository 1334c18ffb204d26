/*
 * Two of five nodes take their places in the meshes and pass nothing on. Nobody floods, so what the
 * meshes lose must be pulled.
 */
#include "base/instant.h"
#include "sim/simulation.h"

static void shape(struct network_config *config)
{
    config->params.flood_publish = false;
}

static bool is_mute(uint32_t node)
{
    return node % 5 < 2;
}

static void play(struct network *network)
{
    struct dice *dice = world_dice(network_world(network));
    uint32_t nodes = network_config(network)->world.nodes;
    struct network_character mute = {.version = GOSSIPSUB_V1_2, .is_mute = true};

    network_link(network);
    for (uint32_t node = 0; node < nodes; node++) {
        if (is_mute(node))
            network_set_character(network, node, mute);
    }
    network_start_all(network);
    network_run(network, duration_seconds(5));
    for (int i = 0; i < 20; i++) {
        uint32_t author = dice_below(dice, nodes);
        while (is_mute(author))
            author = (author + 1) % nodes;
        (void)network_publish(network, author, 0, 200);
        network_run(network, duration_ms(500));
    }
}

const struct scenario scenario_mute = {
    .name = "mute",
    .about = "two of five nodes pass nothing on; lazy pull fills the holes",
    .nodes = 100,
    .settling = {.us = 3000000},
    .patience = {.us = 5000000},
    .settled_after = {.us = 10000000},
    .shape = shape,
    .play = play,
};
