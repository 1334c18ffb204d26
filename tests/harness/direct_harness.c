/*
 * Two people and a line between them that breaks, blocks and loses what it likes, and a stranger who
 * sends them whatever he likes: every message is told once, in order, and settled once; nothing waits
 * for ever, nobody is answered for by another, and memory stays within its bounds.
 */
#include "direct/direct.h"

#include <string.h>

#include "base/instant.h"
#include "harness/harness.h"
#include "support/test_allocator.h"

#define MESSAGES_MAX 200
#define FRAMES_MAX 64
/* With both full: what waits, what is remembered of three peers, and the machines. */
#define MEMORY_BYTES_MAX (2u * 1024 * 1024)

struct side {
    struct direct *direct;
    uint64_t said;                             /* messages */
    uint64_t heard;                            /* of the other: all up to this */
    uint8_t settled[MESSAGES_MAX + 1];         /* how often each was told to have come */
    struct gossip_bytes under_way[FRAMES_MAX]; /* frames to it */
    size_t under_way_count;
    bool is_blocked;
};

static struct side sides[2];
static struct test_allocator memory;
static uint64_t now_us;
static bool is_connected;

static struct gossip_peer_id id_of(unsigned number)
{
    struct gossip_peer_id id = {.size = 38, .data[37] = (uint8_t)number};
    return id;
}

static struct gossip_instant now(void)
{
    return instant_us(now_us);
}

static void on_send(struct side *other, struct side *side, struct gossip_bytes frame)
{
    uint8_t *copy;
    if (other->is_blocked || other->under_way_count == FRAMES_MAX) {
        other->is_blocked = true;
        direct_sent(side->direct, now(), GOSSIP_ERROR_WOULD_BLOCK);
        return;
    }
    copy = test_take(frame.size);
    memcpy(copy, frame.data, frame.size);
    other->under_way[other->under_way_count++] = bytes_make(copy, frame.size);
    direct_sent(side->direct, now(), GOSSIP_OK);
}

static void on_said(struct side *side, const struct direct_message *message)
{
    if (message->peer.data[37] > 1)
        return; /* the stranger says anything */
    expect_equal(message->text.size, 1);
    expect_true(message->id.sequence == side->heard + 1);
    side->heard++;
}

static void drain(unsigned index)
{
    struct side *side = &sides[index], *other = &sides[1 - index];
    struct direct_output output;
    struct gossip_peer_id id = id_of(1 - index);
    while (direct_poll(side->direct, &output)) {
        bool is_other = output.peer.data[37] == 1 - index;
        switch (output.kind) {
        case DIRECT_OPEN:
            if (is_other)
                direct_opened(side->direct, now(), &id);
            else
                direct_ended(side->direct, now(), &output.peer, GOSSIP_ERROR_PEER_CLOSED);
            break;
        case DIRECT_SEND:
            expect_true(is_other);
            on_send(other, side, output.frame);
            break;
        case DIRECT_SAID:
            on_said(side, &output.message);
            break;
        case DIRECT_REACHED:
            expect_true(is_other);
            expect_equal(++side->settled[output.id.sequence], 1);
            expect_true(other->heard >= output.id.sequence);
            break;
        case DIRECT_SENT:
        case DIRECT_LINE:
            break;
        case DIRECT_FAILED:
            test_fail("everybody speaks the protocol");
        }
    }
}

static void deliver(unsigned index, bool is_lost)
{
    struct side *side = &sides[index];
    struct gossip_peer_id id = id_of(1 - index);
    struct gossip_bytes frame;
    if (side->under_way_count == 0)
        return;
    frame = side->under_way[0];
    memmove(side->under_way, side->under_way + 1, --side->under_way_count * sizeof(frame));
    if (!is_lost && is_connected) {
        expect_ok(direct_receive(side->direct, now(), &id, frame));
        drain(index);
    }
    if (side->is_blocked && side->under_way_count == 0) {
        struct gossip_peer_id own = id_of(index);
        side->is_blocked = false;
        direct_writable(sides[1 - index].direct, now(), &own);
        drain(1 - index);
    }
}

