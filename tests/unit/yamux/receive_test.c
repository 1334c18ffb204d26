#include "fixture.h"

#include <stdio.h>

/* A frame about a numbered stream. */
static struct gossip_bytes numbered(const char *format, unsigned number)
{
    char text[64];

    (void)snprintf(text, sizeof(text), format, number);
    return frame(text);
}

/* ---- opening ---------------------------------------------------------------------------- */

/* As go and js do. */
static void a_stream_is_opened_by_a_window_update(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("update 1 syn 0"));
    expect_text(told(), "1 arrived\n");
    expect_text(said(), "update 1 ack 0\n");
    expect_text(said(), "");
    end();
}

/* As rust does. */
static void a_stream_is_opened_by_its_first_data(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("data 1 syn hello"));
    expect_text(told(), "1 arrived\n1 data hello\n");
    expect_text(said(), "update 1 ack 0\n");
    end();
}

static void a_stream_may_be_opened_and_ended_in_one_frame(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("data 1 syn+fin hello"));
    hear(frame("data 3 syn+fin"));
    hear(frame("update 5 syn+fin 0"));
    expect_text(told(), "1 arrived\n1 data hello\n1 finished\n"
                        "3 arrived\n3 finished\n5 arrived\n5 finished\n");
    end();
}

static void the_length_of_an_opening_is_added_to_the_window(void)
{
    fixture.limits.queue_bytes_max = (size_t)1024 * 1024;
    yamux_limits_default(&fixture.limits);
    fixture.limits.queue_bytes_max = (size_t)1024 * 1024;
    begin_with_limits(YAMUX_LISTENER);
    hear(frame("update 1 syn 1000"));
    expect_equal(yamux_stream_room(fixture.session, stream(1)), YAMUX_INITIAL_WINDOW_BYTES + 1000);
    hear(frame("update 3 syn 0"));
    expect_equal(yamux_stream_room(fixture.session, stream(3)), YAMUX_INITIAL_WINDOW_BYTES);
    (void)open_stream();
    hear(frame("update 2 ack 500"));
    expect_equal(yamux_stream_room(fixture.session, stream(2)), YAMUX_INITIAL_WINDOW_BYTES + 500);
    end();
}

static void an_id_of_our_own_parity_ends_the_session(void)
{
    begin(YAMUX_LISTENER);
    expect_error(try_hear(frame("update 2 syn 0")), GOSSIP_ERROR_PEER_MALFORMED);
    expect_text(said(), "away 0 - 1\n");
    end();
    begin(YAMUX_DIALER);
    expect_error(try_hear(frame("data 1 syn hello")), GOSSIP_ERROR_PEER_MALFORMED);
    expect_text(told(), "");
    end();
}

static void an_id_that_is_used_twice_ends_the_session(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("update 1 syn 0"));
    expect_error(try_hear(frame("update 1 syn 0")), GOSSIP_ERROR_PEER_MALFORMED);
    end();
    begin(YAMUX_LISTENER);
    hear(both(frame("update 1 syn 0"), frame("update 1 rst 0"))); /* gone, but used */
    expect_error(try_hear(frame("data 1 syn again")), GOSSIP_ERROR_PEER_MALFORMED);
    expect_text(said(), "away 0 - 1\n");
    end();
}

static void ids_may_come_out_of_order(void)
{
    begin(YAMUX_LISTENER);
    hear(both(frame("update 5 syn 0"), frame("update 3 syn 0")));
    expect_text(told(), "5 arrived\n3 arrived\n");
    end();
}

static void more_streams_than_allowed_are_reset(void)
{
    begin(YAMUX_LISTENER);
    for (unsigned i = 0; i < 64; i++)
        hear(numbered("update %u syn 0", 1 + 2 * i));
    (void)told();
    (void)said();
    hear(frame("data 129 syn not wanted"));
    hear(frame("update 131 syn 0"));
    expect_text(told(), "");
    expect_text(said(), "update 129 rst 4098\nupdate 131 rst 4098\n");
    hear(frame("data 129 fin on its way when it was reset"));
    expect_text(told(), "");
    /* Ours are counted on their own. */
    for (unsigned i = 0; i < 64; i++)
        expect_equal(open_stream().id, 2 + 2 * i);
    (void)said();
    /* What ends makes room again. */
    hear(frame("update 1 rst 0"));
    hear(frame("update 133 syn 0"));
    expect_text(told(), "1 reset 0\n133 arrived\n");
    end();
}

