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

/* ---- IHAVE -------------------------------------------------------------------------------- */

static void what_is_not_known_is_asked_for(void)
{
    begin_with_mesh();
    hear('A', "sends tea X1");
    forget_all();
    hear('F', "has tea X1 X2 X3");
    expect_text(said('F'), "wants X2 X3\n");
    end();
}

static void what_is_offered_in_a_topic_we_do_not_follow_is_not_asked_for(void)
{
    begin_with_mesh();
    hear('F', "has cake X1");
    expect_text(said('F'), "");
    end();
}

static void what_waits_for_a_verdict_is_not_asked_for(void)
{
    begin_with_mesh();
    fixture.is_holding = true;
    hear('A', "sends tea X1");
    hear('F', "has tea X1");
    expect_text(said('F'), "");
    judge(GOSSIPSUB_ACCEPT);
    end();
}

/* The answer of one of them would do; but who offers and does not deliver must not keep it from us. */
static void of_many_who_offer_the_same_few_are_asked_at_once(void)
{
    begin_with_mesh();
    hear_all('A', 'F', "has tea X1");
    expect_text(said('A'), "wants X1\n");
    expect_text(said('B'), "wants X1\n");
    expect_text(said('C'), "");
    wait_ms(100);
    hear_all('A', 'F', "has tea X1");
    expect_text(said('A'), "");
    expect_text(said('B'), "");
    expect_text(said('C'), "wants X1\n");
    expect_text(said('D'), "wants X1\n");
    expect_text(said('E'), "");
    end();
}

static void ids_of_every_dialect_are_understood(void)
{
    begin_with_mesh();
    hear('A', "sends tea X1");
    forget_all();
    hear('F', "has tea rust:X1 js:X1 X1");
    expect_text(said('F'), "");
    hear('F', "has tea rust:X2 js:X3 X4");
    expect_text(said('F'), "wants rust:X2 js:X3 X4\n");
    end();
}

/* Nobody can be held to deliver what we would not recognise, so little of it is asked for. */
static void of_ids_in_no_dialect_a_few_are_asked_for(void)
{
    char statement[4096] = "has tea";

    begin_with_mesh();
    for (int i = 0; i < 100; i++)
        (void)snprintf(
            statement + strlen(statement), sizeof(statement) - strlen(statement), " ?hash%d", i);
    hear('F', statement);
    expect_not_null(strstr(said('F'), "?hash63"));
    expect_equal(counters()->iwant_ids_sent, 64);
    wait_ms(4000);
    expect_equal(conduct('F', "tea").broken_promises, 0);
    end();
}

static void an_id_of_absurd_length_is_not_asked_for(void)
{
    char statement[512] = "has tea ?";

    begin_with_mesh();
    memset(statement + 9, 'x', 129);
    hear('F', statement);
    expect_text(said('F'), "");
    memset(statement + 9, '\0', 129);
    memset(statement + 9, 'x', 128);
    hear('F', statement);
    /* It is shown cut. */
    expect_equal(strlen(said('F')), strlen("wants \n") + 63);
    end();
}

static void after_ten_ihaves_a_peer_is_not_heard_until_the_next_heartbeat(void)
{
    char statement[64];

    begin_with_mesh();
    for (int i = 0; i < 30; i++) {
        (void)snprintf(statement, sizeof(statement), "has tea X%d", i);
        hear('F', statement);
    }
    expect_text(said('F'), "wants X0 X1 X2 X3 X4 X5 X6 X7 X8 X9\n");
    beat(1);
    hear('F', "has tea X40");
    expect_text(said('F'), "wants X40\n");
    end();
}

static void no_more_ids_are_asked_of_a_peer_than_the_parameter_says(void)
{
    prepare();
    fixture.params.ihave_ids_max = 4;
    start();
    follow("tea");
    join('F');
    forget_all();
    hear('F', "has tea X1 X2 X3");
    hear('F', "has tea X4 X5 X6");
    expect_text(said('F'), "wants X1 X2 X3 X4\n");
    beat(1);
    hear('F', "has tea X5");
    expect_text(said('F'), "wants X5\n");
    end();
}

