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

    screen_joined(screen, "main");
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

TEST_MAIN(TEST(an_afternoon_looks_like_this))
