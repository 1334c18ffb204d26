/*
 * Two sessions that talk to each other over pipes which deliver at any time and in any pieces, or
 * one session and a peer that says anything.
 *
 * Nobody sends beyond its credit or behind the end of a stream; what is received is what was
 * written; every reader learns of the end exactly once; memory stays below a fixed bound.
 */
#include "base/instant.h"
#include "harness/harness.h"
#include "support/test_allocator.h"
#include "yamux/frame.h"
#include "yamux/session.h"

#include <string.h>

#define PIPE_BYTES_MAX ((size_t)1 << 20)
#define STREAMS_MAX 16 /* ids below 32 are played with */
#define WRITE_BYTES_MAX 70000u
#define PATTERN_BYTES_MAX YAMUX_INITIAL_WINDOW_BYTES
/* Two tables of 128 streams while one grows into the other, two queues as they do, and replies. */
#define MEMORY_BYTES_MAX (48u * 1024u + 2u * 64u * 1024u)

/* One direction of one stream, as an onlooker sees it. */
struct track {
    uint64_t written, on_wire, received, consumed;
    uint64_t credit;       /* that arrived at the writer */
    uint64_t credit_given; /* by the reader */
    bool is_finish_written, is_finish_on_wire, is_finish_told, is_reset_on_wire;
    bool fell_short; /* a write did, and has not been told to go on */
};

struct pipe {
    uint8_t *bytes;
    size_t size;
    size_t parsed; /* of those bytes, by the onlooker, as they arrive */
    uint8_t header[YAMUX_HEADER_BYTES];
    size_t header_size;
    uint32_t payload_left;
};

struct side {
    struct test_allocator memory;
    struct yamux_session *session;
    struct track sends[STREAMS_MAX]; /* by id / 2; both parities share a place, see slot_of */
    bool is_gone[STREAMS_MAX];       /* no event may come any more */
    bool is_open[STREAMS_MAX];
    struct pipe out;
};

struct play {
    struct side sides[2];
    struct gossip_instant now;
};

static size_t slot_of(uint32_t id)
{
    return id < STREAMS_MAX ? id : 0;
}

/* What the side `side` writes on a stream from `offset` on; borrowed until the next call. */
static struct gossip_bytes pattern(size_t side, uint32_t id, uint64_t offset, size_t size)
{
    static uint8_t memory[PATTERN_BYTES_MAX];

    for (size_t i = 0; i < size; i++, offset++)
        memory[i] = (uint8_t)(side * 101 + id * 31 + offset * 7 + (offset >> 8));
    return bytes_make(memory, size);
}

/* ---- the onlooker ----------------------------------------------------------------------- */

static void see_frame(struct play *play, size_t from, const struct yamux_frame *frame)
{
    struct track *sends = &play->sides[from].sends[slot_of(frame->id)];

    if (slot_of(frame->id) == 0)
        return;
    expect_false(sends->is_reset_on_wire);
    if (frame->type == YAMUX_FRAME_DATA) {
        expect_false(sends->is_finish_on_wire);
        expect_at_most(frame->length, YAMUX_DATA_BYTES_MAX);
        sends->on_wire += frame->length;
        expect_at_most(sends->on_wire, YAMUX_INITIAL_WINDOW_BYTES + sends->credit);
        expect_at_most(sends->on_wire, sends->written);
    }
    if (frame->type == YAMUX_FRAME_WINDOW_UPDATE && (frame->flags & YAMUX_FLAG_RST) == 0) {
        struct track *reads = &play->sides[1 - from].sends[slot_of(frame->id)];

        reads->credit_given += frame->length;
        expect_at_most(reads->credit_given, reads->consumed);
    }
    if ((frame->flags & YAMUX_FLAG_FIN) != 0) {
        expect_true(sends->is_finish_written && !sends->is_finish_on_wire);
        expect_equal(sends->on_wire, sends->written);
        sends->is_finish_on_wire = true;
    }
    if ((frame->flags & YAMUX_FLAG_RST) != 0)
        sends->is_reset_on_wire = true;
}

/* What was put on the wire must be whole frames. */
static void see_output(struct play *play, size_t from, struct gossip_bytes bytes)
{
    while (bytes.size > 0) {
        uint8_t header[YAMUX_HEADER_BYTES];
        struct yamux_frame frame;

        expect_true(bytes_take_copy(&bytes, header, sizeof(header)));
        expect_ok(yamux_frame_decode(header, &frame));
        see_frame(play, from, &frame);
        if (frame.type == YAMUX_FRAME_DATA)
            expect_true(bytes_skip(&bytes, frame.length));
    }
}

