#include "app/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "support/test.h"
#include "unit/host/folder.h"

static struct options options;
static char said[8192];
static char complaint[OPTION_COMPLAINT_BYTES_MAX];

static void say(void *context, const char *line)
{
    (void)context;
    (void)strcat(strcat(said, line), "\n");
}

static const struct config_report report = {.say = say};

static void begin(void)
{
    (void)setenv("XDG_CONFIG_DIRS", "/nonexistent", 1);
    folder_make();
}

static void end(void)
{
    config_destroy(options.config);
    options.config = NULL;
    folder_remove();
}

/* Begins anew, with this file as the person's configuration. */
static bool read_file(const char *text)
{
    said[0] = '\0';
    config_destroy(options.config);
    options = (struct options){.config_path = folder_path("config")};
    folder_write("config", bytes_of_text(text), 0640);
    return config_read(&options, &report);
}

static size_t find(const char *key)
{
    bool is_negated;

    return settings_find(key, &is_negated);
}

static const char *describe(const char *key)
{
    said[0] = '\0';
    settings_describe(&options, find(key), &report);
    return said;
}

static void expect_description(const char *key, const char *left, const char *origin)
{
    char line[512];

    (void)snprintf(line, sizeof(line), "%-40s ; %s\n", left, origin);
    expect_text(describe(key), line);
}

static bool is_said(const char *text)
{
    return strstr(said, text) != NULL;
}

static void keys_are_set_by_the_file(void)
{
    char origin[512];

    begin();
    expect_true(read_file("nick = Bob\nroom = a\nroom = b\nmdns = no\nmax-peers = 3\n"));
    expect_true(is_said("config:5: there is no setting max-peers (did you mean max_peers?)\n"));
    expect_text(options.nick, "Bob");
    expect_equal(options.rooms.count, 2);
    expect_true(options.no_mdns);
    (void)snprintf(origin, sizeof(origin), "%s:4", folder_path("config"));
    expect_description("mdns", "mdns = no", origin);
    expect_description("max_peers", "# max_peers = 64", "built in");
    expect_description("mdns_public", "# mdns_public = no", "built in");
    end();
}

static void what_wins_wins(void)
{
    begin();
    config_destroy(options.config);
    options = (struct options){0};
    expect_true(option_set(&options, OPTION_nick, "Eve", OPTIONS_ENVIRONMENT, "", complaint));
    folder_write("config", BYTES_OF("nick = Bob\n"), 0600);
    options.config_path = folder_path("config");
    expect_true(config_read(&options, &report));
    expect_text(options.nick, "Eve");
    expect_description("nick", "nick = Eve", "GOSSIPCHAT_NICK");
    end();
}

static void wrong_values_are_named_by_their_line(void)
{
    begin();
    expect_false(read_file("# x\nport = 97x0\n"));
    expect_true(is_said("config:2: port = \"97x0\": a number from 0 to 65535 is expected\n"));
    expect_false(read_file("mdns = maybe\n"));
    expect_true(is_said("config:1: mdns = \"maybe\": yes or no is expected\n"));
    expect_false(read_file("what\n"));
    expect_true(is_said("config:1: this is neither"));
    expect_true(
        read_file("[what]\nx = 1\n[keys]\nsend = enter\n[room \"dev\"]\njoin = yes\ncolor = 1\n"));
    expect_true(is_said("config:2: there is no section [what]"));
    expect_true(is_said("config:7: there is no setting color of a room"));
    expect_text(options.rooms.items[0], "dev");
    end();
}

static void keys_of_the_full_screen_are_listed(void)
{
    size_t cursor = 0;
    const struct config_entry *entry;

    begin();
    expect_true(read_file("nick = a\n[keys]\nsend = ctrl+s\nup = k\n"));
    entry = config_next_key(options.config, &cursor);
    expect_text(entry->key, "send");
    expect_text(entry->value, "ctrl+s");
    expect_text(config_next_key(options.config, &cursor)->key, "up");
    expect_null(config_next_key(options.config, &cursor));
    end();
}

