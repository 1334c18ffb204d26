#include "gossipsub/messages.h"

#include "unit/gossipsub/fixture.h"

#include <stdio.h>
#include <string.h>

/* Peers A to C are our mesh of tea. */
static void begin_with_mesh(void)
{
    begin();
    follow("tea");
    join_all('A', 'C');
    hear_all('A', 'C', "follows tea");
    forget_all();
}

static void receive(char letter, const struct wire_message *message)
{
    struct wire_rpc rpc = {.messages = message, .message_count = 1};
    gossipsub_router_receive(fixture.router, fixture.now, fixture.peers[letter - 'A'], &rpc);
    hear(letter, "");
}

static void a_new_message_is_delivered_and_forwarded(void)
{
    begin_with_mesh();
    hear('A', "sends tea X1");
    expect_text(told(), "X1 on tea\n");
    expect_text(said('A'), "");
    expect_text(said('B'), "sends tea X1\n");
    expect_text(said('C'), "sends tea X1\n");
    expect_equal(counters()->messages_delivered, 1);
    expect_equal(counters()->messages_forwarded, 2);
    end();
}

static void a_message_is_forwarded_as_it_came(void)
{
    struct gossip_bytes encoded = make_wire("tea", 'X', 1, 50).encoded;
    uint8_t longer[200];
    struct wire_message message;
    struct wire_rpc rpc;

    begin_with_mesh();
    /* A field that nobody knows, behind the others. */
    memcpy(longer, encoded.data, encoded.size);
    memcpy(longer + encoded.size, "\x7a\x02hi", 4);
    expect_ok(wire_message_decode(bytes_make(longer, encoded.size + 4), &message));
    receive('A', &message);
    expect_true(
        gossipsub_router_take(fixture.router, fixture.now, fixture.peers[1], SIZE_MAX, &rpc));
    expect_bytes(rpc.messages[0].encoded, bytes_make(longer, encoded.size + 4));
    end();
}

static void a_message_is_delivered_once(void)
{
    begin_with_mesh();
    hear('A', "sends tea X1");
    hear('A', "sends tea X1");
    hear('B', "sends tea X1, sends tea X1");
    expect_text(told(), "X1 on tea\n");
    expect_equal(counters()->messages_duplicate, 3);
    end();
}

/* What has come back to us from a peer need not be sent to it any more. */
static void a_duplicate_cancels_what_waits_for_its_sender(void)
{
    begin_with_mesh();
    hear('A', "sends tea X1");
    hear('B', "sends tea X1");
    expect_text(said('B'), "");
    expect_text(said('C'), "sends tea X1\n");
    expect_equal(counters()->drops[GOSSIPSUB_DROP_ALREADY_THERE], 1);
    end();
}

static void an_id_is_forgotten_after_its_lifetime(void)
{
    begin_with_mesh();
    hear('A', "sends tea X1");
    wait_ms(119000);
    hear('A', "sends tea X1");
    expect_text(told(), "X1 on tea\n");
    wait_ms(2000);
    hear('A', "sends tea X1");
    expect_text(told(), "X1 on tea\n");
    end();
}

static void a_message_of_a_topic_we_do_not_follow_is_not_heard(void)
{
    begin_with_mesh();
    hear('A', "sends cake X1");
    hear('A', "follows cake, sends cake X2");
    expect_ok(publish("milk", 1, 10));
    hear('A', "sends milk X3");
    expect_text(told(), "A follows cake\n");
    expect_equal(counters()->messages_unasked, 3);
    end();
}

static void our_own_message_coming_back_is_rejected(void)
{
    begin_with_mesh();
    hear('A', "sends tea Z7");
    expect_text(told(), "");
    expect_text(said('B'), "");
    expect_equal(counters()->messages_rejected, 1);
    expect_equal(conduct('A', "tea").invalid_messages, 1);
    end();
}

static void nobody_is_sent_his_own_message(void)
{
    begin_with_mesh();
    hear('A', "sends tea B1");
    expect_text(said('B'), "");
    expect_text(said('C'), "sends tea B1\n");
    end();
}

static void a_message_without_author_or_number_has_no_id_and_is_rejected(void)
{
    struct wire_message message;

    begin_with_mesh();
    struct wire_message whole = make_wire("tea", 'X', 1, 10);
    message = whole;
    message.from = bytes_make(NULL, 0);
    receive('A', &message);
    message.from = bytes_part(whole.from, 0, whole.from.size - 1);
    receive('A', &message);
    message = whole;
    message.seqno = bytes_make(NULL, 0);
    receive('A', &message);
    message.seqno = bytes_part(whole.seqno, 0, 7);
    receive('A', &message);
    message.seqno = bytes_make(whole.encoded.data, 9);
    receive('A', &message);
    expect_text(told(), "");
    expect_equal(counters()->messages_rejected, 5);
    expect_equal(conduct('A', "tea").invalid_messages, 5);
    receive('A', &whole);
    expect_text(told(), "X1 on tea\n");
    end();
}

