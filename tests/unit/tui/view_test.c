#include "tui/view.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "support/golden.h"
#include "unit/tui/screen.h"

/* Compares what is drawn with tests/golden/tui_<name>_<columns>x<rows>.txt at each of the sizes. */
static void expect_screens(struct screen *screen, const char *name)
{
    static const int sizes[][2] = {{80, 24}, {120, 40}, {20, 6}, {1, 1}};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char file[128];

        screen_resize(screen, sizes[i][0], sizes[i][1]);
        (void)snprintf(file, sizeof(file), "tui_%s_%dx%d.txt", name, sizes[i][0], sizes[i][1]);
        expect_golden(screen_text(screen), file);
    }
    screen_resize(screen, 80, 24);
}

static void set_input(struct screen *screen, const char *text)
{
    screen->input.text = bytes_of_text(text);
    screen->input.cursor = screen->input.text.size;
}

static void say(struct screen *screen, const char *text, uint64_t number)
{
    tui_model_said(screen->model, number, bytes_of_text(text), false);
}

static void deliver(
    struct screen *screen, uint64_t number, const char *id, enum gossip_delivery delivery)
{
    struct gossip_event line = screen_line_event(screen, "main", "Bob", "");
    struct gossip_event told = {.kind = GOSSIP_EVENT_DELIVERY,
        .room = BYTES_OF("main"),
        .message_id = bytes_of_text(id),
        .delivery = delivery,
        .members = 3};

    line.own = true;
    line.ref_number = number;
    line.message_id = bytes_of_text(id);
    screen_event(screen, &line);
    screen_event(screen, &told);
}

static void start(struct screen *screen)
{
    struct gossip_event listening = {.kind = GOSSIP_EVENT_LISTENING,
        .address = BYTES_OF("/ip4/192.168.1.23/tcp/9740/p2p/12D3KooW")};
    struct gossip_event searching = {.kind = GOSSIP_EVENT_SEARCHING, .text = BYTES_OF("wlan0")};

    screen_event(screen, &listening);
    screen_event(screen, &searching);
    tui_model_set_reach(screen->model, 9740, BYTES_OF("/ip4/192.168.1.23/tcp/9740"));
    screen_joined(screen, "main");
}

/* ---- an ordinary afternoon ---------------------------------------------------------------- */

static void chat_in_main(struct screen *screen)
{
    screen_set_time(screen, 0, 14, 2);
    screen_line(screen, "main", "Alice", "morning! who broke the build?");
    say(screen, "not me this time :)", 1);
    deliver(screen, 1, "o1", GOSSIP_DELIVERY_SENT);
    screen_set_time(screen, 0, 14, 3);
    screen_line(screen, "main", "Carol",
        "it was the linker flag, patch is on its way: https://git.lan/r/412");
    screen_came(screen, "main", "Dave", 7);
    screen_went(screen, "main", "Gina", 6);
    screen_went(screen, "main", "Frank", 5);
    screen_set_time(screen, 0, 14, 5);
    screen_line(screen, "main", "Alice", "Bob: can you take the release notes?");
    tui_model_said(screen->model, 2, BYTES_OF("nods"), true);
    deliver(screen, 2, "o2", GOSSIP_DELIVERY_SENT);
}

static void chat_while_away(struct screen *screen)
{
    struct gossip_event clash = {.kind = GOSSIP_EVENT_NOTICE,
        .notice = GOSSIP_NOTICE_NICK_CLASH,
        .text = BYTES_OF("Bob~k3f uses your nick with a different key."),
        .hint = BYTES_OF("Others see both suffixes.  /whois Bob~k3f")};
    struct gossip_event line;

    tui_model_set_focus(screen->model, false);
    screen_wait(screen, 1600);
    screen_set_time(screen, 0, 14, 31);
    screen_line(screen, "main", "Carol", "lunch at 12:30, \u4f60\u597d to our guests from Tokyo");
    screen_line(screen, "main", "Dave", "+1");
    screen_came(screen, "main", "Bob~k3f", 6);
    screen_set_time(screen, 0, 14, 32);
    line = screen_line_event(screen, "main", "Bob~k3f", "hi, I am also called Bob");
    line.person = screen_person('k');
    line.mention = true;
    screen_event(screen, &line);
    screen_event(screen, &clash);
    tui_model_set_focus(screen->model, true);
    say(screen, "on it - notes are half written", 3);
    deliver(screen, 3, "o3", GOSSIP_DELIVERY_SENT);
    screen_set_time(screen, 0, 14, 33);
    say(screen, "will push at three", 4);
}

