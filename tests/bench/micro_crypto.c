#include "micro.h"

#include "base/bytes.h"
#include "crypto/keys.h"
#include "noise/session.h"
#include "wire/rpc.h"

#include <string.h>

#define LARGE_BYTES 16384
#define SMALL_BYTES 256
#define FRAMES 64 /* sealed ahead, so that each can be opened */
#define MESSAGES 10

static struct ed25519_secret secret;
static struct ed25519_public public_key;
static uint8_t signature[ED25519_SIGNATURE_BYTES];
static uint8_t text[SMALL_BYTES];
static struct noise_session session;
static uint8_t frames[FRAMES][LARGE_BYTES + NOISE_FRAME_OVERHEAD_BYTES];
static struct wire_rpc_decoder *decoder;
static uint8_t rpc_bytes[8192];
static size_t rpc_size;

static void sign(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        ed25519_sign(&secret, bytes_make(text, sizeof(text)), signature);
    }
}

static void verify(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        micro_require(ed25519_verify(&public_key, bytes_make(text, sizeof(text)),
                          bytes_make(signature, sizeof(signature))),
            "a signature is refused");
    }
}

static void seal(uint64_t count, size_t size)
{
    for (uint64_t i = 0; i < count; i++) {
        micro_require(
            noise_session_seal(&session, room_make(frames[0], sizeof(frames[0])), size) > 0,
            "a frame is not sealed");
    }
}

/* A frame can be opened once, so that it is sealed again for each time; both keys are the same. */
static void seal_and_open(uint64_t count, size_t size)
{
    struct gossip_bytes plaintext;

    for (uint64_t i = 0; i < count; i++) {
        uint8_t *frame = frames[i % FRAMES];

        session.receiving.counter = session.sending.counter;
        (void)noise_session_seal(&session, room_make(frame, sizeof(frames[0])), size);
        micro_require(noise_session_open(&session,
                          room_make(frame + NOISE_LENGTH_BYTES, size + NOISE_TAG_BYTES),
                          &plaintext) == GOSSIP_OK,
            "a frame does not open");
    }
}

static void seal_small(uint64_t count)
{
    seal(count, SMALL_BYTES);
}

static void seal_large(uint64_t count)
{
    seal(count, LARGE_BYTES);
}

static void seal_and_open_small(uint64_t count)
{
    seal_and_open(count, SMALL_BYTES);
}

static void seal_and_open_large(uint64_t count)
{
    seal_and_open(count, LARGE_BYTES);
}

static void decode(uint64_t count)
{
    struct wire_rpc rpc;

    for (uint64_t i = 0; i < count; i++) {
        micro_require(
            wire_rpc_decode(decoder, bytes_make(rpc_bytes, rpc_size), &rpc) == GOSSIP_OK &&
                rpc.message_count == MESSAGES,
            "an RPC is not read");
    }
}

const struct micro micro_crypto[] = {
    {"sign 256 B", sign, 64, NULL},
    {"verify 256 B", verify, 64, NULL},
    {"seal 256 B", seal_small, 1024, NULL},
    {"seal 16 KiB", seal_large, 64, NULL},
    {"seal and open 256 B", seal_and_open_small, 1024, NULL},
    {"seal and open 16 KiB", seal_and_open_large, 64, NULL},
    {"decode an RPC of 10 messages of 200 B", decode, 1024, NULL},
};
const size_t micro_crypto_count = sizeof(micro_crypto) / sizeof(micro_crypto[0]);

/* Ten signed messages of an ordinary size. */
static void make_rpc(void)
{
    static uint8_t encoded[MESSAGES][512];
    static const uint8_t author[38], data[200], seqno[8];
    struct wire_message messages[MESSAGES];
    struct wire_rpc rpc = {.messages = messages, .message_count = MESSAGES};
    struct wire_message message = {.from = bytes_make(author, sizeof(author)),
        .data = bytes_make(data, sizeof(data)),
        .seqno = bytes_make(seqno, sizeof(seqno)),
        .topic = BYTES_OF("/gossipchat/1/gossipchat/main"),
        .signature = bytes_make(signature, sizeof(signature))};

    for (size_t i = 0; i < MESSAGES; i++) {
        size_t size =
            wire_message_encode(&message, false, room_make(encoded[i], sizeof(encoded[i])));

        messages[i] = message;
        messages[i].encoded = bytes_make(encoded[i], size);
    }
    rpc_size = wire_rpc_encode(&rpc, room_make(rpc_bytes, sizeof(rpc_bytes)));
}

void micro_crypto_begin(void)
{
    static const uint8_t seed[ED25519_SEED_BYTES] = {1};
    struct wire_rpc_limits limits = {.rpc_bytes_max = 1024 * 1024,
        .subscriptions_max = 128,
        .messages_max = 128,
        .control_entries_max = 128,
        .message_ids_max = 128,
        .exchanged_peers_max = 16,
        .topic_bytes_max = 1024,
        .message_id_bytes_max = 512};

    ed25519_expand(seed, &secret);
    public_key = ed25519_public_of(&secret);
    sign(1);
    micro_require(wire_rpc_decoder_create(allocator_system(), &limits, &decoder) == GOSSIP_OK,
        "no memory for a decoder");
    make_rpc();
}

void micro_crypto_end(void)
{
    wire_rpc_decoder_destroy(decoder);
    noise_session_deinit(&session);
}
