#include "gossipsub/limits.h"

#include "gossipsub/message.h"
#include "support/test.h"

#include <string.h>

static struct gossipsub_limits limits;
static const char *reason;

static bool is_accepted(void)
{
    reason = NULL;
    enum gossip_error error = gossipsub_limits_check(&limits, &reason);
    if (error == GOSSIP_OK)
        return true;
    expect_error(error, GOSSIP_ERROR_INVALID);
    expect_not_null(reason);
    expect_error(gossipsub_limits_check(&limits, NULL), GOSSIP_ERROR_INVALID);
    return false;
}

static void the_defaults_are_accepted(void)
{
    gossipsub_limits_default(&limits);
    expect_true(is_accepted());
}

/* Sets one limit to a value, expects it to be refused with its name, and sets it back. */
#define EXPECT_REFUSED(limit, value)                                                               \
    do {                                                                                           \
        gossipsub_limits_default(&limits);                                                         \
        limits.limit = (value);                                                                    \
        expect_false(is_accepted());                                                               \
    } while (0)

static void nothing_can_be_unlimited_or_nothing(void)
{
    EXPECT_REFUSED(peers_max, 0);
    EXPECT_REFUSED(peers_max, GOSSIPSUB_PEERS_CEILING + 1);
    EXPECT_REFUSED(topics_max, 0);
    EXPECT_REFUSED(topics_max, 4097);
    EXPECT_REFUSED(fanout_topics_max, 0);
    EXPECT_REFUSED(topics_per_peer_max, 0);
    EXPECT_REFUSED(topics_per_peer_max, UINT32_MAX);
    EXPECT_REFUSED(topic_bytes_max, 0);
    EXPECT_REFUSED(topic_bytes_max, 65536);
    EXPECT_REFUSED(rpc_bytes_max, SIZE_MAX);
    EXPECT_REFUSED(control_bytes_max, 100000);
    EXPECT_REFUSED(control_bytes_max, 300);
    EXPECT_REFUSED(rpc_subscriptions_max, 0);
    EXPECT_REFUSED(rpc_messages_max, 0);
    EXPECT_REFUSED(rpc_ids_max, 0);
    EXPECT_REFUSED(rpc_idontwant_ids_max, 0);
    EXPECT_REFUSED(outbox_bytes_max, 1000);
    EXPECT_REFUSED(outbox_messages_max, 0);
    EXPECT_REFUSED(outbox_messages_max, 65536);
    EXPECT_REFUSED(outboxes_bytes_max, 1000);
    EXPECT_REFUSED(outbox_idontwant_bytes_max, 255);
    EXPECT_REFUSED(outbox_iwant_bytes_max, 255);
    EXPECT_REFUSED(message_bytes_max, 0);
    EXPECT_REFUSED(validations_max, 0);
    EXPECT_REFUSED(validation_bytes_max, 1000000);
    EXPECT_REFUSED(history_messages_max, 0);
    EXPECT_REFUSED(history_bytes_max, 1000);
    EXPECT_REFUSED(seen_ids_max, 0);
    EXPECT_REFUSED(seen_ids_max, UINT32_MAX);
    EXPECT_REFUSED(idontwant_ids_max, 0);
    EXPECT_REFUSED(asked_ids_max, 0);
    EXPECT_REFUSED(promises_max, 0);
    EXPECT_REFUSED(backoffs_per_peer_max, 0);
    EXPECT_REFUSED(backoffs_gone_max, 0);
    EXPECT_REFUSED(records_max, 0);
    EXPECT_REFUSED(record_bytes_max, 0);
}

static void the_bill_adds_up_and_every_line_has_a_name(void)
{
    struct gossipsub_limits_row rows[GOSSIPSUB_LIMITS_ROWS_MAX];
    uint64_t bytes = 0;

    gossipsub_limits_default(&limits);
    size_t count = gossipsub_limits_list(&limits, rows);
    expect_at_most(count, GOSSIPSUB_LIMITS_ROWS_MAX);
    for (size_t i = 0; i < count; i++) {
        expect_at_least(strlen(rows[i].what), 3);
        expect_at_least(rows[i].bytes_each, 1);
        bytes += rows[i].count * rows[i].bytes_each;
    }
    expect_equal(gossipsub_limits_bytes(&limits), bytes);
    /* Whoever changes a default sees here what a whole network of enemies could cost. */
    expect_at_most(bytes, 80 * 1024 * 1024);
}

static void fewer_peers_cost_less(void)
{
    gossipsub_limits_default(&limits);
    uint64_t many = gossipsub_limits_bytes(&limits);
    limits.peers_max /= 2;
    expect_at_most(gossipsub_limits_bytes(&limits), many * 4 / 5);
}

TEST_MAIN(TEST(the_defaults_are_accepted), TEST(nothing_can_be_unlimited_or_nothing),
    TEST(the_bill_adds_up_and_every_line_has_a_name), TEST(fewer_peers_cost_less))
