#include "tui/lines.h"

#include "base/bytes.h"
#include "support/test.h"
#include "support/test_allocator.h"

static struct tui_line *make(struct test_allocator *memory, uint64_t order)
{
    struct tui_line *line =
        tui_line_create(&memory->allocator, TUI_LINE_CHAT, BYTES_OF("Alice"), BYTES_OF("hello"));

    line->order = order;
    return line;
}

static void expect_orders(const struct tui_lines *lines, const char *orders)
{
    size_t count = 0;

    for (; orders[count] != '\0'; count++) {
        expect_equal(tui_lines_at(lines, count)->order, orders[count]);
    }
    expect_equal(lines->count, count);
}

static void a_line_keeps_copies(void)
{
    struct test_allocator memory;
    char name[] = "Alice", text[] = "hello";
    struct tui_line *line;

    test_allocator_init(&memory);
    line =
        tui_line_create(&memory.allocator, TUI_LINE_CHAT, bytes_of_text(name), bytes_of_text(text));
    name[0] = text[0] = 'x';
    expect_bytes(tui_line_name(line), BYTES_OF("Alice"));
    expect_bytes(tui_line_text(line), BYTES_OF("hello"));
    expect_equal(memory.bytes, tui_line_size(line));
    tui_line_destroy(&memory.allocator, line);
    tui_line_destroy(&memory.allocator, NULL);
    test_allocator_deinit(&memory);
}

static void lines_stand_where_they_are_put(void)
{
    struct test_allocator memory;
    struct tui_lines lines;
    struct tui_line *line;

    test_allocator_init(&memory);
    tui_lines_init(&lines, &memory.allocator);
    expect_true(tui_lines_insert(&lines, 0, make(&memory, 'b')));
    expect_true(tui_lines_insert(&lines, 1, make(&memory, 'd')));
    expect_true(tui_lines_insert(&lines, 0, make(&memory, 'a')));
    expect_true(tui_lines_insert(&lines, 2, make(&memory, 'c')));
    expect_orders(&lines, "abcd");
    expect_equal(tui_lines_index(&lines, tui_lines_at(&lines, 2)), 2);
    line = tui_lines_replace(&lines, 2, make(&memory, 'x'));
    expect_equal(line->order, 'c');
    tui_line_destroy(&memory.allocator, line);
    tui_line_destroy(&memory.allocator, tui_lines_remove(&lines, 0));
    tui_line_destroy(&memory.allocator, tui_lines_remove(&lines, 1));
    expect_orders(&lines, "bd");
    expect_equal(lines.bytes, 2 * tui_line_size(tui_lines_at(&lines, 0)));
    tui_lines_deinit(&lines);
    test_allocator_deinit(&memory);
}

/* The oldest goes and another comes, for ever: no more memory is taken than for what is there. */
static void what_went_at_the_front_makes_room(void)
{
    struct test_allocator memory;
    struct tui_lines lines;

    test_allocator_init(&memory);
    tui_lines_init(&lines, &memory.allocator);
    for (uint64_t i = 0; i < 10000; i++) {
        expect_true(tui_lines_insert(&lines, lines.count, make(&memory, i)));
        if (lines.count > 100) {
            tui_line_destroy(&memory.allocator, tui_lines_remove(&lines, 0));
        }
    }
    for (size_t i = 0; i < 100; i++) {
        expect_equal(tui_lines_at(&lines, i)->order, 9900 + i);
    }
    expect_at_most(lines.capacity, 256);
    tui_lines_deinit(&lines);
    test_allocator_deinit(&memory);
}

static void without_memory_nothing_is_taken(void)
{
    struct test_allocator memory;
    struct tui_lines lines;
    struct tui_line *line;

    test_allocator_init(&memory);
    tui_lines_init(&lines, &memory.allocator);
    line = make(&memory, 'a');
    test_allocator_fail(&memory, 1);
    expect_false(tui_lines_insert(&lines, 0, line));
    expect_equal(lines.count, 0);
    expect_true(tui_lines_insert(&lines, 0, line));
    tui_lines_deinit(&lines);
    test_allocator_deinit(&memory);
}

TEST_MAIN(TEST(a_line_keeps_copies), TEST(lines_stand_where_they_are_put),
    TEST(what_went_at_the_front_makes_room), TEST(without_memory_nothing_is_taken))
