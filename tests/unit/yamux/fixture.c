#include "fixture.h"

#include "base/instant.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES_MAX 65536
#define SHOWN_BYTES_MAX 40

struct fixture fixture;

static char told_text[TEXT_BYTES_MAX];
static size_t told_size;
static char said_text[TEXT_BYTES_MAX];
static size_t said_size;

static const char *const type_names[] = {"data", "update", "ping", "away"};
static const char *const flag_names[] = {"syn", "ack", "fin", "rst"};

/* Adds to a text what no longer fits being cut off. */
__attribute__((format(printf, 3, 4))) static void add(
    char text[TEXT_BYTES_MAX], size_t *size, const char *format, ...)
{
    va_list arguments;
    int added;

    va_start(arguments, format);
    added = vsnprintf(text + *size, TEXT_BYTES_MAX - *size, format, arguments);
    va_end(arguments);
    *size += (size_t)added;
    if (*size >= TEXT_BYTES_MAX)
        test_fail("the conversation is too long to be shown");
}

/* ---- life ------------------------------------------------------------------------------- */

void begin_with_limits(enum yamux_role role)
{
    struct yamux_limits limits = fixture.limits;

    fixture = (struct fixture){.limits = limits, .now = instant_us(1000000), .is_consuming = true};
    told_size = 0;
    told_text[0] = '\0';
    test_allocator_init(&fixture.memory);
    expect_ok(yamux_session_create(
        &fixture.memory.allocator, role, &fixture.limits, fixture.now, &fixture.session));
}

void begin(enum yamux_role role)
{
    yamux_limits_default(&fixture.limits);
    begin_with_limits(role);
}

void end(void)
{
    yamux_session_destroy(fixture.session);
    test_allocator_deinit(&fixture.memory);
}

/* ---- what the peer says ----------------------------------------------------------------- */

static size_t index_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    test_fail("a frame with an unknown word");
}

static struct yamux_frame parse_head(const char *text)
{
    char type[16], flags[32];
    struct yamux_frame made = {0};

    if (sscanf(text, "%15s %" SCNu32 " %31s %" SCNu32, type, &made.id, flags, &made.length) < 3)
        test_fail("a frame is: type id flags length");
    made.type = (enum yamux_frame_type)index_of(type, type_names, 4);
    for (char *flag = strtok(flags, "+"); flag != NULL; flag = strtok(NULL, "+")) {
        if (strcmp(flag, "-") != 0)
            made.flags = (uint16_t)(made.flags | 1u << index_of(flag, flag_names, 4));
    }
    return made;
}

static struct gossip_bytes make_frame(struct yamux_frame head, struct gossip_bytes payload)
{
    size_t size = YAMUX_HEADER_BYTES + payload.size;
    uint8_t *bytes = (uint8_t *)test_take(size);

    yamux_frame_encode(&head, bytes);
    bytes_copy(bytes + YAMUX_HEADER_BYTES, payload);
    return bytes_make(bytes, size);
}

struct gossip_bytes frame(const char *text)
{
    struct yamux_frame head = parse_head(text);
    struct gossip_bytes payload = {0};

    if (head.type == YAMUX_FRAME_DATA) {
        const char *rest = text;

        for (int i = 0; i < 3; i++) {
            rest = strchr(rest, ' ');
            if (rest == NULL)
                break;
            rest++;
        }
        payload = bytes_of_text(rest == NULL ? "" : rest);
        head.length = (uint32_t)payload.size;
    }
    return make_frame(head, payload);
}

struct gossip_bytes data_frame(const char *head_text, size_t size)
{
    struct yamux_frame head = parse_head(head_text);

    head.length = (uint32_t)size;
    return make_frame(head, bytes_repeated('x', size));
}

struct gossip_bytes both(struct gossip_bytes first, struct gossip_bytes second)
{
    uint8_t *bytes = (uint8_t *)test_take(first.size + second.size);

    bytes_copy(bytes, first);
    bytes_copy(bytes + first.size, second);
    return bytes_make(bytes, first.size + second.size);
}

/* ---- what the session tells ------------------------------------------------------------- */

static void add_data(char *text, size_t *size, struct gossip_bytes data)
{
    if (data.size <= SHOWN_BYTES_MAX)
        add(text, size, "%.*s\n", (int)data.size, (const char *)data.data);
    else
        add(text, size, "(%zu bytes)\n", data.size);
}

