/*
 * Hostile peers and a capricious host against the machine that hands files around: whatever they do,
 * it keeps its bounds, asks for nothing it may not have, and gives everything back.
 */
#include "transfer/transfer.h"

#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "harness/harness.h"
#include "support/seeded_entropy.h"
#include "support/test_allocator.h"

#define PEERS 3
#define NUMBERS_MAX 256
#define OPEN_MAX 64
#define MEMORY_BYTES_MAX (8u * 1024u * 1024u)

/* What the host has open, by the number of the file. */
struct place {
    bool is_prepared;
    uint64_t written;
};

struct stage {
    struct script *script;
    struct test_allocator memory;
    struct transfer *transfer;
    struct gossip_instant now;
    struct place places[NUMBERS_MAX];
    uint64_t streams[OPEN_MAX]; /* that are open, 0: none */
    uint64_t last_stream;
    uint32_t tickets[OPEN_MAX];
    struct gossip_room rooms[OPEN_MAX];
};

static struct gossip_peer_id peer_of(uint32_t number)
{
    return (struct gossip_peer_id){.size = 2, .data = {9, (uint8_t)number}};
}

static uint64_t some_stream(struct stage *stage)
{
    return stage->streams[script_below(stage->script, OPEN_MAX)];
}

static void forget_stream(struct stage *stage, uint64_t stream)
{
    for (size_t i = 0; i < OPEN_MAX; i++) {
        if (stage->streams[i] == stream) {
            stage->streams[i] = 0;
        }
    }
}

static uint64_t new_stream(struct stage *stage)
{
    for (size_t i = 0; i < OPEN_MAX; i++) {
        if (stage->streams[i] == 0) {
            stage->streams[i] = ++stage->last_stream;
            return stage->last_stream;
        }
    }
    return 0;
}

/* ---- the host --------------------------------------------------------------------------- */

static enum gossip_error whim(struct stage *stage)
{
    return script_chance(stage->script, 8) ? GOSSIP_ERROR_IO : GOSSIP_OK;
}

static void remember_read(struct stage *stage, const struct transfer_request *request)
{
    for (size_t i = 0; i < OPEN_MAX; i++) {
        if (stage->tickets[i] == 0) {
            stage->tickets[i] = request->ticket;
            stage->rooms[i] = request->room;
            return;
        }
    }
    transfer_read(stage->transfer, stage->now, request->ticket, GOSSIP_ERROR_IO);
}

static void answer_reads(struct stage *stage)
{
    for (size_t i = 0; i < OPEN_MAX; i++) {
        if (stage->tickets[i] != 0 && script_chance(stage->script, 2)) {
            uint32_t ticket = stage->tickets[i];

            stage->tickets[i] = 0;
            memset(stage->rooms[i].data, 'r', stage->rooms[i].size);
            transfer_read(stage->transfer, stage->now, ticket, whim(stage));
        }
    }
}

static struct place *place_of(struct stage *stage, const struct transfer_request *request)
{
    expect_at_most(request->number, NUMBERS_MAX - 1);
    return &stage->places[request->number];
}

static void prepare(struct stage *stage, const struct transfer_request *request)
{
    struct place *place = place_of(stage, request);
    enum gossip_error error = whim(stage);
    uint64_t there = script_chance(stage->script, 4) ? script_u64(stage->script) : 0;

    expect_false(place->is_prepared);
    place->is_prepared = true;
    place->written = UINT64_MAX; /* from wherever it goes on */
    transfer_prepared(stage->transfer, stage->now, request->number, there, error, "a whim");
}

static void write(struct stage *stage, const struct transfer_request *request)
{
    struct place *place = place_of(stage, request);
    uint8_t sum = 0;

    expect_true(place->is_prepared);
    if (place->written != UINT64_MAX) {
        expect_equal(request->offset, place->written);
    }
    for (size_t i = 0; i < request->payload.size; i++) {
        sum = (uint8_t)(sum + request->payload.data[i]);
    }
    place->written = request->offset + request->payload.size;
    (void)sum;
    transfer_written(stage->transfer, stage->now, request->number, whim(stage), "a whim");
}

