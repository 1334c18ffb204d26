#include "base/bytes.h"
#include "base/instant.h"
#include "unit/tui/screen.h"

#define MINUTE_MS 60000

static void open_main(struct screen *screen)
{
    screen_open(screen, 80, 24);
    screen_joined(screen, "main");
    screen_connected(screen, "Alice", 1);
}

/* The row on which `text` is, from 0; -1 if on none. */
static int row_of(struct screen *screen, const char *text)
{
    for (int row = 0; row < termpaint_surface_height(screen->surface); row++) {
        struct gossip_bytes line = bytes_of_text(screen_row(screen, row));

        for (size_t i = 0; i < line.size; i++) {
            if (bytes_start_with(bytes_part(line, i, line.size), bytes_of_text(text))) {
                return row;
            }
        }
    }
    return -1;
}

static void expect_order(struct screen *screen, const char *first, const char *second)
{
    expect_true(row_of(screen, first) >= 0);
    expect_true(row_of(screen, first) < row_of(screen, second));
}

static void tell_delivery(struct screen *screen, const char *id, enum gossip_delivery delivery)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_DELIVERY,
        .room = BYTES_OF("main"),
        .message_id = bytes_of_text(id),
        .delivery = delivery,
        .text = BYTES_OF("the outbox was full")};

    screen_event(screen, &event);
}

/* Its LINE event, with the number of the command. */
static void tell_said(struct screen *screen, uint64_t number, const char *id, uint64_t order)
{
    struct gossip_event event = screen_line_event(screen, "main", "Bob", "hello");

    event.own = true;
    event.ref_number = number;
    event.message_id = bytes_of_text(id);
    event.order = order;
    screen_event(screen, &event);
}

static void what_one_says_appears_at_once_and_stays(void)
{
    struct screen screen;
    int row;

    open_main(&screen);
    tui_model_said(screen.model, 7, BYTES_OF("hello"), false);
    expect_true(screen_has(&screen, "hello                                     \u2026"));
    expect_true(screen_has(&screen, "1 queued"));
    screen_line(&screen, "main", "Alice", "first");
    row = row_of(&screen, "hello");
    tell_said(&screen, 7, "abc", 500);
    expect_equal(row_of(&screen, "hello"), row);
    expect_order(&screen, "hello", "first");
    tell_delivery(&screen, "abc", GOSSIP_DELIVERY_SENT);
    expect_true(screen_has(&screen, "hello                                     \u2713"));
    expect_false(screen_has(&screen, "queued"));
    expect_equal(row_of(&screen, "hello"), row);
    screen_wait(&screen, 300);
    expect_false(screen_has(&screen, "\u2713"));
    screen_close(&screen);
}

static void what_was_not_said_is_told_with_its_reason(void)
{
    struct gossip_event failed = {.kind = GOSSIP_EVENT_FAILED,
        .number = 8,
        .text = BYTES_OF("too many messages wait"),
        .hint = BYTES_OF("Wait until somebody joins.")};
    struct screen screen;

    open_main(&screen);
    tui_model_said(screen.model, 7, BYTES_OF("one"), false);
    tell_said(&screen, 7, "abc", 5);
    tell_delivery(&screen, "abc", GOSSIP_DELIVERY_FAILED);
    expect_true(screen_has(&screen, "! a message was not delivered: the outbox was full"));
    tui_model_said(screen.model, 8, BYTES_OF("two"), false);
    screen_event(&screen, &failed);
    expect_true(screen_has(&screen, "two                                       !"));
    expect_true(screen_has(&screen, "too many messages"));
    expect_false(screen_has(&screen, "queued"));
    screen_close(&screen);
}

static void a_line_is_shown_once(void)
{
    struct gossip_event event;
    struct screen screen;

    open_main(&screen);
    event = screen_line_event(&screen, "main", "Alice", "twice?");
    screen_event(&screen, &event);
    event.number = 9;
    event.history = true;
    screen_event(&screen, &event);
    tui_model_search(screen.model, BYTES_OF("twice"));
    expect_true(screen_has(&screen, "> 14:33 #main <Alice> twice?"));
    expect_text(screen_row(&screen, 3), "");
    screen_close(&screen);
}

