#include "gossipsub/validations.h"

#include "unit/gossipsub/fixture.h"

static struct gossipsub_validations validations;

static void begin_validations(uint32_t count_max, size_t bytes_max)
{
    prepare();
    fixture.limits.validations_max = count_max;
    fixture.limits.validation_bytes_max = bytes_max;
    gossipsub_validations_init(&validations, &fixture.memory.allocator, &fixture.limits);
}

static void end_validations(void)
{
    gossipsub_validations_deinit(&validations);
    test_allocator_deinit(&fixture.memory);
}

static struct gossipsub_peer peer(uint32_t index)
{
    return (struct gossipsub_peer){.index = index, .generation = 1};
}

/* A message with the key `number`, told apart by its size from others with that key. */
static bool insert(unsigned number, size_t data_size, uint32_t from)
{
    struct gossipsub_message *message = make_message("tea", 'A', number, data_size);
    if (gossipsub_validations_insert(&validations, number, peer(from), message))
        return true;
    gossipsub_message_release(message);
    return false;
}

static uint64_t ask(void)
{
    uint64_t ticket = 0;
    expect_not_null(gossipsub_validations_ask(&validations, &ticket));
    return ticket;
}

static void judge_ticket(uint64_t ticket, bool deliver)
{
    struct gossipsub_validation *validation = gossipsub_validations_find(&validations, ticket);
    expect_not_null(validation);
    gossipsub_validations_judge(&validations, validation, deliver);
}

static void messages_are_asked_about_and_delivered_in_order(void)
{
    struct gossipsub_peer from;
    uint64_t tickets[6];

    begin_validations(10, 100000);
    for (unsigned i = 1; i <= 6; i++)
        expect_true(insert(i, 10, i));
    for (int i = 0; i < 6; i++)
        tickets[i] = ask();
    uint64_t none;
    expect_null(gossipsub_validations_ask(&validations, &none));
    judge_ticket(tickets[2], true);
    judge_ticket(tickets[0], true);
    judge_ticket(tickets[1], false);
    struct gossipsub_message *message = gossipsub_validations_deliver(&validations, &from);
    expect_equal(gossipsub_message_wire(message)->seqno.data[7], 3);
    expect_equal(from.index, 3);
    gossipsub_message_release(message);
    message = gossipsub_validations_deliver(&validations, &from);
    expect_equal(gossipsub_message_wire(message)->seqno.data[7], 1);
    gossipsub_message_release(message);
    expect_null(gossipsub_validations_deliver(&validations, &from));
    expect_equal(validations.count, 3);
    end_validations();
}

static void a_ticket_is_good_for_one_verdict_and_only_once_given_out(void)
{
    begin_validations(10, 100000);
    expect_true(insert(1, 10, 1));
    expect_null(gossipsub_validations_find(&validations, (uint64_t)1 << 32 | 1));
    uint64_t ticket = ask();
    expect_not_null(gossipsub_validations_find(&validations, ticket));
    judge_ticket(ticket, true);
    expect_null(gossipsub_validations_find(&validations, ticket));
    struct gossipsub_peer from;
    gossipsub_message_release(gossipsub_validations_deliver(&validations, &from));
    expect_null(gossipsub_validations_find(&validations, ticket));
    expect_true(insert(2, 10, 1));
    (void)ask();
    expect_null(gossipsub_validations_find(&validations, ticket));
    expect_null(gossipsub_validations_find(&validations, 0));
    expect_null(gossipsub_validations_find(&validations, UINT64_MAX));
    end_validations();
}

static void senders_are_remembered_by_the_bytes_they_sent(void)
{
    begin_validations(10, 100000);
    expect_true(insert(1, 10, 1));
    expect_true(insert(1, 20, 2));
    struct gossip_bytes same = make_wire("tea", 'A', 1, 20).encoded;
    struct gossip_bytes different = make_wire("tea", 'A', 1, 30).encoded;
    expect_true(gossipsub_validations_add_sender(&validations, 1, same, 5));
    expect_false(gossipsub_validations_add_sender(&validations, 1, different, 6));
    expect_false(gossipsub_validations_add_sender(&validations, 2, same, 6));
    (void)ask();
    const struct gossipsub_validation *second = gossipsub_validations_find(&validations, ask());
    const uint64_t *senders = gossipsub_validations_senders(&validations, second);
    expect_true(peer_set_has(senders, 2) && peer_set_has(senders, 5));
    expect_equal(peer_set_count(senders, validations.words), 2);
    gossipsub_validations_forget_peer(&validations, 5);
    expect_equal(peer_set_count(senders, validations.words), 1);
    end_validations();
}

static void the_key_stands_until_the_last_of_its_messages_is_judged(void)
{
    static const int orders[][3] = {
        {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    for (size_t i = 0; i < 6; i++) {
        uint64_t tickets[3];
        begin_validations(10, 100000);
        for (unsigned j = 0; j < 3; j++)
            expect_true(insert(1, 10 + j, 1));
        for (int j = 0; j < 3; j++)
            tickets[j] = ask();
        for (int j = 0; j < 3; j++) {
            expect_true(gossipsub_validations_has(&validations, 1));
            judge_ticket(tickets[orders[i][j]], false);
        }
        expect_false(gossipsub_validations_has(&validations, 1));
        expect_equal(validations.count, 0);
        expect_equal(validations.bytes, 0);
        end_validations();
    }
}

static void the_bounds_hold(void)
{
    begin_validations(3, 100000);
    for (unsigned i = 1; i <= 3; i++)
        expect_true(insert(i, 10, 1));
    expect_false(gossipsub_validations_has_room(&validations, 10));
    expect_false(insert(4, 10, 1));
    end_validations();

    begin_validations(100, 3 * gossipsub_message_bytes(100));
    expect_true(insert(1, 30, 1));
    expect_true(gossipsub_validations_has_room(&validations, 100));
    expect_false(gossipsub_validations_has_room(&validations, 1000));
    expect_false(insert(2, 1000, 1));
    end_validations();
}

static void without_memory_nothing_waits(void)
{
    begin_validations(100, 100000);
    struct gossipsub_message *message = make_message("tea", 'A', 1, 10);
    for (uint64_t i = 1; i <= 2; i++) {
        test_allocator_fail(&fixture.memory, 1);
        expect_false(gossipsub_validations_insert(&validations, 1, peer(1), message));
        expect_equal(validations.count, 0);
        if (i == 1) { /* now with places, and without a map */
            test_allocator_fail(&fixture.memory, 2);
            expect_false(gossipsub_validations_insert(&validations, 1, peer(1), message));
        }
    }
    expect_true(gossipsub_validations_insert(&validations, 1, peer(1), message));
    end_validations();
}

TEST_MAIN(TEST(messages_are_asked_about_and_delivered_in_order),
    TEST(a_ticket_is_good_for_one_verdict_and_only_once_given_out),
    TEST(senders_are_remembered_by_the_bytes_they_sent),
    TEST(the_key_stands_until_the_last_of_its_messages_is_judged), TEST(the_bounds_hold),
    TEST(without_memory_nothing_waits))
