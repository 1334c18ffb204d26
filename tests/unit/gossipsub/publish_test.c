#include "gossipsub/publish.h"

#include "gossipsub/router.h"
#include "unit/gossipsub/fixture.h"

#include <stdio.h>
#include <string.h>

static void begin_with_small_mesh(void)
{
    prepare();
    fixture.params.D = 2;
    fixture.params.D_low = 2;
    fixture.params.D_out = 0;
    fixture.params.D_score = 1;
    fixture.params.flood_publish = false;
    start();
    follow("tea");
    join_all('A', 'D');
    hear_all('A', 'D', "follows tea");
    forget_all();
    expect_text(mesh("tea"), "AB");
}

/* ---- messages of ours --------------------------------------------------------------------- */

static void our_own_message_floods_to_all_who_follow(void)
{
    begin();
    follow("tea");
    join_all('A', 'J');
    hear_all('A', 'I', "follows tea");
    hear('J', "follows cake");
    forget_all();
    expect_ok(publish("tea", 1, 10));
    for (char letter = 'A'; letter <= 'I'; letter++)
        expect_text(said(letter), "sends tea Z1\n");
    expect_text(said('J'), "");
    expect_text(told(), "");
    expect_equal(counters()->messages_published, 1);
    end();
}

static void without_flooding_it_goes_to_the_mesh(void)
{
    begin_with_small_mesh();
    expect_ok(publish("tea", 1, 10));
    expect_text(said('A'), "sends tea Z1\n");
    expect_text(said('B'), "sends tea Z1\n");
    expect_text(said('C'), "");
    end();
}

static void floodsub_and_direct_peers_always_get_it(void)
{
    begin_with_small_mesh();
    expect_ok(join_as('E', (struct gossipsub_peer_info){.version = GOSSIPSUB_FLOODSUB}));
    expect_ok(
        join_as('F', (struct gossipsub_peer_info){.version = GOSSIPSUB_V1_2, .is_direct = true}));
    hear_all('E', 'F', "follows tea");
    forget_all();
    expect_text(mesh("tea"), "AB");
    expect_ok(publish("tea", 1, 10));
    expect_text(said('E'), "sends tea Z1\n");
    expect_text(said('F'), "sends tea Z1\n");
    hear('A', "sends tea X1");
    expect_text(said('E'), "sends tea X1\n");
    expect_text(said('F'), "sends tea X1\n");
    expect_text(said('C'), "");
    end();
}

static void a_message_is_published_once(void)
{
    begin();
    expect_ok(publish("tea", 1, 10));
    expect_error(publish("tea", 1, 10), GOSSIP_ERROR_ALREADY);
    end();
}

static void a_message_that_fits_in_no_rpc_is_refused(void)
{
    begin();
    /* 48 KiB, and of those 4 for the tag and size, 62 for the other fields. */
    expect_error(publish("tea", 1, 48 * 1024 - 62), GOSSIP_ERROR_LIMIT);
    expect_ok(publish("tea", 1, 48 * 1024 - 70));
    expect_true(gossipsub_message_fits(&fixture.limits, 48 * 1024 - 4));
    expect_false(gossipsub_message_fits(&fixture.limits, 48 * 1024 - 3));
    expect_false(gossipsub_message_fits(&fixture.limits, SIZE_MAX));
    end();
}

static void a_message_needs_a_topic(void)
{
    begin();
    expect_error(publish("", 1, 10), GOSSIP_ERROR_INVALID);
    char name[258];
    memset(name, 't', 257);
    name[257] = '\0';
    expect_error(publish(name, 1, 10), GOSSIP_ERROR_INVALID);
    end();
}

static void a_message_nobody_follows_is_accepted_and_can_be_pulled(void)
{
    begin();
    follow("tea");
    expect_ok(publish("tea", 1, 10));
    join('A');
    hear('A', "follows tea");
    forget_all();
    beat(1);
    expect_text(said('A'), "has tea Z1\n");
    hear('A', "wants Z1");
    expect_text(said('A'), "sends tea Z1\n");
    end();
}

static void own_messages_are_refused_when_there_is_no_room_and_never_dropped(void)
{
    unsigned accepted = 0;

    prepare();
    fixture.limits.outbox_messages_max = 5;
    start();
    follow("tea");
    join_all('A', 'B');
    hear_all('A', 'B', "follows tea");
    forget_all();
    while (publish("tea", accepted + 1, 10) == GOSSIP_OK)
        accepted++;
    expect_equal(accepted, 5);
    expect_error(publish("tea", 6, 10), GOSSIP_ERROR_WOULD_BLOCK);
    expect_text(told(), "");
    expect_text(said('A'), "sends tea Z1, sends tea Z2, sends tea Z3, sends tea Z4, "
                           "sends tea Z5\n");
    /* B is the slower one, but there is no telling whom it waits for. */
    expect_text(told(), "writable\n");
    expect_error(publish("tea", 6, 10), GOSSIP_ERROR_WOULD_BLOCK);
    (void)said('B');
    expect_text(told(), "writable\n");
    expect_ok(publish("tea", 6, 10));
    expect_text(told(), "");
    end();
}