static void carry_out(struct stage *stage, const struct transfer_request *request)
{
    uint64_t stream;
    struct wire_file_message message;

    switch (request->kind) {
    case TRANSFER_OPEN:
        stream = script_chance(stage->script, 3) ? 0 : new_stream(stage);
        transfer_opened(stage->transfer, stage->now,
            stream != 0                       ? GOSSIP_OK
            : script_chance(stage->script, 2) ? GOSSIP_ERROR_NOT_FOUND
                                              : GOSSIP_ERROR_LIMIT,
            stream);
        return;
    case TRANSFER_SEND:
        expect_ok(wire_file_message_decode(request->payload, &message));
        transfer_sent(stage->transfer, stage->now,
            script_chance(stage->script, 4)   ? GOSSIP_ERROR_WOULD_BLOCK
            : script_chance(stage->script, 8) ? GOSSIP_ERROR_NOT_FOUND
                                              : GOSSIP_OK);
        return;
    case TRANSFER_FINISH:
        return;
    case TRANSFER_RESET:
        forget_stream(stage, request->stream);
        return;
    case TRANSFER_FORGET:
        place_of(stage, request)->is_prepared = false;
        return;
    case TRANSFER_READ:
        expect_at_most(request->room.size, WIRE_FILE_DATA_BYTES_MAX);
        remember_read(stage, request);
        return;
    case TRANSFER_PREPARE:
        prepare(stage, request);
        return;
    case TRANSFER_WRITE:
        write(stage, request);
        return;
    case TRANSFER_VERIFY:
        transfer_verified(stage->transfer, stage->now, request->number, whim(stage), "a whim");
        return;
    }
}

static void drain(struct stage *stage)
{
    struct transfer_request request;
    struct transfer_event event;

    while (transfer_poll_event(stage->transfer, &event)) {
        expect_at_most(event.status.done, event.status.size);
        expect_not_equal(event.status.number, 0);
    }
    for (uint32_t i = 0; transfer_poll_request(stage->transfer, &request); i++) {
        expect_at_most(i, 100000); /* it comes to rest */
        carry_out(stage, &request);
    }
    expect_at_most(stage->memory.bytes, MEMORY_BYTES_MAX);
}

/* ---- the peers -------------------------------------------------------------------------- */

static struct gossip_bytes some_message(struct stage *stage, uint8_t *memory)
{
    static const uint8_t hash[WIRE_FILE_HASH_BYTES], data[WIRE_FILE_DATA_BYTES_MAX];
    struct script *script = stage->script;
    uint8_t id[WIRE_FILE_ID_BYTES] = {(uint8_t)script_below(script, 16)};
    struct wire_file_message message = {
        .kind = (enum wire_file_kind)(1 + script_below(script, WIRE_FILE_DONE)),
        .id = bytes_make(id, sizeof(id)),
        .hash = bytes_make(hash, sizeof(hash)),
        .name = BYTES_OF("name"),
        .data = bytes_make(data, 1 + script_below(script, sizeof(data))),
        .offset = script_chance(script, 4) ? script_u64(script) : script_below(script, 200000),
        .size = script_chance(script, 4) ? script_u64(script) : script_below(script, 200000)};
    struct transfer_status status;

    /* Sometimes what is really offered. */
    if (script_chance(script, 2) && transfer_next(stage->transfer, 0, &status) && status.is_ours) {
        struct seeded_entropy same;

        seeded_entropy_init(&same, 1);
        entropy_fill(seeded_entropy(&same), id, sizeof(id));
    }
    return room_filled(room_make(memory, WIRE_FILE_MESSAGE_BYTES_MAX),
        wire_file_message_encode(&message, room_make(memory, WIRE_FILE_MESSAGE_BYTES_MAX)));
}

