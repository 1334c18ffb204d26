#include "base/instant.h"
#include "fixture.h"

/* ---- opening and limits ----------------------------------------------------------------- */

static void ids_are_odd_for_the_dialer_and_even_for_the_listener(void)
{
    begin(YAMUX_DIALER);
    expect_equal(open_stream().id, 1);
    expect_equal(open_stream().id, 3);
    expect_text(said(), "update 1 syn 0\nupdate 3 syn 0\n");
    end();
    begin(YAMUX_LISTENER);
    expect_equal(open_stream().id, 2);
    expect_equal(open_stream().id, 4);
    end();
}

static void a_side_opens_no_more_streams_than_allowed(void)
{
    struct yamux_stream opened;

    begin(YAMUX_DIALER);
    for (int i = 0; i < 64; i++)
        (void)open_stream();
    expect_error(yamux_stream_open(fixture.session, &opened), GOSSIP_ERROR_LIMIT);
    hear(frame("update 1 ack 0"));
    expect_error(yamux_stream_open(fixture.session, &opened), GOSSIP_ERROR_LIMIT);
    yamux_stream_reset(fixture.session, stream(1), 0);
    (void)said();
    expect_ok(yamux_stream_open(fixture.session, &opened));
    expect_equal(opened.id, 129);
    end();
}

static void without_memory_no_stream_is_opened(void)
{
    struct yamux_stream opened;

    begin(YAMUX_DIALER);
    test_allocator_fail(&fixture.memory, 1);
    expect_error(yamux_stream_open(fixture.session, &opened), GOSSIP_ERROR_NO_MEMORY);
    expect_equal(open_stream().id, 1);
    expect_text(said(), "update 1 syn 0\n");
    end();
}

/* ---- writing ---------------------------------------------------------------------------- */

static void bytes_may_be_written_before_the_peer_accepts(void)
{
    begin(YAMUX_DIALER);
    expect_equal(write_text(open_stream(), "hello"), 5);
    expect_text(said(), "update 1 syn 0\ndata 1 - hello\n");
    end();
}

static void a_write_takes_no_more_than_the_window(void)
{
    begin(YAMUX_DIALER);
    (void)open_stream();
    for (size_t left = YAMUX_INITIAL_WINDOW_BYTES; left > 0;) {
        left -= write_bytes(stream(1), left);
        (void)said();
    }
    expect_equal(write_text(stream(1), "more"), 0);
    expect_text(said(), "");
    (void)told();
    hear(frame("update 1 - 0")); /* not worth waking for */
    expect_text(told(), "");
    hear(frame("update 1 - 3"));
    expect_text(told(), "1 writable\n");
    hear(frame("update 1 - 0"));
    expect_text(told(), "");
    expect_equal(write_text(stream(1), "more"), 3);
    expect_text(said(), "data 1 - mor\n");
    hear(frame("update 1 ack 1"));
    expect_text(told(), "1 writable\n");
    expect_equal(write_text(stream(1), "e"), 1);
    hear(frame("update 1 - 100"));
    expect_text(told(), "");
    end();
}

static void a_write_takes_no_more_than_the_queue(void)
{
    begin(YAMUX_DIALER);
    (void)open_stream();
    expect_equal(write_bytes(stream(1), 100000), 65536 - 8);
    expect_equal(write_text(stream(1), "more"), 0);
    expect_text(told(), "");
    expect_at_most(fixture.memory.bytes_peak, 70000);
    (void)said_bytes();
    expect_text(told(), "1 writable\n");
    expect_text(told(), "");
    expect_equal(write_text(stream(1), "more"), 4);
    end();
}

static bool write_whole(struct yamux_stream to, struct gossip_bytes data)
{
    bool is_accepted;

    expect_ok(yamux_stream_write_whole(fixture.session, to, data, &is_accepted));
    return is_accepted;
}

static void a_whole_write_is_never_cut(void)
{
    begin(YAMUX_DIALER);
    (void)open_stream();
    (void)write_bytes(stream(1), 65536 - 8 - 8 - 4);
    expect_false(write_whole(stream(1), BYTES_OF("hello")));
    expect_text(told(), "");
    (void)said_bytes();
    expect_text(told(), "1 writable\n");
    expect_true(write_whole(stream(1), BYTES_OF("hello")));
    expect_text(said(), "data 1 - hello\n");
    end();
}