static void a_message_that_is_too_large_is_rejected(void)
{
    prepare();
    fixture.limits.message_bytes_max = 1000;
    start();
    follow("tea");
    join('A');
    hear('A', "sends tea X1 999");
    expect_text(told(), "");
    expect_equal(counters()->messages_rejected, 1);
    hear('A', "sends tea X1 500");
    expect_text(told(), "X1 on tea\n");
    end();
}

/* ---- verdicts ----------------------------------------------------------------------------- */

static void nothing_is_delivered_or_forwarded_before_the_verdict(void)
{
    begin_with_mesh();
    fixture.is_holding = true;
    hear('A', "sends tea X1, sends tea X2");
    expect_text(told(), "");
    expect_text(said('B'), "");
    judge(GOSSIPSUB_ACCEPT);
    expect_text(told(), "X1 on tea\n");
    expect_text(said('B'), "sends tea X1\n");
    judge(GOSSIPSUB_ACCEPT);
    expect_text(told(), "X2 on tea\n");
    end();
}

static void what_waits_for_a_verdict_is_a_duplicate_when_it_comes_again(void)
{
    begin_with_mesh();
    fixture.is_holding = true;
    hear('A', "sends tea X1");
    hear('B', "sends tea X1");
    expect_equal(counters()->messages_duplicate, 1);
    judge(GOSSIPSUB_ACCEPT);
    expect_text(told(), "X1 on tea\n");
    /* Who sent it meanwhile has it. */
    expect_text(said('B'), "");
    expect_text(said('C'), "sends tea X1\n");
    expect_equal(conduct('A', "tea").first_deliveries, 1);
    expect_equal(conduct('A', "tea").mesh_deliveries, 1);
    expect_equal(conduct('B', "tea").first_deliveries, 0);
    expect_equal(conduct('B', "tea").mesh_deliveries, 1);
    end();
}

static void a_rejected_message_is_held_against_all_who_sent_it(void)
{
    begin_with_mesh();
    fixture.is_holding = true;
    hear('A', "sends tea X1");
    hear('B', "sends tea X1");
    judge(GOSSIPSUB_REJECT);
    expect_text(told(), "");
    expect_text(said('C'), "");
    expect_equal(counters()->messages_rejected, 1);
    expect_equal(conduct('A', "tea").invalid_messages, 1);
    expect_equal(conduct('B', "tea").invalid_messages, 1);
    end();
}

/* Otherwise a forgery under the id of the next message of somebody would silence him. */
static void a_rejected_message_does_not_stand_in_the_way_of_the_true_one(void)
{
    begin_with_mesh();
    fixture.is_holding = true;
    hear('A', "sends tea X1 10");
    judge(GOSSIPSUB_REJECT);
    hear('B', "sends tea X1 20");
    judge(GOSSIPSUB_ACCEPT);
    expect_text(told(), "X1 on tea\n");
    end();
}

static void the_true_message_is_judged_although_a_forgery_came_first(void)
{
    begin_with_mesh();
    fixture.is_holding = true;
    hear('A', "sends tea X1 10");
    hear('B', "sends tea X1 20");
    hear('C', "sends tea X1 20");
    expect_equal(counters()->messages_duplicate, 1);
    judge(GOSSIPSUB_REJECT);
    judge(GOSSIPSUB_ACCEPT);
    expect_text(told(), "X1 on tea\n");
    expect_equal(conduct('A', "tea").invalid_messages, 1);
    expect_equal(conduct('B', "tea").invalid_messages, 0);
    end();
}

static void of_two_messages_with_one_id_one_is_delivered(void)
{
    begin_with_mesh();
    fixture.is_holding = true;
    hear('A', "sends tea X1 10, sends tea X1 20, sends tea X1 30");
    judge(GOSSIPSUB_ACCEPT);
    judge(GOSSIPSUB_ACCEPT);
    judge(GOSSIPSUB_REJECT);
    expect_text(told(), "X1 on tea\n");
    expect_equal(counters()->messages_delivered, 1);
    expect_equal(conduct('A', "tea").invalid_messages, 0);
    end();
}