static void hear(struct stage *stage)
{
    static uint8_t memory[WIRE_FILE_MESSAGE_BYTES_MAX];
    uint64_t stream = some_stream(stage);
    struct gossip_bytes message = script_chance(stage->script, 8) ? script_bytes(stage->script, 64)
                                                                  : some_message(stage, memory);

    if (stream != 0 && !transfer_stream_receive(stage->transfer, stage->now, stream, message)) {
        forget_stream(stage, stream);
    }
}

static void arrive(struct stage *stage)
{
    struct gossip_peer_id peer = peer_of(script_below(stage->script, PEERS));
    uint64_t stream = new_stream(stage);

    if (stream != 0 && !transfer_stream_arrived(stage->transfer, stage->now, stream, &peer)) {
        forget_stream(stage, stream);
    }
}

static void end(struct stage *stage)
{
    uint64_t stream = some_stream(stage);

    forget_stream(stage, stream);
    if (stream != 0) {
        transfer_stream_ended(stage->transfer, stage->now, stream,
            script_chance(stage->script, 2) ? GOSSIP_OK : GOSSIP_ERROR_PEER_CLOSED);
    }
}

/* ---- the people ------------------------------------------------------------------------- */

static void offer(struct stage *stage)
{
    struct gossip_peer_id recipients[PEERS];
    struct transfer_offer offer = {.name = BYTES_OF("ours"),
        .size = script_below(stage->script, 100000),
        .recipients = recipients,
        .recipient_count = 1 + script_below(stage->script, PEERS)};
    uint32_t number;

    for (uint32_t i = 0; i < PEERS; i++) {
        recipients[i] = peer_of(i);
    }
    if (transfer_offer(stage->transfer, stage->now, &offer, &number) == GOSSIP_OK) {
        expect_not_equal(number, 0);
    }
}

static void act(struct stage *stage)
{
    struct script *script = stage->script;
    struct gossip_peer_id peer = peer_of(script_below(script, PEERS));

    switch (script_below(script, 11)) {
    case 0:
    case 1:
    case 2:
        hear(stage);
        break;
    case 3:
        arrive(stage);
        break;
    case 4:
        end(stage);
        break;
    case 5:
        offer(stage);
        break;
    case 6:
        expect_not_equal(transfer_accept(stage->transfer, stage->now, script_below(script, 40)),
            GOSSIP_ERROR_NO_MEMORY);
        break;
    case 7:
        expect_not_equal(transfer_cancel(stage->transfer, stage->now, script_below(script, 40)),
            GOSSIP_ERROR_NO_MEMORY);
        break;
    case 8:
        transfer_peer_up(stage->transfer, stage->now, &peer);
        break;
    case 9:
        transfer_stream_writable(stage->transfer, some_stream(stage));
        answer_reads(stage);
        break;
    case 10:
        stage->now = instant_add(stage->now, duration_ms(script_below(script, 70000)));
        transfer_advance(stage->transfer, stage->now);
        break;
    default:
        break;
    }
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    struct seeded_entropy entropy;
    struct stage stage = {.script = &script, .now = instant_us(1)};
    struct transfer_config config;

    test_allocator_init(&stage.memory);
    seeded_entropy_init(&entropy, 1);
    config = (struct transfer_config){.allocator = &stage.memory.allocator,
        .entropy = seeded_entropy(&entropy),
        .file_bytes_max = 1u << 20};
    if (script_chance(&script, 4)) {
        test_allocator_fail(&stage.memory, 2 + script_below(&script, 50));
    }
    expect_ok(transfer_create(&config, &stage.transfer));
    for (uint32_t i = 0; !script_is_spent(&script) && i < 500; i++) {
        act(&stage);
        drain(&stage);
    }
    transfer_destroy(stage.transfer);
    test_allocator_deinit(&stage.memory);
}

const struct harness harness = {.name = "transfer", .play = play, .size_max = 4096};
