#include "gossipsub/mesh.h"

#include "base/instant.h"
#include "gossipsub/peers.h"
#include "unit/gossipsub/fixture.h"

#include <string.h>

static struct gossipsub_mesh *find_mesh(const char *topic)
{
    return gossipsub_topics_find(&fixture.router->topics, bytes_of_text(topic))->mesh;
}

static struct gossipsub_neighbour *neighbour(char letter)
{
    return gossipsub_peers_find(&fixture.router->peers, fixture.peers[letter - 'A']);
}

/* Nobody is grafted unless a test says so: the mesh is never too small. */
static void begin_quietly(void)
{
    prepare();
    fixture.params.D_low = 0;
    fixture.params.D_out = 0;
    start();
    follow("tea");
}

static void who_is_accepted_is_a_member_and_is_told_nothing(void)
{
    begin_quietly();
    join('A');
    hear('A', "follows tea");
    forget_all();
    gossipsub_mesh_accept(fixture.router, fixture.now, find_mesh("tea"), neighbour('A'));
    expect_text(mesh("tea"), "A");
    expect_true(conduct('A', "tea").is_in_mesh);
    expect_equal(conduct('A', "tea").meshed_at.us, fixture.now.us);
    expect_text(said('A'), "");
    end();
}

static void who_is_grafted_is_told(void)
{
    begin_quietly();
    join('A');
    hear('A', "follows tea");
    forget_all();
    gossipsub_mesh_graft(fixture.router, fixture.now, find_mesh("tea"), neighbour('A'));
    expect_text(mesh("tea"), "A");
    expect_text(said('A'), "grafts tea\n");
    end();
}

static void a_graft_that_was_not_sent_is_taken_back(void)
{
    begin_quietly();
    join('A');
    hear('A', "follows tea");
    forget_all();
    gossipsub_mesh_graft(fixture.router, fixture.now, find_mesh("tea"), neighbour('A'));
    gossipsub_mesh_drop(fixture.router, fixture.now, find_mesh("tea"), neighbour('A'), "test");
    expect_text(mesh("tea"), "");
    expect_text(said('A'), "");
    end();
}

static void who_is_pruned_is_told_and_kept_away(void)
{
    begin_quietly();
    join('A');
    hear('A', "follows tea");
    forget_all();
    gossipsub_mesh_accept(fixture.router, fixture.now, find_mesh("tea"), neighbour('A'));
    gossipsub_mesh_prune(fixture.router, fixture.now, find_mesh("tea"), neighbour('A'), "test");
    expect_text(mesh("tea"), "");
    expect_text(said('A'), "prunes tea 60\n");
    expect_equal(gossipsub_mesh_fill(fixture.router, fixture.now, find_mesh("tea"), 6, NULL), 0);
    struct gossip_instant later = instant_add(fixture.now, duration_ms(61999));
    expect_equal(gossipsub_mesh_fill(fixture.router, later, find_mesh("tea"), 6, NULL), 0);
    later = instant_add(fixture.now, duration_ms(62000));
    expect_equal(gossipsub_mesh_fill(fixture.router, later, find_mesh("tea"), 6, NULL), 1);
    end();
}

/* A PRUNE of v1.0 tells no backoff; the peer assumes the long one, also when we left the topic. */
static void a_v1_0_peer_is_kept_away_for_as_long_as_it_assumes(void)
{
    begin_quietly();
    expect_ok(join_as('A', (struct gossipsub_peer_info){.version = GOSSIPSUB_V1_0}));
    hear('A', "follows tea, grafts tea");
    forget_all();
    unfollow("tea");
    expect_text(said('A'), "leaves tea, prunes tea\n");
    follow("tea");
    struct gossip_instant later = instant_add(fixture.now, duration_ms(61000));
    expect_equal(gossipsub_mesh_fill(fixture.router, later, find_mesh("tea"), 6, NULL), 0);
    later = instant_add(fixture.now, duration_ms(62000));
    expect_equal(gossipsub_mesh_fill(fixture.router, later, find_mesh("tea"), 6, NULL), 1);
    end();
}

