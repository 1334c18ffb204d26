#include "sync/shelf.h"

#include <string.h>

#include "support/test.h"
#include "support/test_allocator.h"

static struct sync_line make(uint8_t author, uint64_t session, uint64_t sequence, uint64_t order)
{
    struct sync_line line = {.author = {.size = 38},
        .session = session,
        .sequence = sequence,
        .order = order,
        .sent_at = {1000},
        .original = BYTES_OF("signed")};

    memset(line.author.data, author, line.author.size);
    return line;
}

struct fixture {
    struct test_allocator memory;
    struct shelf shelf;
    struct sync_limits limits;
};

static void begin(struct fixture *fixture)
{
    *fixture = (struct fixture){.limits = {.lines_max = 4, .bytes_max = 1000}};
    test_allocator_init(&fixture->memory);
}

static void end(struct fixture *fixture)
{
    shelf_clear(&fixture->memory.allocator, &fixture->shelf);
    test_allocator_deinit(&fixture->memory);
}

static void keep(struct fixture *fixture, struct sync_line line)
{
    shelf_keep(&fixture->memory.allocator, &fixture->shelf, &fixture->limits,
        (struct gossip_unix_time){5000}, &line);
}

static void lines_stand_in_the_order_of_the_room(void)
{
    struct fixture fixture;

    begin(&fixture);
    keep(&fixture, make(2, 1, 1, 30));
    keep(&fixture, make(1, 9, 9, 30)); /* equal time: by key */
    keep(&fixture, make(3, 1, 1, 10));
    keep(&fixture, make(1, 9, 8, 30));
    expect_equal(fixture.shelf.count, 4);
    expect_equal(fixture.shelf.lines[0]->order, 10);
    expect_equal(fixture.shelf.lines[1]->sequence, 8);
    expect_equal(fixture.shelf.lines[2]->sequence, 9);
    expect_equal(fixture.shelf.lines[3]->tail, UINT64_C(0x0202020202020202));
    expect_bytes(shelf_original(fixture.shelf.lines[0]), BYTES_OF("signed"));
    end(&fixture);
}

static void a_line_is_kept_once(void)
{
    struct fixture fixture;
    struct sync_line other = make(1, 1, 1, 99);

    begin(&fixture);
    keep(&fixture, make(1, 1, 1, 10));
    other.original = BYTES_OF("another");
    keep(&fixture, other);
    expect_equal(fixture.shelf.count, 1);
    expect_bytes(shelf_original(fixture.shelf.lines[0]), BYTES_OF("signed"));
    keep(&fixture, make(1, 2, 1, 10));
    keep(&fixture, make(2, 1, 1, 10));
    expect_equal(fixture.shelf.count, 3);
    end(&fixture);
}

static void the_earliest_go_first(void)
{
    struct fixture fixture;

    begin(&fixture);
    for (uint64_t i = 1; i <= 6; i++) {
        keep(&fixture, make(1, 1, i, 10 * i));
    }
    expect_equal(fixture.shelf.count, 4);
    expect_equal(fixture.shelf.lines[0]->order, 30);
    expect_equal(fixture.shelf.floor, 20);
    keep(&fixture, make(2, 1, 1, 5)); /* no place for it */
    expect_equal(fixture.shelf.count, 4);
    expect_equal(fixture.shelf.lines[0]->order, 30);
    end(&fixture);
}

static void bytes_are_bounded(void)
{
    static const uint8_t large[WIRE_HISTORY_LINE_BYTES_MAX + 1];
    struct fixture fixture;
    struct sync_line line = make(1, 1, 1, 10);

    begin(&fixture);
    line.original = bytes_make(large, 600);
    keep(&fixture, line);
    line.sequence = 2;
    line.order = 11;
    keep(&fixture, line);
    expect_equal(fixture.shelf.count, 1);
    expect_equal(fixture.shelf.lines[0]->sequence, 2);
    fixture.limits.bytes_max = 1000000;
    line.sequence = 3;
    line.original = bytes_make(large, sizeof(large)); /* too large to travel */
    keep(&fixture, line);
    line.original.size = 0;
    keep(&fixture, line);
    expect_equal(fixture.shelf.count, 1);
    line.original = bytes_make(large, sizeof(large) - 1);
    keep(&fixture, line);
    expect_equal(fixture.shelf.count, 2);
    end(&fixture);
}

static void nothing_was_said_after_it_came(void)
{
    struct fixture fixture;
    struct sync_line line = make(1, 1, 1, 10);

    begin(&fixture);
    keep(&fixture, line);
    expect_equal(fixture.shelf.lines[0]->date.ms, 1000);
    line.sequence = 2;
    line.sent_at.ms = 999999;
    keep(&fixture, line);
    expect_equal(fixture.shelf.lines[1]->date.ms, 5000);
    end(&fixture);
}

static void runs_name_all_lines_and_no_others(void)
{
    struct fixture fixture;
    struct wire_history_run run;
    uint32_t at = 0;

    begin(&fixture);
    fixture.limits.lines_max = 100;
    keep(&fixture, make(1, 7, 3, 3));
    keep(&fixture, make(1, 7, 1, 1));
    keep(&fixture, make(1, 7, 2, 2));
    keep(&fixture, make(1, 7, 5, 5));
    keep(&fixture, make(1, 8, 6, 6));
    keep(&fixture, make(2, 8, 7, 7));
    expect_true(shelf_run_next(&fixture.shelf, &at, &run));
    expect_equal(run.first, 1);
    expect_equal(run.count, 3);
    expect_equal(shelf_find_run(&fixture.shelf, &run), 0);
    expect_true(shelf_is_in_run(fixture.shelf.named[2], &run));
    expect_false(shelf_is_in_run(fixture.shelf.named[3], &run));
    expect_true(shelf_run_next(&fixture.shelf, &at, &run));
    expect_equal(run.first, 5);
    expect_equal(shelf_find_run(&fixture.shelf, &run), 3);
    expect_true(shelf_run_next(&fixture.shelf, &at, &run));
    expect_equal(run.session, 8);
    expect_true(shelf_run_next(&fixture.shelf, &at, &run));
    expect_equal(run.first, 7);
    expect_false(shelf_run_next(&fixture.shelf, &at, &run));
    run.first = 8;
    expect_equal(shelf_find_run(&fixture.shelf, &run), 6);
    end(&fixture);
}

static enum gossip_error fill(const struct allocator *allocator, void *context)
{
    struct sync_limits limits = {.lines_max = 100, .bytes_max = 100000};
    struct shelf shelf = {.count = 0};
    uint32_t count;

    (void)context;
    for (uint64_t i = 1; i <= 100; i++) {
        struct sync_line line = make(1, 1, i, i);

        shelf_keep(allocator, &shelf, &limits, (struct gossip_unix_time){0}, &line);
    }
    count = shelf.count;
    shelf_clear(allocator, &shelf);
    return count == 100 ? GOSSIP_OK : GOSSIP_ERROR_NO_MEMORY;
}

static void without_memory_a_line_is_missing(void)
{
    expect_at_least(test_allocator_fail_each(fill, NULL), 100);
}

TEST_MAIN(TEST(lines_stand_in_the_order_of_the_room), TEST(a_line_is_kept_once),
    TEST(the_earliest_go_first), TEST(bytes_are_bounded), TEST(nothing_was_said_after_it_came),
    TEST(runs_name_all_lines_and_no_others), TEST(without_memory_a_line_is_missing))
