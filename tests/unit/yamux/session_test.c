#include "yamux/session.h"

#include "base/instant.h"
#include "fixture.h"

static void nothing_happens_by_itself(void)
{
    begin(YAMUX_DIALER);
    expect_text(said(), "");
    expect_text(told(), "");
    expect_true(yamux_session_wants_input(fixture.session));
    expect_null(yamux_session_failure(fixture.session));
    expect_equal(yamux_session_round_trip(fixture.session).us, 0);
    end();
}

static void without_memory_there_is_no_session(void)
{
    struct test_allocator memory;
    struct yamux_limits limits;
    struct yamux_session *session;

    yamux_limits_default(&limits);
    test_allocator_init(&memory);
    test_allocator_fail(&memory, 1);
    expect_error(
        yamux_session_create(&memory.allocator, YAMUX_DIALER, &limits, instant_us(0), &session),
        GOSSIP_ERROR_NO_MEMORY);
    expect_null(session);
    yamux_session_destroy(session);
    test_allocator_deinit(&memory);
}

static void the_first_ping_is_due_at_once(void)
{
    begin(YAMUX_DIALER);
    expect_equal(yamux_session_deadline(fixture.session).us, fixture.now.us);
    expect_ok(wait_seconds(0));
    expect_text(said(), "ping 0 syn 1\n");
    expect_text(said(), "");
    end();
}

static void a_ping_measures_the_round_trip(void)
{
    begin(YAMUX_DIALER);
    expect_ok(wait_seconds(0));
    fixture.now.us += 7000; /* it waits for the transport, which is not part of the way */
    expect_text(said(), "ping 0 syn 1\n");
    fixture.now.us += 1500;
    hear(frame("ping 0 ack 1"));
    expect_equal(yamux_session_round_trip(fixture.session).us, 1500);
    end();
}

static void pings_come_every_thirty_seconds(void)
{
    begin(YAMUX_LISTENER);
    expect_ok(wait_seconds(0));
    expect_text(said(), "ping 0 syn 1\n");
    hear(frame("ping 0 ack 1"));
    expect_ok(wait_seconds(29));
    expect_text(said(), "");
    expect_equal(instant_until(fixture.now, yamux_session_deadline(fixture.session)).us, 1000000);
    expect_ok(wait_seconds(1));
    expect_text(said(), "ping 0 syn 2\n");
    expect_ok(wait_seconds(19));
    expect_text(said(), ""); /* one at a time */
    hear(frame("ping 0 ack 2"));
    expect_equal(instant_until(fixture.now, yamux_session_deadline(fixture.session)).us, 11000000);
    end();
}

static void a_peer_that_does_not_answer_is_given_up(void)
{
    begin(YAMUX_DIALER);
    expect_ok(wait_seconds(0));
    expect_text(said(), "ping 0 syn 1\n");
    hear(frame("update 2 syn 0")); /* being talkative is no answer */
    expect_ok(wait_seconds(19));
    expect_error(wait_seconds(1), GOSSIP_ERROR_PEER_SILENT);
    expect_not_null(yamux_session_failure(fixture.session));
    expect_true(instant_is_never(yamux_session_deadline(fixture.session)));
    expect_text(said(), "away 0 - 0\n");
    expect_text(told(), "2 arrived\n");
    end();
}

/* Its own queue may be what keeps the ping from leaving; then nobody reads at the other end. */
static void a_ping_that_cannot_leave_is_not_answered_either(void)
{
    begin(YAMUX_DIALER);
    expect_ok(wait_seconds(0));
    expect_error(wait_seconds(20), GOSSIP_ERROR_PEER_SILENT);
    end();
}

static void calling_early_or_late_is_harmless(void)
{
    begin(YAMUX_DIALER);
    expect_ok(wait_seconds(3600));
    expect_ok(wait_seconds(0));
    expect_text(said(), "ping 0 syn 1\n");
    hear(frame("ping 0 ack 1"));
    expect_ok(wait_seconds(1));
    expect_text(said(), "");
    end();
}

static void answers_to_nothing_are_ignored(void)
{
    begin(YAMUX_DIALER);
    hear(frame("ping 0 ack 1"));
    expect_ok(wait_seconds(0));
    hear(frame("ping 0 ack 1")); /* not sent yet */
    expect_text(said(), "ping 0 syn 1\n");
    hear(frame("ping 0 ack 2"));
    expect_equal(yamux_session_round_trip(fixture.session).us, 0);
    expect_error(wait_seconds(20), GOSSIP_ERROR_PEER_SILENT);
    end();
}

static void a_ping_is_answered_once_with_its_own_value(void)
{
    begin(YAMUX_LISTENER);
    hear(both(frame("ping 0 syn 3735928559"), frame("ping 0 syn 0")));
    expect_bytes(said_bytes(), hex("0002000200000000deadbeef 000200020000000000000000"));
    expect_text(said(), "");
    end();
}

