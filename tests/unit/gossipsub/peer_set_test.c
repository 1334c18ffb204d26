#include "gossipsub/peer_set.h"

#include "support/test.h"

#define WORDS 3

static void words_hold_all_peers(void)
{
    expect_equal(peer_set_words(1), 1);
    expect_equal(peer_set_words(64), 1);
    expect_equal(peer_set_words(65), 2);
    expect_equal(peer_set_words(256), 4);
}

static void who_is_in_is_in(void)
{
    uint64_t set[WORDS] = {0};
    static const uint32_t members[] = {0, 1, 63, 64, 127, 128, 191};

    expect_true(peer_set_is_empty(set, WORDS));
    for (size_t i = 0; i < 7; i++) {
        expect_false(peer_set_has(set, members[i]));
        peer_set_insert(set, members[i]);
        peer_set_insert(set, members[i]);
        expect_true(peer_set_has(set, members[i]));
    }
    expect_equal(peer_set_count(set, WORDS), 7);
    peer_set_remove(set, 64);
    peer_set_remove(set, 64);
    expect_false(peer_set_has(set, 64));
    expect_equal(peer_set_count(set, WORDS), 6);
    peer_set_clear(set, WORDS);
    expect_true(peer_set_is_empty(set, WORDS));
}

static void the_walk_meets_everyone_in_order(void)
{
    uint64_t set[WORDS] = {0};
    static const uint32_t members[] = {0, 5, 63, 64, 128, 191};
    size_t met = 0;

    for (size_t i = 0; i < 6; i++)
        peer_set_insert(set, members[i]);
    for (uint32_t i = 0; peer_set_next(set, WORDS, &i); i++)
        expect_equal(i, members[met++]);
    expect_equal(met, 6);

    for (uint32_t i = 0; peer_set_next(set, WORDS, &i); i++)
        peer_set_remove(set, i);
    expect_true(peer_set_is_empty(set, WORDS));
}

static void nobody_is_met_in_an_empty_set_or_behind_its_end(void)
{
    uint64_t set[WORDS] = {0};
    uint32_t index = 0;
    expect_false(peer_set_next(set, WORDS, &index));
    peer_set_insert(set, 10);
    index = 11;
    expect_false(peer_set_next(set, WORDS, &index));
    index = 192;
    expect_false(peer_set_next(set, WORDS, &index));
}

TEST_MAIN(TEST(words_hold_all_peers), TEST(who_is_in_is_in), TEST(the_walk_meets_everyone_in_order),
    TEST(nobody_is_met_in_an_empty_set_or_behind_its_end))
