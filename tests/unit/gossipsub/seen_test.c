#include "gossipsub/seen.h"

#include "base/instant.h"
#include "support/test.h"
#include "support/test_allocator.h"

static struct test_allocator memory;
static struct gossipsub_seen seen;

static void begin(uint32_t count_max)
{
    test_allocator_init(&memory);
    gossipsub_seen_init(&seen, &memory.allocator, count_max, duration_seconds(120));
}

static void end(void)
{
    gossipsub_seen_deinit(&seen);
    test_allocator_deinit(&memory);
}

static void an_id_is_seen_for_its_lifetime(void)
{
    begin(10);
    expect_false(gossipsub_seen_has(&seen, 1));
    expect_true(gossipsub_seen_insert(&seen, instant_us(0), 1));
    expect_true(gossipsub_seen_insert(&seen, instant_us(1), 2));
    gossipsub_seen_expire(&seen, instant_us(119999999));
    expect_true(gossipsub_seen_has(&seen, 1));
    gossipsub_seen_expire(&seen, instant_us(120000000));
    expect_false(gossipsub_seen_has(&seen, 1));
    expect_true(gossipsub_seen_has(&seen, 2));
    expect_equal(gossipsub_seen_count(&seen), 1);
    end();
}

static void at_the_bound_the_oldest_is_forgotten(void)
{
    begin(3);
    for (uint64_t key = 1; key <= 5; key++)
        expect_true(gossipsub_seen_insert(&seen, instant_us(0), key));
    expect_false(gossipsub_seen_has(&seen, 2));
    expect_true(gossipsub_seen_has(&seen, 3));
    expect_equal(gossipsub_seen_count(&seen), 3);
    end();
}

/* What one id costs decides how long a flood can be remembered. */
static void an_id_takes_at_most_64_bytes(void)
{
    begin(10000);
    for (uint64_t key = 1; key <= 10000; key++)
        expect_true(gossipsub_seen_insert(&seen, instant_us(0), key * 0x9e3779b97f4a7c15u));
    expect_at_most(memory.bytes, 64 * 10000);
    expect_at_most(memory.bytes, gossipsub_seen_bytes(10000));
    end();
}

static void without_memory_nothing_is_remembered(void)
{
    begin(10);
    for (uint64_t i = 1; i <= 2; i++) {
        test_allocator_fail(&memory, i);
        expect_false(gossipsub_seen_insert(&seen, instant_us(0), 1));
        expect_false(gossipsub_seen_has(&seen, 1));
    }
    expect_true(gossipsub_seen_insert(&seen, instant_us(0), 1));
    end();
}

static void near_the_end_of_the_clock_ids_do_not_expire(void)
{
    begin(10);
    expect_true(gossipsub_seen_insert(&seen, instant_us(GOSSIP_NEVER_US - 1), 1));
    gossipsub_seen_expire(&seen, instant_us(GOSSIP_NEVER_US - 1));
    expect_true(gossipsub_seen_has(&seen, 1));
    end();
}

TEST_MAIN(TEST(an_id_is_seen_for_its_lifetime), TEST(at_the_bound_the_oldest_is_forgotten),
    TEST(an_id_takes_at_most_64_bytes), TEST(without_memory_nothing_is_remembered),
    TEST(near_the_end_of_the_clock_ids_do_not_expire))
