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

/* ---- GRAFT -------------------------------------------------------------------------------- */

static void who_grafts_us_is_in_the_mesh(void)
{
    begin_with_mesh();
    hear('F', "grafts tea");
    expect_text(mesh("tea"), "ABCDEF");
    expect_text(said('F'), "");
    hear('F', "grafts tea");
    expect_text(said('F'), "");
    end();
}

/* Some programs lose their first words when a stream breaks, and never repeat them. */
static void who_grafts_us_follows_the_topic(void)
{
    begin_with_mesh();
    join('G');
    (void)said('G');
    hear('G', "grafts tea");
    expect_text(mesh("tea"), "ABCDEG");
    expect_text(told(), "G follows tea\n");
    end();
}

static void a_graft_for_an_unknown_topic_leaves_no_trace(void)
{
    char statement[64];

    begin_with_mesh();
    hear('F', "grafts cake");
    expect_text(said('F'), "");
    size_t bytes = fixture.memory.bytes;
    for (int i = 0; i < 10000; i++) {
        (void)snprintf(statement, sizeof(statement), "grafts topic%d", i);
        hear('F', statement);
    }
    expect_equal(fixture.memory.bytes, bytes);
    expect_text(said('F'), "");
    expect_equal(conduct('F', "tea").strange_grafts, 1);
    end();
}

static void a_few_grafts_for_topics_we_just_left_are_no_offence(void)
{
    begin_with_mesh();
    for (int i = 0; i < 100; i++)
        hear('F', "grafts cake");
    expect_equal(conduct('F', "tea").strange_grafts, 0);
    end();
}

static void a_graft_inside_the_backoff_is_refused_and_noted(void)
{
    begin_with_mesh();
    hear('A', "prunes tea 60");
    wait_ms(20000);
    forget_all();
    hear('A', "grafts tea");
    expect_text(mesh("tea"), "BCDEF");
    expect_text(said('A'), "prunes tea 60\n");
    expect_equal(conduct('A', "tea").early_grafts, 1);
    end();
}

static void a_graft_right_after_the_prune_counts_twice(void)
{
    begin_with_mesh();
    hear('A', "prunes tea 60");
    wait_ms(9000);
    hear('A', "grafts tea");
    expect_equal(conduct('A', "tea").early_grafts, 2);
    end();
}

static void every_early_graft_makes_the_backoff_begin_again(void)
{
    begin_with_mesh();
    hear('A', "prunes tea 60");
    wait_ms(50000);
    hear('A', "grafts tea");
    (void)said('A');
    wait_ms(59000);
    hear('A', "grafts tea");
    expect_equal(conduct('A', "tea").early_grafts, 2);
    (void)said('A');
    wait_ms(60000);
    hear('A', "grafts tea");
    expect_equal(conduct('A', "tea").early_grafts, 2);
    expect_not_null(strchr(mesh("tea"), 'A'));
    end();
}

/* Grafts in a row before anything was sent are answered by one PRUNE. */
static void many_early_grafts_are_answered_together(void)
{
    begin_with_mesh();
    hear('A', "prunes tea 60");
    forget_all();
    for (int i = 0; i < 100; i++)
        hear('A', "grafts tea, grafts tea");
    expect_text(said('A'), "prunes tea 60\n");
    expect_equal(conduct('A', "tea").early_grafts, 400);
    end();
}

static void a_full_mesh_takes_only_peers_we_dialed(void)
{
    begin_with_mesh();
    for (char letter = 'G'; letter <= 'O'; letter++)
        expect_ok(join_as(letter,
            (struct gossipsub_peer_info){.version = GOSSIPSUB_V1_2, .is_outbound = letter >= 'N'}));
    hear_all('F', 'M', "grafts tea");
    expect_text(mesh("tea"), "ABCDEFGHIJKL");
    expect_text(said('M'), "follows tea, prunes tea 60\n");
    hear_all('N', 'O', "grafts tea");
    expect_text(mesh("tea"), "ABCDEFGHIJKLNO");
    expect_ok(
        join_as('P', (struct gossipsub_peer_info){.version = GOSSIPSUB_V1_2, .is_outbound = true}));
    hear('P', "grafts tea");
    expect_text(said('P'), "follows tea, prunes tea 60\n");
    end();
}

static void a_direct_peer_is_never_in_the_mesh(void)
{
    begin();
    follow("tea");
    expect_ok(
        join_as('A', (struct gossipsub_peer_info){.version = GOSSIPSUB_V1_2, .is_direct = true}));
    hear('A', "follows tea, grafts tea");
    expect_text(mesh("tea"), "");
    expect_text(said('A'), "follows tea, prunes tea 60\n");
    end();
}

