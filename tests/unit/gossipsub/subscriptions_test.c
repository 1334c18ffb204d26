#include "gossipsub/subscriptions.h"

#include "unit/gossipsub/fixture.h"

#include <stdio.h>
#include <string.h>

/* ---- ourselves ---------------------------------------------------------------------------- */

static void a_newcomer_is_greeted_with_all_we_follow(void)
{
    begin();
    follow("tea");
    follow("cake");
    join('A');
    expect_text(said('A'), "follows tea, follows cake\n");
    expect_text(said('A'), "");
    end();
}

static void who_follows_nothing_has_nothing_to_say(void)
{
    begin();
    join('A');
    expect_text(ready(), "");
    expect_text(said('A'), "");
    end();
}

static void everyone_is_told_what_we_begin_and_cease_to_follow(void)
{
    begin();
    join_all('A', 'C');
    follow("tea");
    for (char letter = 'A'; letter <= 'C'; letter++)
        expect_text(said(letter), "follows tea\n");
    unfollow("tea");
    for (char letter = 'A'; letter <= 'C'; letter++)
        expect_text(said(letter), "leaves tea\n");
    end();
}

static void a_change_of_mind_that_nobody_heard_of_is_not_told(void)
{
    begin();
    join('A');
    follow("tea");
    unfollow("tea");
    expect_text(said('A'), "");
    follow("tea");
    expect_text(said('A'), "follows tea\n");
    unfollow("tea");
    follow("tea");
    expect_text(said('A'), "");
    end();
}

static void we_follow_a_topic_once(void)
{
    begin();
    follow("tea");
    expect_error(gossipsub_router_subscribe(fixture.router, fixture.now, BYTES_OF("tea")),
        GOSSIP_ERROR_ALREADY);
    end();
}

static void a_topic_has_a_name_of_decent_length(void)
{
    begin();
    expect_error(gossipsub_router_subscribe(fixture.router, fixture.now, BYTES_OF("")),
        GOSSIP_ERROR_INVALID);
    expect_error(gossipsub_router_subscribe(fixture.router, fixture.now, bytes_repeated('t', 257)),
        GOSSIP_ERROR_INVALID);
    expect_ok(gossipsub_router_subscribe(fixture.router, fixture.now, bytes_repeated('t', 256)));
    end();
}

static void we_follow_no_more_than_there_is_room_for(void)
{
    prepare();
    fixture.limits.topics_max = 2;
    start();
    follow("tea");
    follow("cake");
    expect_error(gossipsub_router_subscribe(fixture.router, fixture.now, BYTES_OF("milk")),
        GOSSIP_ERROR_LIMIT);
    unfollow("tea");
    follow("milk");
    end();
}

/* Every peer heard of another topic and has yet to hear that we left it. */
static void topics_we_left_are_kept_within_bounds_until_everybody_knows(void)
{
    prepare();
    fixture.limits.topics_max = 2;
    fixture.limits.fanout_topics_max = 1;
    start();
    join_all('A', 'F');
    for (char letter = 'A'; letter <= 'E'; letter++) {
        char topic[2] = {letter, '\0'};
        follow(topic);
        (void)said(letter);
        unfollow(topic);
    }
    expect_error(gossipsub_router_subscribe(fixture.router, fixture.now, BYTES_OF("tea")),
        GOSSIP_ERROR_LIMIT);
    expect_text(said('A'), "leaves A\n");
    expect_text(said('F'), "");
    follow("tea");
    end();
}

static void leaving_a_topic_we_do_not_follow_does_nothing(void)
{
    begin();
    join('A');
    unfollow("tea");
    expect_text(said('A'), "");
    end();
}

static void joining_grafts_up_to_d_of_those_who_follow(void)
{
    begin();
    join_all('A', 'J');
    hear_all('A', 'J', "follows tea");
    follow("tea");
    expect_equal(strlen(mesh("tea")), 6);
    for (const char *letter = mesh("tea"); *letter != '\0'; letter++)
        expect_text(said(*letter), "follows tea, grafts tea\n");
    end();
}

