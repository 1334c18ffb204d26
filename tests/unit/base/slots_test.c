#include "base/slots.h"

#include "support/test.h"
#include "support/test_allocator.h"

#include <stddef.h>
#include <string.h>

static struct slots *table_of(uint32_t count_max, size_t item_size)
{
    struct slots *slots;

    expect_ok(slots_create(allocator_system(), count_max, item_size, &slots));
    return slots;
}

static void items_are_found_by_their_ids(void)
{
    struct slots *slots = table_of(3, sizeof(int));
    struct slot_id first, second;
    int *item = slots_insert(slots, &first);

    *item = 1;
    *(int *)slots_insert(slots, &second) = 2;
    expect_same(slots_find(slots, first), item);
    expect_equal(*(int *)slots_find(slots, second), 2);
    expect_false(slot_id_equal(first, second));
    expect_equal(slots_count(slots), 2);
    expect_equal(slots_capacity(slots), 3);
    slots_destroy(slots);
}

static void a_full_table_takes_no_more(void)
{
    struct slots *slots = table_of(2, 1);
    struct slot_id id, last;

    expect_not_null(slots_insert(slots, &id));
    expect_not_null(slots_insert(slots, &last));
    expect_null(slots_insert(slots, &id));
    expect_true(slot_id_equal(id, (struct slot_id){0}));
    expect_true(slots_remove(slots, last));
    expect_not_null(slots_insert(slots, &id));
    slots_destroy(slots);
}

static void an_id_goes_stale_with_its_item(void)
{
    struct slots *slots = table_of(1, 8);
    struct slot_id old, new;

    expect_not_null(slots_insert(slots, &old));
    expect_true(slots_remove(slots, old));
    expect_null(slots_find(slots, old));
    expect_not_null(slots_insert(slots, &new));
    expect_equal(old.index, new.index);
    expect_null(slots_find(slots, old));
    expect_false(slots_remove(slots, old));
    expect_not_null(slots_find(slots, new));
    slots_destroy(slots);
}

static void the_zero_id_names_nothing(void)
{
    struct slots *slots = table_of(2, 8);
    struct slot_id id;

    expect_null(slots_find(slots, (struct slot_id){0}));
    expect_not_null(slots_insert(slots, &id));
    expect_null(slots_find(slots, (struct slot_id){0}));
    expect_null(slots_find(slots, (struct slot_id){.index = 2, .generation = 1}));
    expect_false(slots_remove(slots, (struct slot_id){.index = UINT32_MAX, .generation = 1}));
    slots_destroy(slots);
}

static void new_items_are_zero_and_aligned(void)
{
    struct slots *slots = table_of(3, 17);
    struct slot_id id;

    for (int i = 0; i < 10; i++) {
        uint8_t *item = slots_insert(slots, &id);
        expect_equal((uintptr_t)item % _Alignof(max_align_t), 0);
        expect_bytes(bytes_make(item, 17), bytes_repeated(0, 17));
        memset(item, 0xff, 17);
        if (i >= 2)
            expect_true(slots_remove(slots, id));
    }
    slots_destroy(slots);
}

static void the_place_longest_free_is_taken_first(void)
{
    struct slots *slots = table_of(3, 1);
    struct slot_id ids[3], again;

    for (uint32_t i = 0; i < 3; i++) {
        expect_not_null(slots_insert(slots, &ids[i]));
        expect_equal(ids[i].index, i);
    }
    expect_true(slots_remove(slots, ids[1]));
    expect_true(slots_remove(slots, ids[0]));
    expect_not_null(slots_insert(slots, &again));
    expect_equal(again.index, 1);
    expect_not_null(slots_insert(slots, &again));
    expect_equal(again.index, 0);
    slots_destroy(slots);
}

static void items_may_be_removed_while_iterating(void)
{
    struct slots *slots = table_of(5, sizeof(int));
    struct slot_id id;
    int *item;
    int sum = 0;

    for (int i = 0; i < 5; i++)
        *(int *)slots_insert(slots, &id) = i;
    for (id = (struct slot_id){0}; (item = slots_next(slots, &id)) != NULL;)
        if (*item % 2 == 0)
            expect_true(slots_remove(slots, id));
    for (id = (struct slot_id){0}; (item = slots_next(slots, &id)) != NULL;)
        sum += *item;
    expect_equal(sum, 1 + 3);
    expect_equal(slots_count(slots), 2);
    slots_destroy(slots);
}

static void items_are_wiped_when_they_go(void)
{
    struct test_allocator memory;
    struct gossip_bytes secret = BYTES_OF("correct horse");
    struct slots *slots;
    struct slot_id id;
    uint8_t *item;

    test_allocator_init(&memory);
    test_allocator_watch(&memory, secret);
    expect_ok(slots_create(&memory.allocator, 2, 64, &slots));
    item = slots_insert(slots, &id);
    bytes_copy(item, secret);
    expect_true(slots_remove(slots, id));
    expect_bytes(bytes_make(item, 64), bytes_repeated(0, 64));
    bytes_copy(slots_insert(slots, &id), secret);
    slots_destroy(slots);
    slots_destroy(NULL);
    test_allocator_deinit(&memory);
}

static enum gossip_error create_and_destroy(const struct allocator *allocator, void *context)
{
    struct slots *slots;
    enum gossip_error error = slots_create(allocator, 4, 8, &slots);

    (void)context;
    expect_equal(slots == NULL, error != GOSSIP_OK);
    slots_destroy(slots);
    return error;
}

static void memory_may_end_at_any_point(void)
{
    expect_equal(test_allocator_fail_each(create_and_destroy, NULL), 3);
}

static void a_table_too_large_for_memory_is_refused(void)
{
    struct test_allocator memory;
    struct slots *slots;

    test_allocator_init(&memory);
    expect_error(slots_create(&memory.allocator, 2, SIZE_MAX, &slots), GOSSIP_ERROR_NO_MEMORY);
    expect_error(slots_create(&memory.allocator, 2, SIZE_MAX / 2, &slots), GOSSIP_ERROR_NO_MEMORY);
    test_allocator_deinit(&memory);
}

TEST_MAIN(TEST(items_are_found_by_their_ids), TEST(a_full_table_takes_no_more),
    TEST(an_id_goes_stale_with_its_item), TEST(the_zero_id_names_nothing),
    TEST(new_items_are_zero_and_aligned), TEST(the_place_longest_free_is_taken_first),
    TEST(items_may_be_removed_while_iterating), TEST(items_are_wiped_when_they_go),
    TEST(memory_may_end_at_any_point), TEST(a_table_too_large_for_memory_is_refused))
