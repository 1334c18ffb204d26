#include "gossipsub/take.h"

#include "base/bytes.h"
#include "unit/gossipsub/fixture.h"

#include <stdio.h>
#include <string.h>

static unsigned count_lines(const char *text)
{
    unsigned lines = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static unsigned count_of(const char *text, const char *word)
{
    unsigned count = 0;
    while ((text = strstr(text, word)) != NULL) {
        count++;
        text += strlen(word);
    }
    return count;
}

static void the_most_urgent_comes_first(void)
{
    begin();
    follow("tea");
    join_all('A', 'B');
    hear_all('A', 'B', "follows tea");
    (void)said('A');
    (void)said('B');
    follow("cake");
    hear('B', "follows cake, has tea X9");
    hear('A', "sends tea X1");
    expect_ok(publish("tea", 1, 10));
    expect_text(said('B'), "follows cake, grafts cake, sends tea Z1, sends tea X1, wants X9\n");
    end();
}

static void a_graft_never_comes_before_the_subscription(void)
{
    char statement[64];
    char topic[64];

    prepare();
    fixture.limits.rpc_subscriptions_max = 2;
    start();
    join('A');
    for (int i = 1; i <= 5; i++) {
        (void)snprintf(statement, sizeof(statement), "follows topic%d", i);
        hear('A', statement);
        (void)snprintf(topic, sizeof(topic), "topic%d", i);
        follow(topic);
    }
    expect_text(said('A'), "follows topic1, follows topic2, grafts topic1, grafts topic2\n"
                           "follows topic3, follows topic4, grafts topic3, grafts topic4\n"
                           "follows topic5, grafts topic5\n");
    end();
}

static void many_subscriptions_are_split_within_the_bound_of_control(void)
{
    prepare();
    fixture.limits.topics_max = 100;
    start();
    for (int i = 0; i < 100; i++) {
        char topic[257];
        (void)snprintf(topic, sizeof(topic), "%0250d", i);
        follow(topic);
    }
    join('A');
    const char *text = said('A');
    /* 12 KiB hold 47 of 258 bytes each. */
    expect_equal(count_lines(text), 3);
    expect_equal(count_of(text, "follows"), 100);
    end();
}

static void messages_are_split_within_the_bound_of_an_rpc(void)
{
    begin();
    follow("tea");
    join('A');
    hear('A', "follows tea");
    forget_all();
    for (unsigned i = 1; i <= 10; i++)
        expect_ok(publish("tea", i, 15000));
    const char *text = said('A');
    expect_equal(count_lines(text), 4);
    expect_equal(count_of(text, "sends tea"), 10);
    end();
}

static void an_rpc_holds_no_more_messages_than_the_limit_says(void)
{
    begin();
    follow("tea");
    join('A');
    hear('A', "follows tea");
    forget_all();
    for (unsigned i = 1; i <= 200; i++)
        expect_ok(publish("tea", i, 1));
    expect_equal(count_lines(said('A')), 2);
    end();
}

/* It is to arrive before the peer has sent us the message, not behind a long one of ours. */
static void an_rpc_with_idontwant_holds_no_messages(void)
{
    begin();
    follow("tea");
    join_all('A', 'B');
    hear_all('A', 'B', "follows tea");
    forget_all();
    hear('A', "sends tea X1 2000");
    expect_text(said('B'), "unwanted X1\nsends tea X1\n");
    end();
}

static void ten_ids_go_into_one_idontwant(void)
{
    char statement[64];

    begin();
    follow("tea");
    join_all('A', 'B');
    hear_all('A', 'B', "follows tea");
    forget_all();
    fixture.is_holding = true;
    for (int i = 1; i <= 12; i++) {
        (void)snprintf(statement, sizeof(statement), "sends tea X%d 2000", i);
        hear('A', statement);
    }
    expect_text(said('B'), "unwanted X1 X2 X3 X4 X5 X6 X7 X8 X9 X10\nunwanted X11 X12\n");
    for (int i = 1; i <= 12; i++)
        judge(GOSSIPSUB_REJECT);
    end();
}

static void two_hundred_ids_go_into_one_ihave(void)
{
    begin();
    follow("tea");
    for (unsigned i = 1; i <= 450; i++)
        expect_ok(publish("tea", i, 1));
    join('A');
    hear('A', "follows tea");
    forget_all();
    beat(1);
    const char *text = said('A');
    expect_equal(count_lines(text), 3);
    expect_equal(count_of(text, " Z"), 450);
    end();
}

/* Ids of rust are longer: the bound of control comes first. */
static void ids_of_every_dialect_stay_within_the_bound_of_control(void)
{
    begin();
    follow("tea");
    for (unsigned i = 1; i <= 450; i++)
        expect_ok(publish("tea", i, 1));
    join('A');
    hear('A', "follows tea, has tea rust:X1");
    forget_all();
    beat(1);
    const char *text = said('A');
    expect_equal(count_of(text, " rust:Z"), 450);
    expect_at_least(count_lines(text), 3);
    end();
}

static void gossip_of_several_topics_goes_into_one_rpc(void)
{
    begin();
    follow("tea");
    follow("cake");
    expect_ok(publish("tea", 1, 1));
    expect_ok(publish("cake", 2, 1));
    expect_ok(publish("tea", 3, 1));
    join('A');
    hear('A', "follows tea, follows cake");
    forget_all();
    beat(1);
    expect_text(said('A'), "has tea Z3 Z1, has cake Z2\n");
    end();
}

/* Whoever reads slowly hears the newest gossip, not all of it. */
static void gossip_that_was_not_sent_is_overtaken(void)
{
    begin();
    follow("tea");
    expect_ok(publish("tea", 1, 1));
    join('A');
    hear('A', "follows tea, prunes tea 60");
    forget_all();
    beat(1);
    expect_ok(publish("tea", 2, 1));
    beat(1);
    expect_text(said('A'), "sends tea Z2, has tea Z2 Z1\n");
    expect_equal(counters()->drops[GOSSIPSUB_DROP_GOSSIP_OVERTAKEN], 1);
    end();
}

static void gossip_too_old_to_be_answered_is_not_sent(void)
{
    begin();
    follow("tea");
    expect_ok(publish("tea", 1, 1));
    join('A');
    hear('A', "follows tea");
    forget_all();
    beat(4);
    expect_text(said('A'), "");
    end();
}

static void little_room_is_used_for_what_fits(void)
{
    begin();
    follow("tea");
    join('A');
    hear('A', "follows tea");
    forget_all();
    expect_ok(publish("tea", 1, 500));
    expect_ok(publish("tea", 2, 500));
    fixture.room = 700;
    expect_text(said('A'), "sends tea Z1\nsends tea Z2\n");
    expect_ok(publish("tea", 3, 500));
    fixture.room = 100;
    expect_text(said('A'), "");
    expect_true(gossipsub_router_has_unsent(fixture.router, fixture.peers[0]));
    fixture.room = 0;
    expect_text(said('A'), "");
    fixture.room = SIZE_MAX;
    expect_text(said('A'), "sends tea Z3\n");
    expect_false(gossipsub_router_has_unsent(fixture.router, fixture.peers[0]));
    end();
}

static void a_message_that_does_not_fit_beside_control_goes_next(void)
{
    begin();
    follow("tea");
    join('A');
    hear('A', "follows tea");
    expect_ok(publish("tea", 1, 48 * 1024 - 70));
    expect_text(said('A'), "follows tea, grafts tea\nsends tea Z1\n");
    end();
}

static void what_a_taken_rpc_borrows_stays_although_it_is_gone(void)
{
    struct wire_rpc rpc;

    prepare();
    fixture.limits.history_messages_max = 1;
    start();
    follow("tea");
    join('A');
    hear('A', "follows tea");
    forget_all();
    expect_ok(publish("tea", 1, 10));
    expect_ok(publish("tea", 2, 10));
    expect_true(
        gossipsub_router_take(fixture.router, fixture.now, fixture.peers[0], SIZE_MAX, &rpc));
    expect_equal(rpc.message_count, 2);
    expect_equal(rpc.messages[0].data.size, 10);
    expect_equal(rpc.messages[0].data.data[9], 'x');
    end();
}

static void what_is_sent_is_counted(void)
{
    struct wire_rpc rpc;

    begin();
    follow("tea");
    join('A');
    expect_true(
        gossipsub_router_take(fixture.router, fixture.now, fixture.peers[0], SIZE_MAX, &rpc));
    expect_equal(counters()->rpcs_sent, 1);
    expect_at_least(counters()->bytes_sent, wire_rpc_encoded_size(&rpc));
    expect_at_most(counters()->bytes_sent, wire_rpc_encoded_size(&rpc) + 16);
    expect_false(
        gossipsub_router_take(fixture.router, fixture.now, fixture.peers[0], SIZE_MAX, &rpc));
    expect_equal(counters()->rpcs_sent, 1);
    end();
}

TEST_MAIN(TEST(the_most_urgent_comes_first), TEST(a_graft_never_comes_before_the_subscription),
    TEST(many_subscriptions_are_split_within_the_bound_of_control),
    TEST(messages_are_split_within_the_bound_of_an_rpc),
    TEST(an_rpc_holds_no_more_messages_than_the_limit_says),
    TEST(an_rpc_with_idontwant_holds_no_messages), TEST(ten_ids_go_into_one_idontwant),
    TEST(two_hundred_ids_go_into_one_ihave),
    TEST(ids_of_every_dialect_stay_within_the_bound_of_control),
    TEST(gossip_of_several_topics_goes_into_one_rpc), TEST(gossip_that_was_not_sent_is_overtaken),
    TEST(gossip_too_old_to_be_answered_is_not_sent), TEST(little_room_is_used_for_what_fits),
    TEST(a_message_that_does_not_fit_beside_control_goes_next),
    TEST(what_a_taken_rpc_borrows_stays_although_it_is_gone), TEST(what_is_sent_is_counted))
