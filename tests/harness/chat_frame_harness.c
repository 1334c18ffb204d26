/*
 * Whatever claims to be a frame: it is read within its bounds or refused, it agrees with protobuf-c,
 * and what was read and written again reads the same.
 */
#include "wire/chat_frame.h"

#include "harness/harness.h"
#include "harness/protobuf_script.h"

#include <stdlib.h>
#include <string.h>

#include "chat.pb-c.h"

#define FRAME_BYTES_MAX 2048

static void compare_with_protobuf_c(const struct wire_chat_frame *ours, struct gossip_bytes encoded)
{
    WireProto__ChatFrame *theirs = wire_proto__chat_frame__unpack(NULL, encoded.size, encoded.data);
    if (theirs == NULL)
        return; /* it lacks what is required, or is stricter about forms */
    expect_equal(theirs->version, WIRE_CHAT_VERSION);
    expect_true(ours->lamport == (theirs->has_lamport ? theirs->lamport : 0));
    expect_true(ours->session == (theirs->has_session ? theirs->session : 0));
    expect_true(ours->sequence == (theirs->has_sequence ? theirs->sequence : 0));
    expect_true(ours->sent_ms == (theirs->has_sent_ms ? theirs->sent_ms : 0));
    expect_bytes(ours->nick, bytes_make(theirs->nick.data, theirs->nick.len));
    expect_bytes(ours->text, bytes_make(theirs->text.data, theirs->text.len));
    for (size_t i = 0; i < ours->seen_count; i++) {
        expect_true(ours->seen[i].author == theirs->seen[i]->author);
        expect_true(ours->seen[i].session == theirs->seen[i]->session);
        expect_true(ours->seen[i].sequence == theirs->seen[i]->sequence);
    }
    expect_equal(ours->is_away, theirs->has_away);
    expect_bytes(ours->away, bytes_make(theirs->away.data, theirs->away.len));
    expect_equal(ours->has_topic, theirs->topic != NULL);
    wire_proto__chat_frame__free_unpacked(theirs, NULL);
}

static void expect_within(struct gossip_bytes part, struct gossip_bytes whole)
{
    if (part.size > 0) {
        expect_true(part.data >= whole.data);
        expect_true(part.data + part.size <= whole.data + whole.size);
    }
}

static void come_back(const struct wire_chat_frame *frame)
{
    struct wire_chat_frame again;
    size_t size = wire_chat_frame_encoded_size(frame);
    uint8_t *once = test_take(size + 1), *twice = test_take(size + 1);
    expect_at_most(size, WIRE_CHAT_FRAME_BYTES_MAX);
    expect_equal(wire_chat_frame_encode(frame, room_make(once, size)), size);
    expect_true(wire_chat_frame_is_likely(bytes_make(once, size)));
    expect_ok(wire_chat_frame_decode(bytes_make(once, size), &again));
    expect_equal(wire_chat_frame_encode(&again, room_make(twice, size)), size);
    expect_bytes(bytes_make(twice, size), bytes_make(once, size));
}

static void play_frame(struct gossip_bytes encoded)
{
    struct wire_chat_frame frame;
    enum gossip_error error = wire_chat_frame_decode(encoded, &frame);
    if (error) {
        expect_true(
            error == GOSSIP_ERROR_UNSUPPORTED || gossip_error_blame(error) == GOSSIP_BLAME_PEER);
        expect_equal(frame.seen_count, 0);
        expect_equal(frame.text.size, 0);
        return;
    }
    expect_true(wire_chat_frame_is_likely(encoded));
    expect_within(frame.nick, encoded);
    expect_within(frame.text, encoded);
    expect_within(frame.away, encoded);
    expect_within(frame.topic.text, encoded);
    compare_with_protobuf_c(&frame, encoded);
    come_back(&frame);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    uint8_t memory[FRAME_BYTES_MAX] = {0x08, WIRE_CHAT_VERSION};
    if (script_chance(&script, 2)) {
        size_t made = script_protobuf(&script, room_make(memory + 2, sizeof(memory) - 2), 1, 10);
        play_frame(bytes_make(memory, made + 2));
    } else {
        play_frame(script_rest(&script));
    }
}

const struct harness harness = {.name = "chat_frame", .play = play, .size_max = FRAME_BYTES_MAX};
