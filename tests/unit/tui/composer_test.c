#include "tui/composer.h"

#include <string.h>

#include "support/test.h"

static struct keymap keymap;
static struct input_history *history;
static struct composer *composer;
static struct gossip_instant now = {.us = 1000000};

static void offer(void *context, enum completion_kind kind, struct gossip_bytes typed,
    struct completion *completion)
{
    (void)context;
    (void)kind;
    (void)typed;
    completion_offer(completion, BYTES_OF("Alice"), (struct gossip_bytes){0});
    completion_offer(completion, BYTES_OF("Albert"), (struct gossip_bytes){0});
}

static const char *arguments(void *context, struct gossip_bytes command)
{
    (void)context;
    (void)command;
    return NULL;
}

static void begin(void)
{
    struct composer_config config = {.allocator = allocator_system(),
        .keymap = &keymap,
        .source = {.offer = offer, .arguments = arguments}};
    keymap_init(&keymap);
    history = input_history_create(allocator_system());
    input_history_add(history, BYTES_OF("first words"));
    input_history_add(history, BYTES_OF("second words"));
    config.history = history;
    composer = composer_create(&config);
}

static void end(void)
{
    composer_destroy(composer);
    input_history_destroy(history);
}

static enum action press(const char *name)
{
    struct key key;
    expect_ok(key_parse(bytes_of_text(name), &key));
    return composer_key(composer, now, key);
}

static void type(const char *text)
{
    for (; *text != '\0'; text++) {
        expect_equal(
            composer_key(composer, now, (struct key){.code = (uint8_t)*text}), ACTION_NONE);
    }
}

static void paste(const char *text)
{
    composer_paste_begin(composer);
    for (; *text != '\0'; text++) {
        composer_paste_add(composer, bytes_make(text, 1));
    }
    composer_paste_end(composer, now);
}

static void expect_line(const char *text)
{
    expect_bytes(composer_text(composer), bytes_of_text(text));
}

static void expect_question(const char *text)
{
    expect_bytes(composer_question(composer, now, 80), bytes_of_text(text));
}

static void enter_sends_what_was_typed(void)
{
    begin();
    expect_equal(press("enter"), ACTION_unfold); /* nothing to send */
    type(" ");
    expect_equal(press("enter"), ACTION_NONE);
    type("hello");
    press("alt+enter");
    type("you");
    expect_equal(press("enter"), ACTION_send);
    expect_line(" hello\nyou");
    composer_sent(composer);
    expect_line("");
    expect_bytes(input_history_get(history, 0), BYTES_OF(" hello\nyou"));
    end();
}

static void up_and_down_bring_back_what_was_typed(void)
{
    begin();
    type("draft");
    press("up");
    expect_line("second words");
    press("up");
    press("up");
    expect_line("first words");
    press("down");
    press("down");
    expect_line("draft");
    press("down");
    expect_line("draft");
    end();
}

static void lines_of_the_message_come_before_history(void)
{
    begin();
    paste("a\nb");
    press("up");
    expect_line("a\nb");
    expect_equal(composer_cursor(composer), 1);
    press("up");
    expect_line("second words");
    end();
}

static void history_is_searched(void)
{
    begin();
    type("draft");
    press("ctrl+r");
    type("WORDS");
    expect_bytes(composer_prompt(composer), BYTES_OF("search \"WORDS\": "));
    expect_line("second words");
    press("ctrl+r");
    expect_line("first words");
    press("ctrl+r"); /* there is no older one */
    expect_line("first words");
    expect_equal(press("enter"), ACTION_NONE);
    expect_line("first words");
    expect_equal(press("enter"), ACTION_send);
    end();
}

static void a_search_can_be_given_up(void)
{
    begin();
    type("draft");
    press("ctrl+r");
    type("xyz");
    expect_bytes(composer_prompt(composer), BYTES_OF("nothing has \"xyz\": "));
    expect_line("");
    press("backspace");
    press("escape");
    expect_line("draft");
    expect_bytes(composer_prompt(composer), BYTES_OF(""));
    press("ctrl+r");
    type("first");
    press("left"); /* goes on editing what was found */
    expect_line("first words");
    expect_equal(composer_cursor(composer), 10);
    end();
}

static void tab_completes_and_shows_the_candidates(void)
{
    begin();
    type("al");
    press("tab");
    expect_line("Alice: ");
    expect_question("[Alice] Albert ");
    press("shift+tab");
    expect_line("al");
    press("shift+tab");
    expect_line("Albert: ");
    type("x");
    expect_question("");
    end();
}

static void a_small_paste_waits_for_enter(void)
{
    begin();
    type("see: ");
    paste("one\r\ntwo\x1b[31m\n");
    expect_line("see: one\ntwo[31m\n");
    expect_question("");
    end();
}

static const char *const long_paste = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n  11";

static void a_long_paste_is_asked_about(void)
{
    begin();
    type("<");
    paste(long_paste);
    expect_question("11 lines, 25 bytes pasted: Enter send, j join lines, Esc edit");
    press("j");
    expect_line("<1 2 3 4 5 6 7 8 9 10 11");
    expect_question("");
    type("j");
    expect_line("<1 2 3 4 5 6 7 8 9 10 11j");
    end();
}

