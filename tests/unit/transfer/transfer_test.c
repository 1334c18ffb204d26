#include "transfer/transfer.h"

#include <stdlib.h>

#include "people.h"

static struct people people;
static struct person *const alice = &people.alice;
static struct person *const bob = &people.bob;

static void accept_it(void)
{
    const struct told *offered = person_was_told(bob, TRANSFER_OFFERED);

    expect_not_null(offered);
    expect_ok(transfer_accept(bob->transfer, people.now, offered->number));
}

static void expect_done(void)
{
    expect_not_null(person_was_told(bob, TRANSFER_DONE));
    expect_not_null(person_was_told(alice, TRANSFER_DONE));
    expect_equal(person_count(bob, TRANSFER_DONE), 1);
    expect_equal(person_count(alice, TRANSFER_DONE), 1);
    expect_same_file(&people);
}

static void a_file_goes_from_one_to_the_other(void)
{
    static const uint64_t sizes[] = {0, 1, 32767, 32768, 32769, 1000000};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        people_begin(&people);
        (void)alice_offers(&people, "notes.txt", sizes[i]);
        expect_text(person_was_told(bob, TRANSFER_OFFERED)->name, "notes.txt");
        expect_equal(person_was_told(bob, TRANSFER_OFFERED)->size, sizes[i]);
        accept_it();
        people_settle(&people);
        expect_done();
        people_end(&people);
    }
}

static void nothing_moves_before_it_is_accepted(void)
{
    people_begin(&people);
    (void)alice_offers(&people, "big", 1000000);
    people_wait(&people, 120000);
    expect_equal(bob->disk.prepares, 0);
    expect_at_most(alice->bytes_sent, 200);
    expect_equal(person_count(bob, TRANSFER_OFFERED), 1);
    people_end(&people);
}

static void the_disk_decides_how_fast(void)
{
    people_begin(&people);
    bob->disk.is_slow = true;
    (void)alice_offers(&people, "big", FILE_BYTES_MAX);
    accept_it();
    people_settle(&people);
    /* Alice is never further ahead than the window. */
    for (uint32_t i = 0; bob->disk.is_writing; i++) {
        expect_at_most(alice->bytes_sent, bob->disk.size + TRANSFER_WINDOW_BYTES + 4096);
        expect_at_most(bob->memory.bytes, TRANSFER_WINDOW_BYTES * 5 / 4);
        person_write(bob);
        people_settle(&people);
    }
    expect_done();
    people_end(&people);
}

static void progress_is_told_now_and_then(void)
{
    people_begin(&people);
    bob->disk.is_slow = true;
    (void)alice_offers(&people, "big", FILE_BYTES_MAX);
    accept_it();
    people_settle(&people);
    while (bob->disk.is_writing) {
        people_wait(&people, 50);
        person_write(bob);
        people_settle(&people);
    }
    expect_done();
    /* 128 pieces in 6.4 seconds: about four times a second. */
    expect_at_least(person_count(bob, TRANSFER_PROGRESS), 20);
    expect_at_most(person_count(bob, TRANSFER_PROGRESS), 30);
    expect_at_least(person_count(alice, TRANSFER_PROGRESS), 15);
    expect_at_most(person_count(alice, TRANSFER_PROGRESS), 30);
    people_end(&people);
}

/* However long it took: the other side has the time to hear that it is done. */
static void a_slow_one_is_answered_for_like_a_quick_one(void)
{
    people_begin(&people);
    bob->disk.is_slow = true;
    (void)alice_offers(&people, "big", FILE_BYTES_MAX);
    accept_it();
    people_settle(&people);
    while (bob->disk.is_writing) {
        people_wait(&people, 1000);
        person_write(bob);
    }
    people.now = instant_add(people.now, duration_ms(50));
    transfer_advance(bob->transfer, people.now);
    people_settle(&people);
    expect_done();
    expect_equal(bob->resets, 0);
    people_end(&people);
}