static void without_memory_a_stream_is_reset(void)
{
    begin(YAMUX_LISTENER);
    test_allocator_fail(&fixture.memory, 1);
    hear(frame("update 1 syn 0"));
    expect_text(told(), "");
    expect_text(said(), "update 1 rst 4098\n");
    hear(frame("update 3 syn 0"));
    expect_text(told(), "3 arrived\n");
    end();
}

static void without_memory_for_an_answer_the_session_ends(void)
{
    begin(YAMUX_LISTENER);
    test_allocator_fail(&fixture.memory, 1);
    expect_error(try_hear(frame("ping 0 syn 1")), GOSSIP_ERROR_NO_MEMORY);
    expect_text(said(), "away 0 - 2\n");
    end();
}

static void a_stream_that_is_reset_as_it_opens_never_arrives(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("update 1 syn+rst 0"));
    hear(frame("data 3 syn+rst payload"));
    expect_text(told(), "");
    expect_text(said(), "");
    end();
}

static void an_acknowledgement_makes_room_for_the_next(void)
{
    struct yamux_stream opened;

    yamux_limits_default(&fixture.limits);
    fixture.limits.streams_pending_max = 2;
    begin_with_limits(YAMUX_DIALER);
    (void)open_stream();
    (void)open_stream();
    expect_error(yamux_stream_open(fixture.session, &opened), GOSSIP_ERROR_LIMIT);
    (void)said();
    hear(frame("update 1 ack 0"));
    hear(frame("update 1 ack 0"));  /* twice is once */
    hear(frame("update 99 ack 0")); /* of nothing */
    (void)open_stream();
    expect_error(yamux_stream_open(fixture.session, &opened), GOSSIP_ERROR_LIMIT);
    hear(frame("data 3 ack+fin hello")); /* as late as rust does it */
    (void)open_stream();
    hear(frame("update 5 rst 0")); /* and a refusal is an answer too */
    (void)open_stream();
    expect_error(yamux_stream_open(fixture.session, &opened), GOSSIP_ERROR_LIMIT);
    end();
}

/* ---- windows ---------------------------------------------------------------------------- */

static void a_whole_window_may_come_in_one_frame(void)
{
    begin(YAMUX_LISTENER);
    hear(data_frame("data 1 syn", YAMUX_INITIAL_WINDOW_BYTES));
    expect_text(told(), "1 arrived\n1 data (262144 bytes)\n");
    expect_text(said(), "update 1 ack 0\nupdate 1 - 262144\n");
    hear(data_frame("data 1 -", YAMUX_INITIAL_WINDOW_BYTES));
    end();
}

static void a_first_frame_larger_than_the_window_leaves_no_stream(void)
{
    begin(YAMUX_LISTENER);
    expect_error(try_hear(data_frame("data 1 syn", YAMUX_INITIAL_WINDOW_BYTES + 1)),
        GOSSIP_ERROR_PEER_MALFORMED);
    expect_text(told(), "");
    expect_text(said(), "away 0 - 1\n");
    end();
    /* No window is that large, not even that of a stream we do not know. */
    begin(YAMUX_LISTENER);
    hear(data_frame("data 1 -", YAMUX_INITIAL_WINDOW_BYTES));
    expect_error(try_hear(data_frame("data 1 -", YAMUX_INITIAL_WINDOW_BYTES + 1)),
        GOSSIP_ERROR_PEER_MALFORMED);
    end();
    /* Only the length is large; the bytes never come. */
    begin(YAMUX_LISTENER);
    expect_error(try_hear(hex("0000 0001 00000001 ffffffff 010203040506070809101112")),
        GOSSIP_ERROR_PEER_MALFORMED);
    expect_text(told(), "");
    end();
}

