#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "unit/tui/screen.h"

/* Forty lines of one row: the chat has 21. */
static void open_long(struct screen *screen)
{
    screen_open(screen, 80, 24);
    screen_joined(screen, "main");
    screen_connected(screen, "Alice", 1);
    for (int i = 0; i < 40; i++) {
        char text[16];

        (void)snprintf(text, sizeof(text), "line %02d", i);
        screen_line(screen, "main", "Alice", text);
    }
}

static void act(struct screen *screen, enum tui_action action)
{
    tui_model_act(screen->model, action);
}

static void the_newest_line_is_followed(void)
{
    struct screen screen;

    open_long(&screen);
    expect_true(strstr(screen_row(&screen, 21), "line 39") != NULL);
    expect_true(screen_has(&screen, "\u00b7 21 earlier lines (PgUp)"));
    expect_false(screen_has(&screen, "more below"));
    screen_close(&screen);
}

static void rows_and_pages_are_scrolled(void)
{
    struct screen screen;

    open_long(&screen);
    act(&screen, TUI_ACTION_SCROLL_UP);
    expect_true(screen_has(&screen, "more below (Esc)"));
    expect_true(strstr(screen_row(&screen, 20), "line 37") != NULL);
    act(&screen, TUI_ACTION_SCROLL_DOWN);
    expect_true(strstr(screen_row(&screen, 21), "line 39") != NULL);
    act(&screen, TUI_ACTION_PAGE_UP);
    expect_true(strstr(screen_row(&screen, 20), "line 19") != NULL);
    act(&screen, TUI_ACTION_PAGE_UP);
    act(&screen, TUI_ACTION_PAGE_UP);
    expect_true(strstr(screen_row(&screen, 1), "Thu 20 Nov") != NULL);
    expect_true(strstr(screen_row(&screen, 3), "line 00") != NULL);
    expect_false(screen_has(&screen, "earlier"));
    act(&screen, TUI_ACTION_PAGE_DOWN);
    act(&screen, TUI_ACTION_PAGE_DOWN);
    expect_true(strstr(screen_row(&screen, 21), "line 39") != NULL);
    screen_close(&screen);
}

/* What comes while one reads above moves nothing. */
static void reading_above_is_not_disturbed(void)
{
    struct gossip_event early;
    struct screen screen;

    open_long(&screen);
    act(&screen, TUI_ACTION_PAGE_UP);
    screen_line(&screen, "main", "Alice", "one more");
    expect_true(strstr(screen_row(&screen, 20), "line 19") != NULL);
    expect_true(screen_has(&screen, "more below, 1 new (Esc)"));
    early = screen_line_event(&screen, "main", "Gina", "of old");
    early.order = 1;
    early.history = true;
    screen_event(&screen, &early);
    expect_true(strstr(screen_row(&screen, 20), "line 19") != NULL);
    act(&screen, TUI_ACTION_CLOSE);
    expect_true(screen_has(&screen, "one more"));
    expect_false(screen_has(&screen, "more below"));
    screen_close(&screen);
}

static void what_one_says_is_seen(void)
{
    struct screen screen;

    open_long(&screen);
    act(&screen, TUI_ACTION_PAGE_UP);
    tui_model_said(screen.model, 1, BYTES_OF("and I"), false);
    expect_true(strstr(screen_row(&screen, 21), "and I") != NULL);
    screen_close(&screen);
}

static void one_jumps_to_what_came_late_and_to_what_is_new(void)
{
    struct gossip_event early;
    struct screen screen;

    open_long(&screen);
    tui_model_set_focus(screen.model, false);
    for (int i = 0; i < 30; i++) {
        screen_line(&screen, "main", "Alice", i == 0 ? "the first new" : "new");
    }
    tui_model_set_focus(screen.model, true);
    early = screen_line_event(&screen, "main", "Gina", "of old");
    early.order = 25;
    early.history = true;
    screen_event(&screen, &early);
    act(&screen, TUI_ACTION_JUMP);
    expect_true(screen_has(&screen, "of old"));
    act(&screen, TUI_ACTION_JUMP);
    expect_true(screen_has(&screen, "the first new"));
    expect_true(screen_has(&screen, "\u2500 new \u2500"));
    screen_close(&screen);
}

static void long_messages_are_folded(void)
{
    struct screen screen;

    open_long(&screen);
    screen_line(&screen, "main", "Alice", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\nthirteen");
    expect_true(screen_has(&screen, "\u2506 10"));
    expect_false(screen_has(&screen, "\u2506 11"));
    expect_true(screen_has(&screen, "\u2506 \u2026 and more"));
    act(&screen, TUI_ACTION_UNFOLD);
    expect_true(screen_has(&screen, "\u2506 thirteen"));
    act(&screen, TUI_ACTION_UNFOLD);
    expect_false(screen_has(&screen, "\u2506 thirteen"));
    screen_close(&screen);
}

/* Rows of one long line are scrolled one by one, too. */
static void within_a_message_rows_are_scrolled(void)
{
    struct screen screen;

    screen_open(&screen, 80, 12);
    screen_joined(&screen, "main");
    screen_connected(&screen, "Alice", 1);
    screen_line(&screen, "main", "Alice", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl");
    expect_true(strstr(screen_row(&screen, 9), "\u2506 l") != NULL);
    act(&screen, TUI_ACTION_SCROLL_UP);
    act(&screen, TUI_ACTION_SCROLL_UP);
    expect_true(strstr(screen_row(&screen, 8), "\u2506 i") != NULL);
    screen_resize(&screen, 60, 8);
    expect_true(strstr(screen_row(&screen, 4), "\u2506 i") != NULL);
    screen_close(&screen);
}

TEST_MAIN(TEST(the_newest_line_is_followed), TEST(rows_and_pages_are_scrolled),
    TEST(reading_above_is_not_disturbed), TEST(what_one_says_is_seen),
    TEST(one_jumps_to_what_came_late_and_to_what_is_new), TEST(long_messages_are_folded),
    TEST(within_a_message_rows_are_scrolled))
