#include "store/words.h"

#include "base/bytes.h"
#include "support/test.h"
#include "unit/store/shelf.h"

static struct gossip_bytes divide(const char *text, bool is_query)
{
    static uint8_t divided[512];

    return bytes_make(
        divided, words_divide(bytes_of_text(text), is_query, room_make(divided, sizeof(divided))));
}

static void words_with_spaces_stay(void)
{
    expect_bytes(divide("", false), BYTES_OF(""));
    expect_bytes(divide("plain words, éh?", false), BYTES_OF("plain words, éh?"));
    expect_bytes(divide("한국어 단어", false), BYTES_OF("한국어 단어"));
}

static void words_without_spaces_become_pairs(void)
{
    expect_bytes(divide("東京駅", false), BYTES_OF(" 東京 京駅 駅 "));
    expect_bytes(divide("a東京b", false), BYTES_OF("a 東京 京 b"));
    expect_bytes(divide("京", false), BYTES_OF(" 京 "));
}

static void the_end_of_a_query_is_open(void)
{
    expect_bytes(divide("東京駅", true), BYTES_OF(" 東京 京駅 "));
    expect_bytes(divide("京", true), BYTES_OF(" 京 "));
    expect_bytes(divide("東京b", true), BYTES_OF(" 東京 京 b"));
}

static void what_is_no_text_does_no_harm(void)
{
    uint8_t divided[WORDS_BYTES(5)];
    struct gossip_bytes broken = bytes_make("a\0\xe6\x9d", 4);

    expect_bytes(bytes_make(divided, words_divide(broken, false, room_make(divided, 21))),
        BYTES_OF("a \xe6\x9d"));
}

static void the_room_always_suffices(void)
{
    uint8_t divided[WORDS_BYTES(300)];

    for (size_t i = 1; i <= 100; i++) {
        uint8_t text[300];

        for (size_t j = 0; j < i; j++) {
            bytes_copy(text + 3 * j, BYTES_OF("京"));
        }
        expect_equal(
            words_divide(bytes_make(text, 3 * i), false, room_make(divided, WORDS_BYTES(3 * i))),
            1 + 7 * (i - 1) + 4);
    }
}

static void signs_are_no_words(void)
{
    expect_true(words_is_word(BYTES_OF("a")));
    expect_true(words_is_word(BYTES_OF("(1)")));
    expect_true(words_is_word(BYTES_OF("é")));
    expect_true(words_is_word(BYTES_OF("京")));
    expect_false(words_is_word(BYTES_OF("")));
    expect_false(words_is_word(BYTES_OF("?!")));
    expect_false(words_is_word(BYTES_OF("🎉")));
    expect_false(words_is_word(BYTES_OF("→")));
    expect_false(words_is_word(BYTES_OF("\xff")));
}

TEST_MAIN(TEST(words_with_spaces_stay), TEST(words_without_spaces_become_pairs),
    TEST(the_end_of_a_query_is_open), TEST(what_is_no_text_does_no_harm),
    TEST(the_room_always_suffices), TEST(signs_are_no_words))
