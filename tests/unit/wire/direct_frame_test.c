#include "wire/direct_frame.h"

#include "support/test.h"

#include <string.h>

#include "direct.pb-c.h"

static struct gossip_bytes encode(const struct wire_direct_frame *frame)
{
    size_t size = wire_direct_frame_encoded_size(frame);
    uint8_t *memory = test_take(size + 1);
    expect_equal(wire_direct_frame_encode(frame, room_make(memory, size)), size);
    return bytes_make(memory, size);
}

static enum gossip_error decode(const char *text, struct wire_direct_frame *frame)
{
    return wire_direct_frame_decode(hex(text), frame);
}

static void expect_zeroed(const struct wire_direct_frame *frame)
{
    static const struct wire_direct_frame zero;
    expect_equal(memcmp(frame, &zero, sizeof(zero)), 0);
}

/* "hi" of Bob's, who has one message and two lines of the reader. */
#define SAMPLE                                                                                     \
    "0a17 0a05 08b960 1002 10e8dc8b89f932 1a03426f62 22026869"                                     \
    "1204 0805 1001"                                                                               \
    "1a04 0807 1003 1a04 0807 1004"

static void a_sample_survives_a_round_trip(void)
{
    struct wire_direct_frame frame;
    expect_ok(decode(SAMPLE, &frame));
    expect_true(frame.has_message);
    expect_equal(frame.id.session, 12345);
    expect_equal(frame.id.sequence, 2);
    expect_equal(frame.sent_ms, INT64_C(1750486675048));
    expect_bytes(frame.nick, BYTES_OF("Bob"));
    expect_bytes(frame.text, BYTES_OF("hi"));
    expect_equal(frame.received_count, 1);
    expect_equal(frame.received[0].session, 5);
    expect_equal(frame.received[0].sequence, 1);
    expect_equal(frame.line_count, 2);
    expect_equal(frame.lines[1].session, 7);
    expect_equal(frame.lines[1].sequence, 4);
    expect_bytes(encode(&frame), hex(SAMPLE));
}

static void a_frame_may_say_nothing(void)
{
    struct wire_direct_frame frame;
    memset(&frame, 0xff, sizeof(frame));
    expect_ok(wire_direct_frame_decode((struct gossip_bytes){0}, &frame));
    expect_zeroed(&frame);
    expect_equal(wire_direct_frame_encoded_size(&frame), 0);
    expect_ok(decode("2201 61 2807", &frame)); /* fields of the future */
    expect_zeroed(&frame);
}

