/*
 * Whatever claims to be a frame of one person to another: it is read within its bounds or refused, it
 * agrees with protobuf-c, and what was read and written again reads the same.
 */
#include "wire/direct_frame.h"

#include "harness/harness.h"
#include "harness/protobuf_script.h"

#include "direct.pb-c.h"

#define FRAME_BYTES_MAX 2048

static void compare_ids(
    const struct wire_direct_id *ours, size_t count, WireProto__DirectId **theirs)
{
    for (size_t i = 0; i < count; i++) {
        expect_true(ours[i].session == theirs[i]->session);
        expect_true(ours[i].sequence == theirs[i]->sequence);
    }
}

static void compare_with_protobuf_c(
    const struct wire_direct_frame *ours, struct gossip_bytes encoded)
{
    WireProto__DirectFrame *theirs =
        wire_proto__direct_frame__unpack(NULL, encoded.size, encoded.data);
    if (theirs == NULL)
        return; /* it lacks what is required, or is stricter about forms */
    expect_equal(ours->has_message, theirs->message != NULL);
    expect_equal(ours->received_count, theirs->n_received);
    expect_equal(ours->line_count, theirs->n_lines);
    compare_ids(ours->received, ours->received_count, theirs->received);
    compare_ids(ours->lines, ours->line_count, theirs->lines);
    wire_proto__direct_frame__free_unpacked(theirs, NULL);
}

static void expect_within(struct gossip_bytes part, struct gossip_bytes whole)
{
    if (part.size > 0) {
        expect_true(part.data >= whole.data);
        expect_true(part.data + part.size <= whole.data + whole.size);
    }
}

static void come_back(const struct wire_direct_frame *frame)
{
    struct wire_direct_frame again;
    size_t size = wire_direct_frame_encoded_size(frame);
    uint8_t *once = test_take(size + 1), *twice = test_take(size + 1);
    expect_at_most(size, WIRE_DIRECT_FRAME_BYTES_MAX);
    expect_equal(wire_direct_frame_encode(frame, room_make(once, size)), size);
    expect_ok(wire_direct_frame_decode(bytes_make(once, size), &again));
    expect_equal(wire_direct_frame_encode(&again, room_make(twice, size)), size);
    expect_bytes(bytes_make(twice, size), bytes_make(once, size));
}

static void play_frame(struct gossip_bytes encoded)
{
    struct wire_direct_frame frame;
    enum gossip_error error = wire_direct_frame_decode(encoded, &frame);
    if (error) {
        expect_equal(gossip_error_blame(error), GOSSIP_BLAME_PEER);
        expect_false(frame.has_message);
        expect_equal(frame.received_count + frame.line_count, 0);
        return;
    }
    expect_within(frame.nick, encoded);
    expect_within(frame.text, encoded);
    compare_with_protobuf_c(&frame, encoded);
    come_back(&frame);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    uint8_t memory[FRAME_BYTES_MAX];
    if (script_chance(&script, 2)) {
        size_t made = script_protobuf(&script, room_make(memory, sizeof(memory)), 2, 4);
        play_frame(bytes_make(memory, made));
    } else {
        play_frame(script_rest(&script));
    }
}

const struct harness harness = {.name = "direct_frame", .play = play, .size_max = FRAME_BYTES_MAX};
