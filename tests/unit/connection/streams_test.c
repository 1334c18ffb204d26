#include "base/instant.h"
#include "connection/connection.h"
#include "node.h"
#include "peer.h"

#include <stdio.h>

static struct node node;
static struct peer peer;
static const char *const three_names[] = {"/meshsub/1.2.0", "/chat/1.0.0", "/floodsub/1.0.0"};
static const struct protocol_list three = {.names = three_names, .count = 3};

#define MESHSUB "\x0f/meshsub/1.2.0\n"
#define FLOODSUB "\x10/floodsub/1.0.0\n"

/* Everything up to the muxer is done, and the first ping is out of the way. */
static void begin_with(enum connection_side side, size_t output_bytes_max)
{
    struct gossip_bytes said;

    node_prepare(&node, side, 1);
    if (output_bytes_max > 0)
        node.limits.output_bytes_max = output_bytes_max;
    node_connect(&node);
    peer_begin(&peer, side == CONNECTION_DIALED ? NOISE_RESPONDER : NOISE_INITIATOR, peer_yamux, 2);
    if (side == CONNECTION_DIALED) {
        said = node_said(&node);
        expect_true(bytes_skip(&said, 28));
        peer_hear_shake(&peer, &said);
        node_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer)));
        said = node_said(&node);
        peer_hear_shake(&peer, &said);
    } else {
        node_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer)));
        said = node_said(&node);
        expect_true(bytes_skip(&said, 28));
        peer_hear_shake(&peer, &said);
        node_hear(&node, peer_shake(&peer));
        said = node_said(&node);
    }
    expect_text(peer_shown(&peer, said), "ping 0 syn 1\n");
    node_hear(&node, peer_seal(&peer, frame("ping 0 ack 1")));
    expect_text(node_told(&node), "established\n");
}

static void begin(enum connection_side side)
{
    begin_with(side, 0);
}

static void end(void)
{
    peer_end(&peer);
    node_end(&node);
}

/* A long frame comes in several encrypted ones. */
static void hear(struct gossip_bytes frames)
{
    for (size_t at = 0; at < frames.size; at += 60000)
        node_hear(&node, peer_seal(&peer, bytes_part(frames, at, 60000)));
}

static const char *told(void)
{
    return node_told(&node);
}

static const char *said(void)
{
    return peer_shown(&peer, node_said(&node));
}

/* ---- streams of the peer ---------------------------------------------------------------- */

static void a_stream_of_the_peer_is_told_once_it_is_agreed(void)
{
    begin(CONNECTION_DIALED);
    hear(frame("update 2 syn 0"));
    expect_text(said(), "update 2 ack 0\ndata 2 - " MULTISTREAM "\n");
    hear(frame("data 2 - " MULTISTREAM));
    hear(frame("data 2 - "
               "\x0b/what/else\n"));
    expect_text(told(), "");
    expect_text(said(), "data 2 - " NA "\n");
    hear(frame("data 2 - " CHAT));
    expect_text(told(), "2 ready 1\n");
    expect_text(said(), "data 2 - " CHAT "\n");
    hear(frame("data 2 - hello"));
    expect_text(told(), "2 data hello\n");
    expect_equal(node_write(&node, 2, BYTES_OF("answer")), 6);
    expect_text(said(), "data 2 - answer\n");
    end();
}

/* As a go peer does on streams of a peer it knows. */
static void a_guess_and_its_data_may_come_in_one_piece(void)
{
    begin(CONNECTION_DIALED);
    hear(both(frame("update 2 syn 0"), frame("data 2 fin " MULTISTREAM IDENTIFY "hello")));
    expect_text(told(), "2 ready 0\n2 data hello\n2 finished\n");
    expect_text(said(), "update 2 ack 0\ndata 2 - " MULTISTREAM IDENTIFY "\n");
    end();
}

