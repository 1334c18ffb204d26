#include "tui/input_history.h"

#include <stdio.h>
#include <string.h>

#include "support/test.h"
#include "support/test_allocator.h"

static struct input_history *history_of(const char *oldest, const char *middle, const char *newest)
{
    struct input_history *history = input_history_create(allocator_system());
    input_history_add(history, bytes_of_text(oldest));
    input_history_add(history, bytes_of_text(middle));
    input_history_add(history, bytes_of_text(newest));
    return history;
}

static void the_newest_comes_first(void)
{
    struct input_history *history = history_of("one", "two", "three");
    expect_equal(input_history_count(history), 3);
    expect_bytes(input_history_get(history, 0), BYTES_OF("three"));
    expect_bytes(input_history_get(history, 2), BYTES_OF("one"));
    input_history_destroy(history);
}

static void nothing_is_kept_twice_in_a_row(void)
{
    struct input_history *history = history_of("a", "b", "b");
    expect_equal(input_history_count(history), 2);
    input_history_add(history, BYTES_OF(""));
    input_history_add(history, BYTES_OF("a"));
    expect_equal(input_history_count(history), 3);
    input_history_destroy(history);
}

static void it_is_searched_towards_older_ones(void)
{
    struct input_history *history = history_of("the Deploy", "lunch", "deploy now");
    expect_equal(input_history_search(history, 0, BYTES_OF("DEPLOY")), 0);
    expect_equal(input_history_search(history, 1, BYTES_OF("deploy")), 2);
    expect_equal(input_history_search(history, 0, BYTES_OF("lunch")), 1);
    expect_equal(input_history_search(history, 0, BYTES_OF("dinner")), 3);
    expect_equal(input_history_search(history, 9, BYTES_OF("lunch")), 3);
    expect_equal(input_history_search(history, 1, BYTES_OF("")), 1);
    input_history_destroy(history);
}

static void a_file_gives_back_what_was_written(void)
{
    static uint8_t file[INPUT_HISTORY_FILE_BYTES_MAX];
    struct input_history *history = history_of("two\nlines", "C:\\new", "\xe4\xbd\xa0\xe5\xa5\xbd");
    struct input_history *read = input_history_create(allocator_system());
    size_t size = input_history_encode(history, room_make(file, sizeof(file)));
    expect_bytes(
        bytes_make(file, size), BYTES_OF("two\\nlines\nC:\\\\new\n\xe4\xbd\xa0\xe5\xa5\xbd\n"));
    input_history_decode(read, bytes_make(file, size));
    expect_equal(input_history_count(read), 3);
    for (size_t i = 0; i < 3; i++) {
        expect_bytes(input_history_get(read, i), input_history_get(history, i));
    }
    input_history_destroy(history);
    input_history_destroy(read);
}

static void bad_lines_of_a_file_are_skipped(void)
{
    static char file[3 * INPUT_HISTORY_ENTRY_BYTES_MAX];
    struct input_history *history = input_history_create(allocator_system());
    memset(file, 'x', sizeof(file));
    file[sizeof(file) - 1] = '\n';
    input_history_decode(history, bytes_make(file, sizeof(file)));
    input_history_decode(history, BYTES_OF("good\n\xff\xfe\n\n\nno end\\"));
    expect_equal(input_history_count(history), 2);
    expect_bytes(input_history_get(history, 0), BYTES_OF("no end\\"));
    input_history_destroy(history);
}

static void it_is_bounded_in_number_and_size(void)
{
    static uint8_t page[INPUT_HISTORY_ENTRY_BYTES_MAX + 1];
    static uint8_t file[INPUT_HISTORY_FILE_BYTES_MAX];
    struct test_allocator allocator;
    test_allocator_init(&allocator);
    struct input_history *history = input_history_create(&allocator.allocator);
    for (int i = 0; i < 2 * INPUT_HISTORY_MAX; i++) {
        char text[16];
        snprintf(text, sizeof(text), "%d", i);
        input_history_add(history, bytes_of_text(text));
    }
    expect_equal(input_history_count(history), INPUT_HISTORY_MAX);
    for (int i = 0; i < INPUT_HISTORY_MAX; i++) {
        memset(page, '\\', sizeof(page));
        page[0] = (uint8_t)('a' + i % 26);
        input_history_add(history, bytes_make(page, sizeof(page) - 1));
        input_history_add(history, bytes_make(page, sizeof(page))); /* too long */
    }
    expect_at_most(allocator.bytes, INPUT_HISTORY_BYTES_MAX + 16 * 1024);
    expect_at_most(input_history_encode(history, room_make(file, sizeof(file))), sizeof(file));
    input_history_destroy(history);
    test_allocator_deinit(&allocator);
}

TEST_MAIN(TEST(the_newest_comes_first), TEST(nothing_is_kept_twice_in_a_row),
    TEST(it_is_searched_towards_older_ones), TEST(a_file_gives_back_what_was_written),
    TEST(bad_lines_of_a_file_are_skipped), TEST(it_is_bounded_in_number_and_size))
