/*
 * Two connections with a pipe each way between them, and a script that decides who speaks, in how
 * large rooms, in what pieces it arrives, what those above do with streams, how time goes on, and
 * whether somebody changes bytes on their way.
 *
 * Nobody is ever taken for somebody else. As long as nothing is changed, nothing fails, and what is
 * written on a stream arrives whole, in order, with its end told once. Whatever happens, memory
 * stays below a fixed bound, and what failed is silent.
 */
#include "base/instant.h"
#include "connection/connection.h"
#include "harness/harness.h"
#include "identity/identity.h"
#include "noise/static_key.h"
#include "support/seeded_entropy.h"
#include "support/test_allocator.h"

#include <string.h>

#define PIPE_BYTES_MAX ((size_t)1 << 19)
#define STREAMS_MAX 16 /* ids below that are played with */
#define WRITE_BYTES_MAX 70000u
#define PATTERN_BYTES_MAX WRITE_BYTES_MAX
#define MEMORY_BYTES_MAX (320u * 1024u)
#define MOVES_MAX 300

static const char *const names[] = {"/one", "/two", "/three"};
static const struct protocol_list known = {.names = names, .count = 3};
static const char *const strange_names[] = {"/strange", "/stranger"};
static const char *const mixed_names[] = {"/strange", "/three"};

/* The three ways to open a stream: a name the peer knows, some it does not, and both. */
static const struct protocol_list offers[] = {
    {.names = names + 1, .count = 1},
    {.names = strange_names, .count = 2},
    {.names = mixed_names, .count = 2},
};

/* A stream as one side sees it. */
struct view {
    uint64_t written, received, consumed;
    bool is_open; /* opened by this side, or told to it */
    bool is_ready, is_gone;
    bool is_finishing, is_peer_finished;
    bool fell_short;
    uint32_t offer; /* if it is ours */
};

struct side {
    struct test_allocator memory;
    struct seeded_entropy entropy;
    struct identity *identity;
    struct noise_static_key *static_key;
    struct connection *connection;
    struct view views[STREAMS_MAX];
    uint8_t *pipe; /* bytes on their way to the other side */
    size_t pipe_size;
    bool is_established, is_failed, is_closed;
};

struct play {
    struct side sides[2]; /* 0 dials */
    struct gossip_instant now;
    bool is_changed;      /* somebody changed bytes */
    bool is_wrong_number; /* the dialer expects somebody else */
    bool is_late;         /* time went on, and a deadline may have passed */
    bool is_calm;         /* nothing of all that happens */
};

/* What the side `at` writes on a stream from `offset` on; borrowed until the next call. */
static struct gossip_bytes pattern(size_t at, uint32_t id, uint64_t offset, size_t size)
{
    static uint8_t memory[PATTERN_BYTES_MAX];

    for (size_t i = 0; i < size; i++, offset++)
        memory[i] = (uint8_t)(at * 89 + id * 37 + offset * 3 + (offset >> 7));
    return bytes_make(memory, size);
}

/* Whether everything must go well. */
static bool is_clean(const struct play *play)
{
    return !play->is_changed && !play->is_wrong_number && !play->is_late &&
           !play->sides[0].is_closed && !play->sides[1].is_closed;
}

/* ---- events ----------------------------------------------------------------------------- */

static void see_established(struct play *play, size_t at, const struct connection_event *event)
{
    const struct gossip_peer_id *wanted = identity_peer_id(play->sides[1 - at].identity);

    expect_false(play->sides[at].is_established || play->is_wrong_number);
    expect_bytes(
        bytes_make(event->peer.data, event->peer.size), bytes_make(wanted->data, wanted->size));
    play->sides[at].is_established = true;
}

static void see_ready(struct view *view, const struct connection_event *event)
{
    expect_false(view->is_ready);
    expect_equal(view->is_open, event->stream_is_ours);
    if (event->stream_is_ours) {
        expect_not_equal(view->offer, 1);
        expect_equal(event->protocol, view->offer == 0 ? 0 : 1);
    } else {
        expect_true(event->protocol == 1 || event->protocol == 2);
    }
    view->is_open = true;
    view->is_ready = true;
}

