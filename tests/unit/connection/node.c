#include "node.h"

#include "base/instant.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SAID_BYTES_MAX ((size_t)4 << 20)

static const char *const protocol_names[] = {"/ipfs/id/1.0.0", "/chat/1.0.0", "/chat/0.9.0"};
const struct protocol_list node_protocols = {.names = protocol_names, .count = 3};

/* ---- life ------------------------------------------------------------------------------- */

void node_prepare(struct node *node, enum connection_side side, uint64_t seed)
{
    *node = (struct node){
        .now = instant_us(1000000),
        .chunk = SIZE_MAX,
        .room_bytes = 65536,
        .is_consuming = true,
    };
    test_allocator_init(&node->memory);
    seeded_entropy_init(&node->stream, seed);
    expect_ok(
        identity_create(&node->memory.allocator, seeded_entropy(&node->stream), &node->identity));
    expect_ok(noise_static_key_create(
        &node->memory.allocator, node->identity, seeded_entropy(&node->stream), &node->static_key));
    connection_limits_default(&node->limits);
    node->config = (struct connection_config){
        .allocator = &node->memory.allocator,
        .side = side,
        .static_key = node->static_key,
        .entropy = seeded_entropy(&node->stream),
        .protocols = node_protocols,
        .limits = &node->limits,
    };
}

void node_connect(struct node *node)
{
    expect_ok(connection_create(&node->config, node->now, &node->connection));
}

void node_begin(struct node *node, enum connection_side side, uint64_t seed)
{
    node_prepare(node, side, seed);
    node_connect(node);
}

void node_end(struct node *node)
{
    connection_destroy(node->connection);
    noise_static_key_destroy(node->static_key);
    identity_destroy(node->identity);
    test_allocator_deinit(&node->memory);
}

/* ---- events ----------------------------------------------------------------------------- */

static void add_event(struct node *node, const struct connection_event *event)
{
    static const char *const words[] = {
        [CONNECTION_STREAM_REFUSED] = "refused",
        [CONNECTION_STREAM_WRITABLE] = "writable",
        [CONNECTION_STREAM_FINISHED] = "finished",
    };
    struct text *story = &node->story;
    bool is_ours = (event->stream.id % 2 == 1) == (node->config.side == CONNECTION_DIALED);

    node->event_count++;
    if (event->stream.id != 0)
        expect_equal(event->stream_is_ours, is_ours);
    switch (event->kind) {
    case CONNECTION_ESTABLISHED:
        text_add(story, "established\n");
        break;
    case CONNECTION_STREAM_READY:
        text_add(story, "%" PRIu32 " ready %d\n", event->stream.id, event->protocol);
        break;
    case CONNECTION_STREAM_DATA:
        expect_at_least(event->data.size, 1);
        node->received_bytes += event->data.size;
        text_add(story, "%" PRIu32 " data ", event->stream.id);
        text_add_data(story, event->data);
        if (node->is_consuming)
            connection_consumed(node->connection, event->stream, event->data.size);
        break;
    case CONNECTION_STREAM_REFUSED:
    case CONNECTION_STREAM_WRITABLE:
    case CONNECTION_STREAM_FINISHED:
        text_add(story, "%" PRIu32 " %s\n", event->stream.id, words[event->kind]);
        break;
    case CONNECTION_STREAM_RESET:
        text_add(story, "%" PRIu32 " reset %" PRIu32 "\n", event->stream.id, event->code);
        break;
    case CONNECTION_GOING_AWAY:
        text_add(story, "going away %" PRIu32 "\n", event->code);
        break;
    }
}

void node_drain(struct node *node)
{
    struct connection_event event;

    while (connection_poll(node->connection, &event))
        add_event(node, &event);
}

const char *node_told(struct node *node)
{
    static struct text last;

    node_drain(node);
    last = node->story;
    text_clear(&node->story);
    return last.characters;
}

/* ---- bytes and time --------------------------------------------------------------------- */

enum gossip_error node_try_hear(struct node *node, struct gossip_bytes input)
{
    enum gossip_error error = GOSSIP_OK;

    node_drain(node);
    while (error == GOSSIP_OK && input.size > 0) {
        size_t size = input.size < node->chunk ? input.size : node->chunk;
        uint8_t *piece = malloc(size);
        struct gossip_room room = room_make(piece, size);

        if (piece == NULL)
            test_fail("out of memory");
        expect_true(bytes_take_copy(&input, piece, size));
        while (error == GOSSIP_OK && room.size > 0) {
            error = connection_receive(node->connection, node->now, &room);
            node_drain(node);
        }
        if (error != GOSSIP_OK)
            expect_equal(room.size, 0);
        free(piece);
    }
    return error;
}

void node_hear(struct node *node, struct gossip_bytes input)
{
    expect_ok(node_try_hear(node, input));
}

struct gossip_bytes node_said(struct node *node)
{
    static uint8_t memory[SAID_BYTES_MAX];
    size_t total = 0, size;
    uint8_t *said;

    do {
        expect_at_most(total + node->room_bytes, SAID_BYTES_MAX);
        size = connection_transmit(
            node->connection, node->now, room_make(memory + total, node->room_bytes));
        expect_at_most(size, node->room_bytes);
        total += size;
        node_drain(node);
    } while (size > 0);
    said = (uint8_t *)test_take(total + 1);
    memcpy(said, memory, total);
    return bytes_make(said, total);
}

enum gossip_error node_wait_ms(struct node *node, uint64_t ms)
{
    node->now = instant_add(node->now, duration_ms(ms));
    return connection_advance(node->connection, node->now);
}

void nodes_talk(struct node *one, struct node *other)
{
    size_t size;

    do {
        struct gossip_bytes said = node_said(one);

        size = said.size;
        node_hear(other, said);
        said = node_said(other);
        size += said.size;
        node_hear(one, said);
    } while (size > 0);
}

/* ---- streams ---------------------------------------------------------------------------- */

struct connection_stream node_open_offer(struct node *node, struct protocol_list offer)
{
    struct connection_stream opened;

    expect_ok(connection_open_stream(node->connection, node->now, offer, &opened));
    return opened;
}

struct connection_stream node_open(struct node *node, const char *name)
{
    const char **names = (const char **)test_take(sizeof(*names));

    *names = name;
    return node_open_offer(node, (struct protocol_list){.names = names, .count = 1});
}

struct connection_stream stream(uint32_t id)
{
    return (struct connection_stream){.id = id};
}

size_t node_write(struct node *node, uint32_t id, struct gossip_bytes data)
{
    size_t room = connection_stream_room(node->connection, stream(id));
    size_t accepted;

    expect_ok(connection_write(node->connection, stream(id), data, &accepted));
    expect_equal(accepted, room < data.size ? room : data.size);
    return accepted;
}
