#include "base/allocator.h"

#include "support/test.h"
#include "support/test_allocator.h"

#include <string.h>

static void system_memory_can_be_written_and_given_back(void)
{
    uint8_t *memory = allocator_take(allocator_system(), 100);

    expect_not_null(memory);
    memset(memory, 1, 100);
    allocator_give(allocator_system(), memory, 100);
}

static void taking_nothing_yields_nothing(void)
{
    struct test_allocator memory;

    test_allocator_init(&memory);
    expect_null(allocator_take(&memory.allocator, 0));
    expect_null(allocator_take_zeroed(&memory.allocator, 0, 8));
    expect_null(allocator_take_zeroed(&memory.allocator, 8, 0));
    expect_equal(memory.requests, 0);
}

static void zeroed_memory_is_zero(void)
{
    struct test_allocator memory;
    uint8_t *taken;

    test_allocator_init(&memory);
    taken = allocator_take_zeroed(&memory.allocator, 5, 3);
    expect_bytes(bytes_make(taken, 15), bytes_repeated(0, 15));
    expect_equal(memory.bytes, 15);
    allocator_give(&memory.allocator, taken, 15);
    test_allocator_deinit(&memory);
}

static void a_product_that_wraps_is_refused_before_asking(void)
{
    struct test_allocator memory;

    test_allocator_init(&memory);
    expect_null(allocator_take_zeroed(&memory.allocator, SIZE_MAX / 2 + 1, 2));
    expect_null(allocator_take_zeroed(&memory.allocator, SIZE_MAX / 8 + 2, 8));
    expect_equal(memory.requests, 0);
}

static void resizing_keeps_what_fits(void)
{
    struct test_allocator memory;
    uint8_t *taken;

    test_allocator_init(&memory);
    taken = allocator_resize(&memory.allocator, NULL, 0, 4);
    memcpy(taken, "abcd", 4);
    taken = allocator_resize(&memory.allocator, taken, 4, 6);
    expect_bytes(bytes_make(taken, 4), BYTES_OF("abcd"));
    taken = allocator_resize(&memory.allocator, taken, 6, 2);
    expect_bytes(bytes_make(taken, 2), BYTES_OF("ab"));
    expect_equal(memory.blocks, 1);
    allocator_give(&memory.allocator, taken, 2);
    test_allocator_deinit(&memory);
}

static void a_failed_resize_leaves_the_memory_as_it_was(void)
{
    struct test_allocator memory;
    uint8_t *taken;

    test_allocator_init(&memory);
    taken = allocator_take(&memory.allocator, 4);
    memcpy(taken, "abcd", 4);
    test_allocator_fail(&memory, 1);
    expect_null(allocator_resize(&memory.allocator, taken, 4, 400));
    expect_bytes(bytes_make(taken, 4), BYTES_OF("abcd"));
    allocator_give(&memory.allocator, taken, 4);
    test_allocator_deinit(&memory);
}

static void giving_null_does_nothing(void)
{
    struct test_allocator memory;

    test_allocator_init(&memory);
    allocator_give(&memory.allocator, NULL, 10);
    test_allocator_deinit(&memory);
}

TEST_MAIN(TEST(system_memory_can_be_written_and_given_back), TEST(taking_nothing_yields_nothing),
    TEST(zeroed_memory_is_zero), TEST(a_product_that_wraps_is_refused_before_asking),
    TEST(resizing_keeps_what_fits), TEST(a_failed_resize_leaves_the_memory_as_it_was),
    TEST(giving_null_does_nothing))
