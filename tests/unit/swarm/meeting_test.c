/* Two swarms and the bytes between them: how they come to know each other and talk. */
#include "base/peer_id_text.h"
#include "multiaddr/multiaddr.h"
#include "unit/swarm/party.h"

static struct party party;

static void two_meet_and_talk(void)
{
    struct member *a, *b;

    party_begin(&party, 2);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    member_subscribe(a, "tea");
    member_subscribe(b, "tea");
    member_dial(a, b);
    party_run_ms(&party, 3000);
    expect_text(member_told(a),
        "up B out manual\ndone 1: ok\nidentified B gossipchat/0.1.0\nB joins tea\n");
    expect_text(member_told(b), "up A in inbound\nidentified A gossipchat/0.1.0\nA joins tea\n");
    expect_ok(member_publish(a, "tea", "hello"));
    expect_ok(member_publish(b, "tea", "hi"));
    party_run_ms(&party, 1000);
    expect_text(member_told(a), "B says tea: hi\n");
    expect_text(member_told(b), "A says tea: hello\n");
    party_end(&party);
}

static void a_publish_says_whom_it_goes_to_and_how_it_is_called(void)
{
    struct swarm_published published;
    struct member *a, *b;

    party_begin(&party, 3);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    member_subscribe(b, "tea");
    member_dial(a, b);
    member_dial(a, party_member(&party, 'C'));
    party_run_ms(&party, 3000);
    expect_equal(swarm_seqno_next(a->swarm), 1);
    expect_ok(
        swarm_publish(a->swarm, party.bus.now, BYTES_OF("tea"), BYTES_OF("hello"), &published));
    expect_equal(published.recipients, 1);
    expect_equal(swarm_seqno_next(a->swarm), 2);
    expect_bytes(bytes_part(published.message_id, 0, 38),
        bytes_make(member_id(a)->data, member_id(a)->size));
    expect_bytes(bytes_part(published.message_id, 38, 99), hex("0000000000000001"));
    expect_true(bytes_start_with(published.original, hex("0a26"))); /* its author comes first */
    expect_at_least(published.original.size, 38 + 5 + 8 + 3 + 64);
    member_drain(a);
    party_run_ms(&party, 1000);
    expect_equal(b->counts[SWARM_MESSAGE], 1);
    party_end(&party);
}

static void what_cannot_be_published_is_refused_and_costs_no_number(void)
{
    struct member *a;

    party_begin(&party, 1);
    a = party_member(&party, 'A');
    expect_error(swarm_publish(a->swarm, party.bus.now, BYTES_OF("tea"),
                     bytes_repeated('x', a->limits.message_bytes_max + 1), NULL),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(member_publish(a, "", "hello"), GOSSIP_ERROR_INVALID);
    expect_ok(swarm_publish(a->swarm, party.bus.now, BYTES_OF("tea"),
        bytes_repeated('x', a->limits.message_bytes_max), NULL));
    expect_equal(swarm_seqno_next(a->swarm), 2);
    party_end(&party);
}

static void topics_are_followed_once(void)
{
    struct member *a;

    party_begin(&party, 1);
    a = party_member(&party, 'A');
    member_subscribe(a, "tea");
    expect_error(swarm_subscribe(a->swarm, party.bus.now, BYTES_OF("tea")), GOSSIP_ERROR_ALREADY);
    expect_error(swarm_subscribe(a->swarm, party.bus.now, BYTES_OF("")), GOSSIP_ERROR_INVALID);
    swarm_unsubscribe(a->swarm, party.bus.now, BYTES_OF("soup"));
    swarm_unsubscribe(a->swarm, party.bus.now, BYTES_OF("tea"));
    member_subscribe(a, "tea");
    party_end(&party);
}

/* Whoever we are connected to can be looked at. */
static void peers_can_be_walked_over(void)
{
    struct swarm_peer_status status;
    struct member *a, *b;
    uint64_t cursor = 0;

    party_begin(&party, 4);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    expect_false(swarm_peer_next(a->swarm, &cursor, &status));
    member_dial(a, b);
    party_run_ms(&party, 40000);
    expect_true(swarm_peer_next(a->swarm, &cursor, &status));
    expect_true(peer_id_is_equal(&status.peer, member_id(b)));
    expect_bytes(status.agent, BYTES_OF("gossipchat/0.1.0"));
    expect_true(multiaddr_is_equal(&status.address, &b->resident.address));
    expect_equal(status.source, SWARM_SOURCE_MANUAL);
    expect_true(status.is_outbound);
    expect_true(status.is_gossiping);
    expect_at_least(status.round_trip.us, 2000);
    expect_at_most(status.round_trip.us, 3000);
    expect_false(swarm_peer_next(a->swarm, &cursor, &status));
    expect_equal(swarm_peer_count(a->swarm), 1);
    party_end(&party);
}

TEST_MAIN(TEST(two_meet_and_talk), TEST(a_publish_says_whom_it_goes_to_and_how_it_is_called),
    TEST(what_cannot_be_published_is_refused_and_costs_no_number), TEST(topics_are_followed_once),
    TEST(peers_can_be_walked_over))
