/*
 * Whatever others say on streams of the exchange of missed lines, in any order with what happens
 * otherwise: no more is taken than was asked for, no more is given than was wanted, and everything
 * is given back at the end.
 */
#include "sync/sync.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "harness/harness.h"
#include "harness/protobuf_script.h"
#include "support/test_allocator.h"
#include "wire/history_message.h"

#define PEERS 3
#define TOPICS 3
#define STREAMS 32
#define LINES_MAX 8
#define BYTES_MAX 2000

struct stage {
    struct test_allocator memory;
    struct sync *sync;
    struct script script;
    struct gossip_instant now;
    uint64_t stream; /* the last that was opened, by whomever */
    uint32_t judged[STREAMS];
    size_t judged_bytes[STREAMS];
    uint8_t bytes[4096];
};

static struct sync_time time_of(const struct stage *stage)
{
    return (struct sync_time){
        .now = stage->now, .date = {INT64_C(1750000000000) + (int64_t)(stage->now.us / 1000)}};
}

static struct gossip_peer_id peer_of(uint32_t number)
{
    struct gossip_peer_id peer = {.size = 38};

    memset(peer.data, (int)number + 1, peer.size);
    return peer;
}

static struct gossip_bytes topic_of(uint32_t number)
{
    static const char *const topics[TOPICS] = {"/gossipchat/a", "/gossipchat/b", "/c"};

    return bytes_of_text(topics[number]);
}

/* ---- what the machine wants ------------------------------------------------------------- */

static void check_payload(struct gossip_bytes payload)
{
    struct wire_history_question question;
    struct wire_history_answer answer;

    expect_at_most(payload.size, SYNC_MESSAGE_BYTES_MAX);
    if (wire_history_question_decode(payload, &question) == GOSSIP_OK) {
        expect_at_most(question.lines_max, LINES_MAX);
        expect_at_most(question.run_count, LINES_MAX);
        return;
    }
    expect_ok(wire_history_answer_decode(payload, &answer));
    expect_at_most(answer.line_count, LINES_MAX);
}

static enum gossip_error any_error(struct script *script)
{
    static const enum gossip_error errors[] = {
        GOSSIP_OK, GOSSIP_OK, GOSSIP_ERROR_WOULD_BLOCK, GOSSIP_ERROR_NOT_FOUND};

    return errors[script_below(script, sizeof(errors) / sizeof(errors[0]))];
}

static void drain(struct stage *stage)
{
    struct sync_output output;
    enum gossip_error error;

    while (sync_poll(stage->sync, &output)) {
        switch (output.kind) {
        case SYNC_RECALL:
            sync_recalled(stage->sync, time_of(stage), output.topic);
            break;
        case SYNC_OPEN:
            error = stage->stream + 1 < STREAMS ? GOSSIP_OK : GOSSIP_ERROR_LIMIT;
            sync_opened(stage->sync, time_of(stage), error, ++stage->stream);
            break;
        case SYNC_SEND:
            check_payload(output.payload);
            sync_sent(stage->sync, time_of(stage), any_error(&stage->script));
            break;
        case SYNC_FINISH:
        case SYNC_RESET:
            break;
        case SYNC_ENDED:
            expect_at_most(output.count, LINES_MAX);
            break;
        }
    }
}

/* ---- what happens ----------------------------------------------------------------------- */

static void keep(struct stage *stage)
{
    struct script *script = &stage->script;
    struct sync_line line = {.author = peer_of(script_below(script, PEERS)),
        .session = script_below(script, 2),
        .sequence = script_below(script, 12),
        .order = script_byte(script),
        .sent_at = {time_of(stage).date.ms - (int64_t)script_byte(script) * 500},
        .original = bytes_make(stage->bytes, script_below(script, 600))};

    sync_keep(stage->sync, time_of(stage), topic_of(script_below(script, TOPICS)), &line);
}

/* A message somebody might send: a made-up one, an honest question, or an honest answer. */
static struct gossip_bytes any_message(struct stage *stage)
{
    struct script *script = &stage->script;
    struct gossip_room room = room_make(stage->bytes, sizeof(stage->bytes));
    struct wire_history_question question = {.topic = topic_of(script_below(script, TOPICS)),
        .lines_max = script_byte(script),
        .bytes_max = script_below(script, 4000),
        .age_max_ms = UINT64_MAX};
    struct wire_history_run run = {.author = UINT64_C(0x0101010101010101),
        .first = script_below(script, 12),
        .count = 1 + script_below(script, 12)};