/* Credit counts from when it has arrived at the writer. */
static void see_arrival(struct play *play, size_t at, struct pipe *pipe, struct gossip_bytes bytes)
{
    while (bytes.size > 0) {
        struct gossip_bytes part;
        struct yamux_frame frame;

        part = bytes_part(bytes, 0,
            pipe->payload_left > 0 ? pipe->payload_left : YAMUX_HEADER_BYTES - pipe->header_size);
        expect_true(bytes_skip(&bytes, part.size));
        if (pipe->payload_left > 0) {
            pipe->payload_left -= (uint32_t)part.size;
            continue;
        }
        memcpy(pipe->header + pipe->header_size, part.data, part.size);
        pipe->header_size += part.size;
        if (pipe->header_size < YAMUX_HEADER_BYTES)
            continue;
        pipe->header_size = 0;
        expect_ok(yamux_frame_decode(pipe->header, &frame));
        if (frame.type == YAMUX_FRAME_DATA)
            pipe->payload_left = frame.length;
        else if (frame.type == YAMUX_FRAME_WINDOW_UPDATE && (frame.flags & YAMUX_FLAG_RST) == 0)
            play->sides[at].sends[slot_of(frame.id)].credit += frame.length;
    }
}

/* ---- events ----------------------------------------------------------------------------- */

static void see_data(struct play *play, size_t at, const struct yamux_event *event, bool consume)
{
    struct track *track = &play->sides[1 - at].sends[slot_of(event->stream.id)];

    expect_bytes(event->data, pattern(1 - at, event->stream.id, track->received, event->data.size));
    track->received += event->data.size;
    expect_at_most(track->received, track->on_wire);
    expect_false(track->is_finish_told);
    if (consume) {
        yamux_stream_consumed(play->sides[at].session, event->stream, event->data.size);
        track->consumed += event->data.size;
    }
}

static void drain(struct play *play, size_t at, struct script *script)
{
    struct side *side = &play->sides[at];
    struct yamux_event event;

    while (yamux_session_poll(side->session, &event)) {
        size_t slot = slot_of(event.stream.id);
        struct track *track = &play->sides[1 - at].sends[slot];

        expect_at_least(slot, 1);
        expect_false(side->is_gone[slot]);
        expect_equal(side->is_open[slot], event.kind != YAMUX_STREAM_ARRIVED);
        switch (event.kind) {
        case YAMUX_STREAM_ARRIVED:
            side->is_open[slot] = true;
            break;
        case YAMUX_STREAM_DATA:
            see_data(play, at, &event, !script_chance(script, 4));
            break;
        case YAMUX_STREAM_WRITABLE:
            expect_true(side->sends[slot].fell_short);
            side->sends[slot].fell_short = false;
            break;
        case YAMUX_STREAM_FINISHED:
            expect_false(track->is_finish_told);
            expect_equal(track->received, track->written);
            track->is_finish_told = true;
            break;
        case YAMUX_STREAM_RESET:
            expect_true(track->is_reset_on_wire);
            side->is_gone[slot] = true;
            break;
        case YAMUX_GOING_AWAY:
            test_fail("nobody is leaving");
        }
    }
}

/* ---- moves ------------------------------------------------------------------------------ */

static void transmit(struct play *play, size_t from, size_t room_size, struct script *script)
{
    struct pipe *pipe = &play->sides[from].out;
    size_t left = PIPE_BYTES_MAX - pipe->size;
    size_t size = yamux_session_transmit(play->sides[from].session, play->now,
        room_make(pipe->bytes + pipe->size, room_size < left ? room_size : left));

    see_output(play, from, bytes_make(pipe->bytes + pipe->size, size));
    pipe->size += size;
    drain(play, from, script);
}

static void deliver(struct play *play, size_t from, size_t size, struct script *script)
{
    struct pipe *pipe = &play->sides[from].out;
    struct gossip_bytes input = bytes_part(bytes_make(pipe->bytes, pipe->size), 0, size);

    size = input.size;
    while (input.size > 0) {
        const uint8_t *start = input.data;

        expect_ok(yamux_session_receive(play->sides[1 - from].session, play->now, &input));
        see_arrival(play, 1 - from, pipe, bytes_make(start, (size_t)(input.data - start)));
        drain(play, 1 - from, script);
    }
    pipe->size -= size;
    memmove(pipe->bytes, pipe->bytes + size, pipe->size);
}