static void an_ignored_message_is_seen_and_held_against_nobody(void)
{
    begin_with_mesh();
    fixture.verdict = GOSSIPSUB_IGNORE;
    hear('A', "sends tea X1");
    hear('B', "sends tea X1");
    expect_text(told(), "");
    expect_text(said('C'), "");
    expect_equal(counters()->messages_ignored, 1);
    expect_equal(counters()->messages_duplicate, 1);
    expect_equal(conduct('A', "tea").invalid_messages, 0);
    expect_equal(conduct('A', "tea").first_deliveries, 0);
    end();
}

static void a_verdict_counts_once(void)
{
    struct gossipsub_output output;

    begin_with_mesh();
    fixture.is_holding = true;
    hear('A', "sends tea X1");
    judge(GOSSIPSUB_ACCEPT);
    struct wire_message message = make_wire("tea", 'X', 2, 10);
    struct wire_rpc rpc = {.messages = &message, .message_count = 1};
    gossipsub_router_receive(fixture.router, fixture.now, fixture.peers[0], &rpc);
    expect_true(gossipsub_router_poll(fixture.router, &output));
    expect_equal(output.kind, GOSSIPSUB_VALIDATE);
    uint64_t ticket = output.ticket;
    gossipsub_router_judged(fixture.router, fixture.now, ticket, GOSSIPSUB_ACCEPT);
    gossipsub_router_judged(fixture.router, fixture.now, ticket, GOSSIPSUB_REJECT);
    gossipsub_router_judged(fixture.router, fixture.now, 0, GOSSIPSUB_ACCEPT);
    gossipsub_router_judged(fixture.router, fixture.now, UINT64_MAX, GOSSIPSUB_ACCEPT);
    hear('A', "");
    expect_text(told(), "X1 on tea\nX2 on tea\n");
    expect_equal(counters()->messages_rejected, 0);
    end();
}

static void a_verdict_on_a_topic_we_left_means_nothing(void)
{
    begin_with_mesh();
    fixture.is_holding = true;
    hear('A', "sends tea X1, sends tea X2");
    unfollow("tea");
    judge(GOSSIPSUB_ACCEPT);
    judge(GOSSIPSUB_REJECT);
    expect_text(told(), "");
    expect_equal(counters()->messages_delivered, 0);
    expect_equal(counters()->messages_rejected, 0);
    end();
}

static void a_verdict_comes_in_time_although_the_sender_left(void)
{
    begin_with_mesh();
    fixture.is_holding = true;
    hear('A', "sends tea X1, sends tea X2");
    leave('A');
    join('D');
    expect_equal(fixture.peers['D' - 'A'].index, fixture.peers[0].index);
    hear('D', "follows tea");
    forget_all();
    judge(GOSSIPSUB_ACCEPT);
    expect_text(told(), "X1 on tea\n");
    expect_text(said('D'), "sends tea X1\n");
    judge(GOSSIPSUB_REJECT);
    expect_equal(conduct('D', "tea").invalid_messages, 0);
    end();
}

static void more_messages_than_can_wait_are_dropped_and_may_come_again(void)
{
    prepare();
    fixture.limits.validations_max = 2;
    start();
    follow("tea");
    join('A');
    fixture.is_holding = true;
    hear('A', "sends tea X1, sends tea X2, sends tea X3");
    expect_equal(counters()->drops[GOSSIPSUB_DROP_VALIDATIONS_FULL], 1);
    judge(GOSSIPSUB_ACCEPT);
    hear('A', "sends tea X3");
    judge(GOSSIPSUB_ACCEPT);
    judge(GOSSIPSUB_ACCEPT);
    expect_text(told(), "X1 on tea\nX2 on tea\nX3 on tea\n");
    end();
}

static void more_bytes_than_can_wait_are_dropped(void)
{
    prepare();
    fixture.limits.message_bytes_max = 10000;
    fixture.limits.validation_bytes_max = 11000;
    start();
    follow("tea");
    join('A');
    fixture.is_holding = true;
    hear('A', "sends tea X1 6000, sends tea X2 6000");
    expect_equal(counters()->drops[GOSSIPSUB_DROP_VALIDATIONS_FULL], 1);
    judge(GOSSIPSUB_ACCEPT);
    expect_text(told(), "X1 on tea\n");
    end();
}

/* ---- IDONTWANT ---------------------------------------------------------------------------- */

