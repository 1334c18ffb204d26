#include "base/hash_map.h"

#include "support/test.h"
#include "support/test_allocator.h"

#include <stdio.h>

static const struct siphash_key seed = {.low = 1, .high = 2};

static struct hash_map *map_of(const struct allocator *allocator, uint32_t count_max)
{
    struct hash_map *map;

    expect_ok(hash_map_create(allocator, count_max, seed, &map));
    return map;
}

static void put(struct hash_map *map, const char *key, uint64_t number)
{
    expect_ok(hash_map_insert(map, bytes_of_text(key), (union hash_map_value){.number = number}));
}

/* The numbers of all entries, oldest first: "1 2 3 ". */
static const char *order(const struct hash_map *map)
{
    char *text = test_take(256);
    size_t size = 0;

    text[0] = '\0';
    for (struct hash_map_entry *entry = hash_map_oldest(map); entry != NULL;
         entry = hash_map_next(entry))
        size +=
            (size_t)snprintf(text + size, 256 - size, "%d ", (int)hash_map_value(entry)->number);
    return text;
}

static void what_is_inserted_is_found(void)
{
    struct hash_map *map = map_of(allocator_system(), 10);
    int thing;

    put(map, "tea", 7);
    expect_ok(hash_map_insert(map, BYTES_OF("cup"), (union hash_map_value){.pointer = &thing}));
    expect_equal(hash_map_value(hash_map_find(map, BYTES_OF("tea")))->number, 7);
    expect_same(hash_map_value(hash_map_find(map, BYTES_OF("cup")))->pointer, &thing);
    expect_null(hash_map_find(map, BYTES_OF("te")));
    expect_null(hash_map_find(map, BYTES_OF("tea\0")));
    expect_equal(hash_map_count(map), 2);
    hash_map_destroy(map);
}

static void an_empty_map_finds_nothing(void)
{
    struct hash_map *map = map_of(allocator_system(), 10);

    expect_null(hash_map_find(map, BYTES_OF("tea")));
    expect_null(hash_map_oldest(map));
    expect_false(hash_map_remove(map, BYTES_OF("tea"), NULL));
    expect_equal(hash_map_longest_chain(map), 0);
    hash_map_clear(map);
    hash_map_destroy(map);
    hash_map_destroy(NULL);
}

static void the_empty_key_is_a_key(void)
{
    struct hash_map *map = map_of(allocator_system(), 10);

    expect_null(hash_map_find(map, bytes_make(NULL, 0)));
    put(map, "", 5);
    expect_equal(hash_map_value(hash_map_find(map, bytes_make(NULL, 0)))->number, 5);
    expect_true(hash_map_remove(map, BYTES_OF(""), NULL));
    hash_map_destroy(map);
}

static void keys_are_copied(void)
{
    struct hash_map *map = map_of(allocator_system(), 10);
    char key[] = "tea";

    put(map, key, 1);
    key[0] = 'p';
    expect_null(hash_map_find(map, BYTES_OF("pea")));
    expect_bytes(hash_map_key(hash_map_find(map, BYTES_OF("tea"))), BYTES_OF("tea"));
    hash_map_destroy(map);
}

static void a_key_is_inserted_only_once(void)
{
    struct hash_map *map = map_of(allocator_system(), 10);
    union hash_map_value other = {.number = 2};

    put(map, "tea", 1);
    expect_error(hash_map_insert(map, BYTES_OF("tea"), other), GOSSIP_ERROR_ALREADY);
    expect_text(order(map), "1 ");
    hash_map_destroy(map);
}

static void a_full_map_takes_no_more(void)
{
    struct hash_map *map = map_of(allocator_system(), 2);
    union hash_map_value other = {.number = 3};

    put(map, "a", 1);
    expect_false(hash_map_is_full(map));
    put(map, "b", 2);
    expect_true(hash_map_is_full(map));
    expect_error(hash_map_insert(map, BYTES_OF("c"), other), GOSSIP_ERROR_LIMIT);
    expect_error(hash_map_insert(map, BYTES_OF("b"), other), GOSSIP_ERROR_ALREADY);
    expect_text(order(map), "1 2 ");
    hash_map_remove_entry(map, hash_map_oldest(map));
    put(map, "c", 3);
    expect_text(order(map), "2 3 ");
    hash_map_destroy(map);
}

static void too_long_keys_are_refused(void)
{
    struct hash_map *map = map_of(allocator_system(), 2);
    struct gossip_bytes longest = bytes_repeated('x', HASH_MAP_KEY_BYTES_MAX);
    struct gossip_bytes longer = bytes_repeated('x', HASH_MAP_KEY_BYTES_MAX + 1);
    union hash_map_value value = {.number = 1};

    expect_ok(hash_map_insert(map, longest, value));
    expect_error(hash_map_insert(map, longer, value), GOSSIP_ERROR_LIMIT);
    expect_null(hash_map_find(map, longer));
    hash_map_destroy(map);
}

static void removal_hands_out_the_value(void)
{
    struct hash_map *map = map_of(allocator_system(), 10);
    union hash_map_value value = {.number = 0};

    put(map, "a", 1);
    put(map, "b", 2);
    put(map, "c", 3);
    expect_true(hash_map_remove(map, BYTES_OF("b"), &value));
    expect_equal(value.number, 2);
    expect_false(hash_map_remove(map, BYTES_OF("b"), &value));
    expect_text(order(map), "1 3 ");
    hash_map_clear(map);
    expect_equal(hash_map_count(map), 0);
    put(map, "b", 4);
    expect_text(order(map), "4 ");
    hash_map_destroy(map);
}

