#include "tui/link.h"

#include "base/bytes.h"
#include "support/test.h"

static void expect_link(const char *text, const char *expected)
{
    struct gossip_bytes link = {0};
    bool is_there = tui_link_find(bytes_of_text(text), 0, &link);

    expect_equal(is_there, *expected != '\0');
    if (is_there) {
        expect_bytes(link, bytes_of_text(expected));
    }
}

static void addresses_of_pages_are_links(void)
{
    expect_link("https://git.lan/r/412", "https://git.lan/r/412");
    expect_link("see http://a.example:8080/b?c=d#e now", "http://a.example:8080/b?c=d#e");
    expect_link("(https://a.example)", "https://a.example");
}

static void nothing_else_is(void)
{
    expect_link("", "");
    expect_link("http://", "");
    expect_link("https:// a", "");
    expect_link("ftp://a.example", "");
    expect_link("javascript:alert(1)", "");
    expect_link("HTTP://a.example", "");
    expect_link("xhttp://a.example", "");
    expect_link("http:///etc/passwd", "");
    expect_link("git.lan/r/412", "");
}

/* What looks like the name of one place leads to another. */
static void letters_that_look_alike_make_no_link(void)
{
    expect_link("http://p\u0430ypal.example/", "");
    expect_link("http://paypal.example\u2044evil/", "");
    expect_link("http://a.example \u0430", "http://a.example");
}

static void the_sentence_around_it_is_not_part_of_it(void)
{
    expect_link("is it http://a.example/b?", "http://a.example/b");
    expect_link("http://a.example/b, or", "http://a.example/b");
    expect_link("http://a.example/b...", "http://a.example/b");
    expect_link("<http://a.example>", "http://a.example");
    expect_link("http://a.example/b_(c)", "http://a.example/b_(c)");
}

static void the_next_one_is_found_behind_the_first(void)
{
    struct gossip_bytes text = BYTES_OF("http://a.example http://b.example");
    struct gossip_bytes link;

    expect_true(tui_link_find(text, 5, &link));
    expect_bytes(link, BYTES_OF("http://b.example"));
    expect_false(tui_link_find(text, 18, &link));
}

static void a_link_without_end_is_text(void)
{
    char text[LINK_BYTES_MAX + 2] = "http://";
    struct gossip_bytes link;

    for (size_t i = 7; i < sizeof(text); i++) {
        text[i] = 'a';
    }
    expect_false(tui_link_find(bytes_make(text, LINK_BYTES_MAX + 1), 0, &link));
    expect_true(tui_link_find(bytes_make(text, LINK_BYTES_MAX), 0, &link));
}

TEST_MAIN(TEST(addresses_of_pages_are_links), TEST(nothing_else_is),
    TEST(letters_that_look_alike_make_no_link), TEST(the_sentence_around_it_is_not_part_of_it),
    TEST(the_next_one_is_found_behind_the_first), TEST(a_link_without_end_is_text))
