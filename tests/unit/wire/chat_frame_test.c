#include "wire/chat_frame.h"

#include "support/test.h"

#include <string.h>

#include "chat.pb-c.h"

static struct gossip_bytes encode(const struct wire_chat_frame *frame)
{
    size_t size = wire_chat_frame_encoded_size(frame);
    uint8_t *memory = test_take(size + 1);
    expect_equal(wire_chat_frame_encode(frame, room_make(memory, size)), size);
    return bytes_make(memory, size);
}

static enum gossip_error decode(const char *text, struct wire_chat_frame *frame)
{
    return wire_chat_frame_decode(hex(text), frame);
}

static void expect_zeroed(const struct wire_chat_frame *frame)
{
    expect_equal(frame->kind, 0);
    expect_equal(frame->text.size, 0);
    expect_equal(frame->nick.size, 0);
    expect_equal(frame->seen_count, 0);
}

/* A line of Bob's, who had seen one of somebody else's. */
#define SAMPLE                                                                                     \
    "0801 1001 189601 20b960 2802 30e8dc8b89f932"                                                  \
    "3a03426f62 42026869"                                                                          \
    "4a0d 090807060504030201 1005 1807"

static void a_sample_survives_a_round_trip(void)
{
    struct wire_chat_frame frame;
    expect_ok(decode(SAMPLE, &frame));
    expect_equal(frame.kind, WIRE_CHAT_TEXT);
    expect_equal(frame.lamport, 150);
    expect_equal(frame.session, 12345);
    expect_equal(frame.sequence, 2);
    expect_equal(frame.sent_ms, INT64_C(1750486675048));
    expect_bytes(frame.nick, BYTES_OF("Bob"));
    expect_bytes(frame.text, BYTES_OF("hi"));
    expect_equal(frame.seen_count, 1);
    expect_equal(frame.seen[0].author, UINT64_C(0x0102030405060708));
    expect_equal(frame.seen[0].session, 5);
    expect_equal(frame.seen[0].sequence, 7);
    expect_bytes(encode(&frame), hex(SAMPLE));
}

static void a_frame_is_known_by_its_first_byte(void)
{
    expect_true(wire_chat_frame_is_likely(hex("0801")));
    expect_true(wire_chat_frame_is_likely(hex("0802"))); /* a version to come: no text either */
    expect_true(wire_chat_frame_is_likely(hex("08")));
    expect_false(wire_chat_frame_is_likely((struct gossip_bytes){0}));
    expect_false(wire_chat_frame_is_likely(BYTES_OF("hello")));
    expect_false(wire_chat_frame_is_likely(hex("1001 0801")));
}

