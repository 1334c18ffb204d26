#include "app/config_file.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "support/test.h"

static struct config_file file;

static enum gossip_error parse(const char *text)
{
    config_file_deinit(&file);
    return config_file_parse(&file, bytes_of_text(text));
}

static void expect_entry(
    size_t index, const char *section, const char *key, const char *value, unsigned line)
{
    expect_true(index < file.count);
    expect_text(file.entries[index].section, section);
    expect_text(file.entries[index].key, key);
    expect_text(file.entries[index].value, value);
    expect_equal(file.entries[index].line, line);
}

static void entries_have_sections_and_lines(void)
{
    expect_ok(parse("# who\n\nnick = Bob\n  room=#dev ; the first\r\n[room \"dev\"]\njoin: yes"));
    expect_equal(file.count, 3);
    expect_entry(0, "", "nick", "Bob", 3);
    expect_entry(1, "", "room", "#dev", 4); /* no continuation of the line before */
    expect_entry(2, "room \"dev\"", "join", "yes", 6);
    expect_ok(parse(""));
    expect_equal(file.count, 0);
    expect_ok(parse("\xef\xbb\xbfnick = x"));
    expect_entry(0, "", "nick", "x", 1);
}

static void what_is_no_entry_is_named_by_its_line(void)
{
    expect_error(parse("a = 1\nhello\nb = 2\n"), GOSSIP_ERROR_INVALID);
    expect_equal(file.error_line, 2);
    expect_error(parse("[room"), GOSSIP_ERROR_INVALID);
    expect_equal(file.error_line, 1);
    config_file_deinit(&file);
    expect_error(config_file_parse(&file, BYTES_OF("a = 1\nb\0c = 2\n")), GOSSIP_ERROR_INVALID);
    expect_equal(file.error_line, 2);
}

static void everything_is_bounded(void)
{
    static char text[CONFIG_FILE_BYTES_MAX + 2];
    size_t size = 0;

    (void)snprintf(text, sizeof(text), "k = %0*d", (int)CONFIG_FILE_LINE_BYTES_MAX - 4, 0);
    expect_ok(parse(text));
    expect_equal(strlen(file.entries[0].value), CONFIG_FILE_LINE_BYTES_MAX - 4);
    (void)snprintf(text, sizeof(text), "x = 1\nk = %0*d", (int)CONFIG_FILE_LINE_BYTES_MAX - 3, 0);
    expect_error(parse(text), GOSSIP_ERROR_LIMIT);
    expect_equal(file.error_line, 2);
    (void)snprintf(text, sizeof(text), "[%0*d]\nk = 1", CONFIG_FILE_SECTION_BYTES_MAX, 0);
    expect_ok(parse(text));
    expect_equal(strlen(file.entries[0].section), CONFIG_FILE_SECTION_BYTES_MAX);
    (void)snprintf(text, sizeof(text), "[%0*d]\nk = 1", CONFIG_FILE_SECTION_BYTES_MAX + 1, 0);
    expect_error(parse(text), GOSSIP_ERROR_LIMIT);
    /* Also where the library looks behind a mark and spaces. */
    (void)snprintf(
        text, sizeof(text), "\xef\xbb\xbf\f[%0*d]\nk = 1", CONFIG_FILE_SECTION_BYTES_MAX + 1, 0);
    expect_error(parse(text), GOSSIP_ERROR_LIMIT);
    expect_error(parse("a = b\n[]\nnick = x\n"), GOSSIP_ERROR_INVALID);
    expect_equal(file.error_line, 2);
    for (size_t i = 0; i < CONFIG_FILE_ENTRIES_MAX; i++) {
        size += (size_t)snprintf(text + size, sizeof(text) - size, "k = %zu\n", i);
    }
    expect_ok(parse(text));
    (void)strcat(text, "k = 1\n");
    expect_error(parse(text), GOSSIP_ERROR_LIMIT);
    expect_equal(file.error_line, CONFIG_FILE_ENTRIES_MAX + 1);
    memset(text, '\n', sizeof(text));
    config_file_deinit(&file);
    expect_error(
        config_file_parse(&file, bytes_make(text, CONFIG_FILE_BYTES_MAX + 1)), GOSSIP_ERROR_LIMIT);
    expect_equal(file.error_line, 0);
    config_file_deinit(&file);
    expect_ok(config_file_parse(&file, bytes_make(text, CONFIG_FILE_BYTES_MAX)));
}

static void sections_may_have_names(void)
{
    char name[8];

    expect_true(config_file_section_name("room \"dev\"", "room", name, sizeof(name)));
    expect_text(name, "dev");
    expect_true(config_file_section_name("room  \"a b\"", "room", name, sizeof(name)));
    expect_text(name, "a b");
    expect_true(config_file_section_name("room \"1234567\"", "room", name, sizeof(name)));
    expect_false(config_file_section_name("room \"12345678\"", "room", name, sizeof(name)));
    expect_false(config_file_section_name("room \"\"", "room", name, sizeof(name)));
    expect_false(config_file_section_name("room dev", "room", name, sizeof(name)));
    expect_false(config_file_section_name("room \"dev", "room", name, sizeof(name)));
    expect_false(config_file_section_name("room \"", "room", name, sizeof(name)));
    expect_false(config_file_section_name("rooms \"dev\"", "room", name, sizeof(name)));
    config_file_deinit(&file);
}

TEST_MAIN(TEST(entries_have_sections_and_lines), TEST(what_is_no_entry_is_named_by_its_line),
    TEST(everything_is_bounded), TEST(sections_may_have_names))
