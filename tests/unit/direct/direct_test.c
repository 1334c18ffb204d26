/* Streams and connections: what is asked for, and when again. */
#include "unit/direct/trio.h"

static void a_message_arrives_and_is_answered(void)
{
    trio_begin();
    meet(ANN, BOB);
    expect_equal(trio.opened[BOB] + trio.opened[ANN], 0); /* nobody has anything to say */
    expect_ok(say(ANN, BOB, "hi"));
    expect_text(story(BOB), "<Ann> hi\n");
    expect_text(story(ANN), "sent 1\n");
    pass_ms(200);
    expect_text(story(ANN), "reached 1\n");
    expect_equal(trio.opened[BOB], 1);
    expect_equal(trio.opened[ANN], 1);
    expect_equal(direct_waiting_total(machine(ANN)), 0);
    trio_end();
}

static void it_waits_for_who_is_away(void)
{
    trio_begin();
    struct gossip_peer_id bob = trio_id(BOB);
    expect_ok(say(ANN, BOB, "one"));
    expect_ok(say(ANN, BOB, "two"));
    expect_equal(direct_waiting_count(machine(ANN), &bob), 2);
    expect_false(direct_is_connected(machine(ANN), &bob));
    pass_ms(100000);
    expect_text(story(ANN), "");
    meet(ANN, BOB);
    expect_true(direct_is_connected(machine(ANN), &bob));
    pass_ms(200);
    expect_text(story(BOB), "<Ann> one\n<Ann> two\n");
    expect_text(story(ANN), "sent 1\nsent 2\nreached 1\nreached 2\n");
    trio_end();
}

static void what_was_lost_with_a_connection_goes_out_again(void)
{
    trio_begin();
    meet(ANN, BOB);
    trio.is_lossy = true;
    expect_ok(say(ANN, BOB, "one"));
    expect_text(story(ANN), "sent 1\n");
    part(ANN, BOB);
    trio.is_lossy = false;
    meet(ANN, BOB);
    pass_ms(200);
    expect_text(story(BOB), "<Ann> one\n");
    expect_text(story(ANN), "reached 1\n"); /* that it was sent is told once */
    trio_end();
}

static void a_lost_answer_does_not_show_it_twice(void)
{
    trio_begin();
    meet(ANN, BOB);
    expect_ok(say(ANN, BOB, "one"));
    trio.is_lossy = true; /* the answer does not come through */
    pass_ms(200);
    part(ANN, BOB);
    trio.is_lossy = false;
    meet(ANN, BOB);
    pass_ms(200);
    expect_text(story(BOB), "<Ann> one\n");
    expect_text(story(ANN), "sent 1\nreached 1\n");
    trio_end();
}

static void a_broken_stream_is_opened_later_and_later(void)
{
    trio_begin();
    meet(ANN, BOB);
    trio.is_broken[BOB] = true;
    expect_ok(say(ANN, BOB, "one"));
    expect_equal(trio.opened[BOB], 1);
    pass_ms(DIRECT_REOPEN_MS - 1);
    expect_equal(trio.opened[BOB], 1);
    pass_ms(1);
    expect_equal(trio.opened[BOB], 2);
    pass_ms(2 * DIRECT_REOPEN_MS);
    expect_equal(trio.opened[BOB], 3);
    pass_ms(20 * DIRECT_REOPEN_MS_MAX);
    expect_at_most(trio.opened[BOB], 30);
    trio.is_broken[BOB] = false;
    pass_ms(DIRECT_REOPEN_MS_MAX + 1000);
    expect_text(story(BOB), "<Ann> one\n");
    expect_text(story(ANN), "sent 1\nreached 1\n");
    trio_end();
}

static void a_full_stream_is_waited_for(void)
{
    trio_begin();
    meet(ANN, BOB);
    trio.is_blocked[BOB] = true;
    expect_ok(say(ANN, BOB, "one"));
    pass_ms(100000);
    expect_text(story(ANN), "");
    expect_equal(trio.opened[BOB], 1);
    unblock(BOB);
    expect_text(story(BOB), "<Ann> one\n");
    trio_end();
}

static void an_old_node_answers_for_nothing(void)
{
    trio_begin();
    trio.is_old[BOB] = true;
    expect_ok(say(ANN, BOB, "one"));
    meet(ANN, BOB);
    expect_text(story(ANN), "failed 1\n");
    expect_error(say(ANN, BOB, "two"), GOSSIP_ERROR_UNSUPPORTED);
    show_line(ANN, BOB, 1);
    pass_ms(100000);
    expect_equal(trio.opened[BOB], 1);
    /* He comes back with a newer one. */
    part(ANN, BOB);
    trio.is_old[BOB] = false;
    meet(ANN, BOB);
    expect_ok(say(ANN, BOB, "three"));
    expect_text(story(BOB), "<Ann> three\n");
    trio_end();
}