static void leaving_prunes_the_mesh_with_the_short_backoff(void)
{
    begin();
    follow("tea");
    join_all('A', 'B');
    hear('A', "follows tea");
    forget_all();
    unfollow("tea");
    expect_text(said('A'), "leaves tea, prunes tea 10\n");
    expect_text(said('B'), "leaves tea\n");
    end();
}

static void joining_again_waits_for_the_backoff_and_the_slack(void)
{
    begin();
    follow("tea");
    join('A');
    hear('A', "follows tea");
    forget_all();
    unfollow("tea");
    (void)said('A');
    follow("tea");
    expect_text(said('A'), "follows tea\n");
    wait_ms(11999);
    expect_text(said('A'), "");
    wait_ms(1100);
    expect_text(said('A'), "grafts tea\n");
    end();
}

/* The backoff begins for the peer when it hears of it, however long that took us. */
static void the_backoff_begins_when_the_prune_is_sent(void)
{
    begin();
    follow("tea");
    join('A');
    hear('A', "follows tea");
    forget_all();
    unfollow("tea");
    wait_ms(8000);
    expect_text(said('A'), "leaves tea, prunes tea 10\n");
    follow("tea");
    wait_ms(11900);
    expect_text(said('A'), "follows tea\n");
    expect_text(mesh("tea"), "");
    wait_ms(1200);
    expect_text(said('A'), "grafts tea\n");
    end();
}

/* ---- peers -------------------------------------------------------------------------------- */

static void who_begins_or_ceases_to_follow_is_told_once(void)
{
    begin();
    join('A');
    hear('A', "follows tea");
    hear('A', "follows tea, follows tea");
    expect_text(told(), "A follows tea\n");
    hear('A', "leaves tea");
    hear('A', "leaves tea, leaves cake");
    expect_text(told(), "A left tea\n");
    end();
}

static void back_and_forth_in_one_rpc_is_told_by_its_end(void)
{
    begin();
    join('A');
    hear('A', "follows tea, leaves tea");
    expect_text(told(), "");
    hear('A', "follows tea, leaves tea, follows tea");
    expect_text(told(), "A follows tea\n");
    hear('A', "leaves tea, follows tea");
    expect_text(told(), "");
    expect_equal(gossipsub_router_topic_peers(fixture.router, BYTES_OF("tea"), NULL), 1);
    end();
}

static void who_leaves_us_follows_nothing_any_more(void)
{
    begin();
    join_all('A', 'B');
    hear('A', "follows tea, follows cake");
    hear('B', "follows tea");
    (void)told();
    leave('A');
    expect_text(told(), "A left tea\nA left cake\n");
    expect_equal(gossipsub_router_topic_peers(fixture.router, BYTES_OF("tea"), NULL), 1);
    expect_equal(gossipsub_router_topic_peers(fixture.router, BYTES_OF("cake"), NULL), 0);
    end();
}

static void who_comes_back_begins_anew(void)
{
    begin();
    join('A');
    hear('A', "follows tea");
    leave('A');
    (void)told();
    join('A');
    expect_text(told(), "");
    expect_equal(gossipsub_router_topic_peers(fixture.router, BYTES_OF("tea"), NULL), 0);
    hear('A', "follows tea");
    expect_text(told(), "A follows tea\n");
    end();
}

static void a_peer_follows_no_more_than_there_is_room_for(void)
{
    char statement[64];

    begin();
    join('A');
    for (int i = 0; i < 300; i++) {
        (void)snprintf(statement, sizeof(statement), "follows topic%d", i);
        hear('A', statement);
    }
    expect_equal(gossipsub_router_topic_peers(fixture.router, BYTES_OF("topic127"), NULL), 1);
    expect_equal(gossipsub_router_topic_peers(fixture.router, BYTES_OF("topic128"), NULL), 0);
    expect_equal(counters()->drops[GOSSIPSUB_DROP_SUBSCRIPTION], 300 - 128);
    hear('A', "leaves topic0, follows cake");
    expect_equal(gossipsub_router_topic_peers(fixture.router, BYTES_OF("cake"), NULL), 1);
    end();
}

