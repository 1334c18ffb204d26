#include "gossipchat/limits.h"

#include "base/instant.h"
#include "identity/identity.h"
#include "support/seeded_entropy.h"
#include "support/test.h"
#include "support/test_allocator.h"
#include "swarm/swarm.h"

#include <string.h>

static struct gossip_limits limits;

/* The limits are refused, and the sentence names `word`. */
static void expect_refused(const char *word)
{
    const char *reason = NULL;

    expect_error(gossip_limits_check(&limits, &reason), GOSSIP_ERROR_INVALID);
    expect_not_null(reason);
    expect_not_null(strstr(reason, word));
    expect_error(gossip_limits_check(&limits, NULL), GOSSIP_ERROR_INVALID);
    gossip_limits_default(&limits);
}

static void the_defaults_are_good(void)
{
    const char *reason = NULL;

    gossip_limits_default(&limits);
    expect_ok(gossip_limits_check(&limits, &reason));
    expect_null(reason);
}

static void what_makes_no_sense_is_refused_by_name(void)
{
    gossip_limits_default(&limits);
    limits.peers_max = 0;
    expect_refused("peers_max");
    limits.peers_max = 4097;
    expect_refused("peers_max");
    limits.handshakes_max = 0;
    expect_refused("handshakes_max");
    limits.handshakes_max = UINT32_MAX;
    expect_refused("handshakes_max");
    limits.dials_max = UINT32_MAX;
    expect_refused("dials_max");
    limits.book_peers_max = 65537;
    expect_refused("book_peers_max");
    limits.output_bytes_max = ((size_t)1 << 30) + 1;
    expect_refused("output_bytes_max");
    limits.streams_max = 1025;
    expect_refused("streams_max");
    limits.streams_pending_max = 1025;
    expect_refused("streams_pending_max");
    limits.message_bytes_max = SIZE_MAX;
    expect_refused("message_bytes_max");
    limits.rpc_in_bytes_max = ((size_t)1 << 24) + 1;
    expect_refused("rpc_in_bytes_max");
    limits.topics_max = 4097;
    expect_refused("topics_max");
    limits.dials_max = 0;
    expect_refused("dials_max");
    limits.book_peers_max = limits.peers_max - 1;
    expect_refused("book_peers_max");
    limits.output_bytes_max = 65535;
    expect_refused("output_bytes_max");
    limits.handshake_time_max.us = 0;
    expect_refused("handshake_time_max");
    limits.streams_max = 7;
    expect_refused("streams_max");
    limits.streams_pending_max = 3;
    expect_refused("streams_pending_max");
    limits.rpc_out_bytes_max = limits.message_bytes_max + 1023;
    expect_refused("rpc_out_bytes_max");
    limits.rpc_out_bytes_max = 1048577;
    expect_refused("rpc_out_bytes_max");
    limits.rpc_in_bytes_max = limits.rpc_out_bytes_max - 1;
    expect_refused("rpc_in_bytes_max");
    limits.topics_max = 0;
    expect_refused("topics_max");
    limits.rooms_max = limits.topics_max + 1;
    expect_refused("rooms_max");
    limits.rooms_max = 0;
    expect_refused("rooms_max");
    limits.people_max = 0;
    expect_refused("people_max");
    limits.history_lines_max = 0;
    expect_refused("history_lines_max");
    limits.outbox_lines_max = 0;
    expect_refused("outbox_lines_max");
}

static void expect_swarm(void)
{
    struct test_allocator memory;
    struct seeded_entropy entropy;
    struct identity *identity;
    struct gossip_params params;
    struct swarm_config config = {.allocator = &memory.allocator, .agent = "test/1"};
    struct swarm *swarm;

    test_allocator_init(&memory);
    seeded_entropy_init(&entropy, 1);
    expect_ok(identity_create(&memory.allocator, seeded_entropy(&entropy), &identity));
    gossip_params_default(&params);
    config.identity = identity;
    config.params = &params;
    config.limits = &limits;
    config.entropy = seeded_entropy(&entropy);
    expect_ok(gossip_limits_check(&limits, NULL));
    expect_ok(swarm_create(&config, instant_us(1), &swarm));
    swarm_destroy(swarm);
    identity_destroy(identity);
    test_allocator_deinit(&memory);
}

/* Whatever passes the check is enough to live with. */
static void a_swarm_can_be_made_at_every_edge(void)
{
    gossip_limits_default(&limits);
    expect_swarm();
    limits.peers_max = 1;
    limits.handshakes_max = 1;
    limits.dials_max = 1;
    limits.book_peers_max = 1;
    limits.output_bytes_max = 65536;
    limits.streams_max = 8;
    limits.streams_pending_max = 4;
    limits.message_bytes_max = 0;
    limits.rpc_out_bytes_max = 1024;
    limits.rpc_in_bytes_max = 1024;
    limits.topics_max = 1;
    limits.rooms_max = 1;
    expect_swarm();
    gossip_limits_default(&limits);
    limits.message_bytes_max = 1048576 - 1024;
    limits.rpc_out_bytes_max = 1048576;
    limits.rpc_in_bytes_max = (size_t)1 << 24;
    limits.topics_max = 4096;
    limits.peers_max = 4096;
    limits.book_peers_max = 4096;
    expect_swarm();
}

TEST_MAIN(TEST(the_defaults_are_good), TEST(what_makes_no_sense_is_refused_by_name),
    TEST(a_swarm_can_be_made_at_every_edge))