static void an_end_that_nobody_waits_for_changes_nothing(void)
{
    trio_begin();
    struct gossip_peer_id bob = trio_id(BOB), stranger = trio_id(9);
    direct_ended(machine(ANN), trio_now(), &bob, GOSSIP_ERROR_PEER_CLOSED);
    direct_opened(machine(ANN), trio_now(), &stranger);
    direct_writable(machine(ANN), trio_now(), &stranger);
    direct_peer_down(machine(ANN), trio_now(), &stranger);
    direct_sent(machine(ANN), trio_now(), GOSSIP_OK);
    expect_true(direct_deadline(machine(ANN)).us == GOSSIP_NEVER_US);
    trio_end();
}

static void strangers_take_no_more_than_their_place(void)
{
    trio_begin();
    struct wire_direct_frame frame = {
        .has_message = true, .id = {.session = 1, .sequence = 1}, .text = BYTES_OF("x")};
    uint8_t memory[100];
    size_t size = wire_direct_frame_encode(&frame, room_make(memory, sizeof(memory)));
    struct direct_output output;
    size_t bytes = 0;

    expect_ok(say(ANN, BOB, "keep this"));
    for (unsigned i = 0; i < 3 * DIRECT_PEERS_MAX; i++) {
        struct gossip_peer_id id = trio_id(100 + i);
        direct_peer_up(machine(ANN), trio_now(), &id);
        expect_ok(direct_receive(machine(ANN), trio_now(), &id, bytes_make(memory, size)));
        while (direct_poll(machine(ANN), &output))
            continue;
        direct_peer_down(machine(ANN), trio_now(), &id);
        if (i == DIRECT_PEERS_MAX)
            bytes = trio.memory.bytes;
    }
    expect_at_most(trio.memory.bytes, bytes + 4096);
    meet(ANN, BOB);
    expect_text(story(BOB), "<Ann> keep this\n");
    trio_end();
}

static enum gossip_error converse(const struct allocator *allocator, void *context)
{
    struct direct_config config = {.allocator = allocator, .session = 1};
    struct direct_message message = {.peer = trio_id(1), .text = BYTES_OF("hi")};
    struct wire_direct_id id = {.session = 5, .sequence = 1};
    struct wire_direct_frame frame = {.has_message = true, .id = id, .text = BYTES_OF("ho")};
    struct direct_output output;
    struct direct *direct;
    uint8_t memory[100];
    size_t size = wire_direct_frame_encode(&frame, room_make(memory, sizeof(memory)));
    struct gossip_instant now = {.us = 1};
    enum gossip_error error = direct_create(&config, now, &direct);

    (void)context;
    if (error != GOSSIP_OK)
        return error;
    direct_peer_up(direct, now, &message.peer);
    error = direct_say(direct, now, &message);
    direct_line_shown(direct, now, &message.peer, &id);
    if (direct_receive(direct, now, &message.peer, bytes_make(memory, size)) != GOSSIP_OK)
        test_fail("memory is not the peer's fault");
    direct_remember(direct, &message.peer, &id);
    while (direct_poll(direct, &output))
        if (output.kind == DIRECT_SEND)
            direct_sent(direct, now, GOSSIP_OK);
    direct_destroy(direct);
    /* Being connected is lost without memory, and then nobody is there to talk to. */
    return error == GOSSIP_ERROR_LIMIT ? GOSSIP_ERROR_NO_MEMORY : error;
}

static void memory_may_run_out_anywhere(void)
{
    expect_at_least(test_allocator_fail_each(converse, NULL), 4);
}

TEST_MAIN(TEST(a_message_arrives_and_is_answered), TEST(it_waits_for_who_is_away),
    TEST(what_was_lost_with_a_connection_goes_out_again),
    TEST(a_lost_answer_does_not_show_it_twice), TEST(a_broken_stream_is_opened_later_and_later),
    TEST(a_full_stream_is_waited_for), TEST(an_old_node_answers_for_nothing),
    TEST(an_end_that_nobody_waits_for_changes_nothing),
    TEST(strangers_take_no_more_than_their_place), TEST(memory_may_run_out_anywhere))
