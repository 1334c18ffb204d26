#include "base/byte_queue.h"

#include "support/test.h"
#include "support/test_allocator.h"

#include <string.h>

#define SECRET "correct horse battery staple"

static void starts_empty_and_takes_no_memory(void)
{
    struct test_allocator memory;
    struct byte_queue queue;

    test_allocator_init(&memory);
    byte_queue_init(&queue, &memory.allocator, 1000);
    expect_equal(byte_queue_peek(&queue).size, 0);
    expect_equal(byte_queue_room(&queue), 1000);
    expect_equal(memory.requests, 0);
    byte_queue_deinit(&queue);
    test_allocator_deinit(&memory);
}

static void bytes_come_out_in_the_order_they_went_in(void)
{
    struct byte_queue queue;

    byte_queue_init(&queue, allocator_system(), 100);
    expect_ok(byte_queue_append(&queue, BYTES_OF("one ")));
    expect_ok(byte_queue_append(&queue, BYTES_OF("two ")));
    byte_queue_consume(&queue, 2);
    expect_ok(byte_queue_append(&queue, BYTES_OF("three")));
    expect_bytes(byte_queue_peek(&queue), BYTES_OF("e two three"));
    byte_queue_deinit(&queue);
}

static void what_is_reserved_may_be_committed_in_part(void)
{
    struct byte_queue queue;
    struct gossip_room room;

    byte_queue_init(&queue, allocator_system(), 100);
    expect_ok(byte_queue_reserve(&queue, 50, &room));
    expect_equal(room.size, 50);
    memcpy(room.data, "abc", 3);
    byte_queue_commit(&queue, 3);
    expect_bytes(byte_queue_peek(&queue), BYTES_OF("abc"));
    expect_equal(byte_queue_room(&queue), 97);
    byte_queue_deinit(&queue);
}

static void the_capacity_is_reached_and_never_passed(void)
{
    struct test_allocator memory;
    struct byte_queue queue;
    struct gossip_room room;

    test_allocator_init(&memory);
    byte_queue_init(&queue, &memory.allocator, 1000);
    expect_ok(byte_queue_append(&queue, bytes_repeated(1, 600)));
    expect_error(byte_queue_reserve(&queue, 401, &room), GOSSIP_ERROR_WOULD_BLOCK);
    expect_error(byte_queue_reserve(&queue, 1001, &room), GOSSIP_ERROR_LIMIT);
    expect_error(byte_queue_reserve(&queue, SIZE_MAX, &room), GOSSIP_ERROR_LIMIT);
    expect_ok(byte_queue_append(&queue, bytes_repeated(1, 400)));
    expect_bytes(byte_queue_peek(&queue), bytes_repeated(1, 1000));
    expect_at_most(memory.bytes_peak, 2000);
    expect_equal(memory.bytes, 1000);
    byte_queue_consume(&queue, 1);
    expect_ok(byte_queue_append(&queue, bytes_repeated(1, 1)));
    expect_equal(memory.bytes, 1000);
    byte_queue_deinit(&queue);
    test_allocator_deinit(&memory);
}

static void a_queue_without_capacity_takes_only_nothing(void)
{
    struct byte_queue queue;
    struct gossip_room room;

    byte_queue_init(&queue, allocator_system(), 0);
    expect_error(byte_queue_append(&queue, BYTES_OF("x")), GOSSIP_ERROR_LIMIT);
    expect_ok(byte_queue_reserve(&queue, 0, &room));
    expect_ok(byte_queue_append(&queue, BYTES_OF("")));
    byte_queue_deinit(&queue);
}

static void room_at_the_front_is_used_without_asking_for_memory(void)
{
    struct test_allocator memory;
    struct byte_queue queue;

    test_allocator_init(&memory);
    byte_queue_init(&queue, &memory.allocator, 100);
    expect_ok(byte_queue_append(&queue, bytes_repeated('a', 60)));
    byte_queue_consume(&queue, 50);
    expect_ok(byte_queue_append(&queue, bytes_repeated('b', 90)));
    expect_equal(memory.requests, 1);
    expect_bytes(bytes_part(byte_queue_peek(&queue), 0, 10), bytes_repeated('a', 10));
    expect_bytes(bytes_part(byte_queue_peek(&queue), 10, 90), bytes_repeated('b', 90));
    byte_queue_deinit(&queue);
    test_allocator_deinit(&memory);
}

