#include "host/notices.h"

#include "base/instant.h"
#include "support/test.h"

/* The node does not start when the clock does. */
static const struct gossip_instant start = {.us = 77000000};

static struct gossip_instant at_ms(uint64_t ms)
{
    return instant_add(start, duration_ms(ms));
}

static void nothing_is_said_too_early(void)
{
    struct host_notices notices;

    notices_init(&notices, start);
    expect_equal(notices.deadline.us, at_ms(5000).us);
    expect_equal(notices_advance(&notices, start), HOST_NOTICE_NOTHING);
    expect_equal(notices_advance(&notices, at_ms(4999)), HOST_NOTICE_NOTHING);
    expect_equal(notices.deadline.us, at_ms(5000).us);
}

static void each_thing_is_said_once_in_its_time(void)
{
    struct host_notices notices;

    notices_init(&notices, start);
    expect_equal(notices_advance(&notices, at_ms(5000)), HOST_NOTICE_NOBODY_YET);
    expect_equal(notices_advance(&notices, at_ms(5000)), HOST_NOTICE_NOTHING);
    expect_equal(notices.deadline.us, at_ms(30000).us);
    expect_equal(notices_advance(&notices, at_ms(29999)), HOST_NOTICE_NOTHING);
    expect_equal(notices_advance(&notices, at_ms(30001)), HOST_NOTICE_DIAGNOSIS);
    expect_equal(notices.deadline.us, at_ms(120000).us);
    expect_equal(notices_advance(&notices, at_ms(120000)), HOST_NOTICE_DIAGNOSIS);
    expect_true(instant_is_never(notices.deadline));
    expect_equal(notices_advance(&notices, at_ms(10000000)), HOST_NOTICE_NOTHING);
}

static void nothing_is_said_once_somebody_was_there(void)
{
    struct host_notices notices;

    notices_init(&notices, start);
    notices_peer_seen(&notices);
    expect_true(instant_is_never(notices.deadline));
    expect_equal(notices_advance(&notices, at_ms(10000)), HOST_NOTICE_NOTHING);
    notices_init(&notices, start);
    expect_equal(notices_advance(&notices, at_ms(6000)), HOST_NOTICE_NOBODY_YET);
    notices_peer_seen(&notices);
    expect_equal(notices_advance(&notices, at_ms(200000)), HOST_NOTICE_NOTHING);
}

static void who_slept_through_it_says_the_last_thing_only(void)
{
    struct host_notices notices;

    notices_init(&notices, start);
    expect_equal(notices_advance(&notices, at_ms(3600000)), HOST_NOTICE_DIAGNOSIS);
    expect_true(instant_is_never(notices.deadline));
}

TEST_MAIN(TEST(nothing_is_said_too_early), TEST(each_thing_is_said_once_in_its_time),
    TEST(nothing_is_said_once_somebody_was_there),
    TEST(who_slept_through_it_says_the_last_thing_only))