/* Wherever the connection breaks, the rest comes later, and nothing twice. */
static void a_cut_costs_only_time(void)
{
    for (size_t after = 0; after < 60; after += 3) {
        uint64_t before;

        people_begin(&people);
        (void)alice_offers(&people, "big", 1000000);
        accept_it();
        people_carry(&people, after);
        people_part(&people);
        before = bob->disk.size;
        people_wait(&people, 30000);
        expect_equal(bob->disk.size, before);
        alice->bytes_sent = 0;
        people_meet(&people);
        people_wait(&people, TRANSFER_RETRY_MS + 1000);
        expect_done();
        expect_at_most(alice->bytes_sent, 1000000 - before + 10000);
        people_end(&people);
    }
}

static void many_cuts_in_a_row_are_no_reason_to_give_up(void)
{
    people_begin(&people);
    (void)alice_offers(&people, "big", FILE_BYTES_MAX);
    accept_it();
    for (int i = 0; i < 60 && person_was_told(bob, TRANSFER_DONE) == NULL; i++) {
        people_carry(&people, 9);
        people_part(&people);
        people_meet(&people);
        people_carry(&people, 5);
    }
    people_wait(&people, 10000);
    expect_done();
    expect_equal(person_count(bob, TRANSFER_OFFERED), 1);
    people_end(&people);
}

static void what_is_there_already_is_not_fetched_again(void)
{
    people_begin(&people);
    (void)alice_offers(&people, "big", 1000000);
    for (uint64_t i = 0; i < 900000; i++) {
        bob->disk.bytes[i] = byte_at(i);
    }
    bob->disk.size = 900000;
    alice->bytes_sent = 0;
    accept_it();
    people_settle(&people);
    expect_done();
    expect_at_most(alice->bytes_sent, 101000);
    people_end(&people);
}

static void something_else_than_was_offered_is_not_taken(void)
{
    people_begin(&people);
    (void)alice_offers(&people, "big", 100000);
    alice->disk.bytes[77777] ^= 1;
    accept_it();
    people_settle(&people);
    expect_null(person_was_told(bob, TRANSFER_DONE));
    expect_error(person_was_told(bob, TRANSFER_FAILED)->error, GOSSIP_ERROR_PEER_MALFORMED);
    expect_text(person_was_told(bob, TRANSFER_FAILED)->text, "it is not what was offered");
    expect_equal(bob->disk.kept, 0);
    expect_not_null(person_was_told(alice, TRANSFER_DECLINED));
    people_end(&people);
}

static void a_full_disk_ends_it_and_keeps_what_is_there(void)
{
    people_begin(&people);
    bob->disk.write_error = GOSSIP_ERROR_IO;
    bob->disk.write_at = 3;
    (void)alice_offers(&people, "big", 1000000);
    accept_it();
    people_settle(&people);
    expect_error(person_was_told(bob, TRANSFER_FAILED)->error, GOSSIP_ERROR_IO);
    expect_text(person_was_told(bob, TRANSFER_FAILED)->text, "the disk is full");
    expect_equal(bob->disk.forgets, 1);
    expect_equal(bob->disk.kept, 1);
    expect_not_null(person_was_told(alice, TRANSFER_DECLINED));
    people_end(&people);
}

static void what_nobody_wants_is_not_offered_again(void)
{
    people_begin(&people);
    (void)alice_offers(&people, "spam", 1000);
    expect_ok(
        transfer_cancel(bob->transfer, people.now, person_was_told(bob, TRANSFER_OFFERED)->number));
    people_settle(&people);
    expect_equal(person_count(alice, TRANSFER_DECLINED), 1);
    people_part(&people);
    people_meet(&people);
    expect_equal(person_count(bob, TRANSFER_OFFERED), 1);
    people_end(&people);
}

/* The word that it is declined, or done, is lost: it is said again when the offer is repeated. */
static void a_lost_answer_is_repeated(void)
{
    for (int is_done = 0; is_done < 2; is_done++) {
        people_begin(&people);
        (void)alice_offers(&people, "once", 10);
        if (is_done) {
            accept_it();
            while (person_was_told(bob, TRANSFER_DONE) == NULL) {
                people_carry(&people, 1);
            }
            people_part(&people);
        } else {
            people_part(&people);
            expect_ok(transfer_cancel(
                bob->transfer, people.now, person_was_told(bob, TRANSFER_OFFERED)->number));
            people_settle(&people);
        }
        expect_equal(
            person_count(alice, TRANSFER_DONE) + person_count(alice, TRANSFER_DECLINED), 0);
        people_meet(&people);
        expect_equal(person_count(alice, is_done ? TRANSFER_DONE : TRANSFER_DECLINED), 1);
        expect_equal(person_count(bob, TRANSFER_OFFERED), 1);
        people_end(&people);
    }
}