static void the_mesh_is_told_of_a_long_message_before_the_verdict(void)
{
    begin_with_mesh();
    fixture.is_holding = true;
    hear('A', "sends tea X1 1024");
    expect_text(said('A'), "");
    expect_text(said('B'), "unwanted X1\n");
    expect_text(said('C'), "unwanted X1\n");
    hear('A', "sends tea X2 1023");
    expect_text(said('B'), "");
    judge(GOSSIPSUB_ACCEPT);
    judge(GOSSIPSUB_ACCEPT);
    end();
}

static void neither_the_author_nor_who_does_not_know_idontwant_is_told(void)
{
    begin_with_mesh();
    expect_ok(join_as('D', (struct gossipsub_peer_info){.version = GOSSIPSUB_V1_1}));
    hear('D', "follows tea");
    forget_all();
    fixture.is_holding = true;
    hear('A', "sends tea B1 2000");
    expect_text(said('B'), "");
    expect_text(said('C'), "unwanted B1\n");
    expect_text(said('D'), "");
    judge(GOSSIPSUB_ACCEPT);
    end();
}

static void it_is_told_in_the_words_of_the_peer(void)
{
    begin_with_mesh();
    hear('B', "has tea rust:X7");
    gossipsub_router_peer_learned(
        fixture.router, fixture.now, fixture.peers[2], GOSSIPSUB_V1_2, GOSSIPSUB_DIALECT_JS);
    forget_all();
    fixture.is_holding = true;
    hear('A', "sends tea X1 2000");
    expect_text(said('B'), "unwanted rust:X1\n");
    expect_text(said('C'), "unwanted js:X1\n");
    judge(GOSSIPSUB_ACCEPT);
    end();
}

/* Ids it sends prove more about a peer than the name of its program. */
static void what_a_peer_sends_outweighs_what_is_said_of_it(void)
{
    begin_with_mesh();
    hear('B', "has tea rust:X7");
    gossipsub_router_peer_learned(
        fixture.router, fixture.now, fixture.peers[1], GOSSIPSUB_V1_2, GOSSIPSUB_DIALECT_JS);
    forget_all();
    fixture.is_holding = true;
    hear('A', "sends tea X1 2000");
    expect_text(said('B'), "unwanted rust:X1\n");
    judge(GOSSIPSUB_ACCEPT);
    end();
}

static void what_finds_no_room_is_not_told_and_counted(void)
{
    char statement[64];

    prepare();
    fixture.limits.outbox_idontwant_bytes_max = 256;
    start();
    follow("tea");
    join_all('A', 'B');
    hear_all('A', 'B', "follows tea");
    forget_all();
    for (int i = 0; i < 8; i++) {
        (void)snprintf(statement, sizeof(statement), "sends tea X%d 2000", i);
        hear('A', statement);
    }
    expect_equal(counters()->drops[GOSSIPSUB_DROP_IDONTWANTS_FULL], 3);
    end();
}

TEST_MAIN(TEST(a_new_message_is_delivered_and_forwarded), TEST(a_message_is_forwarded_as_it_came),
    TEST(a_message_is_delivered_once), TEST(a_duplicate_cancels_what_waits_for_its_sender),
    TEST(an_id_is_forgotten_after_its_lifetime),
    TEST(a_message_of_a_topic_we_do_not_follow_is_not_heard),
    TEST(our_own_message_coming_back_is_rejected), TEST(nobody_is_sent_his_own_message),
    TEST(a_message_without_author_or_number_has_no_id_and_is_rejected),
    TEST(a_message_that_is_too_large_is_rejected),
    TEST(nothing_is_delivered_or_forwarded_before_the_verdict),
    TEST(what_waits_for_a_verdict_is_a_duplicate_when_it_comes_again),
    TEST(a_rejected_message_is_held_against_all_who_sent_it),
    TEST(a_rejected_message_does_not_stand_in_the_way_of_the_true_one),
    TEST(the_true_message_is_judged_although_a_forgery_came_first),
    TEST(of_two_messages_with_one_id_one_is_delivered),
    TEST(an_ignored_message_is_seen_and_held_against_nobody), TEST(a_verdict_counts_once),
    TEST(a_verdict_on_a_topic_we_left_means_nothing),
    TEST(a_verdict_comes_in_time_although_the_sender_left),
    TEST(more_messages_than_can_wait_are_dropped_and_may_come_again),
    TEST(more_bytes_than_can_wait_are_dropped),
    TEST(the_mesh_is_told_of_a_long_message_before_the_verdict),
    TEST(neither_the_author_nor_who_does_not_know_idontwant_is_told),
    TEST(it_is_told_in_the_words_of_the_peer), TEST(what_a_peer_sends_outweighs_what_is_said_of_it),
    TEST(what_finds_no_room_is_not_told_and_counted))
