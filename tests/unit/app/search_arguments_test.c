#include "app/search_arguments.h"

#include <string.h>

#include "base/bytes.h"
#include "support/test.h"

static struct search_arguments search;

static bool read(const char *text)
{
    return search_arguments_read(bytes_of_text(text), &search);
}

static void words_are_text(void)
{
    expect_true(read("release   notes"));
    expect_equal(search.command.kind, GOSSIP_COMMAND_SEARCH);
    expect_bytes(search.command.text, BYTES_OF("release notes"));
    expect_equal(search.command.room.size, 0);
    expect_equal(search.command.age.us, 0);
}

static void options_stand_anywhere(void)
{
    expect_true(read("-from Bob~k3f release -room #dev notes -since 2d"));
    expect_bytes(search.command.text, BYTES_OF("release notes"));
    expect_bytes(search.command.to, BYTES_OF("Bob~k3f"));
    expect_bytes(search.command.room, BYTES_OF("dev"));
    expect_equal(search.command.age.us, UINT64_C(2) * 86400 * 1000000);
    expect_true(read("from:Bob release since:2d room:dev at 12:30"));
    expect_bytes(search.command.text, BYTES_OF("release at 12:30"));
    expect_bytes(search.command.to, BYTES_OF("Bob"));
    expect_bytes(search.command.room, BYTES_OF("dev"));
    expect_equal(search.command.age.us, UINT64_C(2) * 86400 * 1000000);
    expect_false(read("from:"));
    expect_true(read("-from Bob"));
    expect_equal(search.command.text.size, 0);
}

static void two_dashes_end_the_options(void)
{
    expect_true(read("-- -from -room"));
    expect_bytes(search.command.text, BYTES_OF("-from -room"));
    expect_true(read("-x")); /* no option of ours */
    expect_bytes(search.command.text, BYTES_OF("-x"));
}

static void mistakes_are_explained(void)
{
    expect_false(read(""));
    expect_not_null(strstr(search.complaint, "usage: /search"));
    expect_false(read("-room dev"));
    expect_false(read("notes -since"));
    expect_not_null(strstr(search.complaint, "want a value"));
    expect_false(read("notes -since yesterday"));
    expect_not_null(strstr(search.complaint, "30m, 2h, 3d or 1w"));
}

static void too_much_is_refused(void)
{
    struct gossip_bytes word = bytes_repeated('x', SEARCH_TEXT_BYTES_MAX);

    expect_true(search_arguments_read(word, &search));
    expect_equal(search.command.text.size, SEARCH_TEXT_BYTES_MAX);
    expect_false(search_arguments_read(bytes_repeated('x', SEARCH_TEXT_BYTES_MAX + 1), &search));
    expect_not_null(strstr(search.complaint, "too long"));
}

TEST_MAIN(TEST(words_are_text), TEST(options_stand_anywhere), TEST(two_dashes_end_the_options),
    TEST(mistakes_are_explained), TEST(too_much_is_refused))