static void there_is_room_again_when_the_slow_peer_leaves(void)
{
    prepare();
    fixture.limits.outbox_messages_max = 1;
    start();
    follow("tea");
    join('A');
    hear('A', "follows tea");
    expect_ok(publish("tea", 1, 10));
    expect_error(publish("tea", 2, 10), GOSSIP_ERROR_WOULD_BLOCK);
    leave('A');
    expect_text(told(), "A follows tea\nA left tea\nwritable\n");
    expect_ok(publish("tea", 2, 10));
    expect_equal(counters()->drops[GOSSIPSUB_DROP_PEER_LEFT], 1);
    end();
}

static void bytes_count_as_well_as_messages(void)
{
    unsigned accepted = 0;

    prepare();
    fixture.limits.rpc_bytes_max = 20000;
    fixture.limits.outbox_bytes_max = 64 * 1024;
    start();
    follow("tea");
    join('A');
    hear('A', "follows tea");
    while (publish("tea", accepted + 1, 16 * 1024) == GOSSIP_OK)
        accepted++;
    expect_equal(accepted, 3);
    end();
}

static void all_queues_together_have_a_bound_too(void)
{
    prepare();
    fixture.limits.rpc_bytes_max = 20000;
    fixture.limits.outbox_bytes_max = 64 * 1024;
    fixture.limits.outboxes_bytes_max = 100 * 1024;
    start();
    follow("tea");
    join_all('A', 'D');
    hear_all('A', 'D', "follows tea");
    forget_all();
    expect_ok(publish("tea", 1, 16 * 1024));
    expect_error(publish("tea", 2, 16 * 1024), GOSSIP_ERROR_WOULD_BLOCK);
    (void)said('A');
    expect_text(told(), "writable\n");
    expect_error(publish("tea", 2, 16 * 1024), GOSSIP_ERROR_WOULD_BLOCK);
    (void)said('B');
    expect_text(told(), "writable\n");
    expect_ok(publish("tea", 2, 16 * 1024));
    end();
}

/* ---- fanout ------------------------------------------------------------------------------- */

static void what_we_do_not_follow_goes_to_a_fanout_of_d_that_stays(void)
{
    char first[8] = "";
    char second[8] = "";

    prepare();
    fixture.params.flood_publish = false;
    start();
    join_all('A', 'P');
    hear_all('A', 'P', "follows tea");
    forget_all();
    expect_ok(publish("tea", 1, 10));
    for (char letter = 'A'; letter <= 'P'; letter++) {
        if (said(letter)[0] != '\0')
            first[strlen(first)] = letter;
    }
    beat(3);
    forget_all();
    expect_ok(publish("tea", 2, 10));
    for (char letter = 'A'; letter <= 'P'; letter++) {
        if (strstr(said(letter), "sends tea Z2") != NULL)
            second[strlen(second)] = letter;
    }
    expect_equal(strlen(first), 6);
    expect_text(second, first);
    end();
}

static void who_leaves_the_fanout_is_replaced(void)
{
    prepare();
    fixture.params.flood_publish = false;
    start();
    join_all('A', 'G');
    hear_all('A', 'G', "follows tea");
    expect_ok(publish("tea", 1, 10));
    forget_all();
    leave('A');
    leave('B');
    expect_ok(publish("tea", 2, 10));
    unsigned reached = 0;
    for (char letter = 'C'; letter <= 'G'; letter++)
        reached += said(letter)[0] != '\0';
    expect_equal(reached, 5);
    end();
}

static void no_more_fanouts_are_kept_than_the_limit_says(void)
{
    prepare();
    fixture.limits.fanout_topics_max = 2;
    start();
    expect_ok(publish("tea", 1, 10));
    wait_ms(10);
    expect_ok(publish("cake", 2, 10));
    wait_ms(10);
    expect_ok(publish("tea", 3, 10));
    wait_ms(10);
    expect_ok(publish("milk", 4, 10));
    expect_equal(fixture.router->topics.mesh_count, 2);
    expect_null(gossipsub_topics_find(&fixture.router->topics, BYTES_OF("cake")));
    end();
}

static void what_we_just_left_reaches_those_who_follow_it(void)
{
    prepare();
    fixture.params.flood_publish = false;
    start();
    follow("tea");
    join('A');
    hear('A', "follows tea");
    forget_all();
    unfollow("tea");
    expect_ok(publish("tea", 1, 10));
    expect_text(said('A'), "leaves tea, prunes tea 10, sends tea Z1\n");
    end();
}

/* ---- messages of others ------------------------------------------------------------------- */

