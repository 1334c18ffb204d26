#include "wire/history_message.h"

#include "support/test.h"

#include <string.h>

#include "history.pb-c.h"

static const struct wire_history_run runs[] = {
    {.author = UINT64_C(0x0102030405060708), .session = 5, .first = 1, .count = 300},
    {.author = UINT64_MAX, .session = (UINT64_C(1) << 48) - 1, .first = UINT32_MAX, .count = 1}};

static size_t put_sample(uint8_t *memory, size_t size)
{
    struct wire_history_question question = {.topic = BYTES_OF("/a"),
        .lines_max = 200,
        .bytes_max = 1000,
        .age_max_ms = 86400000,
        .order_min = 77};
    struct gossip_room room = room_make(memory, size);

    wire_history_put_question(&room, &question);
    wire_history_put_run(&room, &runs[0]);
    wire_history_put_run(&room, &runs[1]);
    return size - room.size;
}

static void a_question_survives_a_round_trip(void)
{
    uint8_t memory[256];
    size_t size = put_sample(memory, sizeof(memory));
    struct wire_history_question question;
    struct wire_history_run run;
    struct wire_reader reader;

    expect_ok(wire_history_question_decode(bytes_make(memory, size), &question));
    expect_bytes(question.topic, BYTES_OF("/a"));
    expect_equal(question.lines_max, 200);
    expect_equal(question.bytes_max, 1000);
    expect_equal(question.age_max_ms, 86400000);
    expect_equal(question.order_min, 77);
    expect_equal(question.run_count, 2);
    reader = wire_history_runs(&question);
    for (size_t i = 0; i < 2; i++) {
        expect_true(wire_history_run_next(&reader, &run));
        expect_true(run.author == runs[i].author);
        expect_equal(run.session, runs[i].session);
        expect_equal(run.first, runs[i].first);
        expect_equal(run.count, runs[i].count);
    }
    expect_false(wire_history_run_next(&reader, &run));
}

static void others_read_our_questions(void)
{
    uint8_t memory[256];
    size_t size = put_sample(memory, sizeof(memory));
    WireProto__HistoryQuestion *theirs = wire_proto__history_question__unpack(NULL, size, memory);

    expect_not_null(theirs);
    expect_equal(theirs->n_have, 2);
    expect_true(theirs->have[0]->author == runs[0].author);
    expect_equal(theirs->have[0]->count, 300);
    expect_equal(theirs->order_min, 77);
    wire_proto__history_question__free_unpacked(theirs, NULL);
}

static enum gossip_error decode(const char *text)
{
    struct wire_history_question question;
    enum gossip_error error = wire_history_question_decode(hex(text), &question);

    if (error != GOSSIP_OK) {
        expect_equal(question.run_count, 0);
        expect_equal(question.topic.size, 0);
        expect_equal(question.encoded.size, 0);
    }
    return error;
}

