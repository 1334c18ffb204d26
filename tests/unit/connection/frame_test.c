#include "connection/frame.h"

#include "support/test.h"
#include "support/test_allocator.h"

#include <string.h>

static struct test_allocator memory;
static struct connection_frame frame;
static struct noise_session sender, receiver;

static void begin(void)
{
    test_allocator_init(&memory);
    frame = (struct connection_frame){0};
    sender = (struct noise_session){0};
    receiver = (struct noise_session){0};
    memset(sender.sending.key, 7, sizeof(sender.sending.key));
    memset(receiver.receiving.key, 7, sizeof(receiver.receiving.key));
}

static void end(void)
{
    connection_frame_deinit(&frame, &memory.allocator);
    test_allocator_deinit(&memory);
}

static struct gossip_bytes sealed(struct gossip_bytes plaintext)
{
    size_t size = plaintext.size + NOISE_FRAME_OVERHEAD_BYTES;
    uint8_t *bytes = (uint8_t *)test_take(size);

    bytes_copy(bytes + NOISE_LENGTH_BYTES, plaintext);
    expect_equal(noise_session_seal(&sender, room_make(bytes, size), plaintext.size), size);
    return bytes_make(bytes, size);
}

static struct gossip_room copy_of(struct gossip_bytes bytes)
{
    uint8_t *copy = (uint8_t *)test_take(bytes.size + 1);

    bytes_copy(copy, bytes);
    return room_make(copy, bytes.size);
}

/* Uses up everything in `input`, in steps of `step` bytes; adds the plaintext to `taken`. */
static void use_all(struct gossip_room input, size_t step, uint8_t *taken, size_t *taken_size)
{
    while (input.size > 0) {
        struct gossip_bytes plaintext;

        expect_ok(connection_frame_receive(&frame, &memory.allocator, &receiver, &input));
        plaintext = bytes_part(connection_frame_plaintext(&frame, &input), 0, step);
        if (plaintext.size == 0)
            continue;
        bytes_copy(taken + *taken_size, plaintext);
        *taken_size += plaintext.size;
        connection_frame_use(&frame, &input, plaintext.size);
    }
}

static void a_whole_frame_is_opened_where_it_lies(void)
{
    struct gossip_room input;
    struct gossip_bytes plaintext;
    const uint8_t *start;

    begin();
    input = copy_of(sealed(BYTES_OF("hello")));
    start = input.data;
    expect_ok(connection_frame_receive(&frame, &memory.allocator, &receiver, &input));
    plaintext = connection_frame_plaintext(&frame, &input);
    expect_bytes(plaintext, BYTES_OF("hello"));
    expect_same(plaintext.data, start + NOISE_LENGTH_BYTES);
    expect_equal(memory.requests, 0);
    connection_frame_use(&frame, &input, 2);
    expect_bytes(connection_frame_plaintext(&frame, &input), BYTES_OF("llo"));
    expect_equal(input.size, 3 + NOISE_TAG_BYTES);
    connection_frame_use(&frame, &input, 3);
    expect_equal(input.size, 0);
    expect_equal(connection_frame_plaintext(&frame, &input).size, 0);
    end();
}

static void a_frame_may_be_cut_anywhere(void)
{
    size_t size = 3 * NOISE_FRAME_OVERHEAD_BYTES + 16;

    for (size_t cut = 0; cut <= size; cut++) {
        uint8_t taken[64];
        size_t taken_size = 0;
        struct gossip_room whole;
        uint8_t *bytes;

        begin();
        bytes = (uint8_t *)test_take(size);
        bytes_copy(bytes, sealed(BYTES_OF("hello ")));
        bytes_copy(bytes + 6 + NOISE_FRAME_OVERHEAD_BYTES, sealed(BYTES_OF("")));
        bytes_copy(bytes + 6 + 2 * NOISE_FRAME_OVERHEAD_BYTES, sealed(BYTES_OF("everybody.")));
        whole = room_make(bytes, size);
        use_all(room_make(whole.data, cut), 4, taken, &taken_size);
        use_all(room_make(whole.data + cut, size - cut), 4, taken, &taken_size);
        expect_bytes(bytes_make(taken, taken_size), BYTES_OF("hello everybody."));
        connection_frame_release(&frame, &memory.allocator);
        expect_equal(memory.blocks, 0);
        end();
    }
}

static void a_frame_may_come_byte_by_byte(void)
{
    uint8_t taken[64];
    size_t taken_size = 0;
    struct gossip_room whole;

    begin();
    whole = copy_of(sealed(BYTES_OF("hello everybody.")));
    for (size_t i = 0; i < whole.size; i++)
        use_all(room_make(whole.data + i, 1), 1, taken, &taken_size);
    expect_bytes(bytes_make(taken, taken_size), BYTES_OF("hello everybody."));
    end();
}

