#include "base/bytes.h"
#include "support/golden.h"
#include "unit/tui/screen.h"

static void open_main(struct screen *screen)
{
    screen_open(screen, 80, 24);
    screen_joined(screen, "main");
    screen_connected(screen, "Alice", 1);
}

/* A link that is broken over two rows leads to the same place from both. */
static void links_lead_where_they_say(void)
{
    struct screen screen;

    open_main(&screen);
    screen_line(&screen, "main", "Alice",
        "see https://git.lan/a/very/long/path/that/does/not/fit/into/one/row/at/all and go on");
    screen_line(&screen, "main", "Alice",
        "first http://one.example and then a lot of words and http://two.example, "
        "http://three.example");
    expect_golden(screen_styles(&screen), "tui_link_styles.txt");
    screen_close(&screen);
}

static void lines_of_one_message_cannot_pass_for_others(void)
{
    struct screen screen;

    open_main(&screen);
    screen_line(&screen, "main", "Mallory", "hello\n14:33    Alice  I say no such thing");
    expect_true(screen_has(&screen, "14:33  Mallory  hello"));
    expect_true(screen_has(&screen, "                \u2506 14:33    Alice  I say no such thing"));
    screen_resize(&screen, 40, 12);
    expect_true(screen_has(&screen, "\n      \u2506 14:33    Alice  I say no"));
    screen_close(&screen);
}

static void actions_have_a_star(void)
{
    struct gossip_event event;
    struct screen screen;

    open_main(&screen);
    event = screen_line_event(&screen, "main", "Alice", "waves");
    event.action = true;
    screen_event(&screen, &event);
    expect_true(screen_has(&screen, "14:33  * Alice  waves"));
    screen_resize(&screen, 40, 12);
    expect_true(screen_has(&screen, "14:33 * Alice waves"));
    screen_close(&screen);
}

static void directions_of_writing_do_not_move_the_row(void)
{
    struct screen screen;

    open_main(&screen);
    screen_line(&screen, "main", "Alice", "\u05e9\u05dc\u05d5\u05dd to all");
    expect_true(
        screen_has(&screen, "14:33    Alice  \u2068\u05e9\u05dc\u05d5\u05dd to all\u2069 "));
    screen_close(&screen);
}

static void who_calls_us_stands_out_without_color(void)
{
    struct gossip_event event;
    struct screen screen;

    open_main(&screen);
    tui_theme_init(&screen.theme, TUI_THEME_MONO, false);
    event = screen_line_event(&screen, "main", "Alice", "Bob!");
    event.mention = true;
    screen_event(&screen, &event);
    expect_golden(screen_styles(&screen), "tui_mention_styles.txt");
    screen_close(&screen);
}

TEST_MAIN(TEST(links_lead_where_they_say), TEST(lines_of_one_message_cannot_pass_for_others),
    TEST(actions_have_a_star), TEST(directions_of_writing_do_not_move_the_row),
    TEST(who_calls_us_stands_out_without_color))
