#include "gossipsub/outbox.h"

#include "unit/gossipsub/fixture.h"

static struct gossipsub_outbox_pool pool;
static struct gossipsub_outbox one, other;
static struct gossipsub_message *messages[10];

static void begin_outbox(uint32_t messages_max)
{
    prepare();
    fixture.limits.peers_max = 2;
    fixture.limits.outbox_messages_max = messages_max;
    one = (struct gossipsub_outbox){0};
    other = (struct gossipsub_outbox){0};
    gossipsub_outbox_pool_init(&pool, &fixture.memory.allocator, &fixture.limits);
    for (unsigned i = 0; i < 10; i++)
        messages[i] = make_message("tea", 'A', i, 100);
}

static void end_outbox(void)
{
    for (unsigned i = 0; i < 10; i++)
        gossipsub_message_release(messages[i]);
    gossipsub_outbox_clear(&pool, &one);
    gossipsub_outbox_clear(&pool, &other);
    expect_equal(pool.count, 0);
    expect_equal(pool.bytes, 0);
    expect_equal(pool.own_bytes, 0);
    gossipsub_outbox_pool_deinit(&pool);
    test_allocator_deinit(&fixture.memory);
}

/* Message i has the key i + 1. */
static bool push(struct gossipsub_outbox *outbox, enum gossipsub_outbox_line line, unsigned i)
{
    return gossipsub_outbox_push(&pool, outbox, line, i + 1, messages[i]);
}

static void pop_and_expect(
    struct gossipsub_outbox *outbox, enum gossipsub_outbox_line line, unsigned i)
{
    expect_same(gossipsub_outbox_first(&pool, outbox, line), messages[i]);
    struct gossipsub_message *message = gossipsub_outbox_pop(&pool, outbox, line);
    expect_same(message, messages[i]);
    gossipsub_message_release(message);
}

static void lines_are_queues_of_their_own(void)
{
    begin_outbox(8);
    expect_true(gossipsub_outbox_is_empty(&one));
    expect_true(push(&one, GOSSIPSUB_OUTBOX_OWN, 0));
    expect_true(push(&one, GOSSIPSUB_OUTBOX_FORWARD, 1));
    expect_true(push(&one, GOSSIPSUB_OUTBOX_OWN, 2));
    expect_true(push(&other, GOSSIPSUB_OUTBOX_OWN, 3));
    expect_false(gossipsub_outbox_is_empty(&one));
    pop_and_expect(&one, GOSSIPSUB_OUTBOX_OWN, 0);
    pop_and_expect(&one, GOSSIPSUB_OUTBOX_OWN, 2);
    expect_null(gossipsub_outbox_first(&pool, &one, GOSSIPSUB_OUTBOX_OWN));
    pop_and_expect(&one, GOSSIPSUB_OUTBOX_FORWARD, 1);
    pop_and_expect(&other, GOSSIPSUB_OUTBOX_OWN, 3);
    end_outbox();
}

static void what_waits_is_weighed_by_its_memory(void)
{
    begin_outbox(8);
    size_t weight = gossipsub_message_bytes(gossipsub_message_wire(messages[0])->encoded.size);
    expect_true(push(&one, GOSSIPSUB_OUTBOX_OWN, 0));
    expect_true(push(&one, GOSSIPSUB_OUTBOX_FORWARD, 1));
    expect_true(push(&other, GOSSIPSUB_OUTBOX_FORWARD, 1));
    expect_equal(gossipsub_outbox_bytes(&one), 2 * weight);
    expect_equal(gossipsub_outbox_bytes(&other), weight);
    expect_equal(pool.bytes, 3 * weight);
    expect_equal(pool.own_bytes, weight);
    end_outbox();
}

static void a_message_is_cancelled_wherever_it_stands(void)
{
    for (unsigned gone = 0; gone < 3; gone++) {
        begin_outbox(8);
        for (unsigned i = 0; i < 3; i++)
            expect_true(push(&one, GOSSIPSUB_OUTBOX_FORWARD, i));
        expect_true(gossipsub_outbox_holds(&pool, &one, GOSSIPSUB_OUTBOX_FORWARD, gone + 1));
        expect_true(gossipsub_outbox_cancel(&pool, &one, GOSSIPSUB_OUTBOX_FORWARD, gone + 1));
        expect_false(gossipsub_outbox_holds(&pool, &one, GOSSIPSUB_OUTBOX_FORWARD, gone + 1));
        expect_false(gossipsub_outbox_cancel(&pool, &one, GOSSIPSUB_OUTBOX_FORWARD, gone + 1));
        expect_true(push(&one, GOSSIPSUB_OUTBOX_FORWARD, 3));
        for (unsigned i = 0; i < 4; i++) {
            if (i != gone)
                pop_and_expect(&one, GOSSIPSUB_OUTBOX_FORWARD, i);
        }
        end_outbox();
    }
}

static void memory_is_bounded_and_used_again(void)
{
    unsigned pushed = 0;

    begin_outbox(3);
    while (push(&one, GOSSIPSUB_OUTBOX_FORWARD, pushed % 10))
        pushed++;
    /* Two peers with three of each kind, and one more that is about to push another out. */
    expect_equal(pushed, 16);
    gossipsub_outbox_clear(&pool, &one);
    expect_true(push(&other, GOSSIPSUB_OUTBOX_OWN, 0));
    end_outbox();
}

static void memory_can_be_reserved(void)
{
    begin_outbox(30);
    expect_true(gossipsub_outbox_pool_reserve(&pool, 40));
    test_allocator_fail(&fixture.memory, 1);
    for (unsigned i = 0; i < 40; i++)
        expect_true(push(&one, GOSSIPSUB_OUTBOX_FORWARD, i % 10));
    test_allocator_fail(&fixture.memory, 1);
    expect_false(gossipsub_outbox_pool_reserve(&pool, 40));
    expect_false(gossipsub_outbox_pool_reserve(&pool, 100000));
    end_outbox();
}

static void ids_make_an_outbox_nonempty_and_go_with_it(void)
{
    begin_outbox(3);
    expect_true(
        gossipsub_id_row_push(&one.iwants, &fixture.memory.allocator, 1024, BYTES_OF("an id")));
    expect_false(gossipsub_outbox_is_empty(&one));
    expect_true(gossipsub_id_row_push(
        &other.idontwants, &fixture.memory.allocator, 1024, BYTES_OF("an id")));
    expect_false(gossipsub_outbox_is_empty(&other));
    gossipsub_outbox_clear(&pool, &one);
    expect_true(gossipsub_outbox_is_empty(&one));
    end_outbox();
}

TEST_MAIN(TEST(lines_are_queues_of_their_own), TEST(what_waits_is_weighed_by_its_memory),
    TEST(a_message_is_cancelled_wherever_it_stands), TEST(memory_is_bounded_and_used_again),
    TEST(memory_can_be_reserved), TEST(ids_make_an_outbox_nonempty_and_go_with_it))
