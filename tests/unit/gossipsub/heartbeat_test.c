#include "gossipsub/heartbeat.h"

#include "unit/gossipsub/fixture.h"

#include <stdio.h>
#include <string.h>

static unsigned outbound_members(void)
{
    const struct gossipsub_topic *topic =
        gossipsub_topics_find(&fixture.router->topics, BYTES_OF("tea"));
    const uint64_t *outbound = fixture.router->sets[GOSSIPSUB_SET_OUTBOUND];
    unsigned count = 0;
    for (uint32_t i = 0; peer_set_next(topic->mesh->members, fixture.router->words, &i); i++)
        count += peer_set_has(outbound, i);
    return count;
}

static void join_outbound(char first, char last)
{
    for (char letter = first; letter <= last; letter++)
        expect_ok(join_as(
            letter, (struct gossipsub_peer_info){.version = GOSSIPSUB_V1_2, .is_outbound = true}));
}

/* ---- meshes ------------------------------------------------------------------------------- */

static void a_mesh_below_d_low_grows_to_d(void)
{
    begin();
    follow("tea");
    join_all('A', 'J');
    hear_all('A', 'J', "follows tea");
    expect_equal(strlen(mesh("tea")), 5);
    leave('A');
    expect_equal(strlen(mesh("tea")), 4);
    forget_all();
    beat(1);
    expect_equal(strlen(mesh("tea")), 6);
    end();
}

static void a_mesh_of_d_low_is_left_alone(void)
{
    begin();
    follow("tea");
    join_all('A', 'J');
    hear_all('A', 'J', "follows tea");
    forget_all();
    beat(3);
    expect_text(mesh("tea"), "ABCDE");
    expect_text(ready(), "");
    end();
}

static void a_mesh_of_d_high_is_cut_to_d(void)
{
    begin();
    follow("tea");
    join_all('A', 'L');
    hear_all('A', 'L', "follows tea, grafts tea");
    expect_equal(strlen(mesh("tea")), 12);
    forget_all();
    beat(1);
    expect_equal(strlen(mesh("tea")), 6);
    unsigned pruned = 0;
    for (char letter = 'A'; letter <= 'L'; letter++)
        pruned += strcmp(said(letter), "prunes tea 60\n") == 0;
    expect_equal(pruned, 6);
    end();
}

/* Otherwise whoever dials us from everywhere could have the mesh to himself. */
static void a_cut_leaves_d_out_of_those_we_dialed(void)
{
    for (int round = 0; round < 20; round++) {
        begin();
        follow("tea");
        join_all('A', 'J');
        join_outbound('K', 'L');
        /* The dice have been thrown differently often. */
        for (int i = 0; i < round; i++)
            (void)dice_next(&fixture.router->dice);
        hear_all('A', 'L', "follows tea, grafts tea");
        expect_equal(strlen(mesh("tea")), 12);
        beat(1);
        expect_equal(strlen(mesh("tea")), 6);
        expect_equal(outbound_members(), 2);
        end();
    }
}

static void peers_we_dialed_are_sought_when_the_mesh_has_too_few(void)
{
    begin();
    follow("tea");
    join_all('A', 'F');
    hear_all('A', 'F', "follows tea, grafts tea");
    join_outbound('G', 'J');
    hear_all('G', 'J', "follows tea");
    expect_text(mesh("tea"), "ABCDEF");
    beat(1);
    expect_equal(strlen(mesh("tea")), 8);
    expect_equal(outbound_members(), 2);
    end();
}

static void who_is_in_a_backoff_is_not_grafted(void)
{
    begin();
    follow("tea");
    join_all('A', 'C');
    hear_all('A', 'C', "follows tea");
    hear('A', "prunes tea 5");
    forget_all();
    beat(7);
    expect_text(mesh("tea"), "BC");
    beat(1);
    expect_text(mesh("tea"), "ABC");
    expect_text(said('A'), "grafts tea\n");
    end();
}

/* ---- gossip ------------------------------------------------------------------------------- */

static void those_outside_of_the_mesh_hear_what_there_was(void)
{
    begin();
    follow("tea");
    join_all('A', 'H');
    hear_all('A', 'H', "follows tea");
    beat(2);
    forget_all();
    hear('A', "sends tea X1");
    hear('A', "sends tea X2");
    forget_all();
    beat(1);
    for (char letter = 'A'; letter <= 'E'; letter++)
        expect_text(said(letter), "");
    for (char letter = 'F'; letter <= 'H'; letter++)
        expect_text(said(letter), "has tea X2 X1\n");
    end();
}

static void gossip_names_a_message_during_three_heartbeats(void)
{
    begin();
    follow("tea");
    join_all('A', 'F');
    hear_all('A', 'F', "follows tea");
    beat(2);
    hear('A', "sends tea X1");
    forget_all();
    for (int i = 0; i < 3; i++) {
        beat(1);
        expect_text(said('F'), "has tea X1\n");
    }
    beat(1);
    expect_text(said('F'), "");
    end();
}

static void gossip_goes_to_d_lazy_or_to_a_share(void)
{
    prepare();
    fixture.params.D_lazy = 3;
    fixture.params.gossip_factor = 0.5;
    start();
    follow("tea");
    join_all('A', 'Y');
    hear_all('A', 'Y', "follows tea");
    beat(2);
    hear('A', "sends tea X1");
    forget_all();
    beat(1);
    unsigned heard = 0;
    for (char letter = 'A'; letter <= 'Y'; letter++)
        heard += strstr(said(letter), "has tea") != NULL;
    expect_equal(heard, 10);
    end();
}