static void filling_takes_as_many_as_asked_for_by_chance(void)
{
    char all[27] = "";

    begin_quietly();
    join_all('A', 'J');
    hear_all('A', 'J', "follows tea");
    forget_all();
    for (int round = 0; round < 30; round++) {
        struct gossip_instant later = instant_add(fixture.now, duration_seconds(100));
        expect_equal(gossipsub_mesh_fill(fixture.router, later, find_mesh("tea"), 3, NULL), 3);
        const char *members = mesh("tea");
        expect_equal(strlen(members), 3);
        for (; *members != '\0'; members++) {
            if (strchr(all, *members) == NULL)
                strncat(all, members, 1);
            gossipsub_mesh_drop(
                fixture.router, later, find_mesh("tea"), neighbour(*members), "test");
        }
    }
    expect_equal(strlen(all), 10);
    end();
}

static void filling_takes_only_followers_who_speak_gossip_and_are_not_direct(void)
{
    begin_quietly();
    join_all('A', 'B');
    expect_ok(join_as('C', (struct gossipsub_peer_info){.version = GOSSIPSUB_FLOODSUB}));
    expect_ok(
        join_as('D', (struct gossipsub_peer_info){.version = GOSSIPSUB_V1_2, .is_direct = true}));
    hear('A', "follows cake");
    hear_all('B', 'D', "follows tea");
    expect_equal(gossipsub_mesh_fill(fixture.router, fixture.now, find_mesh("tea"), 6, NULL), 1);
    expect_text(mesh("tea"), "B");
    end();
}

static void filling_can_be_limited_to_some(void)
{
    begin_quietly();
    for (char letter = 'A'; letter <= 'D'; letter++)
        expect_ok(join_as(letter,
            (struct gossipsub_peer_info){.version = GOSSIPSUB_V1_2, .is_outbound = letter >= 'C'}));
    hear_all('A', 'D', "follows tea");
    const uint64_t *outbound = fixture.router->sets[GOSSIPSUB_SET_OUTBOUND];
    expect_equal(
        gossipsub_mesh_fill(fixture.router, fixture.now, find_mesh("tea"), 6, outbound), 2);
    expect_text(mesh("tea"), "CD");
    expect_equal(gossipsub_mesh_outbound(fixture.router, find_mesh("tea")), 2);
    end();
}

static void a_fanout_is_filled_without_a_word(void)
{
    begin();
    join_all('A', 'J');
    hear_all('A', 'J', "follows tea");
    expect_ok(publish("tea", 1, 10));
    forget_all();
    struct gossipsub_mesh *fanout = find_mesh("tea");
    expect_equal(fanout->state, GOSSIPSUB_MESH_FANOUT);
    expect_equal(fanout->count, 6);
    expect_text(ready(), "");
    gossipsub_fanout_end(fixture.router, fanout);
    expect_null(gossipsub_topics_find(&fixture.router->topics, BYTES_OF("tea"))->mesh);
    end();
}

/* The members of a fanout are who gets GRAFT first when we join. */
static void joining_takes_the_fanout_over(void)
{
    char fanout[8] = "";

    begin();
    join_all('A', 'P');
    hear_all('A', 'P', "follows tea");
    expect_ok(publish("tea", 1, 10));
    const uint64_t *members = find_mesh("tea")->members;
    for (uint32_t i = 0; peer_set_next(members, fixture.router->words, &i); i++)
        fanout[strlen(fanout)] = (char)('A' + i);
    expect_equal(strlen(fanout), 6);
    follow("tea");
    expect_text(mesh("tea"), fanout);
    end();
}

TEST_MAIN(TEST(who_is_accepted_is_a_member_and_is_told_nothing), TEST(who_is_grafted_is_told),
    TEST(a_graft_that_was_not_sent_is_taken_back), TEST(who_is_pruned_is_told_and_kept_away),
    TEST(a_v1_0_peer_is_kept_away_for_as_long_as_it_assumes),
    TEST(filling_takes_as_many_as_asked_for_by_chance),
    TEST(filling_takes_only_followers_who_speak_gossip_and_are_not_direct),
    TEST(filling_can_be_limited_to_some), TEST(a_fanout_is_filled_without_a_word),
    TEST(joining_takes_the_fanout_over))
