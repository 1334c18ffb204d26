#include "fixture.h"

#include "base/instant.h"

#include <inttypes.h>

struct fixture fixture;

static struct text told_text, said_text;

/* ---- life ------------------------------------------------------------------------------- */

void begin_with_limits(enum yamux_role role)
{
    struct yamux_limits limits = fixture.limits;

    fixture = (struct fixture){.limits = limits, .now = instant_us(1000000), .is_consuming = true};
    text_clear(&told_text);
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

/* ---- what the session tells ------------------------------------------------------------- */

static void add_event(const struct yamux_event *event)
{
    switch (event->kind) {
    case YAMUX_STREAM_ARRIVED:
        expect_false(event->stream_is_ours);
        text_add(&told_text, "%" PRIu32 " arrived\n", event->stream.id);
        break;
    case YAMUX_STREAM_DATA:
        text_add(&told_text, "%" PRIu32 " data ", event->stream.id);
        text_add_data(&told_text, event->data);
        if (fixture.is_consuming)
            yamux_stream_consumed(fixture.session, event->stream, event->data.size);
        break;
    case YAMUX_STREAM_WRITABLE:
        text_add(&told_text, "%" PRIu32 " writable\n", event->stream.id);
        break;
    case YAMUX_STREAM_FINISHED:
        text_add(&told_text, "%" PRIu32 " finished\n", event->stream.id);
        break;
    case YAMUX_STREAM_RESET:
        text_add(&told_text, "%" PRIu32 " reset %" PRIu32 "\n", event->stream.id, event->code);
        break;
    case YAMUX_GOING_AWAY:
        text_add(&told_text, "going away %" PRIu32 "\n", event->code);
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
    static struct text last;

    drain();
    last = told_text;
    text_clear(&told_text);
    return last.characters;
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

const char *said_in(size_t room_size)
{
    uint8_t *memory = (uint8_t *)test_take(room_size);
    size_t size;

    text_clear(&said_text);
    do {
        size = yamux_session_transmit(fixture.session, fixture.now, room_make(memory, room_size));
        expect_at_most(size, room_size);
        text_add_frames(&said_text, bytes_make(memory, size));
        drain();
    } while (size > 0);
    return said_text.characters;
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