static void other_windows(struct screen *screen)
{
    struct gossip_event line;

    screen_joined(screen, "dev");
    screen_joined(screen, "ops");
    for (int i = 0; i < 3; i++) {
        screen_line(screen, "dev", "Judy", "numbers?");
    }
    screen_came(screen, "ops", "Heidi", 2);
    line = screen_line_event(screen, "ops", "Heidi", "Bob, are you there?");
    line.mention = true;
    screen_event(screen, &line);
}

/* Most of what can be on a screen at once. */
static void play_afternoon(struct screen *screen)
{
    static const char *const names[] = {"Alice", "Carol", "Erin", "Frank", "Gina"};

    start(screen);
    screen_connected(screen, "Alice", 5);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        screen_came(screen, "main", names[i], (uint32_t)i + 2);
    }
    chat_in_main(screen);
    chat_while_away(screen);
    other_windows(screen);
    set_input(screen, "thanks Carol, see you at the prin");
}

static void an_afternoon_looks_like_this(void)
{
    struct screen screen;

    screen_open(&screen, 80, 24);
    play_afternoon(&screen);
    expect_screens(&screen, "afternoon");
    expect_golden(screen_styles(&screen), "tui_afternoon_styles.txt");
    screen_close(&screen);
}

/* ---- nobody there ----------------------------------------------------------------------- */

static void alone_one_is_told_what_to_check(void)
{
    struct screen screen;

    screen_open(&screen, 80, 24);
    expect_true(screen_has(&screen, "starting"));
    start(&screen);
    screen_wait(&screen, 4);
    expect_true(screen_has(&screen, "looking for peers 0:04"));
    expect_false(screen_has(&screen, "ufw"));
    screen_wait(&screen, 1);
    expect_screens(&screen, "alone");
    say(&screen, "is anybody here?", 1);
    expect_golden(screen_text(&screen), "tui_alone_typed.txt");
    screen_close(&screen);
}

static void the_network_is_told_of_in_the_title(void)
{
    struct gossip_event offline = {
        .kind = GOSSIP_EVENT_OFFLINE, .text = BYTES_OF("no network interface is up")};
    struct gossip_event searching = {.kind = GOSSIP_EVENT_SEARCHING, .text = BYTES_OF("wlan0")};
    struct gossip_event gone = {
        .kind = GOSSIP_EVENT_PEER_DISCONNECTED, .person = screen_person('A')};
    struct screen screen;

    screen_open(&screen, 80, 24);
    start(&screen);
    screen_event(&screen, &offline);
    expect_text(screen_row(&screen, 0) + 51, "myroom \u00b7 offline: no network");
    screen_event(&screen, &searching);
    expect_true(screen_has(&screen, "\u00b7 network is back (wlan0)"));
    screen_connected(&screen, "Alice", 1);
    expect_true(screen_has(&screen, "myroom \u00b7 1 peer"));
    screen_event(&screen, &gone);
    screen_wait(&screen, 72);
    expect_true(screen_has(&screen, "looking for peers 1:12"));
    expect_false(screen_has(&screen, "Welcome"));
    screen_close(&screen);
}

/* ---- what is laid over it ------------------------------------------------------------------ */

