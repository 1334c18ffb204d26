#include "connection/connection.h"

#include "base/instant.h"
#include "connection/state.h"
#include "node.h"
#include "peer.h"

#include <string.h>

static struct node dialer, listener;

/* Two nodes that have just met, their first pings answered. */
static void begin_chunked(size_t chunk)
{
    node_begin(&dialer, CONNECTION_DIALED, 1);
    node_begin(&listener, CONNECTION_ACCEPTED, 2);
    dialer.chunk = chunk;
    listener.chunk = chunk;
    nodes_talk(&dialer, &listener);
    expect_text(node_told(&dialer), "established\n");
    expect_text(node_told(&listener), "established\n");
}

static void begin(void)
{
    begin_chunked(SIZE_MAX);
}

static void end(void)
{
    node_end(&dialer);
    node_end(&listener);
}

/* A stream from dialer to listener, agreed on by both. */
static void open_chat(void)
{
    expect_equal(node_open(&dialer, "/chat/1.0.0").id, 1);
    nodes_talk(&dialer, &listener);
    expect_text(node_told(&dialer), "1 ready 0\n");
    expect_text(node_told(&listener), "1 ready 1\n");
}

/* Makes the bytes of muxer frames come encrypted from the dialer, as if it had said them. */
static struct gossip_bytes forged(struct gossip_bytes frames)
{
    size_t size = frames.size + NOISE_FRAME_OVERHEAD_BYTES;
    uint8_t *bytes = (uint8_t *)test_take(size);

    bytes_copy(bytes + NOISE_LENGTH_BYTES, frames);
    expect_equal(
        noise_session_seal(&dialer.connection->noise, room_make(bytes, size), frames.size), size);
    return bytes_make(bytes, size);
}

/* ---- talking ---------------------------------------------------------------------------- */

static void two_of_us_talk(void)
{
    for (size_t chunk = 1; chunk < 120; chunk++) {
        begin_chunked(chunk);
        open_chat();
        (void)node_write(&dialer, 1, BYTES_OF("hello"));
        connection_finish(dialer.connection, stream(1));
        (void)node_write(&listener, 1, BYTES_OF("bye"));
        connection_finish(listener.connection, stream(1));
        nodes_talk(&dialer, &listener);
        expect_equal(dialer.received_bytes, 3);
        expect_equal(listener.received_bytes, 5);
        end();
    }
}

static void each_knows_who_the_other_is(void)
{
    struct connection_event event;
    struct gossip_room input;
    uint8_t memory[2048];

    node_begin(&dialer, CONNECTION_DIALED, 1);
    node_begin(&listener, CONNECTION_ACCEPTED, 2);
    node_hear(&listener, node_said(&dialer));
    /* By hand, because the node would swallow the event. */
    input = room_make(memory,
        connection_transmit(listener.connection, listener.now, room_make(memory, sizeof(memory))));
    while (input.size > 0)
        expect_ok(connection_receive(dialer.connection, dialer.now, &input));
    (void)connection_transmit(dialer.connection, dialer.now, room_make(memory, sizeof(memory)));
    /* The last message of the handshake took the first encrypted frame along. */
    expect_equal(
        connection_transmit(dialer.connection, dialer.now, room_make(memory, sizeof(memory))), 0);
    expect_true(connection_poll(dialer.connection, &event));
    expect_equal(event.kind, CONNECTION_ESTABLISHED);
    expect_equal(event.peer.size, identity_peer_id(listener.identity)->size);
    expect_equal(
        memcmp(event.peer.data, identity_peer_id(listener.identity)->data, event.peer.size), 0);
    expect_false(connection_poll(dialer.connection, &event));
    end();
}

static void small_things_share_an_encrypted_frame(void)
{
    struct gossip_bytes said;
    size_t largest;

    begin();
    open_chat();
    (void)node_open(&dialer, "/chat/1.0.0");
    for (int i = 0; i < 100; i++)
        (void)node_write(&dialer, i % 2 == 0 ? 1 : 3, BYTES_OF("a line of chat"));
    said = node_said(&dialer);
    expect_equal(frame_count(said, &largest), 1);
    node_hear(&listener, said);
    expect_equal(listener.received_bytes, 100 * 14);
    end();
}