static void see_data(struct play *play, size_t at, struct view *view,
    const struct connection_event *event, struct script *script)
{
    expect_true(view->is_ready && !view->is_peer_finished);
    expect_bytes(event->data, pattern(1 - at, event->stream.id, view->received, event->data.size));
    view->received += event->data.size;
    expect_at_most(
        view->received, play->sides[1 - at].views[event->stream.id % STREAMS_MAX].written);
    if (script_chance(script, 4))
        return;
    connection_consumed(play->sides[at].connection, event->stream, event->data.size);
    view->consumed += event->data.size;
}

static void see_event(
    struct play *play, size_t at, const struct connection_event *event, struct script *script)
{
    struct side *side = &play->sides[at];
    struct view *view = &side->views[event->stream.id % STREAMS_MAX];

    expect_false(side->is_failed || side->is_closed);
    expect_true(side->is_established || event->kind == CONNECTION_ESTABLISHED);
    if (event->kind != CONNECTION_ESTABLISHED && event->kind != CONNECTION_GOING_AWAY) {
        expect_equal(event->stream_is_ours, (event->stream.id % 2 == 1) == (at == 0));
        expect_at_most(event->stream.id, STREAMS_MAX - 1);
        expect_false(view->is_gone);
    }
    switch (event->kind) {
    case CONNECTION_ESTABLISHED:
        see_established(play, at, event);
        break;
    case CONNECTION_STREAM_READY:
        see_ready(view, event);
        break;
    case CONNECTION_STREAM_REFUSED:
        expect_true(event->stream_is_ours && !view->is_ready);
        expect_equal(view->offer, 1);
        view->is_gone = true;
        break;
    case CONNECTION_STREAM_DATA:
        see_data(play, at, view, event, script);
        break;
    case CONNECTION_STREAM_WRITABLE:
        expect_true(view->is_open && view->fell_short);
        view->fell_short = false;
        break;
    case CONNECTION_STREAM_FINISHED:
        expect_true(view->is_ready && !view->is_peer_finished);
        expect_equal(view->received, play->sides[1 - at].views[event->stream.id].written);
        view->is_peer_finished = true;
        break;
    case CONNECTION_STREAM_RESET:
        expect_true(view->is_open);
        expect_true(play->is_late || play->sides[1 - at].views[event->stream.id].is_gone ||
                    play->sides[1 - at].is_failed || play->sides[1 - at].is_closed);
        view->is_gone = true;
        break;
    case CONNECTION_GOING_AWAY:
        expect_true(play->sides[1 - at].is_failed || play->sides[1 - at].is_closed);
        break;
    }
}

static void drain(struct play *play, size_t at, struct script *script)
{
    struct connection_event event;

    while (connection_poll(play->sides[at].connection, &event))
        see_event(play, at, &event, script);
}

static void see_failure(struct play *play, size_t at, enum gossip_error error)
{
    if (error == GOSSIP_OK)
        return;
    expect_false(is_clean(play));
    expect_not_null(connection_failure(play->sides[at].connection));
    play->sides[at].is_failed = true;
}

/* ---- moves ------------------------------------------------------------------------------ */

static void transmit(struct play *play, size_t at, size_t room_size, struct script *script)
{
    struct side *side = &play->sides[at];
    size_t left = PIPE_BYTES_MAX - side->pipe_size;
    size_t size = connection_transmit(side->connection, play->now,
        room_make(side->pipe + side->pipe_size, room_size < left ? room_size : left));

    expect_at_most(size, room_size);
    side->pipe_size += size;
    drain(play, at, script);
}

/* The piece lies in memory of its own size, and is gone afterwards. */
static void deliver(struct play *play, size_t from, size_t size, struct script *script)
{
    struct side *side = &play->sides[from];
    struct side *other = &play->sides[1 - from];
    struct gossip_room input;

    size = size < side->pipe_size ? size : side->pipe_size;
    input = room_make(allocator_take(allocator_system(), size), size);
    bytes_copy(input.data, bytes_make(side->pipe, size));
    side->pipe_size -= size;
    memmove(side->pipe, side->pipe + size, side->pipe_size);
    {
        void *memory = input.data;

        while (input.size > 0) {
            see_failure(play, 1 - from, connection_receive(other->connection, play->now, &input));
            drain(play, 1 - from, script);
        }
        allocator_give(allocator_system(), memory, size);
    }
}