static void other_versions_are_not_understood(void)
{
    struct wire_chat_frame frame;
    expect_error(decode("0802 1001", &frame), GOSSIP_ERROR_UNSUPPORTED);
    expect_zeroed(&frame);
    expect_error(decode("0801 1001 0802", &frame), GOSSIP_ERROR_UNSUPPORTED);
    expect_error(decode("0881 00 1001 42026869", &frame), GOSSIP_OK); /* a 1, written at length */
    expect_error(decode("1001 0801", &frame), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(
        wire_chat_frame_decode((struct gossip_bytes){0}, &frame), GOSSIP_ERROR_PEER_MALFORMED);
}

static void what_is_not_there_is_zero(void)
{
    struct wire_chat_frame frame;
    memset(&frame, 0xff, sizeof(frame));
    expect_ok(decode("0801", &frame));
    expect_zeroed(&frame);
    expect_equal(frame.lamport, 0);
    expect_equal(frame.session, 0);
    expect_equal(frame.sequence, 0);
    expect_equal(frame.sent_ms, 0);
    expect_ok(decode("0801 1001 4a00", &frame));
    expect_equal(frame.seen_count, 1);
    expect_equal(frame.seen[0].author, 0);
}

static void unknown_fields_and_forms_are_skipped(void)
{
    struct wire_chat_frame frame;
    expect_ok(
        decode("0801 1003 5201 61 5807 65 01020304 71 0102030405060708 1501020304 3807", &frame));
    expect_equal(frame.kind, WIRE_CHAT_JOIN);
    expect_equal(frame.nick.size, 0);
    /* Of a field that comes twice the last one counts. */
    expect_ok(decode("0801 1003 1004 420161 420162", &frame));
    expect_equal(frame.kind, WIRE_CHAT_LEAVE);
    expect_bytes(frame.text, BYTES_OF("b"));
}

static void away_may_be_without_a_reason(void)
{
    struct wire_chat_frame frame;
    expect_ok(decode("0801 1006 5200", &frame));
    expect_true(frame.is_away);
    expect_equal(frame.away.size, 0);
    expect_ok(decode("0801 1006 52056c756e6368", &frame));
    expect_bytes(frame.away, BYTES_OF("lunch"));
    expect_ok(decode("0801 1006", &frame));
    expect_false(frame.is_away);
}

static void a_topic_survives_a_round_trip(void)
{
    struct wire_chat_frame again;
    struct wire_chat_frame frame = {.kind = WIRE_CHAT_PRESENCE,
        .is_away = true,
        .has_topic = true,
        .topic = {.lamport = UINT64_MAX,
            .author = bytes_repeated(7, GOSSIP_PEER_ID_BYTES_MAX),
            .nick = BYTES_OF("Bob"),
            .set_ms = -5,
            .text = bytes_repeated('t', WIRE_CHAT_TOPIC_BYTES_MAX)}};
    expect_ok(wire_chat_frame_decode(encode(&frame), &again));
    expect_true(again.is_away);
    expect_true(again.has_topic);
    expect_true(again.topic.lamport == UINT64_MAX);
    expect_bytes(again.topic.author, frame.topic.author);
    expect_bytes(again.topic.nick, frame.topic.nick);
    expect_true(again.topic.set_ms == -5);
    expect_bytes(again.topic.text, frame.topic.text);
    expect_ok(decode("0801 1006 5a00", &again));
    expect_true(again.has_topic);
    expect_equal(again.topic.lamport, 0);
    expect_error(decode("0801 5a01 08", &again), GOSSIP_ERROR_PEER_MALFORMED);
    expect_zeroed(&again);
    uint8_t topic[8 + 301] = {0x08, 1, 0x5a, 0xb0, 0x02, 0x2a, 0xad, 0x02};
    expect_error(wire_chat_frame_decode(bytes_make(topic, sizeof(topic)), &again),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    uint8_t away[4 + 101] = {0x08, 1, 0x52, 101};
    expect_error(wire_chat_frame_decode(bytes_make(away, sizeof(away)), &again),
        GOSSIP_ERROR_PEER_TOO_LARGE);
}

static void kinds_of_the_future_are_read(void)
{
    struct wire_chat_frame frame;
    expect_ok(decode("0801 1007", &frame));
    expect_equal(frame.kind, 7);
    expect_ok(decode("0801 10ffffffff0f", &frame));
    expect_equal(frame.kind, UINT32_MAX);
    expect_ok(decode("0801 108080808010", &frame)); /* no small number */
    expect_equal(frame.kind, 0);
}

static void numbers_go_to_their_ends(void)
{
    static const int64_t dates[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
    for (size_t i = 0; i < 5; i++) {
        struct wire_chat_frame again;
        struct wire_chat_frame frame = {.kind = WIRE_CHAT_ACTION,
            .lamport = UINT64_MAX,
            .session = WIRE_CHAT_SESSION_MAX,
            .sequence = WIRE_CHAT_SEQUENCE_MAX,
            .sent_ms = dates[i]};
        expect_ok(wire_chat_frame_decode(encode(&frame), &again));
        expect_equal(again.sent_ms, dates[i]);
        expect_true(again.lamport == UINT64_MAX);
        expect_equal(again.session, WIRE_CHAT_SESSION_MAX);
        expect_equal(again.sequence, WIRE_CHAT_SEQUENCE_MAX);
    }
}

static void every_bound_is_kept(void)
{
    struct wire_chat_frame frame, again;
    frame = (struct wire_chat_frame){.kind = WIRE_CHAT_TEXT,
        .nick = bytes_repeated('n', WIRE_CHAT_NICK_BYTES_MAX),
        .text = bytes_repeated('t', WIRE_CHAT_TEXT_BYTES_MAX)};
    struct gossip_bytes largest = encode(&frame);
    expect_at_most(largest.size, WIRE_CHAT_FRAME_BYTES_MAX);
    expect_ok(wire_chat_frame_decode(largest, &again));
    expect_equal(again.text.size, WIRE_CHAT_TEXT_BYTES_MAX);

    uint8_t memory[WIRE_CHAT_TEXT_BYTES_MAX + 10] = {0x08, 1, 0x42, 0x81, 0x40}; /* one byte more */
    expect_error(
        wire_chat_frame_decode(bytes_make(memory, 5 + 8193), &again), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_zeroed(&again);
    uint8_t nick[3 + 2 + 129] = {0x08, 1, 0x3a, 0x81, 0x01};
    expect_error(
        wire_chat_frame_decode(bytes_make(nick, 5 + 129), &again), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(decode("0801 2080808080808040", &again), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(decode("0801 288080808010", &again), GOSSIP_ERROR_PEER_TOO_LARGE);

    struct gossip_bytes huge = bytes_repeated(0x08, WIRE_CHAT_FRAME_BYTES_MAX + 1);
    expect_error(wire_chat_frame_decode(huge, &again), GOSSIP_ERROR_PEER_TOO_LARGE);
}

static void more_seen_than_fits_is_left_out(void)
{
    struct wire_chat_frame frame;
    uint8_t memory[2 + 20 * 2] = {0x08, 1};
    for (size_t i = 0; i < 20; i++)
        memory[2 + 2 * i] = 0x4a;
    expect_ok(wire_chat_frame_decode(bytes_make(memory, sizeof(memory)), &frame));
    expect_equal(frame.seen_count, WIRE_CHAT_SEEN_MAX);
}

static void broken_frames_are_refused(void)
{
    struct wire_chat_frame frame;
    static const char *const broken[] = {"08", "0801 10", "0801 42ff", "0801 4205 61",
        "0801 4a01 09", "0801 4a02 ffff", "0801 00", "0801 0b", "0801 18ffffffffffffffffff7f"};
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        expect_error(decode(broken[i], &frame), GOSSIP_ERROR_PEER_MALFORMED);
        expect_zeroed(&frame);
    }
    struct gossip_bytes whole = hex(SAMPLE);
    for (size_t size = 0; size < whole.size; size++)
        if (wire_chat_frame_decode(bytes_part(whole, 0, size), &frame) == GOSSIP_OK)
            expect_at_most(frame.text.size, 2);
}

static void protobuf_reads_what_we_write(void)
{
    struct wire_chat_frame frame;
    expect_ok(decode(SAMPLE, &frame));
    struct gossip_bytes encoded = encode(&frame);
    WireProto__ChatFrame *message =
        wire_proto__chat_frame__unpack(NULL, encoded.size, encoded.data);
    expect_not_null(message);
    expect_equal(message->version, 1);
    expect_equal(message->kind, 1);
    expect_equal(message->lamport, 150);
    expect_equal(message->sent_ms, INT64_C(1750486675048));
    expect_bytes(bytes_make(message->nick.data, message->nick.len), BYTES_OF("Bob"));
    expect_equal(message->n_seen, 1);
    expect_equal(message->seen[0]->author, UINT64_C(0x0102030405060708));
    wire_proto__chat_frame__free_unpacked(message, NULL);
}

static void what_is_too_large_is_not_written(void)
{
    struct wire_chat_frame frame = {.kind = WIRE_CHAT_TEXT, .text = bytes_repeated('x', 8193)};
    expect_require_fails((void)wire_chat_frame_encoded_size(&frame));
    frame = (struct wire_chat_frame){.kind = WIRE_CHAT_TEXT, .seen_count = WIRE_CHAT_SEEN_MAX + 1};
    expect_require_fails((void)wire_chat_frame_encoded_size(&frame));
    frame = (struct wire_chat_frame){.kind = WIRE_CHAT_TEXT, .session = WIRE_CHAT_SESSION_MAX + 1};
    expect_require_fails((void)wire_chat_frame_encoded_size(&frame));
}

TEST_MAIN(TEST(a_sample_survives_a_round_trip), TEST(a_frame_is_known_by_its_first_byte),
    TEST(other_versions_are_not_understood), TEST(what_is_not_there_is_zero),
    TEST(unknown_fields_and_forms_are_skipped), TEST(away_may_be_without_a_reason),
    TEST(a_topic_survives_a_round_trip), TEST(kinds_of_the_future_are_read),
    TEST(numbers_go_to_their_ends), TEST(every_bound_is_kept),
    TEST(more_seen_than_fits_is_left_out), TEST(broken_frames_are_refused),
    TEST(protobuf_reads_what_we_write), TEST(what_is_too_large_is_not_written))