static void a_wrong_guess_ends_the_stream(void)
{
    begin(CONNECTION_DIALED);
    hear(both(frame("update 2 syn 0"), frame("data 2 - " MULTISTREAM "\x0b/what/else\n"
                                             "payload that is no name")));
    expect_text(told(), "");
    expect_text(said(), "update 2 rst 4097\n");
    hear(frame("data 2 - more of it"));
    expect_text(told(), "");
    end();
}

static void a_broken_negotiation_ends_only_its_stream(void)
{
    static const char *const broken[] = {
        ("data 2 - " IDENTIFY), "data 2 - nonsense", "data 2 - \xff\xff\xff"};

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        begin(CONNECTION_DIALED);
        hear(frame("update 2 syn 0"));
        (void)said();
        hear(frame(broken[i]));
        expect_text(said(), "update 2 rst 4097\n");
        hear(both(frame("update 4 syn 0"), frame("data 4 - " MULTISTREAM IDENTIFY)));
        expect_text(told(), "4 ready 0\n");
        end();
    }
}

static void proposals_without_end_end_the_stream(void)
{
    begin(CONNECTION_DIALED);
    hear(both(frame("update 2 syn 0"), frame("data 2 - " MULTISTREAM)));
    (void)said();
    for (int i = 0; i < 32; i++)
        hear(frame("data 2 - \x03ls\n"));
    (void)said();
    hear(frame("data 2 - \x03ls\n"));
    expect_text(said(), "update 2 rst 4097\n");
    expect_text(told(), "");
    end();
}

static void a_stream_that_ends_before_it_is_agreed_is_never_told(void)
{
    begin(CONNECTION_DIALED);
    hear(both(frame("update 2 syn 0"), frame("data 2 fin " MULTISTREAM)));
    hear(both(frame("update 4 syn 0"), frame("update 4 rst 7")));
    hear(frame("update 6 syn+fin 0"));
    expect_text(told(), "");
    expect_text(said(), "update 2 rst 4097\nupdate 6 rst 4097\n");
    end();
}

static void more_than_sixteen_streams_without_a_purpose_are_reset(void)
{
    char text[64];

    begin(CONNECTION_DIALED);
    for (unsigned i = 1; i <= 20; i++) {
        (void)snprintf(text, sizeof(text), "update %u syn 0", 2 * i);
        hear(frame(text));
        if (i <= 16)
            (void)said();
    }
    expect_text(
        said(), "update 34 rst 4098\nupdate 36 rst 4098\nupdate 38 rst 4098\nupdate 40 rst 4098\n");
    hear(frame("data 2 - " MULTISTREAM IDENTIFY));
    hear(both(frame("update 42 syn 0"), frame("data 42 - " MULTISTREAM CHAT)));
    expect_text(told(), "2 ready 0\n42 ready 1\n");
    end();
}

static void a_stream_has_ten_seconds_to_be_agreed(void)
{
    begin(CONNECTION_DIALED);
    expect_ok(node_wait_ms(&node, 1000));
    hear(frame("update 2 syn 0"));
    expect_ok(node_wait_ms(&node, 5000));
    hear(frame("update 4 syn 0"));
    (void)said();
    expect_equal(instant_until(node.now, connection_deadline(node.connection)).us, 5000000);
    expect_ok(node_wait_ms(&node, 4999));
    expect_text(said(), "");
    expect_ok(node_wait_ms(&node, 1));
    expect_text(said(), "update 2 rst 4097\n");
    hear(frame("data 4 - " MULTISTREAM IDENTIFY));
    expect_ok(node_wait_ms(&node, 9000));
    expect_text(told(), "4 ready 0\n");
    end();
}

/* What happened in time's name waits to be told, and does not ask for the time again. */
static void a_stream_of_ours_that_was_given_up_wants_no_more_time(void)
{
    begin(CONNECTION_DIALED);
    (void)node_open(&node, "/chat/1.0.0");
    (void)said();
    node.now = instant_add(node.now, duration_seconds(10));
    expect_ok(connection_advance(node.connection, node.now));
    expect_true(instant_is_before(node.now, connection_deadline(node.connection)));
    expect_text(told(), "1 reset 0\n");
    end();
}

