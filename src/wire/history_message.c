#include "wire/history_message.h"

#include "base/bytes.h"
#include "base/require.h"
#include "base/varint.h"
#include "wire/encode.h"

#define TOPIC 1
#define LINES_MAX 2
#define BYTES_MAX 3
#define AGE_MAX 4
#define ORDER_MIN 5
#define HAVE 6

#define AUTHOR 1
#define SESSION 2
#define FIRST 3
#define COUNT 4

#define LINE 1
#define STATUS 2

static uint32_t at_most_u32(uint64_t value)
{
    return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

/* ---- questions -------------------------------------------------------------------------- */

static enum gossip_error decode_run(struct gossip_bytes encoded, struct wire_history_run *run)
{
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    enum gossip_error error;

    *run = (struct wire_history_run){.author = 0};
    while (wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(AUTHOR, WIRE_FIXED64):
            run->author = field.value;
            break;
        case WIRE_TAG(SESSION, WIRE_VARINT):
            run->session = field.value;
            break;
        case WIRE_TAG(FIRST, WIRE_VARINT):
            run->first = field.value;
            break;
        case WIRE_TAG(COUNT, WIRE_VARINT):
            run->count = field.value;
            break;
        default:
            break;
        }
    }
    error = wire_reader_result(&reader);
    if (error == GOSSIP_OK && (run->count == 0 || run->count > UINT64_MAX - run->first)) {
        error = GOSSIP_ERROR_PEER_MALFORMED;
    }
    return error;
}

static enum gossip_error take_field(
    struct wire_history_question *question, const struct wire_field *field)
{
    struct wire_history_run run;

    switch (field->tag) {
    case WIRE_TAG(TOPIC, WIRE_BYTES):
        question->topic = field->bytes;
        break;
    case WIRE_TAG(LINES_MAX, WIRE_VARINT):
        question->lines_max = at_most_u32(field->value);
        break;
    case WIRE_TAG(BYTES_MAX, WIRE_VARINT):
        question->bytes_max = at_most_u32(field->value);
        break;
    case WIRE_TAG(AGE_MAX, WIRE_VARINT):
        question->age_max_ms = field->value;
        break;
    case WIRE_TAG(ORDER_MIN, WIRE_VARINT):
        question->order_min = field->value;
        break;
    case WIRE_TAG(HAVE, WIRE_BYTES):
        if (++question->run_count > WIRE_HISTORY_RUNS_MAX) {
            return GOSSIP_ERROR_PEER_TOO_LARGE;
        }
        return decode_run(field->bytes, &run);
    default:
        break;
    }
    return GOSSIP_OK;
}

enum gossip_error wire_history_question_decode(
    struct gossip_bytes encoded, struct wire_history_question *question)
{
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    enum gossip_error error = GOSSIP_OK;