static void large_things_are_cut_into_frames_of_bounded_size(void)
{
    struct gossip_bytes said;
    size_t largest;

    begin();
    open_chat();
    expect_equal(node_write(&dialer, 1, bytes_repeated('x', 60000)), 60000);
    said = node_said(&dialer);
    expect_equal(frame_count(said, &largest), 4);
    expect_equal(largest, CONNECTION_FRAME_BYTES_MAX + NOISE_TAG_BYTES);
    node_hear(&listener, said);
    expect_equal(listener.received_bytes, 60000);
    end();
}

static void any_room_will_do(void)
{
    static const size_t sizes[] = {
        CONNECTION_TRANSMIT_BYTES_MIN, 3000, 16384, 16401, 16402, 16403, 65536};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        node_begin(&dialer, CONNECTION_DIALED, 1);
        node_begin(&listener, CONNECTION_ACCEPTED, 2);
        dialer.room_bytes = sizes[i];
        listener.room_bytes = sizes[i];
        nodes_talk(&dialer, &listener);
        (void)node_told(&dialer);
        (void)node_told(&listener);
        open_chat();
        (void)node_write(&dialer, 1, bytes_repeated('x', 60000));
        nodes_talk(&dialer, &listener);
        expect_equal(listener.received_bytes, 60000);
        end();
    }
}

static void bulk_both_ways_arrives_under_flow_control(void)
{
    size_t left[2] = {3000000, 2000000};

    begin();
    open_chat();
    while (left[0] > 0 || left[1] > 0) {
        left[0] -= node_write(&dialer, 1, bytes_repeated('x', left[0]));
        left[1] -= node_write(&listener, 1, bytes_repeated('y', left[1]));
        expect_at_most(dialer.memory.bytes_peak, 200000);
        nodes_talk(&dialer, &listener);
        text_clear(&dialer.story);
        text_clear(&listener.story);
        test_free_taken();
    }
    expect_equal(listener.received_bytes, 3000000);
    expect_equal(dialer.received_bytes, 2000000);
    end();
}

static void a_reader_that_does_not_consume_stops_the_writer(void)
{
    size_t written = 0, more;

    begin();
    open_chat();
    listener.is_consuming = false;
    do {
        more = node_write(&dialer, 1, bytes_repeated('x', 1000000));
        written += more;
        nodes_talk(&dialer, &listener);
    } while (more > 0);
    /* The lines by which it was agreed count too. */
    expect_equal(written, 256 * 1024 - (sizeof(MULTISTREAM CHAT) - 1));
    expect_equal(listener.received_bytes, written);
    (void)node_told(&dialer);
    (void)node_told(&listener);
    connection_consumed(listener.connection, stream(1), written);
    nodes_talk(&dialer, &listener);
    expect_text(node_told(&dialer), "1 writable\n");
    end();
}

/* ---- time ------------------------------------------------------------------------------- */

static void the_round_trip_is_measured(void)
{
    struct gossip_bytes said;

    begin();
    expect_equal(connection_round_trip(dialer.connection).us, 0);
    expect_ok(node_wait_ms(&dialer, 30000));
    said = node_said(&dialer);
    node_hear(&listener, said);
    dialer.now = instant_add(dialer.now, duration_ms(25));
    node_hear(&dialer, node_said(&listener));
    expect_equal(connection_round_trip(dialer.connection).us, 25000);
    end();
}

static void a_silent_peer_is_given_up(void)
{
    begin();
    expect_equal(
        instant_until(dialer.now, connection_deadline(dialer.connection)).us, 30 * 1000000);
    expect_ok(node_wait_ms(&dialer, 30000));
    node_hear(&listener, node_said(&dialer)); /* whose answer gets lost */
    expect_ok(node_wait_ms(&dialer, 19999));
    expect_error(node_wait_ms(&dialer, 1), GOSSIP_ERROR_PEER_SILENT);
    expect_text(connection_failure(dialer.connection), "the other side does not answer any more");
    expect_true(instant_is_never(connection_deadline(dialer.connection)));
    node_hear(&listener, node_said(&dialer));
    expect_text(node_told(&listener), "going away 0\n");
    end();
}

