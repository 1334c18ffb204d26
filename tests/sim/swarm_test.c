/*
 * Fifty whole nodes in one world: who knows one of them comes to know all, every message arrives
 * once, also while nodes come and go and the network falls apart, and every run can be repeated.
 */
#include "base/dice.h"
#include "base/instant.h"
#include "sim/swarm_network.h"
#include "support/test.h"

#include <inttypes.h>
#include <stdio.h>

#define NODES 50
#define PEERS_MAX 64

static struct world_config usual(uint64_t seed, uint32_t nodes)
{
    return (struct world_config){.seed = seed,
        .nodes = nodes,
        .delay_min = duration_ms(2),
        .delay_max = duration_ms(30),
        .jitter_max = duration_ms(5),
        .link_bytes_per_second = 1000000,
        .reconnect_delay = duration_ms(500)};
}

/* Nobody was told anything that he should not have been told. */
static void expect_no_problem(const struct swarm_network *network)
{
    expect_text(swarm_network_problem(network), "");
}

static void expect_told_to_all(
    const struct swarm_network *network, uint32_t message, uint32_t nodes)
{
    for (uint32_t i = 0; i < nodes; i++) {
        if (i != swarm_network_author(network, message))
            expect_equal(swarm_network_told(network, message, i), 1);
    }
}

/* Everybody knows the address of node 0 and nothing else; a minute of talk follows. */
static uint64_t play_steady(uint64_t seed, uint32_t nodes)
{
    struct world_config config = usual(seed, nodes);
    struct swarm_network *network = swarm_network_create(&config, PEERS_MAX);
    struct dice dice;
    uint64_t hash;

    dice_seed(&dice, seed);
    for (uint32_t i = 0; i < nodes; i++) {
        swarm_network_start(network, i);
        if (i > 0)
            swarm_network_dial(network, i, 0);
    }
    swarm_network_run_ms(network, 30000);
    for (uint32_t i = 0; i < nodes; i++)
        expect_equal(swarm_network_peers(network, i), nodes - 1);
    for (uint32_t i = 0; i < 100; i++) {
        (void)swarm_network_say(network, dice_below(&dice, nodes), 8 + dice_below(&dice, 3000));
        swarm_network_run_ms(network, 100 + dice_below(&dice, 200));
    }
    swarm_network_run_ms(network, 5000);
    for (uint32_t message = 0; message < 100; message++)
        expect_told_to_all(network, message, nodes);
    expect_no_problem(network);
    expect_at_most(swarm_network_memory_peak(network), (size_t)16 << 20);
    hash = swarm_network_hash(network);
    swarm_network_destroy(network);
    return hash;
}

static void fifty_meet_through_one_and_hear_everything_once(void)
{
    (void)play_steady(1, NODES);
}

static void the_same_seed_makes_the_same_history(void)
{
    uint64_t hash = play_steady(7, 12);

    expect_true(play_steady(7, 12) == hash);
    expect_false(play_steady(8, 12) == hash);
}

/* The network falls into two, and comes together again: both talk on, and nothing comes twice. */
static void two_halves_talk_on_and_find_together_again(void)
{
    struct world_config config = usual(3, 20);
    struct swarm_network *network = swarm_network_create(&config, PEERS_MAX);
    uint32_t message;

    for (uint32_t i = 0; i < 20; i++)
        swarm_network_start(network, i);
    for (uint32_t i = 0; i < 20; i++) {
        for (uint32_t k = 0; k < 20; k++) {
            if (k != i)
                swarm_network_find(network, i, k);
        }
    }
    swarm_network_run_ms(network, 20000);
    for (uint32_t i = 0; i < 20; i++)
        expect_equal(swarm_network_peers(network, i), 19);
    world_cut_off(swarm_network_world(network), 0, 8);
    swarm_network_run_ms(network, 5000);
    message = swarm_network_say(network, 2, 500);
    (void)swarm_network_say(network, 15, 500);
    swarm_network_run_ms(network, 5000);
    for (uint32_t i = 0; i < 20; i++) {
        expect_equal(swarm_network_told(network, message, i), i < 8 && i != 2);
        expect_equal(swarm_network_told(network, message + 1, i), i >= 8 && i != 15);
    }
    world_heal(swarm_network_world(network));
    swarm_network_run_ms(network, 75000);
    for (uint32_t i = 0; i < 20; i++)
        expect_equal(swarm_network_peers(network, i), 19);
    message = swarm_network_say(network, 2, 500);
    swarm_network_run_ms(network, 5000);
    expect_told_to_all(network, message, 20);
    expect_no_problem(network);
    swarm_network_destroy(network);
}

/* Half of them die and come back, again and again; whoever stays hears whoever stays. */
static void those_who_stay_hear_each_other_while_others_come_and_go(void)
{
    struct world_config config = usual(5, 24);
    struct swarm_network *network = swarm_network_create(&config, PEERS_MAX);
    struct world *world = swarm_network_world(network);
    struct dice dice;

    dice_seed(&dice, 5);
    for (uint32_t i = 0; i < 24; i++) {
        swarm_network_start(network, i);
        if (i > 0)
            swarm_network_dial(network, i, 0);
    }
    swarm_network_run_ms(network, 20000);
    for (uint32_t round = 0; round < 60; round++) {
        uint32_t node = 12 + dice_below(&dice, 12);
        uint32_t message;

        if (world_is_alive(world, node)) {
            world_kill(world, node);
        } else {
            world_start(world, node);
            swarm_network_dial(network, node, 0);
        }
        message = swarm_network_say(network, dice_below(&dice, 12), 200);
        swarm_network_run_ms(network, 1000);
        for (uint32_t i = 0; i < 12; i++) {
            if (i != swarm_network_author(network, message))
                expect_equal(swarm_network_told(network, message, i), 1);
        }
    }
    expect_no_problem(network);
    swarm_network_destroy(network);
}

/* A slow cable, long messages: slow, but all of them, once. */
static void on_slow_cables_everything_arrives_in_the_end(void)
{
    struct world_config config = usual(9, 8);
    struct swarm_network *network;

    config.link_bytes_per_second = 20000;
    config.delay_max = duration_ms(400);
    network = swarm_network_create(&config, PEERS_MAX);
    for (uint32_t i = 0; i < 8; i++) {
        swarm_network_start(network, i);
        if (i > 0)
            swarm_network_dial(network, i, 0);
    }
    swarm_network_run_ms(network, 60000);
    for (uint32_t i = 0; i < 30; i++) {
        (void)swarm_network_say(network, i % 8, 20000);
        swarm_network_run_ms(network, 1000);
    }
    swarm_network_run_ms(network, 120000);
    for (uint32_t message = 0; message < 30; message++)
        expect_told_to_all(network, message, 8);
    for (uint32_t i = 0; i < 8; i++)
        expect_equal(swarm_network_peers(network, i), 7);
    expect_no_problem(network);
    swarm_network_destroy(network);
}

TEST_MAIN(TEST(fifty_meet_through_one_and_hear_everything_once),
    TEST(the_same_seed_makes_the_same_history), TEST(two_halves_talk_on_and_find_together_again),
    TEST(those_who_stay_hear_each_other_while_others_come_and_go),
    TEST(on_slow_cables_everything_arrives_in_the_end))