    switch (script_below(script, 4)) {
    case 0:
        return bytes_make(stage->bytes, script_protobuf(script, room, 2, 6));
    case 1:
        wire_history_put_question(&room, &question);
        wire_history_put_run(&room, &run);
        break;
    case 2:
        return script_bytes(script, 200);
    default:
        for (uint32_t count = script_below(script, 12); count > 0; count--) {
            (void)wire_history_put_line(&room, bytes_make("a line", 1 + script_below(script, 6)));
        }
        if (script_chance(script, 2)) {
            wire_history_put_status(&room, (enum wire_history_status)(1 + script_below(script, 4)));
        }
        break;
    }
    return bytes_make(stage->bytes, (size_t)(room.data - stage->bytes));
}

static void receive(struct stage *stage)
{
    static const enum sync_verdict verdicts[] = {SYNC_NEW, SYNC_NEW, SYNC_KNOWN, SYNC_FORGED};
    uint64_t stream = script_below(&stage->script, STREAMS);
    struct gossip_bytes message = any_message(stage);
    struct sync_arrival arrival;

    sync_stream_message(stage->sync, time_of(stage), stream, message);
    while (sync_poll_line(stage->sync, &arrival)) {
        expect_at_most(++stage->judged[stream], LINES_MAX);
        stage->judged_bytes[stream] += arrival.original.size;
        expect_at_most(stage->judged_bytes[stream], BYTES_MAX);
        expect_true(arrival.original.data >= message.data &&
                    arrival.original.data + arrival.original.size <= message.data + message.size);
        sync_judged(stage->sync, time_of(stage), verdicts[script_below(&stage->script, 4)]);
    }
}

static void happen_to_peer(struct stage *stage)
{
    struct script *script = &stage->script;
    struct gossip_peer_id peer = peer_of(script_below(script, PEERS));
    struct gossip_bytes topic = topic_of(script_below(script, TOPICS));

    switch (script_below(script, 6)) {
    case 0:
        sync_peer_up(stage->sync, time_of(stage), &peer);
        break;
    case 1:
        sync_peer_speaks(stage->sync, time_of(stage), &peer);
        break;
    case 2:
        sync_peer_down(stage->sync, time_of(stage), &peer);
        break;
    case 3:
        sync_peer_unsubscribed(stage->sync, time_of(stage), &peer, topic);
        break;
    case 4:
        if (stage->stream + 1 < STREAMS) {
            sync_stream_arrived(stage->sync, time_of(stage), &peer, ++stage->stream);
        }
        break;
    default:
        sync_peer_subscribed(stage->sync, time_of(stage), &peer, topic);
        break;
    }
}

static void happen_to_stream(struct stage *stage)
{
    uint64_t stream = script_below(&stage->script, STREAMS);

    if (script_chance(&stage->script, 2)) {
        sync_stream_writable(stage->sync, time_of(stage), stream);
    } else {
        sync_stream_ended(stage->sync, time_of(stage), stream, any_error(&stage->script));
    }
}

static void pass_time(struct stage *stage)
{
    stage->now = instant_add(stage->now, duration_ms(script_byte(&stage->script) * 100u));
    sync_advance(stage->sync, time_of(stage));
    expect_false(instant_is_due(sync_deadline(stage->sync), stage->now));
    drain(stage);
}

static void happen(struct stage *stage)
{
    struct gossip_bytes topic = topic_of(script_below(&stage->script, TOPICS));

    switch (script_below(&stage->script, 8)) {
    case 0:
        sync_room_joined(stage->sync, time_of(stage), topic);
        break;
    case 1:
        if (script_chance(&stage->script, 4)) {
            sync_room_left(stage->sync, time_of(stage), topic);
        }
        break;
    case 2:
        keep(stage);
        break;
    case 3:
    case 4:
        happen_to_peer(stage);
        break;
    case 5:
        happen_to_stream(stage);
        break;
    case 6:
        receive(stage);
        break;
    default:
        pass_time(stage);
        break;
    }
    drain(stage);
    expect_at_most(sync_line_count(stage->sync, topic), LINES_MAX);
}

static void play(const uint8_t *data, size_t size)
{
    struct stage *stage = calloc(1, sizeof(*stage));
    struct sync_config config = {.seed = size,
        .limits = {.lines_max = LINES_MAX,
            .age_max_ms = 86400000,
            .bytes_max = BYTES_MAX,
            .rooms_max = 2,
            .peers_max = 2}};

    stage->script = script_of(data, size);
    stage->now = instant_us(1000000);
    test_allocator_init(&stage->memory);
    config.allocator = &stage->memory.allocator;
    expect_ok(sync_create(&config, stage->now, &stage->sync));
    sync_room_joined(stage->sync, time_of(stage), topic_of(0));
    drain(stage);
    while (!script_is_spent(&stage->script)) {
        happen(stage);
    }
    sync_destroy(stage->sync);
    test_allocator_deinit(&stage->memory);
    free(stage);
}

const struct harness harness = {.name = "sync", .play = play, .size_max = 2048};