static void without_memory_for_a_talk_the_stream_is_reset(void)
{
    begin(CONNECTION_DIALED);
    /* One request for the muxer's stream, the next for the talk about it. */
    test_allocator_fail(&node.memory, 2);
    hear(frame("update 2 syn 0"));
    expect_text(said(), "update 2 rst 4098\n");
    hear(both(frame("update 4 syn 0"), frame("data 4 - " MULTISTREAM IDENTIFY)));
    expect_text(told(), "4 ready 0\n");
    end();
}

/* Agreed, but lost before that could be said: what came behind the agreement is lost with it. */
static void without_memory_for_an_answer_the_stream_is_reset(void)
{
    begin(CONNECTION_DIALED);
    hear(frame("update 2 syn 0"));
    (void)said();
    test_allocator_fail(&node.memory, 1);
    hear(frame("data 2 - " MULTISTREAM IDENTIFY "rest"));
    expect_text(told(), "");
    expect_text(said(), "update 2 rst 4098\n");
    end();
}

static void what_negotiation_takes_is_credited(void)
{
    begin(CONNECTION_DIALED);
    node.is_consuming = false;
    hear(frame("update 2 syn 0"));
    hear(frame("data 2 - " MULTISTREAM CHAT));
    hear(data_frame("data 2 -", 131072 - 33));
    (void)said();
    connection_consumed(node.connection, stream(2), 131072 - 33 - 1);
    expect_text(said(), "");
    connection_consumed(node.connection, stream(2), 1);
    expect_text(said(), "update 2 - 131072\n");
    end();
}

/* ---- streams of ours -------------------------------------------------------------------- */

static void a_stream_of_ours_is_ready_once_the_peer_agrees(void)
{
    begin(CONNECTION_ACCEPTED);
    expect_equal(node_open(&node, "/chat/1.0.0").id, 2);
    expect_text(said(), "update 2 syn 0\ndata 2 - " MULTISTREAM CHAT "\n");
    hear(both(frame("update 2 ack 0"), frame("data 2 - " MULTISTREAM)));
    expect_text(told(), "");
    hear(frame("data 2 - " CHAT "hello"));
    expect_text(told(), "2 ready 0\n2 data hello\n");
    expect_text(said(), "");
    end();
}

static void offers_are_made_in_order(void)
{
    begin(CONNECTION_ACCEPTED);
    (void)node_open_offer(&node, three);
    expect_equal(node_write(&node, 2, BYTES_OF("too early")), 0);
    expect_text(said(), "update 2 syn 0\ndata 2 - " MULTISTREAM MESHSUB "\n");
    hear(both(frame("update 2 ack 0"), frame("data 2 - " MULTISTREAM NA)));
    expect_text(said(), "data 2 - " CHAT "\n");
    hear(frame("data 2 - " NA));
    expect_text(said(), "data 2 - " FLOODSUB "\n");
    expect_text(told(), "");
    hear(frame("data 2 - " FLOODSUB));
    /* The write that came too early may be tried again. */
    expect_text(told(), "2 ready 2\n2 writable\n");
    expect_equal(node_write(&node, 2, BYTES_OF("now")), 3);
    expect_text(said(), "data 2 - now\n");
    end();
}

static void a_stream_of_ours_may_be_refused(void)
{
    size_t accepted;

    begin(CONNECTION_ACCEPTED);
    (void)node_open(&node, "/chat/1.0.0");
    (void)said();
    hear(both(frame("update 2 ack 0"), frame("data 2 - " MULTISTREAM NA)));
    expect_text(told(), "2 refused\n");
    expect_text(said(), "update 2 rst 4097\n");
    expect_error(connection_write(node.connection, stream(2), BYTES_OF("x"), &accepted),
        GOSSIP_ERROR_NOT_FOUND);
    end();
}

