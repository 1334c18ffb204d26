#include "tui/canvas.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "tui/cluster.h"
#include "unit/tui/screen.h"

struct sheet {
    struct screen screen;
    struct canvas canvas;
};

static void sheet_open(struct sheet *sheet, int columns)
{
    screen_open(&sheet->screen, columns, 2);
    expect_true(canvas_init(&sheet->canvas, sheet->screen.surface, &sheet->screen.theme));
}

static void sheet_close(struct sheet *sheet)
{
    canvas_deinit(&sheet->canvas);
    screen_close(&sheet->screen);
}

static int put(struct sheet *sheet, int column, const char *text)
{
    struct canvas_place place = {.column = column, .row = 0, .end = sheet->canvas.columns};
    struct gossip_bytes nothing = {0};

    return canvas_put(&sheet->canvas, place, bytes_of_text(text),
        sheet->screen.theme.parts[TUI_PART_TEXT], nothing);
}

static void expect_cell(struct sheet *sheet, int column, const char *expected, int width)
{
    int size, left, right;
    const char *text =
        termpaint_surface_peek_text(sheet->screen.surface, column, 0, &size, &left, &right);

    expect_bytes(bytes_make(text, (size_t)size), bytes_of_text(expected));
    expect_equal(left, column);
    expect_equal(right, column + width - 1);
}

/* What is written after the cell, which is where the cursor goes for sure; empty if nothing is. */
static void expect_close(struct sheet *sheet, int column, const char *expected)
{
    const char *setup, *cleanup;
    bool optimize;

    termpaint_surface_peek_patch(sheet->screen.surface, column, 0, &setup, &cleanup, &optimize);
    expect_text(cleanup == NULL ? "" : cleanup, expected);
}

static void plain_text_is_plain(void)
{
    struct sheet sheet;

    sheet_open(&sheet, 20);
    expect_equal(put(&sheet, 2, "hello \u4f60\u597d"), 12);
    expect_cell(&sheet, 2, "h", 1);
    expect_cell(&sheet, 8, "\u4f60", 2);
    expect_close(&sheet, 2, "");
    expect_close(&sheet, 8, "");
    sheet_close(&sheet);
}

/* Behind it the cursor is put where it belongs, whatever the terminal thought. */
static void what_is_contested_is_closed_by_a_move(void)
{
    struct sheet sheet;

    sheet_open(&sheet, 20);
    expect_equal(put(&sheet, 0, "a\U0001f600b"), 4);
    expect_cell(&sheet, 1, "\U0001f600", 2);
    expect_close(&sheet, 1, "\033[4G");
    expect_close(&sheet, 3, "");
    expect_equal(put(&sheet, 5, "e\u0301x"), 7);
    expect_cell(&sheet, 5, "e\u0301", 1);
    expect_close(&sheet, 5, "\033[7G");
    sheet_close(&sheet);
}

/* The library below would give these one column, or four. */
static void flags_and_selected_emoji_are_two_columns(void)
{
    struct sheet sheet;

    sheet_open(&sheet, 20);
    expect_equal(put(&sheet, 0, "\U0001f1e9\U0001f1eax"), 3);
    expect_cell(&sheet, 0, "\u3000", 2);
    expect_close(&sheet, 0, "\033[1G\U0001f1e9\U0001f1ea\033[3G");
    expect_cell(&sheet, 2, "x", 1);
    expect_equal(put(&sheet, 5, "\u2764\ufe0fx"), 8);
    expect_close(&sheet, 5, "\033[6G\u2764\ufe0f\033[8G");
    sheet_close(&sheet);
}

/* Where joining is not known, what is joined would be drawn over what stands beside it. */
static void families_are_shown_by_their_first_member(void)
{
    struct sheet sheet;

    sheet_open(&sheet, 20);
    expect_equal(put(&sheet, 0, "\U0001f468\u200d\U0001f469\u200d\U0001f467x"), 3);
    expect_cell(&sheet, 0, "\U0001f468", 2);
    expect_close(&sheet, 0, "\033[3G");
    expect_equal(put(&sheet, 5, "\U0001f44d\U0001f3fdx"), 8);
    expect_cell(&sheet, 5, "\U0001f44d", 2);
    sheet_close(&sheet);
}

static void text_from_right_to_left_is_isolated(void)
{
    struct sheet sheet;

    sheet_open(&sheet, 20);
    expect_equal(put(&sheet, 3, "\u05e9\u05dc ok"), 8);
    expect_cell(&sheet, 2, " \u2068", 1);
    expect_cell(&sheet, 3, "\u05e9", 1);
    expect_cell(&sheet, 7, "k\u2069", 1);
    expect_equal(put(&sheet, 12, "left"), 16);
    expect_cell(&sheet, 11, "\x7f", 1);
    sheet_close(&sheet);
}

static void nothing_is_written_beyond_the_end(void)
{
    struct sheet sheet;
    struct canvas_place place = {.column = 0, .row = 0, .end = 3};

    sheet_open(&sheet, 20);
    expect_equal(put(&sheet, 18, "abc"), 20);
    expect_equal(put(&sheet, 19, "\u4f60"), 19);
    expect_equal(canvas_say_short(&sheet.canvas, place, BYTES_OF("abcdef"), TUI_PART_TEXT), 3);
    expect_cell(&sheet, 1, "b", 1);
    expect_cell(&sheet, 2, "\u2026", 1);
    expect_cell(&sheet, 3, "\x7f", 1);
    place.row = 5;
    expect_equal(canvas_say(&sheet.canvas, place, BYTES_OF("a"), TUI_PART_TEXT), 0);
    sheet_close(&sheet);
}

static void words_of_ours_know_ascii(void)
{
    struct canvas_place place = {.column = 0, .row = 0, .end = 20};
    struct sheet sheet;

    sheet_open(&sheet, 20);
    sheet.screen.theme.is_ascii = true;
    sheet.screen.theme.glyphs.dot = "-";
    sheet.screen.theme.glyphs.ellipsis = ">";
    expect_equal(
        canvas_say(&sheet.canvas, place, BYTES_OF("\u00b7 a\u2026\u00b7"), TUI_PART_TEXT), 5);
    expect_cell(&sheet, 0, "-", 1);
    expect_cell(&sheet, 3, ">", 1);
    expect_cell(&sheet, 4, "-", 1);
    sheet_close(&sheet);
}

/* Each code point, alone between two letters: what follows stands in the column that we counted. */
static void every_code_point_keeps_its_columns(void)
{
    struct sheet sheet;

    sheet_open(&sheet, 8);
    for (uint32_t code_point = 0xa0; code_point < 0x20000; code_point += 1) {
        char text[16] = "a";
        size_t size = 1;
        struct gossip_bytes bytes;

        if (code_point >= 0xd800 && code_point < 0xe000) {
            continue;
        }
        size += utf8_encode(code_point, room_make(text + 1, 8));
        text[size++] = 'b';
        bytes = bytes_make(text, size);
        expect_equal(put(&sheet, 0, text), cluster_columns(bytes));
    }
    sheet_close(&sheet);
}

TEST_MAIN(TEST(plain_text_is_plain), TEST(what_is_contested_is_closed_by_a_move),
    TEST(flags_and_selected_emoji_are_two_columns), TEST(families_are_shown_by_their_first_member),
    TEST(text_from_right_to_left_is_isolated), TEST(nothing_is_written_beyond_the_end),
    TEST(words_of_ours_know_ascii), TEST(every_code_point_keeps_its_columns))
