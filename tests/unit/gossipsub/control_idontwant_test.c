#include "gossipsub/control.h"

#include "base/instant.h"
#include "unit/gossipsub/fixture.h"

#include <stdio.h>
#include <string.h>

/* Peers A to F follow tea; the mesh has the first five, so that F is outside of it. */
static void begin_with_mesh(void)
{
    begin();
    follow("tea");
    join_all('A', 'F');
    hear_all('A', 'F', "follows tea");
    forget_all();
    expect_text(mesh("tea"), "ABCDE");
}

/* ---- IDONTWANT ---------------------------------------------------------------------------- */

static void what_a_peer_does_not_want_is_not_forwarded_to_it(void)
{
    begin_with_mesh();
    hear('B', "unwanted X1");
    hear('C', "unwanted rust:X1");
    hear('D', "unwanted js:X1");
    hear('A', "sends tea X1");
    expect_text(said('B'), "");
    expect_text(said('C'), "");
    expect_text(said('D'), "");
    expect_text(said('E'), "sends tea X1\n");
    end();
}

static void what_is_queued_is_cancelled(void)
{
    begin_with_mesh();
    hear('A', "sends tea X1, sends tea X2");
    hear('B', "unwanted X1");
    expect_text(said('B'), "sends tea X2\n");
    expect_equal(counters()->drops[GOSSIPSUB_DROP_UNWANTED], 1);
    end();
}

static void ten_ids_of_an_rpc_are_heard(void)
{
    begin_with_mesh();
    hear('B', "unwanted X1 X2 X3 X4 X5, unwanted X6 X7 X8 X9 X10 X11");
    hear('A', "sends tea X10, sends tea X11");
    expect_text(said('B'), "sends tea X11\n");
    end();
}

static void a_thousand_rpcs_between_two_heartbeats_are_heard(void)
{
    char statement[64];

    begin_with_mesh();
    for (int i = 1; i <= 1001; i++) {
        (void)snprintf(statement, sizeof(statement), "unwanted X%d", i);
        hear('B', statement);
    }
    hear('A', "sends tea X1000, sends tea X1001");
    expect_text(said('B'), "sends tea X1001\n");
    beat(1);
    (void)said('B');
    hear('B', "unwanted X1002");
    hear('A', "sends tea X1002");
    expect_text(said('B'), "");
    end();
}

static void no_more_is_unwanted_by_a_peer_than_the_limit_says(void)
{
    prepare();
    fixture.limits.idontwant_ids_per_peer_max = 2;
    start();
    follow("tea");
    join_all('A', 'B');
    hear_all('A', 'B', "follows tea");
    forget_all();
    hear('B', "unwanted X1 X2 X3");
    hear('A', "sends tea X1, sends tea X2, sends tea X3");
    expect_text(said('B'), "sends tea X3\n");
    end();
}

static void it_is_forgotten_after_three_heartbeats(void)
{
    begin_with_mesh();
    hear('B', "unwanted X1 X2");
    beat(2);
    hear('A', "sends tea X1");
    expect_text(said('B'), "");
    beat(1);
    forget_all();
    hear('A', "sends tea X2");
    expect_text(said('B'), "sends tea X2\n");
    end();
}

static void it_does_not_bind_who_comes_after(void)
{
    begin_with_mesh();
    hear('B', "unwanted X1");
    leave('B');
    join('G');
    hear('G', "follows tea");
    forget_all();
    expect_equal(fixture.peers['G' - 'A'].index, fixture.peers['B' - 'A'].index);
    hear('A', "sends tea X1");
    expect_text(said('G'), "sends tea X1\n");
    end();
}

static void it_does_not_keep_our_own_messages_back(void)
{
    begin_with_mesh();
    hear('B', "unwanted Z1");
    expect_ok(publish("tea", 1, 10));
    expect_text(said('B'), "sends tea Z1\n");
    end();
}

TEST_MAIN(TEST(what_a_peer_does_not_want_is_not_forwarded_to_it), TEST(what_is_queued_is_cancelled),
    TEST(ten_ids_of_an_rpc_are_heard), TEST(a_thousand_rpcs_between_two_heartbeats_are_heard),
    TEST(no_more_is_unwanted_by_a_peer_than_the_limit_says),
    TEST(it_is_forgotten_after_three_heartbeats), TEST(it_does_not_bind_who_comes_after),
    TEST(it_does_not_keep_our_own_messages_back))
