#include "app/slash.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "support/test.h"

static struct slash slash;

static void read_line(const char *line)
{
    slash_read(bytes_of_text(line), &slash);
}

static void expect_text_said(const char *line, const char *room, const char *text)
{
    read_line(line);
    expect_equal(slash.command, SLASH_NONE);
    expect_bytes(slash.room, bytes_of_text(room));
    expect_bytes(slash.arguments, bytes_of_text(text));
}

static void expect_command(const char *line, enum slash_command command, const char *arguments)
{
    read_line(line);
    expect_equal(slash.command, command);
    expect_bytes(slash.arguments, bytes_of_text(arguments));
}

static void expect_complaint(const char *line, const char *complaint)
{
    read_line(line);
    expect_equal(slash.command, SLASH_UNKNOWN);
    expect_text(slash.complaint, complaint);
}

static void what_does_not_begin_with_a_slash_is_said(void)
{
    expect_text_said("hello", "", "hello");
    expect_text_said("", "", "");
    expect_text_said("  two  spaces ", "", "  two  spaces ");
    expect_text_said(" /join dev", "", " /join dev");
    expect_text_said("//join is a command", "", "/join is a command");
    expect_text_said("//", "", "/");
}

static void a_text_may_name_its_room(void)
{
    expect_text_said("#dev: hello there", "dev", "hello there");
    expect_text_said("#dev:   hello ", "dev", "hello");
    expect_text_said("#dev:\thello", "dev", "hello");
    expect_text_said("#a: b", "a", "b");
    expect_text_said("#text:tea: hello", "", "#text:tea: hello"); /* the first colon has no space */
    expect_text_said("#dev:hello", "", "#dev:hello");
    expect_text_said("#dev hello: you", "", "#dev hello: you");
    expect_text_said("#: hello", "", "#: hello");
    expect_text_said("#1", "", "#1");
}

static void names_are_long_short_or_other(void)
{
    expect_command("/join dev", SLASH_join, "dev");
    expect_command("/j dev", SLASH_join, "dev");
    expect_command("/JOIN   dev  ", SLASH_join, "dev");
    expect_command("/hist 5", SLASH_history, "5");
    expect_command("/part", SLASH_leave, "");
    expect_command("/dial 1.2.3.4:5", SLASH_connect, "1.2.3.4:5");
    expect_command("/q", SLASH_quit, "");
    expect_command("/exit so long", SLASH_quit, "so long");
    expect_command("/me\twaves", SLASH_me, "waves");
    expect_command("/names", SLASH_who, "");
    expect_command("/?", SLASH_help, "");
    expect_command("/h", SLASH_help, ""); /* although /history begins so too */
}

static void every_name_of_the_list_is_known(void)
{
    for (size_t i = 0; i < slash_description_count; i++) {
        const struct slash_description *description = &slash_descriptions[i];
        char line[64];

        (void)snprintf(line, sizeof(line), "/%s", description->name);
        read_line(line);
        expect_same(slash_describe(slash.command), description);
        read_line(description->example);
        expect_same(slash_describe(slash.command), description);
    }
}

static void what_is_no_command_is_never_said(void)
{
    expect_complaint("/jion dev", "no such command: /jion. Did you mean /join?");
    expect_complaint("/xyzzy", "no such command: /xyzzy. /help lists all; //xyzzy says it.");
    expect_complaint("/p", "no such command: /p. /help lists all; //p says it."); /* peers, ping */
    expect_complaint("/", "no such command: /. /help lists all; // says it.");
    expect_complaint("/ hello", "no such command: /. /help lists all; // says it.");
}

static void a_complaint_is_fit_for_a_terminal(void)
{
    expect_complaint(
        "/\x1b[2J\xc3\xa4", "no such command: /?[2J??. /help lists all; //?[2J?? says it.");
    read_line("/a-name-that-is-much-longer-than-any-command-could-ever-be");
    expect_equal(slash.command, SLASH_UNKNOWN);
    expect_at_most(strlen(slash.complaint), 128);
}

static void words_come_off_one_by_one(void)
{
    struct gossip_bytes arguments = BYTES_OF("dev  good\tnight ");

    expect_bytes(slash_take_word(&arguments), BYTES_OF("dev"));
    expect_bytes(arguments, BYTES_OF("good\tnight"));
    expect_bytes(slash_take_word(&arguments), BYTES_OF("good"));
    expect_bytes(slash_take_word(&arguments), BYTES_OF("night"));
    expect_bytes(slash_take_word(&arguments), BYTES_OF(""));
    expect_equal(arguments.size, 0);
}

TEST_MAIN(TEST(what_does_not_begin_with_a_slash_is_said), TEST(a_text_may_name_its_room),
    TEST(names_are_long_short_or_other), TEST(every_name_of_the_list_is_known),
    TEST(what_is_no_command_is_never_said), TEST(a_complaint_is_fit_for_a_terminal),
    TEST(words_come_off_one_by_one))