/* The transport took bytes and has not come back for the others. */
static void a_transport_that_stalls_is_given_up(void)
{
    uint8_t memory[20000];

    begin();
    open_chat();
    (void)node_write(&dialer, 1, bytes_repeated('x', 60000));
    expect_at_least(
        connection_transmit(dialer.connection, dialer.now, room_make(memory, sizeof(memory))), 1);
    expect_equal(
        instant_until(dialer.now, connection_deadline(dialer.connection)).us, 10 * 1000000);
    expect_ok(node_wait_ms(&dialer, 9000));
    expect_at_least(
        connection_transmit(dialer.connection, dialer.now, room_make(memory, sizeof(memory))), 1);
    expect_ok(node_wait_ms(&dialer, 9999));
    expect_error(node_wait_ms(&dialer, 1), GOSSIP_ERROR_PEER_SILENT);
    expect_text(connection_failure(dialer.connection), "the other side does not take our bytes");
    expect_equal(node_said(&dialer).size, 0);
    end();
}

static void a_transport_that_has_everything_does_not_stall(void)
{
    uint8_t memory[20000];

    begin();
    open_chat();
    (void)node_write(&dialer, 1, BYTES_OF("hello"));
    expect_at_least(
        connection_transmit(dialer.connection, dialer.now, room_make(memory, sizeof(memory))), 1);
    expect_ok(node_wait_ms(&dialer, 20000));
    end();
}

static void with_nothing_to_say_nothing_stalls(void)
{
    begin();
    open_chat();
    (void)node_write(&dialer, 1, BYTES_OF("hello"));
    (void)node_said(&dialer); /* until it has no more: the transport is free */
    expect_ok(node_wait_ms(&dialer, 20000));
    (void)node_write(&dialer, 1, BYTES_OF("and now?"));
    expect_ok(node_wait_ms(&dialer, 0));
    expect_null(connection_failure(dialer.connection));
    end();
}

/* ---- floods ----------------------------------------------------------------------------- */

