#include <string.h>

#include "base/bytes.h"
#include "unit/tui/screen.h"

static void open_two(struct screen *screen)
{
    screen_open(screen, 80, 24);
    screen_joined(screen, "main");
    screen_joined(screen, "dev");
    screen_connected(screen, "Alice", 1);
    screen_line(screen, "main", "Alice", "the needle is here");
    for (int i = 0; i < 50; i++) {
        screen_line(screen, "main", "Alice", "hay");
        screen_line(screen, "dev", "Carol", i == 25 ? "another Needle" : "straw");
    }
}

static void what_is_typed_goes_to_the_query(void)
{
    struct screen screen;

    open_two(&screen);
    tui_model_type(screen.model, BYTES_OF("ignored"));
    expect_equal(tui_model_query(screen.model).size, 0);
    tui_model_act(screen.model, TUI_ACTION_SEARCH);
    expect_equal(tui_model_overlay(screen.model), TUI_OVERLAY_SEARCH);
    expect_true(screen_has(&screen, "type what you look for"));
    tui_model_type(screen.model, BYTES_OF("n\u4f60"));
    tui_model_type(screen.model, BYTES_OF("\xff"));
    tui_model_type(screen.model, BYTES_OF("a\nb"));
    tui_model_erase(screen.model);
    expect_bytes(tui_model_query(screen.model), BYTES_OF("n"));
    for (size_t i = 0; i < TUI_QUERY_BYTES_MAX + 10; i++) {
        tui_model_type(screen.model, BYTES_OF("x"));
    }
    expect_equal(tui_model_query(screen.model).size, TUI_QUERY_BYTES_MAX);
    tui_model_act(screen.model, TUI_ACTION_CLOSE);
    expect_equal(tui_model_overlay(screen.model), TUI_OVERLAY_NONE);
    screen_close(&screen);
}

static void a_result_is_shown_where_it_was_said(void)
{
    struct screen screen;

    open_two(&screen);
    tui_model_search(screen.model, BYTES_OF("NEEDLE"));
    expect_true(strstr(screen_row(&screen, 2), "> 14:33 #main <Alice> the needle is here"));
    expect_true(strstr(screen_row(&screen, 3), "  14:33 #dev <Carol> another Needle"));
    tui_model_act(screen.model, TUI_ACTION_SCROLL_DOWN);
    tui_model_act(screen.model, TUI_ACTION_ACCEPT);
    expect_equal(tui_model_current(screen.model), 1);
    expect_true(screen_has(&screen, "another Needle"));
    expect_true(screen_has(&screen, "more below"));
    screen_close(&screen);
}

/* Lines that go while they are results are results no more. */
static void results_may_go(void)
{
    struct screen screen;

    open_two(&screen);
    tui_model_search(screen.model, BYTES_OF("needle"));
    tui_model_clear(screen.model);
    expect_true(strstr(screen_row(&screen, 2), "> 14:33 #dev <Carol> another Needle"));
    tui_model_act(screen.model, TUI_ACTION_ACCEPT);
    expect_equal(tui_model_current(screen.model), 1);
    tui_model_act(screen.model, TUI_ACTION_ACCEPT);
    screen_close(&screen);
}

static void the_same_key_closes_it(void)
{
    struct screen screen;

    open_two(&screen);
    tui_model_act(screen.model, TUI_ACTION_HELP);
    expect_equal(tui_model_overlay(screen.model), TUI_OVERLAY_HELP);
    tui_model_act(screen.model, TUI_ACTION_PAGE_DOWN);
    expect_true(screen_has(&screen, "next room with something new"));
    tui_model_act(screen.model, TUI_ACTION_NETWORK);
    expect_equal(tui_model_overlay(screen.model), TUI_OVERLAY_NETWORK);
    tui_model_act(screen.model, TUI_ACTION_NETWORK);
    expect_equal(tui_model_overlay(screen.model), TUI_OVERLAY_NONE);
    screen_close(&screen);
}

static void a_room_that_comes_is_in_the_switcher(void)
{
    struct screen screen;

    open_two(&screen);
    tui_model_act(screen.model, TUI_ACTION_SWITCHER);
    tui_model_type(screen.model, BYTES_OF("op"));
    expect_true(screen_has(&screen, "nothing found"));
    screen_joined(&screen, "ops");
    expect_true(screen_has(&screen, "> 3 #ops"));
    tui_model_act(screen.model, TUI_ACTION_ACCEPT);
    expect_equal(tui_model_current(screen.model), 2);
    screen_close(&screen);
}

TEST_MAIN(TEST(what_is_typed_goes_to_the_query), TEST(a_result_is_shown_where_it_was_said),
    TEST(results_may_go), TEST(the_same_key_closes_it), TEST(a_room_that_comes_is_in_the_switcher))
