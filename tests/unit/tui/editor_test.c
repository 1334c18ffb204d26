#include "tui/editor.h"

#include <stdio.h>
#include <string.h>

#include "support/test.h"
#include "support/test_allocator.h"

/* Makes an editor with `text` in it; "|" is the cursor. */
static struct editor *edit(const char *text)
{
    const char *bar = strchr(text, '|');
    struct editor *editor = editor_create(allocator_system());
    editor_insert(editor, bytes_of_text(bar + 1));
    while (editor_up(editor)) {
    }
    editor_line_start(editor);
    editor_insert(editor, bytes_make(text, (size_t)(bar - text)));
    return editor;
}

static void expect_editor(const struct editor *editor, const char *expected)
{
    char shown[256];
    struct gossip_bytes text = editor_text(editor);
    size_t cursor = editor_cursor(editor);
    snprintf(shown, sizeof(shown), "%.*s|%.*s", (int)cursor, (const char *)text.data,
        (int)(text.size - cursor), (const char *)text.data + cursor);
    expect_text(shown, expected);
}

/* One key on a text, and what it makes of it. */
static void expect_key(void (*key)(struct editor *), const char *before, const char *after)
{
    struct editor *editor = edit(before);
    key(editor);
    expect_editor(editor, after);
    editor_destroy(editor);
}

static void it_goes_over_whole_clusters(void)
{
    expect_key(editor_left, "a👨‍👩‍👧‍👦|b", "a|👨‍👩‍👧‍👦b");
    expect_key(editor_right, "a|🇩🇪🇫🇷", "a🇩🇪|🇫🇷");
    expect_key(editor_left, "|a", "|a");
    expect_key(editor_right, "a|", "a|");
    expect_key(editor_left, "a\n|b", "a|\nb");
    expect_key(editor_delete_left, "x❤️|y", "x|y");
    expect_key(editor_delete_right, "x|e\xcc\x81y", "x|y");
}

static void words_are_of_any_script(void)
{
    expect_key(editor_word_left, "grüße, Welt!|", "grüße, |Welt!");
    expect_key(editor_word_left, "grüße, |Welt!", "|grüße, Welt!");
    expect_key(editor_word_right, "|  привет мир", "  привет| мир");
    expect_key(editor_word_right, "end|.", "end.|");
}

static void lines_have_starts_and_ends(void)
{
    expect_key(editor_line_start, "one\ntwo| words", "one\n|two words");
    expect_key(editor_line_end, "on|e\ntwo", "one|\ntwo");
}

static void going_up_and_down_keeps_the_column(void)
{
    struct editor *editor = edit("long line\nx\n你好吗，朋友|");
    expect_true(editor_up(editor));
    expect_editor(editor, "long line\nx|\n你好吗，朋友");
    expect_true(editor_up(editor));
    expect_editor(editor, "long line|\nx\n你好吗，朋友");
    expect_false(editor_up(editor));
    expect_true(editor_down(editor));
    expect_true(editor_down(editor));
    expect_editor(editor, "long line\nx\n你好吗，朋友|");
    expect_false(editor_down(editor));
    editor_destroy(editor);
}

static void cutting_takes_words_and_lines(void)
{
    expect_key(editor_cut_back, "see http://a.b/c  |now", "see |now");
    expect_key(editor_cut_word_left, "http://a.b|", "http://a.|");
    expect_key(editor_cut_word_right, "|one two", "| two");
    expect_key(editor_cut_to_start, "a\nb c|d", "a\n|d");
    expect_key(editor_cut_to_end, "a|b c\nd", "a|\nd");
    expect_key(editor_cut_to_end, "a|\nd", "a|d");
    expect_key(editor_cut_all, "a|\nd", "|");
}

static void what_is_cut_in_a_row_is_one_piece(void)
{
    struct editor *editor = edit("one two three|");
    editor_cut_back(editor);
    editor_cut_back(editor);
    editor_left(editor);
    editor_yank(editor);
    expect_editor(editor, "onetwo three| ");
    editor_line_start(editor);
    editor_cut_word_right(editor);
    editor_yank(editor);
    editor_yank(editor);
    expect_editor(editor, "onetwoonetwo| three ");
    editor_yank_older(editor);
    expect_editor(editor, "onetwotwo three| three ");
    editor_yank_older(editor);
    expect_editor(editor, "onetwoonetwo| three ");
    editor_left(editor);
    editor_yank_older(editor); /* only directly after putting back */
    expect_editor(editor, "onetwoonetw|o three ");
    editor_destroy(editor);
}

static void transposing_swaps_neighbours(void)
{
    expect_key(editor_transpose, "a|b", "ba|");
    expect_key(editor_transpose, "ab|", "ba|");
    expect_key(editor_transpose, "x🇩🇪|é", "xé🇩🇪|");
    expect_key(editor_transpose, "|ab", "|ab");
    expect_key(editor_transpose, "a|", "a|");
}

static void type(struct editor *editor, const char *text)
{
    for (; *text != '\0'; text++) {
        editor_insert(editor, bytes_make(text, 1));
    }
}

