#include "gossipsub/idontwants.h"

#include "support/test.h"
#include "support/test_allocator.h"

static struct test_allocator memory;
static struct gossipsub_idontwants idontwants;
static const struct gossipsub_peer one = {.index = 1, .generation = 1};
static const struct gossipsub_peer other = {.index = 2, .generation = 1};

static void begin(uint32_t count_max)
{
    test_allocator_init(&memory);
    gossipsub_idontwants_init(&idontwants, &memory.allocator, count_max);
}

static void end(void)
{
    gossipsub_idontwants_deinit(&idontwants);
    test_allocator_deinit(&memory);
}

static void a_pair_is_a_message_and_a_peer(void)
{
    begin(10);
    expect_true(gossipsub_idontwants_insert(&idontwants, 7, one, 1));
    expect_true(gossipsub_idontwants_has(&idontwants, 7, one));
    expect_false(gossipsub_idontwants_has(&idontwants, 7, other));
    expect_false(gossipsub_idontwants_has(&idontwants, 8, one));
    struct gossipsub_peer next = {.index = 1, .generation = 2};
    expect_false(gossipsub_idontwants_has(&idontwants, 7, next));
    end();
}

static void a_pair_counts_once(void)
{
    begin(10);
    expect_true(gossipsub_idontwants_insert(&idontwants, 7, one, 1));
    expect_false(gossipsub_idontwants_insert(&idontwants, 7, one, 2));
    end();
}

static void old_pairs_are_taken_out(void)
{
    struct gossipsub_peer whose;

    begin(10);
    expect_true(gossipsub_idontwants_insert(&idontwants, 7, one, 1));
    expect_true(gossipsub_idontwants_insert(&idontwants, 7, other, 2));
    expect_false(gossipsub_idontwants_take_old(&idontwants, 1, &whose));
    expect_true(gossipsub_idontwants_take_old(&idontwants, 2, &whose));
    expect_equal(whose.index, one.index);
    expect_false(gossipsub_idontwants_take_old(&idontwants, 2, &whose));
    expect_false(gossipsub_idontwants_has(&idontwants, 7, one));
    expect_true(gossipsub_idontwants_has(&idontwants, 7, other));
    end();
}

static void a_full_table_hears_no_more(void)
{
    begin(3);
    for (uint64_t key = 1; key <= 3; key++)
        expect_true(gossipsub_idontwants_insert(&idontwants, key, one, 1));
    expect_false(gossipsub_idontwants_insert(&idontwants, 4, one, 1));
    expect_at_most(memory.bytes, gossipsub_idontwants_bytes(3));
    end();
}

static void without_memory_nothing_is_remembered(void)
{
    begin(3);
    for (uint64_t i = 1; i <= 2; i++) {
        test_allocator_fail(&memory, i);
        expect_false(gossipsub_idontwants_insert(&idontwants, 1, one, 1));
        expect_false(gossipsub_idontwants_has(&idontwants, 1, one));
    }
    expect_true(gossipsub_idontwants_insert(&idontwants, 1, one, 1));
    end();
}

TEST_MAIN(TEST(a_pair_is_a_message_and_a_peer), TEST(a_pair_counts_once),
    TEST(old_pairs_are_taken_out), TEST(a_full_table_hears_no_more),
    TEST(without_memory_nothing_is_remembered))
