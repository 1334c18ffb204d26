/*
 * Signed messages of pubsub: an honest one opens to what was said, wherever unknown fields stand;
 * what opens after a change says the same, for nobody can sign for somebody else; views lie inside
 * of the message, and the room that is asked for is enough.
 */
#include "harness/harness.h"

#include "base/peer_id_text.h"
#include "identity/identity.h"
#include "identity/signed_message.h"

#include <string.h>

#define MESSAGE_BYTES_MAX 4096

static void expect_inside(struct gossip_bytes view, struct gossip_bytes original)
{
    expect_true(view.size == 0 || (view.data >= original.data &&
                                      view.data + view.size <= original.data + original.size));
}

/* Opens it in a copy and in a scratch that end where they may be read no further. */
static enum gossip_error opened(struct gossip_bytes original, struct signed_message *said)
{
    size_t size = SIGNED_MESSAGE_SCRATCH_BYTES(original.size);
    uint8_t *copy = test_take(original.size);
    enum gossip_error error;

    bytes_copy(copy, original);
    original.data = copy;
    error = signed_message_open(original, room_make(test_take(size), size), said);
    expect_true(error != GOSSIP_ERROR_PEER_TOO_LARGE);
    if (error != GOSSIP_OK)
        expect_equal(said->author.size + said->topic.size + said->payload.size, 0);
    expect_inside(said->topic, original);
    expect_inside(said->payload, original);
    return error;
}

/* The fields of an honest message, signed. */
static struct gossip_bytes make(struct script *script, const struct identity *identity,
    const struct signed_message *truth, bool has_key)
{
    static uint8_t signature[IDENTITY_SIGNATURE_BYTES];
    uint8_t *seqno = test_take(SIGNED_MESSAGE_SEQNO_BYTES);
    struct wire_message fields = {.from = bytes_make(truth->author.data, truth->author.size),
        .data = truth->payload,
        .seqno = bytes_make(seqno, SIGNED_MESSAGE_SEQNO_BYTES),
        .topic = truth->topic};
    struct gossip_room room = room_make(test_take(MESSAGE_BYTES_MAX), MESSAGE_BYTES_MAX);
    struct gossip_bytes unknown = script_bytes(script, 20);
    size_t size;

    store_u64_big(seqno, truth->seqno);
    identity_sign(identity, signed_message_signed_bytes(&fields, room), signature);
    fields.signature = bytes_make(signature, sizeof(signature));
    if (has_key)
        fields.key = identity_public_key(identity);
    size = wire_message_encode(&fields, false, room);
    /* A field that nobody knows: number 15, bytes. */
    room.data[size++] = 15 << 3 | 2;
    room.data[size++] = (uint8_t)unknown.size;
    bytes_copy(room.data + size, unknown);
    return bytes_make(room.data, size + unknown.size);
}

static void expect_truth(const struct signed_message *said, const struct signed_message *truth)
{
    expect_true(peer_id_is_equal(&said->author, &truth->author));
    expect_true(said->seqno == truth->seqno);
    expect_bytes(said->topic, truth->topic);
    expect_bytes(said->payload, truth->payload);
}

static struct gossip_bytes changed_copy(struct script *script, struct gossip_bytes original)
{
    uint8_t *copy = test_take(original.size + 8);
    size_t size = original.size;

    bytes_copy(copy, original);
    for (uint32_t changes = script_below(script, 4); changes > 0; changes--)
        copy[script_below(script, (uint32_t)size)] ^= script_byte(script);
    if (script_chance(script, 2)) {
        size_t at = script_below(script, (uint32_t)size + 1);
        struct gossip_bytes more = script_bytes(script, 8);

        memmove(copy + at + more.size, copy + at, size - at);
        bytes_copy(copy + at, more);
        size += more.size;
    }
    if (script_chance(script, 4))
        size = script_below(script, (uint32_t)size + 1);
    return bytes_make(copy, size);
}

static void play_honest(struct script *script)
{
    static const uint8_t nothing[1];
    uint8_t seed[ED25519_SEED_BYTES] = {script_byte(script)};
    struct signed_message truth = {.seqno = script_u64(script)};
    struct signed_message said;
    struct identity *identity;
    struct gossip_bytes original;
    bool has_key = script_chance(script, 2);

    expect_ok(identity_create_from_seed(allocator_system(), seed, &identity));
    truth.author = *identity_peer_id(identity);
    truth.topic = script_bytes(script, 100);
    truth.payload = script_bytes(script, 1000);
    truth.topic.data = truth.topic.size == 0 ? nothing : truth.topic.data;
    truth.payload.data = truth.payload.size == 0 ? nothing : truth.payload.data;
    original = make(script, identity, &truth, has_key);
    expect_ok(opened(original, &said));
    expect_truth(&said, &truth);
    if (opened(changed_copy(script, original), &said) == GOSSIP_OK)
        expect_truth(&said, &truth);
    identity_destroy(identity);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    struct signed_message said;

    if (script_chance(&script, 2))
        play_honest(&script);
    else
        (void)opened(script_rest(&script), &said);
}

const struct harness harness = {.name = "signed_message", .play = play, .size_max = 2048};
