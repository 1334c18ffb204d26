#include "fixture.h"

#include <string.h>

static void control_is_said_in_window_updates(void)
{
    begin(YAMUX_DIALER);
    (void)open_stream();
    expect_bytes(said_bytes(), hex("000100010000000100000000"));
    yamux_stream_finish(fixture.session, stream(1));
    expect_bytes(said_bytes(), hex("000100040000000100000000"));
    yamux_stream_reset(fixture.session, stream(1), 0);
    expect_bytes(said_bytes(), hex("000100080000000100000000"));
    end();
    begin(YAMUX_LISTENER);
    hear(hex("000000010000000100000005 68656c6c6f"));
    expect_bytes(said_bytes(), hex("000100020000000100000000"));
    yamux_session_go_away(fixture.session);
    expect_bytes(said_bytes(), hex("000300000000000000000000"));
    end();
}

static void answers_go_ahead_of_data(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("update 1 syn 0"));
    (void)said();
    (void)write_text(stream(1), "bulk");
    hear(data_frame("data 1 -", YAMUX_INITIAL_WINDOW_BYTES / 2));
    hear(frame("ping 0 syn 4"));
    (void)open_stream();
    expect_text(said(), "ping 0 ack 4\nupdate 1 - 131072\nupdate 2 syn 0\ndata 1 - bulk\n");
    end();
}

static void small_writes_share_a_frame(void)
{
    begin(YAMUX_DIALER);
    (void)open_stream();
    (void)open_stream();
    (void)said();
    (void)write_text(stream(1), "a");
    (void)write_text(stream(1), "b");
    (void)write_text(stream(1), "c");
    (void)write_text(stream(3), "d");
    (void)write_text(stream(1), "e");
    expect_text(said(), "data 1 - abc\ndata 3 - d\ndata 1 - e\n");
    end();
}

static void large_writes_are_cut_into_frames(void)
{
    begin(YAMUX_DIALER);
    (void)write_bytes(open_stream(), 40000);
    expect_text(said(), "update 1 syn 0\n"
                        "data 1 - (16360 bytes)\n"
                        "data 1 - (16372 bytes)\n"
                        "data 1 - (7268 bytes)\n");
    end();
}

static void a_large_room_still_gets_frames_of_bounded_size(void)
{
    struct gossip_bytes bytes;

    begin(YAMUX_DIALER);
    (void)write_bytes(open_stream(), 40000);
    bytes = said_bytes();
    expect_equal(bytes.size, 12 + 40000 + 3 * 12);
    expect_bytes(bytes_part(bytes, 12, 12), hex("00000000 00000001 00003ff4"));
    end();
}

/* Whatever the room, frames are whole, and together they say the same. */
static void any_room_will_do(void)
{
    for (size_t size = YAMUX_TRANSMIT_BYTES_MIN; size < 200; size++) {
        char payload[101] = "";
        const char *said_text;

        begin(YAMUX_DIALER);
        for (int i = 0; i < 10; i++)
            (void)write_text(i == 0 ? open_stream() : stream(1), "0123456789");
        hear(frame("ping 0 syn 1"));
        yamux_stream_finish(fixture.session, stream(1));
        yamux_session_go_away(fixture.session);
        said_text = said_in(size);
        expect_true(strncmp(said_text, "ping 0 ack 1\nupdate 1 syn 0\n", 28) == 0);
        for (const char *at = strstr(said_text, "data 1 - "); at != NULL && size < 52;
             at = strstr(at + 1, "data 1 - ")) {
            size_t length = strcspn(at + 9, "\n");

            strncat(payload, at + 9, length);
        }
        if (size < 52) /* larger frames are not shown */
            expect_text(payload, "0123456789012345678901234567890123456789012345678901234567890"
                                 "123456789012345678901234567890123456789");
        expect_not_null(strstr(said_text, "\nupdate 1 fin 0\naway 0 - 0\n"));
        expect_false(yamux_session_has_output(fixture.session));
        end();
    }
}

static void a_room_that_is_too_small_gets_nothing(void)
{
    uint8_t memory[YAMUX_HEADER_BYTES];

    begin(YAMUX_DIALER);
    (void)write_text(open_stream(), "hello");
    expect_equal(yamux_session_transmit(fixture.session, fixture.now, room_make(memory, 11)), 0);
    expect_equal(yamux_session_transmit(fixture.session, fixture.now, room_make(memory, 12)), 12);
    expect_equal(yamux_session_transmit(fixture.session, fixture.now, room_make(memory, 12)), 0);
    expect_true(yamux_session_has_output(fixture.session));
    expect_text(said(), "data 1 - hello\n");
    end();
}

/* Both sides write all they can and read only what they are given: nobody waits for ever. */
static void two_writers_that_do_not_read_still_answer_pings(void)
{
    begin(YAMUX_DIALER);
    (void)open_stream();
    fixture.is_consuming = false;
    for (size_t left = YAMUX_INITIAL_WINDOW_BYTES; left > 0;) {
        left -= write_bytes(stream(1), left);
        (void)said();
    }
    expect_equal(write_text(stream(1), "x"), 0);
    hear(data_frame("data 1 ack", YAMUX_INITIAL_WINDOW_BYTES));
    hear(frame("ping 0 syn 8"));
    expect_true(yamux_session_wants_input(fixture.session));
    expect_text(said(), "ping 0 ack 8\n");
    end();
}

TEST_MAIN(TEST(control_is_said_in_window_updates), TEST(answers_go_ahead_of_data),
    TEST(small_writes_share_a_frame), TEST(large_writes_are_cut_into_frames),
    TEST(a_large_room_still_gets_frames_of_bounded_size), TEST(any_room_will_do),
    TEST(a_room_that_is_too_small_gets_nothing),
    TEST(two_writers_that_do_not_read_still_answer_pings))
