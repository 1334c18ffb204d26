#include "base/dice.h"

#include "support/test.h"

static void the_state_is_filled_by_splitmix64(void)
{
    struct dice dice;

    dice_seed(&dice, 0);
    expect_equal(dice.state[0], 0xe220a8397b1dcdafu);
    expect_equal(dice.state[1], 0x6e789e6aa1b965f4u);
    expect_equal(dice.state[2], 0x06c45d188009454fu);
    expect_equal(dice.state[3], 0xf88bb8a8724c81ecu);
}

/* The first numbers after the state 1, 2, 3, 4, as published with other implementations. */
static void the_sequence_is_that_of_xoshiro256_starstar(void)
{
    static const uint64_t expected[] = {11520, 0, 1509978240, 1215971899390074240u,
        1216172134540287360u, 607988272756665600u, 16172922978634559625u, 8476171486693032832u,
        10595114339597558777u, 2904607092377533576u};
    struct dice dice = {.state = {1, 2, 3, 4}};

    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        expect_equal(dice_next(&dice), expected[i]);
}

static void one_seed_is_one_sequence(void)
{
    struct dice left, right, other;

    dice_seed(&left, 42);
    dice_seed(&right, 42);
    dice_seed(&other, 43);
    for (int i = 0; i < 100; i++) {
        uint64_t number = dice_next(&left);
        expect_equal(number, dice_next(&right));
        expect_not_equal(number, dice_next(&other));
    }
}

static void below_is_below_and_fair(void)
{
    struct dice dice;
    uint32_t counts[6] = {0};

    dice_seed(&dice, 1);
    for (int i = 0; i < 60000; i++)
        counts[dice_below(&dice, 6)]++;
    for (int i = 0; i < 6; i++) {
        expect_at_least(counts[i], 9700);
        expect_at_most(counts[i], 10300);
    }
    for (int i = 0; i < 100; i++) {
        expect_equal(dice_below(&dice, 1), 0);
        expect_at_most(dice_below(&dice, UINT32_MAX), UINT32_MAX - 1);
    }
}

/*
 * Four numbers of 32 bits fall on every three below this bound: unless one in four is thrown again,
 * one number of each three comes twice as often as the others.
 */
static void a_bound_of_three_quarters_of_the_range_has_no_bias(void)
{
    struct dice dice;
    uint32_t counts[3] = {0};

    dice_seed(&dice, 2);
    for (int i = 0; i < 30000; i++)
        counts[dice_below(&dice, 0xc0000000u) % 3]++;
    for (int i = 0; i < 3; i++) {
        expect_at_least(counts[i], 9700);
        expect_at_most(counts[i], 10300);
    }
}

static void a_bound_of_zero_breaks_a_requirement(void)
{
    struct dice dice;

    dice_seed(&dice, 3);
    expect_require_fails(dice_below(&dice, 0));
}

static void fractions_lie_below_one(void)
{
    struct dice dice;
    double sum = 0;

    dice_seed(&dice, 4);
    for (int i = 0; i < 10000; i++) {
        double fraction = dice_fraction(&dice);
        expect_true(fraction >= 0 && fraction < 1);
        sum += fraction;
    }
    expect_near(sum / 10000, 0.5, 0.02);
}

static void every_order_is_as_likely(void)
{
    struct dice dice;
    uint32_t counts[27] = {0};

    dice_seed(&dice, 5);
    for (int i = 0; i < 60000; i++) {
        uint16_t items[3] = {0, 1, 2};
        dice_shuffle(&dice, items, 3, sizeof(items[0]));
        counts[items[0] * 9 + items[1] * 3 + items[2]]++;
    }
    for (uint32_t i = 0; i < 27; i++) {
        uint32_t a = i / 9, b = i / 3 % 3, c = i % 3;
        bool is_order = a != b && b != c && a != c;
        expect_at_least(counts[i], is_order ? 9700 : 0);
        expect_at_most(counts[i], is_order ? 10300 : 0);
    }
}

static void few_items_are_shuffled_without_a_throw(void)
{
    struct dice dice, before;
    uint8_t item = 9;

    dice_seed(&dice, 6);
    before = dice;
    dice_shuffle(&dice, NULL, 0, 4);
    dice_shuffle(&dice, &item, 1, 1);
    expect_equal(item, 9);
    expect_equal(dice_next(&dice), dice_next(&before));
}

static void jitter_reaches_its_bound_and_no_further(void)
{
    struct dice dice;
    bool seen[6] = {false};

    dice_seed(&dice, 7);
    for (int i = 0; i < 1000; i++) {
        uint64_t us = dice_jitter(&dice, (struct gossip_duration){.us = 5}).us;
        expect_at_most(us, 5);
        seen[us] = true;
    }
    for (int i = 0; i < 6; i++)
        expect_true(seen[i]);
    expect_equal(dice_jitter(&dice, (struct gossip_duration){.us = 0}).us, 0);
    for (int i = 0; i < 100; i++)
        expect_at_most(
            dice_jitter(&dice, (struct gossip_duration){.us = UINT64_MAX / 3}).us, UINT64_MAX / 3);
    (void)dice_jitter(&dice, (struct gossip_duration){.us = UINT64_MAX});
}

TEST_MAIN(TEST(the_state_is_filled_by_splitmix64),
    TEST(the_sequence_is_that_of_xoshiro256_starstar), TEST(one_seed_is_one_sequence),
    TEST(below_is_below_and_fair), TEST(a_bound_of_three_quarters_of_the_range_has_no_bias),
    TEST(a_bound_of_zero_breaks_a_requirement), TEST(fractions_lie_below_one),
    TEST(every_order_is_as_likely), TEST(few_items_are_shuffled_without_a_throw),
    TEST(jitter_reaches_its_bound_and_no_further))