static void add_event(const struct yamux_event *event)
{
    switch (event->kind) {
    case YAMUX_STREAM_ARRIVED:
        expect_false(event->stream_is_ours);
        add(told_text, &told_size, "%" PRIu32 " arrived\n", event->stream.id);
        break;
    case YAMUX_STREAM_DATA:
        add(told_text, &told_size, "%" PRIu32 " data ", event->stream.id);
        add_data(told_text, &told_size, event->data);
        if (fixture.is_consuming)
            yamux_stream_consumed(fixture.session, event->stream, event->data.size);
        break;
    case YAMUX_STREAM_WRITABLE:
        add(told_text, &told_size, "%" PRIu32 " writable\n", event->stream.id);
        break;
    case YAMUX_STREAM_FINISHED:
        add(told_text, &told_size, "%" PRIu32 " finished\n", event->stream.id);
        break;
    case YAMUX_STREAM_RESET:
        add(told_text, &told_size, "%" PRIu32 " reset %" PRIu32 "\n", event->stream.id,
            event->code);
        break;
    case YAMUX_GOING_AWAY:
        add(told_text, &told_size, "going away %" PRIu32 "\n", event->code);
        break;
    }
}

static void drain(void)
{
    struct yamux_event event;

    while (yamux_session_poll(fixture.session, &event))
        add_event(&event);
}

const char *told(void)
{
    static char last[TEXT_BYTES_MAX];

    drain();
    memcpy(last, told_text, told_size + 1);
    told_size = 0;
    told_text[0] = '\0';
    return last;
}

enum gossip_error try_hear(struct gossip_bytes input)
{
    enum gossip_error error = GOSSIP_OK;

    drain();
    while (error == GOSSIP_OK && input.size > 0) {
        size_t size = input.size;

        error = yamux_session_receive(fixture.session, fixture.now, &input);
        expect_true(error != GOSSIP_OK || input.size < size);
        drain();
    }
    return error;
}

void hear(struct gossip_bytes input)
{
    expect_ok(try_hear(input));
}

/* ---- what the session says -------------------------------------------------------------- */

static void add_frame(const struct yamux_frame *shown)
{
    const char *separator = "";

    add(said_text, &said_size, "%s %" PRIu32 " ", type_names[shown->type], shown->id);
    for (unsigned i = 0; i < 4; i++) {
        if ((shown->flags >> i & 1) != 0) {
            add(said_text, &said_size, "%s%s", separator, flag_names[i]);
            separator = "+";
        }
    }
    add(said_text, &said_size, "%s ", shown->flags == 0 ? "-" : "");
    if (shown->type != YAMUX_FRAME_DATA)
        add(said_text, &said_size, "%" PRIu32 "\n", shown->length);
}

/* Shows whole frames; anything else fails the test. */
static void add_frames(struct gossip_bytes bytes)
{
    while (bytes.size > 0) {
        uint8_t header[YAMUX_HEADER_BYTES];
        struct yamux_frame shown;
        struct gossip_bytes payload;

        expect_true(bytes_take_copy(&bytes, header, sizeof(header)));
        expect_ok(yamux_frame_decode(header, &shown));
        add_frame(&shown);
        if (shown.type == YAMUX_FRAME_DATA) {
            expect_at_most(shown.length, YAMUX_DATA_BYTES_MAX);
            expect_true(bytes_take(&bytes, shown.length, &payload));
            add_data(said_text, &said_size, payload);
        }
    }
}

const char *said_in(size_t room_size)
{
    uint8_t *memory = (uint8_t *)test_take(room_size);
    size_t size;

    said_size = 0;
    said_text[0] = '\0';
    do {
        size = yamux_session_transmit(fixture.session, fixture.now, room_make(memory, room_size));
        expect_at_most(size, room_size);
        add_frames(bytes_make(memory, size));
        drain();
    } while (size > 0);
    return said_text;
}

const char *said(void)
{
    const char *text = said_in(YAMUX_FRAME_BYTES_MAX);

    expect_false(yamux_session_has_output(fixture.session));
    return text;
}

struct gossip_bytes said_bytes(void)
{
    size_t room_size = (size_t)128 * 1024;
    uint8_t *memory = (uint8_t *)test_take(room_size);

    return bytes_make(
        memory, yamux_session_transmit(fixture.session, fixture.now, room_make(memory, room_size)));
}

/* ---- time and streams ------------------------------------------------------------------- */

enum gossip_error wait_seconds(uint64_t seconds)
{
    fixture.now = instant_add(fixture.now, duration_seconds(seconds));
    return yamux_session_advance(fixture.session, fixture.now);
}

struct yamux_stream open_stream(void)
{
    struct yamux_stream opened;

    expect_ok(yamux_stream_open(fixture.session, &opened));
    return opened;
}

struct yamux_stream stream(uint32_t id)
{
    return (struct yamux_stream){.id = id};
}

static size_t write_all(struct yamux_stream to, struct gossip_bytes data)
{
    size_t room = yamux_stream_room(fixture.session, to);
    size_t accepted;

    expect_ok(yamux_stream_write(fixture.session, to, data, &accepted));
    expect_equal(accepted, room < data.size ? room : data.size);
    return accepted;
}

size_t write_text(struct yamux_stream to, const char *text)
{
    return write_all(to, bytes_of_text(text));
}

size_t write_bytes(struct yamux_stream to, size_t size)
{
    return write_all(to, bytes_repeated('y', size));
}
