/*
 * An allocator that watches: it counts, fails the n-th request, and looks for secrets in what is
 * given back.
 *
 *     struct test_allocator memory;
 *     test_allocator_init(&memory);
 *     expect_ok(thing_create(&memory.allocator, &thing));
 *     thing_destroy(thing);
 *     test_allocator_deinit(&memory);    fails the test if anything leaked
 */
#ifndef TESTS_SUPPORT_TEST_ALLOCATOR_H
#define TESTS_SUPPORT_TEST_ALLOCATOR_H

#include "base/allocator.h"
#include "gossipchat/error.h"

/* How many secrets one allocator can watch for, and how long each can be. */
#define TEST_ALLOCATOR_SECRETS_MAX 16
#define TEST_ALLOCATOR_SECRET_BYTES_MAX 128

/* Counters may be read; the rest is private. */
struct test_allocator {
    struct allocator allocator; /* hand out the address of this */
    uint64_t requests;          /* takes so far, failed ones included */
    size_t blocks;              /* taken and not given back */
    size_t bytes;               /* in those blocks */
    size_t bytes_peak;          /* the most at any time */
    uint64_t fail_at;
    bool has_failed;
    uint32_t secrets;
    struct {
        size_t size;
        uint8_t data[TEST_ALLOCATOR_SECRET_BYTES_MAX];
    } secret[TEST_ALLOCATOR_SECRETS_MAX];
};

/* Ready to hand out as much memory as there is. Does not move after this. */
void test_allocator_init(struct test_allocator *memory);

/* Fails the test if a block was not given back. */
void test_allocator_deinit(struct test_allocator *memory);

/* The `number`-th request from now fails, 1 being the next, and none after it; 0: none fails. */
void test_allocator_fail(struct test_allocator *memory, uint64_t number);

/*
 * From now on the test fails if a block is given back that contains these bytes. Copies them; give it
 * something unlike anything else, at least 8 bytes of it.
 */
void test_allocator_watch(struct test_allocator *memory, struct gossip_bytes secret);

/*
 * Plays `scenario` with the first request failing, then the second, and so on until it gets through
 * without meeting the failure. Each time it must return GOSSIP_OK or GOSSIP_ERROR_NO_MEMORY and give
 * everything back; the last time GOSSIP_OK. Returns how many requests were made to fail.
 */
uint64_t test_allocator_fail_each(
    enum gossip_error (*scenario)(const struct allocator *allocator, void *context), void *context);

#endif