static void sending_more_than_the_window_ends_the_session(void)
{
    begin(YAMUX_LISTENER);
    fixture.is_consuming = false;
    hear(data_frame("data 1 syn", YAMUX_INITIAL_WINDOW_BYTES - 5));
    hear(frame("data 1 - exact"));
    expect_error(try_hear(frame("data 1 - x")), GOSSIP_ERROR_PEER_MALFORMED);
    end();
}

/* Credit is for what those above have used up, not for what has arrived. */
static void a_slow_reader_stops_the_peer(void)
{
    begin(YAMUX_LISTENER);
    fixture.is_consuming = false;
    hear(data_frame("data 1 syn", YAMUX_INITIAL_WINDOW_BYTES));
    (void)told();
    expect_text(said(), "update 1 ack 0\n");
    yamux_stream_consumed(fixture.session, stream(1), YAMUX_INITIAL_WINDOW_BYTES / 2 - 1);
    expect_text(said(), "");
    yamux_stream_consumed(fixture.session, stream(1), 11);
    expect_text(said(), "update 1 - 131082\n");
    hear(data_frame("data 1 -", 131082));
    yamux_stream_consumed(fixture.session, stream(1), 131072);
    expect_text(said(), "update 1 - 131072\n"); /* not once more what was credited before */
    hear(data_frame("data 1 -", 131072));
    expect_error(try_hear(frame("data 1 - x")), GOSSIP_ERROR_PEER_MALFORMED);
    end();
}

static void who_has_finished_needs_no_credit(void)
{
    begin(YAMUX_LISTENER);
    hear(data_frame("data 1 syn", YAMUX_INITIAL_WINDOW_BYTES));
    hear(frame("update 1 fin 0"));
    expect_text(said(), "update 1 ack 0\n");
    end();
}

static void credit_is_not_given_before_it_is_said(void)
{
    begin(YAMUX_LISTENER);
    hear(data_frame("data 1 syn", YAMUX_INITIAL_WINDOW_BYTES));
    (void)told();
    /* Everything is consumed, but the peer cannot know. */
    expect_error(try_hear(frame("data 1 - x")), GOSSIP_ERROR_PEER_MALFORMED);
    end();
}

static void an_overflowing_window_ends_the_session(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("data 1 syn x"));
    expect_error(try_hear(frame("update 1 - 4294901760")), GOSSIP_ERROR_PEER_MALFORMED);
    expect_text(said(), "away 0 - 1\n");
    end();
    begin(YAMUX_LISTENER);
    expect_error(try_hear(frame("update 1 syn 4294967295")), GOSSIP_ERROR_PEER_MALFORMED);
    end();
    begin(YAMUX_LISTENER);
    hear(frame("update 1 syn 0"));
    for (int i = 0; i < 255; i++)
        hear(frame("update 1 - 16777216"));
    expect_error(try_hear(frame("update 1 - 16777216")), GOSSIP_ERROR_PEER_MALFORMED);
    end();
}

static void the_largest_window_is_accepted(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("update 1 syn 4294705151"));
    expect_error(try_hear(frame("update 1 - 1")), GOSSIP_ERROR_PEER_MALFORMED);
    end();
}

/* ---- ending ----------------------------------------------------------------------------- */

static void an_end_may_come_in_either_kind_of_frame(void)
{
    begin(YAMUX_LISTENER);
    hear(both(frame("update 1 syn 0"), frame("update 1 fin 0")));
    hear(both(frame("update 3 syn 0"), frame("data 3 fin")));
    hear(both(frame("update 5 syn 0"), frame("data 5 fin bye")));
    expect_text(told(), "1 arrived\n1 finished\n3 arrived\n3 finished\n"
                        "5 arrived\n5 data bye\n5 finished\n");
    end();
}