static void touching_makes_an_entry_the_newest(void)
{
    struct hash_map *map = map_of(allocator_system(), 10);

    put(map, "a", 1);
    hash_map_touch(map, hash_map_find(map, BYTES_OF("a")));
    expect_text(order(map), "1 ");
    put(map, "b", 2);
    put(map, "c", 3);
    hash_map_touch(map, hash_map_find(map, BYTES_OF("a")));
    expect_text(order(map), "2 3 1 ");
    hash_map_touch(map, hash_map_find(map, BYTES_OF("a")));
    hash_map_touch(map, hash_map_oldest(map));
    expect_text(order(map), "3 1 2 ");
    hash_map_destroy(map);
}

static void the_order_does_not_depend_on_the_seed(void)
{
    const char *first = NULL;

    for (uint64_t low = 0; low < 5; low++) {
        struct siphash_key other = {.low = low, .high = 99};
        struct hash_map *map;

        expect_ok(hash_map_create(allocator_system(), 10, other, &map));
        put(map, "pear", 1);
        put(map, "apple", 2);
        put(map, "fig", 3);
        expect_true(hash_map_remove(map, BYTES_OF("pear"), NULL));
        put(map, "pear", 4);
        if (first == NULL)
            first = order(map);
        expect_text(order(map), first);
        hash_map_destroy(map);
    }
    expect_text(first, "2 3 4 ");
}

static void values_may_be_changed_in_place(void)
{
    struct hash_map *map = map_of(allocator_system(), 10);

    put(map, "a", 1);
    hash_map_value(hash_map_find(map, BYTES_OF("a")))->number++;
    expect_text(order(map), "2 ");
    hash_map_destroy(map);
}

/* More than any table of this program holds; chains stay as short as chance makes them. */
static void a_hundred_thousand_entries_stay_quick(void)
{
    enum { MANY = 100000 };
    struct test_allocator memory;
    struct hash_map *map;
    uint8_t key[4];

    test_allocator_init(&memory);
    map = map_of(&memory.allocator, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        store_u32_big(key, i);
        expect_ok(hash_map_insert(map, bytes_make(key, 4), (union hash_map_value){.number = i}));
    }
    expect_at_most(hash_map_longest_chain(map), 25);
    expect_at_most(memory.bytes, (MANY + 1) * hash_map_entry_bytes(4));
    for (uint32_t i = 0; i < MANY; i++) {
        store_u32_big(key, i);
        expect_equal(hash_map_value(hash_map_find(map, bytes_make(key, 4)))->number, i);
    }
    for (uint32_t i = 0; i < MANY; i += 2) {
        store_u32_big(key, i);
        expect_true(hash_map_remove(map, bytes_make(key, 4), NULL));
    }
    expect_equal(hash_map_count(map), MANY / 2);
    expect_equal(hash_map_value(hash_map_oldest(map))->number, 1);
    hash_map_destroy(map);
    test_allocator_deinit(&memory);
}

/* Inserts keys whose hashes under `seed` end in twelve zero bits, as one who knew it could. */
static uint32_t chain_of_chosen_keys(struct siphash_key used)
{
    struct hash_map *map;
    uint32_t found = 0;
    uint32_t chain;

    expect_ok(hash_map_create(allocator_system(), 200, used, &map));
    for (uint32_t i = 0; found < 200; i++) {
        uint8_t key[4];

        store_u32_big(key, i);
        if ((siphash(seed, bytes_make(key, 4)) & 0xfff) != 0)
            continue;
        expect_ok(hash_map_insert(map, bytes_make(key, 4), (union hash_map_value){.number = i}));
        found++;
    }
    chain = hash_map_longest_chain(map);
    hash_map_destroy(map);
    return chain;
}

static void keys_chosen_to_collide_need_the_seed(void)
{
    struct siphash_key other_low = {.low = seed.low + 1, .high = seed.high};
    struct siphash_key other_high = {.low = seed.low, .high = seed.high + 1};

    expect_equal(chain_of_chosen_keys(seed), 200);
    expect_at_most(chain_of_chosen_keys(other_low), 20);
    expect_at_most(chain_of_chosen_keys(other_high), 20);
}

static enum gossip_error fill_and_empty(const struct allocator *allocator, void *context)
{
    struct hash_map *map;
    enum gossip_error error = hash_map_create(allocator, 1000, seed, &map);

    (void)context;
    for (uint16_t i = 0; error == GOSSIP_OK && i < 700; i++) {
        uint32_t before = hash_map_count(map);
        uint8_t key[2];

        store_u16_big(key, i);
        error = hash_map_insert(map, bytes_make(key, 2), (union hash_map_value){.number = i});
        expect_equal(hash_map_count(map), before + (error == GOSSIP_OK));
        expect_equal(hash_map_find(map, bytes_make(key, 2)) != NULL, error == GOSSIP_OK);
    }
    hash_map_destroy(map);
    return error;
}

static void memory_may_end_at_any_point(void)
{
    expect_at_least(test_allocator_fail_each(fill_and_empty, NULL), 700);
}

TEST_MAIN(TEST(what_is_inserted_is_found), TEST(an_empty_map_finds_nothing),
    TEST(the_empty_key_is_a_key), TEST(keys_are_copied), TEST(a_key_is_inserted_only_once),
    TEST(a_full_map_takes_no_more), TEST(too_long_keys_are_refused),
    TEST(removal_hands_out_the_value), TEST(touching_makes_an_entry_the_newest),
    TEST(the_order_does_not_depend_on_the_seed), TEST(values_may_be_changed_in_place),
    TEST(a_hundred_thousand_entries_stay_quick), TEST(keys_chosen_to_collide_need_the_seed),
    TEST(memory_may_end_at_any_point))