static void a_whole_write_waits_for_enough_window(void)
{
    begin(YAMUX_DIALER);
    (void)open_stream();
    for (size_t left = YAMUX_INITIAL_WINDOW_BYTES - 4; left > 0;) {
        left -= write_bytes(stream(1), left);
        (void)said();
    }
    (void)told();
    expect_false(write_whole(stream(1), BYTES_OF("hello")));
    expect_text(told(), ""); /* there is room in the queue, but that does not help */
    hear(frame("update 1 - 1"));
    expect_text(told(), "1 writable\n");
    expect_true(write_whole(stream(1), BYTES_OF("hello")));
    expect_false(write_whole(stream(1), BYTES_OF("!")));
    end();
}

static void an_idle_session_keeps_no_queue(void)
{
    size_t before;

    begin(YAMUX_DIALER);
    (void)open_stream();
    before = fixture.memory.bytes;
    (void)write_bytes(stream(1), 50000);
    hear(frame("ping 0 syn 1"));
    expect_at_least(fixture.memory.bytes, before + 50000);
    (void)said();
    expect_equal(fixture.memory.bytes, before);
    end();
}

static void an_empty_write_is_nothing(void)
{
    size_t accepted = 1;

    begin(YAMUX_DIALER);
    expect_ok(
        yamux_stream_write(fixture.session, open_stream(), (struct gossip_bytes){0}, &accepted));
    expect_equal(accepted, 0);
    expect_text(said(), "update 1 syn 0\n");
    expect_text(told(), "");
    end();
}

static void without_memory_nothing_is_written(void)
{
    size_t accepted;

    begin(YAMUX_DIALER);
    (void)open_stream();
    test_allocator_fail(&fixture.memory, 1);
    expect_error(yamux_stream_write(fixture.session, stream(1), BYTES_OF("hello"), &accepted),
        GOSSIP_ERROR_NO_MEMORY);
    expect_equal(accepted, 0);
    expect_equal(write_text(stream(1), "again"), 5);
    expect_text(said(), "update 1 syn 0\ndata 1 - again\n");
    end();
}

static void a_stream_that_is_gone_is_not_found(void)
{
    size_t accepted;

    begin(YAMUX_DIALER);
    expect_error(yamux_stream_write(fixture.session, stream(9), BYTES_OF("x"), &accepted),
        GOSSIP_ERROR_NOT_FOUND);
    expect_equal(yamux_stream_room(fixture.session, stream(9)), 0);
    yamux_stream_consumed(fixture.session, stream(9), 5);
    yamux_stream_finish(fixture.session, stream(9));
    yamux_stream_reset(fixture.session, stream(9), 0);
    expect_text(said(), "");
    end();
}

static void consuming_more_than_was_received_is_a_mistake(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("data 1 syn hello"));
    expect_require_fails(yamux_stream_consumed(fixture.session, stream(1), 1));
    end();
}

/* ---- turns ------------------------------------------------------------------------------ */

static void three_streams_share_a_full_queue(void)
{
    size_t written[4] = {0};

    begin(YAMUX_DIALER);
    for (int i = 0; i < 3; i++)
        (void)open_stream();
    hear(both(frame("update 1 ack 8000000"),
        both(frame("update 3 ack 8000000"), frame("update 5 ack 8000000"))));
    (void)write_bytes(stream(1), 1000000);
    (void)write_bytes(stream(3), 1000000);
    (void)write_bytes(stream(5), 1000000);
    for (int i = 0; i < 120; i++) {
        struct yamux_event event;
        uint8_t memory[YAMUX_FRAME_BYTES_MAX];

        (void)yamux_session_transmit(
            fixture.session, fixture.now, room_make(memory, sizeof(memory)));
        while (yamux_session_poll(fixture.session, &event)) {
            expect_equal(event.kind, YAMUX_STREAM_WRITABLE);
            written[event.stream.id / 2] += write_bytes(event.stream, 1000000);
        }
    }
    for (int i = 0; i < 3; i++) {
        expect_at_least(written[i], 38 * YAMUX_DATA_BYTES_MAX);
        expect_at_most(written[i], 42 * YAMUX_DATA_BYTES_MAX);
    }
    end();
}