static void every_bound_is_kept(void)
{
    struct wire_direct_frame again;
    struct wire_direct_frame frame = {.has_message = true,
        .id = {WIRE_DIRECT_SESSION_MAX, WIRE_DIRECT_SEQUENCE_MAX},
        .sent_ms = -1,
        .nick = bytes_repeated('n', WIRE_DIRECT_NICK_BYTES_MAX),
        .text = bytes_repeated('t', WIRE_DIRECT_TEXT_BYTES_MAX),
        .received_count = WIRE_DIRECT_IDS_MAX,
        .line_count = WIRE_DIRECT_IDS_MAX};
    for (size_t i = 0; i < WIRE_DIRECT_IDS_MAX; i++)
        frame.received[i] = frame.lines[i] = frame.id;
    struct gossip_bytes largest = encode(&frame);
    expect_at_most(largest.size, WIRE_DIRECT_FRAME_BYTES_MAX);
    expect_ok(wire_direct_frame_decode(largest, &again));
    expect_equal(again.line_count, WIRE_DIRECT_IDS_MAX);
    expect_true(again.lines[63].session == WIRE_DIRECT_SESSION_MAX);
    expect_true(again.sent_ms == -1);

    expect_error(
        wire_direct_frame_decode(bytes_repeated(0, WIRE_DIRECT_FRAME_BYTES_MAX + 1), &again),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(decode("1208 0880808080808040", &again), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(decode("1a06 108080808010", &again), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_zeroed(&again);
    uint8_t text[7 + 8193] = {0x0a, 0x84, 0x40, 0x22, 0x81, 0x40};
    expect_error(
        wire_direct_frame_decode(bytes_make(text, 6 + 8193), &again), GOSSIP_ERROR_PEER_TOO_LARGE);
    uint8_t nick[6 + 129] = {0x0a, 0x84, 0x01, 0x1a, 0x81, 0x01};
    expect_error(wire_direct_frame_decode(bytes_make(nick, sizeof(nick)), &again),
        GOSSIP_ERROR_PEER_TOO_LARGE);
}

static void too_many_ids_are_refused(void)
{
    uint8_t memory[2 * (WIRE_DIRECT_IDS_MAX + 1)];
    struct wire_direct_frame frame;
    for (uint8_t tag = 0x12; tag <= 0x1a; tag = (uint8_t)(tag + 8)) {
        for (size_t i = 0; i < sizeof(memory); i += 2) {
            memory[i] = tag;
            memory[i + 1] = 0;
        }
        expect_error(wire_direct_frame_decode(bytes_make(memory, sizeof(memory)), &frame),
            GOSSIP_ERROR_PEER_TOO_LARGE);
        expect_zeroed(&frame);
        expect_ok(wire_direct_frame_decode(bytes_make(memory, sizeof(memory) - 2), &frame));
    }
}

static void broken_frames_are_refused(void)
{
    static const char *const broken[] = {
        "0a", "0a05 61", "0a02 22ff", "0a03 0a02 08", "12", "1202 08ff", "1a01 08", "00", "0b"};
    struct wire_direct_frame frame;
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        expect_error(decode(broken[i], &frame), GOSSIP_ERROR_PEER_MALFORMED);
        expect_zeroed(&frame);
    }
}

static void of_two_messages_the_last_counts(void)
{
    struct wire_direct_frame frame;
    expect_ok(decode("0a03 220161 0a03 220162", &frame));
    expect_bytes(frame.text, BYTES_OF("b"));
}

static void protobuf_reads_what_we_write(void)
{
    struct wire_direct_frame frame;
    expect_ok(decode(SAMPLE, &frame));
    struct gossip_bytes encoded = encode(&frame);
    WireProto__DirectFrame *message =
        wire_proto__direct_frame__unpack(NULL, encoded.size, encoded.data);
    expect_not_null(message);
    expect_equal(message->message->id->session, 12345);
    expect_bytes(
        bytes_make(message->message->text.data, message->message->text.len), BYTES_OF("hi"));
    expect_equal(message->n_received, 1);
    expect_equal(message->n_lines, 2);
    expect_equal(message->lines[1]->sequence, 4);
    wire_proto__direct_frame__free_unpacked(message, NULL);
}

static void what_is_too_large_is_not_written(void)
{
    struct wire_direct_frame frame = {
        .has_message = true, .text = bytes_repeated('x', WIRE_DIRECT_TEXT_BYTES_MAX + 1)};
    expect_require_fails((void)wire_direct_frame_encoded_size(&frame));
    frame = (struct wire_direct_frame){.line_count = WIRE_DIRECT_IDS_MAX + 1};
    expect_require_fails((void)wire_direct_frame_encoded_size(&frame));
    frame = (struct wire_direct_frame){
        .received_count = 1, .received = {{.session = WIRE_DIRECT_SESSION_MAX + 1}}};
    expect_require_fails((void)wire_direct_frame_encoded_size(&frame));
}

TEST_MAIN(TEST(a_sample_survives_a_round_trip), TEST(a_frame_may_say_nothing),
    TEST(every_bound_is_kept), TEST(too_many_ids_are_refused), TEST(broken_frames_are_refused),
    TEST(of_two_messages_the_last_counts), TEST(protobuf_reads_what_we_write),
    TEST(what_is_too_large_is_not_written))