static void a_reset_may_come_in_either_kind_of_frame(void)
{
    begin(YAMUX_LISTENER);
    hear(both(frame("update 1 syn 0"), frame("update 1 rst 4100")));
    hear(both(frame("update 3 syn 0"), frame("data 3 rst")));
    hear(both(frame("update 5 syn 0"), frame("data 5 rst dropped")));
    hear(frame("update 7 syn 0"));
    expect_text(told(), "1 arrived\n1 reset 4100\n3 arrived\n3 reset 0\n"
                        "5 arrived\n5 reset 0\n7 arrived\n");
    expect_text(said(), "update 7 ack 0\n");
    end();
}

static void an_end_is_told_once(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("data 1 syn+fin bye"));
    hear(frame("update 1 fin 0"));
    hear(frame("data 1 fin"));
    hear(frame("data 1 fin more"));
    expect_text(told(), "1 arrived\n1 data bye\n1 finished\n");
    expect_null(yamux_session_failure(fixture.session));
    end();
}

static void credit_still_counts_after_the_peer_finished(void)
{
    yamux_limits_default(&fixture.limits);
    fixture.limits.queue_bytes_max = (size_t)1024 * 1024;
    begin_with_limits(YAMUX_LISTENER);
    hear(frame("update 1 syn+fin 0"));
    hear(frame("update 1 - 10"));
    expect_equal(yamux_stream_room(fixture.session, stream(1)), YAMUX_INITIAL_WINDOW_BYTES + 10);
    end();
}

/* ---- what nobody waits for -------------------------------------------------------------- */

static void frames_for_unknown_streams_pass_by(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("data 1 - for nobody"));
    hear(frame("data 2 - for nobody"));
    hear(frame("update 7 - 4294967295"));
    hear(frame("update 7 fin 0"));
    hear(frame("update 7 rst 0"));
    hear(frame("data 7 fin"));
    hear(frame("update 3 syn 0"));
    expect_text(told(), "3 arrived\n");
    expect_text(said(), "update 3 ack 0\n");
    end();
}

static void data_on_its_way_to_a_stream_we_reset_passes_by(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("data 1 syn hello"));
    (void)told();
    yamux_stream_reset(fixture.session, stream(1), YAMUX_RESET_PROTOCOL_VIOLATION);
    hear(frame("data 1 - more"));
    expect_text(said(), "update 1 rst 4100\n");
    hear(frame("data 1 fin the rest"));
    expect_text(told(), "");
    end();
}

/* The stream is reset while the payload of its frame is still coming in. */
static void a_payload_that_has_begun_may_lose_its_stream(void)
{
    struct gossip_bytes whole;

    begin(YAMUX_LISTENER);
    whole = both(frame("data 1 syn+fin hello world"), frame("update 3 syn 0"));
    hear(bytes_part(whole, 0, 17));
    expect_text(told(), "1 arrived\n1 data hello\n");
    yamux_stream_reset(fixture.session, stream(1), 0);
    hear(bytes_part(whole, 17, whole.size));
    expect_text(told(), "3 arrived\n");
    end();
}

static void a_flood_for_streams_that_are_gone_ends_the_session(void)
{
    unsigned count = 0;

    begin(YAMUX_LISTENER);
    hear(both(frame("update 1 syn 0"), frame("update 1 rst 0")));
    while (try_hear(data_frame("data 1 -", 65536)) == GOSSIP_OK)
        count++;
    expect_equal(count, 64 * 4);
    expect_text(said(), "away 0 - 1\n");
    end();
}

static void what_is_gone_counts_by_the_minute(void)
{
    begin(YAMUX_LISTENER);
    for (int minute = 0; minute < 3; minute++) {
        for (int i = 0; i < 200; i++)
            hear(data_frame("data 1 -", 65536));
        fixture.now.us += 60000000;
    }
    end();
}

/* ---- floods ----------------------------------------------------------------------------- */

