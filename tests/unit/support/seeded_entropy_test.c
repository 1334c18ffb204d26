#include "support/seeded_entropy.h"

#include "support/test.h"

static void the_stream_does_not_depend_on_how_it_is_cut(void)
{
    struct seeded_entropy whole, cut;
    uint8_t expected[100], actual[100];

    seeded_entropy_init(&whole, 7);
    seeded_entropy_init(&cut, 7);
    entropy_fill(seeded_entropy(&whole), expected, sizeof(expected));
    for (size_t filled = 0, size = 0; filled < sizeof(actual); filled += size++) {
        if (size > sizeof(actual) - filled)
            size = sizeof(actual) - filled;
        entropy_fill(seeded_entropy(&cut), actual + filled, size);
    }
    expect_bytes(bytes_make(actual, 100), bytes_make(expected, 100));
    expect_equal(whole.bytes, 100);
}

static void each_seed_has_its_own_stream(void)
{
    struct seeded_entropy left, right;
    uint8_t left_bytes[16], right_bytes[16];

    seeded_entropy_init(&left, 1);
    seeded_entropy_init(&right, 2);
    entropy_fill(seeded_entropy(&left), left_bytes, 16);
    entropy_fill(seeded_entropy(&right), right_bytes, 16);
    expect_false(bytes_equal(bytes_make(left_bytes, 16), bytes_make(right_bytes, 16)));
}

TEST_MAIN(TEST(the_stream_does_not_depend_on_how_it_is_cut), TEST(each_seed_has_its_own_stream))