/* Whoever calls until its input is empty must not miss what a gathered frame still holds. */
static void the_last_bytes_stay_until_the_frame_is_used_up(void)
{
    struct gossip_room whole, last;

    begin();
    whole = copy_of(sealed(BYTES_OF("abc")));
    last = room_make(whole.data + 10, whole.size - 10);
    whole.size = 10;
    expect_ok(connection_frame_receive(&frame, &memory.allocator, &receiver, &whole));
    expect_equal(whole.size, 0);
    for (int left = 3; left > 0; left--) {
        expect_equal(last.size, 11);
        expect_ok(connection_frame_receive(&frame, &memory.allocator, &receiver, &last));
        expect_equal(connection_frame_plaintext(&frame, &last).size, left);
        connection_frame_use(&frame, &last, 1);
    }
    expect_equal(last.size, 0);
    expect_equal(memory.blocks, 1); /* somebody may still look at what was used last */
    connection_frame_release(&frame, &memory.allocator);
    expect_equal(memory.blocks, 0);
    end();
}

static void the_largest_frame_is_read(void)
{
    struct gossip_bytes plaintext, bytes;
    uint8_t *taken;
    size_t taken_size = 0;

    begin();
    plaintext = bytes_repeated('x', NOISE_PLAINTEXT_BYTES_MAX);
    bytes = sealed(plaintext);
    taken = (uint8_t *)test_take(plaintext.size);
    for (size_t at = 0; at < bytes.size; at += 1000)
        use_all(copy_of(bytes_part(bytes, at, 1000)), SIZE_MAX, taken, &taken_size);
    expect_bytes(bytes_make(taken, taken_size), plaintext);
    expect_at_most(memory.bytes_peak, 2 * NOISE_MESSAGE_BYTES_MAX);
    end();
}

static void memory_grows_with_what_came_and_not_with_what_was_announced(void)
{
    struct gossip_room input;

    begin();
    input = copy_of(hex("ffff"));
    expect_ok(connection_frame_receive(&frame, &memory.allocator, &receiver, &input));
    expect_equal(memory.bytes, 0);
    for (size_t come = 100; come <= 60000; come += 100) {
        input = copy_of(bytes_repeated(0, 100));
        expect_ok(connection_frame_receive(&frame, &memory.allocator, &receiver, &input));
        expect_at_most(memory.bytes, come * 2 < 1024 ? 1024 : come * 2);
        test_free_taken();
    }
    end();
}

static void a_changed_frame_is_the_end(void)
{
    for (size_t changed = 2; changed < 5 + NOISE_FRAME_OVERHEAD_BYTES; changed++) {
        struct gossip_room input;

        begin();
        input = copy_of(sealed(BYTES_OF("hello")));
        input.data[changed] ^= 1;
        expect_error(connection_frame_receive(&frame, &memory.allocator, &receiver, &input),
            GOSSIP_ERROR_PEER_MALFORMED);
        end();
    }
}

static void a_frame_without_room_for_a_tag_is_the_end(void)
{
    static const char *const frames[] = {"0000", "000100", "000f000102030405060708090a0b0c0d0e",
        "0010000102030405060708090a0b0c0d0e0f"};

    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        struct gossip_room input;

        begin();
        input = copy_of(hex(frames[i]));
        expect_error(connection_frame_receive(&frame, &memory.allocator, &receiver, &input),
            GOSSIP_ERROR_PEER_MALFORMED);
        end();
    }
}

static void without_memory_nothing_is_gathered(void)
{
    struct gossip_room input;

    begin();
    input = copy_of(bytes_part(sealed(BYTES_OF("hello")), 0, 10));
    test_allocator_fail(&memory, 1);
    expect_error(connection_frame_receive(&frame, &memory.allocator, &receiver, &input),
        GOSSIP_ERROR_NO_MEMORY);
    end();
}

TEST_MAIN(TEST(a_whole_frame_is_opened_where_it_lies), TEST(a_frame_may_be_cut_anywhere),
    TEST(a_frame_may_come_byte_by_byte), TEST(the_last_bytes_stay_until_the_frame_is_used_up),
    TEST(the_largest_frame_is_read),
    TEST(memory_grows_with_what_came_and_not_with_what_was_announced),
    TEST(a_changed_frame_is_the_end), TEST(a_frame_without_room_for_a_tag_is_the_end),
    TEST(without_memory_nothing_is_gathered))
