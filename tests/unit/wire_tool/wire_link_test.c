#include "tools/wire/wire_link.h"

#include "base/instant.h"
#include "support/test.h"
#include "support/test_allocator.h"

#include <string.h>

#define FRAME_SIZE 1000u

/* A link at time zero, with what has come out of it. */
struct bench {
    struct test_allocator memory;
    struct wire_link *link;
    struct wire_settings settings;
    uint8_t out[WIRE_FRAME_BYTES_MAX];
    size_t out_size;
};

static struct bench *open_bench(uint64_t seed)
{
    struct bench *bench = test_take(sizeof *bench);
    test_allocator_init(&bench->memory);
    expect_ok(wire_link_create(&bench->memory.allocator, seed, &bench->link));
    bench->settings = wire_settings_default();
    return bench;
}

static void close_bench(struct bench *bench)
{
    wire_link_destroy(bench->link);
    test_allocator_deinit(&bench->memory);
}

static void apply(struct bench *bench)
{
    wire_link_configure(bench->link, &bench->settings);
}

/* Puts in a frame of FRAME_SIZE bytes that all are `mark`. */
static void put(struct bench *bench, uint64_t now_us, uint8_t mark)
{
    wire_link_receive(bench->link, instant_us(now_us), bytes_repeated(mark, FRAME_SIZE));
}

/* Takes out what is due; false if nothing is. */
static bool take(struct bench *bench, uint64_t now_us)
{
    struct gossip_room room = room_make(bench->out, sizeof bench->out);
    bench->out_size = wire_link_transmit(bench->link, instant_us(now_us), room);
    return bench->out_size > 0;
}

static void expect_taken(struct bench *bench, uint64_t now_us, uint8_t mark)
{
    expect_true(take(bench, now_us));
    expect_bytes(bytes_make(bench->out, bench->out_size), bytes_repeated(mark, FRAME_SIZE));
}

static const struct wire_counters *counters(const struct bench *bench)
{
    return wire_link_counters(bench->link);
}

static void a_perfect_cable_delivers_at_once_and_in_order(void)
{
    struct bench *bench = open_bench(1);
    put(bench, 5, 'a');
    put(bench, 5, 'b');
    expect_equal(wire_link_deadline(bench->link).us, 5);
    expect_taken(bench, 5, 'a');
    expect_taken(bench, 5, 'b');
    expect_false(take(bench, 5));
    expect_true(instant_is_never(wire_link_deadline(bench->link)));
    expect_equal(counters(bench)->transmitted, 2);
    expect_equal(counters(bench)->transmitted_bytes, 2 * FRAME_SIZE);
    close_bench(bench);
}

static void a_delay_holds_each_frame_for_exactly_that_long(void)
{
    struct bench *bench = open_bench(1);
    bench->settings.delay = duration_ms(50);
    apply(bench);
    put(bench, 1000, 'a');
    put(bench, 2000, 'b');
    expect_equal(wire_link_deadline(bench->link).us, 51000);
    expect_false(take(bench, 50999));
    expect_taken(bench, 51000, 'a');
    expect_false(take(bench, 51999));
    expect_taken(bench, 52000, 'b');
    close_bench(bench);
}

static void a_shorter_delay_does_not_let_new_frames_overtake_old_ones(void)
{
    struct bench *bench = open_bench(1);
    bench->settings.delay = duration_ms(50);
    apply(bench);
    put(bench, 0, 'a');
    bench->settings.delay = duration_ms(1);
    apply(bench);
    put(bench, 0, 'b');
    expect_false(take(bench, 49999));
    expect_taken(bench, 50000, 'a');
    expect_taken(bench, 50000, 'b');
    close_bench(bench);
}

