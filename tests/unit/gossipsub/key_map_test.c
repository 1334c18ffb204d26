#include "gossipsub/key_map.h"

#include "base/dice.h"
#include "support/test.h"
#include "support/test_allocator.h"

#include <string.h>

static struct test_allocator memory;
static struct gossipsub_key_map map;

static void begin(uint32_t count_max)
{
    test_allocator_init(&memory);
    gossipsub_key_map_init(&map, &memory.allocator, count_max);
}

static void end(void)
{
    gossipsub_key_map_deinit(&map);
    test_allocator_deinit(&memory);
}

static void a_key_leads_to_its_number(void)
{
    uint32_t number = 0;

    begin(10);
    expect_false(gossipsub_key_map_find(&map, 5, &number));
    expect_true(gossipsub_key_map_insert(&map, 5, 50));
    expect_true(gossipsub_key_map_find(&map, 5, &number));
    expect_equal(number, 50);
    expect_true(gossipsub_key_map_insert(&map, 5, 51));
    expect_true(gossipsub_key_map_find(&map, 5, &number));
    expect_equal(number, 51);
    expect_equal(map.count, 1);
    gossipsub_key_map_remove(&map, 5);
    gossipsub_key_map_remove(&map, 5);
    expect_false(gossipsub_key_map_find(&map, 5, NULL));
    expect_equal(map.count, 0);
    end();
}

static void the_bound_holds(void)
{
    begin(100);
    for (uint64_t key = 1; key <= 100; key++)
        expect_true(gossipsub_key_map_insert(&map, key * 0x9e3779b97f4a7c15u, 0));
    expect_false(gossipsub_key_map_insert(&map, 7, 0));
    expect_true(gossipsub_key_map_insert(&map, 0x9e3779b97f4a7c15u, 1));
    expect_at_most(memory.bytes, gossipsub_key_map_bytes(100));
    end();
}

/* Few keys in few places, so that runs grow into each other and around the end. */
static void removal_from_anywhere_loses_nobody(void)
{
    static bool is_there[64];
    struct dice dice;

    begin(48);
    memset(is_there, 0, sizeof(is_there));
    dice_seed(&dice, 1);
    for (int round = 0; round < 20000; round++) {
        uint32_t key = dice_below(&dice, 64);
        uint32_t number;
        if (dice_below(&dice, 2) == 0)
            is_there[key] = gossipsub_key_map_insert(&map, key + 1, key) || is_there[key];
        else {
            gossipsub_key_map_remove(&map, key + 1);
            is_there[key] = false;
        }
        uint32_t asked = dice_below(&dice, 64);
        expect_equal(gossipsub_key_map_find(&map, asked + 1, &number), is_there[asked]);
        if (is_there[asked])
            expect_equal(number, asked);
    }
    end();
}

static void without_memory_the_map_stays_as_it_was(void)
{
    begin(100);
    test_allocator_fail(&memory, 1);
    expect_false(gossipsub_key_map_insert(&map, 1, 1));
    for (uint64_t key = 1; key <= 6; key++)
        expect_true(gossipsub_key_map_insert(&map, key, 1));
    test_allocator_fail(&memory, 1);
    expect_false(gossipsub_key_map_insert(&map, 7, 1));
    for (uint64_t key = 1; key <= 6; key++)
        expect_true(gossipsub_key_map_find(&map, key, NULL));
    end();
}

static void keys_depend_on_the_secret_and_pairs_on_their_order(void)
{
    struct siphash_key one = {.low = 1};
    struct siphash_key other = {.low = 2};
    expect_true(gossipsub_key(one, BYTES_OF("id")) != gossipsub_key(other, BYTES_OF("id")));
    expect_true(gossipsub_key(one, BYTES_OF("id")) == gossipsub_key(one, BYTES_OF("id")));
    expect_true(gossipsub_key_join(1, 2) != gossipsub_key_join(2, 1));
    expect_true(gossipsub_key_join(0, 0) != 0);
}

TEST_MAIN(TEST(a_key_leads_to_its_number), TEST(the_bound_holds),
    TEST(removal_from_anywhere_loses_nobody), TEST(without_memory_the_map_stays_as_it_was),
    TEST(keys_depend_on_the_secret_and_pairs_on_their_order))
