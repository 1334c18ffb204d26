#include "base/bytes.h"
#include "base/instant.h"
#include "unit/tui/screen.h"

static void open_main(struct screen *screen)
{
    screen_open(screen, 80, 24);
    screen_joined(screen, "main");
    screen_connected(screen, "Alice", 1);
}

static void rename_person(struct screen *screen, const char *before, const char *after)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_PERSON_RENAMED,
        .room = BYTES_OF("main"),
        .person = screen_person(*before),
        .name = bytes_of_text(after),
        .nick = bytes_of_text(after),
        .text = bytes_of_text(before)};

    screen_event(screen, &event);
}

static void comings_and_goings_are_one_line(void)
{
    struct screen screen;

    open_main(&screen);
    screen_line(&screen, "main", "Alice", "hello");
    screen_came(&screen, "main", "Dave", 3);
    screen_came(&screen, "main", "Erin", 4);
    screen_went(&screen, "main", "Gina", 3);
    rename_person(&screen, "Erin", "Eve");
    expect_true(
        screen_has(&screen, "\u00b7 Dave, Erin joined   \u00b7 Gina left   \u00b7 Erin is now"));
    screen_line(&screen, "main", "Alice", "and so on");
    screen_came(&screen, "main", "Hans", 4);
    expect_true(screen_has(&screen, "        \u00b7 Hans joined"));
    screen_close(&screen);
}

static void who_comes_and_goes_is_told_once(void)
{
    struct screen screen;

    open_main(&screen);
    screen_came(&screen, "main", "Dave", 2);
    screen_went(&screen, "main", "Dave", 1);
    expect_true(screen_has(&screen, "\u00b7 Dave came and went"));
    screen_came(&screen, "main", "Dave", 2);
    expect_true(screen_has(&screen, "\u00b7 Dave joined"));
    screen_line(&screen, "main", "Dave", "hi");
    screen_went(&screen, "main", "Dave", 1);
    screen_came(&screen, "main", "Dave", 2);
    expect_true(screen_has(&screen, "\u00b7 Dave is back"));
    screen_close(&screen);
}

static void a_crowd_is_counted(void)
{
    char name[2] = "a";
    struct screen screen;

    open_main(&screen);
    screen_resize(&screen, 200, 24);
    for (int i = 0; i < 40; i++) {
        struct gossip_event event = {.kind = GOSSIP_EVENT_PERSON_WENT,
            .room = BYTES_OF("main"),
            .name = bytes_of_text(name),
            .person = screen_person((char)(i + 1)),
            .members = 5};

        screen_event(&screen, &event);
    }
    expect_true(screen_has(&screen, "8 more came or went"));
    screen_close(&screen);
}

/* Of more than twenty people only those are told of who were heard lately. */
static void large_rooms_are_calm(void)
{
    struct screen screen;

    open_main(&screen);
    screen_came(&screen, "main", "Dave", 21);
    screen_came(&screen, "main", "Erin", 22);
    expect_false(screen_has(&screen, "joined"));
    expect_true(screen_has(&screen, "22 in #main"));
    screen_line(&screen, "main", "Dave", "hello");
    screen_went(&screen, "main", "Erin", 21);
    expect_false(screen_has(&screen, "left"));
    screen_went(&screen, "main", "Dave", 21);
    expect_true(screen_has(&screen, "\u00b7 Dave left"));
    screen_close(&screen);
}

static void people_are_listed_by_name(void)
{
    struct screen screen;

    open_main(&screen);
    screen_came(&screen, "main", "carol", 2);
    screen_came(&screen, "main", "Alice", 3);
    screen_came(&screen, "main", "Dave~k3f", 4);
    expect_true(screen_has(&screen, "\u2502 4 in #main\n"));
    expect_text(screen_row(&screen, 3) + 63, "\u2502 Alice");
    expect_text(screen_row(&screen, 4) + 63, "\u2502 Bob (you)");
    expect_text(screen_row(&screen, 5) + 63, "\u2502 carol");
    expect_text(screen_row(&screen, 6) + 63, "\u2502 Dave~k3f     !");
    screen_close(&screen);
}