static void jitter_stays_within_its_bound_and_keeps_the_order(void)
{
    struct bench *bench = open_bench(7);
    bench->settings.delay = duration_ms(10);
    bench->settings.jitter = duration_ms(5);
    apply(bench);
    bool was_early = false;
    bool was_late = false;
    for (uint8_t i = 0; i < 100; i++) {
        uint64_t start = i * (uint64_t)100000;
        put(bench, start, i);
        uint64_t travelled = wire_link_deadline(bench->link).us - start;
        expect_at_least(travelled, 10000);
        expect_at_most(travelled, 15000);
        was_early = was_early || travelled < 11000;
        was_late = was_late || travelled > 14000;
        expect_taken(bench, start + travelled, i);
    }
    expect_true(was_early && was_late);

    uint64_t later = 100 * (uint64_t)100000;
    for (uint8_t i = 0; i < 100; i++)
        put(bench, later, i);
    for (uint8_t i = 0; i < 100; i++)
        expect_taken(bench, later + 15000, i);
    close_bench(bench);
}

/* Puts in `count` frames and writes to `fates` which of them came out, one character each. */
static void record_fates(struct bench *bench, char *fates, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(bench, i, (uint8_t)i);
        fates[i] = wire_link_count(bench->link) > 0 ? '.' : 'x';
        while (take(bench, 1000000000))
            continue;
    }
    fates[count] = '\0';
}

static void loss_follows_from_the_seed_and_from_nothing_else(void)
{
    char first[501];
    char again[501];
    char jittery[501];
    char other[501];
    for (int i = 0; i < 4; i++) {
        char *const fates[] = {first, again, jittery, other};
        struct bench *bench = open_bench(i == 3 ? 8 : 7);
        bench->settings.loss = 100000;
        bench->settings.jitter = duration_ms(i == 2 ? 20 : 0);
        bench->settings.reorder = i == 2 ? 500000 : 0;
        apply(bench);
        record_fates(bench, fates[i], 500);
        close_bench(bench);
    }
    expect_text(again, first);
    expect_text(jittery, first);
    expect_true(strcmp(other, first) != 0);
}

static void as_many_frames_are_lost_as_was_asked_for(void)
{
    struct bench *bench = open_bench(3);
    bench->settings.loss = 20000;
    apply(bench);
    for (uint64_t i = 0; i < 20000; i++) {
        put(bench, i, 'a');
        take(bench, i);
    }
    /* 400 on the average, with a deviation of 20. */
    expect_at_least(counters(bench)->lost, 300);
    expect_at_most(counters(bench)->lost, 500);
    expect_equal(counters(bench)->lost + counters(bench)->transmitted, 20000);

    bench->settings.loss = WIRE_CHANCE_MAX;
    apply(bench);
    uint64_t lost = counters(bench)->lost;
    for (uint64_t i = 0; i < 1000; i++)
        put(bench, 20000, 'a');
    expect_equal(counters(bench)->lost, lost + 1000);
    close_bench(bench);
}

static void a_reordered_frame_is_overtaken_and_not_for_long(void)
{
    struct bench *bench = open_bench(1);
    bench->settings.reorder = WIRE_CHANCE_MAX;
    apply(bench);
    put(bench, 0, 'a');
    uint64_t due = wire_link_deadline(bench->link).us;
    expect_at_least(due, 1);
    expect_at_most(due, WIRE_REORDER_US);
    bench->settings.reorder = 0;
    apply(bench);
    put(bench, 0, 'b');
    expect_taken(bench, 0, 'b');
    expect_taken(bench, due, 'a');
    expect_equal(counters(bench)->reordered, 1);
    close_bench(bench);
}

static void a_duplicated_frame_comes_twice(void)
{
    struct bench *bench = open_bench(1);
    bench->settings.duplicate = WIRE_CHANCE_MAX;
    apply(bench);
    put(bench, 0, 'a');
    expect_taken(bench, 0, 'a');
    expect_taken(bench, 0, 'a');
    expect_false(take(bench, 0));
    expect_equal(counters(bench)->duplicated, 1);
    expect_equal(counters(bench)->received, 1);
    close_bench(bench);
}

