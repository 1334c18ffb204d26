#include "app/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/test.h"
#include "unit/app/captured.h"

#define WORDS_MAX 80

static struct options options;
static const char *complaint;

/* Reads a command line, which is cut at spaces. */
static enum options_result read_line(const char *line)
{
    static char text[1024];
    static char *words[WORDS_MAX];
    enum options_result result;
    int count = 0;

    (void)snprintf(text, sizeof(text), "gossipchat %s", line);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
        words[count++] = word;
        expect_at_most(count, WORDS_MAX - 1);
    }
    words[count] = NULL;
    (void)setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    (void)setenv("XDG_CONFIG_DIRS", "/nonexistent", 1);
    options_deinit(&options);
    captured_begin(2);
    result = options_read(count, words, &options);
    complaint = captured_end();
    return result;
}

static void expect_options(const char *line)
{
    enum options_result result = read_line(line);

    expect_text(complaint, "");
    expect_equal(result, OPTIONS_OK);
}

static void expect_usage(const char *line, const char *expected)
{
    char whole[512];

    expect_equal(read_line(line), OPTIONS_USAGE);
    (void)snprintf(whole, sizeof(whole), "gossipchat: %s\nTry 'gossipchat --help'.\n", expected);
    expect_text(complaint, whole);
}

static void expect_wrong(const char *line, const char *expected)
{
    char whole[512];

    expect_equal(read_line(line), OPTIONS_USAGE);
    (void)snprintf(whole, sizeof(whole), "gossipchat: %s\n", expected);
    expect_text(complaint, whole);
}

static void nothing_given_is_nothing_set(void)
{
    expect_options("");
    expect_null(options.nick);
    expect_equal(options.rooms.count, 0);
    expect_false(options.port.is_given);
    expect_false(options.json);
}

static void the_first_command_ever_typed_works(void)
{
    expect_options("--rendezvous myroom --nick Bob --room main");
    expect_text(options.rendezvous, "myroom");
    expect_text(options.nick, "Bob");
    expect_equal(options.rooms.count, 1);
    expect_text(options.rooms.items[0], "main");
}

static void options_are_written_in_many_ways(void)
{
    expect_options("-n Bob -R tag -r a -r b -p 0 -c x:1 -d -vv -q");
    expect_equal(options.rooms.count, 2);
    expect_text(options.rooms.items[1], "b");
    expect_true(options.port.is_given);
    expect_equal(options.port.value, 0);
    expect_true(options.headless);
    expect_equal(options.verbose, 2);
    expect_options("-nBob --port=65535 --peer=a:1 --connect b:2");
    expect_text(options.nick, "Bob");
    expect_equal(options.port.value, 65535);
    expect_equal(options.peers.count, 2);
    expect_options("-port 9000 -username alice"); /* as programs in Go have them */
    expect_equal(options.port.value, 9000);
    expect_text(options.nick, "alice");
    expect_options("--name a --topic b --name c");
    expect_text(options.nick, "c"); /* the last one wins */
    expect_text(options.rooms.items[0], "b");
    expect_options("--debug");
    expect_equal(options.verbose, 2);
    expect_options("--help=all");
    expect_true(options.help);
    expect_true(options.help_all);
    expect_options("--rend tag --prof x");
    expect_text(options.rendezvous, "tag");
}

static void a_wrong_option_is_named_with_the_nearest(void)
{
    expect_usage("--rendevous x", "unknown option --rendevous (did you mean --rendezvous?)");
    expect_usage("--roomm=x", "unknown option --roomm (did you mean --room?)");
    expect_usage("--xyzzy", "unknown option --xyzzy");
    expect_usage("-x", "unknown option -x");
    expect_usage("-vx", "unknown option -vx");
    expect_usage("--no", "--no could be --no-mdns or --no-listen");
    expect_usage("--no-mdns=1", "--no-mdns takes no value");
    expect_usage("--nick", "--nick needs a value");
    expect_usage("-p", "-p needs a value");
}

static void a_number_is_a_whole_number_within_bounds(void)
{
    expect_wrong("--port 97x0", "--port = \"97x0\": a number from 0 to 65535 is expected");
    expect_wrong("--port -1", "--port = \"-1\": a number from 0 to 65535 is expected");
    expect_wrong("--port +1", "--port = \"+1\": a number from 0 to 65535 is expected");
    expect_wrong("--port=", "--port = \"\": a number from 0 to 65535 is expected");
    expect_wrong("--port 65536", "--port = \"65536\": a number from 0 to 65535 is expected");
    expect_wrong("--port 0x10", "--port = \"0x10\": a number from 0 to 65535 is expected");
    expect_wrong("--port 99999999999999999999",
        "--port = \"99999999999999999999\": a number from 0 to 65535 is expected");
    expect_wrong("--timeout 86401", "--timeout = \"86401\": a number from 0 to 86400 is expected");
    expect_wrong("--max-peers 0", "--max-peers = 0: without connections there is no chat");
}