static void open_one(struct play *play, size_t at)
{
    struct side *side = &play->sides[at];
    struct yamux_stream stream;

    for (uint32_t id = 1 + (uint32_t)at; id < STREAMS_MAX; id += 2) {
        if (side->is_open[id])
            continue;
        if (yamux_stream_open(side->session, &stream) == GOSSIP_OK) {
            expect_equal(stream.id, id);
            side->is_open[id] = true;
        }
        return;
    }
}

static void write_some(struct play *play, size_t at, struct yamux_stream stream, size_t size)
{
    struct side *side = &play->sides[at];
    struct track *track = &side->sends[slot_of(stream.id)];
    size_t room = yamux_stream_room(side->session, stream);
    /* What there is no room for need not be right. */
    struct gossip_bytes data = pattern(at, stream.id, track->written, room < size ? room : size);
    size_t accepted;
    enum gossip_error error;

    data.size = size;
    error = yamux_stream_write(side->session, stream, data, &accepted);
    expect_equal(accepted, error != GOSSIP_OK ? 0 : room < size ? room : size);
    track->written += accepted;
    track->fell_short = track->fell_short || (error == GOSSIP_OK && accepted < size);
    if (error == GOSSIP_ERROR_INVALID)
        expect_true(track->is_finish_written);
    else
        expect_true(error == GOSSIP_OK || error == GOSSIP_ERROR_NOT_FOUND);
}

static void consume_rest(struct play *play, size_t at, struct yamux_stream stream)
{
    struct track *track = &play->sides[1 - at].sends[slot_of(stream.id)];

    if (play->sides[at].is_gone[slot_of(stream.id)])
        return;
    yamux_stream_consumed(
        play->sides[at].session, stream, (size_t)(track->received - track->consumed));
    track->consumed = track->received;
}

static void end_stream(struct play *play, size_t at, struct yamux_stream stream, bool by_reset)
{
    struct side *side = &play->sides[at];

    if (!side->is_open[slot_of(stream.id)])
        return;
    if (by_reset) {
        yamux_stream_reset(side->session, stream, 1);
        side->is_gone[slot_of(stream.id)] = true;
    } else if (!side->is_gone[slot_of(stream.id)]) {
        yamux_stream_finish(side->session, stream);
        side->sends[slot_of(stream.id)].is_finish_written = true;
        side->sends[slot_of(stream.id)].fell_short = false;
    }
}

static void make_move(struct play *play, struct script *script)
{
    size_t at = script_below(script, 2);
    uint32_t move = script_below(script, 8);
    struct yamux_stream stream = {.id = 1 + script_below(script, STREAMS_MAX - 1)};
    uint32_t size = script_below(script, WRITE_BYTES_MAX + 1);

    if (move == 0)
        open_one(play, at);
    else if (move == 1)
        write_some(play, at, stream, size);
    else if (move == 2)
        write_some(play, at, stream, size % 100);
    else if (move == 3)
        end_stream(play, at, stream, size % 4 == 0);
    else if (move == 4)
        consume_rest(play, at, stream);
    else if (move == 5)
        transmit(play, at, size, script);
    else if (move == 6)
        deliver(play, at, size, script);
    else
        deliver(play, at, size % 50, script);
    drain(play, at, script);
}

/* ---- two honest sides ------------------------------------------------------------------- */

static void begin_side(struct side *side, enum yamux_role role, struct yamux_limits *limits)
{
    static uint8_t pipes[2][PIPE_BYTES_MAX];

    test_allocator_init(&side->memory);
    side->out.bytes = pipes[role];
    expect_ok(
        yamux_session_create(&side->memory.allocator, role, limits, instant_us(0), &side->session));
}

static void end_side(struct side *side)
{
    expect_at_most(side->memory.bytes_peak, MEMORY_BYTES_MAX);
    yamux_session_destroy(side->session);
    test_allocator_deinit(&side->memory);
}

/* Lets everything that is on its way arrive, reading all of it. */
static void settle(struct play *play)
{
    struct script nothing = {0};
    size_t moved;

    do {
        moved = 0;
        for (size_t at = 0; at < 2; at++) {
            for (uint32_t id = 1; id < STREAMS_MAX; id++)
                consume_rest(play, at, (struct yamux_stream){.id = id});
            transmit(play, at, PIPE_BYTES_MAX, &nothing);
            moved += play->sides[at].out.size;
            deliver(play, at, PIPE_BYTES_MAX, &nothing);
        }
    } while (moved > 0);
}

