/* Whole machines: that everybody ends with the same lines, and what it takes. */
#include "sync/sync.h"

#include "base/dice.h"
#include "base/instant.h"
#include "support/test.h"
#include "world.h"

#define ROUND_MS 60000

static void who_comes_late_gets_what_was_said(void)
{
    struct world *world = world_create(3, 1, NULL);

    world_connect(world, 0, 1);
    for (int i = 0; i < 50; i++) {
        world_say(world, (uint32_t)i % 2);
    }
    world_connect(world, 2, 0);
    world_connect(world, 2, 1);
    world_run(world, 3000);
    expect_equal(world->nodes[2].line_count, 50);
    expect_equal(world->nodes[2].ended_new, 50);
    expect_equal(world->nodes[2].judged, 50); /* the second that was asked sent nothing again */
    world_run(world, ROUND_MS);
    world_expect_equal(world);
    world_destroy(world);
}

static void two_halves_become_one(void)
{
    struct world *world = world_create(4, 2, NULL);

    world_connect_all(world);
    world_run(world, ROUND_MS);
    for (uint32_t i = 0; i < 2; i++) {
        world_cut(world, i, 2);
        world_cut(world, i, 3);
    }
    for (uint32_t i = 0; i < 40; i++) {
        world_say(world, i % 4);
    }
    world_connect_all(world);
    world_run(world, 10000);
    expect_equal(world->nodes[0].line_count, 40);
    world_expect_equal(world);
    world_destroy(world);
}

static void nobody_asks_when_nothing_is_missing(void)
{
    struct world *world = world_create(8, 3, NULL);
    uint32_t asked = 0;

    world_connect_all(world);
    for (uint32_t i = 0; i < 100; i++) {
        world_say(world, i % 8);
    }
    world_run(world, ROUND_MS);
    for (uint32_t i = 0; i < 8; i++) {
        asked += world->nodes[i].asked;
        expect_equal(world->nodes[i].judged, 0);
    }
    /* Every two compare once; a few ask each other at the same time. */
    expect_at_least(asked, 8 * 7 / 2);
    expect_at_most(asked, 8 * 7 / 2 + 8);
    /* A question that names a hundred lines of eight people, and an answer of two bytes. */
    expect_at_most(world_sent_bytes(world), asked * 400);
    world_destroy(world);
}

static void everybody_asks_somebody_now_and_then(void)
{
    struct world *world = world_create(2, 4, NULL);
    struct world_line line = {.author = 0, .session = 7, .sequence = 1, .order = 5};

    world_connect(world, 0, 1);
    world_run(world, ROUND_MS);
    line.sent_ms = world->date_ms - SYNC_FRESH_MS;
    world_give(world, 0, &line); /* it came while nobody looked */
    world_run(world, SYNC_INTERVAL_MS + SYNC_INTERVAL_JITTER_MS + 5000);
    world_expect_equal(world);
    world_destroy(world);
}

/*
 * In a chain nobody is connected to all, and only the ends have what is missing: it comes through,
 * without anybody waiting for the long interval.
 */
static void news_goes_from_one_to_the_next(void)
{
    struct world *world = world_create(6, 5, NULL);
    struct world_line line = {
        .author = 0, .session = 9, .order = 3, .sent_ms = world->date_ms - SYNC_FRESH_MS};

    for (uint32_t i = 0; i + 1 < 6; i++) {
        world_connect(world, i, i + 1);
    }
    world_run(world, ROUND_MS);
    world_cut(world, 0, 1);
    for (line.sequence = 1; line.sequence <= 20; line.sequence++) {
        world_give(world, 0, &line);
    }
    world_connect(world, 0, 1);
    world_run(world, ROUND_MS);
    expect_equal(world->nodes[5].line_count, 20);
    world_expect_equal(world);
    world_destroy(world);
}

/* ---- any sets, any cables ---------------------------------------------------------------- */

static void give_at_random(struct world *world, struct dice *dice, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct world_line line = {.author = dice_below(dice, world->count),
            .session = dice_below(dice, 3),
            .sequence = 1 + dice_below(dice, 60),
            .sent_ms = world->date_ms - SYNC_FRESH_MS - (int64_t)dice_below(dice, 3600000)};

        line.order = 1000 + line.session * 100 + line.sequence; /* of one line always the same */
        for (uint32_t node = 0; node < world->count; node++) {
            if (dice_below(dice, 2) == 0 && !world_has(world, node, &line)) {
                world_give(world, node, &line);
            }
        }
    }
}

