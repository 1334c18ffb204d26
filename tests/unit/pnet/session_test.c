#include "pnet/session.h"

#include "base/bytes.h"
#include "support/seeded_entropy.h"
#include "support/test.h"

#include <string.h>

static struct pnet_key key;
static struct pnet_session one, other;
static struct seeded_entropy stream;

static void begin(void)
{
    memset(&key, 7, sizeof(key));
    seeded_entropy_init(&stream, 1);
    pnet_session_init(&one, &key, seeded_entropy(&stream));
    pnet_session_init(&other, &key, seeded_entropy(&stream));
}

/* What `from` sends: its nonce, if it was not said, and then `text`, covered. */
static struct gossip_room covered(struct pnet_session *from, const char *text)
{
    struct gossip_room room = room_make(test_take(200), 200);
    size_t size = pnet_session_transmit(from, room);

    memcpy(room.data + size, text, strlen(text));
    pnet_session_cover(from, room_make(room.data + size, strlen(text)));
    room.size = size + strlen(text);
    return room;
}

static void both_say_a_nonce_first_and_do_not_wait(void)
{
    uint8_t room[PNET_NONCE_BYTES];

    begin();
    expect_true(pnet_session_has_output(&one));
    expect_equal(pnet_session_transmit(&one, room_make(room, sizeof(room))), PNET_NONCE_BYTES);
    expect_false(pnet_session_has_output(&one));
    expect_equal(pnet_session_transmit(&one, room_make(room, sizeof(room))), 0);
    expect_true(pnet_session_has_output(&other));
    expect_false(memcmp(one.ours, other.ours, sizeof(one.ours)) == 0);
}

static void what_is_covered_is_uncovered_with_the_same_key(void)
{
    struct gossip_room input;

    begin();
    input = covered(&one, "hello");
    expect_equal(input.size, PNET_NONCE_BYTES + 5);
    expect_false(memcmp(input.data + PNET_NONCE_BYTES, "hello", 5) == 0);
    expect_true(pnet_session_receive(&other, &input));
    expect_bytes(bytes_make(input.data, input.size), BYTES_OF("hello"));
    pnet_session_use(&other, 5);
    input = covered(&one, " and on");
    expect_equal(input.size, 7);
    expect_true(pnet_session_receive(&other, &input));
    expect_bytes(bytes_make(input.data, input.size), BYTES_OF(" and on"));
    /* The other direction has a stream of its own. */
    input = covered(&other, "hello");
    expect_true(pnet_session_receive(&one, &input));
    expect_bytes(bytes_make(input.data, input.size), BYTES_OF("hello"));
}

static void another_key_uncovers_nothing(void)
{
    static struct pnet_key wrong;
    struct gossip_room input;

    begin();
    wrong = key;
    wrong.bytes[31] ^= 1;
    other.key = &wrong;
    input = covered(&one, "hello");
    expect_true(pnet_session_receive(&other, &input));
    expect_false(memcmp(input.data, "hello", 5) == 0);
}

/* A nonce that comes byte by byte, and text of which those above take a byte at a time. */
static void pieces_may_be_as_small_as_they_like(void)
{
    static const char text[] =
        "a text that is longer than one block of the stream: sixty-four bytes";
    struct gossip_room all, input;
    size_t used = 0;

    begin();
    all = covered(&one, text);
    for (size_t i = 0; i < PNET_NONCE_BYTES; i++) {
        input = room_make(all.data + i, 1);
        expect_equal(pnet_session_receive(&other, &input), i == PNET_NONCE_BYTES - 1);
        expect_equal(input.size, 0);
    }
    for (size_t i = PNET_NONCE_BYTES; i < all.size; i++) {
        input = room_make(all.data + i, 1);
        expect_true(pnet_session_receive(&other, &input));
        expect_equal(input.data[0], text[used++]);
        pnet_session_use(&other, 1);
    }
}

static void what_was_left_comes_again_and_is_not_uncovered_twice(void)
{
    struct gossip_room input;

    begin();
    input = covered(&one, "abcdef");
    for (size_t left = 6; left > 0; left--) {
        expect_true(pnet_session_receive(&other, &input));
        expect_bytes(
            bytes_make(input.data, input.size), bytes_part(BYTES_OF("abcdef"), 6 - left, 6));
        pnet_session_use(&other, 1);
        input = room_make(input.data + 1, input.size - 1);
    }
    input = covered(&one, "g");
    expect_true(pnet_session_receive(&other, &input));
    expect_equal(input.data[0], 'g');
}

/* As if so much had gone over the connection already, in both directions. */
static void the_stream_goes_on_beyond_four_gibibytes(void)
{
    struct gossip_room input;

    begin();
    input = covered(&one, "x");
    expect_true(pnet_session_receive(&other, &input));
    pnet_session_use(&other, 1);
    one.sent = other.received = ((uint64_t)1 << 32) - 3;
    input = covered(&one, "across the border");
    expect_true(pnet_session_receive(&other, &input));
    expect_bytes(bytes_make(input.data, input.size), BYTES_OF("across the border"));
    expect_equal(other.received, ((uint64_t)1 << 32) - 3 + 17);
}

static void without_a_key_nothing_is_changed(void)
{
    struct pnet_session none;
    struct gossip_room input;
    uint8_t text[] = "as it is";

    begin();
    pnet_session_init(&none, NULL, seeded_entropy(&stream));
    expect_false(pnet_session_has_output(&none));
    input = room_make(text, sizeof(text));
    expect_equal(pnet_session_transmit(&none, input), 0);
    pnet_session_cover(&none, input);
    expect_true(pnet_session_receive(&none, &input));
    pnet_session_use(&none, 3);
    expect_text((const char *)text, "as it is");
}

TEST_MAIN(TEST(both_say_a_nonce_first_and_do_not_wait),
    TEST(what_is_covered_is_uncovered_with_the_same_key), TEST(another_key_uncovers_nothing),
    TEST(pieces_may_be_as_small_as_they_like),
    TEST(what_was_left_comes_again_and_is_not_uncovered_twice),
    TEST(the_stream_goes_on_beyond_four_gibibytes), TEST(without_a_key_nothing_is_changed))