static void open_one(struct play *play, size_t at, uint32_t offer)
{
    struct side *side = &play->sides[at];
    struct connection_stream stream;

    for (uint32_t id = at == 0 ? 1 : 2; id < STREAMS_MAX; id += 2) {
        if (side->views[id].is_open)
            continue;
        if (connection_open_stream(side->connection, play->now, offers[offer], &stream) ==
            GOSSIP_OK) {
            expect_equal(stream.id, id);
            side->views[id].is_open = true;
            side->views[id].offer = offer;
        }
        return;
    }
}

static void write_some(struct play *play, size_t at, uint32_t id, size_t size)
{
    struct connection_stream stream = {.id = id};
    struct side *side = &play->sides[at];
    struct view *view = &side->views[id];
    size_t room = connection_stream_room(side->connection, stream);
    /* What there is no room for need not be right. */
    struct gossip_bytes data = pattern(at, id, view->written, room < size ? room : size);
    size_t accepted;
    enum gossip_error error;

    data.size = size;
    error = connection_write(side->connection, stream, data, &accepted);
    expect_equal(accepted, error != GOSSIP_OK ? 0 : room < size ? room : size);
    if (error == GOSSIP_ERROR_INVALID)
        expect_true(view->is_finishing);
    else if (error != GOSSIP_OK)
        expect_error(error, GOSSIP_ERROR_NOT_FOUND);
    else
        view->fell_short = view->fell_short || accepted < size;
    view->written += accepted;
}

static void consume_rest(struct play *play, size_t at, uint32_t id)
{
    struct view *view = &play->sides[at].views[id];

    if (view->is_gone)
        return;
    connection_consumed(play->sides[at].connection, (struct connection_stream){.id = id},
        (size_t)(view->received - view->consumed));
    view->consumed = view->received;
}

static void end_stream(struct play *play, size_t at, uint32_t id, bool by_reset)
{
    struct side *side = &play->sides[at];
    struct view *view = &side->views[id];

    if (!view->is_open || view->is_gone)
        return;
    if (by_reset) {
        connection_reset(side->connection, (struct connection_stream){.id = id});
        view->is_gone = true;
    } else {
        connection_finish(side->connection, (struct connection_stream){.id = id});
        view->is_finishing = true;
        view->fell_short = false;
    }
}

static void pass_time(struct play *play, uint64_t ms, struct script *script)
{
    play->now = instant_add(play->now, duration_ms(ms));
    play->is_late = play->is_late || play->now.us > 9000000;
    for (size_t at = 0; at < 2; at++) {
        see_failure(play, at, connection_advance(play->sides[at].connection, play->now));
        drain(play, at, script);
    }
}

static void make_rare_move(struct play *play, size_t at, struct script *script)
{
    struct side *side = &play->sides[at];
    uint32_t move = script_below(script, 16);

    if (play->is_calm) {
        if (play->now.us < 8500000)
            pass_time(play, script_below(script, 200), script);
    } else if (move == 0 && side->pipe_size > 0) {
        side->pipe[script_below(script, (uint32_t)side->pipe_size)] ^=
            (uint8_t)(1 + script_below(script, 255));
        play->is_changed = true;
    } else if (move == 1) {
        connection_close(side->connection, play->now);
        side->is_closed = true;
    } else if (move == 2) {
        pass_time(play, script_below(script, 60000), script);
    } else {
        pass_time(play, script_below(script, 200), script);
    }
}

static void make_move(struct play *play, struct script *script)
{
    size_t at = script_below(script, 2);
    uint32_t move = script_below(script, 10);
    uint32_t id = 1 + script_below(script, STREAMS_MAX - 1);
    uint32_t size = script_below(script, WRITE_BYTES_MAX + 1);

    if (move == 0)
        open_one(play, at, size % 3);
    else if (move == 1)
        write_some(play, at, id, size);
    else if (move == 2)
        write_some(play, at, id, size % 100);
    else if (move == 3)
        end_stream(play, at, id, size % 4 == 0);
    else if (move == 4)
        consume_rest(play, at, id);
    else if (move == 5 || move == 6)
        transmit(play, at, size, script);
    else if (move == 7)
        deliver(play, at, size, script);
    else if (move == 8)
        deliver(play, at, size % 100, script);
    else
        make_rare_move(play, at, script);
    drain(play, at, script);
}

/* ---- the whole play --------------------------------------------------------------------- */