static void a_chat_line_waits_for_no_more_than_one_turn_of_a_bulk_stream(void)
{
    begin(YAMUX_DIALER);
    (void)open_stream();
    (void)open_stream();
    (void)said();
    (void)write_bytes(stream(1), 1000000); /* fills the queue, and waits */
    expect_equal(write_text(stream(3), "hello"), 0);
    (void)said_bytes();
    /* Both are told, in turn; the bulk stream may take one frame only. */
    {
        struct yamux_event event;

        expect_true(yamux_session_poll(fixture.session, &event));
        expect_equal(event.stream.id, 1);
        expect_equal(write_bytes(stream(1), 1000000), YAMUX_DATA_BYTES_MAX);
        expect_true(yamux_session_poll(fixture.session, &event));
        expect_equal(event.stream.id, 3);
        expect_equal(write_text(stream(3), "hello"), 5);
    }
    end();
}

static void who_does_not_use_its_turn_holds_up_nobody(void)
{
    begin(YAMUX_DIALER);
    (void)open_stream();
    (void)open_stream();
    (void)said();
    (void)write_bytes(stream(1), 1000000);
    expect_equal(write_text(stream(3), "hello"), 0);
    (void)said_bytes();
    expect_text(told(), "1 writable\n3 writable\n");
    expect_equal(write_text(stream(3), "hello"), 5);
    end();
}

/* Else many small writers could keep a large one waiting for ever. */
static void who_comes_later_waits_behind(void)
{
    uint8_t memory[1000];

    begin(YAMUX_DIALER);
    (void)open_stream();
    (void)open_stream();
    (void)said();
    (void)write_bytes(stream(1), 1000000);
    (void)yamux_session_transmit(fixture.session, fixture.now, room_make(memory, sizeof(memory)));
    expect_text(told(), ""); /* some room, but not enough for a turn */
    expect_equal(write_text(stream(3), "hello"), 0);
    end();
}

static void a_stream_that_ends_waits_no_longer(void)
{
    begin(YAMUX_DIALER);
    (void)open_stream();
    (void)open_stream();
    (void)open_stream();
    (void)write_bytes(stream(1), 1000000);
    (void)write_bytes(stream(3), 10);
    (void)write_bytes(stream(5), 10);
    yamux_stream_finish(fixture.session, stream(1));
    yamux_stream_reset(fixture.session, stream(3), 0);
    (void)said_bytes();
    expect_text(told(), "5 writable\n");
    end();
}

/* ---- the ends of a stream --------------------------------------------------------------- */

static void finishing_ends_one_direction_only(void)
{
    size_t accepted;

    begin(YAMUX_DIALER);
    (void)write_text(open_stream(), "question");
    yamux_stream_finish(fixture.session, stream(1));
    yamux_stream_finish(fixture.session, stream(1));
    expect_text(said(), "update 1 syn 0\ndata 1 - question\nupdate 1 fin 0\n");
    expect_error(yamux_stream_write(fixture.session, stream(1), BYTES_OF("x"), &accepted),
        GOSSIP_ERROR_INVALID);
    hear(frame("data 1 ack answer"));
    expect_text(told(), "1 data answer\n");
    hear(frame("update 1 fin 0"));
    expect_text(told(), "1 finished\n");
    expect_error(yamux_stream_write(fixture.session, stream(1), BYTES_OF("x"), &accepted),
        GOSSIP_ERROR_NOT_FOUND);
    expect_text(said(), "");
    end();
}

static void the_peer_may_finish_first(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("data 1 syn+fin question"));
    expect_text(told(), "1 arrived\n1 data question\n1 finished\n");
    (void)write_text(stream(1), "answer");
    yamux_stream_finish(fixture.session, stream(1));
    expect_text(said(), "update 1 ack 0\ndata 1 - answer\nupdate 1 fin 0\n");
    hear(frame("update 1 rst 0")); /* gone by now */
    expect_text(told(), "");
    end();
}

static void an_end_comes_behind_all_data_even_in_little_rooms(void)
{
    begin(YAMUX_DIALER);
    (void)write_text(open_stream(), "hello world");
    yamux_stream_finish(fixture.session, stream(1));
    expect_text(said_in(18), "update 1 syn 0\n"
                             "data 1 - hello \ndata 1 - world\nupdate 1 fin 0\n");
    end();
}