static void a_corrupted_frame_differs_in_one_bit(void)
{
    struct bench *bench = open_bench(1);
    bench->settings.corrupt = WIRE_CHANCE_MAX;
    apply(bench);
    for (int i = 0; i < 100; i++) {
        put(bench, 0, 0);
        expect_true(take(bench, 0));
        expect_equal(bench->out_size, FRAME_SIZE);
        size_t bits = 0;
        for (size_t j = 0; j < FRAME_SIZE; j++)
            bits += (size_t)__builtin_popcount(bench->out[j]);
        expect_equal(bits, 1);
    }
    close_bench(bench);
}

static void a_rate_spaces_the_frames(void)
{
    struct bench *bench = open_bench(1);
    bench->settings.rate_bits = 1000000;
    bench->settings.delay = duration_ms(10);
    apply(bench);
    put(bench, 0, 'a');
    put(bench, 0, 'b');
    /* 8000 bits at a million a second are 8 ms. */
    expect_false(take(bench, 17999));
    expect_taken(bench, 18000, 'a');
    expect_false(take(bench, 25999));
    expect_taken(bench, 26000, 'b');
    /* The sender has been idle since 16 ms. */
    put(bench, 100000, 'c');
    expect_equal(wire_link_deadline(bench->link).us, 118000);
    close_bench(bench);
}

static void a_full_queue_drops_what_comes_last(void)
{
    struct bench *bench = open_bench(1);
    bench->settings.rate_bits = 1000000;
    bench->settings.queue_bytes = 3 * FRAME_SIZE;
    apply(bench);
    for (uint8_t i = 0; i < 5; i++)
        put(bench, 0, i);
    expect_equal(wire_link_count(bench->link), 3);
    expect_equal(counters(bench)->overflowed, 2);
    /* One has left by now, so that another may wait. */
    put(bench, 8000, 5);
    put(bench, 8000, 6);
    expect_equal(counters(bench)->overflowed, 3);
    expect_taken(bench, 1000000, 0);
    expect_taken(bench, 1000000, 1);
    expect_taken(bench, 1000000, 2);
    expect_taken(bench, 1000000, 5);
    expect_false(take(bench, 1000000));
    close_bench(bench);
}

static void a_higher_rate_holds_at_once(void)
{
    struct bench *bench = open_bench(1);
    bench->settings.rate_bits = 1000;
    apply(bench);
    put(bench, 0, 'a');
    expect_equal(wire_link_deadline(bench->link).us, 8000000);
    bench->settings.rate_bits = 0;
    apply(bench);
    put(bench, 0, 'b');
    /* In its turn, but not later. */
    expect_taken(bench, 8000000, 'a');
    expect_taken(bench, 8000000, 'b');
    close_bench(bench);
}

static void a_cut_drops_what_is_under_way_and_what_comes(void)
{
    struct bench *bench = open_bench(1);
    bench->settings.delay = duration_ms(50);
    apply(bench);
    put(bench, 0, 'a');
    put(bench, 0, 'b');
    bench->settings.is_cut = true;
    apply(bench);
    put(bench, 1, 'c');
    expect_true(instant_is_never(wire_link_deadline(bench->link)));
    expect_false(take(bench, 1000000));
    expect_equal(counters(bench)->cut, 3);

    bench->settings.is_cut = false;
    apply(bench);
    put(bench, 2, 'd');
    expect_taken(bench, 50002, 'd');
    close_bench(bench);
}

static void memory_is_bounded_whatever_comes(void)
{
    struct bench *bench = open_bench(1);
    bench->settings.delay = duration_seconds(60);
    bench->settings.duplicate = WIRE_CHANCE_MAX;
    apply(bench);
    for (uint64_t i = 0; i < 20000; i++)
        put(bench, i, 'a');
    /* The link itself, and slack for what an allocation is rounded up to, are beside the bound. */
    expect_at_most(bench->memory.bytes_peak, WIRE_LINK_BYTES_MAX + 4096);
    expect_at_least(wire_link_count(bench->link), 15000);
    expect_at_least(counters(bench)->overflowed, 20000);
    close_bench(bench);
}

