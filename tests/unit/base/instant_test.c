#include "base/instant.h"

#include "support/test.h"

static void durations_are_made_in_their_unit(void)
{
    expect_equal(duration_us(7).us, 7);
    expect_equal(duration_ms(7).us, 7000);
    expect_equal(duration_seconds(7).us, 7000000);
    expect_equal(duration_minutes(2).us, 120000000);
    expect_equal(duration_seconds(UINT64_MAX / 2).us, UINT64_MAX);
    expect_equal(duration_multiply(duration_ms(3), 4).us, 12000);
    expect_equal(duration_multiply(duration_ms(3), 0).us, 0);
    expect_equal(duration_multiply(duration_us(UINT64_MAX), 2).us, UINT64_MAX);
}

static void durations_saturate(void)
{
    expect_equal(duration_add(duration_us(2), duration_us(3)).us, 5);
    expect_equal(duration_add(duration_us(UINT64_MAX - 1), duration_us(2)).us, UINT64_MAX);
    expect_equal(duration_subtract(duration_us(5), duration_us(3)).us, 2);
    expect_equal(duration_subtract(duration_us(3), duration_us(5)).us, 0);
    expect_true(duration_is_shorter(duration_us(3), duration_us(5)));
    expect_false(duration_is_shorter(duration_us(5), duration_us(5)));
}

static void milliseconds_round_up(void)
{
    expect_equal(duration_to_ms(duration_us(0)), 0);
    expect_equal(duration_to_ms(duration_us(1)), 1);
    expect_equal(duration_to_ms(duration_us(1000)), 1);
    expect_equal(duration_to_ms(duration_us(1001)), 2);
    expect_equal(duration_to_ms(duration_us(UINT64_MAX)), UINT64_MAX / 1000 + 1);
}

static void adding_never_wraps(void)
{
    expect_equal(instant_add(instant_us(10), duration_us(5)).us, 15);
    expect_true(instant_is_never(instant_add(instant_never(), duration_us(5))));
    expect_true(instant_is_never(instant_add(instant_never(), duration_us(0))));
    expect_true(instant_is_never(instant_add(instant_us(5), duration_us(UINT64_MAX))));
    expect_false(instant_is_never(instant_add(instant_us(5), duration_us(UINT64_MAX - 6))));
    expect_equal(instant_subtract(instant_us(10), duration_us(4)).us, 6);
    expect_equal(instant_subtract(instant_us(4), duration_us(10)).us, 0);
    expect_true(instant_is_never(instant_subtract(instant_never(), duration_us(1))));
}

static void the_time_since_something_later_is_zero(void)
{
    expect_equal(instant_since(instant_us(10), instant_us(4)).us, 6);
    expect_equal(instant_since(instant_us(4), instant_us(10)).us, 0);
    expect_equal(instant_until(instant_us(4), instant_us(10)).us, 6);
    expect_equal(instant_until(instant_us(10), instant_us(4)).us, 0);
    expect_equal(instant_until(instant_us(10), instant_never()).us, UINT64_MAX);
}

static void never_is_last_and_never_due(void)
{
    expect_true(instant_is_before(instant_us(4), instant_never()));
    expect_false(instant_is_before(instant_never(), instant_us(4)));
    expect_false(instant_is_before(instant_us(4), instant_us(4)));
    expect_true(instant_equal(instant_never(), instant_never()));
    expect_true(instant_is_due(instant_us(4), instant_us(4)));
    expect_true(instant_is_due(instant_us(0), instant_us(4)));
    expect_false(instant_is_due(instant_us(5), instant_us(4)));
    expect_false(instant_is_due(instant_never(), instant_never()));
}

static void the_earlier_and_the_later_are_found(void)
{
    expect_equal(instant_earlier(instant_us(4), instant_never()).us, 4);
    expect_equal(instant_earlier(instant_us(5), instant_us(4)).us, 4);
    expect_equal(instant_later(instant_us(4), instant_us(5)).us, 5);
    expect_true(instant_is_never(instant_later(instant_never(), instant_us(5))));
}

TEST_MAIN(TEST(durations_are_made_in_their_unit), TEST(durations_saturate),
    TEST(milliseconds_round_up), TEST(adding_never_wraps),
    TEST(the_time_since_something_later_is_zero), TEST(never_is_last_and_never_due),
    TEST(the_earlier_and_the_later_are_found))