/* Cables at random, and a ring so that nobody is alone. */
static void connect_at_random(struct world *world, struct dice *dice)
{
    for (uint32_t i = 0; i < world->count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (!world->cables[i][k] && (k + 1 == i || dice_below(dice, 3) == 0)) {
                world_connect(world, i, k);
            }
        }
    }
}

static void any_sets_become_the_same(void)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct dice dice;
        struct world *world;
        uint32_t judged = 0;

        dice_seed(&dice, seed);
        world = world_create(2 + dice_below(&dice, 7), seed, NULL);
        world->blocked_in = dice_below(&dice, 2) * 3;
        world->filling = dice_below(&dice, 2) * 900;
        give_at_random(world, &dice, 1 + dice_below(&dice, 150));
        connect_at_random(world, &dice);
        world_run(world, (uint64_t)4 * ROUND_MS);
        world_expect_equal(world);
        for (uint32_t i = 0; i < world->count; i++) {
            expect_at_most(world->nodes[i].largest_message, 32 * 1024);
            expect_equal(world->nodes[i].judged, world->nodes[i].ended_new);
            judged += world->nodes[i].judged;
        }
        expect_at_most(judged, world->count * world->nodes[0].line_count); /* each once at most */
        world_destroy(world);
    }
}

/* What is under way is not sent twice; and if it does not come, it is sent then. */
static void what_is_fresh_waits(void)
{
    struct world *world = world_create(2, 12, NULL);

    world->age_ms = 0;
    for (uint32_t i = 0; i < 5; i++) {
        world_say(world, 0);
    }
    world_connect(world, 0, 1);
    world_run(world, SYNC_FRESH_MS);
    expect_equal(world->nodes[1].line_count, 0);
    world_run(world, (uint64_t)2 * SYNC_FRESH_MS);
    expect_equal(world->nodes[1].line_count, 5);
    expect_equal(world->nodes[1].judged, 5);
    expect_at_most(world->nodes[1].asked, 5);
    world_destroy(world);
}

static void more_than_a_window_is_not_moved(void)
{
    struct sync_limits limits;
    struct world *world;

    sync_limits_default(&limits);
    limits.lines_max = 20;
    world = world_create(2, 6, &limits);
    for (uint32_t i = 0; i < 70; i++) {
        world_say(world, 0);
    }
    for (uint32_t i = 0; i < 5; i++) {
        world_say(world, 1);
    }
    world_connect(world, 0, 1);
    world_run(world, ROUND_MS);
    expect_equal(world->nodes[1].line_count, 20); /* the newest of all */
    expect_equal(world->nodes[0].line_count, 75);
    expect_equal(sync_line_count(world->nodes[1].sync, BYTES_OF(WORLD_TOPIC)), 20);
    world_destroy(world);
}

static void what_is_older_than_a_day_stays(void)
{
    struct world *world = world_create(2, 7, NULL);

    world_say(world, 0);
    world_run(world, UINT64_C(25) * 60 * 60 * 1000);
    world_say(world, 0);
    world_connect(world, 0, 1);
    world_run(world, ROUND_MS);
    expect_equal(world->nodes[1].line_count, 1);
    world_destroy(world);
}

static void long_lines_come_in_parts(void)
{
    struct world *world = world_create(2, 8, NULL);

    world->filling = 10000;
    world->blocked_in = 2;
    for (uint32_t i = 0; i < 90; i++) {
        world_say(world, 0);
    }
    world_connect(world, 0, 1);
    world_run(world, ROUND_MS);
    expect_equal(world->nodes[1].line_count, 90);
    expect_at_least(world->nodes[0].sent_messages, 30);
    expect_at_most(world->nodes[0].largest_message, 32 * 1024);
    world_destroy(world);
}

static void what_is_too_much_at_once_comes_later(void)
{
    struct sync_limits limits;
    struct world *world;

    sync_limits_default(&limits);
    limits.bytes_max = 100000;
    world = world_create(2, 9, &limits);
    world->filling = 3000;
    for (uint32_t i = 0; i < 60; i++) {
        world_say(world, 0);
    }
    expect_at_most(sync_line_count(world->nodes[0].sync, BYTES_OF(WORLD_TOPIC)), 33);
    world_connect(world, 0, 1);
    world_run(world, ROUND_MS);
    expect_equal(
        world->nodes[1].line_count, sync_line_count(world->nodes[0].sync, BYTES_OF(WORLD_TOPIC)));
    world_destroy(world);
}

/* ---- cables that break, memory that lacks ------------------------------------------------- */

