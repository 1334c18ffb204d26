#include "gossipsub/backoff.h"

#include "base/instant.h"
#include "support/test.h"
#include "support/test_allocator.h"

static struct test_allocator memory;
static struct gossipsub_limits limits;
static struct gossipsub_backoffs backoffs;
static const struct gossip_instant start = {.us = 1000000000};

static void begin(uint32_t peers_max, uint32_t per_peer_max, uint32_t gone_max)
{
    test_allocator_init(&memory);
    gossipsub_limits_default(&limits);
    limits.peers_max = peers_max;
    limits.backoffs_per_peer_max = per_peer_max;
    limits.backoffs_gone_max = gone_max;
    gossipsub_backoffs_init(&backoffs, &memory.allocator, &limits, duration_seconds(2));
}

static void end(void)
{
    gossipsub_backoffs_deinit(&backoffs);
    test_allocator_deinit(&memory);
}

static struct gossip_instant after_ms(uint64_t ms)
{
    return instant_add(start, duration_ms(ms));
}

static bool set(uint64_t key, uint64_t seconds, struct gossipsub_backoff_line *line)
{
    return gossipsub_backoffs_set(&backoffs, start, key, duration_seconds(seconds), line);
}

static void nobody_is_in_a_backoff_at_first(void)
{
    begin(2, 4, 4);
    expect_false(gossipsub_backoffs_is_active(&backoffs, start, 1));
    expect_true(gossipsub_backoffs_may_graft(&backoffs, start, 1));
    expect_equal(gossipsub_backoffs_end(&backoffs, 1).us, 0);
    end();
}

static void we_wait_longer_than_we_demand(void)
{
    struct gossipsub_backoff_line line = {0};

    begin(2, 4, 4);
    expect_true(set(1, 60, &line));
    expect_true(gossipsub_backoffs_is_active(&backoffs, after_ms(59999), 1));
    expect_false(gossipsub_backoffs_is_active(&backoffs, after_ms(60000), 1));
    expect_false(gossipsub_backoffs_may_graft(&backoffs, after_ms(61999), 1));
    expect_true(gossipsub_backoffs_may_graft(&backoffs, after_ms(62000), 1));
    expect_false(gossipsub_backoffs_is_active(&backoffs, start, 2));
    end();
}

static void a_backoff_is_never_made_shorter(void)
{
    struct gossipsub_backoff_line line = {0};

    begin(2, 4, 4);
    expect_true(set(1, 60, &line));
    expect_true(set(1, 10, &line));
    expect_equal(gossipsub_backoffs_end(&backoffs, 1).us, after_ms(60000).us);
    expect_true(set(1, 70, &line));
    expect_equal(gossipsub_backoffs_end(&backoffs, 1).us, after_ms(70000).us);
    expect_equal(line.count, 1);
    end();
}

static void no_backoff_is_longer_than_the_limit(void)
{
    struct gossipsub_backoff_line line = {0};

    begin(2, 4, 4);
    expect_true(gossipsub_backoffs_set(
        &backoffs, start, 1, (struct gossip_duration){.us = UINT64_MAX}, &line));
    expect_equal(gossipsub_backoffs_end(&backoffs, 1).us, after_ms(3600000).us);
    end();
}

static void at_the_end_of_the_clock_nothing_overflows(void)
{
    struct gossipsub_backoff_line line = {0};
    struct gossip_instant last = {.us = GOSSIP_NEVER_US - 1};

    begin(2, 4, 4);
    expect_true(gossipsub_backoffs_set(&backoffs, last, 1, duration_seconds(60), &line));
    expect_true(gossipsub_backoffs_is_active(&backoffs, last, 1));
    expect_false(gossipsub_backoffs_may_graft(&backoffs, last, 1));
    gossipsub_backoffs_expire(&backoffs, last, &line);
    expect_equal(line.count, 1);
    end();
}

