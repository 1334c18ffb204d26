#include "sync/credit.h"

#include "base/instant.h"
#include "support/test.h"

static void it_is_given_at_once_and_then_by_the_second(void)
{
    struct gossip_instant now = instant_us(5000000);
    struct credit credit;

    credit_init(&credit, 1000, 10, now);
    expect_equal(credit_left(&credit, now), 1000);
    credit_spend(&credit, now, 700);
    expect_equal(credit_left(&credit, now), 300);
    now = instant_add(now, duration_seconds(5));
    expect_equal(credit_left(&credit, now), 350);
    now = instant_add(now, duration_seconds(1000));
    expect_equal(credit_left(&credit, now), 1000); /* and no more */
}

static void parts_of_a_byte_are_not_lost(void)
{
    struct gossip_instant now = instant_us(0);
    struct credit credit;

    credit_init(&credit, 100, 10, now);
    credit_spend(&credit, now, 100);
    for (int i = 0; i < 100; i++) {
        now = instant_add(now, duration_ms(10)); /* a tenth of a byte each */
        (void)credit_left(&credit, now);
    }
    expect_equal(credit_left(&credit, now), 10);
}

static void what_goes_beyond_is_forgiven(void)
{
    struct gossip_instant now = instant_us(0);
    struct credit credit;

    credit_init(&credit, 100, 10, now);
    credit_spend(&credit, now, 5000);
    expect_equal(credit_left(&credit, now), 0);
    expect_equal(credit_left(&credit, instant_us(UINT64_MAX - 1)), 100);
}

TEST_MAIN(TEST(it_is_given_at_once_and_then_by_the_second), TEST(parts_of_a_byte_are_not_lost),
    TEST(what_goes_beyond_is_forgiven))