static void undoing_takes_back_a_word_at_a_time(void)
{
    struct editor *editor = editor_create(allocator_system());
    type(editor, "hello big world");
    editor_undo(editor);
    expect_editor(editor, "hello big |");
    editor_undo(editor);
    expect_editor(editor, "hello |");
    editor_cut_all(editor);
    editor_undo(editor);
    expect_editor(editor, "hello |");
    editor_undo(editor);
    editor_undo(editor);
    expect_editor(editor, "|");
    editor_destroy(editor);
}

static void what_was_sent_is_not_brought_back(void)
{
    struct editor *editor = editor_create(allocator_system());
    type(editor, "secret");
    editor_finish(editor);
    editor_undo(editor);
    expect_editor(editor, "|");
    editor_destroy(editor);
}

static void undo_is_bounded(void)
{
    struct test_allocator allocator;
    test_allocator_init(&allocator);
    struct editor *editor = editor_create(&allocator.allocator);
    static uint8_t page[EDITOR_BYTES_MAX / 2];
    memset(page, '\n', sizeof(page));
    for (int i = 0; i < 200; i++) {
        editor_set(editor, bytes_make(page, sizeof(page) - (size_t)(i % 7)));
        editor_left(editor);
        editor_delete_left(editor);
    }
    expect_at_most(allocator.bytes, 2 * EDITOR_UNDO_BYTES_MAX);
    editor_destroy(editor);
    test_allocator_deinit(&allocator);
}

static void what_comes_in_is_made_fit_to_be_shown(void)
{
    struct editor *editor = editor_create(allocator_system());
    editor_insert(editor, BYTES_OF("a\r\nb\rc\td\x1b[31m\x7f\xc2\x9b\xff\x00z"));
    expect_editor(editor, "a\nb\nc d[31m\xef\xbf\xbdz|");
    editor_finish(editor);
    editor_insert(editor, BYTES_OF("x\xe2\x80\xaey\xe2\x80\x8bz\xef\xbb\xbf\xe2\x80\xa8w"));
    expect_editor(editor, "xyz\nw|"); /* an override, a space of no width, a mark, a separator */
    editor_destroy(editor);
}

static void the_cursor_never_stands_inside_a_cluster(void)
{
    struct editor *editor = edit("a|\xcc\x88"); /* the mark joins what stands before it */
    expect_editor(editor, "a\xcc\x88|");
    editor_destroy(editor);
}

static void a_text_has_a_longest_size(void)
{
    struct editor *editor = editor_create(allocator_system());
    static uint8_t page[EDITOR_BYTES_MAX + 1];
    memset(page, 'x', sizeof(page));
    expect_false(editor_insert(editor, bytes_make(page, sizeof(page))));
    expect_equal(editor_text(editor).size, 0);
    expect_true(editor_insert(editor, bytes_make(page, EDITOR_BYTES_MAX)));
    expect_false(editor_insert(editor, BYTES_OF("y")));
    editor_cut_all(editor);
    editor_yank(editor);
    editor_yank(editor);
    expect_equal(editor_text(editor).size, EDITOR_BYTES_MAX);
    editor_destroy(editor);
}

static void replacing_in_a_row_is_undone_at_once(void)
{
    struct editor *editor = edit("hi Al|!");
    editor_replace(editor, 3, 5, BYTES_OF("Alice"));
    expect_editor(editor, "hi Alice|!");
    editor_replace(editor, 3, 8, BYTES_OF("Albert"));
    editor_undo(editor);
    expect_editor(editor, "hi Al|!");
    editor_destroy(editor);
}

static void without_memory_it_still_edits(void)
{
    for (uint64_t failing = 1; failing <= 6; failing++) {
        struct test_allocator allocator;
        test_allocator_init(&allocator);
        struct editor *editor = editor_create(&allocator.allocator);
        test_allocator_fail(&allocator, failing);
        editor_insert(editor, BYTES_OF("hello world"));
        editor_cut_back(editor);
        editor_cut_back(editor);
        expect_editor(editor, "|");
        editor_yank(editor);
        editor_undo(editor);
        editor_undo(editor);
        editor_destroy(editor);
        test_allocator_deinit(&allocator);
    }
}

TEST_MAIN(TEST(it_goes_over_whole_clusters), TEST(words_are_of_any_script),
    TEST(lines_have_starts_and_ends), TEST(going_up_and_down_keeps_the_column),
    TEST(cutting_takes_words_and_lines), TEST(what_is_cut_in_a_row_is_one_piece),
    TEST(transposing_swaps_neighbours), TEST(undoing_takes_back_a_word_at_a_time),
    TEST(what_was_sent_is_not_brought_back), TEST(undo_is_bounded),
    TEST(what_comes_in_is_made_fit_to_be_shown), TEST(the_cursor_never_stands_inside_a_cluster),
    TEST(a_text_has_a_longest_size), TEST(replacing_in_a_row_is_undone_at_once),
    TEST(without_memory_it_still_edits))
