#include "swarm/frames.h"

#include "base/varint.h"
#include "support/test.h"
#include "support/test_allocator.h"

#include <string.h>

static struct test_allocator memory;
static struct frame_budget budget;
static struct frame_reader reader;

static void begin(size_t frame_bytes_max, size_t budget_bytes)
{
    test_allocator_init(&memory);
    budget = (struct frame_budget){.bytes_max = budget_bytes};
    frame_reader_init(&reader, &memory.allocator, &budget, frame_bytes_max);
}

static void end(void)
{
    frame_reader_deinit(&reader);
    expect_equal(budget.bytes, 0);
    test_allocator_deinit(&memory);
}

/* Bytes in memory of exactly their size. */
static struct gossip_bytes exactly(struct gossip_bytes bytes)
{
    uint8_t *copy = test_take(bytes.size);

    bytes_copy(copy, bytes);
    return bytes_make(copy, bytes.size);
}

static void whole_frames_are_handed_on_where_they_lie(void)
{
    struct gossip_bytes input = exactly(hex("03 616263 00 02 7879"));
    const uint8_t *first = input.data;
    struct gossip_bytes frame;

    begin(10, 1000);
    expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_READY);
    expect_bytes(frame, BYTES_OF("abc"));
    expect_same(frame.data, first + 1);
    expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_READY);
    expect_equal(frame.size, 0);
    expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_READY);
    expect_bytes(frame, BYTES_OF("xy"));
    expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_INCOMPLETE);
    expect_false(frame_reader_is_amid(&reader));
    expect_equal(memory.requests, 0);
    end();
}

/* Any way of cutting gives the same frames. */
static void frames_may_come_in_any_pieces(void)
{
    struct gossip_bytes all = hex("03 616263 00 ac02");
    uint8_t *whole = test_take(all.size + 300 + 2);
    size_t size = all.size + 300 + 2;

    bytes_copy(whole, all);
    memset(whole + all.size, 'z', 300);
    whole[size - 2] = 1;
    whole[size - 1] = 'q';
    for (size_t piece = 1; piece <= size; piece++) {
        static const size_t sizes[] = {3, 0, 300, 1};
        size_t count = 0;

        begin(300, 100000);
        for (size_t at = 0; at < size; at += piece) {
            struct gossip_bytes input = exactly(bytes_part(bytes_make(whole, size), at, piece));
            struct gossip_bytes frame;
            enum frame_result result;

            while ((result = frame_reader_next(&reader, &input, &frame)) == FRAME_READY) {
                expect_at_most(count, 3);
                expect_equal(frame.size, sizes[count]);
                if (count == 2)
                    expect_bytes(frame, bytes_repeated('z', 300));
                count++;
            }
            expect_equal(result, FRAME_INCOMPLETE);
            expect_equal(input.size, 0);
        }
        expect_equal(count, 4);
        expect_false(frame_reader_is_amid(&reader));
        end();
    }
}

static void memory_follows_what_came_not_what_was_announced(void)
{
    struct gossip_bytes input = exactly(hex("ffff3f 61"));
    struct gossip_bytes frame;

    begin(1 << 20, 1 << 21);
    expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_INCOMPLETE);
    expect_true(frame_reader_is_amid(&reader));
    expect_at_most(memory.bytes, 1024);
    for (size_t total = 4; total < 1000000; total += 5000) {
        input = bytes_repeated('b', 5000);
        expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_INCOMPLETE);
        expect_at_most(memory.bytes, 2 * (total + 5000) + 1024);
        expect_equal(budget.bytes, memory.bytes);
        test_free_taken();
    }
    end();
}

/* A large frame that was gathered does not keep its memory when it is done with. */
static void a_large_frame_leaves_no_memory_behind(void)
{
    struct gossip_bytes input = exactly(hex("a08d06"));
    struct gossip_bytes frame;

    begin(100000, 1 << 20);
    expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_INCOMPLETE);
    input = bytes_repeated('b', 100000);
    expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_READY);
    expect_equal(frame.size, 100000);
    expect_false(frame_reader_is_amid(&reader));
    expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_INCOMPLETE);
    expect_equal(memory.bytes, 0);
    expect_equal(budget.bytes, 0);
    end();
}

static void what_is_too_long_is_refused_before_it_comes(void)
{
    static const char *const rows[] = {
        "0b", "808001", "ffffffffffffffffff01", "8080808080808080808001"};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (int in_pieces = 0; in_pieces < 2; in_pieces++) {
            struct gossip_bytes all = hex(rows[i]);
            enum frame_result result = FRAME_INCOMPLETE;
            struct gossip_bytes frame;

            begin(10, 1000);
            for (size_t at = 0; at < all.size && result == FRAME_INCOMPLETE;) {
                size_t size = in_pieces == 1 ? 1 : all.size;
                struct gossip_bytes input = exactly(bytes_part(all, at, size));

                result = frame_reader_next(&reader, &input, &frame);
                at += size;
            }
            expect_equal(result, FRAME_BROKEN);
            expect_at_most(memory.bytes, 1024);
            end();
        }
    }
}

/* A length in more bytes than it needs is no length. */
static void an_overlong_length_is_broken(void)
{
    struct gossip_bytes input = exactly(hex("8300 616263"));
    struct gossip_bytes frame;

    begin(10, 1000);
    expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_BROKEN);
    end();
}

static void readers_share_what_they_may_gather(void)
{
    struct frame_reader other;
    struct gossip_bytes frame, input;

    begin(10000, 2048);
    frame_reader_init(&other, &memory.allocator, &budget, 10000);
    input = exactly(hex("e807 61"));
    expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_INCOMPLETE);
    input = exactly(hex("d00f 61"));
    expect_equal(frame_reader_next(&other, &input, &frame), FRAME_INCOMPLETE);
    expect_equal(budget.bytes, 2048);
    input = bytes_repeated('x', 1100);
    expect_equal(frame_reader_next(&other, &input, &frame), FRAME_NO_MEMORY);
    frame_reader_deinit(&reader);
    frame_reader_init(&reader, &memory.allocator, &budget, 10000);
    frame_reader_deinit(&other);
    expect_equal(budget.bytes, 0);
    end();
}

static void without_memory_the_caller_is_told(void)
{
    struct gossip_bytes frame, input = exactly(hex("03 61"));

    begin(10, 1000);
    test_allocator_fail(&memory, 1);
    expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_NO_MEMORY);
    expect_equal(budget.bytes, 0);
    end();
}

static void a_reader_needs_no_budget(void)
{
    struct gossip_bytes frame, input = exactly(hex("03 61"));

    begin(10, 0);
    frame_reader_init(&reader, &memory.allocator, NULL, 10);
    expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_INCOMPLETE);
    input = exactly(hex("6263"));
    expect_equal(frame_reader_next(&reader, &input, &frame), FRAME_READY);
    expect_bytes(frame, BYTES_OF("abc"));
    end();
}

TEST_MAIN(TEST(whole_frames_are_handed_on_where_they_lie), TEST(frames_may_come_in_any_pieces),
    TEST(memory_follows_what_came_not_what_was_announced),
    TEST(a_large_frame_leaves_no_memory_behind), TEST(what_is_too_long_is_refused_before_it_comes),
    TEST(an_overlong_length_is_broken), TEST(readers_share_what_they_may_gather),
    TEST(without_memory_the_caller_is_told), TEST(a_reader_needs_no_budget))