static void pings_without_end_stop_our_reading_and_then_end_it(void)
{
    struct gossip_bytes pings;

    begin();
    pings = frame("ping 0 syn 7");
    for (int i = 0; i < 6; i++)
        pings = both(pings, pings);
    node_hear(&listener, forged(pings));
    expect_true(connection_wants_input(listener.connection));
    node_hear(&listener, forged(pings));
    expect_false(connection_wants_input(listener.connection));
    /* Reading goes on as soon as the answers have left. */
    (void)node_said(&listener);
    expect_true(connection_wants_input(listener.connection));
    for (int i = 0; i < 4; i++)
        node_hear(&listener, forged(pings));
    expect_error(node_try_hear(&listener, forged(pings)), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_text(
        connection_failure(listener.connection), "the other side asks without reading our answers");
    end();
}

/* ---- how it ends ------------------------------------------------------------------------ */

static void a_close_says_what_was_accepted_and_then_good_bye(void)
{
    begin();
    open_chat();
    (void)node_write(&dialer, 1, BYTES_OF("last words"));
    connection_finish(dialer.connection, stream(1));
    connection_close(dialer.connection, dialer.now);
    expect_true(connection_has_output(dialer.connection));
    expect_true(instant_is_never(connection_deadline(dialer.connection)));
    node_hear(&listener, node_said(&dialer));
    expect_text(node_told(&listener), "1 data last words\n1 finished\ngoing away 0\n");
    expect_false(connection_has_output(dialer.connection));
    /* What still comes in is thrown away. */
    (void)node_write(&listener, 1, BYTES_OF("too late"));
    node_hear(&dialer, node_said(&listener));
    expect_text(node_told(&dialer), "");
    expect_null(connection_failure(dialer.connection));
    expect_ok(node_wait_ms(&dialer, 60000));
    end();
}

static void a_close_in_the_middle_of_the_upgrade_is_silent(void)
{
    for (int turns = 0; turns < 3; turns++) {
        node_begin(&dialer, CONNECTION_DIALED, 1);
        node_begin(&listener, CONNECTION_ACCEPTED, 2);
        if (turns > 0)
            node_hear(&listener, node_said(&dialer));
        if (turns > 1)
            node_hear(&dialer, node_said(&listener));
        (void)node_told(&dialer);
        connection_close(dialer.connection, dialer.now);
        connection_close(listener.connection, listener.now);
        if (turns < 2) {
            expect_equal(node_said(&dialer).size, 0);
            expect_false(connection_has_output(dialer.connection));
        }
        expect_equal(node_said(&listener).size, 0);
        node_hear(&listener, BYTES_OF("whatever"));
        expect_ok(node_wait_ms(&listener, 60000));
        end();
    }
}

static void a_broken_muxer_frame_is_answered_by_a_go_away(void)
{
    begin();
    open_chat();
    (void)node_write(&listener, 1, BYTES_OF("never said"));
    expect_error(
        node_try_hear(&listener, forged(frame("update 2 syn 0"))), GOSSIP_ERROR_PEER_MALFORMED);
    expect_text(connection_failure(listener.connection),
        "the other side opened a stream with an id that is ours to use");
    expect_true(connection_has_output(listener.connection));
    node_hear(&dialer, node_said(&listener));
    expect_text(node_told(&dialer), "going away 1\n");
    expect_false(connection_has_output(listener.connection));
    connection_close(listener.connection, listener.now);
    expect_text(connection_failure(listener.connection),
        "the other side opened a stream with an id that is ours to use");
    expect_equal(node_said(&listener).size, 0);
    expect_text(node_told(&listener), "");
    end();
}

static void a_changed_frame_is_the_end_without_a_word(void)
{
    struct gossip_bytes said;
    uint8_t *bytes;

    begin();
    open_chat();
    (void)node_write(&dialer, 1, BYTES_OF("hello"));
    (void)node_write(&listener, 1, BYTES_OF("hello"));
    said = node_said(&dialer);
    bytes = (uint8_t *)test_take(said.size);
    bytes_copy(bytes, said);
    bytes[said.size / 2] ^= 0x10;
    expect_error(
        node_try_hear(&listener, bytes_make(bytes, said.size)), GOSSIP_ERROR_PEER_MALFORMED);
    expect_text(
        connection_failure(listener.connection), "an encrypted frame was changed on its way");
    expect_equal(node_said(&listener).size, 0);
    expect_text(node_told(&listener), "");
    connection_close(listener.connection, listener.now);
    expect_equal(node_said(&listener).size, 0);
    end();
}

static void a_replayed_frame_is_the_end(void)
{
    struct gossip_bytes said;

    begin();
    open_chat();
    (void)node_write(&dialer, 1, BYTES_OF("hello"));
    said = node_said(&dialer);
    node_hear(&listener, said);
    expect_error(node_try_hear(&listener, said), GOSSIP_ERROR_PEER_MALFORMED);
    end();
}

static void empty_frames_are_skipped(void)
{
    begin();
    for (int i = 0; i < 3; i++)
        node_hear(&listener, forged((struct gossip_bytes){0}));
    node_hear(&listener, forged(frame("ping 0 syn 1")));
    expect_null(connection_failure(listener.connection));
    expect_true(connection_has_output(listener.connection));
    end();
}

/* It cannot be told where it happens, so the deadline asks for a call that can tell it. */
static void a_used_up_key_ends_the_connection(void)
{
    begin();
    open_chat();
    dialer.connection->noise.sending.counter = AEAD_COUNTER_MAX;
    (void)node_write(&dialer, 1, BYTES_OF("one too many"));
    expect_equal(node_said(&dialer).size, 0);
    expect_true(instant_is_due(connection_deadline(dialer.connection), dialer.now));
    expect_error(node_wait_ms(&dialer, 0), GOSSIP_ERROR_LIMIT);
    expect_text(connection_failure(dialer.connection), "the connection has been used for too long");
    expect_true(instant_is_never(connection_deadline(dialer.connection)));
    end();
}

/* ---- memory ----------------------------------------------------------------------------- */

static void an_idle_connection_keeps_no_buffer(void)
{
    size_t fresh;

    begin();
    open_chat();
    fresh = listener.memory.bytes;
    listener.chunk = 1000;
    (void)node_write(&dialer, 1, bytes_repeated('x', 60000));
    (void)node_write(&listener, 1, bytes_repeated('y', 60000));
    nodes_talk(&dialer, &listener);
    expect_equal(listener.memory.bytes, fresh);
    end();
}

/* The numbers the limits are made from. */
static void a_connection_and_a_stream_are_small(void)
{
    size_t before, idle;

    node_prepare(&dialer, CONNECTION_DIALED, 1);
    node_prepare(&listener, CONNECTION_ACCEPTED, 2);
    before = dialer.memory.bytes;
    node_connect(&dialer);
    node_connect(&listener);
    nodes_talk(&dialer, &listener);
    idle = dialer.memory.bytes - before;
    expect_at_most(idle, 1024);
    (void)node_told(&dialer);
    (void)node_told(&listener);
    open_chat();
    /* The table of streams grows by doubling, from four. */
    expect_at_most(dialer.memory.bytes - before - idle, 4 * 64);
    end();
}

static void without_memory_for_a_frame_it_ends(void)
{
    struct gossip_bytes said;

    begin();
    open_chat();
    (void)node_write(&dialer, 1, BYTES_OF("hello"));
    said = node_said(&dialer);
    test_allocator_fail(&listener.memory, 1);
    expect_error(
        node_try_hear(&listener, bytes_part(said, 0, said.size - 1)), GOSSIP_ERROR_NO_MEMORY);
    expect_text(connection_failure(listener.connection), "out of memory for an encrypted frame");
    end();
}

/* One side under test, with an allocator that fails; it dials or is dialed, and talks. */
static enum gossip_error talk_with(const struct allocator *allocator, enum connection_side side)
{
    static struct node tested, other;
    bool we_dial = side == CONNECTION_DIALED;
    struct connection_config config;
    enum gossip_error error;

    node_prepare(&tested, side, 3);
    node_begin(&other, we_dial ? CONNECTION_ACCEPTED : CONNECTION_DIALED, 4);
    tested.chunk = 100;
    config = tested.config;
    config.allocator = allocator;
    error = connection_create(&config, tested.now, &tested.connection);
    for (int turn = 0; turn < 12 && error == GOSSIP_OK; turn++) {
        struct connection_stream opened;
        size_t accepted;

        error = node_try_hear(&tested, node_said(&other));
        if (error == GOSSIP_OK)
            (void)node_try_hear(&other, node_said(&tested));
        if (error == GOSSIP_OK && turn == 4)
            error = connection_open_stream(tested.connection, tested.now, node_protocols, &opened);
        if (error == GOSSIP_OK && turn == 5 &&
            connection_write(other.connection, opened, BYTES_OF("hi"), &accepted) != GOSSIP_OK)
            error = GOSSIP_ERROR_NO_MEMORY; /* our stream did not arrive there */
        if (error == GOSSIP_OK && turn == 6 &&
            connection_write(tested.connection, opened, BYTES_OF("hello"), &accepted) != GOSSIP_OK)
            error = GOSSIP_ERROR_NO_MEMORY;
        if (error == GOSSIP_OK)
            error = node_wait_ms(&tested, 10);
    }
    if (error == GOSSIP_OK && (tested.received_bytes != 2 || other.received_bytes != 5))
        error = GOSSIP_ERROR_NO_MEMORY; /* a stream was lost, not the connection */
    connection_destroy(tested.connection);
    tested.connection = NULL;
    node_end(&tested);
    node_end(&other);
    return error;
}

static enum gossip_error dial_with(const struct allocator *allocator, void *context)
{
    (void)context;
    return talk_with(allocator, CONNECTION_DIALED);
}

static enum gossip_error listen_with(const struct allocator *allocator, void *context)
{
    (void)context;
    return talk_with(allocator, CONNECTION_ACCEPTED);
}

static void every_allocation_may_fail(void)
{
    expect_at_least(test_allocator_fail_each(dial_with, NULL), 8);
    expect_at_least(test_allocator_fail_each(listen_with, NULL), 8);
}

TEST_MAIN(TEST(two_of_us_talk), TEST(each_knows_who_the_other_is),
    TEST(small_things_share_an_encrypted_frame),
    TEST(large_things_are_cut_into_frames_of_bounded_size), TEST(any_room_will_do),
    TEST(bulk_both_ways_arrives_under_flow_control),
    TEST(a_reader_that_does_not_consume_stops_the_writer), TEST(the_round_trip_is_measured),
    TEST(a_silent_peer_is_given_up), TEST(a_transport_that_stalls_is_given_up),
    TEST(a_transport_that_has_everything_does_not_stall), TEST(with_nothing_to_say_nothing_stalls),
    TEST(pings_without_end_stop_our_reading_and_then_end_it),
    TEST(a_close_says_what_was_accepted_and_then_good_bye),
    TEST(a_close_in_the_middle_of_the_upgrade_is_silent),
    TEST(a_broken_muxer_frame_is_answered_by_a_go_away),
    TEST(a_changed_frame_is_the_end_without_a_word), TEST(a_replayed_frame_is_the_end),
    TEST(empty_frames_are_skipped), TEST(a_used_up_key_ends_the_connection),
    TEST(an_idle_connection_keeps_no_buffer), TEST(a_connection_and_a_stream_are_small),
    TEST(without_memory_for_a_frame_it_ends), TEST(every_allocation_may_fail))
