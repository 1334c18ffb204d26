#include "noise/session.h"

#include "support/test.h"

#include <string.h>

/* Two sessions that belong together. */
static void pair_init(struct noise_session *ours, struct noise_session *theirs)
{
    memset(ours, 0, sizeof(*ours));
    memset(ours->sending.key, 1, AEAD_KEY_BYTES);
    memset(ours->receiving.key, 2, AEAD_KEY_BYTES);
    *theirs = (struct noise_session){.sending = ours->receiving, .receiving = ours->sending};
}

/* A sealed frame, until the end of the test. */
static struct gossip_room seal(struct noise_session *session, struct gossip_bytes plaintext)
{
    size_t size = plaintext.size + NOISE_FRAME_OVERHEAD_BYTES;
    struct gossip_room frame = room_make(test_take(size), size);
    bytes_copy(frame.data + NOISE_LENGTH_BYTES, plaintext);
    expect_equal(noise_session_seal(session, frame, plaintext.size), size);
    expect_equal(load_u16_big(frame.data), size - NOISE_LENGTH_BYTES);
    return frame;
}

static struct gossip_room message_of(struct gossip_room frame)
{
    return room_make(frame.data + NOISE_LENGTH_BYTES, frame.size - NOISE_LENGTH_BYTES);
}

static void frames_open_in_order(void)
{
    struct noise_session ours, theirs;
    pair_init(&ours, &theirs);
    for (uint8_t i = 0; i < 100; i++) {
        struct gossip_room frame = seal(&ours, bytes_repeated(i, i));
        struct gossip_bytes plaintext;
        expect_ok(noise_session_open(&theirs, message_of(frame), &plaintext));
        expect_bytes(plaintext, bytes_repeated(i, i));
        expect_same(plaintext.data, frame.data + NOISE_LENGTH_BYTES);
    }
    expect_equal(ours.sending.counter, 100);
    expect_equal(theirs.receiving.counter, 100);
    expect_equal(theirs.sending.counter, 0);
}

static void both_directions_are_independent(void)
{
    struct noise_session ours, theirs;
    struct gossip_bytes plaintext;
    pair_init(&ours, &theirs);
    struct gossip_room there = seal(&ours, BYTES_OF("there"));
    struct gossip_room back = seal(&theirs, BYTES_OF("back"));
    expect_ok(noise_session_open(&ours, message_of(back), &plaintext));
    expect_bytes(plaintext, BYTES_OF("back"));
    expect_ok(noise_session_open(&theirs, message_of(there), &plaintext));
    expect_bytes(plaintext, BYTES_OF("there"));
}

static void the_largest_and_the_empty_frame_are_legal(void)
{
    struct noise_session ours, theirs;
    struct gossip_bytes plaintext;
    pair_init(&ours, &theirs);
    struct gossip_room frame = seal(&ours, bytes_repeated('x', NOISE_PLAINTEXT_BYTES_MAX));
    expect_equal(load_u16_big(frame.data), NOISE_MESSAGE_BYTES_MAX);
    expect_ok(noise_session_open(&theirs, message_of(frame), &plaintext));
    expect_equal(plaintext.size, NOISE_PLAINTEXT_BYTES_MAX);
    frame = seal(&ours, (struct gossip_bytes){0});
    expect_ok(noise_session_open(&theirs, message_of(frame), &plaintext));
    expect_equal(plaintext.size, 0);
}

/* The session is dead: not even the right frame opens any more. */
static void expect_end(struct noise_session *theirs, struct gossip_room message)
{
    struct gossip_bytes plaintext;
    uint8_t zero[AEAD_KEY_BYTES] = {0};
    expect_error(noise_session_open(theirs, message, &plaintext), GOSSIP_ERROR_PEER_MALFORMED);
    expect_null(plaintext.data);
    expect_equal(memcmp(theirs->receiving.key, zero, sizeof(zero)), 0);
}

static void any_changed_bit_ends_the_session(void)
{
    struct gossip_bytes text = BYTES_OF("every bit of this counts");
    for (size_t bit = 0; bit < 8 * (text.size + NOISE_TAG_BYTES); bit++) {
        struct noise_session ours, theirs;
        pair_init(&ours, &theirs);
        struct gossip_room first = message_of(seal(&ours, text));
        struct gossip_room second = message_of(seal(&ours, text));
        uint8_t *copy = test_take(first.size);
        bytes_copy(copy, room_filled(first, first.size));
        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
        expect_end(&theirs, room_make(copy, first.size));
        expect_end(&theirs, first);
        expect_end(&theirs, second);
    }
}

