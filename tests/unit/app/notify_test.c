#include "app/notify.h"

#include <string.h>

#include "base/bytes.h"
#include "support/test.h"

static struct notify notify;
static struct notify_note note;
static uint64_t now;

static struct notify_news said(enum notify_kind kind, const char *room, const char *text)
{
    return (struct notify_news){.kind = kind,
        .room = bytes_of_text(room),
        .nick = bytes_of_text("Bob"),
        .text = bytes_of_text(text)};
}

static bool decide(const struct notify_news *news)
{
    notify_decide(&notify, news, now, &note);
    return note.is_wanted;
}

static bool is_heard(enum notify_kind kind, const char *room, const char *text)
{
    struct notify_news news = said(kind, room, text);

    return decide(&news);
}

static void only_what_concerns_us_is_heard_at_first(void)
{
    notify_init(&notify);
    expect_false(is_heard(NOTIFY_LINE, "dev", "hello"));
    expect_true(is_heard(NOTIFY_MENTION, "dev", "hello Ann"));
    expect_text(note.title, "Bob in #dev");
    expect_text(note.body, "hello Ann");
    expect_true(is_heard(NOTIFY_DIRECT, "", "psst"));
    expect_text(note.title, "Bob");
    notify.level = NOTIFY_ALL;
    expect_true(is_heard(NOTIFY_LINE, "tea", "hello"));
    notify.level = NOTIFY_OFF;
    expect_false(is_heard(NOTIFY_DIRECT, "", "psst"));
}

static void what_is_no_news_is_not_heard(void)
{
    struct notify_news news = said(NOTIFY_MENTION, "dev", "x");

    notify_init(&notify);
    news.is_own = true;
    expect_false(decide(&news));
    news = said(NOTIFY_MENTION, "dev", "x");
    news.is_history = true;
    expect_false(decide(&news));
    news = said(NOTIFY_MENTION, "dev", "x");
    news.is_watched = true;
    expect_false(decide(&news));
    news = said(NOTIFY_MENTION, "dev", "x");
    news.age_ms = NOTIFY_AGE_MS + 1;
    expect_false(decide(&news));
    news.age_ms = NOTIFY_AGE_MS;
    expect_true(decide(&news));
}

static void a_busy_room_is_summed_up(void)
{
    notify_init(&notify);
    now = 5000;
    expect_true(is_heard(NOTIFY_MENTION, "dev", "1"));
    now += NOTIFY_PAUSE_MS - 1;
    expect_false(is_heard(NOTIFY_MENTION, "dev", "2"));
    expect_false(is_heard(NOTIFY_MENTION, "dev", "3"));
    expect_true(is_heard(NOTIFY_MENTION, "tea", "another room"));
    now += 1;
    expect_true(is_heard(NOTIFY_MENTION, "dev", "4"));
    expect_text(note.body, "3 new");
    now += NOTIFY_PAUSE_MS;
    expect_true(is_heard(NOTIFY_MENTION, "dev", "5"));
    expect_text(note.body, "5");
}

static void a_muted_room_is_silent(void)
{
    notify_init(&notify);
    now += 2 * NOTIFY_PAUSE_MS;
    expect_true(notify_toggle_mute(&notify, BYTES_OF("dev")));
    expect_false(is_heard(NOTIFY_MENTION, "dev", "x"));
    expect_true(is_heard(NOTIFY_MENTION, "tea", "x"));
    expect_false(notify_toggle_mute(&notify, BYTES_OF("dev")));
    expect_true(is_heard(NOTIFY_MENTION, "dev", "x"));
}

static void contents_may_be_kept_back(void)
{
    notify_init(&notify);
    notify.has_content = false;
    expect_true(is_heard(NOTIFY_MENTION, "dev", "secret"));
    expect_text(note.title, "#dev");
    expect_text(note.body, "new message");
}

static void many_rooms_share_the_last_place(void)
{
    char room[4] = "a00";

    notify_init(&notify);
    now += 2 * NOTIFY_PAUSE_MS;
    for (int i = 0; i < 2 * NOTIFY_ROOMS_MAX; i++) {
        room[1] = (char)('0' + i / 10);
        room[2] = (char)('0' + i % 10);
        (void)is_heard(NOTIFY_MENTION, room, "x");
    }
    expect_equal(notify.room_count, NOTIFY_ROOMS_MAX);
}

