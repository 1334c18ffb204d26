/*
 * A fifth of the nodes reads so slowly that most of what is for it has to be dropped. The others must
 * not notice.
 */
#include "base/instant.h"
#include "sim/simulation.h"

#define SLOW_BYTES_PER_SECOND 2000

static bool is_slow(uint32_t node)
{
    return node % 5 == 0;
}

/* Nobody is owed anything who cannot take it. */
static void excuse_slow(void *context, uint32_t argument)
{
    struct network *network = context;
    struct world *world = network_world(network);
    for (uint32_t node = 0; node < network_config(network)->world.nodes; node++) {
        if (is_slow(node))
            network_disturb(network, node);
    }
    world_at(
        world, instant_add(world_now(world), duration_seconds(1)), excuse_slow, network, argument);
}

static void slow_down(struct network *network)
{
    struct world *world = network_world(network);
    for (uint32_t link = 0; link < world_links(world); link++) {
        uint32_t ends[2];
        world_link_ends(world, link, ends);
        if (is_slow(ends[0]) || is_slow(ends[1]))
            world_limit_link(world, link, SLOW_BYTES_PER_SECOND);
    }
    excuse_slow(network, 0);
}

static void shape(struct network_config *config)
{
    config->params.flood_publish = false;
    config->limits.outbox_messages_max = 32;
}

static void play(struct network *network)
{
    uint32_t nodes = network_config(network)->world.nodes;

    network_link(network);
    slow_down(network);
    network_start_all(network);
    network_run(network, duration_seconds(5));
    for (int i = 0; i < 100; i++) {
        uint32_t author = dice_below(world_dice(network_world(network)), nodes);
        while (is_slow(author))
            author = (author + 1) % nodes;
        (void)network_publish(network, author, 0, 1000);
        network_run(network, duration_ms(100));
    }
}

const struct scenario scenario_slow = {
    .name = "slow",
    .about = "a fifth of the nodes reads 2 kB/s; the others do not notice",
    .nodes = 100,
    .settling = {.us = 3000000},
    .patience = {.us = 3000000},
    .shape = shape,
    .play = play,
};