static void expect_all_arrived(const struct play *play)
{
    for (size_t at = 0; at < 2; at++) {
        expect_false(yamux_session_has_output(play->sides[at].session));
        for (size_t id = 1; id < STREAMS_MAX; id++) {
            const struct track *track = &play->sides[at].sends[id];

            if (play->sides[at].is_gone[id] || play->sides[1 - at].is_gone[id])
                continue;
            expect_equal(track->received, track->written);
            expect_equal(track->is_finish_told, track->is_finish_written);
            expect_false(track->fell_short);
        }
    }
}

static void play_two_sides(struct script *script)
{
    static struct play play;
    struct yamux_limits limits;

    play = (struct play){.now = instant_us(0)};
    yamux_limits_default(&limits);
    if (script_chance(script, 2))
        limits.queue_bytes_max = YAMUX_QUEUE_BYTES_MIN + script_below(script, 4096);
    begin_side(&play.sides[0], YAMUX_DIALER, &limits);
    begin_side(&play.sides[1], YAMUX_LISTENER, &limits);
    while (!script_is_spent(script))
        make_move(&play, script);
    settle(&play);
    expect_all_arrived(&play);
    end_side(&play.sides[0]);
    end_side(&play.sides[1]);
}

/* ---- one side, and anything ------------------------------------------------------------- */

static struct gossip_bytes any_frame(struct script *script, uint8_t bytes[YAMUX_HEADER_BYTES])
{
    struct yamux_frame frame = {
        .type = (enum yamux_frame_type)script_below(script, 4),
        .flags = (uint16_t)script_below(script, 16),
    };

    if (frame.type == YAMUX_FRAME_DATA || frame.type == YAMUX_FRAME_WINDOW_UPDATE)
        frame.id = 1 + script_below(script, 20);
    frame.length = script_below(script, 64);
    if (script_chance(script, 16))
        frame.length = (uint32_t)script_u64(script);
    yamux_frame_encode(&frame, bytes);
    return bytes_make(bytes, YAMUX_HEADER_BYTES);
}

static void play_anything(struct script *script)
{
    static struct play play;
    struct side *side = &play.sides[0];
    enum gossip_error error = GOSSIP_OK;
    struct yamux_limits limits;

    play = (struct play){.now = instant_us(0)};
    yamux_limits_default(&limits);
    begin_side(side, YAMUX_LISTENER, &limits);
    while (!script_is_spent(script)) {
        uint8_t header[YAMUX_HEADER_BYTES], room[256];
        struct gossip_bytes input =
            script_chance(script, 4) ? script_bytes(script, 64) : any_frame(script, header);
        struct yamux_event event;
        struct yamux_stream stream;
        size_t accepted;

        while (error == GOSSIP_OK && input.size > 0) {
            size_t size = input.size;

            error = yamux_session_receive(side->session, play.now, &input);
            expect_true(error != GOSSIP_OK || input.size < size);
            while (yamux_session_poll(side->session, &event)) {
                if (event.kind == YAMUX_STREAM_DATA)
                    yamux_stream_consumed(side->session, event.stream, event.data.size);
            }
        }
        if (error != GOSSIP_OK)
            break;
        if (script_chance(script, 4))
            (void)yamux_session_transmit(side->session, play.now, room_make(room, sizeof(room)));
        stream.id = 1 + script_below(script, 20);
        if (script_chance(script, 8))
            yamux_stream_reset(side->session, stream, 0);
        if (script_chance(script, 8))
            yamux_stream_finish(side->session, stream);
        if (script_chance(script, 8) &&
            yamux_stream_write(side->session, stream, BYTES_OF("hello"), &accepted) == GOSSIP_OK)
            expect_at_most(accepted, 5);
        while (yamux_session_poll(side->session, &event)) {
        }
    }
    if (error != GOSSIP_OK) {
        uint8_t room[YAMUX_HEADER_BYTES];

        expect_equal(
            yamux_session_transmit(side->session, play.now, room_make(room, sizeof(room))), 12);
        expect_equal(room[1], YAMUX_FRAME_GO_AWAY);
        expect_not_null(yamux_session_failure(side->session));
    }
    end_side(side);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);

    if (script_chance(&script, 3))
        play_anything(&script);
    else
        play_two_sides(&script);
}

const struct harness harness = {.name = "yamux", .play = play, .size_max = 4096};
