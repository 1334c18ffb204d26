/*
 * An honest pair agrees however its bytes are cut, and wipes its secrets; as soon as one bit between
 * them is changed, at least one side does not finish, and neither takes the other for somebody else.
 */
#include "harness/harness.h"
#include "identity/identity.h"
#include "noise/handshake.h"
#include "support/seeded_entropy.h"
#include "support/test_allocator.h"

#include <string.h>

#define GARBAGE_BYTES_MAX 1200

static const char *const muxers[] = {"/yamux/1.0.0", "/mplex/6.7.0", "/other"};

struct side {
    struct noise_static_key *static_key; /* made once, for all rounds */
    struct identity *identity;
    struct noise_handshake *handshake;
    struct noise_handshake_config config;
    struct noise_session session;
    struct noise_outcome outcome;
    enum gossip_error error;
    bool is_finished;
};

static struct side sides[2];

/* What is on its way to each side. */
static struct {
    size_t size;
    uint8_t bytes[3 * NOISE_HANDSHAKE_FRAME_BYTES_MAX];
} wires[2];

static void make_identities(void)
{
    static struct seeded_entropy stream;
    if (sides[0].identity != NULL)
        return;
    seeded_entropy_init(&stream, 1);
    for (size_t i = 0; i < 2; i++) {
        expect_ok(identity_create(allocator_system(), seeded_entropy(&stream), &sides[i].identity));
        expect_ok(noise_static_key_create(
            allocator_system(), sides[i].identity, seeded_entropy(&stream), &sides[i].static_key));
    }
}

static void side_init(struct side *side, enum noise_role role, struct script *script,
    struct seeded_entropy *stream, struct test_allocator *memory)
{
    uint8_t ephemeral[32];
    struct seeded_entropy copy = *stream;
    entropy_fill(seeded_entropy(&copy), ephemeral, sizeof(ephemeral));
    test_allocator_watch(memory, bytes_make(ephemeral, sizeof(ephemeral)));
    side->config = (struct noise_handshake_config){
        .role = role,
        .static_key = side->static_key,
        .entropy = seeded_entropy(stream),
        .muxers = {muxers + script_below(script, 2), script_below(script, 3)},
    };
    if (script_chance(script, 2))
        side->config.expected = identity_peer_id(sides[side == &sides[0]].identity);
    side->error = GOSSIP_OK;
    side->is_finished = false;
    memset(&side->session, 0, sizeof(side->session));
    expect_ok(noise_handshake_create(&memory->allocator, &side->config, &side->handshake));
}

static void finish(struct side *side, struct test_allocator *memory)
{
    noise_handshake_finish(side->handshake, &side->session, &side->outcome);
    side->is_finished = true;
    test_allocator_watch(memory, bytes_make(side->session.sending.key, AEAD_KEY_BYTES));
    test_allocator_watch(memory, bytes_make(side->session.receiving.key, AEAD_KEY_BYTES));
}

/* Moves what `side` says onto the wire, changed at `change` if that is where the wire has come to. */
static void speak(struct side *side, size_t to, size_t *said, size_t change)
{
    size_t room = sizeof(wires[to].bytes) - wires[to].size;
    uint8_t *place = wires[to].bytes + wires[to].size;
    size_t size = noise_handshake_transmit(side->handshake, room_make(place, room));
    if (change >= *said && change < *said + size)
        place[change - *said] ^= 0x10;
    *said += size;
    wires[to].size += size;
}

/* Lets `side` hear up to `piece` bytes of what is on its wire. */
static void hear(struct side *side, size_t at, size_t piece)
{
    struct gossip_bytes part = bytes_part(bytes_make(wires[at].bytes, wires[at].size), 0, piece);
    size_t size = part.size;
    side->error = noise_handshake_receive(side->handshake, &part);
    size_t taken = size - part.size;
    wires[at].size -= taken;
    memmove(wires[at].bytes, wires[at].bytes + taken, wires[at].size);
}

static bool is_over(const struct side *side)
{
    return side->error != GOSSIP_OK || side->is_finished;
}