static void cables_may_break_at_any_time(void)
{
    for (uint64_t seed = 1; seed <= 30; seed++) {
        struct dice dice;
        struct world *world = world_create(5, seed, NULL);

        dice_seed(&dice, seed);
        for (uint32_t turn = 0; turn < 60; turn++) {
            uint32_t one = dice_below(&dice, 5);
            uint32_t other = (one + 1 + dice_below(&dice, 4)) % 5;

            if (world->cables[one][other]) {
                world_cut(world, one, other);
            } else {
                world_connect(world, one, other);
            }
            if (turn % 2 == 0) {
                world_say(world, dice_below(&dice, 5));
            }
            world_run(world, dice_below(&dice, 1500));
        }
        world_connect_all(world);
        world_run(world, (uint64_t)2 * ROUND_MS);
        world_expect_equal(world);
        world_destroy(world);
    }
}

static void a_lack_of_memory_is_survived(void)
{
    for (uint64_t number = 1; number <= 60; number++) {
        struct world *world = world_create(2, number, NULL);

        for (uint32_t i = 0; i < 10; i++) {
            world_say(world, i % 2);
        }
        test_allocator_fail(&world->nodes[0].memory, number);
        world_connect(world, 0, 1);
        world_run(world, ROUND_MS);
        world_cut(world, 0, 1);
        test_allocator_fail(&world->nodes[0].memory, 0);
        world_connect(world, 0, 1);
        world_run(world, ROUND_MS);
        world_expect_equal(world);
        world_destroy(world);
    }
}

/* ---- rooms and peers ---------------------------------------------------------------------- */

static void a_room_that_was_left_is_forgotten(void)
{
    struct world *world = world_create(2, 10, NULL);
    struct sync *sync = world->nodes[0].sync;
    struct sync_output output;

    world_say(world, 0);
    sync_room_left(sync, world_time(world), BYTES_OF(WORLD_TOPIC));
    sync_room_left(sync, world_time(world), BYTES_OF(WORLD_TOPIC));
    expect_equal(sync_line_count(sync, BYTES_OF(WORLD_TOPIC)), 0);
    world_connect(world, 0, 1);
    world_run(world, ROUND_MS);
    expect_equal(world->nodes[1].line_count, 0); /* who asks about it gets nothing */
    sync_room_joined(sync, world_time(world), BYTES_OF(WORLD_TOPIC));
    expect_true(sync_poll(sync, &output));
    expect_equal(output.kind, SYNC_RECALL);
    world_destroy(world);
}

static void rooms_and_peers_are_bounded(void)
{
    struct sync_limits limits;
    struct world *world;
    struct gossip_peer_id peer = {.size = 38};
    struct sync_output output;
    uint32_t recalls = 0;
    size_t blocks;

    sync_limits_default(&limits);
    limits.rooms_max = 3;
    limits.peers_max = 2;
    world = world_create(1, 11, &limits);
    for (uint8_t i = 0; i < 10; i++) {
        uint8_t topic = (uint8_t)('a' + i);

        sync_room_joined(world->nodes[0].sync, world_time(world), bytes_make(&topic, 1));
        peer.data[0] = i;
        sync_peer_up(world->nodes[0].sync, world_time(world), &peer);
    }
    while (sync_poll(world->nodes[0].sync, &output)) {
        recalls += output.kind == SYNC_RECALL;
    }
    expect_equal(recalls, 2); /* one was told when the world was made */
    peer.data[0] = 0;
    blocks = world->nodes[0].memory.blocks;
    for (uint32_t i = 0; i < 1000; i++) {
        uint8_t topic[4];

        store_u32_big(topic, i);
        sync_peer_subscribed(
            world->nodes[0].sync, world_time(world), &peer, bytes_make(topic, sizeof(topic)));
    }
    expect_equal(world->nodes[0].memory.blocks - blocks, SYNC_FOLLOWS_MAX);
    world_destroy(world);
}

TEST_MAIN(TEST(who_comes_late_gets_what_was_said), TEST(two_halves_become_one),
    TEST(nobody_asks_when_nothing_is_missing), TEST(everybody_asks_somebody_now_and_then),
    TEST(news_goes_from_one_to_the_next), TEST(any_sets_become_the_same), TEST(what_is_fresh_waits),
    TEST(more_than_a_window_is_not_moved), TEST(what_is_older_than_a_day_stays),
    TEST(long_lines_come_in_parts), TEST(what_is_too_much_at_once_comes_later),
    TEST(cables_may_break_at_any_time), TEST(a_lack_of_memory_is_survived),
    TEST(a_room_that_was_left_is_forgotten), TEST(rooms_and_peers_are_bounded))