/* Who knows that the peer speaks a protocol need not wait to be told so. */
static void with_a_single_offer_data_follows_at_once(void)
{
    begin(CONNECTION_ACCEPTED);
    (void)node_open(&node, "/chat/1.0.0");
    expect_equal(node_write(&node, 2, BYTES_OF("hello")), 5);
    connection_finish(node.connection, stream(2));
    expect_text(said(), "update 2 syn 0\ndata 2 - " MULTISTREAM CHAT "hello\nupdate 2 fin 0\n");
    /* The answer is still read, and told. */
    hear(both(frame("update 2 ack 0"), frame("data 2 fin " MULTISTREAM CHAT "bye")));
    expect_text(told(), "2 ready 0\n2 data bye\n2 finished\n");
    end();
}

static void a_guess_of_ours_may_be_wrong(void)
{
    begin(CONNECTION_ACCEPTED);
    (void)node_open(&node, "/chat/1.0.0");
    (void)node_write(&node, 2, BYTES_OF("hello"));
    (void)said();
    hear(both(frame("update 2 ack 0"), frame("data 2 - " MULTISTREAM NA)));
    expect_text(told(), "2 refused\n");
    expect_text(said(), "update 2 rst 4097\n");
    end();
}

static void a_peer_may_end_a_stream_of_ours_before_it_agrees(void)
{
    begin(CONNECTION_ACCEPTED);
    (void)node_open(&node, "/chat/1.0.0");
    (void)node_open(&node, "/chat/1.0.0");
    (void)node_open(&node, "/chat/1.0.0");
    (void)node_open(&node, "/chat/1.0.0");
    (void)said();
    hear(frame("update 2 rst 4098"));
    hear(frame("update 4 ack+fin 0"));
    hear(frame("data 6 ack nonsense"));
    expect_text(told(), "2 reset 4098\n4 reset 0\n6 reset 0\n");
    expect_text(said(), "update 4 rst 4097\nupdate 6 rst 4097\n");
    expect_ok(node_wait_ms(&node, 10000));
    expect_text(told(), "8 reset 0\n");
    expect_text(said(), "update 8 rst 4097\n");
    end();
}

static void a_stream_may_be_reset_while_it_is_agreed(void)
{
    begin(CONNECTION_ACCEPTED);
    (void)node_open(&node, "/chat/1.0.0");
    (void)said();
    connection_reset(node.connection, stream(2));
    connection_reset(node.connection, stream(2));
    expect_text(said(), "update 2 rst 0\n");
    hear(frame("data 2 ack " MULTISTREAM CHAT));
    expect_text(told(), "");
    expect_ok(node_wait_ms(&node, 10000));
    expect_text(told(), "");
    end();
}

static void a_stream_may_be_finished_while_it_is_agreed(void)
{
    size_t accepted;

    begin(CONNECTION_ACCEPTED);
    (void)node_open_offer(&node, three);
    (void)said();
    connection_finish(node.connection, stream(2));
    expect_error(connection_write(node.connection, stream(2), BYTES_OF("x"), &accepted),
        GOSSIP_ERROR_INVALID);
    expect_text(said(), "");
    hear(frame("data 2 ack " MULTISTREAM NA));
    expect_text(said(), "data 2 - " CHAT "\n");
    hear(frame("data 2 - " CHAT "read on"));
    expect_text(told(), "2 ready 1\n2 data read on\n");
    expect_text(said(), "update 2 fin 0\n");
    end();
}

static void streams_open_only_on_an_open_connection(void)
{
    struct connection_stream opened;
    size_t accepted;

    node_begin(&node, CONNECTION_DIALED, 1);
    expect_error(connection_open_stream(node.connection, node.now, three, &opened),
        GOSSIP_ERROR_WOULD_BLOCK);
    expect_error(connection_write(node.connection, stream(1), BYTES_OF("x"), &accepted),
        GOSSIP_ERROR_NOT_FOUND);
    expect_equal(connection_stream_room(node.connection, stream(1)), 0);
    connection_finish(node.connection, stream(1));
    connection_reset(node.connection, stream(1));
    connection_consumed(node.connection, stream(1), 5);
    node_end(&node);

    begin(CONNECTION_ACCEPTED);
    hear(frame("away 0 - 0"));
    expect_text(told(), "going away 0\n");
    expect_error(connection_open_stream(node.connection, node.now, three, &opened),
        GOSSIP_ERROR_PEER_CLOSED);
    connection_close(node.connection, node.now);
    expect_error(connection_open_stream(node.connection, node.now, three, &opened),
        GOSSIP_ERROR_PEER_CLOSED);
    end();
}

