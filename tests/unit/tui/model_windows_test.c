#include "base/bytes.h"
#include "unit/tui/screen.h"

static void open_three(struct screen *screen)
{
    screen_open(screen, 80, 24);
    screen_joined(screen, "main");
    screen_joined(screen, "dev");
    screen_joined(screen, "design");
    screen_connected(screen, "Alice", 1);
}

static void mention(struct screen *screen, const char *room)
{
    struct gossip_event event = screen_line_event(screen, room, "Alice", "Bob!");

    event.mention = true;
    screen_event(screen, &event);
}

static void leave(struct screen *screen, const char *room)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_ROOM_LEFT, .room = bytes_of_text(room)};

    screen_event(screen, &event);
}

static void the_first_room_is_shown_and_those_asked_for(void)
{
    struct gossip_event asked = {
        .kind = GOSSIP_EVENT_ROOM_JOINED, .room = BYTES_OF("ops"), .number = 4};
    struct screen screen;

    open_three(&screen);
    expect_equal(tui_model_current(screen.model), 0);
    screen_event(&screen, &asked);
    expect_equal(tui_model_current(screen.model), 3);
    expect_bytes(tui_model_window_name(screen.model, 3).room, BYTES_OF("ops"));
    screen_close(&screen);
}

static void what_is_not_seen_is_unread(void)
{
    struct screen screen;

    open_three(&screen);
    screen_line(&screen, "main", "Alice", "here");
    screen_line(&screen, "dev", "Alice", "there");
    screen_line(&screen, "dev", "Alice", "there");
    screen_came(&screen, "design", "Dave", 2);
    expect_true(screen_has(&screen, " 1:main  2:dev 2  3:design *"));
    expect_false(tui_model_take_bell(screen.model));
    mention(&screen, "dev");
    expect_true(screen_has(&screen, "2:dev 1!"));
    expect_true(tui_model_take_bell(screen.model));
    expect_false(tui_model_take_bell(screen.model));
    tui_model_show(screen.model, 1);
    expect_true(screen_has(&screen, " 1:main  2:dev  3:design *"));
    screen_close(&screen);
}

static void nobody_rings_where_one_looks(void)
{
    struct gossip_event old;
    struct screen screen;

    open_three(&screen);
    mention(&screen, "main");
    expect_false(tui_model_take_bell(screen.model));
    tui_model_set_focus(screen.model, false);
    old = screen_line_event(&screen, "main", "Alice", "Bob?");
    old.mention = true;
    old.sent_at.ms -= 61000;
    screen_event(&screen, &old);
    expect_false(tui_model_take_bell(screen.model));
    old.history = true;
    old.message_id = BYTES_OF("other");
    screen_event(&screen, &old);
    expect_false(tui_model_take_bell(screen.model));
    mention(&screen, "main");
    expect_true(tui_model_take_bell(screen.model));
    screen_close(&screen);
}

static void what_one_looks_at_is_known(void)
{
    struct gossip_event line;
    struct gossip_event direct;
    struct screen screen;

    open_three(&screen);
    line = screen_line_event(&screen, "main", "Alice", "x");
    expect_true(tui_model_is_watched(screen.model, &line));
    direct = line;
    direct.kind = GOSSIP_EVENT_DIRECT;
    expect_false(tui_model_is_watched(screen.model, &direct));
    line.room = BYTES_OF("dev");
    expect_false(tui_model_is_watched(screen.model, &line));
    tui_model_show(screen.model, 1);
    expect_true(tui_model_is_watched(screen.model, &line));
    tui_model_set_focus(screen.model, false);
    expect_false(tui_model_is_watched(screen.model, &line));
    screen_close(&screen);
}

/* It stays while one reads, and is gone when one comes back. */
static void the_new_line_marks_what_was_not_seen(void)
{
    struct screen screen;

    open_three(&screen);
    screen_line(&screen, "dev", "Alice", "first");
    screen_line(&screen, "dev", "Alice", "second");
    tui_model_show(screen.model, 1);
    expect_true(screen_has(&screen, "new \u2500"));
    screen_line(&screen, "dev", "Alice", "third");
    expect_true(screen_has(&screen, "new \u2500"));
    tui_model_show(screen.model, 0);
    tui_model_show(screen.model, 1);
    expect_false(screen_has(&screen, "new \u2500"));
    screen_close(&screen);
}