static void begin_side(struct side *side, size_t at)
{
    static uint8_t pipes[2][PIPE_BYTES_MAX];

    test_allocator_init(&side->memory);
    seeded_entropy_init(&side->entropy, at);
    expect_ok(identity_create(allocator_system(), seeded_entropy(&side->entropy), &side->identity));
    expect_ok(noise_static_key_create(
        allocator_system(), side->identity, seeded_entropy(&side->entropy), &side->static_key));
    side->pipe = pipes[at];
}

static void connect_side(struct play *play, size_t at, struct script *script)
{
    struct side *side = &play->sides[at];
    struct connection_limits limits;
    struct connection_config config = {
        .allocator = &side->memory.allocator,
        .side = at == 0 ? CONNECTION_DIALED : CONNECTION_ACCEPTED,
        .static_key = side->static_key,
        .entropy = seeded_entropy(&side->entropy),
        .protocols = known,
        .limits = &limits,
    };
    uint32_t expectation = at == 0 ? script_below(script, 8) : 0;

    connection_limits_default(&limits);
    if (script_chance(script, 2))
        limits.output_bytes_max = 1024 + script_below(script, 4096);
    if (expectation == 1)
        config.expected = identity_peer_id(play->sides[1].identity);
    if (expectation == 2)
        config.expected = identity_peer_id(play->sides[0].identity);
    play->is_wrong_number = play->is_wrong_number || expectation == 2;
    expect_ok(connection_create(&config, play->now, &side->connection));
}

static void end_side(struct side *side)
{
    struct connection_event event;

    if (side->is_failed || side->is_closed)
        expect_false(connection_poll(side->connection, &event));
    expect_at_most(side->memory.bytes_peak, MEMORY_BYTES_MAX);
    connection_destroy(side->connection);
    noise_static_key_destroy(side->static_key);
    identity_destroy(side->identity);
    test_allocator_deinit(&side->memory);
}

/*
 * Lets everything that is on its way arrive, reading all of it. A call of transmit may yield nothing
 * and still make room, by dropping what waited for a stream that was reset; who had waited for that
 * room speaks in the next call.
 */
static void settle(struct play *play)
{
    struct script nothing = {0};
    bool is_over;

    do {
        is_over = true;
        for (size_t at = 0; at < 2; at++) {
            for (uint32_t id = 1; id < STREAMS_MAX; id++)
                consume_rest(play, at, id);
            transmit(play, at, PIPE_BYTES_MAX, &nothing);
            is_over = is_over && play->sides[at].pipe_size == 0 &&
                      !connection_has_output(play->sides[at].connection);
            deliver(play, at, PIPE_BYTES_MAX, &nothing);
        }
    } while (!is_over);
}

static void expect_all_arrived(const struct play *play)
{
    for (size_t at = 0; at < 2; at++) {
        const struct side *side = &play->sides[at];

        expect_true(side->is_established);
        expect_false(connection_has_output(side->connection));
        for (size_t id = 1; id < STREAMS_MAX; id++) {
            const struct view *view = &side->views[id];
            const struct view *other = &play->sides[1 - at].views[id];

            if (view->is_gone || other->is_gone)
                continue;
            expect_equal(view->is_open, other->is_open);
            expect_equal(view->is_open, view->is_ready);
            expect_equal(other->received, view->written);
            expect_equal(other->is_peer_finished, view->is_finishing);
            expect_false(view->fell_short);
        }
    }
}

static void play(const uint8_t *data, size_t size)
{
    static struct play current;
    struct script script = script_of(data, size);

    current = (struct play){.now = instant_us(0), .is_calm = !script_chance(&script, 4)};
    begin_side(&current.sides[0], 0);
    begin_side(&current.sides[1], 1);
    connect_side(&current, 0, &script);
    connect_side(&current, 1, &script);
    for (int moves = 0; moves < MOVES_MAX && !script_is_spent(&script); moves++)
        make_move(&current, &script);
    settle(&current);
    if (is_clean(&current))
        expect_all_arrived(&current);
    if (current.is_wrong_number)
        expect_false(current.sides[0].is_established || current.sides[1].is_established);
    end_side(&current.sides[0]);
    end_side(&current.sides[1]);
}

const struct harness harness = {.name = "connection_pair", .play = play, .size_max = 4096};
