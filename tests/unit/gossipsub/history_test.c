#include "gossipsub/history.h"

#include "unit/gossipsub/fixture.h"

static struct gossipsub_history history;
static struct gossipsub_history_line tea, cake;

static void begin_history(uint32_t messages_max, size_t bytes_max)
{
    prepare();
    fixture.limits.history_messages_max = messages_max;
    fixture.limits.history_bytes_max = bytes_max;
    fixture.limits.peers_max = 4;
    tea = (struct gossipsub_history_line){0};
    cake = (struct gossipsub_history_line){0};
    gossipsub_history_init(&history, &fixture.memory.allocator, &fixture.params, &fixture.limits);
}

static void end_history(void)
{
    gossipsub_history_deinit(&history);
    test_allocator_deinit(&fixture.memory);
}

/* Keeps message `number` under the key of the same number. */
static bool keep(struct gossipsub_history_line *line, unsigned number, size_t data_size)
{
    struct gossipsub_message *message = make_message("tea", 'A', number, data_size);
    bool is_kept = gossipsub_history_insert(&history, line, number, message);
    gossipsub_message_release(message);
    return is_kept;
}

/* The keys to be named of a topic, newest first, as a number in base ten. */
static uint64_t named(const struct gossipsub_history_line *line)
{
    uint64_t keys = 0;
    uint32_t number;
    bool has_more = gossipsub_history_newest(&history, line, &number);
    while (has_more) {
        const struct gossipsub_message *message =
            gossipsub_history_walk(&history, &number, &has_more);
        keys = keys * 10 + gossipsub_message_wire(message)->seqno.data[7];
    }
    return keys;
}

static void what_is_kept_is_found(void)
{
    begin_history(10, 100000);
    expect_true(keep(&tea, 1, 10));
    expect_not_null(gossipsub_history_find(&history, 1));
    expect_null(gossipsub_history_find(&history, 2));
    end_history();
}

static void each_topic_is_named_by_itself_newest_first(void)
{
    begin_history(10, 100000);
    expect_equal(named(&tea), 0);
    for (unsigned i = 1; i <= 5; i++)
        expect_true(keep(i % 2 == 1 ? &tea : &cake, i, 10));
    gossipsub_history_shift(&history);
    expect_equal(named(&tea), 531);
    expect_equal(named(&cake), 42);
    end_history();
}

static void a_message_is_named_three_times_and_kept_for_five(void)
{
    begin_history(10, 100000);
    expect_true(keep(&tea, 1, 10));
    for (int beat = 1; beat <= 3; beat++) {
        gossipsub_history_shift(&history);
        expect_equal(named(&tea), 1);
    }
    gossipsub_history_shift(&history);
    expect_equal(named(&tea), 0);
    expect_not_null(gossipsub_history_find(&history, 1));
    gossipsub_history_shift(&history);
    expect_null(gossipsub_history_find(&history, 1));
    expect_equal(history.bytes, 0);
    end_history();
}

static void at_the_bounds_the_oldest_gives_way(void)
{
    begin_history(3, 100000);
    for (unsigned i = 1; i <= 5; i++)
        expect_true(keep(&tea, i, 10));
    expect_null(gossipsub_history_find(&history, 2));
    expect_equal(named(&tea), 543);
    end_history();

    begin_history(100, 3 * gossipsub_message_bytes(1000));
    for (unsigned i = 1; i <= 5; i++)
        expect_true(keep(&tea, i, 800));
    expect_equal(named(&tea), 543);
    expect_false(keep(&tea, 6, 10000));
    end_history();
}

static void a_message_is_granted_so_many_times_to_each(void)
{
    begin_history(10, 100000);
    expect_true(keep(&tea, 1, 10));
    for (int i = 0; i < 3; i++) {
        expect_true(gossipsub_history_grant(&history, 1, 0, 3));
        expect_true(gossipsub_history_grant(&history, 1, 3, 3));
    }
    expect_false(gossipsub_history_grant(&history, 1, 0, 3));
    expect_false(gossipsub_history_grant(&history, 1, 3, 3));
    gossipsub_history_forget_peer(&history, 0);
    expect_true(gossipsub_history_grant(&history, 1, 0, 3));
    expect_false(gossipsub_history_grant(&history, 1, 3, 3));
    end_history();
}

static void without_memory_to_count_nothing_is_granted(void)
{
    begin_history(10, 100000);
    expect_true(keep(&tea, 1, 10));
    test_allocator_fail(&fixture.memory, 1);
    expect_false(gossipsub_history_grant(&history, 1, 0, 3));
    expect_true(gossipsub_history_grant(&history, 1, 0, 3));
    end_history();
}

static void messages_of_a_topic_that_went_away_can_still_be_asked_for(void)
{
    begin_history(10, 100000);
    expect_true(keep(&tea, 1, 10));
    expect_true(keep(&cake, 2, 10));
    gossipsub_history_release_line(&history, &tea);
    expect_not_null(gossipsub_history_find(&history, 1));
    expect_equal(named(&tea), 0);
    expect_equal(named(&cake), 2);
    for (int i = 0; i < 5; i++)
        gossipsub_history_shift(&history);
    expect_equal(history.ring.count, 0);
    end_history();
}

static void without_memory_nothing_is_kept(void)
{
    begin_history(10, 100000);
    struct gossipsub_message *message = make_message("tea", 'A', 1, 10);
    for (uint64_t i = 1; i <= 2; i++) {
        test_allocator_fail(&fixture.memory, i);
        expect_false(gossipsub_history_insert(&history, &tea, 1, message));
        expect_null(gossipsub_history_find(&history, 1));
    }
    expect_true(gossipsub_history_insert(&history, &tea, 1, message));
    gossipsub_message_release(message);
    end_history();
}

TEST_MAIN(TEST(what_is_kept_is_found), TEST(each_topic_is_named_by_itself_newest_first),
    TEST(a_message_is_named_three_times_and_kept_for_five),
    TEST(at_the_bounds_the_oldest_gives_way), TEST(a_message_is_granted_so_many_times_to_each),
    TEST(without_memory_to_count_nothing_is_granted),
    TEST(messages_of_a_topic_that_went_away_can_still_be_asked_for),
    TEST(without_memory_nothing_is_kept))
