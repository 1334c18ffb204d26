/* Questions of others, hostile ones too. */
#include "sync/serve.h"

#include <stdlib.h>

#include "base/instant.h"
#include "support/test.h"
#include "world.h"

#define STREAM 4000

/* A world in which node 0 has lines and somebody else asks by hand. */
struct siege {
    struct world *world;
    uint64_t streams;
    enum wire_history_status status;
    uint32_t lines;
    size_t bytes;
    uint32_t resets;
};

static struct siege begin(uint32_t lines)
{
    struct siege siege = {.world = world_create(2, 1, NULL), .streams = STREAM};

    for (uint32_t i = 0; i < lines; i++) {
        world_say(siege.world, 0);
    }
    sync_peer_up(siege.world->nodes[0].sync, world_time(siege.world), &siege.world->nodes[1].id);
    return siege;
}

static void follow(struct siege *siege)
{
    sync_peer_subscribed(siege->world->nodes[0].sync, world_time(siege->world),
        &siege->world->nodes[1].id, BYTES_OF(WORLD_TOPIC));
}

static void read_answer(struct siege *siege, struct gossip_bytes payload)
{
    struct wire_history_answer answer;

    expect_ok(wire_history_answer_decode(payload, &answer));
    siege->status = answer.status;
    siege->lines += answer.line_count;
    siege->bytes += payload.size;
}

/* Takes what node 0 says. */
static void drain(struct siege *siege)
{
    struct sync *sync = siege->world->nodes[0].sync;
    struct sync_output output;

    while (sync_poll(sync, &output)) {
        if (output.kind == SYNC_SEND) {
            read_answer(siege, output.payload);
            sync_sent(sync, world_time(siege->world), GOSSIP_OK);
        } else if (output.kind == SYNC_OPEN) {
            sync_opened(sync, world_time(siege->world), GOSSIP_ERROR_LIMIT, 0);
        } else if (output.kind == SYNC_RESET) {
            siege->resets++;
        }
    }
}

static uint64_t open_stream(struct siege *siege)
{
    sync_stream_arrived(siege->world->nodes[0].sync, world_time(siege->world),
        &siege->world->nodes[1].id, ++siege->streams);
    drain(siege);
    return siege->streams;
}

static void send_bytes(struct siege *siege, uint64_t stream, struct gossip_bytes payload)
{
    sync_stream_message(siege->world->nodes[0].sync, world_time(siege->world), stream, payload);
    drain(siege);
}

static void ask_on(struct siege *siege, uint64_t stream, struct wire_history_question question,
    const struct wire_history_run *run)
{
    uint8_t memory[400];
    struct gossip_room room = room_make(memory, sizeof(memory));

    if (question.topic.size == 0) {
        question.topic = BYTES_OF(WORLD_TOPIC);
    }
    wire_history_put_question(&room, &question);
    if (run != NULL) {
        wire_history_put_run(&room, run);
    }
    siege->lines = 0;
    siege->bytes = 0;
    siege->status = WIRE_HISTORY_CONTINUED;
    send_bytes(siege, stream, bytes_make(memory, sizeof(memory) - room.size));
}

static const struct wire_history_question all = {
    .lines_max = UINT32_MAX, .bytes_max = UINT32_MAX, .age_max_ms = UINT64_MAX};

static void a_question_is_answered_with_what_is_missing(void)
{
    struct siege siege = begin(10);
    const struct gossip_peer_id *author = &siege.world->nodes[0].id;
    struct wire_history_run run = {.author = load_u64_big(author->data + author->size - 8),
        .session = 100,
        .first = 3,
        .count = 4};

    follow(&siege);
    ask_on(&siege, open_stream(&siege), all, NULL);
    expect_equal(siege.lines, 10);
    expect_equal(siege.status, WIRE_HISTORY_OK);
    ask_on(&siege, open_stream(&siege), all, &run);
    expect_equal(siege.lines, 6);
    expect_equal(siege.resets, 0);
    world_destroy(siege.world);
}

static void the_asker_may_want_less(void)
{
    struct siege siege = begin(10);
    struct wire_history_question question = all;

    follow(&siege);
    question.lines_max = 3;
    ask_on(&siege, open_stream(&siege), question, NULL);
    expect_equal(siege.lines, 3);
    question.lines_max = 0;
    ask_on(&siege, open_stream(&siege), question, NULL);
    expect_equal(siege.lines, 0);
    expect_equal(siege.status, WIRE_HISTORY_OK);
    question = all;
    question.order_min = siege.world->lamport - 1;
    ask_on(&siege, open_stream(&siege), question, NULL);
    expect_equal(siege.lines, 2);
    question = all;
    question.bytes_max = WORLD_ORIGINAL_BYTES * 4 + 1;
    ask_on(&siege, open_stream(&siege), question, NULL);
    expect_equal(siege.lines, 4);
    expect_equal(siege.status, WIRE_HISTORY_MORE);
    question = all;
    question.age_max_ms = SYNC_FRESH_MS - 1;
    ask_on(&siege, open_stream(&siege), question, NULL);
    expect_equal(siege.lines, 0);
    world_destroy(siege.world);
}

