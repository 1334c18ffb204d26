/* What others say: told once, answered for in batches, and no faster than is good. */
#include "unit/direct/trio.h"

static struct wire_direct_frame message_of(uint64_t sequence)
{
    return (struct wire_direct_frame){
        .has_message = true, .id = {.session = 99, .sequence = sequence}, .text = BYTES_OF("x")};
}

static void answers_are_gathered(void)
{
    trio_begin();
    meet(ANN, BOB);
    for (unsigned i = 0; i < 10; i++)
        expect_ok(say(ANN, BOB, "x"));
    expect_equal(trio.frames[ANN], 0);
    pass_ms(DIRECT_ANSWER_MS - 1);
    expect_equal(trio.frames[ANN], 0);
    pass_ms(1);
    expect_equal(trio.frames[ANN], 1);
    expect_equal(direct_waiting_total(machine(ANN)), 0);
    trio_end();
}

static void an_answer_goes_with_what_is_said_anyway(void)
{
    trio_begin();
    meet(ANN, BOB);
    expect_ok(say(ANN, BOB, "ping"));
    expect_ok(say(BOB, ANN, "pong"));
    expect_text(story(ANN), "sent 1\n<Bob> pong\nreached 1\n");
    expect_equal(trio.frames[ANN], 1);
    trio_end();
}

static void lines_are_answered_for(void)
{
    trio_begin();
    meet(ANN, BOB);
    show_line(BOB, ANN, 3);
    show_line(BOB, ANN, 4);
    show_line(BOB, CARL, 4); /* not connected */
    pass_ms(200);
    expect_text(story(ANN), "Bob has line 7.3\nBob has line 7.4\n");
    expect_equal(trio.frames[ANN], 1);
    expect_equal(trio.opened[CARL], 0);
    trio_end();
}

static void more_lines_than_fit_in_a_frame_take_two(void)
{
    trio_begin();
    meet(ANN, BOB);
    for (uint64_t i = 0; i < DIRECT_LINES_MAX + 10; i++)
        show_line(BOB, ANN, i + 1);
    pass_ms(200);
    expect_equal(trio.frames[ANN], DIRECT_LINES_MAX / WIRE_DIRECT_IDS_MAX);
    trio_end();
}

static void a_message_is_told_once(void)
{
    trio_begin();
    struct wire_direct_frame frame = message_of(1);
    meet(ANN, BOB);
    expect_ok(inject(ANN, BOB, &frame));
    expect_ok(inject(ANN, BOB, &frame));
    pass_ms(200);
    expect_ok(inject(ANN, BOB, &frame));
    expect_text(story(BOB), "<Ann> x\n");
    pass_ms(200);
    expect_equal(trio.frames[ANN], 2); /* but answered for each time */
    trio_end();
}

static void a_message_of_an_earlier_run_is_not_told_again(void)
{
    trio_begin();
    struct wire_direct_frame frame = message_of(1);
    struct gossip_peer_id ann = trio_id(ANN);
    direct_remember(machine(BOB), &ann, &frame.id);
    direct_remember(machine(BOB), &ann, &frame.id);
    meet(ANN, BOB);
    expect_ok(inject(ANN, BOB, &frame));
    expect_text(story(BOB), "");
    pass_ms(200);
    expect_equal(trio.frames[ANN], 1);
    trio_end();
}

static void two_with_one_id_do_not_hide_each_other(void)
{
    trio_begin();
    struct wire_direct_frame frame = message_of(1);
    meet(ANN, BOB);
    meet(CARL, BOB);
    expect_ok(inject(ANN, BOB, &frame));
    expect_ok(inject(CARL, BOB, &frame));
    expect_text(story(BOB), "<Ann> x\n<Carl> x\n");
    trio_end();
}

static void a_flood_ends_the_stream(void)
{
    trio_begin();
    enum gossip_error error = GOSSIP_OK;
    uint64_t count = 0;
    meet(ANN, BOB);
    trio.is_blocked[ANN] = true; /* Bob cannot answer */
    while (error == GOSSIP_OK && count < 1000) {
        struct wire_direct_frame frame = message_of(++count);
        error = inject(ANN, BOB, &frame);
    }
    expect_error(error, GOSSIP_ERROR_PEER_MALFORMED);
    expect_equal(count, DIRECT_UNANSWERED_MAX + 1);
    trio_end();
}

static void a_person_can_be_talked_to_only_so_fast(void)
{
    trio_begin();
    uint64_t told = 0;
    meet(ANN, BOB);
    /* Whoever keeps the window full gets no more through than is answered for. */
    for (uint64_t ms = 0; ms < 10000; ms += 10) {
        while (say(ANN, BOB, "x") == GOSSIP_OK)
            continue;
        pass_ms(10);
    }
    for (const char *at = story(BOB); *at != '\0'; at++)
        told += *at == '\n';
    expect_at_least(told, 10 * DIRECT_ANSWERS_PER_SECOND);
    expect_at_most(told, DIRECT_BURST_MAX + 10 * DIRECT_ANSWERS_PER_SECOND + DIRECT_UNANSWERED_MAX);
    expect_ok(trio.refused);
    trio_end();
}

static void empty_frames_are_bounded_too(void)
{
    trio_begin();
    struct wire_direct_frame frame = {.has_message = false};
    unsigned count = 0;
    meet(ANN, BOB);
    while (inject(ANN, BOB, &frame) == GOSSIP_OK && count < 2 * DIRECT_FRAMES_BURST_MAX)
        count++;
    expect_equal(count, DIRECT_FRAMES_BURST_MAX);
    pass_ms(1000);
    expect_ok(inject(ANN, BOB, &frame));
    trio_end();
}

static void nothing_of_a_broken_frame_counts(void)
{
    trio_begin();
    struct gossip_peer_id ann = trio_id(ANN);
    struct direct_output output;
    meet(ANN, BOB);
    expect_error(direct_receive(machine(BOB), trio_now(), &ann, hex("1a0408011001 1aff")),
        GOSSIP_ERROR_PEER_MALFORMED);
    expect_false(direct_poll(machine(BOB), &output));
    expect_error(direct_receive(machine(BOB), trio_now(), &ann,
                     bytes_repeated(0, WIRE_DIRECT_FRAME_BYTES_MAX + 1)),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    trio_end();
}

static void a_frame_of_somebody_who_is_gone_is_not_answered(void)
{
    trio_begin();
    struct wire_direct_frame frame = message_of(1);
    expect_ok(inject(ANN, BOB, &frame));
    expect_text(story(BOB), "");
    meet(ANN, BOB);
    expect_ok(inject(ANN, BOB, &frame));
    expect_text(story(BOB), "<Ann> x\n");
    trio_end();
}

TEST_MAIN(TEST(answers_are_gathered), TEST(an_answer_goes_with_what_is_said_anyway),
    TEST(lines_are_answered_for), TEST(more_lines_than_fit_in_a_frame_take_two),
    TEST(a_message_is_told_once), TEST(a_message_of_an_earlier_run_is_not_told_again),
    TEST(two_with_one_id_do_not_hide_each_other), TEST(a_flood_ends_the_stream),
    TEST(a_person_can_be_talked_to_only_so_fast), TEST(empty_frames_are_bounded_too),
    TEST(nothing_of_a_broken_frame_counts), TEST(a_frame_of_somebody_who_is_gone_is_not_answered))
