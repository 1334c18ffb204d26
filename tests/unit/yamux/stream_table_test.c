#include "yamux/stream_table.h"

#include "support/test.h"
#include "support/test_allocator.h"
#include "yamux/session.h"

static struct test_allocator memory;
static struct yamux_stream_table table;

static void begin(void)
{
    test_allocator_init(&memory);
    yamux_stream_table_init(&table, &memory.allocator);
}

static void end(void)
{
    yamux_stream_table_deinit(&table);
    test_allocator_deinit(&memory);
}

static void a_new_stream_has_full_windows(void)
{
    const struct yamux_stream_state *stream;

    begin();
    stream = yamux_stream_table_insert(&table, 7, true);
    expect_equal(stream->id, 7);
    expect_equal(stream->send_window, YAMUX_INITIAL_WINDOW_BYTES);
    expect_equal(stream->receive_window, YAMUX_INITIAL_WINDOW_BYTES);
    expect_true(stream->is_ours);
    expect_equal(stream->says, 0);
    expect_equal(stream->tells, 0);
    end();
}

static void streams_are_found_until_they_are_removed(void)
{
    begin();
    for (uint32_t id = 1; id <= 100; id++)
        expect_not_null(yamux_stream_table_insert(&table, id, id % 2 == 1));
    expect_equal(table.count, 100);
    expect_equal(table.count_ours, 50);
    for (uint32_t id = 1; id <= 100; id += 3)
        yamux_stream_table_remove(&table, yamux_stream_table_find(&table, id));
    for (uint32_t id = 1; id <= 100; id++) {
        const struct yamux_stream_state *stream = yamux_stream_table_find(&table, id);

        expect_equal(stream == NULL, id % 3 == 1);
        if (stream != NULL)
            expect_equal(stream->id, id);
    }
    expect_equal(table.count, 66);
    expect_equal(table.count_ours, 33);
    for (uint32_t i = 1; i < table.count; i++)
        expect_true(table.items[i - 1].id < table.items[i].id);
    end();
}

static void an_empty_table_takes_no_memory(void)
{
    begin();
    expect_null(yamux_stream_table_find(&table, 1));
    expect_equal(memory.blocks, 0);
    expect_not_null(yamux_stream_table_insert(&table, 1, true));
    expect_equal(memory.blocks, 1);
    yamux_stream_table_remove(&table, yamux_stream_table_find(&table, 1));
    expect_equal(memory.blocks, 0);
    end();
}

static void without_memory_nothing_changes(void)
{
    begin();
    test_allocator_fail(&memory, 1);
    expect_null(yamux_stream_table_insert(&table, 1, true));
    expect_equal(table.count, 0);
    expect_equal(table.count_ours, 0);
    for (uint32_t id = 1; id <= 4; id++)
        expect_not_null(yamux_stream_table_insert(&table, id, true));
    test_allocator_fail(&memory, 1);
    expect_null(yamux_stream_table_insert(&table, 5, true));
    expect_equal(table.count, 4);
    expect_not_null(yamux_stream_table_find(&table, 4));
    end();
}

static void an_id_is_used_once(void)
{
    begin();
    expect_true(yamux_stream_table_use_id(&table, 1));
    expect_false(yamux_stream_table_use_id(&table, 1));
    expect_true(yamux_stream_table_use_id(&table, 3));
    expect_false(yamux_stream_table_use_id(&table, 1));
    expect_false(yamux_stream_table_use_id(&table, 3));
    end();
}

/* Several threads of a peer may draw ids in one order and send them in another. */
static void ids_may_come_a_little_out_of_order(void)
{
    begin();
    expect_true(yamux_stream_table_use_id(&table, 6));
    expect_true(yamux_stream_table_use_id(&table, 2));
    expect_true(yamux_stream_table_use_id(&table, 4));
    expect_true(yamux_stream_table_use_id(&table, 130));
    expect_true(yamux_stream_table_use_id(&table, 8));
    for (uint32_t id = 2; id <= 8; id += 2)
        expect_false(yamux_stream_table_use_id(&table, id));
    expect_true(yamux_stream_table_use_id(&table, 128));
    expect_false(yamux_stream_table_use_id(&table, 128));
    end();
}

static void what_is_too_old_counts_as_used(void)
{
    begin();
    expect_true(yamux_stream_table_use_id(&table, 1001));
    expect_false(yamux_stream_table_use_id(&table, 1001 - 128));
    expect_true(yamux_stream_table_use_id(&table, 1001 - 126));
    expect_true(yamux_stream_table_use_id(&table, UINT32_MAX));
    expect_false(yamux_stream_table_use_id(&table, 1001));
    expect_false(yamux_stream_table_use_id(&table, 1));
    end();
}

TEST_MAIN(TEST(a_new_stream_has_full_windows), TEST(streams_are_found_until_they_are_removed),
    TEST(an_empty_table_takes_no_memory), TEST(without_memory_nothing_changes),
    TEST(an_id_is_used_once), TEST(ids_may_come_a_little_out_of_order),
    TEST(what_is_too_old_counts_as_used))