static void nothing_follows_a_reset(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("update 1 syn 0"));
    hear(frame("update 3 syn 0"));
    (void)told();
    (void)said();
    (void)write_bytes(stream(1), 100);
    (void)write_text(stream(3), "stays");
    (void)write_bytes(stream(1), 100);
    yamux_stream_reset(fixture.session, stream(1), YAMUX_RESET_NEGOTIATION_FAILED);
    yamux_stream_reset(fixture.session, stream(1), 7);
    expect_text(said(), "update 1 rst 4097\ndata 3 - stays\n");
    end();
}

static void a_reset_cuts_data_that_was_partly_sent(void)
{
    uint8_t memory[50];

    begin(YAMUX_DIALER);
    (void)write_bytes(open_stream(), 100);
    (void)open_stream();
    (void)yamux_session_transmit(fixture.session, fixture.now, room_make(memory, sizeof(memory)));
    (void)write_text(stream(3), "other");
    yamux_stream_reset(fixture.session, stream(1), 0);
    expect_text(said(), "update 1 rst 0\ndata 3 - other\n");
    end();
}

static void a_reset_of_what_the_peer_never_heard_of_is_silent(void)
{
    begin(YAMUX_DIALER);
    (void)write_text(open_stream(), "never said");
    yamux_stream_reset(fixture.session, stream(1), 0);
    (void)write_text(open_stream(), "said");
    expect_text(said(), "update 3 syn 0\ndata 3 - said\n");
    end();
}

static void a_reset_forgets_what_was_to_be_told(void)
{
    struct yamux_event event;
    struct gossip_bytes input;

    begin(YAMUX_LISTENER);
    hear(frame("update 1 syn 0"));
    (void)told();
    input = frame("data 1 fin hello");
    expect_ok(yamux_session_receive(fixture.session, fixture.now, &input));
    expect_ok(yamux_session_receive(fixture.session, fixture.now, &input));
    yamux_stream_reset(fixture.session, stream(1), 0);
    expect_false(yamux_session_poll(fixture.session, &event));
    expect_text(said(), "update 1 rst 0\n");
    end();
}

/* ---- events that nobody has asked for yet ----------------------------------------------- */

static void receive_quietly(const char *text)
{
    struct gossip_bytes input = frame(text);

    while (input.size > 0)
        expect_ok(yamux_session_receive(fixture.session, fixture.now, &input));
}

static void an_end_is_told_even_if_ours_was_said_before(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("update 1 syn 0"));
    (void)told();
    (void)said();
    receive_quietly("update 1 fin 0");
    yamux_stream_finish(fixture.session, stream(1));
    expect_bytes(said_bytes(), hex("000100040000000100000000"));
    expect_text(told(), "1 finished\n");
    end();
}

static void what_is_writable_and_then_finished_is_not_told_writable(void)
{
    begin(YAMUX_DIALER);
    (void)open_stream();
    for (size_t left = YAMUX_INITIAL_WINDOW_BYTES; left > 0;) {
        left -= write_bytes(stream(1), left);
        (void)said();
    }
    expect_equal(write_text(stream(1), "more"), 0);
    (void)told();
    receive_quietly("update 1 - 9");
    yamux_stream_finish(fixture.session, stream(1));
    expect_text(told(), "");
    end();
}

static void nothing_is_sent_on_what_the_peer_has_reset(void)
{
    begin(YAMUX_DIALER);
    (void)open_stream();
    (void)said();
    (void)write_text(stream(1), "hello");
    receive_quietly("update 1 rst 0");
    expect_equal(said_bytes().size, 0);
    expect_text(told(), "1 reset 0\n");
    end();
}

/* Every order in which two sides can end: who reads and who writes learns of it exactly once. */
enum ending { NO_END, FINISH, RESET };