static void changes_are_saved_and_nothing_else(void)
{
    char line[SETTINGS_LINE_BYTES_MAX];

    begin();
    expect_true(read_file("# mine\nport = 1 ; one\nnick = Bob\n"));
    expect_true(settings_save(&options, line));
    expect_text(line, "nothing has changed");
    expect_true(settings_change(&options, find("nick"), "Eve", complaint));
    expect_true(settings_change(&options, find("mdns"), "off", complaint));
    expect_true(settings_change(&options, find("room"), "a  b", complaint));
    expect_true(settings_change(&options, find("room"), "c d", complaint));
    expect_true(options.no_mdns);
    expect_equal(options.rooms.count, 2);
    expect_description("nick", "nick = Eve", "/set, not saved");
    expect_true(settings_save(&options, line));
    expect_not_null(strstr(line, "config: nick, room, mdns"));
    expect_bytes(folder_read("config"),
        BYTES_OF("# mine\nport = 1 ; one\nnick = Eve\nroom = c\nroom = d\nmdns = no\n"));
    expect_equal(folder_mode("config"), 0640);
    expect_equal(folder_count(), 1);
    expect_true(settings_save(&options, line));
    expect_text(line, "nothing has changed");
    end();
}

static void a_wrong_change_changes_nothing(void)
{
    begin();
    expect_true(read_file("port = 1\n"));
    expect_false(settings_change(&options, find("port"), "x", complaint));
    expect_text(complaint, "port = \"x\": a number from 0 to 65535 is expected");
    expect_false(settings_change(&options, find("mdns"), "maybe", complaint));
    expect_text(complaint, "mdns: takes yes or no");
    expect_equal(options.port.value, 1);
    expect_equal(options.origins[OPTION_port], OPTIONS_CONFIG);
    expect_equal(find("portt"), OPTION_COUNT);
    expect_text(settings_nearest("portt"), "port");
    end();
}

static void what_cannot_be_saved_stays_as_it_was(void)
{
    char line[SETTINGS_LINE_BYTES_MAX];

    begin();
    expect_true(read_file("port = 1\n"));
    expect_true(settings_change(&options, find("format"), "%m ; x", complaint));
    expect_false(settings_save(&options, line));
    expect_text(line, "not saved: format: no line of a file can hold that value");
    expect_bytes(folder_read("config"), BYTES_OF("port = 1\n"));
    expect_equal(options.origins[OPTION_format], OPTIONS_TYPED);
    end();
}

static void reading_again_tells_what_is_different(void)
{
    bool has_changed[OPTION_COUNT] = {false};
    struct config *before;

    begin();
    expect_true(read_file("port = 1\nnick = Bob\n"));
    expect_true(settings_change(&options, find("room"), "x y", complaint));
    folder_write("config", BYTES_OF("nick = Eve\nroom = z\nmdns = yes\n"), 0600);
    before = options.config;
    expect_true(settings_reload(&options, &report, has_changed));
    config_destroy(before);
    expect_true(has_changed[OPTION_nick]);
    expect_true(has_changed[OPTION_port]);
    expect_false(options.port.is_given);
    expect_text(options.nick, "Eve");
    expect_false(has_changed[OPTION_rooms]); /* what was typed stays */
    expect_text(options.rooms.items[1], "y");
    folder_write("config", BYTES_OF("port = x\n"), 0600);
    before = options.config;
    expect_false(settings_reload(&options, &report, has_changed));
    expect_same(options.config, before);
    expect_text(options.nick, "Eve");
    end();
}

static void the_folder_is_made_when_something_is_saved(void)
{
    char line[SETTINGS_LINE_BYTES_MAX];
    char home[FOLDER_PATH_BYTES];

    begin();
    (void)snprintf(home, sizeof(home), "%s", folder_path("home"));
    (void)setenv("XDG_CONFIG_HOME", home, 1);
    config_destroy(options.config);
    options = (struct options){0};
    expect_true(config_read(&options, &report));
    expect_true(settings_change(&options, find("nick"), "Bob", complaint));
    expect_true(settings_save(&options, line));
    expect_bytes(folder_read("home/gossipchat/config"), BYTES_OF("nick = Bob\n"));
    expect_equal(folder_mode("home/gossipchat/config"), 0600);
    expect_equal(folder_mode("home/gossipchat"), 0700);
    end();
}

TEST_MAIN(TEST(keys_are_set_by_the_file), TEST(what_wins_wins),
    TEST(wrong_values_are_named_by_their_line), TEST(keys_of_the_full_screen_are_listed),
    TEST(changes_are_saved_and_nothing_else), TEST(a_wrong_change_changes_nothing),
    TEST(what_cannot_be_saved_stays_as_it_was), TEST(reading_again_tells_what_is_different),
    TEST(the_folder_is_made_when_something_is_saved))
