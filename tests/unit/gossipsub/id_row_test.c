#include "gossipsub/id_row.h"

#include "support/test.h"
#include "support/test_allocator.h"

static struct test_allocator memory;
static struct gossipsub_id_row row;

static void begin(void)
{
    test_allocator_init(&memory);
    row = (struct gossipsub_id_row){0};
}

static void end(void)
{
    gossipsub_id_row_clear(&row, &memory.allocator);
    test_allocator_deinit(&memory);
}

static bool push(struct gossip_bytes id)
{
    return gossipsub_id_row_push(&row, &memory.allocator, 1024, id);
}

static void ids_come_out_as_they_went_in(void)
{
    begin();
    expect_true(gossipsub_id_row_is_empty(&row));
    expect_equal(gossipsub_id_row_first(&row).size, 0);
    expect_true(push(BYTES_OF("one")));
    expect_true(push(BYTES_OF("three")));
    expect_bytes(gossipsub_id_row_first(&row), BYTES_OF("one"));
    gossipsub_id_row_pop(&row);
    expect_bytes(gossipsub_id_row_first(&row), BYTES_OF("three"));
    gossipsub_id_row_pop(&row);
    expect_true(gossipsub_id_row_is_empty(&row));
    end();
}

static void an_id_stays_readable_after_it_was_taken_off(void)
{
    begin();
    expect_true(push(BYTES_OF("one")));
    struct gossip_bytes id = gossipsub_id_row_first(&row);
    gossipsub_id_row_pop(&row);
    expect_bytes(id, BYTES_OF("one"));
    end();
}

static void the_bound_holds_and_room_is_used_again(void)
{
    unsigned pushed = 0;

    begin();
    while (push(bytes_repeated('x', 99)))
        pushed++;
    expect_equal(pushed, 10);
    expect_at_most(memory.bytes, 1024);
    gossipsub_id_row_pop(&row);
    expect_true(push(bytes_repeated('y', 99)));
    expect_false(push(bytes_repeated('z', 99)));
    for (int i = 0; i < 9; i++)
        gossipsub_id_row_pop(&row);
    expect_bytes(gossipsub_id_row_first(&row), bytes_repeated('y', 99));
    end();
}

static void the_longest_id_fits_and_a_longer_one_is_a_mistake(void)
{
    begin();
    expect_true(push(bytes_repeated('x', GOSSIPSUB_ROW_ID_BYTES_MAX)));
    expect_equal(gossipsub_id_row_first(&row).size, GOSSIPSUB_ROW_ID_BYTES_MAX);
    expect_require_fails((void)push(bytes_repeated('x', GOSSIPSUB_ROW_ID_BYTES_MAX + 1)));
    expect_require_fails((void)push(bytes_repeated(0, 0)));
    end();
}

static void without_memory_the_row_stays_as_it_was(void)
{
    begin();
    test_allocator_fail(&memory, 1);
    expect_false(push(BYTES_OF("one")));
    expect_true(gossipsub_id_row_is_empty(&row));
    expect_true(push(bytes_repeated('x', 128)));
    expect_true(push(bytes_repeated('y', 120)));
    test_allocator_fail(&memory, 1);
    expect_false(push(bytes_repeated('z', 120)));
    expect_bytes(gossipsub_id_row_first(&row), bytes_repeated('x', 128));
    end();
}

TEST_MAIN(TEST(ids_come_out_as_they_went_in), TEST(an_id_stays_readable_after_it_was_taken_off),
    TEST(the_bound_holds_and_room_is_used_again),
    TEST(the_longest_id_fits_and_a_longer_one_is_a_mistake),
    TEST(without_memory_the_row_stays_as_it_was))