static void without_memory_no_stream_is_opened(void)
{
    for (uint64_t number = 1; number <= 3; number++) {
        struct connection_stream opened;

        begin(CONNECTION_ACCEPTED);
        test_allocator_fail(&node.memory, number);
        expect_error(connection_open_stream(node.connection, node.now, three, &opened),
            GOSSIP_ERROR_NO_MEMORY);
        expect_text(said(), "");
        expect_text(told(), "");
        expect_equal(node_open(&node, "/chat/1.0.0").id, number == 1 ? 2 : 4);
        end();
    }
}

/* ---- when the queue is full ------------------------------------------------------------- */

static void lines_wait_for_room_in_the_queue(void)
{
    begin_with(CONNECTION_ACCEPTED, 1024);
    (void)node_open(&node, "/chat/1.0.0");
    (void)said();
    hear(frame("data 2 ack " MULTISTREAM CHAT));
    expect_text(told(), "2 ready 0\n");
    expect_equal(node_write(&node, 2, bytes_repeated('x', 2000)), 1016);
    /* Neither what we propose nor what we answer has room now. */
    (void)node_open(&node, "/chat/1.0.0");
    expect_equal(node_write(&node, 4, BYTES_OF("early")), 0);
    hear(both(frame("update 1 syn 0"), frame("data 1 - " MULTISTREAM IDENTIFY)));
    expect_text(told(), "1 ready 0\n");
    expect_equal(node_write(&node, 1, BYTES_OF("echo first")), 0);
    expect_text(said(), "update 4 syn 0\nupdate 1 ack 0\ndata 2 - (1016 bytes)\n"
                        "data 4 - " MULTISTREAM CHAT "\n"
                        "data 1 - " MULTISTREAM IDENTIFY "\n");
    expect_text(told(), "2 writable\n4 writable\n1 writable\n");
    expect_equal(node_write(&node, 1, BYTES_OF("now")), 3);
    expect_equal(node_write(&node, 4, BYTES_OF("now")), 3);
    expect_text(said(), "data 1 - now\ndata 4 - now\n");
    end();
}

static void an_end_waits_for_the_lines_before_it(void)
{
    begin_with(CONNECTION_ACCEPTED, 1024);
    (void)node_open(&node, "/chat/1.0.0");
    (void)said();
    hear(frame("data 2 ack " MULTISTREAM CHAT));
    (void)told();
    (void)node_write(&node, 2, bytes_repeated('x', 2000));
    hear(both(frame("update 1 syn 0"), frame("data 1 - " MULTISTREAM IDENTIFY)));
    expect_text(told(), "1 ready 0\n");
    connection_finish(node.connection, stream(1));
    expect_text(said(), "update 1 ack 0\ndata 2 - (1016 bytes)\n"
                        "data 1 - " MULTISTREAM IDENTIFY "\nupdate 1 fin 0\n");
    end();
}

static void a_stream_may_be_lost_while_its_lines_wait(void)
{
    begin_with(CONNECTION_ACCEPTED, 1024);
    (void)node_open(&node, "/chat/1.0.0");
    (void)said();
    hear(frame("data 2 ack " MULTISTREAM CHAT));
    (void)told();
    (void)node_write(&node, 2, bytes_repeated('x', 2000));
    hear(both(frame("update 1 syn 0"), frame("data 1 - " MULTISTREAM IDENTIFY)));
    hear(both(frame("update 3 syn 0"), frame("data 3 - " MULTISTREAM IDENTIFY "rest")));
    hear(frame("update 5 syn 0"));
    hear(both(frame("update 1 rst 9"), frame("update 5 rst 9")));
    expect_text(told(), "1 ready 0\n3 ready 0\n3 data rest\n1 reset 9\n");
    connection_reset(node.connection, stream(3));
    expect_text(said(), "update 3 rst 0\ndata 2 - (1016 bytes)\n");
    expect_text(told(), "2 writable\n");
    end();
}