static void overlays_look_like_this(void)
{
    struct screen screen;

    screen_open(&screen, 80, 24);
    play_afternoon(&screen);
    tui_model_act(screen.model, TUI_ACTION_HELP);
    expect_screens(&screen, "help");
    tui_model_act(screen.model, TUI_ACTION_NETWORK);
    expect_screens(&screen, "network");
    tui_model_act(screen.model, TUI_ACTION_SWITCHER);
    expect_screens(&screen, "switcher");
    tui_model_search(screen.model, BYTES_OF("bob"));
    tui_model_act(screen.model, TUI_ACTION_SCROLL_DOWN);
    expect_screens(&screen, "search");
    screen_draw(&screen);
    expect_equal(screen.cursor.row, 1);
    expect_equal(screen.cursor.column, 12);
    screen_close(&screen);
}

static void the_switcher_narrows_and_goes(void)
{
    struct screen screen;

    screen_open(&screen, 80, 24);
    play_afternoon(&screen);
    tui_model_act(screen.model, TUI_ACTION_SWITCHER);
    tui_model_type(screen.model, BYTES_OF("xp"));
    expect_true(screen_has(&screen, "nothing found"));
    tui_model_erase(screen.model);
    tui_model_erase(screen.model);
    tui_model_type(screen.model, BYTES_OF("OP"));
    tui_model_act(screen.model, TUI_ACTION_ACCEPT);
    expect_equal(tui_model_overlay(screen.model), TUI_OVERLAY_NONE);
    expect_equal(tui_model_current(screen.model), 2);
    screen_close(&screen);
}

/* ---- forms ------------------------------------------------------------------------------ */

static void panes_go_and_come(void)
{
    struct screen screen;

    screen_open(&screen, 80, 24);
    play_afternoon(&screen);
    tui_model_act(screen.model, TUI_ACTION_PEOPLE_PANE);
    expect_false(screen_has(&screen, "6 in #main"));
    tui_model_act(screen.model, TUI_ACTION_PEOPLE_PANE);
    tui_model_act(screen.model, TUI_ACTION_ROOMS_PANE);
    expect_true(screen_has(&screen, "6 in #main"));
    expect_true(screen_has(&screen, ">1 #main"));
    tui_model_act(screen.model, TUI_ACTION_BARE);
    expect_false(screen_has(&screen, "\u2502"));
    screen_close(&screen);
}

/* Those who are away come last, and who finds no place is counted. */
static void a_crowd_does_not_fit_into_its_pane(void)
{
    struct screen screen;

    screen_open(&screen, 80, 12);
    screen_joined(&screen, "main");
    screen_connected(&screen, "Alice", 1);
    for (char letter = 'C'; letter <= 'Z'; letter++) {
        char name[] = {letter, '\0'};

        screen_came(&screen, "main", name, (uint32_t)(letter - 'C') + 2);
    }
    expect_golden(screen_text(&screen), "tui_crowd.txt");
    screen_close(&screen);
}

static void ascii_has_no_other_glyph(void)
{
    struct screen screen;
    const char *text;

    screen_open(&screen, 80, 24);
    tui_theme_init(&screen.theme, TUI_THEME_MONO, true);
    play_afternoon(&screen);
    expect_golden(screen_text(&screen), "tui_ascii.txt");
    tui_model_act(screen.model, TUI_ACTION_HELP);
    text = screen_text(&screen);
    for (size_t i = 0; text[i] != '\0'; i++) {
        expect_true((unsigned char)text[i] < 0x80);
    }
    screen_close(&screen);
}

/* Without color everything that is said is still said. */
static void color_adds_nothing(void)
{
    static const enum tui_theme_kind kinds[] = {TUI_THEME_AUTO, TUI_THEME_DARK, TUI_THEME_LIGHT};
    struct screen screen;
    const char *mono;

    screen_open(&screen, 80, 24);
    tui_theme_init(&screen.theme, TUI_THEME_MONO, false);
    play_afternoon(&screen);
    mono = screen_text(&screen);
    expect_null(strstr(screen_styles(&screen), "fg"));
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        tui_theme_init(&screen.theme, kinds[i], false);
        expect_text(screen_text(&screen), mono);
        expect_not_null(strstr(screen_styles(&screen), "fg"));
    }
    screen_close(&screen);
}