static void the_next_unread_is_who_called_then_the_rest_then_home(void)
{
    struct screen screen;

    open_three(&screen);
    screen_line(&screen, "dev", "Alice", "read me");
    mention(&screen, "design");
    tui_model_act(screen.model, TUI_ACTION_NEXT_UNREAD);
    expect_equal(tui_model_current(screen.model), 2);
    tui_model_act(screen.model, TUI_ACTION_NEXT_UNREAD);
    expect_equal(tui_model_current(screen.model), 1);
    tui_model_act(screen.model, TUI_ACTION_NEXT_UNREAD);
    expect_equal(tui_model_current(screen.model), 0);
    tui_model_act(screen.model, TUI_ACTION_NEXT_UNREAD);
    expect_equal(tui_model_current(screen.model), 0);
    screen_close(&screen);
}

static void windows_stand_in_a_circle(void)
{
    struct screen screen;

    open_three(&screen);
    tui_model_act(screen.model, TUI_ACTION_PREVIOUS_WINDOW);
    expect_equal(tui_model_current(screen.model), 2);
    tui_model_act(screen.model, TUI_ACTION_NEXT_WINDOW);
    expect_equal(tui_model_current(screen.model), 0);
    tui_model_show(screen.model, 9);
    expect_equal(tui_model_current(screen.model), 0);
    screen_close(&screen);
}

static void windows_are_found_by_number_name_or_beginning(void)
{
    struct screen screen;

    open_three(&screen);
    expect_ok(tui_model_find(screen.model, BYTES_OF("3")));
    expect_equal(tui_model_current(screen.model), 2);
    expect_ok(tui_model_find(screen.model, BYTES_OF("#dev")));
    expect_equal(tui_model_current(screen.model), 1);
    expect_ok(tui_model_find(screen.model, BYTES_OF("ma")));
    expect_equal(tui_model_current(screen.model), 0);
    expect_error(tui_model_find(screen.model, BYTES_OF("de")), GOSSIP_ERROR_LIMIT);
    expect_error(tui_model_find(screen.model, BYTES_OF("4")), GOSSIP_ERROR_NOT_FOUND);
    expect_error(tui_model_find(screen.model, BYTES_OF("")), GOSSIP_ERROR_NOT_FOUND);
    expect_equal(tui_model_current(screen.model), 0);
    screen_close(&screen);
}

static void a_room_that_is_left_is_closed(void)
{
    struct screen screen;

    open_three(&screen);
    tui_model_show(screen.model, 2);
    leave(&screen, "main");
    expect_equal(tui_model_current(screen.model), 1);
    expect_text(screen_row(&screen, 23), "[#design] Bob>");
    leave(&screen, "design");
    expect_equal(tui_model_current(screen.model), 0);
    leave(&screen, "nowhere");
    leave(&screen, "dev");
    expect_equal(tui_model_window_count(screen.model), 0);
    expect_text(screen_row(&screen, 23), "Bob>");
    tui_model_tell(screen.model, TUI_TELL_ERROR, BYTES_OF("you are in no room. /join ROOM"));
    expect_true(screen_has(&screen, "! you are in no room. /join ROOM"));
    screen_close(&screen);
}

TEST_MAIN(TEST(the_first_room_is_shown_and_those_asked_for), TEST(what_is_not_seen_is_unread),
    TEST(nobody_rings_where_one_looks), TEST(what_one_looks_at_is_known),
    TEST(the_new_line_marks_what_was_not_seen),
    TEST(the_next_unread_is_who_called_then_the_rest_then_home), TEST(windows_stand_in_a_circle),
    TEST(windows_are_found_by_number_name_or_beginning), TEST(a_room_that_is_left_is_closed))