static void of_one_peer_the_oldest_gives_way(void)
{
    struct gossipsub_backoff_line line = {0};

    begin(2, 3, 4);
    for (uint64_t key = 1; key <= 4; key++)
        expect_true(set(key, 60, &line));
    expect_equal(line.count, 3);
    expect_false(gossipsub_backoffs_is_active(&backoffs, start, 1));
    expect_true(gossipsub_backoffs_is_active(&backoffs, start, 4));
    end();
}

static void those_of_peers_that_left_stay_and_give_way_first(void)
{
    struct gossipsub_backoff_line lines[3] = {{0}};

    begin(2, 2, 1);
    expect_true(set(1, 60, &lines[0]));
    expect_true(set(2, 60, &lines[0]));
    gossipsub_backoffs_release(&backoffs, &lines[0]);
    expect_equal(lines[0].count, 0);
    expect_true(gossipsub_backoffs_is_active(&backoffs, start, 1));
    for (uint64_t key = 3; key <= 6; key++)
        expect_true(set(key, 60, &lines[1 + key / 5]));
    /* Five places: the four of those who are here, and one that is left for the gone. */
    expect_false(gossipsub_backoffs_is_active(&backoffs, start, 1));
    expect_true(gossipsub_backoffs_is_active(&backoffs, start, 2));
    for (uint64_t key = 3; key <= 6; key++)
        expect_true(gossipsub_backoffs_is_active(&backoffs, start, key));
    end();
}

static void who_comes_back_owns_its_backoff_again(void)
{
    struct gossipsub_backoff_line line = {0};

    begin(1, 2, 1);
    expect_true(set(1, 60, &line));
    gossipsub_backoffs_release(&backoffs, &line);
    expect_true(set(1, 60, &line));
    expect_equal(line.count, 1);
    expect_equal(backoffs.orphans.count, 0);
    end();
}

static void what_is_over_is_forgotten_slack_included(void)
{
    struct gossipsub_backoff_line line = {0};

    begin(2, 8, 4);
    expect_true(set(1, 10, &line));
    expect_true(set(2, 20, &line));
    expect_true(set(3, 10, &line));
    gossipsub_backoffs_expire(&backoffs, after_ms(11999), &line);
    expect_equal(line.count, 3);
    gossipsub_backoffs_expire(&backoffs, after_ms(12000), &line);
    expect_equal(line.count, 1);
    gossipsub_backoffs_release(&backoffs, &line);
    gossipsub_backoffs_expire_orphans(&backoffs, after_ms(22000));
    expect_equal(backoffs.orphans.count, 0);
    expect_equal(backoffs.map.count, 0);
    end();
}

static void without_memory_there_is_no_backoff(void)
{
    struct gossipsub_backoff_line line = {0};

    begin(2, 4, 4);
    test_allocator_fail(&memory, 1);
    expect_false(set(1, 60, &line));
    expect_true(set(1, 60, &line));
    end();
}

static void the_table_takes_no_more_memory_than_declared(void)
{
    struct gossipsub_backoff_line lines[4] = {{0}};

    begin(4, 16, 64);
    for (uint64_t key = 1; key <= 1000; key++) {
        expect_true(set(key * 0x9e3779b97f4a7c15u, 60, &lines[key % 4]));
        if (key % 7 == 0)
            gossipsub_backoffs_release(&backoffs, &lines[key % 3]);
    }
    expect_at_most(memory.bytes, gossipsub_backoffs_bytes(&limits));
    end();
}

TEST_MAIN(TEST(nobody_is_in_a_backoff_at_first), TEST(we_wait_longer_than_we_demand),
    TEST(a_backoff_is_never_made_shorter), TEST(no_backoff_is_longer_than_the_limit),
    TEST(at_the_end_of_the_clock_nothing_overflows), TEST(of_one_peer_the_oldest_gives_way),
    TEST(those_of_peers_that_left_stay_and_give_way_first),
    TEST(who_comes_back_owns_its_backoff_again), TEST(what_is_over_is_forgotten_slack_included),
    TEST(without_memory_there_is_no_backoff), TEST(the_table_takes_no_more_memory_than_declared))