/* ---- both ends -------------------------------------------------------------------------- */

static void data_of_a_stream_that_was_reset_as_it_got_ready_is_dropped(void)
{
    struct connection_event event;
    uint8_t bytes[256];
    struct gossip_room input;
    struct gossip_bytes sealed;

    begin(CONNECTION_DIALED);
    sealed = peer_seal(&peer, frame("data 2 syn " MULTISTREAM IDENTIFY "hello"));
    bytes_copy(bytes, sealed);
    input = room_make(bytes, sealed.size);
    for (int i = 0; i < 2; i++) {
        expect_ok(connection_receive(node.connection, node.now, &input));
        if (i == 0)
            expect_false(connection_poll(node.connection, &event));
    }
    expect_true(connection_poll(node.connection, &event));
    expect_equal(event.kind, CONNECTION_STREAM_READY);
    connection_reset(node.connection, event.stream);
    expect_false(connection_poll(node.connection, &event));
    end();
}

static void every_cut_gives_the_same_streams(void)
{
    for (size_t chunk = 1; chunk < 200; chunk++) {
        begin(CONNECTION_DIALED);
        (void)node_open(&node, "/chat/1.0.0");
        (void)said();
        node.chunk = chunk;
        hear(both(both(frame("data 2 syn+fin " MULTISTREAM "\x03ls\n" IDENTIFY),
                      frame("data 1 ack " MULTISTREAM CHAT)),
            both(frame("update 4 syn 0"),
                both(frame("data 4 - " MULTISTREAM CHAT "hello"), frame("update 4 rst 3")))));
        expect_text(
            told(), "2 ready 0\n2 finished\n1 ready 0\n4 ready 1\n4 data hello\n4 reset 3\n");
        expect_text(said(), "update 2 ack 0\ndata 2 - " MULTISTREAM NA IDENTIFY "\n");
        end();
    }
}

TEST_MAIN(TEST(a_stream_of_the_peer_is_told_once_it_is_agreed),
    TEST(a_guess_and_its_data_may_come_in_one_piece), TEST(a_wrong_guess_ends_the_stream),
    TEST(a_broken_negotiation_ends_only_its_stream), TEST(proposals_without_end_end_the_stream),
    TEST(a_stream_that_ends_before_it_is_agreed_is_never_told),
    TEST(more_than_sixteen_streams_without_a_purpose_are_reset),
    TEST(a_stream_has_ten_seconds_to_be_agreed),
    TEST(a_stream_of_ours_that_was_given_up_wants_no_more_time),
    TEST(without_memory_for_a_talk_the_stream_is_reset),
    TEST(without_memory_for_an_answer_the_stream_is_reset),
    TEST(what_negotiation_takes_is_credited), TEST(a_stream_of_ours_is_ready_once_the_peer_agrees),
    TEST(offers_are_made_in_order), TEST(a_stream_of_ours_may_be_refused),
    TEST(with_a_single_offer_data_follows_at_once), TEST(a_guess_of_ours_may_be_wrong),
    TEST(a_peer_may_end_a_stream_of_ours_before_it_agrees),
    TEST(a_stream_may_be_reset_while_it_is_agreed),
    TEST(a_stream_may_be_finished_while_it_is_agreed),
    TEST(streams_open_only_on_an_open_connection), TEST(without_memory_no_stream_is_opened),
    TEST(lines_wait_for_room_in_the_queue), TEST(an_end_waits_for_the_lines_before_it),
    TEST(a_stream_may_be_lost_while_its_lines_wait),
    TEST(data_of_a_stream_that_was_reset_as_it_got_ready_is_dropped),
    TEST(every_cut_gives_the_same_streams))
