#include "identity/safety.h"

#include "support/test.h"

#include <string.h>

/* Peer ids around keys that count from `first`. */
static struct gossip_peer_id peer(uint8_t first)
{
    static const uint8_t start[] = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};
    struct gossip_peer_id id = {.size = 38};
    memcpy(id.data, start, sizeof(start));
    for (size_t i = 0; i < 32; i++)
        id.data[sizeof(start) + i] = (uint8_t)(first + i);
    return id;
}

/* Written by another implementation of the description; both sides must agree for ever. */
static void texts_are_as_they_were(void)
{
    struct gossip_peer_id one = peer(0), other = peer(32);
    char fingerprint[SAFETY_FINGERPRINT_BYTES];
    char number[SAFETY_NUMBER_BYTES];
    char words[SAFETY_WORDS_BYTES_MAX];
    safety_fingerprint(&one, fingerprint);
    expect_text(fingerprint, "35002 59411 06146 63223 54309 40478");
    safety_number(&one, &other, number);
    expect_text(number, "35002 59411 06146 63223 54309 40478 "
                        "20929 46615 50843 87304 65830 70991");
    safety_words(&one, &other, words);
    expect_text(words, "wool motion clean saga senior omelet");
}

static void both_sides_see_the_same(void)
{
    struct gossip_peer_id one = peer(7), other = peer(99), third = peer(100);
    char here[SAFETY_NUMBER_BYTES], there[SAFETY_NUMBER_BYTES];
    safety_number(&one, &other, here);
    safety_number(&other, &one, there);
    expect_text(here, there);
    expect_equal(strlen(here), SAFETY_NUMBER_BYTES - 1);
    safety_number(&one, &third, there);
    expect_true(strcmp(here, there) != 0);
    char words[SAFETY_WORDS_BYTES_MAX], same[SAFETY_WORDS_BYTES_MAX];
    safety_words(&one, &other, words);
    safety_words(&other, &one, same);
    expect_text(words, same);
    safety_words(&one, &third, same);
    expect_true(strcmp(words, same) != 0);
}

/* One letter more, less or other, or two exchanged. */
static bool is_near(const char *one, const char *other)
{
    size_t size = strlen(one), other_size = strlen(other), same = 0, end = 0;
    if (size + 1 < other_size || other_size + 1 < size)
        return false;
    while (one[same] != '\0' && one[same] == other[same])
        same++;
    while (end < size - same && end < other_size - same &&
           one[size - end - 1] == other[other_size - end - 1])
        end++;
    size -= same + end;
    other_size -= same + end;
    return (size <= 1 && other_size <= 1) ||
           (size == 2 && other_size == 2 && one[same] == other[same + 1] &&
               one[same + 1] == other[same]);
}

static void words_are_short_and_unlike_each_other(void)
{
    for (unsigned i = 0; i < SAFETY_WORD_LIST_COUNT; i++) {
        const char *word = safety_word(i);
        expect_at_least(strlen(word), 3);
        expect_at_most(strlen(word), SAFETY_WORD_BYTES_MAX);
        expect_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz"), strlen(word));
        for (unsigned other = 0; other < i; other++) {
            expect_true(strcmp(safety_word(other), word) < 0);
            expect_true(strncmp(safety_word(other), word, 4) != 0);
            expect_false(is_near(safety_word(other), word));
        }
    }
}

TEST_MAIN(TEST(texts_are_as_they_were), TEST(both_sides_see_the_same),
    TEST(words_are_short_and_unlike_each_other))