static void lines_of_a_room_that_is_not_open_are_dropped(void)
{
    struct screen screen;

    open_main(&screen);
    screen_line(&screen, "elsewhere", "Alice", "lost");
    expect_false(screen_has(&screen, "lost"));
    screen_close(&screen);
}

static void tell_late(struct screen *screen, const char *name, const char *text, uint64_t order)
{
    struct gossip_event event = screen_line_event(screen, "main", name, text);

    event.history = true;
    event.order = order;
    event.sent_at.ms -= 30 * MINUTE_MS;
    screen_event(screen, &event);
}

static void what_comes_late_is_put_in_place_and_told_of_once(void)
{
    struct screen screen;

    open_main(&screen);
    screen_line(&screen, "main", "Alice", "early"); /* order 10 */
    screen_line(&screen, "main", "Alice", "newest");
    tell_late(&screen, "Gina", "between", 15);
    expect_order(&screen, "early", "between");
    expect_order(&screen, "between", "newest");
    expect_true(screen_has(&screen, "\u2500\u2500 1 older message from Gina was put in place"));
    tell_late(&screen, "Gina", "between too", 16);
    expect_true(screen_has(&screen, "2 older messages from Gina were put in place"));
    tell_late(&screen, "Hans", "first of all", 5);
    expect_true(screen_has(&screen, "3 older messages of several people were put in"));
    expect_order(&screen, "first of all", "early");
    expect_false(tui_model_take_bell(screen.model));
    screen_line(&screen, "main", "Alice", "newer");
    tell_late(&screen, "Gina", "once more", 17);
    expect_true(screen_has(&screen, "1 older message from Gina"));
    screen_close(&screen);
}

static void what_comes_late_is_not_new(void)
{
    struct screen screen;

    open_main(&screen);
    screen_line(&screen, "main", "Alice", "seen");
    tui_model_set_focus(screen.model, false);
    screen_line(&screen, "main", "Alice", "not seen");
    tui_model_set_focus(screen.model, true);
    tell_late(&screen, "Gina", "late", 15);
    expect_order(&screen, "late", "\u2500\u2500 new");
    expect_equal(row_of(&screen, "\u2500\u2500 new") + 1, row_of(&screen, "not seen"));
    screen_close(&screen);
}

static void history_at_the_start_is_no_news(void)
{
    struct screen screen;

    open_main(&screen);
    tell_late(&screen, "Gina", "one", 1);
    tell_late(&screen, "Gina", "two", 2);
    expect_order(&screen, "one", "two");
    expect_false(screen_has(&screen, "put in place"));
    screen_close(&screen);
}

/* The sender's clock is believed if it can be right. */
static void times_are_those_of_the_sender_if_they_can_be(void)
{
    struct gossip_event event;
    struct screen screen;

    open_main(&screen);
    event = screen_line_event(&screen, "main", "Alice", "a minute ago");
    event.sent_at.ms -= MINUTE_MS;
    screen_event(&screen, &event);
    expect_true(screen_has(&screen, "14:32    Alice  a minute ago"));
    event = screen_line_event(&screen, "main", "Alice", "an hour ago");
    event.sent_at.ms -= 60 * MINUTE_MS;
    screen_event(&screen, &event);
    expect_true(screen_has(&screen, "14:33~   Alice  an hour ago"));
    event = screen_line_event(&screen, "main", "Alice", "never");
    event.sent_at.ms = INT64_MIN;
    screen_event(&screen, &event);
    expect_true(screen_has(&screen, "14:33~   Alice  never"));
    event = screen_line_event(&screen, "main", "Alice", "of old");
    event.sent_at.ms -= 60 * MINUTE_MS;
    event.history = true;
    screen_event(&screen, &event);
    expect_true(screen_has(&screen, "13:33    Alice  of old"));
    screen_close(&screen);
}

static void those_whom_it_reached_are_counted(void)
{
    struct gossip_event reached = {.kind = GOSSIP_EVENT_DELIVERY,
        .room = BYTES_OF("main"),
        .message_id = BYTES_OF("abc"),
        .delivery = GOSSIP_DELIVERY_REACHED,
        .members = 4,
        .audience = 6};
    struct screen screen;

    open_main(&screen);
    tui_model_said(screen.model, 7, BYTES_OF("hello"), false);
    tell_said(&screen, 7, "abc", 500);
    screen_event(&screen, &reached);
    expect_true(screen_has(&screen, "hello                                     \u2713 4/6\u2502"));
    screen_wait(&screen, 300);
    expect_true(screen_has(&screen, "\u2713 4/6"));
    reached.members = 6;
    screen_event(&screen, &reached);
    expect_true(screen_has(&screen, "\u2713 6/6"));
    screen_wait(&screen, 300);
    expect_false(screen_has(&screen, "\u2713"));
    screen_close(&screen);
}