static const char *write_note(enum notify_method method, bool is_in_tmux)
{
    static char text[NOTIFY_OUTPUT_BYTES_MAX + 1];
    size_t size = notify_write(
        method, is_in_tmux, &note, room_make((uint8_t *)text, NOTIFY_OUTPUT_BYTES_MAX));

    text[size] = '\0';
    return text;
}

static void each_terminal_is_told_in_its_way(void)
{
    notify_init(&notify);
    now += 2 * NOTIFY_PAUSE_MS;
    expect_true(is_heard(NOTIFY_MENTION, "dev", "a;b\nc"));
    expect_text(write_note(NOTIFY_METHOD_OFF, false), "");
    expect_text(write_note(NOTIFY_METHOD_BELL, false), "\a");
    expect_text(write_note(NOTIFY_METHOD_OSC9, false), "\x1b]9;gossipchat: Bob in #dev: a,b c\a");
    expect_text(write_note(NOTIFY_METHOD_OSC777, false), "\x1b]777;notify;Bob in #dev;a,b c\a");
    expect_text(write_note(NOTIFY_METHOD_BELL, true), "\a");
    expect_text(write_note(NOTIFY_METHOD_OSC777, true),
        "\x1bPtmux;\x1b\x1b]777;notify;Bob in #dev;a,b c\a\x1b\\\a");
}

static void a_long_text_is_cut_between_characters(void)
{
    char text[3 * NOTIFY_TEXT_BYTES_MAX + 1];

    for (size_t i = 0; i < NOTIFY_TEXT_BYTES_MAX; i++) {
        memcpy(text + 3 * i, "\xe2\x82\xac", 4);
    }
    notify_init(&notify);
    now += 2 * NOTIFY_PAUSE_MS;
    expect_true(is_heard(NOTIFY_MENTION, "dev", text));
    expect_equal(strlen(note.body) % 3, 0);
    expect_at_least(strlen(note.body), NOTIFY_TEXT_BYTES_MAX - 6);
    (void)write_note(NOTIFY_METHOD_OSC777, true);
}

static void terminals_are_known_by_their_environment(void)
{
    expect_equal(notify_guess_method("iTerm.app", "xterm-256color", NULL), NOTIFY_METHOD_OSC9);
    expect_equal(notify_guess_method(NULL, "screen", "iTerm2"), NOTIFY_METHOD_OSC9);
    expect_equal(notify_guess_method("WezTerm", "xterm-256color", NULL), NOTIFY_METHOD_OSC777);
    expect_equal(notify_guess_method(NULL, "foot-extra", NULL), NOTIFY_METHOD_OSC777);
    expect_equal(notify_guess_method(NULL, "xterm-kitty", NULL), NOTIFY_METHOD_OSC777);
    expect_equal(notify_guess_method(NULL, "alacritty", NULL), NOTIFY_METHOD_BELL);
    expect_equal(notify_guess_method(NULL, NULL, NULL), NOTIFY_METHOD_BELL);
}

static void settings_are_words(void)
{
    enum notify_level level = NOTIFY_OFF;
    enum notify_method method = NOTIFY_METHOD_OFF;

    expect_true(notify_read_level("All", &level));
    expect_equal(level, NOTIFY_ALL);
    expect_false(notify_read_level("some", &level));
    expect_equal(level, NOTIFY_ALL);
    expect_true(notify_read_method("auto", NOTIFY_METHOD_OSC9, &method));
    expect_equal(method, NOTIFY_METHOD_OSC9);
    expect_true(notify_read_method("bell", NOTIFY_METHOD_OSC9, &method));
    expect_equal(method, NOTIFY_METHOD_BELL);
    expect_false(notify_read_method("horn", NOTIFY_METHOD_OSC9, &method));
}

TEST_MAIN(TEST(only_what_concerns_us_is_heard_at_first), TEST(what_is_no_news_is_not_heard),
    TEST(a_busy_room_is_summed_up), TEST(a_muted_room_is_silent), TEST(contents_may_be_kept_back),
    TEST(many_rooms_share_the_last_place), TEST(each_terminal_is_told_in_its_way),
    TEST(a_long_text_is_cut_between_characters), TEST(terminals_are_known_by_their_environment),
    TEST(settings_are_words))