static void those_who_are_away_stand_apart(void)
{
    struct gossip_event away = {.kind = GOSSIP_EVENT_PERSON_AWAY,
        .room = BYTES_OF("main"),
        .person = screen_person('A'),
        .name = BYTES_OF("Alice"),
        .away = true};
    struct gossip_event own = {.kind = GOSSIP_EVENT_PERSON_AWAY,
        .person = screen_person('B'),
        .own = true,
        .away = true,
        .text = BYTES_OF("lunch")};
    struct screen screen;

    open_main(&screen);
    screen_came(&screen, "main", "Alice", 2);
    screen_event(&screen, &away);
    expect_text(screen_row(&screen, 5) + 63, "\u2502 away");
    expect_text(screen_row(&screen, 6) + 63, "\u2502 Alice");
    screen_event(&screen, &own);
    expect_true(screen_has(&screen, "\u00b7 you are away: lunch"));
    away.away = false;
    screen_event(&screen, &away);
    expect_text(screen_row(&screen, 3) + 63, "\u2502 Alice");
    screen_close(&screen);
}

static void whose_key_is_confirmed_has_a_badge(void)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_PERSON_CAME,
        .room = BYTES_OF("main"),
        .person = screen_person('A'),
        .name = BYTES_OF("Alice"),
        .nick = BYTES_OF("Alice"),
        .members = 2,
        .verified = true};
    struct screen screen;

    open_main(&screen);
    screen_event(&screen, &event);
    expect_text(screen_row(&screen, 3) + 63, "\u2502 Alice        \u2713");
    event.kind = GOSSIP_EVENT_PERSON_KNOWN;
    event.verified = false;
    screen_event(&screen, &event);
    expect_text(screen_row(&screen, 3) + 63, "\u2502 Alice");
    event = screen_line_event(&screen, "main", "Alice", "it is me");
    event.verified = true;
    screen_event(&screen, &event);
    expect_text(screen_row(&screen, 3) + 63, "\u2502 Alice        \u2713");
    screen_close(&screen);
}

static void our_own_name_is_in_the_prompt(void)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_PERSON_RENAMED,
        .person = screen_person('B'),
        .own = true,
        .name = BYTES_OF("Robert"),
        .nick = BYTES_OF("Robert"),
        .text = BYTES_OF("Bob")};
    struct screen screen;

    open_main(&screen);
    screen_event(&screen, &event);
    expect_text(screen_row(&screen, 23), "[#main] Robert>");
    expect_true(screen_has(&screen, "\u2502 Robert (you)"));
    expect_true(screen_has(&screen, "\u00b7 Bob is now known as Robert"));
    expect_bytes(tui_model_nick(screen.model), BYTES_OF("Robert"));
    screen_close(&screen);
}

/* For completion: who spoke last comes first. */
static void those_who_spoke_last_come_first(void)
{
    struct screen screen;

    open_main(&screen);
    screen_came(&screen, "main", "Alice", 2);
    screen_came(&screen, "main", "Carol", 3);
    screen_came(&screen, "main", "Dave", 4);
    screen_line(&screen, "main", "Dave", "one");
    screen_wait(&screen, 1);
    screen_line(&screen, "main", "Carol", "two");
    expect_bytes(tui_model_member(screen.model, 0), BYTES_OF("Carol"));
    expect_bytes(tui_model_member(screen.model, 1), BYTES_OF("Dave"));
    expect_bytes(tui_model_member(screen.model, 2), BYTES_OF("Alice"));
    expect_equal(tui_model_member(screen.model, 3).size, 0);
    rename_person(&screen, "Dave", "Zoe");
    expect_bytes(tui_model_member(screen.model, 1), BYTES_OF("Zoe"));
    screen_close(&screen);
}

/* The column of nicks is as wide as it has to be, up to a bound. */
static void long_names_are_cut(void)
{
    struct screen screen;

    open_main(&screen);
    screen_line(&screen, "main", "Maximiliana the Second", "hello");
    expect_true(screen_has(&screen, "14:33  Maximiliana\u2026  hello"));
    screen_close(&screen);
}

TEST_MAIN(TEST(comings_and_goings_are_one_line), TEST(who_comes_and_goes_is_told_once),
    TEST(a_crowd_is_counted), TEST(large_rooms_are_calm), TEST(people_are_listed_by_name),
    TEST(those_who_are_away_stand_apart), TEST(whose_key_is_confirmed_has_a_badge),
    TEST(our_own_name_is_in_the_prompt), TEST(those_who_spoke_last_come_first),
    TEST(long_names_are_cut))
