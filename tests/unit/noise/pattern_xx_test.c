#include "noise/pattern_xx.h"

#include "support/test.h"
#include "vectors/noise_xx.h"

#include <string.h>

#define VECTORS (sizeof(noise_xx_vectors) / sizeof(noise_xx_vectors[0]))

struct side {
    struct noise_key_pair keys;
    struct noise_xx xx;
    struct noise_session session;
};

static struct x25519_secret secret_of(const char *text)
{
    struct x25519_secret secret;
    struct gossip_bytes bytes = hex(text);
    expect_equal(bytes.size, sizeof(secret.bytes));
    memcpy(secret.bytes, bytes.data, bytes.size);
    return secret;
}

static void side_init(struct side *side, bool is_initiator, const struct noise_xx_vector *vector)
{
    struct x25519_secret ephemeral =
        secret_of(is_initiator ? vector->initiator_ephemeral : vector->responder_ephemeral);
    side->keys.secret =
        secret_of(is_initiator ? vector->initiator_static : vector->responder_static);
    side->keys.public = x25519_base(&side->keys.secret);
    noise_xx_init(&side->xx, is_initiator, &side->keys, &ephemeral, hex(vector->prologue));
}

/* One handshake message from `writer` to `reader`; its ciphertext until the end of the test. */
static struct gossip_bytes exchange(
    struct side *writer, struct side *reader, struct gossip_bytes payload)
{
    size_t size;
    struct gossip_bytes received;
    struct gossip_room room =
        room_make(test_take(payload.size + NOISE_XX_OVERHEAD_BYTES_MAX), payload.size + 96);
    expect_true(noise_xx_wants_write(&writer->xx));
    expect_false(noise_xx_wants_write(&reader->xx));
    expect_ok(noise_xx_write(&writer->xx, payload, room, &size));
    uint8_t *sent = test_take(size);
    bytes_copy(sent, room_filled(room, size));
    expect_ok(noise_xx_read(&reader->xx, room_make(room.data, size), &received));
    expect_bytes(received, payload);
    return bytes_make(sent, size);
}

static struct gossip_bytes converse(
    struct side *writer, struct side *reader, struct gossip_bytes payload)
{
    size_t size = payload.size + NOISE_FRAME_OVERHEAD_BYTES;
    struct gossip_room frame = room_make(test_take(size), size);
    bytes_copy(frame.data + NOISE_LENGTH_BYTES, payload);
    expect_equal(noise_session_seal(&writer->session, frame, payload.size), size);
    uint8_t *sent = test_take(size - NOISE_LENGTH_BYTES);
    bytes_copy(sent, bytes_make(frame.data + NOISE_LENGTH_BYTES, size - NOISE_LENGTH_BYTES));
    struct gossip_bytes received;
    expect_ok(noise_session_open(&reader->session,
        room_make(frame.data + NOISE_LENGTH_BYTES, size - NOISE_LENGTH_BYTES), &received));
    expect_bytes(received, payload);
    return bytes_make(sent, size - NOISE_LENGTH_BYTES);
}

static void begin_session(struct side *side, const struct noise_xx_vector *vector)
{
    expect_true(noise_xx_is_complete(&side->xx));
    noise_xx_split(&side->xx, &side->session);
    if (vector->handshake_hash != NULL)
        expect_bytes(bytes_make(side->xx.symmetric.hash, 32), hex(vector->handshake_hash));
}

static void play(const struct noise_xx_vector *vector)
{
    struct side sides[2];
    side_init(&sides[0], true, vector);
    side_init(&sides[1], false, vector);
    for (size_t i = 0; i < NOISE_XX_MESSAGES; i++)
        expect_bytes(exchange(&sides[i % 2], &sides[(i + 1) % 2], hex(vector->messages[i].payload)),
            hex(vector->messages[i].ciphertext));
    for (size_t i = 0; i < 2; i++)
        begin_session(&sides[i], vector);
    for (size_t i = NOISE_XX_MESSAGES;
         i < NOISE_XX_VECTOR_MESSAGES_MAX && vector->messages[i].ciphertext != NULL; i++) {
        size_t from = (i + vector->initiator_goes_on) % 2;
        expect_bytes(converse(&sides[from], &sides[1 - from], hex(vector->messages[i].payload)),
            hex(vector->messages[i].ciphertext));
    }
    expect_bytes(
        bytes_make(sides[0].xx.their_static.bytes, 32), bytes_make(sides[1].keys.public.bytes, 32));
    expect_bytes(
        bytes_make(sides[1].xx.their_static.bytes, 32), bytes_make(sides[0].keys.public.bytes, 32));
}