static void a_question_is_checked_as_a_whole(void)
{
    expect_ok(decode("0a0161"));
    expect_ok(decode("0a0161 7801"));                      /* from the future */
    expect_error(decode(""), GOSSIP_ERROR_PEER_MALFORMED); /* about nothing */
    expect_error(decode("1001"), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(decode("0a0161 3200"), GOSSIP_ERROR_PEER_MALFORMED);     /* a run of none */
    expect_error(decode("0a0161 32021801"), GOSSIP_ERROR_PEER_MALFORMED); /* likewise */
    expect_ok(decode("0a0161 32022001"));
    expect_error(decode("0a0161 3202ffff"), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(/* it goes round */
        decode("0a0161 320d 18ffffffffffffffffff01 2002"), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(decode("0a0261"), GOSSIP_ERROR_PEER_MALFORMED);
}

static void a_question_is_bounded(void)
{
    static uint8_t memory[WIRE_HISTORY_QUESTION_BYTES_MAX + 1];
    struct wire_history_question question = {.topic = BYTES_OF("a")};
    struct wire_history_run run = {.author = 1, .first = 1, .count = 1};
    struct gossip_room room = room_make(memory, sizeof(memory));
    static const uint8_t long_topic[3 + WIRE_HISTORY_TOPIC_BYTES_MAX + 1] = {0x0A, 0x81, 0x02};

    wire_history_put_question(&room, &question);
    for (int i = 0; i < WIRE_HISTORY_RUNS_MAX; i++) {
        wire_history_put_run(&room, &run);
    }
    expect_ok(
        wire_history_question_decode(bytes_make(memory, sizeof(memory) - room.size), &question));
    expect_equal(question.run_count, WIRE_HISTORY_RUNS_MAX);
    wire_history_put_run(&room, &run);
    expect_error(
        wire_history_question_decode(bytes_make(memory, sizeof(memory) - room.size), &question),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    memset(memory, 0, sizeof(memory));
    expect_error(wire_history_question_decode(bytes_make(memory, sizeof(memory)), &question),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(
        wire_history_question_decode(bytes_make(long_topic, sizeof(long_topic)), &question),
        GOSSIP_ERROR_PEER_TOO_LARGE);
}

static void the_largest_question_fits(void)
{
    static uint8_t memory[WIRE_HISTORY_QUESTION_BYTES_MAX];
    static const uint8_t topic[WIRE_HISTORY_TOPIC_BYTES_MAX] = {1};
    struct wire_history_question question = {.topic = bytes_make(topic, sizeof(topic)),
        .lines_max = UINT32_MAX,
        .bytes_max = UINT32_MAX,
        .age_max_ms = UINT64_MAX,
        .order_min = UINT64_MAX};
    struct wire_history_run run = {.author = UINT64_MAX,
        .session = (UINT64_C(1) << 48) - 1,
        .first = UINT32_MAX,
        .count = 1000};
    struct gossip_room room = room_make(memory, sizeof(memory));

    wire_history_put_question(&room, &question);
    for (int i = 0; i < WIRE_HISTORY_RUNS_MAX; i++) {
        wire_history_put_run(&room, &run);
    }
    expect_ok(
        wire_history_question_decode(bytes_make(memory, sizeof(memory) - room.size), &question));
}

static void an_answer_survives_a_round_trip(void)
{
    uint8_t memory[64];
    struct gossip_room room = room_make(memory, sizeof(memory));
    struct wire_history_answer answer;
    struct wire_reader reader;
    struct gossip_bytes line;

    expect_true(wire_history_put_line(&room, BYTES_OF("one")));
    expect_true(wire_history_put_line(&room, BYTES_OF("two")));
    wire_history_put_status(&room, WIRE_HISTORY_MORE);
    expect_ok(wire_history_answer_decode(bytes_make(memory, sizeof(memory) - room.size), &answer));
    expect_equal(answer.status, WIRE_HISTORY_MORE);
    expect_equal(answer.line_count, 2);
    reader = wire_history_lines(&answer);
    expect_true(wire_history_line_next(&reader, &line));
    expect_bytes(line, BYTES_OF("one"));
    expect_true(wire_history_line_next(&reader, &line));
    expect_bytes(line, BYTES_OF("two"));
    expect_false(wire_history_line_next(&reader, &line));
}

static void a_line_without_room_is_not_put(void)
{
    uint8_t memory[10];
    struct gossip_room room = room_make(memory, sizeof(memory));

    expect_false(wire_history_put_line(&room, BYTES_OF("123456789")));
    expect_equal(room.size, sizeof(memory));
    expect_true(wire_history_put_line(&room, BYTES_OF("12345678")));
    expect_equal(room.size, 0);
}

static enum gossip_error decode_answer(const char *text, struct wire_history_answer *answer)
{
    return wire_history_answer_decode(hex(text), answer);
}

static void an_answer_is_checked_as_a_whole(void)
{
    static uint8_t memory[WIRE_HISTORY_ANSWER_BYTES_MAX + 1] = {0x0A, 0x81, 0xC0, 0x01};
    struct wire_history_answer answer;

    expect_ok(decode_answer("", &answer));
    expect_equal(answer.status, WIRE_HISTORY_CONTINUED);
    expect_ok(decode_answer("1001", &answer));
    expect_equal(answer.status, WIRE_HISTORY_OK);
    expect_ok(decode_answer("1063", &answer)); /* from the future: it failed */
    expect_equal(answer.status, WIRE_HISTORY_BUSY);
    expect_error(decode_answer("0a00", &answer), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(decode_answer("0a02 61", &answer), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(wire_history_answer_decode(bytes_make(memory, sizeof(memory)), &answer),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(/* a line of 24577 bytes */
        wire_history_answer_decode(bytes_make(memory, 4 + 24577), &answer),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    for (size_t i = 0; i < WIRE_HISTORY_LINES_MAX + 1; i++) {
        memcpy(memory + 3 * i, "\x0A\x01x", 3);
    }
    expect_ok(wire_history_answer_decode(
        bytes_make(memory, (size_t)3 * WIRE_HISTORY_LINES_MAX), &answer));
    expect_error(wire_history_answer_decode(
                     bytes_make(memory, (size_t)3 * (WIRE_HISTORY_LINES_MAX + 1)), &answer),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_equal(answer.line_count, 0);
}

TEST_MAIN(TEST(a_question_survives_a_round_trip), TEST(others_read_our_questions),
    TEST(a_question_is_checked_as_a_whole), TEST(a_question_is_bounded),
    TEST(the_largest_question_fits), TEST(an_answer_survives_a_round_trip),
    TEST(a_line_without_room_is_not_put), TEST(an_answer_is_checked_as_a_whole))
