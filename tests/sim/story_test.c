/*
 * Short stories of the router, to be read and checked by eye: tests/golden/gossipsub_*.txt.
 */
#include "base/instant.h"
#include "gossipsub/router.h"
#include "sim/check_backoff.h"
#include "sim/check_protocol.h"
#include "sim/network.h"
#include "sim/story.h"
#include "support/golden.h"

enum { A, B, C, D, E };

#define TEA 0

/* Links take 20 ms, heartbeats are at 0.1 s, 1.1 s and so on, everyone follows #tea when born. */
static struct network *begin(uint32_t nodes, void (*shape)(struct network_config *config))
{
    struct network_config config;

    network_config_default(&config, 1, nodes);
    config.world.delay_min = config.world.delay_max = duration_ms(20);
    config.world.jitter_max = duration_us(0);
    config.is_in_step = true;
    if (shape != NULL)
        shape(&config);
    struct network *network = network_create(&config);
    check_backoff(network);
    check_protocol(network);
    for (uint32_t node = 0; node < nodes; node++)
        network_join(network, node, TEA);
    return network;
}

static void end(struct network *network, const struct story *story, const char *golden)
{
    const char *problem;

    expect_golden(story_text(story), golden);
    network_end(network);
    (void)network_problems(network, &problem);
    expect_text(problem, "");
    network_destroy(network);
}

static void one_peer_grafts_another(void)
{
    struct network *network = begin(2, NULL);
    struct story *story = story_begin(network);

    (void)world_connect(network_world(network), A, B);
    world_start(network_world(network), A);
    world_start(network_world(network), B);
    network_run(network, duration_ms(500));
    (void)network_publish(network, A, TEA, 100);
    network_run(network, duration_ms(500));
    (void)network_publish(network, B, TEA, 100);
    network_run(network, duration_seconds(2));
    end(network, story, "gossipsub_graft.txt");
}

static void small_mesh(struct network_config *config)
{
    config->params.D = 2;
    config->params.D_low = 1;
    config->params.D_high = 3;
    config->params.D_out = 0;
    config->params.D_score = 1;
}

/* Everyone wants to be with A, which keeps two of them. */
static void a_mesh_that_grew_too_large_is_cut(void)
{
    struct network *network = begin(5, small_mesh);
    struct story *story = story_begin(network);
    struct world *world = network_world(network);

    for (uint32_t node = B; node <= E; node++)
        (void)world_connect(world, node, A);
    world_start(world, A);
    for (uint32_t node = B; node <= E; node++)
        world_start(world, node);
    network_run(network, duration_seconds(2));
    end(network, story, "gossipsub_prune.txt");
}

static void ask_to_be_grafted(struct network *network, uint32_t from, uint32_t to)
{
    struct gossip_bytes topic = network_topic(TEA);
    struct wire_rpc rpc = {.grafts = &topic, .graft_count = 1};
    network_inject(network, from, to, &rpc);
}

/*
 * B leaves and comes back too early: it waits for the end of the backoff and two seconds more. Then A
 * is left by an impatient B, which asks at once, and after three seconds.
 */
static void who_left_waits_for_the_end_of_the_backoff(void)
{
    struct network *network = begin(2, NULL);
    struct story *story = story_begin(network);
    struct world *world = network_world(network);

    (void)world_connect(world, A, B);
    world_start(world, A);
    world_start(world, B);
    network_run(network, duration_seconds(1));
    network_leave(network, B, TEA);
    network_run(network, duration_seconds(3));
    network_join(network, B, TEA);
    network_run(network, duration_seconds(11));
    network_leave(network, B, TEA);
    network_run(network, duration_ms(500));
    network_join(network, B, TEA);
    network_run(network, duration_ms(500));
    ask_to_be_grafted(network, B, A);
    network_run(network, duration_seconds(3));
    ask_to_be_grafted(network, B, A);
    network_run(network, duration_seconds(70));
    end(network, story, "gossipsub_backoff.txt");
}

static void single_mesh(struct network_config *config)
{
    small_mesh(config);
    config->params.D = 1;
}

/* B, between A and C, passes nothing on. D is in nobody's way, hears of the message, and tells C. */
static void a_message_lost_in_the_mesh_is_pulled(void)
{
    struct network_character mute = {.version = GOSSIPSUB_V1_2, .is_mute = true};
    struct network *network = begin(4, single_mesh);
    struct story *story = story_begin(network);
    struct world *world = network_world(network);

    network_set_character(network, B, mute);
    (void)world_connect(world, A, B);
    (void)world_connect(world, C, B);
    (void)world_connect(world, D, A);
    (void)world_connect(world, D, C);
    world_start(world, A);
    world_start(world, B);
    world_start(world, C);
    network_run(network, duration_ms(500));
    world_start(world, D);
    network_run(network, duration_seconds(2));
    (void)network_publish(network, A, TEA, 100);
    network_run(network, duration_seconds(2));
    end(network, story, "gossipsub_lazy_pull.txt");
}

/* What was said shortly before D came reaches it all the same, by way of gossip. */
static void who_comes_late_hears_what_was_said_just_before(void)
{
    struct network *network = begin(4, small_mesh);
    struct story *story = story_begin(network);
    struct world *world = network_world(network);

    story_mute(story, true);
    (void)world_connect(world, A, B);
    (void)world_connect(world, B, C);
    (void)world_connect(world, C, A);
    (void)world_connect(world, D, A);
    world_start(world, A);
    world_start(world, B);
    world_start(world, C);
    network_run(network, duration_ms(500));
    story_mute(story, false);
    (void)network_publish(network, A, TEA, 100);
    network_run(network, duration_ms(1000));
    world_start(world, D);
    network_run(network, duration_seconds(3));
    end(network, story, "gossipsub_late.txt");
}

TEST_MAIN(TEST(one_peer_grafts_another), TEST(a_mesh_that_grew_too_large_is_cut),
    TEST(who_left_waits_for_the_end_of_the_backoff), TEST(a_message_lost_in_the_mesh_is_pulled),
    TEST(who_comes_late_hears_what_was_said_just_before))