static void streams_reset_as_fast_as_they_open_end_the_session(void)
{
    enum gossip_error error = GOSSIP_OK;
    unsigned count = 0;

    begin(YAMUX_LISTENER);
    for (; error == GOSSIP_OK && count < 2000; count++) {
        error = try_hear(both(numbered("update %u syn 0", 1 + 2 * count),
            numbered("update %u rst 0", 1 + 2 * count)));
        (void)told();
        test_free_taken();
    }
    expect_error(error, GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_equal(count, 1001);
    expect_at_most(fixture.memory.bytes_peak, 8192);
    end();
}

static void openings_without_end_end_the_session(void)
{
    enum gossip_error error = GOSSIP_OK;
    unsigned count = 0;

    begin(YAMUX_LISTENER);
    for (; error == GOSSIP_OK && count < 5000; count++) {
        error = try_hear(numbered("update %u syn 0", 1 + 2 * count));
        (void)told();
        (void)said();
        test_free_taken();
    }
    expect_error(error, GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_equal(count, 64 + 1001);
    expect_at_most(fixture.memory.bytes_peak, 16384);
    end();
}

static void streams_that_we_reset_without_end_end_the_session(void)
{
    enum gossip_error error = GOSSIP_OK;
    unsigned count = 0;

    begin(YAMUX_LISTENER);
    for (; error == GOSSIP_OK && count < 5000; count++) {
        error = try_hear(numbered("update %u syn 0", 1 + 2 * count));
        (void)told();
        if (error == GOSSIP_OK)
            yamux_stream_reset(fixture.session, stream(1 + 2 * count), YAMUX_RESET_RESOURCE_LIMIT);
        (void)said();
        test_free_taken();
    }
    expect_error(error, GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_equal(count, 1002);
    end();
}

static void a_thousand_resets_a_minute_are_tolerated(void)
{
    begin(YAMUX_LISTENER);
    for (unsigned i = 0; i < 3000; i++) {
        hear(both(numbered("update %u syn 0", 1 + 2 * i), numbered("update %u rst 0", 1 + 2 * i)));
        (void)told();
        test_free_taken();
        fixture.now.us += 61000;
    }
    end();
}

static void pings_without_reading_stop_our_reading(void)
{
    unsigned count = 0;

    begin(YAMUX_LISTENER);
    while (yamux_session_wants_input(fixture.session)) {
        hear(frame("ping 0 syn 1"));
        count++;
    }
    expect_equal(count, YAMUX_REPLIES_MAX / 2);
    /* What was read already is still answered, up to a point. */
    for (; count < YAMUX_REPLIES_MAX; count++)
        hear(frame("ping 0 syn 1"));
    expect_error(try_hear(frame("ping 0 syn 1")), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_at_most(fixture.memory.bytes_peak, 8192);
    end();
}

static void a_million_pings_cost_no_memory_if_answers_are_read(void)
{
    struct gossip_bytes pings;
    size_t size = 0;

    begin(YAMUX_LISTENER);
    pings = frame("ping 0 syn 1");
    for (int i = 0; i < 6; i++)
        pings = both(pings, pings); /* 64 of them */
    for (int i = 0; i < 1000000 / 64; i++) {
        uint8_t memory[64 * YAMUX_HEADER_BYTES];

        hear(pings);
        size +=
            yamux_session_transmit(fixture.session, fixture.now, room_make(memory, sizeof(memory)));
        expect_true(yamux_session_wants_input(fixture.session));
    }
    expect_equal(size, 1000000 / 64 * 64 * YAMUX_HEADER_BYTES);
    expect_at_most(fixture.memory.bytes_peak, 8192);
    end();
}

/* ---- bytes ------------------------------------------------------------------------------ */

static void frames_may_be_cut_anywhere(void)
{
    const char *wanted =
        "1 arrived\n1 data hello\n1 finished\n3 arrived\n3 reset 7\ngoing away 0\n";
    size_t size = 0;

    for (size_t cut = 0; cut == 0 || cut < size; cut++) {
        struct gossip_bytes whole;

        begin(YAMUX_LISTENER);
        whole = both(both(frame("data 1 syn+fin hello"), frame("ping 0 syn 5")),
            both(both(frame("update 3 syn 0"), frame("update 3 rst 7")), frame("away 0 - 0")));
        size = whole.size;
        hear(bytes_part(whole, 0, cut));
        hear(bytes_part(whole, cut, size));
        /* Data comes in as many pieces as its frame; here the cut may lie inside. */
        if (cut <= 12 || cut >= 17)
            expect_text(told(), wanted);
        else
            (void)told();
        expect_text(said(), "ping 0 ack 5\nupdate 1 ack 0\n");
        end();
    }
}

static void data_comes_in_the_pieces_it_arrives_in(void)
{
    struct gossip_bytes whole;

    begin(YAMUX_LISTENER);
    whole = frame("data 1 syn+fin hello");
    for (size_t i = 0; i < whole.size; i++)
        hear(bytes_part(whole, i, 1));
    expect_text(told(), "1 arrived\n1 data h\n1 data e\n1 data l\n1 data l\n1 data o\n"
                        "1 finished\n");
    end();
}

static void what_is_not_yamux_ends_the_session(void)
{
    static const char *const broken[] = {"010100010000000100000000", "000400000000000100000000",
        "000000000000000000000000", "000200010000000100000000", "000300000000000100000000"};

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        begin(YAMUX_LISTENER);
        expect_error(try_hear(hex(broken[i])), GOSSIP_ERROR_PEER_MALFORMED);
        expect_text(said(), "away 0 - 1\n");
        end();
    }
}

static void unknown_flags_mean_nothing(void)
{
    begin(YAMUX_LISTENER);
    hear(hex("0001fff1 00000001 00000000"));
    expect_text(told(), "1 arrived\n");
    end();
}

TEST_MAIN(TEST(a_stream_is_opened_by_a_window_update), TEST(a_stream_is_opened_by_its_first_data),
    TEST(a_stream_may_be_opened_and_ended_in_one_frame),
    TEST(the_length_of_an_opening_is_added_to_the_window),
    TEST(an_id_of_our_own_parity_ends_the_session), TEST(an_id_that_is_used_twice_ends_the_session),
    TEST(ids_may_come_out_of_order), TEST(more_streams_than_allowed_are_reset),
    TEST(without_memory_a_stream_is_reset), TEST(without_memory_for_an_answer_the_session_ends),
    TEST(a_stream_that_is_reset_as_it_opens_never_arrives),
    TEST(an_acknowledgement_makes_room_for_the_next), TEST(a_whole_window_may_come_in_one_frame),
    TEST(a_first_frame_larger_than_the_window_leaves_no_stream),
    TEST(sending_more_than_the_window_ends_the_session), TEST(a_slow_reader_stops_the_peer),
    TEST(who_has_finished_needs_no_credit), TEST(credit_is_not_given_before_it_is_said),
    TEST(an_overflowing_window_ends_the_session), TEST(the_largest_window_is_accepted),
    TEST(an_end_may_come_in_either_kind_of_frame), TEST(a_reset_may_come_in_either_kind_of_frame),
    TEST(an_end_is_told_once), TEST(credit_still_counts_after_the_peer_finished),
    TEST(frames_for_unknown_streams_pass_by), TEST(data_on_its_way_to_a_stream_we_reset_passes_by),
    TEST(a_payload_that_has_begun_may_lose_its_stream),
    TEST(a_flood_for_streams_that_are_gone_ends_the_session),
    TEST(what_is_gone_counts_by_the_minute),
    TEST(streams_reset_as_fast_as_they_open_end_the_session),
    TEST(openings_without_end_end_the_session),
    TEST(streams_that_we_reset_without_end_end_the_session),
    TEST(a_thousand_resets_a_minute_are_tolerated), TEST(pings_without_reading_stop_our_reading),
    TEST(a_million_pings_cost_no_memory_if_answers_are_read), TEST(frames_may_be_cut_anywhere),
    TEST(data_comes_in_the_pieces_it_arrives_in), TEST(what_is_not_yamux_ends_the_session),
    TEST(unknown_flags_mean_nothing))