static void growing_asks_for_memory_only_a_few_times(void)
{
    struct test_allocator memory;
    struct byte_queue queue;

    test_allocator_init(&memory);
    byte_queue_init(&queue, &memory.allocator, 1 << 20);
    for (int i = 0; i < 1 << 20; i++)
        expect_ok(byte_queue_append(&queue, BYTES_OF("x")));
    expect_at_most(memory.requests, 20);
    byte_queue_deinit(&queue);
    test_allocator_deinit(&memory);
}

static void without_memory_nothing_is_lost(void)
{
    struct test_allocator memory;
    struct byte_queue queue;

    test_allocator_init(&memory);
    byte_queue_init(&queue, &memory.allocator, 10000);
    expect_ok(byte_queue_append(&queue, BYTES_OF("kept")));
    test_allocator_fail(&memory, 1);
    expect_error(byte_queue_append(&queue, bytes_repeated(0, 5000)), GOSSIP_ERROR_NO_MEMORY);
    expect_bytes(byte_queue_peek(&queue), BYTES_OF("kept"));
    expect_ok(byte_queue_append(&queue, BYTES_OF(" too")));
    expect_bytes(byte_queue_peek(&queue), BYTES_OF("kept too"));
    byte_queue_deinit(&queue);
    test_allocator_deinit(&memory);
}

static void memory_is_wiped_before_it_is_given_back(void)
{
    struct test_allocator memory;
    struct byte_queue queue;

    test_allocator_init(&memory);
    test_allocator_watch(&memory, BYTES_OF(SECRET));
    byte_queue_init(&queue, &memory.allocator, 10000);
    expect_ok(byte_queue_append(&queue, BYTES_OF(SECRET)));
    expect_ok(byte_queue_append(&queue, bytes_repeated(0, 5000)));
    byte_queue_consume(&queue, 5000);
    byte_queue_deinit(&queue);
    byte_queue_init(&queue, &memory.allocator, 10000);
    expect_ok(byte_queue_append(&queue, BYTES_OF(SECRET)));
    byte_queue_consume(&queue, sizeof(SECRET) - 1);
    byte_queue_trim(&queue);
    test_allocator_deinit(&memory);
}

static void only_an_empty_queue_is_trimmed(void)
{
    struct test_allocator memory;
    struct byte_queue queue;

    test_allocator_init(&memory);
    byte_queue_init(&queue, &memory.allocator, 100);
    expect_ok(byte_queue_append(&queue, BYTES_OF("ab")));
    byte_queue_trim(&queue);
    expect_bytes(byte_queue_peek(&queue), BYTES_OF("ab"));
    byte_queue_consume(&queue, 2);
    byte_queue_trim(&queue);
    expect_equal(memory.blocks, 0);
    expect_ok(byte_queue_append(&queue, BYTES_OF("again")));
    expect_bytes(byte_queue_peek(&queue), BYTES_OF("again"));
    byte_queue_deinit(&queue);
    test_allocator_deinit(&memory);
}

static void taking_more_than_there_is_breaks_a_requirement(void)
{
    struct byte_queue queue;
    struct gossip_room room;

    byte_queue_init(&queue, allocator_system(), 100);
    expect_ok(byte_queue_append(&queue, BYTES_OF("ab")));
    expect_require_fails(byte_queue_consume(&queue, 3));
    expect_require_fails(byte_queue_commit(&queue, 1));
    expect_ok(byte_queue_reserve(&queue, 5, &room));
    expect_require_fails(byte_queue_commit(&queue, 6));
    expect_error(byte_queue_reserve(&queue, 99, &room), GOSSIP_ERROR_WOULD_BLOCK);
    expect_require_fails(byte_queue_commit(&queue, 1));
    byte_queue_deinit(&queue);
}

TEST_MAIN(TEST(starts_empty_and_takes_no_memory), TEST(bytes_come_out_in_the_order_they_went_in),
    TEST(what_is_reserved_may_be_committed_in_part), TEST(the_capacity_is_reached_and_never_passed),
    TEST(a_queue_without_capacity_takes_only_nothing),
    TEST(room_at_the_front_is_used_without_asking_for_memory),
    TEST(growing_asks_for_memory_only_a_few_times), TEST(without_memory_nothing_is_lost),
    TEST(memory_is_wiped_before_it_is_given_back), TEST(only_an_empty_queue_is_trimmed),
    TEST(taking_more_than_there_is_breaks_a_requirement))
