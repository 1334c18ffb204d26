#include "chat/sentence.h"

#include "base/instant.h"
#include "base/utf8.h"
#include "support/test.h"

static void pieces_are_cleaned_and_words_are_not_touched(void)
{
    struct sentence sentence = {0};
    sentence_put(&sentence, "you are not in #");
    sentence_put_piece(&sentence, BYTES_OF("a\x1b[2Jb\nc\xff"));
    sentence_put(&sentence, ", ");
    sentence_put_number(&sentence, UINT64_MAX);
    sentence_put(&sentence, " ");
    sentence_put_milliseconds(&sentence, duration_us(1250));
    sentence_put_clean(&sentence, BYTES_OF(" ok"));
    expect_bytes(sentence_bytes(&sentence),
        BYTES_OF("you are not in #a[2Jb c\xef\xbf\xbd, 18446744073709551615 1.250 ms ok"));
}

static void a_piece_is_cut_between_characters(void)
{
    struct sentence sentence = {0};
    uint8_t long_name[SENTENCE_PIECE_BYTES_MAX + 10];
    for (size_t i = 0; i < sizeof(long_name); i++)
        long_name[i] = i % 2 == 0 ? 0xc3 : 0xa4;
    long_name[0] = 'x'; /* from here on characters begin at odd places */
    for (size_t i = 1; i < sizeof(long_name); i++)
        long_name[i] = i % 2 == 1 ? 0xc3 : 0xa4;
    sentence_put_piece(&sentence, bytes_make(long_name, sizeof(long_name)));
    expect_equal(sentence.size, SENTENCE_PIECE_BYTES_MAX - 1);
    expect_true(utf8_is_valid(sentence_bytes(&sentence)));
}

static void a_sentence_never_grows_too_long(void)
{
    struct sentence sentence = {0};
    for (int i = 0; i < 1000; i++) {
        sentence_put_piece(&sentence, BYTES_OF("äöü"));
        sentence_put(&sentence, ".");
        sentence_put_number(&sentence, 7);
    }
    expect_at_most(sentence.size, SENTENCE_BYTES_MAX);
    expect_at_least(sentence.size, SENTENCE_BYTES_MAX - 3);
    expect_true(utf8_is_valid(sentence_bytes(&sentence)));
}

TEST_MAIN(TEST(pieces_are_cleaned_and_words_are_not_touched),
    TEST(a_piece_is_cut_between_characters), TEST(a_sentence_never_grows_too_long))