static void going_away_is_told_once(void)
{
    struct yamux_stream opened;

    begin(YAMUX_DIALER);
    for (int i = 0; i < 1000; i++)
        hear(frame("away 0 - 0"));
    expect_text(told(), "going away 0\n");
    expect_error(yamux_stream_open(fixture.session, &opened), GOSSIP_ERROR_PEER_CLOSED);
    expect_text(said(), "");
    end();
}

static void going_away_tells_its_code(void)
{
    begin(YAMUX_DIALER);
    hear(both(frame("away 0 - 1"), frame("away 0 - 2")));
    expect_text(told(), "going away 1\n");
    end();
}

static void streams_go_on_while_the_peer_is_leaving(void)
{
    begin(YAMUX_DIALER);
    (void)open_stream();
    (void)said();
    hear(both(frame("away 0 - 0"), frame("data 1 ack+fin last words")));
    expect_text(told(), "going away 0\n1 data last words\n1 finished\n");
    expect_equal(write_text(stream(1), "bye"), 3);
    expect_text(said(), "data 1 - bye\n");
    end();
}

static void our_go_away_comes_behind_all_that_was_accepted(void)
{
    struct yamux_stream opened;

    begin(YAMUX_DIALER);
    opened = open_stream();
    expect_equal(write_text(opened, "hello"), 5);
    yamux_stream_finish(fixture.session, opened);
    yamux_session_go_away(fixture.session);
    hear(frame("ping 0 syn 9"));
    expect_true(yamux_session_has_output(fixture.session));
    expect_text(said(), "ping 0 ack 9\n"
                        "update 1 syn 0\n"
                        "data 1 - hello\n"
                        "update 1 fin 0\n"
                        "away 0 - 0\n");
    expect_error(yamux_stream_open(fixture.session, &opened), GOSSIP_ERROR_PEER_CLOSED);
    end();
}

static void after_our_go_away_streams_are_refused(void)
{
    begin(YAMUX_LISTENER);
    yamux_session_go_away(fixture.session);
    hear(frame("data 1 syn hello"));
    expect_text(told(), "");
    expect_text(said(), "update 1 rst 4103\naway 0 - 0\n");
    end();
}

static void a_broken_session_says_nothing_but_go_away(void)
{
    struct yamux_stream opened;
    size_t accepted;

    begin(YAMUX_DIALER);
    opened = open_stream();
    expect_equal(write_text(opened, "hello"), 5);
    expect_error(try_hear(hex("ff")), GOSSIP_OK);
    expect_error(try_hear(hex("0000000000000000000000")), GOSSIP_ERROR_PEER_MALFORMED);
    expect_true(yamux_session_has_output(fixture.session));
    expect_text(said(), "away 0 - 1\n");
    expect_text(told(), "");
    expect_error(yamux_stream_open(fixture.session, &opened), GOSSIP_ERROR_PEER_CLOSED);
    expect_error(yamux_stream_write(fixture.session, stream(1), BYTES_OF("x"), &accepted),
        GOSSIP_ERROR_NOT_FOUND);
    expect_equal(yamux_stream_room(fixture.session, stream(1)), 0);
    expect_error(wait_seconds(60), GOSSIP_ERROR_PEER_MALFORMED);
    end();
}

static void events_of_one_stream_come_in_order(void)
{
    begin(YAMUX_LISTENER);
    hear(frame("data 1 syn+fin hello"));
    expect_text(told(), "1 arrived\n1 data hello\n1 finished\n");
    hear(both(frame("update 3 syn 0"), frame("update 3 rst 5")));
    expect_text(told(), "3 arrived\n3 reset 5\n");
    end();
}

TEST_MAIN(TEST(nothing_happens_by_itself), TEST(without_memory_there_is_no_session),
    TEST(the_first_ping_is_due_at_once), TEST(a_ping_measures_the_round_trip),
    TEST(pings_come_every_thirty_seconds), TEST(a_peer_that_does_not_answer_is_given_up),
    TEST(a_ping_that_cannot_leave_is_not_answered_either), TEST(calling_early_or_late_is_harmless),
    TEST(answers_to_nothing_are_ignored), TEST(a_ping_is_answered_once_with_its_own_value),
    TEST(going_away_is_told_once), TEST(going_away_tells_its_code),
    TEST(streams_go_on_while_the_peer_is_leaving),
    TEST(our_go_away_comes_behind_all_that_was_accepted),
    TEST(after_our_go_away_streams_are_refused), TEST(a_broken_session_says_nothing_but_go_away),
    TEST(events_of_one_stream_come_in_order))