static void a_withdrawn_file_is_not_to_be_had(void)
{
    uint32_t number;

    people_begin(&people);
    number = alice_offers(&people, "oops", 1000000);
    accept_it();
    people_carry(&people, 20);
    expect_ok(transfer_cancel(alice->transfer, people.now, number));
    people_settle(&people);
    people_wait(&people, 30000);
    expect_text(person_was_told(bob, TRANSFER_FAILED)->text, "it is not offered any more");
    expect_equal(person_count(bob, TRANSFER_FAILED), 1);
    expect_equal(alice->disk.forgets, 1);
    expect_null(person_was_told(alice, TRANSFER_DECLINED));
    expect_error(transfer_cancel(alice->transfer, people.now, number), GOSSIP_ERROR_NOT_FOUND);
    people_end(&people);
}

static void a_file_that_changed_is_withdrawn(void)
{
    people_begin(&people);
    (void)alice_offers(&people, "moving", 1000000);
    accept_it();
    people_carry(&people, 10);
    alice->disk.read_error = GOSSIP_ERROR_IO;
    people_settle(&people);
    people_wait(&people, 10000);
    expect_not_null(person_was_told(alice, TRANSFER_FAILED));
    expect_text(person_was_told(bob, TRANSFER_FAILED)->text, "it is not offered any more");
    people_end(&people);
}

static void an_offer_waits_for_who_is_away(void)
{
    people_begin(&people);
    people_part(&people);
    (void)alice_offers(&people, "later", 1000);
    people_wait(&people, 60000);
    expect_null(person_was_told(bob, TRANSFER_OFFERED));
    people_meet(&people);
    accept_it();
    people_settle(&people);
    expect_done();
    people_end(&people);
}

static void too_large_is_said_and_can_be_allowed(void)
{
    uint32_t number;

    people_begin(&people);
    transfer_set_file_bytes_max(bob->transfer, 999);
    (void)alice_offers(&people, "large", 1000);
    number = person_was_told(bob, TRANSFER_OFFERED)->number;
    expect_error(transfer_accept(bob->transfer, people.now, number), GOSSIP_ERROR_LIMIT);
    transfer_set_file_bytes_max(bob->transfer, 1000);
    expect_ok(transfer_accept(bob->transfer, people.now, number));
    expect_error(transfer_accept(bob->transfer, people.now, number), GOSSIP_ERROR_ALREADY);
    expect_error(transfer_accept(bob->transfer, people.now, number + 1), GOSSIP_ERROR_NOT_FOUND);
    people_settle(&people);
    expect_done();
    people_end(&people);
}

static void a_stream_that_is_full_is_waited_for(void)
{
    for (uint32_t each = 2; each < 6; each++) {
        people_begin(&people);
        alice->sends_until_block = each;
        bob->sends_until_block = each;
        (void)alice_offers(&people, "big", 300000);
        accept_it();
        people_settle(&people);
        expect_done();
        people_end(&people);
    }
}

static void streams_that_cannot_be_opened_now_are_tried_again(void)
{
    people_begin(&people);
    alice->open_error = GOSSIP_ERROR_LIMIT;
    (void)alice_offers(&people, "busy", 1000);
    people_wait(&people, 10000);
    expect_null(person_was_told(bob, TRANSFER_OFFERED));
    alice->open_error = GOSSIP_OK;
    people_wait(&people, TRANSFER_RETRY_MS + 100);
    bob->open_error = GOSSIP_ERROR_LIMIT;
    accept_it();
    people_wait(&people, 10000);
    bob->open_error = GOSSIP_OK;
    people_wait(&people, TRANSFER_RETRY_MS + 100);
    expect_done();
    people_end(&people);
}