static void each_width_has_its_form(void)
{
    static const int widths[] = {20, 39, 43, 59, 60, 99, 100};
    struct screen screen;

    screen_open(&screen, 80, 24);
    play_afternoon(&screen);
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        char file[64];

        screen_resize(&screen, widths[i], 12);
        (void)snprintf(file, sizeof(file), "tui_width_%d.txt", widths[i]);
        expect_golden(screen_text(&screen), file);
    }
    screen_resize(&screen, 19, 12);
    expect_text(screen_row(&screen, 0), "window too small");
    screen_resize(&screen, 80, 5);
    expect_text(screen_row(&screen, 0), "window too small");
    expect_false(screen.cursor.is_visible);
    screen_close(&screen);
}

static void the_input_grows_and_scrolls(void)
{
    struct screen screen;

    screen_open(&screen, 40, 12);
    screen_joined(&screen, "main");
    screen_connected(&screen, "Alice", 1);
    set_input(&screen, "one");
    expect_text(screen_row(&screen, 11), "[#main] Bob> one");
    expect_equal(screen.cursor.row, 11);
    expect_equal(screen.cursor.column, 16);
    set_input(&screen, "one\ntwo\nthree");
    expect_text(screen_row(&screen, 9), "[#main] Bob> one");
    expect_text(screen_row(&screen, 11), "  three");
    set_input(&screen, "one\ntwo\nthree\nfour\nfive\nsix");
    expect_text(screen_row(&screen, 8), "  three");
    expect_text(screen_row(&screen, 11), "  six");
    screen.input.cursor = 1;
    expect_text(screen_row(&screen, 8), "[#main] Bob> one");
    expect_equal(screen.cursor.row, 8);
    expect_equal(screen.cursor.column, 14);
    set_input(&screen, "exactly twenty-seven \u4f60\u597d!!");
    expect_text(screen_row(&screen, 10), "[#main] Bob> exactly twenty-seven \u4f60\u597d!!");
    expect_equal(screen.cursor.row, 11);
    expect_equal(screen.cursor.column, 2);
    screen_close(&screen);
}

static void a_question_takes_the_status_bar(void)
{
    struct screen screen;

    screen_open(&screen, 80, 24);
    play_afternoon(&screen);
    screen.input.question = BYTES_OF("12 lines: Enter send, j join, Esc keep editing");
    expect_text(screen_row(&screen, 22), " 12 lines: Enter send, j join, Esc keep editing");
    screen.input.question.size = 0;
    tui_model_hint(screen.model, BYTES_OF("press Ctrl+C again to quit"),
        instant_add(screen.time.now, duration_seconds(2)));
    expect_true(screen_has(&screen, "press Ctrl+C again to quit"));
    expect_true(tui_model_deadline(screen.model).us ==
                instant_add(screen.time.now, duration_seconds(2)).us);
    screen_wait(&screen, 2);
    expect_true(tui_model_take_change(screen.model));
    expect_false(screen_has(&screen, "press Ctrl+C again to quit"));
    screen_close(&screen);
}

static void the_window_title_counts(void)
{
    char title[TUI_VIEW_TITLE_BYTES];
    struct screen screen;

    screen_open(&screen, 80, 24);
    expect_equal(tui_view_title(screen.model, title), 10);
    expect_text(title, "gossipchat");
    play_afternoon(&screen);
    (void)tui_view_title(screen.model, title);
    expect_text(title, "(4) #main - gossipchat");
    screen_close(&screen);
}

TEST_MAIN(TEST(an_afternoon_looks_like_this), TEST(alone_one_is_told_what_to_check),
    TEST(the_network_is_told_of_in_the_title), TEST(overlays_look_like_this),
    TEST(the_switcher_narrows_and_goes), TEST(panes_go_and_come),
    TEST(a_crowd_does_not_fit_into_its_pane), TEST(ascii_has_no_other_glyph),
    TEST(color_adds_nothing), TEST(each_width_has_its_form), TEST(the_input_grows_and_scrolls),
    TEST(a_question_takes_the_status_bar), TEST(the_window_title_counts))