static void published_conversations_are_reproduced(void)
{
    for (size_t i = 0; i < VECTORS; i++)
        play(&noise_xx_vectors[i]);
}

static void the_keys_of_a_session_are_the_expected_ones(void)
{
    struct side sides[2];
    struct gossip_bytes none = {0};
    side_init(&sides[0], true, &noise_xx_vectors[0]);
    side_init(&sides[1], false, &noise_xx_vectors[0]);
    for (size_t i = 0; i < NOISE_XX_MESSAGES; i++)
        exchange(&sides[i % 2], &sides[(i + 1) % 2], none);
    for (size_t i = 0; i < 2; i++)
        noise_xx_split(&sides[i].xx, &sides[i].session);
    struct gossip_bytes first =
        hex("4759d15f0f4cfb9c3cef133e60b44ea3479cae90880a7e71df96f111d78d5953");
    struct gossip_bytes second =
        hex("a8b5dce3cef845d63c9671c350eb15cbb50b6c6d5f0d3231d32d711dab1ed191");
    expect_bytes(bytes_make(sides[0].session.sending.key, 32), first);
    expect_bytes(bytes_make(sides[0].session.receiving.key, 32), second);
    expect_bytes(bytes_make(sides[1].session.sending.key, 32), second);
    expect_bytes(bytes_make(sides[1].session.receiving.key, 32), first);
}

/* Points of which every multiple is zero. https://cr.yp.to/ecdh.html#validate */
static const char *const small_points[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static void a_point_that_fixes_the_secret_is_refused_by_either_side(void)
{
    for (size_t i = 0; i < sizeof(small_points) / sizeof(small_points[0]); i++) {
        struct side side;
        struct gossip_bytes payload;
        size_t size;
        uint8_t message[128] = {0};
        bytes_copy(message, hex(small_points[i]));

        side_init(&side, false, &noise_xx_vectors[0]);
        expect_ok(noise_xx_read(&side.xx, room_make(message, 32), &payload));
        uint8_t answer[128];
        expect_error(noise_xx_write(&side.xx, payload, room_make(answer, sizeof(answer)), &size),
            GOSSIP_ERROR_PEER_MALFORMED);

        side_init(&side, true, &noise_xx_vectors[0]);
        expect_ok(noise_xx_write(
            &side.xx, (struct gossip_bytes){0}, room_make(answer, sizeof(answer)), &size));
        expect_error(
            noise_xx_read(&side.xx, room_make(message, 96), &payload), GOSSIP_ERROR_PEER_MALFORMED);
    }
}

static void messages_cut_off_anywhere_are_refused(void)
{
    for (size_t number = 0; number < NOISE_XX_MESSAGES; number++) {
        struct gossip_bytes whole = hex(noise_xx_vectors[0].messages[number].ciphertext);
        for (size_t size = 0; size < whole.size; size++) {
            struct side sides[2];
            side_init(&sides[0], true, &noise_xx_vectors[0]);
            side_init(&sides[1], false, &noise_xx_vectors[0]);
            for (size_t i = 0; i < number; i++)
                exchange(&sides[i % 2], &sides[(i + 1) % 2], (struct gossip_bytes){0});
            struct noise_xx *writer = &sides[number % 2].xx;
            struct noise_xx *reader = &sides[(number + 1) % 2].xx;
            uint8_t message[128];
            struct gossip_bytes payload;
            size_t written;
            expect_ok(noise_xx_write(
                writer, (struct gossip_bytes){0}, room_make(message, sizeof(message)), &written));
            expect_equal(written, whole.size);
            expect_error(noise_xx_read(reader, room_make(message, size), &payload),
                GOSSIP_ERROR_PEER_MALFORMED);
        }
    }
}

static void out_of_turn_is_a_mistake_of_ours(void)
{
    static struct side side;
    static uint8_t message[128];
    static struct gossip_bytes payload;
    static size_t size;
    side_init(&side, false, &noise_xx_vectors[0]);
    expect_require_fails(
        expect_ok(noise_xx_write(&side.xx, payload, room_make(message, sizeof(message)), &size)));
    side_init(&side, true, &noise_xx_vectors[0]);
    expect_require_fails(expect_ok(noise_xx_read(&side.xx, room_make(message, 32), &payload)));
    expect_require_fails(noise_xx_split(&side.xx, &side.session));
}

TEST_MAIN(TEST(published_conversations_are_reproduced),
    TEST(the_keys_of_a_session_are_the_expected_ones),
    TEST(a_point_that_fixes_the_secret_is_refused_by_either_side),
    TEST(messages_cut_off_anywhere_are_refused), TEST(out_of_turn_is_a_mistake_of_ours))