static void who_speaks_floodsub_has_no_control(void)
{
    begin();
    follow("tea");
    expect_ok(join_as('A', (struct gossipsub_peer_info){.version = GOSSIPSUB_FLOODSUB}));
    hear('A', "follows tea, grafts tea, has tea X1, prunes tea 60, unwanted X2");
    expect_text(mesh("tea"), "");
    expect_text(said('A'), "follows tea\n");
    end();
}

static void a_v1_3_peer_is_a_peer_like_others(void)
{
    begin();
    follow("tea");
    expect_ok(join_as('A', (struct gossipsub_peer_info){.version = GOSSIPSUB_V1_3}));
    struct wire_rpc rpc = {.has_extensions = true};
    gossipsub_router_receive(fixture.router, fixture.now, fixture.peers[0], &rpc);
    hear('A', "follows tea, grafts tea");
    expect_text(mesh("tea"), "A");
    end();
}

/* ---- PRUNE -------------------------------------------------------------------------------- */

static void who_prunes_us_is_out_of_the_mesh_and_left_alone(void)
{
    begin_with_mesh();
    hear('A', "prunes tea 20");
    expect_text(mesh("tea"), "BCDE");
    expect_text(said('A'), "");
    beat(21);
    expect_text(mesh("tea"), "BCDEF");
    hear_all('B', 'F', "prunes tea 3600");
    wait_ms(3000);
    expect_text(mesh("tea"), "A");
    end();
}

static void a_prune_without_backoff_means_the_usual_one(void)
{
    begin_with_mesh();
    hear('A', "prunes tea");
    hear('B', "prunes tea 0");
    wait_ms(59000);
    hear_all('A', 'B', "grafts tea");
    expect_equal(conduct('A', "tea").early_grafts, 1);
    expect_equal(conduct('B', "tea").early_grafts, 1);
    end();
}

static void a_prune_overtakes_a_graft_that_was_not_sent(void)
{
    begin();
    follow("tea");
    join('A');
    (void)said('A');
    hear('A', "follows tea");
    hear('A', "prunes tea 60");
    expect_text(said('A'), "");
    end();
}

/*
 * Every power of two and its neighbours, in seconds: none overflows, none keeps the peer away for
 * longer than an hour, and all is well again afterwards.
 */
static void a_backoff_of_any_size_is_survived(void)
{
    static const int steps[] = {-1, 0, 1};
    char statement[64];

    for (int power = 0; power <= 64; power++) {
        for (int i = 0; i < 3; i++) {
            uint64_t seconds = (power < 64 ? (uint64_t)1 << power : 0) + (uint64_t)steps[i];
            begin();
            follow("tea");
            join('A');
            hear('A', "follows tea");
            (void)snprintf(
                statement, sizeof(statement), "prunes tea %llu", (unsigned long long)seconds);
            hear('A', statement);
            expect_text(mesh("tea"), "");
            /* Two minutes of heartbeats: who may come back after a minute is back. */
            wait_ms(120000);
            expect_text(mesh("tea"), seconds < 118 ? "A" : "");
            sleep_ms(3600000 - 120000);
            hear('A', "grafts tea");
            expect_text(mesh("tea"), "A");
            end();
        }
    }
}

/* Close to the end of what a clock in nanoseconds, or one in signed microseconds, can hold. */
static void a_backoff_at_the_end_of_other_clocks_is_survived(void)
{
    static const char *const seconds[] = {"9223372036854674580", "18446744073709551615",
        "18446744073709", "9223372036854", "9223372036", "18446744073"};

    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        char statement[64];
        begin();
        follow("tea");
        join('A');
        (void)snprintf(statement, sizeof(statement), "follows tea, prunes tea %s", seconds[i]);
        hear('A', statement);
        wait_ms(120000);
        hear('A', "grafts tea");
        expect_equal(conduct('A', "tea").early_grafts, 2);
        end();
    }
}

/* It may have been in our mesh when we left, and join again we may before its backoff is over. */
static void a_prune_for_a_topic_we_left_is_remembered(void)
{
    begin_with_mesh();
    unfollow("tea");
    hear('A', "prunes tea 60");
    forget_all();
    follow("tea");
    wait_ms(20000);
    expect_text(mesh("tea"), "BCDEF");
    end();
}

/* The peer leaves the topic with the same words, and nobody follows it for a while. */
static void a_prune_for_a_topic_nobody_follows_is_remembered(void)
{
    begin();
    join('A');
    hear('A', "follows tea, leaves tea, prunes tea 10");
    hear('A', "follows tea");
    follow("tea");
    expect_text(mesh("tea"), "");
    wait_ms(13000);
    expect_text(mesh("tea"), "A");
    end();
}

static void prunes_for_whatever_topics_are_remembered_within_bounds(void)
{
    char statement[64];
    size_t bytes = 0;

    begin_with_mesh();
    for (int i = 0; i < 10000; i++) {
        (void)snprintf(statement, sizeof(statement), "prunes topic%d 3600", i);
        hear('F', statement);
        if (i == 200)
            bytes = fixture.memory.bytes;
    }
    expect_equal(fixture.memory.bytes, bytes);
    end();
}