static void play_ending(bool is_first_ours, enum ending ours, enum ending theirs)
{
    const char *wanted[] = {[NO_END] = "", [FINISH] = "1 finished\n", [RESET] = "1 reset 9\n"};
    size_t accepted;
    enum gossip_error error;
    bool is_over;

    begin(YAMUX_LISTENER);
    hear(frame("update 1 syn 0"));
    (void)told();
    (void)said();
    for (int turn = 0; turn < 2; turn++) {
        if ((turn == 0) == is_first_ours) {
            if (ours == FINISH)
                yamux_stream_finish(fixture.session, stream(1));
            else if (ours == RESET)
                yamux_stream_reset(fixture.session, stream(1), 3);
            (void)said();
        } else {
            if (theirs != NO_END)
                hear(frame(theirs == FINISH ? "update 1 fin 0" : "update 1 rst 9"));
            expect_text(told(), is_first_ours && ours == RESET ? "" : wanted[theirs]);
        }
    }
    is_over = ours == RESET || theirs == RESET || (ours == FINISH && theirs == FINISH);
    error = yamux_stream_write(fixture.session, stream(1), BYTES_OF("x"), &accepted);
    expect_error(error, is_over          ? GOSSIP_ERROR_NOT_FOUND
                        : ours == FINISH ? GOSSIP_ERROR_INVALID
                                         : GOSSIP_OK);
    /* Whatever comes now brings no second end. */
    hear(frame("update 1 fin 0"));
    hear(frame("data 1 fin late"));
    if (theirs != NO_END || is_over)
        expect_text(told(), "");
    else
        expect_text(told(), "1 finished\n");
    end();
}

static void every_order_of_ends_is_told_once(void)
{
    for (int ours = NO_END; ours <= RESET; ours++) {
        for (int theirs = NO_END; theirs <= RESET; theirs++) {
            play_ending(true, (enum ending)ours, (enum ending)theirs);
            play_ending(false, (enum ending)ours, (enum ending)theirs);
        }
    }
}

static void streams_that_ended_leave_nothing(void)
{
    size_t before;

    begin(YAMUX_DIALER);
    before = fixture.memory.bytes;
    for (int i = 0; i < 1000; i++) {
        struct yamux_stream opened = open_stream();
        uint8_t end_frame[YAMUX_HEADER_BYTES];
        struct yamux_frame end_head = {
            .type = YAMUX_FRAME_DATA, .flags = YAMUX_FLAG_FIN, .id = opened.id};

        (void)write_text(opened, "ping");
        yamux_stream_finish(fixture.session, opened);
        (void)said();
        yamux_frame_encode(&end_head, end_frame);
        if (i % 2 == 0)
            yamux_stream_reset(fixture.session, opened, 0);
        else
            hear(bytes_make(end_frame, sizeof(end_frame)));
        (void)said();
        (void)told();
        expect_equal(fixture.memory.bytes, before);
        test_free_taken();
    }
    end();
}

TEST_MAIN(TEST(ids_are_odd_for_the_dialer_and_even_for_the_listener),
    TEST(a_side_opens_no_more_streams_than_allowed), TEST(without_memory_no_stream_is_opened),
    TEST(bytes_may_be_written_before_the_peer_accepts), TEST(a_write_takes_no_more_than_the_window),
    TEST(a_write_takes_no_more_than_the_queue), TEST(a_whole_write_is_never_cut),
    TEST(a_whole_write_waits_for_enough_window), TEST(an_idle_session_keeps_no_queue),
    TEST(an_empty_write_is_nothing), TEST(without_memory_nothing_is_written),
    TEST(a_stream_that_is_gone_is_not_found), TEST(consuming_more_than_was_received_is_a_mistake),
    TEST(three_streams_share_a_full_queue),
    TEST(a_chat_line_waits_for_no_more_than_one_turn_of_a_bulk_stream),
    TEST(who_does_not_use_its_turn_holds_up_nobody), TEST(who_comes_later_waits_behind),
    TEST(a_stream_that_ends_waits_no_longer), TEST(finishing_ends_one_direction_only),
    TEST(the_peer_may_finish_first), TEST(an_end_comes_behind_all_data_even_in_little_rooms),
    TEST(nothing_follows_a_reset), TEST(a_reset_cuts_data_that_was_partly_sent),
    TEST(a_reset_of_what_the_peer_never_heard_of_is_silent),
    TEST(a_reset_forgets_what_was_to_be_told), TEST(an_end_is_told_even_if_ours_was_said_before),
    TEST(what_is_writable_and_then_finished_is_not_told_writable),
    TEST(nothing_is_sent_on_what_the_peer_has_reset), TEST(every_order_of_ends_is_told_once),
    TEST(streams_that_ended_leave_nothing))
