/*
 * Whatever a peer says about itself, and however it is cut: the same report, bounded memory, only
 * addresses that are some and texts that are safe to show; and the message agrees with protobuf-c.
 */
#include "harness/harness.h"
#include "harness/protobuf_script.h"
#include "identify/reader.h"
#include "multiaddr/multiaddr.h"
#include "support/test_allocator.h"
#include "wire/identify_message.h"

#include <stdlib.h>
#include <string.h>

#include "identify.pb-c.h"

#define INPUT_BYTES_MAX 4096

static const uint8_t key[] = {8, 1, 18, 1, 'k'};

/* ---- the message ------------------------------------------------------------------------ */

static void expect_field(struct gossip_bytes ours, bool has, ProtobufCBinaryData theirs)
{
    expect_equal(ours.data != NULL, has);
    if (has)
        expect_bytes(ours, bytes_make(theirs.data, theirs.len));
}

static void expect_list(const struct gossip_bytes *ours, size_t count, size_t count_max,
    size_t their_count, const ProtobufCBinaryData *theirs)
{
    expect_equal(count, their_count < count_max ? their_count : count_max);
    for (size_t i = 0; i < count; i++)
        expect_bytes(ours[i], bytes_make(theirs[i].data, theirs[i].len));
}

static void *take_zeroed(void *context, size_t size)
{
    (void)context;
    return calloc(1, size);
}

static void give(void *context, void *memory)
{
    (void)context;
    free(memory);
}

static void compare_with_protobuf_c(
    const struct wire_identify_message *ours, struct gossip_bytes encoded)
{
    ProtobufCAllocator allocator = {.alloc = take_zeroed, .free = give};
    WireProto__Identify *theirs =
        wire_proto__identify__unpack(&allocator, encoded.size, encoded.data);
    if (theirs == NULL)
        return;
    expect_field(ours->public_key, theirs->has_public_key, theirs->public_key);
    expect_field(ours->observed_address, theirs->has_observed_addr, theirs->observed_addr);
    expect_field(ours->protocol_version, theirs->has_protocol_version, theirs->protocol_version);
    expect_field(ours->agent_version, theirs->has_agent_version, theirs->agent_version);
    expect_field(
        ours->signed_peer_record, theirs->has_signed_peer_record, theirs->signed_peer_record);
    expect_list(ours->addresses, ours->address_count, WIRE_IDENTIFY_ADDRESSES_MAX,
        theirs->n_listen_addrs, theirs->listen_addrs);
    expect_list(ours->protocols, ours->protocol_count, WIRE_IDENTIFY_PROTOCOLS_MAX,
        theirs->n_protocols, theirs->protocols);
    wire_proto__identify__free_unpacked(theirs, &allocator);
}

static void come_back(const struct wire_identify_message *message)
{
    struct wire_identify_message again;
    size_t size = wire_identify_message_encoded_size(message);
    uint8_t *once = test_take(size + 1), *twice = test_take(size + 1);
    expect_equal(wire_identify_message_encode(message, room_make(once, size)), size);
    expect_ok(wire_identify_message_decode(bytes_make(once, size), &again));
    expect_equal(wire_identify_message_encode(&again, room_make(twice, size)), size);
    expect_bytes(bytes_make(twice, size), bytes_make(once, size));
}

static void play_message(struct gossip_bytes encoded)
{
    struct wire_identify_message message;
    enum gossip_error error = wire_identify_message_decode(encoded, &message);
    if (error) {
        expect_error(error, GOSSIP_ERROR_PEER_MALFORMED);
        return;
    }
    compare_with_protobuf_c(&message, encoded);
    come_back(&message);
}

/* ---- the stream ------------------------------------------------------------------------- */

static void expect_text_is_plain(const char *text)
{
    expect_at_most(strlen(text), IDENTIFY_TEXT_BYTES_MAX);
    for (; *text != '\0'; text++)
        expect_true(*text >= ' ' && *text <= '~');
}

static void expect_report_holds(const struct identify_report *report)
{
    for (size_t i = 0; i < report->address_count; i++)
        expect_ok(multiaddr_check(report->addresses[i]));
    for (size_t i = 0; i < report->protocol_count; i++) {
        expect_at_most(report->protocols[i].size, IDENTIFY_NAME_BYTES_MAX);
        for (size_t k = 0; k < report->protocols[i].size; k++)
            expect_true(report->protocols[i].data[k] > ' ' && report->protocols[i].data[k] <= '~');
    }
    if (report->observed_address.size > 0)
        expect_ok(multiaddr_check(report->observed_address));
    expect_text_is_plain(report->agent_version);
    expect_text_is_plain(report->protocol_version);
}

/* `cuts` decides where the stream is cut; NULL: nowhere. */
static enum gossip_error hear(struct identify_reader *reader, struct gossip_bytes stream,
    struct script *cuts, struct identify_report *report)
{
    while (stream.size > 0) {
        struct gossip_bytes part =
            bytes_part(stream, 0, cuts == NULL ? stream.size : 1 + script_below(cuts, 32));
        size_t size = part.size;
        enum gossip_error error = identify_reader_receive(reader, &part);
        if (error)
            return error;
        expect_equal(part.size, 0);
        expect_true(bytes_skip(&stream, size));
    }
    return identify_reader_finish(reader, bytes_make(key, sizeof(key)), report);
}

static void play_stream(struct gossip_bytes stream, struct script *cuts)
{
    struct test_allocator memory;
    struct identify_reader whole, cut;
    struct identify_report first, second;
    test_allocator_init(&memory);
    identify_reader_init(&whole, &memory.allocator);
    identify_reader_init(&cut, &memory.allocator);
    enum gossip_error error = hear(&whole, stream, NULL, &first);
    expect_error(hear(&cut, stream, cuts, &second), error);
    expect_at_most(memory.bytes_peak, 8 * stream.size + 8192);
    if (error == GOSSIP_OK) {
        expect_report_holds(&first);
        expect_equal(second.address_count, first.address_count);
        expect_equal(second.protocol_count, first.protocol_count);
        expect_bytes(second.signed_peer_record, first.signed_peer_record);
        expect_text(second.agent_version, first.agent_version);
    } else {
        expect_equal(gossip_error_blame(error), GOSSIP_BLAME_PEER);
    }
    identify_reader_deinit(&whole);
    identify_reader_deinit(&cut);
    test_allocator_deinit(&memory);
}

/* The first byte decides: made-up messages, or the rest as it is. */
static void play(const uint8_t *data, size_t size)
{
    static uint8_t made[INPUT_BYTES_MAX];
    struct script script = script_of(data, size);
    struct gossip_bytes stream;
    if (script_chance(&script, 2)) {
        size_t filled = 0;
        for (uint32_t left = 1 + script_below(&script, 3); left > 0; left--) {
            struct gossip_room room = room_make(made + filled, sizeof(made) - filled);
            uint8_t message[512];
            size_t message_size =
                script_protobuf(&script, room_make(message, sizeof(message)), 1, 8);
            play_message(bytes_make(message, message_size));
            if (room_put_varint(&room, message_size) &&
                room_put(&room, bytes_make(message, message_size)))
                filled = sizeof(made) - room.size;
        }
        stream = bytes_make(made, filled);
    } else {
        stream = script_rest(&script);
        play_message(stream);
    }
    play_stream(stream, &script);
}

const struct harness harness = {
    .name = "identify_message", .play = play, .size_max = INPUT_BYTES_MAX};