static void a_list_is_bounded(void)
{
    char line[512] = "";

    for (int i = 0; i < OPTIONS_LIST_MAX; i++) {
        (void)strcat(line, "-r a ");
    }
    expect_options(line);
    expect_equal(options.rooms.count, OPTIONS_LIST_MAX);
    (void)strcat(line, "-r b");
    expect_wrong(line, "--room: at most 32 are allowed");
}

static void the_environment_is_read_and_the_command_line_wins(void)
{
    (void)setenv("GOSSIPCHAT_NICK", "Eve", 1);
    (void)setenv("GOSSIPCHAT_ROOM", "dev", 1);
    (void)setenv("GOSSIPCHAT_PORT", "77", 1);
    (void)setenv("GOSSIPCHAT_NO_MDNS", "1", 1);
    (void)setenv("GOSSIPCHAT_NO_LISTEN", "0", 1);
    (void)setenv("GOSSIPCHAT_RENDEZVOUS", "", 1); /* as good as none */
    expect_options("--nick Bob");
    expect_text(options.nick, "Bob");
    expect_text(options.rooms.items[0], "dev");
    expect_equal(options.port.value, 77);
    expect_true(options.no_mdns);
    expect_false(options.no_listen);
    expect_null(options.rendezvous);
    expect_options("--room a --room b"); /* in the place of, not behind */
    expect_equal(options.rooms.count, 2);
    expect_text(options.rooms.items[0], "a");
    (void)setenv("GOSSIPCHAT_PORT", "x", 1);
    expect_equal(read_line(""), OPTIONS_WRONG_SETTING);
    expect_text(
        complaint, "gossipchat: GOSSIPCHAT_PORT = \"x\": a number from 0 to 65535 is expected\n");
    (void)unsetenv("GOSSIPCHAT_NICK");
    (void)unsetenv("GOSSIPCHAT_ROOM");
    (void)unsetenv("GOSSIPCHAT_PORT");
    (void)unsetenv("GOSSIPCHAT_NO_MDNS");
    (void)unsetenv("GOSSIPCHAT_NO_LISTEN");
}

static void names_of_others_are_read_too(void)
{
    (void)setenv("CHAT_TOPIC", "tea", 1);
    (void)setenv("DATA_DIR", "/data", 1);
    expect_options("");
    expect_text(options.rooms.items[0], "tea");
    expect_text(options.data_dir, "/data");
    (void)setenv("GOSSIPCHAT_ROOM", "coffee", 1);
    expect_options("");
    expect_equal(options.rooms.count, 1);
    expect_text(options.rooms.items[0], "coffee");
    (void)unsetenv("CHAT_TOPIC");
    (void)unsetenv("DATA_DIR");
    (void)unsetenv("GOSSIPCHAT_ROOM");
}

static void what_is_no_option_is_an_operand(void)
{
    expect_options("send hello -r dev there -- --json");
    expect_equal(options.operand_count, 4);
    expect_text(options.operands[0], "send");
    expect_text(options.operands[1], "hello");
    expect_text(options.operands[2], "there");
    expect_text(options.operands[3], "--json");
    expect_false(options.json);
    expect_text(options.rooms.items[0], "dev");
}

static void where_a_value_comes_from_is_known(void)
{
    (void)setenv("GOSSIPCHAT_NICK", "Eve", 1);
    (void)setenv("GOSSIPCHAT_PORT", "77", 1);
    expect_options("--nick Bob");
    expect_equal(options.origins[OPTION_nick], OPTIONS_COMMAND_LINE);
    expect_equal(options.origins[OPTION_port], OPTIONS_ENVIRONMENT);
    expect_equal(options.origins[OPTION_rooms], OPTIONS_BUILT_IN);
    (void)setenv("GOSSIPCHAT_PORT", "x", 1); /* wrong, even though another value would win */
    expect_equal(read_line("--port 1"), OPTIONS_WRONG_SETTING);
    (void)unsetenv("GOSSIPCHAT_NICK");
    (void)unsetenv("GOSSIPCHAT_PORT");
}

TEST_MAIN(TEST(nothing_given_is_nothing_set), TEST(the_first_command_ever_typed_works),
    TEST(options_are_written_in_many_ways), TEST(a_wrong_option_is_named_with_the_nearest),
    TEST(a_number_is_a_whole_number_within_bounds), TEST(a_list_is_bounded),
    TEST(the_environment_is_read_and_the_command_line_wins), TEST(names_of_others_are_read_too),
    TEST(what_is_no_option_is_an_operand), TEST(where_a_value_comes_from_is_known))