static struct gossip_event direct(struct screen *screen, const char *name, const char *text)
{
    struct gossip_event event = screen_line_event(screen, "", name, text);

    event.kind = GOSSIP_EVENT_DIRECT;
    event.order = 0;
    return event;
}

static void what_is_said_to_us_alone_has_a_window_and_rings(void)
{
    struct gossip_event event;
    struct gossip_event failed = {.kind = GOSSIP_EVENT_DELIVERY,
        .person = screen_person('C'),
        .name = BYTES_OF("Carol"),
        .message_id = BYTES_OF("d2"),
        .delivery = GOSSIP_DELIVERY_FAILED,
        .text = BYTES_OF("Carol did not take it")};
    struct gossip_event renamed = {.kind = GOSSIP_EVENT_PERSON_RENAMED,
        .person = screen_person('C'),
        .name = BYTES_OF("Caroline"),
        .nick = BYTES_OF("Caroline"),
        .text = BYTES_OF("Carol")};
    struct screen screen;

    open_main(&screen);
    event = direct(&screen, "Carol", "psst");
    screen_event(&screen, &event);
    expect_true(tui_model_take_bell(screen.model));
    expect_true(screen_has(&screen, " 1:main  2:@Carol 1!"));
    tui_model_show(screen.model, 1);
    expect_true(screen_has(&screen, "Carol  psst"));
    expect_true(tui_model_window_name(screen.model, 1).is_direct);
    event = direct(&screen, "Carol", "what is it?");
    event.own = true;
    event.nick = BYTES_OF("Bob");
    event.message_id = BYTES_OF("d2");
    event.ref_number = 9;
    tui_model_said(screen.model, 9, event.text, false);
    screen_event(&screen, &event);
    expect_true(screen_has(&screen, "  Bob  what is it?"));
    tui_model_show(screen.model, 0);
    screen_event(&screen, &failed);
    expect_false(screen_has(&screen, "not delivered"));
    screen_event(&screen, &renamed);
    tui_model_show(screen.model, 1);
    expect_true(screen_has(&screen, "! a message was not delivered: Carol did not take it"));
    expect_text(screen_row(&screen, 23), "[@Caroline] Bob>");
    screen_close(&screen);
}

static void the_oldest_lines_make_room(void)
{
    struct screen screen;

    open_main(&screen);
    for (int i = 0; i < TUI_LINES_DEFAULT + 50; i++) {
        screen_line(&screen, "main", "Alice", i < 60 ? "old" : "new");
    }
    tui_model_search(screen.model, BYTES_OF("old"));
    expect_true(screen_has(&screen, "old"));
    screen_close(&screen);
}

static void a_view_can_be_cleared(void)
{
    struct screen screen;

    open_main(&screen);
    tui_model_said(screen.model, 7, BYTES_OF("hello"), false);
    tui_model_clear(screen.model);
    expect_false(screen_has(&screen, "hello"));
    expect_false(screen_has(&screen, "queued"));
    tell_said(&screen, 7, "abc", 5);
    expect_true(screen_has(&screen, "hello"));
    screen_close(&screen);
}

TEST_MAIN(TEST(what_one_says_appears_at_once_and_stays),
    TEST(what_was_not_said_is_told_with_its_reason), TEST(a_line_is_shown_once),
    TEST(lines_of_a_room_that_is_not_open_are_dropped),
    TEST(what_comes_late_is_put_in_place_and_told_of_once), TEST(what_comes_late_is_not_new),
    TEST(history_at_the_start_is_no_news), TEST(those_whom_it_reached_are_counted),
    TEST(what_is_said_to_us_alone_has_a_window_and_rings),
    TEST(times_are_those_of_the_sender_if_they_can_be), TEST(the_oldest_lines_make_room),
    TEST(a_view_can_be_cleared))