static void files_are_listed_by_number(void)
{
    struct transfer_status status;
    uint32_t number;

    people_begin(&people);
    number = alice_offers(&people, "one", 10);
    (void)alice_offers(&people, "two", 20);
    expect_true(transfer_next(alice->transfer, 0, &status));
    expect_equal(status.number, number);
    expect_true(status.is_ours);
    expect_true(transfer_next(alice->transfer, number, &status));
    expect_equal(status.size, 20);
    expect_false(transfer_next(alice->transfer, status.number, &status));
    expect_true(transfer_next(bob->transfer, 0, &status));
    expect_false(status.is_ours);
    expect_false(status.is_accepted);
    people_end(&people);
}

static void bounds_hold(void)
{
    struct transfer_offer offer = {
        .name = bytes_repeated('x', 10), .recipients = &bob->id, .recipient_count = 1};
    uint32_t number;

    people_begin(&people);
    for (int i = 0; i < TRANSFER_OFFERED_MAX; i++) {
        expect_ok(transfer_offer(alice->transfer, people.now, &offer, &number));
    }
    expect_error(transfer_offer(alice->transfer, people.now, &offer, &number), GOSSIP_ERROR_LIMIT);
    people_wait(&people, 10 * TRANSFER_RETRY_MS);
    /* Of one person only so many wait; the others are told that they are not wanted. */
    expect_equal(person_count(bob, TRANSFER_OFFERED), TRANSFER_WANTED_PER_PEER_MAX);
    expect_equal(person_count(alice, TRANSFER_DECLINED),
        TRANSFER_OFFERED_MAX - TRANSFER_WANTED_PER_PEER_MAX);
    offer.name.size = 0;
    expect_error(
        transfer_offer(alice->transfer, people.now, &offer, &number), GOSSIP_ERROR_INVALID);
    people_end(&people);
}

static enum gossip_error play(const struct allocator *allocator, void *context)
{
    struct transfer_config config;

    (void)context;
    people_begin(&people);
    transfer_destroy(bob->transfer);
    config = (struct transfer_config){.allocator = allocator,
        .entropy = seeded_entropy(&bob->entropy),
        .file_bytes_max = FILE_BYTES_MAX};
    if (transfer_create(&config, &bob->transfer) != GOSSIP_OK) {
        expect_ok(transfer_create(&(struct transfer_config){.allocator = &bob->memory.allocator,
                                      .entropy = seeded_entropy(&bob->entropy)},
            &bob->transfer));
        people_end(&people);
        return GOSSIP_ERROR_NO_MEMORY;
    }
    (void)alice_offers(&people, "tight", 100000);
    if (person_was_told(bob, TRANSFER_OFFERED) != NULL) {
        accept_it();
    }
    people_wait(&people, 5000);
    if (person_was_told(bob, TRANSFER_DONE) != NULL) {
        expect_same_file(&people);
    }
    people_end(&people);
    return GOSSIP_OK;
}

/* Where there is no memory something is late, or does not come; nothing breaks. */
static void it_lives_with_little_memory(void)
{
    for (uint64_t number = 1; number < 60; number++) {
        struct test_allocator memory;

        test_allocator_init(&memory);
        test_allocator_fail(&memory, number);
        (void)play(&memory.allocator, NULL);
        test_allocator_deinit(&memory);
    }
}

TEST_MAIN(TEST(a_file_goes_from_one_to_the_other), TEST(nothing_moves_before_it_is_accepted),
    TEST(the_disk_decides_how_fast), TEST(progress_is_told_now_and_then),
    TEST(a_slow_one_is_answered_for_like_a_quick_one), TEST(a_cut_costs_only_time),
    TEST(many_cuts_in_a_row_are_no_reason_to_give_up),
    TEST(what_is_there_already_is_not_fetched_again),
    TEST(something_else_than_was_offered_is_not_taken),
    TEST(a_full_disk_ends_it_and_keeps_what_is_there), TEST(what_nobody_wants_is_not_offered_again),
    TEST(a_lost_answer_is_repeated), TEST(a_withdrawn_file_is_not_to_be_had),
    TEST(a_file_that_changed_is_withdrawn), TEST(an_offer_waits_for_who_is_away),
    TEST(too_large_is_said_and_can_be_allowed), TEST(a_stream_that_is_full_is_waited_for),
    TEST(streams_that_cannot_be_opened_now_are_tried_again), TEST(files_are_listed_by_number),
    TEST(bounds_hold), TEST(it_lives_with_little_memory))
