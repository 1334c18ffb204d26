#include "chat/mention.h"

#include "support/test.h"

static bool is_in(const char *nick, const char *text)
{
    return mention_is_in(bytes_of_text(nick), bytes_of_text(text));
}

static void a_nick_is_mentioned_as_a_word(void)
{
    expect_true(is_in("Bob", "Bob"));
    expect_true(is_in("Bob", "hi bob!"));
    expect_true(is_in("Bob", "@BOB: look"));
    expect_true(is_in("Bob", "ask Ann/Bob"));
    expect_true(is_in("Bob", "Bobby and Bob"));
    expect_true(is_in("Bob", "(Bob)"));
    expect_true(is_in("Bob", "line\nBob, here"));
    expect_true(is_in("Bob", "Bob's turn"));
    expect_true(is_in("Bob", "Ｂｏｂ"));
    expect_true(is_in("José", "jose\xcc\x81?"));
    expect_true(is_in("Weiß", "WEISS!"));
}

static void part_of_a_word_is_no_mention(void)
{
    expect_false(is_in("Bob", ""));
    expect_false(is_in("Bob", "Bo"));
    expect_false(is_in("Bob", "Bobby"));
    expect_false(is_in("Bob", "kebob"));
    expect_false(is_in("Bob", "Bob2"));
    expect_false(is_in("Bob", "Bob_"));
    expect_false(is_in("Bob", "Bob-the-builder"));
    expect_false(is_in("Bob", "Bo\xcc\x81"
                              "b"));
    expect_false(is_in("Bob", "Bob\xcc\x81"));
    expect_false(is_in("Bob", "ÜBob"));
    expect_false(is_in("s", "ß")); /* the nick would end within a letter */
    expect_false(is_in("", "anything"));
}

static void a_nick_may_have_signs_in_it(void)
{
    expect_true(is_in("c.j", "hey c.j, hi"));
    expect_true(is_in("🦊", "🦊 come here"));
    expect_true(is_in("🦊", "where is🦊"));
    expect_true(is_in("Bob-2", "Bob-2: yes"));
    expect_true(is_in("x\xef\xb8\x8f", "hi x\xef\xb8\x8f!"));
    expect_true(is_in("Bob", "Bob\xe2\x80\x8d!"));
    expect_true(is_in("x!", "is x! there"));
}

static void scripts_without_spaces_have_words_too(void)
{
    expect_true(is_in("小明", "小明你好"));
    expect_true(is_in("小明", "你好，小明！"));
    expect_true(is_in("Bob", "你好Bob吗"));
    expect_false(is_in("小明", "小红你好"));
    expect_true(is_in("Иван", "да, иван."));
    expect_false(is_in("Иван", "Иванов"));
}

static void bytes_that_are_no_text_end_nothing(void)
{
    expect_true(is_in("Bob", "\xff Bob"));
    expect_false(is_in("Bob", "\xf0\x9f"));
}

TEST_MAIN(TEST(a_nick_is_mentioned_as_a_word), TEST(part_of_a_word_is_no_mention),
    TEST(a_nick_may_have_signs_in_it), TEST(scripts_without_spaces_have_words_too),
    TEST(bytes_that_are_no_text_end_nothing))