static void a_replay_ends_the_session(void)
{
    struct noise_session ours, theirs;
    struct gossip_bytes plaintext;
    pair_init(&ours, &theirs);
    struct gossip_room message = message_of(seal(&ours, BYTES_OF("once")));
    uint8_t *copy = test_take(message.size);
    bytes_copy(copy, room_filled(message, message.size));
    expect_ok(noise_session_open(&theirs, message, &plaintext));
    expect_end(&theirs, room_make(copy, message.size));
}

static void a_reordered_or_missing_frame_ends_the_session(void)
{
    struct noise_session ours, theirs;
    pair_init(&ours, &theirs);
    seal(&ours, BYTES_OF("first"));
    expect_end(&theirs, message_of(seal(&ours, BYTES_OF("second"))));
}

static void what_we_sent_does_not_come_back_as_theirs(void)
{
    struct noise_session ours, theirs;
    pair_init(&ours, &theirs);
    expect_end(&ours, message_of(seal(&ours, BYTES_OF("echo"))));
}

static void messages_shorter_than_a_tag_end_the_session(void)
{
    for (size_t size = 0; size < NOISE_TAG_BYTES; size++) {
        struct noise_session ours, theirs;
        uint8_t message[NOISE_TAG_BYTES] = {0};
        pair_init(&ours, &theirs);
        expect_end(&theirs, room_make(message, size));
    }
}

static void a_tag_alone_that_is_none_ends_the_session(void)
{
    struct noise_session ours, theirs;
    uint8_t message[NOISE_TAG_BYTES] = {0};
    pair_init(&ours, &theirs);
    expect_end(&theirs, room_make(message, sizeof(message)));
}

static void counters_never_wrap(void)
{
    struct noise_session ours, theirs;
    struct gossip_bytes plaintext;
    pair_init(&ours, &theirs);
    ours.sending.counter = AEAD_COUNTER_MAX - 1;
    theirs.receiving.counter = AEAD_COUNTER_MAX - 1;
    struct gossip_room frame = seal(&ours, BYTES_OF("last"));
    expect_ok(noise_session_open(&theirs, message_of(frame), &plaintext));
    expect_bytes(plaintext, BYTES_OF("last"));

    uint8_t untouched[32] = "no more";
    for (size_t i = 0; i < 3; i++) {
        expect_equal(noise_session_seal(&ours, room_make(untouched, sizeof(untouched)), 7), 0);
        expect_bytes(bytes_make(untouched, 7), BYTES_OF("no more"));
        expect_error(noise_session_open(&theirs, message_of(frame), &plaintext),
            GOSSIP_ERROR_PEER_MALFORMED);
    }
    expect_true(ours.sending.counter == AEAD_COUNTER_MAX);
}

static void deinit_wipes_and_ends_both_directions(void)
{
    struct noise_session ours, theirs;
    uint8_t frame[32] = {0};
    uint8_t zero[AEAD_KEY_BYTES] = {0};
    pair_init(&ours, &theirs);
    struct gossip_room message = message_of(seal(&theirs, BYTES_OF("late")));
    noise_session_deinit(&ours);
    expect_equal(memcmp(ours.sending.key, zero, sizeof(zero)), 0);
    expect_equal(noise_session_seal(&ours, room_make(frame, sizeof(frame)), 4), 0);
    expect_end(&ours, message);
}

static void too_little_room_is_a_mistake_of_ours(void)
{
    static struct noise_session ours, theirs;
    static uint8_t frame[NOISE_FRAME_OVERHEAD_BYTES + 4];
    pair_init(&ours, &theirs);
    expect_require_fails(noise_session_seal(&ours, room_make(frame, sizeof(frame)), 5));
    expect_require_fails(noise_session_seal(
        &ours, room_make(frame, 2 * NOISE_MESSAGE_BYTES_MAX), NOISE_PLAINTEXT_BYTES_MAX + 1));
}

TEST_MAIN(TEST(frames_open_in_order), TEST(both_directions_are_independent),
    TEST(the_largest_and_the_empty_frame_are_legal), TEST(any_changed_bit_ends_the_session),
    TEST(a_replay_ends_the_session), TEST(a_reordered_or_missing_frame_ends_the_session),
    TEST(what_we_sent_does_not_come_back_as_theirs),
    TEST(messages_shorter_than_a_tag_end_the_session),
    TEST(a_tag_alone_that_is_none_ends_the_session), TEST(counters_never_wrap),
    TEST(deinit_wipes_and_ends_both_directions), TEST(too_little_room_is_a_mistake_of_ours))
