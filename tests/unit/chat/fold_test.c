#include "chat/fold.h"

#include "support/test.h"

static void letters_lose_their_case_and_form(void)
{
    int32_t folded[FOLD_POINTS_MAX];
    struct gossip_bytes text = BYTES_OF("Aß\xef\xbc\xa2\xef\xac\x80é\xe2\x80\x8d");
    expect_equal(fold_next(&text, folded), 1);
    expect_equal(folded[0], 'a');
    expect_equal(fold_next(&text, folded), 2); /* sharp s */
    expect_equal(folded[0], 's');
    expect_equal(folded[1], 's');
    expect_equal(fold_next(&text, folded), 1); /* fullwidth B */
    expect_equal(folded[0], 'b');
    expect_equal(fold_next(&text, folded), 2); /* ligature ff */
    expect_equal(fold_next(&text, folded), 2);
    expect_equal(folded[1], 0x301);
    expect_equal(fold_next(&text, folded), 0); /* a joiner folds to nothing, and it was the last */
    expect_equal(text.size, 0);
    expect_equal(fold_next(&text, folded), 0);
}

static void every_code_point_unfolds_within_the_bound(void)
{
    int32_t folded[FOLD_POINTS_MAX];
    for (uint32_t code_point = 0; code_point <= 0x10ffff; code_point++) {
        uint8_t bytes[4] = {(uint8_t)(0xf0 | code_point >> 18),
            (uint8_t)(0x80 | (code_point >> 12 & 63)), (uint8_t)(0x80 | (code_point >> 6 & 63)),
            (uint8_t)(0x80 | (code_point & 63))};
        struct gossip_bytes text = bytes_make(bytes, sizeof(bytes));
        while (text.size > 0)
            expect_at_most(fold_next(&text, folded), FOLD_POINTS_MAX);
    }
}

static void marks_come_in_one_order(void)
{
    int32_t one[] = {'a', 0x301, 0x323, 'b'};
    int32_t other[] = {'a', 0x323, 0x301, 'b'};
    size_t count = fold_compose(one, 4);
    expect_equal(fold_compose(other, 4), count);
    expect_bytes(
        bytes_make(one, count * sizeof(one[0])), bytes_make(other, count * sizeof(one[0])));
    expect_equal(one[0], 0x1ea1); /* a with a dot below */
    expect_equal(one[1], 0x301);
    expect_equal(one[2], 'b');
    int32_t composed[] = {'e', 0x301};
    expect_equal(fold_compose(composed, 2), 1);
    expect_equal(composed[0], 0xe9);
    expect_equal(fold_compose(composed, 0), 0);
}

TEST_MAIN(TEST(letters_lose_their_case_and_form), TEST(every_code_point_unfolds_within_the_bound),
    TEST(marks_come_in_one_order))
