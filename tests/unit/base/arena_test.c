#include "base/arena.h"

#include "support/test.h"
#include "support/test_allocator.h"

#include <stddef.h>
#include <string.h>

static void takes_are_aligned_and_apart(void)
{
    struct test_allocator memory;
    struct arena arena;
    uint8_t *taken[20];

    test_allocator_init(&memory);
    arena_init(&arena, &memory.allocator, 4096);
    for (size_t i = 0; i < 20; i++) {
        taken[i] = arena_take(&arena, i + 1);
        expect_equal((uintptr_t)taken[i] % _Alignof(max_align_t), 0);
        memset(taken[i], (int)i, i + 1);
    }
    for (size_t i = 0; i < 20; i++)
        expect_bytes(bytes_make(taken[i], i + 1), bytes_repeated((uint8_t)i, i + 1));
    arena_deinit(&arena);
    test_allocator_deinit(&memory);
}

static void the_capacity_counts_alignment_and_is_never_passed(void)
{
    struct test_allocator memory;
    struct arena arena;
    size_t count = 0;

    test_allocator_init(&memory);
    arena_init(&arena, &memory.allocator, 1000);
    expect_false(arena_is_exhausted(&arena));
    while (arena_take(&arena, 1) != NULL)
        count++;
    expect_equal(count, 1000 / _Alignof(max_align_t));
    expect_at_most(arena_used(&arena), 1000);
    expect_true(arena_is_exhausted(&arena));
    arena_deinit(&arena);
    test_allocator_deinit(&memory);
}

static void empty_takes_are_counted_too(void)
{
    struct arena arena;
    int count = 0;

    arena_init(&arena, allocator_system(), 320);
    while (count < 100 && arena_take(&arena, 0) != NULL)
        count++;
    expect_equal(count, 320 / _Alignof(max_align_t));
    arena_deinit(&arena);
}

static void a_huge_take_does_not_wrap_around(void)
{
    struct arena arena;

    arena_init(&arena, allocator_system(), SIZE_MAX);
    expect_not_null(arena_take(&arena, 16));
    expect_null(arena_take(&arena, SIZE_MAX));
    expect_null(arena_take(&arena, SIZE_MAX - 8));
    expect_null(arena_take(&arena, SIZE_MAX - 20));
    expect_null(arena_take(&arena, SIZE_MAX - 40));
    expect_not_null(arena_take(&arena, 16));
    arena_deinit(&arena);
}

static void a_take_larger_than_a_block_has_its_own(void)
{
    struct test_allocator memory;
    struct arena arena;

    test_allocator_init(&memory);
    arena_init(&arena, &memory.allocator, 10 * ARENA_BLOCK_BYTES);
    memset(arena_take(&arena, 8), 1, 8);
    memset(arena_take(&arena, 3 * ARENA_BLOCK_BYTES), 2, 3 * ARENA_BLOCK_BYTES);
    memset(arena_take(&arena, 8), 3, 8);
    expect_at_most(memory.bytes, 6 * ARENA_BLOCK_BYTES);
    arena_deinit(&arena);
    test_allocator_deinit(&memory);
}

static void a_reset_keeps_one_block_and_asks_for_no_more(void)
{
    struct test_allocator memory;
    struct arena arena;

    test_allocator_init(&memory);
    arena_init(&arena, &memory.allocator, 10 * ARENA_BLOCK_BYTES);
    for (int i = 0; i < 5; i++)
        expect_not_null(arena_take(&arena, ARENA_BLOCK_BYTES / 2 + 100));
    expect_not_null(arena_take(&arena, 2 * ARENA_BLOCK_BYTES));
    arena_reset(&arena, 10 * ARENA_BLOCK_BYTES);
    expect_equal(memory.blocks, 1);
    expect_equal(arena_used(&arena), 0);
    for (int i = 0; i < 100; i++) {
        uint64_t requests = memory.requests;
        expect_not_null(arena_take(&arena, ARENA_BLOCK_BYTES));
        expect_equal(memory.requests, requests);
        arena_reset(&arena, ARENA_BLOCK_BYTES);
    }
    arena_deinit(&arena);
    test_allocator_deinit(&memory);
}

static void a_reset_changes_the_capacity_and_forgets_exhaustion(void)
{
    struct arena arena;

    arena_init(&arena, allocator_system(), 32);
    expect_null(arena_take(&arena, 33));
    expect_true(arena_is_exhausted(&arena));
    arena_reset(&arena, 64);
    expect_false(arena_is_exhausted(&arena));
    expect_not_null(arena_take(&arena, 33));
    expect_null(arena_take(&arena, 17));
    arena_deinit(&arena);
}

static void the_allocators_failure_is_not_exhaustion(void)
{
    struct test_allocator memory;
    struct arena arena;

    test_allocator_init(&memory);
    arena_init(&arena, &memory.allocator, 1000);
    test_allocator_fail(&memory, 1);
    expect_null(arena_take(&arena, 8));
    expect_false(arena_is_exhausted(&arena));
    expect_equal(arena_used(&arena), 0);
    expect_not_null(arena_take(&arena, 8));
    arena_deinit(&arena);
    test_allocator_deinit(&memory);
}

static void copies_lie_in_the_arena(void)
{
    struct arena arena;
    char original[] = "tea";
    struct gossip_bytes copy;

    arena_init(&arena, allocator_system(), 16);
    copy = arena_copy(&arena, bytes_of_text(original));
    original[0] = 'p';
    expect_bytes(copy, BYTES_OF("tea"));
    expect_null(arena_copy(&arena, BYTES_OF("")).data);
    expect_null(arena_copy(&arena, BYTES_OF("more")).data);
    expect_equal(arena_copy(&arena, BYTES_OF("more")).size, 0);
    arena_deinit(&arena);
}

static void an_arena_serves_as_an_allocator(void)
{
    struct test_allocator memory;
    struct allocator inner;
    struct arena arena;
    void *taken;

    test_allocator_init(&memory);
    arena_init(&arena, &memory.allocator, 64);
    inner = arena_allocator(&arena);
    taken = allocator_take(&inner, 60);
    expect_not_null(taken);
    allocator_give(&inner, taken, 60);
    expect_null(allocator_take(&inner, 60));
    arena_deinit(&arena);
    test_allocator_deinit(&memory);
}

TEST_MAIN(TEST(takes_are_aligned_and_apart),
    TEST(the_capacity_counts_alignment_and_is_never_passed), TEST(empty_takes_are_counted_too),
    TEST(a_huge_take_does_not_wrap_around), TEST(a_take_larger_than_a_block_has_its_own),
    TEST(a_reset_keeps_one_block_and_asks_for_no_more),
    TEST(a_reset_changes_the_capacity_and_forgets_exhaustion),
    TEST(the_allocators_failure_is_not_exhaustion), TEST(copies_lie_in_the_arena),
    TEST(an_arena_serves_as_an_allocator))