static void frames_of_impossible_sizes_are_dropped(void)
{
    struct bench *bench = open_bench(1);
    wire_link_receive(bench->link, instant_us(0), bytes_make(NULL, 0));
    wire_link_receive(bench->link, instant_us(0), bytes_repeated('a', WIRE_FRAME_BYTES_MAX + 1));
    expect_equal(counters(bench)->overflowed, 2);
    wire_link_receive(bench->link, instant_us(0), bytes_repeated('a', WIRE_FRAME_BYTES_MAX));
    expect_true(take(bench, 0));
    expect_equal(bench->out_size, WIRE_FRAME_BYTES_MAX);
    close_bench(bench);
}

static void a_frame_that_finds_no_memory_is_dropped_and_counted(void)
{
    struct bench *bench = open_bench(1);
    test_allocator_fail(&bench->memory, 1);
    put(bench, 0, 'a');
    expect_equal(counters(bench)->overflowed, 1);
    put(bench, 0, 'b');
    expect_taken(bench, 0, 'b');
    close_bench(bench);
}

static void a_link_that_finds_no_memory_is_not_made(void)
{
    struct test_allocator memory;
    struct wire_link *link;
    test_allocator_init(&memory);
    test_allocator_fail(&memory, 1);
    expect_error(wire_link_create(&memory.allocator, 1, &link), GOSSIP_ERROR_NO_MEMORY);
    expect_null(link);
    wire_link_destroy(link);
    test_allocator_deinit(&memory);
}

static void every_frame_is_accounted_for(void)
{
    struct bench *bench = open_bench(11);
    bench->settings = (struct wire_settings){
        .delay = duration_ms(3),
        .jitter = duration_ms(3),
        .loss = 100000,
        .reorder = 100000,
        .duplicate = 100000,
        .corrupt = 100000,
        .rate_bits = 20000000,
        .queue_bytes = 20 * FRAME_SIZE,
    };
    for (uint64_t i = 0; i < 5000; i++) {
        bench->settings.is_cut = i % 500 < 20;
        apply(bench);
        put(bench, i * 390, (uint8_t)i);
        while (take(bench, i * 390))
            continue;
        const struct wire_counters *sum = counters(bench);
        expect_equal(sum->received + sum->duplicated, sum->transmitted + sum->lost + sum->cut +
                                                          sum->overflowed +
                                                          wire_link_count(bench->link));
    }
    expect_at_least(counters(bench)->overflowed, 1);
    expect_at_least(counters(bench)->cut, 200);
    close_bench(bench);
}

static void settings_beyond_their_bounds_are_a_mistake(void)
{
    struct bench *bench = open_bench(1);
    bench->settings.loss = WIRE_CHANCE_MAX + 1;
    expect_require_fails(apply(bench));
    close_bench(bench);
}

TEST_MAIN(TEST(a_perfect_cable_delivers_at_once_and_in_order),
    TEST(a_delay_holds_each_frame_for_exactly_that_long),
    TEST(a_shorter_delay_does_not_let_new_frames_overtake_old_ones),
    TEST(jitter_stays_within_its_bound_and_keeps_the_order),
    TEST(loss_follows_from_the_seed_and_from_nothing_else),
    TEST(as_many_frames_are_lost_as_was_asked_for),
    TEST(a_reordered_frame_is_overtaken_and_not_for_long), TEST(a_duplicated_frame_comes_twice),
    TEST(a_corrupted_frame_differs_in_one_bit), TEST(a_rate_spaces_the_frames),
    TEST(a_full_queue_drops_what_comes_last), TEST(a_higher_rate_holds_at_once),
    TEST(a_cut_drops_what_is_under_way_and_what_comes), TEST(memory_is_bounded_whatever_comes),
    TEST(frames_of_impossible_sizes_are_dropped),
    TEST(a_frame_that_finds_no_memory_is_dropped_and_counted),
    TEST(a_link_that_finds_no_memory_is_not_made), TEST(every_frame_is_accounted_for),
    TEST(settings_beyond_their_bounds_are_a_mistake))