static void the_question_has_other_answers(void)
{
    begin();
    paste(long_paste);
    expect_equal(press("escape"), ACTION_NONE);
    expect_line(long_paste);
    expect_question("");
    expect_equal(press("escape"), ACTION_cancel); /* now it is for the screen */
    press("ctrl+c");
    paste(long_paste);
    type("x"); /* goes on editing */
    expect_equal(composer_text(composer).size, strlen(long_paste) + 1);
    press("ctrl+c");
    paste(long_paste);
    expect_equal(press("enter"), ACTION_send);
    end();
}

static void a_paste_beyond_the_bound_is_refused_whole(void)
{
    static uint8_t page[EDITOR_BYTES_MAX];
    begin();
    type("mine");
    memset(page, 'x', sizeof(page));
    composer_paste_begin(composer);
    composer_paste_add(composer, bytes_make(page, sizeof(page)));
    composer_paste_add(composer, BYTES_OF("y"));
    composer_paste_end(composer, now);
    expect_line("mine");
    expect_question("the paste is too long for a message: at most 32 KiB");
    composer_paste_begin(composer);
    composer_paste_add(composer, bytes_make(page, sizeof(page)));
    composer_paste_end(composer, now);
    expect_line("mine");
    end();
}

static void a_message_that_is_too_long_is_kept(void)
{
    static uint8_t page[COMPOSER_MESSAGE_BYTES_MAX + 1];
    begin();
    memset(page, 'x', sizeof(page));
    composer_paste_begin(composer);
    composer_paste_add(composer, bytes_make(page, sizeof(page)));
    composer_paste_end(composer, now);
    expect_question("1 line, 8193 bytes pasted: Enter send, j join lines, Esc edit");
    expect_equal(press("enter"), ACTION_NONE);
    expect_true(bytes_start_with(
        composer_question(composer, now, 80), BYTES_OF("too long for one message")));
    expect_equal(composer_text(composer).size, sizeof(page));
    press("backspace");
    expect_equal(press("enter"), ACTION_send);
    composer_sent(composer);
    press("up"); /* and it can be had again */
    expect_equal(composer_text(composer).size, COMPOSER_MESSAGE_BYTES_MAX);
    end();
}

static void the_first_interrupt_clears_and_two_more_quit(void)
{
    begin();
    type("precious");
    expect_equal(press("ctrl+c"), ACTION_NONE);
    expect_line("");
    press("ctrl+y");
    expect_line("precious");
    press("ctrl+c");
    expect_equal(press("ctrl+c"), ACTION_NONE);
    expect_question("press Ctrl+C again to quit");
    expect_equal(press("ctrl+c"), ACTION_interrupt);
    end();
}

static void a_late_or_another_key_does_not_quit(void)
{
    begin();
    expect_equal(press("ctrl+c"), ACTION_NONE);
    expect_equal(press("ctrl+d"), ACTION_NONE);
    expect_question("press Ctrl+D again to quit");
    expect_equal(press("ctrl+c"), ACTION_NONE);
    expect_equal(composer_deadline(composer).us, now.us + COMPOSER_HINT_US);
    now.us += COMPOSER_HINT_US;
    expect_question("");
    expect_equal(press("ctrl+c"), ACTION_NONE);
    type("a");
    expect_equal(composer_deadline(composer).us, GOSSIP_NEVER_US);
    press("home");
    press("ctrl+d"); /* deletes */
    expect_line("");
    expect_equal(press("ctrl+d"), ACTION_NONE);
    expect_equal(press("ctrl+d"), ACTION_end_input);
    end();
}

static void other_keys_are_handed_back(void)
{
    begin();
    expect_equal(press("f1"), ACTION_help);
    expect_equal(press("alt+3"), ACTION_room_3);
    expect_equal(press("end"), ACTION_cancel); /* nothing is typed: to the newest line */
    type("x");
    expect_equal(press("end"), ACTION_NONE);
    expect_equal(press("ctrl+alt+q"), ACTION_NONE);
    expect_line("x");
    composer_set(composer, BYTES_OF("from an editor"));
    expect_line("from an editor");
    end();
}

TEST_MAIN(TEST(enter_sends_what_was_typed), TEST(up_and_down_bring_back_what_was_typed),
    TEST(lines_of_the_message_come_before_history), TEST(history_is_searched),
    TEST(a_search_can_be_given_up), TEST(tab_completes_and_shows_the_candidates),
    TEST(a_small_paste_waits_for_enter), TEST(a_long_paste_is_asked_about),
    TEST(the_question_has_other_answers), TEST(a_paste_beyond_the_bound_is_refused_whole),
    TEST(a_message_that_is_too_long_is_kept), TEST(the_first_interrupt_clears_and_two_more_quit),
    TEST(a_late_or_another_key_does_not_quit), TEST(other_keys_are_handed_back))