static void a_forward_goes_to_the_mesh_but_not_back(void)
{
    begin_with_small_mesh();
    hear('C', "sends tea X1");
    expect_text(said('A'), "sends tea X1\n");
    expect_text(said('B'), "sends tea X1\n");
    expect_text(said('C'), "");
    expect_text(said('D'), "");
    end();
}

static void the_oldest_forwards_give_way_at_the_bound(void)
{
    char statement[64];

    prepare();
    fixture.limits.outbox_messages_max = 3;
    start();
    follow("tea");
    join_all('A', 'B');
    hear_all('A', 'B', "follows tea");
    forget_all();
    for (int i = 1; i <= 5; i++) {
        (void)snprintf(statement, sizeof(statement), "sends tea X%d", i);
        hear('A', statement);
    }
    expect_text(said('B'), "sends tea X3, sends tea X4, sends tea X5\n");
    expect_equal(counters()->drops[GOSSIPSUB_DROP_OUTBOX_FULL], 2);
    end();
}

static void forwards_give_way_to_our_own_messages(void)
{
    prepare();
    fixture.limits.rpc_bytes_max = 40000;
    fixture.limits.outbox_bytes_max = 64 * 1024;
    start();
    follow("tea");
    join_all('A', 'B');
    hear_all('A', 'B', "follows tea");
    forget_all();
    hear('A', "sends tea X1 20000, sends tea X2 20000, sends tea X3 20000");
    expect_ok(publish("tea", 1, 30000));
    const char *text = said('B');
    expect_null(strstr(text, "sends tea X1"));
    expect_null(strstr(text, "sends tea X2"));
    expect_true(strstr(text, "sends tea Z1") < strstr(text, "sends tea X3"));
    expect_equal(counters()->drops[GOSSIPSUB_DROP_OUTBOX_FULL], 2);
    end();
}

/* One bound for all: who has the most waiting gives way, not who is next. */
static void the_fullest_queue_gives_way_for_all(void)
{
    prepare();
    fixture.limits.rpc_bytes_max = 40000;
    fixture.limits.outbox_bytes_max = 110 * 1024;
    fixture.limits.outboxes_bytes_max = 110 * 1024;
    start();
    follow("tea");
    join_all('A', 'C');
    hear_all('A', 'B', "follows tea");
    forget_all();
    hear('A', "sends tea X1 30000, sends tea X2 30000, sends tea X3 30000");
    hear('C', "follows tea");
    expect_text(said('C'), "grafts tea\n");
    hear('A', "sends tea X4 12000");
    expect_equal(counters()->drops[GOSSIPSUB_DROP_OUTBOXES_FULL], 1);
    expect_not_null(strstr(said('C'), "sends tea X4"));
    expect_null(strstr(said('B'), "sends tea X1"));
    end();
}

static void a_message_too_large_for_an_rpc_is_read_but_not_forwarded(void)
{
    begin_with_small_mesh();
    hear('A', "sends tea X1 60000");
    expect_text(told(), "X1 on tea\n");
    expect_text(said('B'), "unwanted X1\n");
    expect_equal(counters()->drops[GOSSIPSUB_DROP_TOO_LARGE], 1);
    end();
}

static void what_waits_for_a_peer_that_leaves_is_counted_as_lost(void)
{
    begin_with_small_mesh();
    hear('A', "sends tea X1");
    leave('B');
    expect_equal(counters()->drops[GOSSIPSUB_DROP_PEER_LEFT], 1);
    end();
}

TEST_MAIN(TEST(our_own_message_floods_to_all_who_follow),
    TEST(without_flooding_it_goes_to_the_mesh), TEST(floodsub_and_direct_peers_always_get_it),
    TEST(a_message_is_published_once), TEST(a_message_that_fits_in_no_rpc_is_refused),
    TEST(a_message_needs_a_topic), TEST(a_message_nobody_follows_is_accepted_and_can_be_pulled),
    TEST(own_messages_are_refused_when_there_is_no_room_and_never_dropped),
    TEST(there_is_room_again_when_the_slow_peer_leaves), TEST(bytes_count_as_well_as_messages),
    TEST(all_queues_together_have_a_bound_too),
    TEST(what_we_do_not_follow_goes_to_a_fanout_of_d_that_stays),
    TEST(who_leaves_the_fanout_is_replaced), TEST(no_more_fanouts_are_kept_than_the_limit_says),
    TEST(what_we_just_left_reaches_those_who_follow_it),
    TEST(a_forward_goes_to_the_mesh_but_not_back), TEST(the_oldest_forwards_give_way_at_the_bound),
    TEST(forwards_give_way_to_our_own_messages), TEST(the_fullest_queue_gives_way_for_all),
    TEST(a_message_too_large_for_an_rpc_is_read_but_not_forwarded),
    TEST(what_waits_for_a_peer_that_leaves_is_counted_as_lost))
