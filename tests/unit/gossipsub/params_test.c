#include "gossipchat/params.h"

#include "support/test.h"

#include <math.h>

static struct gossip_params params;

static bool is_accepted(void)
{
    const char *reason = NULL;
    enum gossip_error error = gossip_params_check(&params, &reason);
    if (error == GOSSIP_OK)
        return true;
    expect_error(error, GOSSIP_ERROR_INVALID);
    expect_not_null(reason);
    expect_error(gossip_params_check(&params, NULL), GOSSIP_ERROR_INVALID);
    return false;
}

#define EXPECT_REFUSED(parameter, value)                                                           \
    do {                                                                                           \
        gossip_params_default(&params);                                                            \
        params.parameter = (value);                                                                \
        expect_false(is_accepted());                                                               \
    } while (0)

#define EXPECT_ACCEPTED(parameter, value)                                                          \
    do {                                                                                           \
        gossip_params_default(&params);                                                            \
        params.parameter = (value);                                                                \
        expect_true(is_accepted());                                                                \
    } while (0)

static void the_defaults_are_those_of_the_specification(void)
{
    gossip_params_default(&params);
    expect_true(is_accepted());
    expect_equal(params.D, 6);
    expect_equal(params.D_high, 12);
    expect_equal(params.D_out, 2);
    expect_equal(params.D_lazy, 6);
    expect_equal(params.heartbeat_interval.us, 1000000);
    expect_equal(params.prune_backoff.us, 60000000);
    expect_equal(params.unsubscribe_backoff.us, 10000000);
    expect_equal(params.seen_lifetime.us, 120000000);
    expect_equal(params.history_length, 5);
    expect_equal(params.history_gossip, 3);
    expect_near(params.gossip_factor, 0.25, 0);
    expect_true(params.flood_publish);
}

static void degrees_are_in_order(void)
{
    EXPECT_REFUSED(D, 0);
    EXPECT_REFUSED(D, 13);
    EXPECT_REFUSED(D_low, 7);
    EXPECT_REFUSED(D_high, 5);
    EXPECT_REFUSED(D_high, UINT32_MAX);
    EXPECT_REFUSED(D_score, 7);
    EXPECT_REFUSED(D_out, 4);
    EXPECT_REFUSED(D_out, 5);
    EXPECT_REFUSED(D_lazy, UINT32_MAX);
    EXPECT_ACCEPTED(D_out, 0);
    EXPECT_ACCEPTED(D_out, 3);
    EXPECT_ACCEPTED(D_high, 6);
    EXPECT_ACCEPTED(D_lazy, 0);
}

static void the_gossip_factor_is_a_share(void)
{
    EXPECT_ACCEPTED(gossip_factor, 0.0);
    EXPECT_ACCEPTED(gossip_factor, 1.0);
    EXPECT_REFUSED(gossip_factor, -0.01);
    EXPECT_REFUSED(gossip_factor, 1.01);
    EXPECT_REFUSED(gossip_factor, (double)NAN);
    EXPECT_REFUSED(gossip_factor, (double)INFINITY);
    EXPECT_REFUSED(gossip_factor, -(double)INFINITY);
}

static void times_are_neither_nothing_nor_absurd(void)
{
    struct gossip_duration none = {.us = 0};
    struct gossip_duration endless = {.us = UINT64_MAX};

    EXPECT_REFUSED(heartbeat_interval, none);
    EXPECT_REFUSED(heartbeat_interval, endless);
    EXPECT_ACCEPTED(heartbeat_initial_delay, none);
    EXPECT_REFUSED(heartbeat_initial_delay, endless);
    EXPECT_REFUSED(fanout_lifetime, none);
    EXPECT_REFUSED(fanout_lifetime, endless);
    EXPECT_REFUSED(seen_lifetime, none);
    EXPECT_REFUSED(seen_lifetime, endless);
    EXPECT_REFUSED(prune_backoff, none);
    EXPECT_REFUSED(prune_backoff, endless);
    EXPECT_REFUSED(unsubscribe_backoff, none);
    EXPECT_REFUSED(unsubscribe_backoff, endless);
    EXPECT_ACCEPTED(backoff_slack, none);
    EXPECT_REFUSED(backoff_slack, endless);
    EXPECT_ACCEPTED(graft_flood_threshold, none);
    EXPECT_REFUSED(graft_flood_threshold, endless);
    EXPECT_REFUSED(iwant_followup, none);
    EXPECT_REFUSED(iwant_followup, endless);
}

static void counts_are_in_range(void)
{
    EXPECT_REFUSED(history_length, 0);
    EXPECT_REFUSED(history_length, UINT32_MAX);
    EXPECT_REFUSED(history_gossip, 6);
    EXPECT_ACCEPTED(history_gossip, 0);
    EXPECT_REFUSED(gossip_retransmission, 0);
    EXPECT_REFUSED(gossip_retransmission, 256);
    EXPECT_REFUSED(ihave_ids_max, 0);
    EXPECT_REFUSED(ihave_ids_max, UINT32_MAX);
    EXPECT_REFUSED(ihave_messages_max, 0);
    EXPECT_REFUSED(ihave_messages_max, UINT32_MAX);
    EXPECT_REFUSED(opportunistic_graft_ticks, 0);
    EXPECT_REFUSED(direct_connect_ticks, 0);
    EXPECT_REFUSED(exchanged_peers_max, UINT32_MAX);
    EXPECT_REFUSED(idontwant_ids_max, UINT32_MAX);
    EXPECT_REFUSED(idontwant_messages_max, UINT32_MAX);
    EXPECT_REFUSED(idontwant_ticks, 0);
    EXPECT_REFUSED(idontwant_ticks, UINT32_MAX);
}

TEST_MAIN(TEST(the_defaults_are_those_of_the_specification), TEST(degrees_are_in_order),
    TEST(the_gossip_factor_is_a_share), TEST(times_are_neither_nothing_nor_absurd),
    TEST(counts_are_in_range))
