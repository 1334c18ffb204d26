#include "tui/layout.h"

#include "base/bytes.h"
#include "tui/cluster.h"
#include "unit/tui/screen.h"

/* Breaks `text` and shows the rows with bars between them, double where a line break was. */
static void expect_rows(const char *text, size_t columns, const char *expected)
{
    struct gossip_bytes rest = bytes_of_text(text);
    char *shown = test_take(rest.size * 3 + 8);
    size_t size = 0;
    bool is_break;

    do {
        struct gossip_bytes row = layout_wrap(&rest, columns, &is_break);

        bytes_copy((uint8_t *)shown + size, row);
        size += row.size;
        if (rest.size > 0 || is_break) {
            shown[size++] = '|';
        }
        if (is_break) {
            shown[size++] = '|';
        }
    } while (rest.size > 0);
    expect_bytes(bytes_make(shown, size), bytes_of_text(expected));
}

static void rows_break_between_words(void)
{
    expect_rows("one two three", 7, "one two|three");
    expect_rows("one two three", 8, "one two|three");
    expect_rows("one two three", 6, "one|two|three");
    expect_rows("one   two", 4, "one|two");
    expect_rows("", 5, "");
    expect_rows("exact", 5, "exact");
}

static void long_words_break_anywhere(void)
{
    expect_rows("abcdefgh", 3, "abc|def|gh");
    expect_rows("a bcdefgh", 3, "a|bcd|efg|h");
}

static void wide_characters_are_not_cut(void)
{
    expect_rows("\u4f60\u597d\u4f60", 3, "\u4f60|\u597d|\u4f60");
    expect_rows("\u4f60\u597d\u4f60", 4, "\u4f60\u597d|\u4f60");
    expect_rows("ab\u4f60\u597d", 4, "ab\u4f60|\u597d");
}

/* However narrow it is, something is taken: a loop over rows ends. */
static void every_row_takes_something(void)
{
    expect_rows("\u4f60\u597d", 1, "\u4f60|\u597d");
    expect_rows("ab", 0, "a|b");
}

static void line_breaks_are_kept(void)
{
    expect_rows("a\nb", 5, "a||b");
    expect_rows("a\n\nb", 5, "a||||b");
    expect_rows("one two\nthree", 3, "one|two||thr|ee");
    expect_rows("one \nb", 3, "one||b");
}

static void frame_of(const struct screen *screen, int columns, int rows, struct layout_frame *frame)
{
    layout_frame(screen->model, columns, rows, 1, frame);
}

static void panes_come_with_the_width(void)
{
    struct layout_frame frame;
    struct screen screen;

    screen_open(&screen, 80, 24);
    screen_joined(&screen, "main");
    screen_connected(&screen, "Alice", 1);
    frame_of(&screen, 59, 24, &frame);
    expect_equal(frame.rooms.columns + frame.people.columns, 0);
    expect_true(frame.is_narrow);
    frame_of(&screen, 60, 24, &frame);
    expect_equal(frame.rooms.columns, 0);
    expect_equal(frame.people.columns, 17);
    expect_false(frame.is_narrow);
    frame_of(&screen, 100, 24, &frame);
    expect_equal(frame.rooms.columns, 19);
    expect_equal(frame.people.columns, 20);
    tui_model_act(screen.model, TUI_ACTION_ROOMS_PANE);
    frame_of(&screen, 100, 24, &frame);
    expect_equal(frame.rooms.columns, 0);
    frame_of(&screen, 60, 24, &frame);
    expect_equal(frame.rooms.columns, 19);
    expect_equal(frame.people.columns, 0); /* there is no room for both */
    screen_close(&screen);
}

/* The parts fill the screen, and none lies over another. */
static void the_parts_fill_the_screen(void)
{
    struct screen screen;

    screen_open(&screen, 80, 24);
    screen_joined(&screen, "main");
    screen_connected(&screen, "Alice", 1);
    for (int columns = 20; columns < 140; columns++) {
        for (int rows = 6; rows < 40; rows++) {
            struct layout_frame frame;

            layout_frame(screen.model, columns, rows, 9, &frame);
            expect_equal(frame.rooms.columns + frame.chat.columns + frame.people.columns, columns);
            expect_at_least(frame.chat.columns, 20);
            expect_at_least(frame.chat.rows, 1);
            expect_equal(frame.chat.row + frame.chat.rows, frame.status.row);
            expect_equal(frame.status.row + 1, frame.input.row);
            expect_equal(frame.input.row + frame.input.rows, rows);
            expect_at_most(frame.input.rows, LAYOUT_INPUT_ROWS_MAX);
        }
    }
    screen_close(&screen);
}

static void too_small_is_too_small(void)
{
    struct layout_frame frame;
    struct screen screen;

    screen_open(&screen, 80, 24);
    frame_of(&screen, 19, 24, &frame);
    expect_true(frame.is_small);
    frame_of(&screen, 80, 5, &frame);
    expect_true(frame.is_small);
    frame_of(&screen, 20, 6, &frame);
    expect_false(frame.is_small);
    screen_close(&screen);
}

TEST_MAIN(TEST(rows_break_between_words), TEST(long_words_break_anywhere),
    TEST(wide_characters_are_not_cut), TEST(every_row_takes_something), TEST(line_breaks_are_kept),
    TEST(panes_come_with_the_width), TEST(the_parts_fill_the_screen), TEST(too_small_is_too_small))