static void no_more_ids_of_a_peer_are_looked_at_than_the_limit_says(void)
{
    prepare();
    fixture.limits.ihave_ids_per_beat_max = 3;
    start();
    follow("tea");
    join_all('E', 'F');
    hear('E', "sends tea X1, sends tea X2, sends tea X3");
    forget_all();
    hear('F', "has tea X1 X2 X3 X4");
    expect_text(said('F'), "");
    end();
}

static void what_finds_no_room_is_not_asked_for_and_counted(void)
{
    prepare();
    fixture.limits.outbox_iwant_bytes_max = 256;
    start();
    follow("tea");
    join('F');
    forget_all();
    hear('F', "has tea X1 X2 X3 X4 X5 X6 X7 X8");
    expect_text(said('F'), "wants X1 X2 X3 X4 X5\n");
    expect_equal(counters()->drops[GOSSIPSUB_DROP_IWANTS_FULL], 3);
    end();
}

static void who_offers_and_does_not_deliver_has_broken_a_promise(void)
{
    begin_with_mesh();
    hear('F', "has tea X1 X2 X3");
    beat(3);
    expect_equal(conduct('F', "tea").broken_promises, 0);
    beat(1);
    expect_equal(conduct('F', "tea").broken_promises, 1);
    expect_equal(counters()->promises_broken, 1);
    end();
}

static void a_promise_is_kept_by_whoever_sends_the_message(void)
{
    begin_with_mesh();
    hear('F', "has tea X1");
    hear('A', "sends tea X1");
    beat(5);
    expect_equal(conduct('F', "tea").broken_promises, 0);
    end();
}

static void a_message_that_waits_for_its_verdict_keeps_the_promise(void)
{
    begin_with_mesh();
    fixture.is_holding = true;
    hear('F', "has tea X1");
    hear('F', "sends tea X1");
    beat(5);
    expect_equal(conduct('F', "tea").broken_promises, 0);
    judge(GOSSIPSUB_REJECT);
    end();
}

/* A message that we drop ourselves, for lack of room or because we left, is nobody's fault. */
static void nobody_is_blamed_for_what_we_did_not_keep(void)
{
    prepare();
    fixture.limits.validations_max = 1;
    start();
    follow("tea");
    follow("cake");
    join('F');
    fixture.is_holding = true;
    hear('F', "sends tea X9");
    hear('F', "has tea X1");
    hear('F', "sends tea X1");
    expect_equal(counters()->drops[GOSSIPSUB_DROP_VALIDATIONS_FULL], 1);
    hear('F', "has cake X2");
    unfollow("cake");
    beat(5);
    expect_equal(conduct('F', "tea").broken_promises, 0);
    judge(GOSSIPSUB_ACCEPT);
    end();
}

/* ---- IWANT -------------------------------------------------------------------------------- */

static void what_is_asked_for_is_sent_whatever_the_dialect(void)
{
    begin_with_mesh();
    hear('A', "sends tea X1, sends tea X2, sends tea X3");
    forget_all();
    hear('F', "wants X1, wants rust:X2 js:X3 X7");
    expect_text(said('F'), "sends tea X1, sends tea X2, sends tea X3\n");
    end();
}

/* The original is not counted: it went to nobody, or to the mesh. */
static void a_message_is_sent_three_times_on_request_and_then_no_more(void)
{
    begin_with_mesh();
    hear('A', "sends tea X1");
    expect_text(said('B'), "sends tea X1\n");
    for (int i = 0; i < 3; i++) {
        hear('B', "wants X1");
        expect_text(said('B'), "sends tea X1\n");
    }
    hear('B', "wants X1");
    expect_text(said('B'), "");
    hear('F', "wants X1");
    expect_text(said('F'), "sends tea X1\n");
    end();
}