/* A connection that breaks takes with it what is under way. */
static void connect(bool is_up)
{
    is_connected = is_up;
    for (unsigned i = 0; i < 2; i++) {
        struct gossip_peer_id id = id_of(1 - i);
        sides[i].under_way_count = 0;
        sides[i].is_blocked = false;
        if (is_up)
            direct_peer_up(sides[i].direct, now(), &id);
        else
            direct_peer_down(sides[i].direct, now(), &id);
    }
    drain(0);
    drain(1);
}

static void say(unsigned index)
{
    struct side *side = &sides[index];
    struct direct_message message = {.peer = id_of(1 - index), .text = BYTES_OF("x")};
    if (side->said == MESSAGES_MAX)
        return;
    if (direct_say(side->direct, now(), &message) == GOSSIP_OK)
        expect_true(message.id.sequence == ++side->said);
    drain(index);
}

static void pass(uint64_t us)
{
    now_us += us;
    for (unsigned i = 0; i < 2; i++) {
        direct_advance(sides[i].direct, now());
        drain(i);
        expect_true(direct_deadline(sides[i].direct).us > now_us);
    }
}

static void strange(struct script *script, unsigned index)
{
    struct gossip_peer_id id = id_of(2 + script_below(script, 3));
    struct gossip_bytes frame = script_bytes(script, 64);
    struct wire_direct_id line = {.session = 1, .sequence = script_byte(script)};
    if (script_chance(script, 3))
        direct_peer_up(sides[index].direct, now(), &id);
    if (direct_receive(sides[index].direct, now(), &id, frame) != GOSSIP_OK)
        direct_ended(sides[index].direct, now(), &id, GOSSIP_ERROR_PEER_MALFORMED);
    drain(index);
    direct_line_shown(sides[index].direct, now(), &id, &line);
    if (script_chance(script, 3))
        direct_peer_down(sides[index].direct, now(), &id);
    drain(index);
}

static void step(struct script *script)
{
    unsigned index = script_below(script, 2);
    switch (script_below(script, 8)) {
    case 0:
    case 1:
        say(index);
        break;
    case 2:
    case 3:
        deliver(index, false);
        break;
    case 4:
        pass(script_below(script, 3) * UINT64_C(100000));
        break;
    case 5:
        connect(script_chance(script, 2));
        break;
    case 6:
        strange(script, index);
        break;
    default:
        sides[index].is_blocked = sides[index].under_way_count > 0;
        break;
    }
}

/* With a line that works, everything comes to an end. */
static void finish(void)
{
    connect(false);
    connect(true);
    for (unsigned i = 0; i < 600 && (sides[0].under_way_count + sides[1].under_way_count > 0 ||
                                        direct_waiting_total(sides[0].direct) > 0 ||
                                        direct_waiting_total(sides[1].direct) > 0);
         i++) {
        while (sides[0].under_way_count + sides[1].under_way_count > 0) {
            deliver(0, false);
            deliver(1, false);
        }
        pass(100000);
    }
    for (unsigned i = 0; i < 2; i++) {
        expect_equal(direct_waiting_total(sides[i].direct), 0);
        expect_true(sides[1 - i].heard == sides[i].said);
        for (uint64_t j = 1; j <= sides[i].said; j++)
            expect_equal(sides[i].settled[j], 1);
    }
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    memset(sides, 0, sizeof(sides));
    now_us = 1000000;
    is_connected = false;
    test_allocator_init(&memory);
    for (unsigned i = 0; i < 2; i++) {
        struct direct_config config = {.allocator = &memory.allocator, .session = i + 1};
        expect_ok(direct_create(&config, now(), &sides[i].direct));
    }
    connect(true);
    while (!script_is_spent(&script)) {
        step(&script);
        expect_at_most(memory.bytes, MEMORY_BYTES_MAX);
    }
    finish();
    direct_destroy(sides[0].direct);
    direct_destroy(sides[1].direct);
    test_allocator_deinit(&memory);
}

const struct harness harness = {.name = "direct", .play = play, .size_max = 2048};