    *question = (struct wire_history_question){.encoded = encoded};
    if (encoded.size > WIRE_HISTORY_QUESTION_BYTES_MAX) {
        error = GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    while (error == GOSSIP_OK && wire_reader_next(&reader, &field)) {
        error = take_field(question, &field);
    }
    if (error == GOSSIP_OK) {
        error = wire_reader_result(&reader);
    }
    if (error == GOSSIP_OK && question->topic.size == 0) {
        error = GOSSIP_ERROR_PEER_MALFORMED;
    }
    if (error == GOSSIP_OK && question->topic.size > WIRE_HISTORY_TOPIC_BYTES_MAX) {
        error = GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    if (error != GOSSIP_OK) {
        *question = (struct wire_history_question){.run_count = 0};
    }
    return error;
}

struct wire_reader wire_history_runs(const struct wire_history_question *question)
{
    return wire_reader_make(question->encoded);
}

bool wire_history_run_next(struct wire_reader *reader, struct wire_history_run *run)
{
    struct wire_field field;

    while (wire_reader_next(reader, &field)) {
        if (field.tag == WIRE_TAG(HAVE, WIRE_BYTES)) {
            return decode_run(field.bytes, run) == GOSSIP_OK;
        }
    }
    return false;
}

void wire_history_put_question(
    struct gossip_room *room, const struct wire_history_question *question)
{
    require(question->topic.size > 0 && question->topic.size <= WIRE_HISTORY_TOPIC_BYTES_MAX);
    wire_put_bytes_field(room, TOPIC, question->topic);
    wire_put_varint_field(room, LINES_MAX, question->lines_max);
    wire_put_varint_field(room, BYTES_MAX, question->bytes_max);
    wire_put_varint_field(room, AGE_MAX, question->age_max_ms);
    wire_put_varint_field(room, ORDER_MIN, question->order_min);
}

void wire_history_put_run(struct gossip_room *room, const struct wire_history_run *run)
{
    uint8_t author[8];
    size_t size = 1 + sizeof(author) + wire_varint_field_size(SESSION, run->session) +
                  wire_varint_field_size(FIRST, run->first) +
                  wire_varint_field_size(COUNT, run->count);

    require(run->count > 0 && run->count <= UINT64_MAX - run->first);
    store_u64_little(author, run->author);
    wire_put_bytes_header(room, HAVE, size);
    require(room_put_varint(room, WIRE_TAG(AUTHOR, WIRE_FIXED64)) &&
            room_put(room, bytes_make(author, sizeof(author))));
    wire_put_varint_field(room, SESSION, run->session);
    wire_put_varint_field(room, FIRST, run->first);
    wire_put_varint_field(room, COUNT, run->count);
}

/* ---- answers ---------------------------------------------------------------------------- */

static enum wire_history_status status_of(uint64_t value)
{
    return value >= WIRE_HISTORY_OK && value <= WIRE_HISTORY_NOT_FOLLOWED
               ? (enum wire_history_status)value
               : WIRE_HISTORY_BUSY;
}

static enum gossip_error take_answer_field(
    struct wire_history_answer *answer, const struct wire_field *field)
{
    switch (field->tag) {
    case WIRE_TAG(LINE, WIRE_BYTES):
        if (field->bytes.size == 0) {
            return GOSSIP_ERROR_PEER_MALFORMED;
        }
        if (field->bytes.size > WIRE_HISTORY_LINE_BYTES_MAX ||
            ++answer->line_count > WIRE_HISTORY_LINES_MAX) {
            return GOSSIP_ERROR_PEER_TOO_LARGE;
        }
        break;
    case WIRE_TAG(STATUS, WIRE_VARINT):
        answer->status = status_of(field->value);
        break;
    default:
        break;
    }
    return GOSSIP_OK;
}

enum gossip_error wire_history_answer_decode(
    struct gossip_bytes encoded, struct wire_history_answer *answer)
{
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    enum gossip_error error = GOSSIP_OK;

    *answer = (struct wire_history_answer){.encoded = encoded};
    if (encoded.size > WIRE_HISTORY_ANSWER_BYTES_MAX) {
        error = GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    while (error == GOSSIP_OK && wire_reader_next(&reader, &field)) {
        error = take_answer_field(answer, &field);
    }
    if (error == GOSSIP_OK) {
        error = wire_reader_result(&reader);
    }
    if (error != GOSSIP_OK) {
        *answer = (struct wire_history_answer){.line_count = 0};
    }
    return error;
}

struct wire_reader wire_history_lines(const struct wire_history_answer *answer)
{
    return wire_reader_make(answer->encoded);
}

bool wire_history_line_next(struct wire_reader *reader, struct gossip_bytes *line)
{
    struct wire_field field;

    while (wire_reader_next(reader, &field)) {
        if (field.tag == WIRE_TAG(LINE, WIRE_BYTES)) {
            *line = field.bytes;
            return true;
        }
    }
    return false;
}

bool wire_history_put_line(struct gossip_room *room, struct gossip_bytes line)
{
    if (wire_bytes_field_size(LINE, line.size) > room->size) {
        return false;
    }
    wire_put_bytes_field(room, LINE, line);
    return true;
}

void wire_history_put_status(struct gossip_room *room, enum wire_history_status status)
{
    wire_put_varint_field(room, STATUS, status);
}