static void backoffs_outlive_a_reconnection(void)
{
    begin_with_mesh();
    hear('A', "prunes tea 60");
    leave('A');
    join('A');
    hear('A', "follows tea");
    forget_all();
    hear('A', "grafts tea");
    expect_null(strchr(mesh("tea"), 'A'));
    expect_text(said('A'), "prunes tea 60\n");
    end();
}

static void who_prunes_us_may_suggest_others(void)
{
    begin_with_mesh();
    hear('A', "suggests tea X");
    expect_text(told(), "A suggests X\n");
    /* It is not in the mesh any more, and nobody asked it. */
    hear('A', "suggests tea Y");
    hear('F', "suggests tea Y");
    expect_text(told(), "");
    end();
}

static void no_more_is_suggested_than_the_parameter_and_the_limit_say(void)
{
    struct wire_peer_info peers[40];
    struct gossip_peer_id id = letter_id('X');
    struct wire_prune prune = {.topic = BYTES_OF("tea"), .peers = peers, .peer_count = 40};
    struct wire_rpc rpc = {.prunes = &prune, .prune_count = 1};
    struct gossipsub_output output;
    unsigned suggested = 0;

    begin_with_mesh();
    for (int i = 0; i < 40; i++)
        peers[i] = (struct wire_peer_info){
            .peer_id = bytes_make(id.data, id.size), .signed_record = BYTES_OF("record")};
    gossipsub_router_receive(fixture.router, fixture.now, fixture.peers[0], &rpc);
    gossipsub_router_receive(fixture.router, fixture.now, fixture.peers[1], &rpc);
    while (gossipsub_router_poll(fixture.router, &output)) {
        if (output.kind == GOSSIPSUB_CONNECT) {
            expect_bytes(output.record, BYTES_OF("record"));
            suggested++;
        }
    }
    expect_equal(suggested, 16);
    expect_equal(counters()->drops[GOSSIPSUB_DROP_RECORD], 16);
    end();
}

static void a_suggestion_without_record_or_of_ourselves_is_useless(void)
{
    struct gossip_peer_id self = letter_id(SELF);
    struct gossip_peer_id other = letter_id('X');
    struct wire_peer_info peers[] = {
        {.peer_id = bytes_make(other.data, other.size)},
        {.peer_id = bytes_make(self.data, self.size), .signed_record = BYTES_OF("record")},
        {.peer_id = BYTES_OF("no id"), .signed_record = BYTES_OF("record")},
        {.peer_id = bytes_make(other.data, other.size), .signed_record = bytes_repeated('r', 2049)},
    };
    struct wire_prune prune = {.topic = BYTES_OF("tea"), .peers = peers, .peer_count = 4};
    struct wire_rpc rpc = {.prunes = &prune, .prune_count = 1};

    begin_with_mesh();
    gossipsub_router_receive(fixture.router, fixture.now, fixture.peers[0], &rpc);
    hear('F', "");
    expect_text(told(), "");
    expect_equal(counters()->drops[GOSSIPSUB_DROP_RECORD], 4);
    end();
}

TEST_MAIN(TEST(who_grafts_us_is_in_the_mesh), TEST(who_grafts_us_follows_the_topic),
    TEST(a_graft_for_an_unknown_topic_leaves_no_trace),
    TEST(a_few_grafts_for_topics_we_just_left_are_no_offence),
    TEST(a_graft_inside_the_backoff_is_refused_and_noted),
    TEST(a_graft_right_after_the_prune_counts_twice),
    TEST(every_early_graft_makes_the_backoff_begin_again),
    TEST(many_early_grafts_are_answered_together), TEST(a_full_mesh_takes_only_peers_we_dialed),
    TEST(a_direct_peer_is_never_in_the_mesh), TEST(who_speaks_floodsub_has_no_control),
    TEST(a_v1_3_peer_is_a_peer_like_others), TEST(who_prunes_us_is_out_of_the_mesh_and_left_alone),
    TEST(a_prune_without_backoff_means_the_usual_one),
    TEST(a_prune_overtakes_a_graft_that_was_not_sent), TEST(a_backoff_of_any_size_is_survived),
    TEST(a_backoff_at_the_end_of_other_clocks_is_survived),
    TEST(a_prune_for_a_topic_we_left_is_remembered),
    TEST(a_prune_for_a_topic_nobody_follows_is_remembered),
    TEST(prunes_for_whatever_topics_are_remembered_within_bounds),
    TEST(backoffs_outlive_a_reconnection), TEST(who_prunes_us_may_suggest_others),
    TEST(no_more_is_suggested_than_the_parameter_and_the_limit_say),
    TEST(a_suggestion_without_record_or_of_ourselves_is_useless))