static void strangers_get_nothing(void)
{
    struct siege siege = begin(10);
    struct wire_history_question question = all;

    ask_on(&siege, open_stream(&siege), all, NULL); /* it does not follow the room */
    expect_equal(siege.status, WIRE_HISTORY_NOT_FOLLOWED);
    expect_equal(siege.lines, 0);
    follow(&siege);
    question.topic = BYTES_OF("/gossipchat/1/test/other"); /* we do not follow that one */
    ask_on(&siege, open_stream(&siege), question, NULL);
    expect_equal(siege.status, WIRE_HISTORY_NOT_FOLLOWED);
    sync_peer_unsubscribed(siege.world->nodes[0].sync, world_time(siege.world),
        &siege.world->nodes[1].id, BYTES_OF(WORLD_TOPIC));
    ask_on(&siege, open_stream(&siege), all, NULL);
    expect_equal(siege.status, WIRE_HISTORY_NOT_FOLLOWED);
    world_destroy(siege.world);
}

static void nonsense_ends_the_stream(void)
{
    struct siege siege = begin(3);
    uint64_t stream;

    follow(&siege);
    send_bytes(&siege, open_stream(&siege), BYTES_OF("nonsense"));
    expect_equal(siege.resets, 1);
    stream = open_stream(&siege);
    sync_stream_ended(siege.world->nodes[0].sync, world_time(siege.world), stream, GOSSIP_OK);
    drain(&siege);
    expect_equal(siege.resets, 2); /* nothing was asked */
    sync_stream_ended(
        siege.world->nodes[0].sync, world_time(siege.world), stream, GOSSIP_ERROR_PEER_CLOSED);
    send_bytes(&siege, 77, BYTES_OF("to a stream there never was"));
    drain(&siege);
    expect_equal(siege.resets, 2);
    world_destroy(siege.world);
}

static void a_second_question_ends_the_stream(void)
{
    struct siege siege = begin(3);
    struct sync *sync = siege.world->nodes[0].sync;
    uint8_t memory[64];
    struct gossip_room room = room_make(memory, sizeof(memory));
    struct wire_history_question question = all;
    uint64_t stream;

    follow(&siege);
    stream = open_stream(&siege);
    question.topic = BYTES_OF(WORLD_TOPIC);
    wire_history_put_question(&room, &question);
    for (int i = 0; i < 2; i++) { /* both before the answer goes out */
        sync_stream_message(
            sync, world_time(siege.world), stream, bytes_make(memory, sizeof(memory) - room.size));
    }
    drain(&siege);
    expect_equal(siege.resets, 1);
    expect_equal(siege.lines, 0);
    world_destroy(siege.world);
}

static void streams_are_bounded(void)
{
    struct siege siege = begin(3);

    follow(&siege);
    for (int i = 0; i < 100; i++) {
        (void)open_stream(&siege);
    }
    expect_equal(siege.resets, 100 - SYNC_SERVING_PEER_MAX);
    for (int i = 0; i < 2 * SYNC_PATIENCE_MS / 100; i++) { /* who says nothing loses them */
        world_run(siege.world, 100);
        drain(&siege);
    }
    ask_on(&siege, open_stream(&siege), all, NULL);
    expect_equal(siege.lines, 3);
    world_destroy(siege.world);
}

/* Asks a thousand times: the lines of a peer are bounded, and come again with time. */
static void what_a_peer_gets_is_bounded(void)
{
    struct siege siege = begin(0);
    size_t bytes = 0;
    uint32_t refused = 0;

    siege.world->filling = 3000;
    for (uint32_t i = 0; i < 100; i++) {
        world_say(siege.world, 0);
    }
    follow(&siege);
    for (int i = 0; i < 1000; i++) {
        ask_on(&siege, open_stream(&siege), all, NULL);
        bytes += siege.bytes;
        refused += siege.status == WIRE_HISTORY_BUSY;
    }
    expect_at_most(bytes, SYNC_CREDIT_BYTES + 65536);
    expect_at_least(refused, 900);
    world_run(siege.world, 60000);
    ask_on(&siege, open_stream(&siege), all, NULL);
    expect_equal(siege.status, WIRE_HISTORY_OK);
    world_destroy(siege.world);
}

static void what_is_being_sent_outlives_the_room(void)
{
    struct siege siege = begin(5);
    struct sync *sync = siege.world->nodes[0].sync;
    struct wire_history_question question = all;
    struct sync_output output;
    uint8_t memory[64];
    struct gossip_room room = room_make(memory, sizeof(memory));
    uint64_t stream;

    follow(&siege);
    stream = open_stream(&siege);
    question.topic = BYTES_OF(WORLD_TOPIC);
    wire_history_put_question(&room, &question);
    sync_stream_message(
        sync, world_time(siege.world), stream, bytes_make(memory, sizeof(memory) - room.size));
    expect_true(sync_poll(sync, &output));
    expect_equal(output.kind, SYNC_SEND);
    sync_sent(sync, world_time(siege.world), GOSSIP_ERROR_WOULD_BLOCK);
    sync_room_left(sync, world_time(siege.world), BYTES_OF(WORLD_TOPIC));
    sync_stream_writable(sync, world_time(siege.world), stream);
    drain(&siege);
    expect_equal(siege.resets, 1);
    world_destroy(siege.world);
}

TEST_MAIN(TEST(a_question_is_answered_with_what_is_missing), TEST(the_asker_may_want_less),
    TEST(strangers_get_nothing), TEST(nonsense_ends_the_stream),
    TEST(a_second_question_ends_the_stream), TEST(streams_are_bounded),
    TEST(what_a_peer_gets_is_bounded), TEST(what_is_being_sent_outlives_the_room))
