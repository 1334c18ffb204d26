#include "support/test_allocator.h"

#include "failing.h"

static struct test_allocator memory;

static void what_is_taken_is_counted(void)
{
    void *first, *second;

    test_allocator_init(&memory);
    first = allocator_take(&memory.allocator, 10);
    second = allocator_take(&memory.allocator, 20);
    allocator_give(&memory.allocator, first, 10);
    expect_equal(memory.requests, 2);
    expect_equal(memory.blocks, 1);
    expect_equal(memory.bytes, 20);
    expect_equal(memory.bytes_peak, 30);
    allocator_give(&memory.allocator, second, 20);
    test_allocator_deinit(&memory);
}

static void the_chosen_request_fails_and_no_other(void)
{
    void *first, *third;

    test_allocator_init(&memory);
    test_allocator_fail(&memory, 2);
    first = allocator_take(&memory.allocator, 1);
    expect_not_null(first);
    expect_false(memory.has_failed);
    expect_null(allocator_take(&memory.allocator, 1));
    expect_true(memory.has_failed);
    third = allocator_take(&memory.allocator, 1);
    expect_not_null(third);
    allocator_give(&memory.allocator, first, 1);
    allocator_give(&memory.allocator, third, 1);
    test_allocator_deinit(&memory);
}

static void leak(void)
{
    test_allocator_init(&memory);
    expect_not_null(allocator_take(&memory.allocator, 10));
    test_allocator_deinit(&memory);
}

static void wrong_size(void)
{
    test_allocator_init(&memory);
    allocator_give(&memory.allocator, allocator_take(&memory.allocator, 10), 11);
}

static void wrong_owner(void)
{
    static struct test_allocator other;

    test_allocator_init(&memory);
    test_allocator_init(&other);
    allocator_give(&other.allocator, allocator_take(&memory.allocator, 10), 10);
}

static void unwiped_secret(void)
{
    char *block;

    test_allocator_init(&memory);
    test_allocator_watch(&memory, BYTES_OF("first of two"));
    test_allocator_watch(&memory, BYTES_OF("a secret"));
    block = allocator_take(&memory.allocator, 100);
    memcpy(block + 92, "a secret", 8);
    allocator_give(&memory.allocator, block, 100);
}

static void misuse_is_caught(void)
{
    expect_failure(leak, "memory->blocks|is 1");
    expect_failure(wrong_size, "size other than");
    expect_failure(wrong_owner, "did not come from");
    expect_failure(unwiped_secret, "secret");
}

static void a_wiped_secret_is_not_found(void)
{
    char *block;

    test_allocator_init(&memory);
    test_allocator_watch(&memory, BYTES_OF("a secret"));
    block = allocator_take(&memory.allocator, 100);
    memcpy(block + 92, "a secret", 8);
    bytes_wipe(block + 92, 4);
    allocator_give(&memory.allocator, block, 100);
    test_allocator_deinit(&memory);
}

static enum gossip_error take_twice(const struct allocator *allocator, void *context)
{
    void *first = allocator_take(allocator, 1);
    void *second = first == NULL ? NULL : allocator_take(allocator, 2);
    int *runs = context;

    (*runs)++;
    allocator_give(allocator, first, 1);
    allocator_give(allocator, second, 2);
    return second == NULL ? GOSSIP_ERROR_NO_MEMORY : GOSSIP_OK;
}

static enum gossip_error leak_after_failure(const struct allocator *allocator, void *context)
{
    void *first = allocator_take(allocator, 1);

    (void)context;
    if (first == NULL || allocator_take(allocator, 2) == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    return GOSSIP_OK;
}

static void run_leaking_scenario(void)
{
    test_allocator_fail_each(leak_after_failure, NULL);
}

static enum gossip_error wrong_error(const struct allocator *allocator, void *context)
{
    void *first = allocator_take(allocator, 1);

    (void)context;
    allocator_give(allocator, first, 1);
    return first == NULL ? GOSSIP_ERROR_IO : GOSSIP_OK;
}

static void run_wrong_scenario(void)
{
    test_allocator_fail_each(wrong_error, NULL);
}

static void each_request_is_made_to_fail_once(void)
{
    int runs = 0;

    expect_equal(test_allocator_fail_each(take_twice, &runs), 2);
    expect_equal(runs, 3);
    expect_failure(run_leaking_scenario, "blocks");
    expect_failure(run_wrong_scenario, "input or output failed|out of memory");
}

TEST_MAIN(TEST(what_is_taken_is_counted), TEST(the_chosen_request_fails_and_no_other),
    TEST(misuse_is_caught), TEST(a_wiped_secret_is_not_found),
    TEST(each_request_is_made_to_fail_once))
