/* Messages of ours: how many wait, how many are on their way, and who may say that they came. */
#include <stdio.h>
#include <string.h>

#include "unit/direct/trio.h"

static void so_many_wait_for_one_and_no_more(void)
{
    trio_begin();
    for (unsigned i = 0; i < DIRECT_WAITING_PER_PEER_MAX; i++)
        expect_ok(say(ANN, BOB, "x"));
    expect_error(say(ANN, BOB, "x"), GOSSIP_ERROR_LIMIT);
    expect_ok(say(ANN, CARL, "x"));
    trio_end();
}

static void so_much_waits_for_all_and_no_more(void)
{
    trio_begin();
    char text[WIRE_DIRECT_TEXT_BYTES_MAX + 1];
    enum gossip_error error = GOSSIP_OK;
    unsigned count = 0;

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    while (error == GOSSIP_OK && count < DIRECT_WAITING_MAX + 1) {
        struct direct_message message = {.peer = trio_id(100 + count / DIRECT_WAITING_PER_PEER_MAX),
            .text = bytes_of_text(text)};
        error = direct_say(machine(ANN), trio_now(), &message);
        count += error == GOSSIP_OK;
    }
    expect_error(error, GOSSIP_ERROR_LIMIT);
    expect_at_most(trio.memory.bytes, DIRECT_WAITING_BYTES_MAX + 400 * 1024);
    expect_equal(direct_waiting_total(machine(ANN)), count);
    for (count = 0; count < 2 * DIRECT_WAITING_MAX; count++) {
        struct direct_message message = {
            .peer = trio_id(200 + count / DIRECT_WAITING_PER_PEER_MAX), .text = BYTES_OF("x")};
        if (direct_say(machine(BOB), trio_now(), &message) != GOSSIP_OK)
            break;
    }
    expect_equal(count, DIRECT_WAITING_MAX);
    trio_end();
}

static void many_messages_arrive_in_order(void)
{
    trio_begin();
    char expected[4096] = "";
    meet(ANN, BOB);
    for (unsigned i = 0; i < DIRECT_WAITING_PER_PEER_MAX; i++) {
        char text[32];
        (void)snprintf(text, sizeof(text), "number %u", i);
        expect_ok(say(ANN, BOB, text));
        (void)snprintf(
            expected + strlen(expected), sizeof(expected) - strlen(expected), "<Ann> %s\n", text);
    }
    expect_equal(trio.frames[BOB], DIRECT_WINDOW); /* the rest waits for answers */
    pass_ms(5000);
    expect_text(story(BOB), expected);
    expect_equal(direct_waiting_total(machine(ANN)), 0);
    expect_ok(trio.refused);
    trio_end();
}

static void what_is_not_answered_is_sent_again(void)
{
    trio_begin();
    meet(ANN, BOB);
    trio.is_lossy = true;
    expect_ok(say(ANN, BOB, "one"));
    trio.is_lossy = false;
    pass_ms(DIRECT_RETRY_MS - 1);
    expect_text(story(BOB), "");
    pass_ms(200);
    expect_text(story(BOB), "<Ann> one\n");
    expect_text(story(ANN), "sent 1\nreached 1\n");
    trio_end();
}

static void nobody_answers_for_another(void)
{
    trio_begin();
    struct wire_direct_frame frame = {
        .received = {{.session = 1, .sequence = 1}}, .received_count = 1};
    meet(ANN, BOB);
    meet(ANN, CARL);
    trio.is_lossy = true;
    expect_ok(say(ANN, BOB, "secret"));
    expect_text(story(ANN), "sent 1\n");
    expect_ok(inject(CARL, ANN, &frame));
    expect_text(story(ANN), "");
    frame.received[0].sequence = 2; /* there is no such message */
    expect_ok(inject(BOB, ANN, &frame));
    frame.received[0] = (struct wire_direct_id){.session = 2, .sequence = 1};
    expect_ok(inject(BOB, ANN, &frame));
    expect_text(story(ANN), "");
    frame.received[0] = (struct wire_direct_id){.session = 1, .sequence = 1};
    expect_ok(inject(BOB, ANN, &frame));
    expect_text(story(ANN), "reached 1\n");
    expect_ok(inject(BOB, ANN, &frame));
    expect_text(story(ANN), "");
    trio_end();
}

static void nobody_answers_for_what_he_cannot_know(void)
{
    trio_begin();
    struct wire_direct_frame frame = {
        .received = {{.session = 1, .sequence = 1}}, .received_count = 1};
    trio.is_blocked[BOB] = true;
    meet(ANN, BOB);
    expect_ok(say(ANN, BOB, "one"));
    expect_ok(inject(BOB, ANN, &frame));
    expect_text(story(ANN), "");
    expect_equal(direct_waiting_total(machine(ANN)), 1);
    trio_end();
}

static void it_keeps_its_id_through_a_restart(void)
{
    trio_begin();
    struct direct_message kept = {.peer = trio_id(BOB),
        .id = {.session = 1, .sequence = 1},
        .sent_ms = 5,
        .text = BYTES_OF("one")};
    meet(ANN, BOB);
    expect_ok(say(ANN, BOB, "one"));
    restart(ANN); /* before the answer */
    expect_ok(direct_restore(machine(ANN), trio_now(), &kept));
    meet(ANN, BOB);
    expect_ok(say(ANN, BOB, "two"));
    pass_ms(200);
    expect_text(story(BOB), "<Ann> one\n<Ann> two\n");
    expect_equal(direct_waiting_total(machine(ANN)), 0);
    trio_end();
}

static void only_so_many_go_ahead_of_one_that_is_not_answered(void)
{
    trio_begin();
    struct wire_direct_frame frame = {.received_count = 1};
    uint64_t count = 1;
    meet(ANN, BOB);
    trio.is_lossy = true; /* Bob gets nothing, and answers for all but the first */
    expect_ok(say(ANN, BOB, "first"));
    for (; count < 500; count++) {
        size_t before = trio.frames[BOB];
        expect_ok(say(ANN, BOB, "x"));
        if (trio.frames[BOB] == before)
            break;
        trio.now_us += 10000;
        frame.received[0] = (struct wire_direct_id){.session = 1, .sequence = count + 1};
        expect_ok(inject(BOB, ANN, &frame));
    }
    expect_equal(count, DIRECT_SPREAD_MAX);
    trio_end();
}

TEST_MAIN(TEST(so_many_wait_for_one_and_no_more), TEST(so_much_waits_for_all_and_no_more),
    TEST(many_messages_arrive_in_order), TEST(what_is_not_answered_is_sent_again),
    TEST(nobody_answers_for_another), TEST(nobody_answers_for_what_he_cannot_know),
    TEST(it_keeps_its_id_through_a_restart),
    TEST(only_so_many_go_ahead_of_one_that_is_not_answered))
