#include "gossipsub/ring.h"

#include "support/test.h"
#include "support/test_allocator.h"

static struct test_allocator memory;
static struct gossipsub_ring ring;

static void begin(uint32_t count_max)
{
    test_allocator_init(&memory);
    gossipsub_ring_init(&ring, &memory.allocator, sizeof(uint64_t), count_max);
}

static void end(void)
{
    gossipsub_ring_deinit(&ring);
    test_allocator_deinit(&memory);
}

static void push(uint64_t value)
{
    uint64_t *item = gossipsub_ring_push(&ring);
    expect_not_null(item);
    expect_equal(*item, 0);
    *item = value;
}

static uint64_t at(uint32_t number)
{
    const uint64_t *item = gossipsub_ring_at(&ring, number);
    expect_not_null(item);
    return *item;
}

static void an_empty_ring_has_nothing(void)
{
    begin(5);
    expect_null(gossipsub_ring_oldest(&ring));
    expect_null(gossipsub_ring_at(&ring, ring.first));
    expect_false(gossipsub_ring_is_full(&ring));
    expect_equal(memory.blocks, 0);
    end();
}

static void items_keep_their_numbers(void)
{
    begin(100);
    uint32_t first = ring.first;
    for (uint32_t i = 0; i < 50; i++) {
        push(i);
        expect_equal(gossipsub_ring_newest(&ring), first + i);
    }
    for (uint32_t i = 0; i < 20; i++)
        gossipsub_ring_pop(&ring);
    for (uint32_t i = 50; i < 90; i++)
        push(i);
    for (uint32_t i = 20; i < 90; i++)
        expect_equal(at(first + i), i);
    expect_null(gossipsub_ring_at(&ring, first + 19));
    expect_null(gossipsub_ring_at(&ring, first + 90));
    expect_equal(*(uint64_t *)gossipsub_ring_oldest(&ring), 20);
    end();
}

static void numbers_wrap_around(void)
{
    begin(8);
    ring.first = UINT32_MAX - 2;
    for (uint32_t i = 0; i < 6; i++)
        push(i);
    for (uint32_t i = 0; i < 6; i++)
        expect_equal(at(UINT32_MAX - 2 + i), i);
    for (uint32_t i = 0; i < 4; i++)
        gossipsub_ring_pop(&ring);
    expect_equal(ring.first, 1);
    expect_equal(at(2), 5);
    end();
}

static void the_bound_holds(void)
{
    begin(5);
    for (uint32_t i = 0; i < 5; i++)
        push(i);
    expect_true(gossipsub_ring_is_full(&ring));
    expect_null(gossipsub_ring_push(&ring));
    expect_at_most(memory.bytes, gossipsub_ring_bytes(sizeof(uint64_t), 5));
    gossipsub_ring_pop(&ring);
    push(5);
    end();
}

static void taking_off_what_is_not_there_is_a_mistake(void)
{
    begin(5);
    expect_require_fails(gossipsub_ring_pop(&ring));
    end();
}

static void without_memory_the_ring_stays_as_it_was(void)
{
    begin(100);
    test_allocator_fail(&memory, 1);
    expect_null(gossipsub_ring_push(&ring));
    for (uint32_t i = 0; i < 4; i++)
        push(i);
    test_allocator_fail(&memory, 1);
    expect_null(gossipsub_ring_push(&ring));
    expect_equal(ring.count, 4);
    expect_equal(at(ring.first + 3), 3);
    end();
}

TEST_MAIN(TEST(an_empty_ring_has_nothing), TEST(items_keep_their_numbers),
    TEST(numbers_wrap_around), TEST(the_bound_holds),
    TEST(taking_off_what_is_not_there_is_a_mistake), TEST(without_memory_the_ring_stays_as_it_was))