static void step(struct side *side, struct script *script, struct test_allocator *memory,
    size_t *said, size_t change)
{
    size_t at = side == &sides[1];
    if (is_over(side))
        return;
    speak(side, 1 - at, said, change);
    hear(side, at, script_is_spent(script) ? SIZE_MAX : script_below(script, 300));
    if (side->error == GOSSIP_OK) {
        speak(side, 1 - at, said, change);
        if (noise_handshake_is_finished(side->handshake))
            finish(side, memory);
    }
}

static void expect_peer(const struct side *side, const struct side *peer)
{
    const struct gossip_peer_id *id = identity_peer_id(peer->identity);
    expect_bytes(bytes_make(side->outcome.peer.data, side->outcome.peer.size),
        bytes_make(id->data, id->size));
}

static void expect_agreement(void)
{
    expect_bytes(bytes_make(sides[0].session.sending.key, AEAD_KEY_BYTES),
        bytes_make(sides[1].session.receiving.key, AEAD_KEY_BYTES));
    expect_bytes(bytes_make(sides[1].session.sending.key, AEAD_KEY_BYTES),
        bytes_make(sides[0].session.receiving.key, AEAD_KEY_BYTES));
    expect_equal(sides[0].outcome.muxer == NULL, sides[1].outcome.muxer == NULL);
    if (sides[0].outcome.muxer != NULL)
        expect_text(sides[0].outcome.muxer, sides[1].outcome.muxer);
}

static void play_pair(struct script *script, struct test_allocator *memory)
{
    /* 34 + 202 + 170 bytes without muxers; above that nothing is changed. */
    size_t change = script_chance(script, 2) ? script_below(script, 406) : SIZE_MAX;
    size_t said = 0;
    /* As long as there are decisions; after the last one everything arrives at once. */
    for (size_t turns_left = 10; turns_left > 0;) {
        if (script_is_spent(script) || (is_over(&sides[0]) && is_over(&sides[1])))
            turns_left--;
        for (size_t i = 0; i < 2; i++)
            step(&sides[i], script, memory, &said, change);
    }
    for (size_t i = 0; i < 2; i++) {
        if (sides[i].is_finished)
            expect_peer(&sides[i], &sides[1 - i]);
    }
    if (change == SIZE_MAX) {
        expect_true(sides[0].is_finished && sides[1].is_finished);
        expect_agreement();
    } else {
        expect_false(sides[0].is_finished && sides[1].is_finished);
    }
}

/* Nothing that is made up gets through. */
static void play_garbage(struct script *script)
{
    size_t at = script_below(script, 2);
    struct side *side = &sides[at];
    uint8_t frame[NOISE_HANDSHAKE_FRAME_BYTES_MAX];
    while (!script_is_spent(script) && side->error == GOSSIP_OK) {
        struct gossip_bytes garbage = script_bytes(script, GARBAGE_BYTES_MAX);
        noise_handshake_transmit(side->handshake, room_make(frame, sizeof(frame)));
        side->error = noise_handshake_receive(side->handshake, &garbage);
        expect_false(noise_handshake_is_finished(side->handshake));
    }
    if (side->error != GOSSIP_OK) {
        expect_true(side->error == GOSSIP_ERROR_UNSUPPORTED ||
                    gossip_error_blame(side->error) == GOSSIP_BLAME_PEER);
        expect_equal(noise_handshake_transmit(side->handshake, room_make(frame, sizeof(frame))), 0);
    }
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    struct seeded_entropy stream;
    struct test_allocator memory;
    make_identities();
    test_allocator_init(&memory);
    seeded_entropy_init(&stream, script_byte(&script));
    wires[0].size = wires[1].size = 0;
    side_init(&sides[0], NOISE_INITIATOR, &script, &stream, &memory);
    side_init(&sides[1], NOISE_RESPONDER, &script, &stream, &memory);
    if (script_chance(&script, 4))
        play_garbage(&script);
    else
        play_pair(&script, &memory);
    for (size_t i = 0; i < 2; i++)
        noise_handshake_destroy(sides[i].handshake);
    test_allocator_deinit(&memory);
    for (size_t i = 0; i < 2; i++)
        noise_session_deinit(&sides[i].session);
}

const struct harness harness = {.name = "noise_handshake", .play = play, .size_max = 2048};