static void who_comes_after_a_peer_has_its_own_three_times(void)
{
    begin_with_mesh();
    hear('A', "sends tea X1");
    for (int i = 0; i < 3; i++) {
        hear('F', "wants X1");
        expect_text(said('F'), "sends tea X1\n");
    }
    leave('F');
    join('G');
    (void)said('G');
    expect_equal(fixture.peers['G' - 'A'].index, fixture.peers['F' - 'A'].index);
    hear('G', "wants X1");
    expect_text(said('G'), "sends tea X1\n");
    end();
}

static void what_waits_for_a_peer_already_is_not_queued_twice(void)
{
    begin_with_mesh();
    hear('A', "sends tea X1");
    hear('B', "wants X1 X1");
    expect_text(said('B'), "sends tea X1\n");
    expect_ok(publish("tea", 1, 10));
    hear('B', "wants Z1");
    expect_text(said('B'), "sends tea Z1\n");
    end();
}

/* Others count our sending it as an offence, whatever they asked for. */
static void nobody_is_sent_his_own_message_not_even_on_request(void)
{
    begin_with_mesh();
    hear('A', "sends tea F1");
    hear('F', "wants F1 rust:F1 js:F1");
    expect_text(said('F'), "");
    end();
}

static void a_message_can_be_asked_for_during_five_heartbeats(void)
{
    begin_with_mesh();
    hear('A', "sends tea X1");
    forget_all();
    beat(4);
    forget_all();
    hear('F', "wants X1");
    expect_text(said('F'), "sends tea X1\n");
    beat(1);
    forget_all();
    hear('F', "wants X1");
    expect_text(said('F'), "");
    end();
}

static void no_more_ids_are_looked_up_for_a_peer_than_the_limit_says(void)
{
    prepare();
    fixture.limits.iwant_ids_per_beat_max = 3;
    start();
    follow("tea");
    join_all('A', 'B');
    hear_all('A', 'B', "follows tea");
    hear('A', "sends tea X1");
    forget_all();
    hear('B', "wants X7 X8 X9 X1");
    expect_text(said('B'), "");
    beat(1);
    (void)said('B');
    hear('B', "wants X1");
    expect_text(said('B'), "sends tea X1\n");
    end();
}

TEST_MAIN(TEST(what_is_not_known_is_asked_for),
    TEST(what_is_offered_in_a_topic_we_do_not_follow_is_not_asked_for),
    TEST(what_waits_for_a_verdict_is_not_asked_for),
    TEST(of_many_who_offer_the_same_few_are_asked_at_once),
    TEST(ids_of_every_dialect_are_understood), TEST(of_ids_in_no_dialect_a_few_are_asked_for),
    TEST(an_id_of_absurd_length_is_not_asked_for),
    TEST(after_ten_ihaves_a_peer_is_not_heard_until_the_next_heartbeat),
    TEST(no_more_ids_are_asked_of_a_peer_than_the_parameter_says),
    TEST(no_more_ids_of_a_peer_are_looked_at_than_the_limit_says),
    TEST(what_finds_no_room_is_not_asked_for_and_counted),
    TEST(who_offers_and_does_not_deliver_has_broken_a_promise),
    TEST(a_promise_is_kept_by_whoever_sends_the_message),
    TEST(a_message_that_waits_for_its_verdict_keeps_the_promise),
    TEST(nobody_is_blamed_for_what_we_did_not_keep),
    TEST(what_is_asked_for_is_sent_whatever_the_dialect),
    TEST(a_message_is_sent_three_times_on_request_and_then_no_more),
    TEST(who_comes_after_a_peer_has_its_own_three_times),
    TEST(what_waits_for_a_peer_already_is_not_queued_twice),
    TEST(nobody_is_sent_his_own_message_not_even_on_request),
    TEST(a_message_can_be_asked_for_during_five_heartbeats),
    TEST(no_more_ids_are_looked_up_for_a_peer_than_the_limit_says))