static void topics_with_absurd_names_are_not_remembered(void)
{
    char statement[400] = "follows ";

    begin();
    join('A');
    memset(statement + 8, 't', 257);
    hear('A', statement);
    expect_text(told(), "");
    expect_equal(counters()->drops[GOSSIPSUB_DROP_SUBSCRIPTION], 1);
    struct wire_subscription nameless = {.topic = BYTES_OF(""), .subscribe = true};
    struct wire_rpc rpc = {.subscriptions = &nameless, .subscription_count = 1};
    gossipsub_router_receive(fixture.router, fixture.now, fixture.peers[0], &rpc);
    expect_equal(counters()->drops[GOSSIPSUB_DROP_SUBSCRIPTION], 2);
    end();
}

/* Memory goes back to what it was, however often somebody comes with many topics and goes. */
static void a_peer_that_comes_and_goes_leaves_nothing_behind(void)
{
    char statement[64];
    size_t bytes = 0;

    begin();
    for (int round = 0; round < 100; round++) {
        join('A');
        for (int i = 0; i < 128; i++) {
            (void)snprintf(statement, sizeof(statement), "follows topic%d-%d", round, i);
            hear('A', statement);
        }
        leave('A');
        if (round == 0)
            bytes = fixture.memory.bytes;
        (void)told();
    }
    expect_equal(fixture.memory.bytes, bytes);
    end();
}

static void who_subscribes_while_the_mesh_is_small_is_grafted_at_once(void)
{
    begin();
    follow("tea");
    join_all('A', 'F');
    forget_all();
    hear_all('A', 'E', "follows tea");
    for (char letter = 'A'; letter <= 'E'; letter++)
        expect_text(said(letter), "grafts tea\n");
    hear('F', "follows tea");
    expect_text(said('F'), "");
    expect_text(mesh("tea"), "ABCDE");
    end();
}

static void who_leaves_the_topic_leaves_the_mesh(void)
{
    begin();
    follow("tea");
    join('A');
    hear('A', "follows tea");
    hear('A', "leaves tea");
    expect_text(mesh("tea"), "");
    expect_text(said('A'), "follows tea\n");
    end();
}

TEST_MAIN(TEST(a_newcomer_is_greeted_with_all_we_follow),
    TEST(who_follows_nothing_has_nothing_to_say),
    TEST(everyone_is_told_what_we_begin_and_cease_to_follow),
    TEST(a_change_of_mind_that_nobody_heard_of_is_not_told), TEST(we_follow_a_topic_once),
    TEST(a_topic_has_a_name_of_decent_length), TEST(we_follow_no_more_than_there_is_room_for),
    TEST(topics_we_left_are_kept_within_bounds_until_everybody_knows),
    TEST(leaving_a_topic_we_do_not_follow_does_nothing),
    TEST(joining_grafts_up_to_d_of_those_who_follow),
    TEST(leaving_prunes_the_mesh_with_the_short_backoff),
    TEST(joining_again_waits_for_the_backoff_and_the_slack),
    TEST(the_backoff_begins_when_the_prune_is_sent),
    TEST(who_begins_or_ceases_to_follow_is_told_once),
    TEST(back_and_forth_in_one_rpc_is_told_by_its_end),
    TEST(who_leaves_us_follows_nothing_any_more), TEST(who_comes_back_begins_anew),
    TEST(a_peer_follows_no_more_than_there_is_room_for),
    TEST(topics_with_absurd_names_are_not_remembered),
    TEST(a_peer_that_comes_and_goes_leaves_nothing_behind),
    TEST(who_subscribes_while_the_mesh_is_small_is_grafted_at_once),
    TEST(who_leaves_the_topic_leaves_the_mesh))
