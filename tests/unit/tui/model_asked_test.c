#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "unit/tui/screen.h"

static void open_main(struct screen *screen)
{
    screen_open(screen, 80, 12);
    screen_joined(screen, "main");
    screen_connected(screen, "Alice", 1);
    screen->order = 100;
    for (int i = 0; i < 20; i++) {
        screen_line(screen, "main", "Alice", "of now");
    }
}

static void ask(struct screen *screen, uint64_t number, struct gossip_command *command)
{
    expect_true(tui_model_poll(screen->model, command));
    command->number = number;
    tui_model_asked(screen->model, command);
    expect_false(tui_model_poll(screen->model, command));
}

/* Lines `from` up to but without `to`; line n has the order n and the id "old n". */
static void answer(struct screen *screen, uint64_t number, int from, int to)
{
    for (int i = from; i < to; i++) {
        char text[32], id[32];
        struct gossip_event event;

        (void)snprintf(text, sizeof(text), "line %02d", i);
        (void)snprintf(id, sizeof(id), "old %d", i);
        event = screen_line_event(screen, "main", "Gina", text);
        event.message_id = bytes_of_text(id);
        event.number = number;
        event.history = true;
        event.order = (uint64_t)i + 1;
        screen_event(screen, &event);
    }
}

static void finish(struct screen *screen, uint64_t number, enum gossip_event_kind kind)
{
    struct gossip_event event = {
        .kind = kind, .number = number, .text = BYTES_OF("not to be shown")};

    screen_event(screen, &event);
}

static void page_up(struct screen *screen, int count)
{
    while (count-- > 0) {
        tui_model_act(screen->model, TUI_ACTION_PAGE_UP);
    }
}

static void at_the_top_earlier_lines_are_asked_for(void)
{
    struct gossip_command command;
    struct screen screen;

    open_main(&screen);
    page_up(&screen, 1);
    expect_false(tui_model_poll(screen.model, &command));
    page_up(&screen, 4);
    ask(&screen, 7, &command);
    expect_equal(command.kind, GOSSIP_COMMAND_HISTORY);
    expect_bytes(command.room, BYTES_OF("main"));
    expect_bytes(command.before, BYTES_OF("65")); /* the id of the first: 101 */
    answer(&screen, 7, 10, 20);
    finish(&screen, 7, GOSSIP_EVENT_DONE);
    expect_false(screen_has(&screen, "put in place"));
    expect_false(screen_has(&screen, "not to be shown"));
    page_up(&screen, 2);
    expect_true(screen_has(&screen, "line 10"));
    ask(&screen, 8, &command);
    expect_bytes(command.before, BYTES_OF("old 10"));
    finish(&screen, 8, GOSSIP_EVENT_DONE); /* nothing came: there is no more */
    page_up(&screen, 2);
    expect_false(tui_model_poll(screen.model, &command));
    screen_close(&screen);
}

static void where_nothing_is_stored_nothing_is_asked_again(void)
{
    struct gossip_command command;
    struct screen screen;

    open_main(&screen);
    page_up(&screen, 9);
    ask(&screen, 7, &command);
    finish(&screen, 7, GOSSIP_EVENT_FAILED);
    page_up(&screen, 2);
    expect_false(tui_model_poll(screen.model, &command));
    expect_false(screen_has(&screen, "not to be shown"));
    screen_close(&screen);
}

static void the_search_finds_what_is_stored(void)
{
    struct gossip_command command;
    struct screen screen;

    open_main(&screen);
    tui_model_act(screen.model, TUI_ACTION_SEARCH);
    tui_model_type(screen.model, BYTES_OF("l"));
    expect_false(tui_model_poll(screen.model, &command));
    tui_model_type(screen.model, BYTES_OF("ine 15"));
    ask(&screen, 7, &command);
    expect_equal(command.kind, GOSSIP_COMMAND_SEARCH);
    expect_bytes(command.text, BYTES_OF("line 15"));
    answer(&screen, 7, 15, 16);
    finish(&screen, 7, GOSSIP_EVENT_DONE);
    expect_true(screen_has(&screen, "> 14:33 #main <Gina> line 15"));
    tui_model_type(screen.model, BYTES_OF("0"));
    expect_false(screen_has(&screen, "line 15\n"));
    ask(&screen, 8, &command);
    finish(&screen, 8, GOSSIP_EVENT_DONE);
    tui_model_act(screen.model, TUI_ACTION_CLOSE);
    screen_close(&screen);
}

/* What lies between is fetched, so that it stands in its context. */
static void a_stored_line_is_shown_in_its_context(void)
{
    struct gossip_command command;
    struct screen screen;

    open_main(&screen);
    tui_model_search(screen.model, BYTES_OF("line 15"));
    ask(&screen, 7, &command);
    answer(&screen, 7, 15, 16);
    finish(&screen, 7, GOSSIP_EVENT_DONE);
    tui_model_act(screen.model, TUI_ACTION_ACCEPT);
    ask(&screen, 8, &command);
    expect_bytes(command.before, BYTES_OF("65"));
    answer(&screen, 8, 40, 60);
    finish(&screen, 8, GOSSIP_EVENT_DONE);
    ask(&screen, 9, &command);
    expect_bytes(command.before, BYTES_OF("old 40"));
    answer(&screen, 9, 10, 40);
    finish(&screen, 9, GOSSIP_EVENT_DONE);
    expect_false(tui_model_poll(screen.model, &command));
    expect_true(screen_has(&screen, "Gina  line 15"));
    expect_true(screen_has(&screen, "Gina  line 14"));
    screen_close(&screen);
}

static void what_is_too_far_back_is_told(void)
{
    struct gossip_command command;
    struct screen screen;

    open_main(&screen);
    tui_model_search(screen.model, BYTES_OF("line 15"));
    ask(&screen, 7, &command);
    answer(&screen, 7, 15, 16);
    finish(&screen, 7, GOSSIP_EVENT_DONE);
    tui_model_act(screen.model, TUI_ACTION_ACCEPT);
    ask(&screen, 8, &command);
    finish(&screen, 8, GOSSIP_EVENT_DONE);
    expect_true(screen_has(&screen, "! that message is too far back"));
    screen_close(&screen);
}

static void a_room_may_close_while_it_is_asked_for(void)
{
    struct gossip_event left = {.kind = GOSSIP_EVENT_ROOM_LEFT, .room = BYTES_OF("main")};
    struct gossip_command command;
    struct screen screen;

    open_main(&screen);
    page_up(&screen, 9);
    ask(&screen, 7, &command);
    screen_event(&screen, &left);
    answer(&screen, 7, 10, 20);
    finish(&screen, 7, GOSSIP_EVENT_DONE);
    expect_false(tui_model_poll(screen.model, &command));
    screen_joined(&screen, "main");
    tui_model_search(screen.model, BYTES_OF("line 15"));
    ask(&screen, 8, &command);
    answer(&screen, 8, 15, 16);
    screen_event(&screen, &left);
    tui_model_act(screen.model, TUI_ACTION_ACCEPT);
    screen_close(&screen);
}

TEST_MAIN(TEST(at_the_top_earlier_lines_are_asked_for),
    TEST(where_nothing_is_stored_nothing_is_asked_again), TEST(the_search_finds_what_is_stored),
    TEST(a_stored_line_is_shown_in_its_context), TEST(what_is_too_far_back_is_told),
    TEST(a_room_may_close_while_it_is_asked_for))