static void gossip_goes_to_followers_who_understand_it(void)
{
    begin();
    follow("tea");
    join_all('A', 'E');
    hear_all('A', 'E', "follows tea");
    expect_ok(join_as('F', (struct gossipsub_peer_info){.version = GOSSIPSUB_FLOODSUB}));
    expect_ok(
        join_as('G', (struct gossipsub_peer_info){.version = GOSSIPSUB_V1_2, .is_direct = true}));
    hear_all('F', 'G', "follows tea");
    join('H');
    hear('H', "follows cake");
    beat(2);
    hear('A', "sends tea X1");
    forget_all();
    beat(1);
    for (char letter = 'A'; letter <= 'H'; letter++)
        expect_text(said(letter), "");
    end();
}

static void who_came_into_the_mesh_hears_what_went_just_before(void)
{
    begin();
    follow("tea");
    join('A');
    hear('A', "follows tea, sends tea X1");
    beat(1);
    wait_ms(500);
    join('B');
    hear('B', "follows tea");
    forget_all();
    expect_text(mesh("tea"), "AB");
    beat(1);
    expect_text(said('A'), "");
    expect_text(said('B'), "has tea X1\n");
    beat(1);
    expect_text(said('B'), "");
    end();
}

static void a_fanout_gossips_too(void)
{
    prepare();
    fixture.params.flood_publish = false;
    start();
    join_all('A', 'G');
    hear_all('A', 'G', "follows tea");
    expect_ok(publish("tea", 1, 10));
    unsigned sent = 0;
    unsigned told_of_it = 0;
    for (char letter = 'A'; letter <= 'G'; letter++)
        sent += strcmp(said(letter), "sends tea Z1\n") == 0;
    beat(1);
    for (char letter = 'A'; letter <= 'G'; letter++)
        told_of_it += strcmp(said(letter), "has tea Z1\n") == 0;
    expect_equal(sent, 6);
    expect_equal(told_of_it, 1);
    end();
}

static void no_more_ids_are_named_than_the_parameter_says(void)
{
    prepare();
    fixture.params.ihave_ids_max = 3;
    start();
    follow("tea");
    for (unsigned i = 1; i <= 5; i++)
        expect_ok(publish("tea", i, 10));
    join('A');
    hear('A', "follows tea");
    forget_all();
    beat(1);
    expect_text(said('A'), "has tea Z5 Z4 Z3\n");
    end();
}

/* ---- what is over ------------------------------------------------------------------------- */

static void a_fanout_that_is_not_used_ends(void)
{
    begin();
    join('A');
    hear('A', "follows tea");
    expect_ok(publish("tea", 1, 10));
    wait_ms(59000);
    expect_equal(fixture.router->topics.mesh_count, 1);
    expect_ok(publish("tea", 2, 10));
    wait_ms(59000);
    expect_equal(fixture.router->topics.mesh_count, 1);
    wait_ms(2000);
    expect_equal(fixture.router->topics.mesh_count, 0);
    end();
}

static void backoffs_are_forgotten_when_they_are_over(void)
{
    begin();
    follow("tea");
    join_all('A', 'B');
    hear_all('A', 'B', "follows tea, prunes tea 20");
    leave('B');
    expect_equal(fixture.router->backoffs.map.count, 2);
    wait_ms(21000);
    expect_equal(fixture.router->backoffs.map.count, 2);
    wait_ms(16000);
    expect_equal(fixture.router->backoffs.map.count, 0);
    end();
}

/* After a while without anything happening nothing is left but who is there. */
static void everything_fades(void)
{
    begin();
    follow("tea");
    join_all('A', 'C');
    hear_all('A', 'C', "follows tea");
    hear('A', "sends tea X1 2000, has tea X2, unwanted X3");
    expect_ok(publish("tea", 1, 10));
    forget_all();
    wait_ms(130000);
    forget_all();
    expect_equal(gossipsub_seen_count(&fixture.router->seen), 0);
    expect_equal(fixture.router->history.ring.count, 0);
    expect_equal(fixture.router->history.bytes, 0);
    expect_equal(fixture.router->promises.promised.count, 0);
    expect_equal(fixture.router->promises.asked.count, 0);
    expect_equal(fixture.router->idontwants.ring.count, 0);
    expect_equal(fixture.router->validations.count, 0);
    expect_equal(fixture.router->outboxes.count, 0);
    end();
}

TEST_MAIN(TEST(a_mesh_below_d_low_grows_to_d), TEST(a_mesh_of_d_low_is_left_alone),
    TEST(a_mesh_of_d_high_is_cut_to_d), TEST(a_cut_leaves_d_out_of_those_we_dialed),
    TEST(peers_we_dialed_are_sought_when_the_mesh_has_too_few),
    TEST(who_is_in_a_backoff_is_not_grafted), TEST(those_outside_of_the_mesh_hear_what_there_was),
    TEST(gossip_names_a_message_during_three_heartbeats), TEST(gossip_goes_to_d_lazy_or_to_a_share),
    TEST(gossip_goes_to_followers_who_understand_it),
    TEST(who_came_into_the_mesh_hears_what_went_just_before), TEST(a_fanout_gossips_too),
    TEST(no_more_ids_are_named_than_the_parameter_says), TEST(a_fanout_that_is_not_used_ends),
    TEST(backoffs_are_forgotten_when_they_are_over), TEST(everything_fades))
