/*
 * Everyone leaves the topic and joins it again, over and over, sooner than backoffs allow; then there
 * is calm, and everything must be as if nothing had happened.
 */
#include "base/instant.h"
#include "sim/simulation.h"

static void fidget(struct network *network, uint32_t node)
{
    if (network_follows(network, node, 0))
        network_leave(network, node, 0);
    else
        network_join(network, node, 0);
}

static void play(struct network *network)
{
    struct dice *dice = world_dice(network_world(network));
    uint32_t nodes = network_config(network)->world.nodes;

    network_link(network);
    network_start_all(network);
    network_run(network, duration_seconds(3));
    for (uint32_t i = 0; i < nodes * 20; i++) {
        fidget(network, dice_below(dice, nodes));
        network_run(network, duration_us(60000000 / (nodes * 20)));
    }
    for (uint32_t node = 0; node < nodes; node++)
        network_join(network, node, 0);
    network_run(network, duration_seconds(70));
    for (int i = 0; i < 10; i++) {
        (void)network_publish(network, dice_below(dice, nodes), 0, 200);
        network_run(network, duration_seconds(1));
    }
}

const struct scenario scenario_backoff = {
    .name = "backoff",
    .about = "everyone leaves and joins for a minute, then there is calm",
    .nodes = 60,
    .settling = {.us = 3000000},
    .patience = {.us = 2000000},
    .settled_after = {.us = 135000000},
    .play = play,
};
