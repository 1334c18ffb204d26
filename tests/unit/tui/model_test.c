#include "tui/model.h"

#include "base/bytes.h"
#include "unit/tui/screen.h"

static void tell(struct screen *screen, struct gossip_event event)
{
    screen_event(screen, &event);
}

static void answers_are_lines(void)
{
    struct screen screen;

    screen_open(&screen, 120, 24);
    screen_joined(&screen, "main");
    screen_connected(&screen, "Alice", 1);
    tell(&screen,
        (struct gossip_event){.kind = GOSSIP_EVENT_DONE, .text = BYTES_OF("asked on wlan0")});
    tell(&screen, (struct gossip_event){.kind = GOSSIP_EVENT_FAILED,
                      .number = 3,
                      .text = BYTES_OF("you are not in #dev"),
                      .hint = BYTES_OF("/join dev")});
    tell(&screen, (struct gossip_event){
                      .kind = GOSSIP_EVENT_ROOM_LISTED, .room = BYTES_OF("dev"), .members = 3});
    tell(&screen, (struct gossip_event){.kind = GOSSIP_EVENT_PERSON_LISTED,
                      .name = BYTES_OF("Alice"),
                      .person = screen_person('A'),
                      .away = true});
    tell(&screen, (struct gossip_event){.kind = GOSSIP_EVENT_PEER_LISTED,
                      .person = screen_person('A'),
                      .address = BYTES_OF("/ip4/10.0.0.1/tcp/1"),
                      .round_trip.us = 1400});
    expect_true(screen_has(&screen, "\u00b7 asked on wlan0"));
    expect_true(screen_has(&screen, "! you are not in #dev. /join dev"));
    expect_true(screen_has(&screen, "\u00b7 #dev  3 here"));
    expect_true(screen_has(&screen, "\u00b7 Alice  \u2026Y3vY  away"));
    expect_true(screen_has(&screen, "/ip4/10.0.0.1/tcp/1  in  0:00  1.4 ms"));
    screen_close(&screen);
}

static void stored_lines_that_were_asked_for_are_told_again(void)
{
    struct gossip_event event;
    struct screen screen;

    screen_open(&screen, 80, 24);
    screen_joined(&screen, "main");
    screen_connected(&screen, "Alice", 1);
    event = screen_line_event(&screen, "main", "Alice", "one\ntwo");
    screen_event(&screen, &event);
    event.number = 4;
    event.history = true;
    event.sent_at.ms -= INT64_C(86400000);
    screen_event(&screen, &event);
    expect_true(screen_has(&screen, "\u00b7 Wed 19 Nov 14:33 <Alice> one two"));
    event.action = true;
    screen_event(&screen, &event);
    expect_true(screen_has(&screen, "\u00b7 Wed 19 Nov 14:33 * Alice one two"));
    screen_close(&screen);
}

static void a_long_answer_is_several_lines(void)
{
    struct screen screen;

    screen_open(&screen, 80, 24);
    screen_joined(&screen, "main");
    tui_model_tell(screen.model, TUI_TELL_INFO, BYTES_OF("one\ntwo\n\nthree"));
    expect_true(screen_has(&screen, "\u00b7 one\n        \u00b7 two\n"));
    expect_true(screen_has(&screen, "\u00b7 three"));
    screen_close(&screen);
}

static void the_topic_is_in_the_title(void)
{
    struct gossip_event topic = {.kind = GOSSIP_EVENT_TOPIC,
        .room = BYTES_OF("main"),
        .text = BYTES_OF("Lunch, deploys, printer jams"),
        .person = screen_person('A'),
        .name = BYTES_OF("Alice")};
    struct screen screen;

    screen_open(&screen, 80, 24);
    screen_joined(&screen, "main");
    screen_connected(&screen, "Alice", 1);
    screen_event(&screen, &topic);
    expect_text(screen_row(&screen, 0),
        " #main  Lunch, deploys, printer jams                            myroom \u00b7 1 peer");
    expect_true(screen_has(&screen, "\u00b7 Alice set the topic: Lunch, deploys, printer jams"));
    screen_resize(&screen, 40, 24);
    expect_text(screen_row(&screen, 0), " #main  Lunch, deploys\u2026 myroom \u00b7 1 peer");
    topic.text.size = 0;
    screen_event(&screen, &topic);
    expect_true(screen_has(&screen, "\u00b7 Alice removed the topic"));
    expect_text(screen_row(&screen, 0), " #main                  myroom \u00b7 1 peer");
    screen_close(&screen);
}

