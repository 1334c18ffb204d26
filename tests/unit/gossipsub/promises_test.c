#include "gossipsub/promises.h"

#include "base/instant.h"
#include "support/test.h"
#include "support/test_allocator.h"

static struct test_allocator memory;
static struct gossipsub_limits limits;
static struct gossipsub_promises promises;
static const struct gossip_instant start = {.us = 1000000};

static void begin(uint32_t count_max)
{
    test_allocator_init(&memory);
    gossipsub_limits_default(&limits);
    limits.asked_ids_max = count_max;
    limits.promises_max = count_max;
    gossipsub_promises_init(&promises, &memory.allocator, &limits, duration_seconds(3));
}

static void end(void)
{
    gossipsub_promises_deinit(&promises);
    test_allocator_deinit(&memory);
}

static struct gossipsub_peer peer(uint32_t index)
{
    return (struct gossipsub_peer){.index = index, .generation = 1};
}

static struct gossip_instant after_ms(uint64_t ms)
{
    return instant_add(start, duration_ms(ms));
}

static bool may_ask(uint64_t ms, uint32_t index)
{
    return gossipsub_promises_may_ask(&promises, after_ms(ms), 7, peer(index));
}

static void ask(uint64_t ms, uint32_t index)
{
    gossipsub_promises_ask(&promises, after_ms(ms), 7, peer(index));
}

static void two_are_asked_at_once_and_others_after_a_while(void)
{
    begin(10);
    expect_true(may_ask(0, 1));
    ask(0, 1);
    expect_true(may_ask(0, 2));
    ask(0, 2);
    expect_false(may_ask(0, 3));
    expect_false(may_ask(99, 3));
    expect_true(may_ask(100, 3));
    ask(100, 3);
    expect_true(may_ask(100, 4));
    ask(100, 4);
    expect_false(may_ask(150, 5));
    end();
}

static void nobody_is_asked_twice(void)
{
    begin(10);
    ask(0, 1);
    expect_false(may_ask(0, 1));
    expect_false(may_ask(2000, 1));
    struct gossipsub_peer next = {.index = 1, .generation = 2};
    expect_true(gossipsub_promises_may_ask(&promises, after_ms(2000), 7, next));
    gossipsub_promises_expire(&promises, after_ms(3000));
    expect_true(may_ask(3000, 1));
    end();
}

static void what_was_asked_for_first_is_forgotten_at_the_bound(void)
{
    begin(3);
    for (uint64_t key = 1; key <= 4; key++)
        gossipsub_promises_ask(&promises, start, key, peer(1));
    expect_true(gossipsub_promises_may_ask(&promises, start, 1, peer(1)));
    expect_false(gossipsub_promises_may_ask(&promises, start, 2, peer(1)));
    expect_at_most(memory.bytes, gossipsub_promises_bytes(&limits));
    end();
}

static void promises_fall_due_in_their_order(void)
{
    struct gossipsub_promise promise;

    begin(10);
    gossipsub_promises_add(&promises, start, 1, 100, peer(1));
    gossipsub_promises_add(&promises, after_ms(500), 2, 100, peer(2));
    expect_false(gossipsub_promises_take_due(&promises, after_ms(2999), &promise));
    expect_true(gossipsub_promises_take_due(&promises, after_ms(3000), &promise));
    expect_equal(promise.key, 1);
    expect_equal(promise.peer.index, 1);
    expect_false(gossipsub_promises_take_due(&promises, after_ms(3000), &promise));
    expect_true(gossipsub_promises_take_due(&promises, after_ms(9000), &promise));
    expect_equal(promise.key, 2);
    end();
}

static void waived_promises_never_fall_due(void)
{
    struct gossipsub_promise promise;

    begin(10);
    gossipsub_promises_add(&promises, start, 1, 100, peer(1));
    gossipsub_promises_add(&promises, start, 2, 200, peer(1));
    gossipsub_promises_add(&promises, start, 3, 100, peer(2));
    gossipsub_promises_add(&promises, start, 4, 300, peer(3));
    gossipsub_promises_waive_topic(&promises, 100);
    gossipsub_promises_waive(&promises, 2);
    expect_true(gossipsub_promises_take_due(&promises, after_ms(3000), &promise));
    expect_equal(promise.key, 4);
    expect_false(gossipsub_promises_take_due(&promises, after_ms(3000), &promise));
    end();
}

static void beyond_the_bound_nobody_is_held_to_anything(void)
{
    struct gossipsub_promise promise;
    unsigned due = 0;

    begin(3);
    for (uint64_t key = 1; key <= 10; key++)
        gossipsub_promises_add(&promises, start, key, 100, peer(1));
    while (gossipsub_promises_take_due(&promises, after_ms(3000), &promise))
        due++;
    expect_equal(due, 3);
    end();
}

static void without_memory_more_is_asked_than_need_be(void)
{
    struct gossipsub_promise promise;

    begin(10);
    test_allocator_fail(&memory, 1);
    ask(0, 1);
    expect_true(may_ask(0, 1));
    test_allocator_fail(&memory, 2);
    ask(0, 1);
    expect_true(may_ask(0, 1));
    test_allocator_fail(&memory, 1);
    gossipsub_promises_add(&promises, start, 1, 100, peer(1));
    expect_false(gossipsub_promises_take_due(&promises, after_ms(3000), &promise));
    end();
}

TEST_MAIN(TEST(two_are_asked_at_once_and_others_after_a_while), TEST(nobody_is_asked_twice),
    TEST(what_was_asked_for_first_is_forgotten_at_the_bound),
    TEST(promises_fall_due_in_their_order), TEST(waived_promises_never_fall_due),
    TEST(beyond_the_bound_nobody_is_held_to_anything),
    TEST(without_memory_more_is_asked_than_need_be))