static void notices_stand_where_they_belong(void)
{
    struct gossip_event notice = {.kind = GOSSIP_EVENT_NOTICE,
        .notice = GOSSIP_NOTICE_WRONG_PASSPHRASE,
        .room = BYTES_OF("ops"),
        .text = BYTES_OF("2 people are in #ops with a different passphrase")};
    struct gossip_event joined = {
        .kind = GOSSIP_EVENT_ROOM_JOINED, .room = BYTES_OF("ops"), .sealed = true};
    struct screen screen;

    screen_open(&screen, 80, 24);
    screen_joined(&screen, "main");
    screen_connected(&screen, "Alice", 1);
    screen_event(&screen, &joined);
    screen_event(&screen, &notice);
    expect_false(screen_has(&screen, "passphrase"));
    tui_model_show(screen.model, 1);
    expect_true(screen_has(&screen, "! 2 people are in #ops with a different passphrase"));
    expect_true(screen_has(&screen, " #ops (private)"));
    screen_close(&screen);
}

static void a_new_day_has_a_line(void)
{
    struct screen screen;

    screen_open(&screen, 80, 24);
    screen_joined(&screen, "main");
    screen_connected(&screen, "Alice", 1);
    screen_set_time(&screen, 1, 23, 59);
    screen_line(&screen, "main", "Alice", "good night");
    screen_set_time(&screen, 0, 0, 1);
    screen_line(&screen, "main", "Alice", "good morning");
    expect_true(screen_has(&screen,
        "23:59    Alice  good night                                     \u2502\n"
        "      \u2500\u2500 Thu 20 Nov \u2500"));
    screen_close(&screen);
}

/* ---- memory ----------------------------------------------------------------------------- */

static enum gossip_error play(const struct allocator *allocator, void *context)
{
    struct tui_model_config config = {.allocator = allocator,
        .self = screen_person('B'),
        .nick = BYTES_OF("Bob"),
        .rendezvous = BYTES_OF("myroom")};
    struct tui_time time = {.now = {1000000}, .date = {1000}};
    struct gossip_event joined = {.kind = GOSSIP_EVENT_ROOM_JOINED, .room = BYTES_OF("main")};
    struct gossip_event line = {.kind = GOSSIP_EVENT_LINE,
        .room = BYTES_OF("main"),
        .name = BYTES_OF("Alice"),
        .text = BYTES_OF("hello"),
        .message_id = BYTES_OF("a1"),
        .order = 9};
    struct gossip_event came = {
        .kind = GOSSIP_EVENT_PERSON_CAME, .room = BYTES_OF("main"), .name = BYTES_OF("Alice")};
    struct tui_model *model;
    enum gossip_error error = tui_model_create(&config, time, &model);

    (void)context;
    if (error != GOSSIP_OK) {
        return error;
    }
    tui_model_receive(model, time, &joined);
    tui_model_receive(model, time, &line);
    tui_model_receive(model, time, &came);
    line.message_id = BYTES_OF("a2");
    line.order = 3;
    line.history = true;
    tui_model_receive(model, time, &line);
    tui_model_said(model, 1, BYTES_OF("me"), false);
    tui_model_search(model, BYTES_OF("hello"));
    tui_model_act(model, TUI_ACTION_ACCEPT);
    tui_model_destroy(model);
    return GOSSIP_OK;
}

static void without_memory_something_is_missing_and_nothing_is_broken(void)
{
    expect_at_least(test_allocator_fail_each(play, NULL), 10);
}

TEST_MAIN(TEST(answers_are_lines), TEST(stored_lines_that_were_asked_for_are_told_again),
    TEST(a_long_answer_is_several_lines), TEST(the_topic_is_in_the_title),
    TEST(notices_stand_where_they_belong), TEST(a_new_day_has_a_line),
    TEST(without_memory_something_is_missing_and_nothing_is_broken))
