/*
 * The frame every test program stands in: expectations, a table of tests, a main function.
 *
 *     static void queue_starts_empty(void)
 *     {
 *         expect_equal(queue.size, 0);
 *     }
 *
 *     TEST_MAIN(TEST(queue_starts_empty), TEST(queue_refuses_more_than_its_capacity))
 *
 * What is compared comes first, what it should be second. The first expectation that fails prints
 * both and ends the test, and the program goes on with the next. `program 'queue_*'` runs only the
 * tests whose names match. The framework below (cmocka) appears in test.c alone.
 */
#ifndef TESTS_SUPPORT_TEST_H
#define TESTS_SUPPORT_TEST_H

#include "base/bytes.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

#include <setjmp.h>

struct test {
    const char *name;
    void (*run)(void);
};

/* One row of the table: the function, under its own name. */
#define TEST(function)                                                                             \
    {                                                                                              \
        .name = #function, .run = function                                                         \
    }

/* The main function of a test program, with its table. */
#define TEST_MAIN(...)                                                                             \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        static struct test tests[] = {__VA_ARGS__};                                                \
        return test_run_all(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));                  \
    }

/* Runs the table; 0 if every test passed. For TEST_MAIN. */
int test_run_all(int argc, char **argv, struct test *tests, size_t count);

/* Where an expectation stands. */
struct test_place {
    const char *file;
    int line;
    const char *expression;
};

#define TEST_PLACE(text)                                                                           \
    ((struct test_place){.file = __FILE__, .line = __LINE__, .expression = (text)})

#define expect_true(value) test_expect_true(TEST_PLACE(#value), (value) ? true : false, true)
#define expect_false(value) test_expect_true(TEST_PLACE(#value), (value) ? true : false, false)
#define expect_null(pointer)                                                                       \
    test_expect_true(TEST_PLACE(#pointer " is NULL"), (pointer) == NULL, true)
#define expect_not_null(pointer)                                                                   \
    test_expect_true(TEST_PLACE(#pointer " is NULL"), (pointer) == NULL, false)

/* A number as a whole number. Does not compile for floating point, which would be cut. */
#define TEST_WHOLE(value)                                                                          \
    _Generic((value), float : (void)0, double : (void)0, default : (intmax_t)(value))

/* Whole numbers and enums of any size. */
#define expect_equal(actual, expected)                                                             \
    test_expect_equal(TEST_PLACE(#actual), TEST_WHOLE(actual), TEST_WHOLE(expected))
#define expect_not_equal(actual, unwanted)                                                         \
    test_expect_not_equal(TEST_PLACE(#actual), TEST_WHOLE(actual), TEST_WHOLE(unwanted))

/* Whole numbers that are not negative. */
#define expect_at_most(actual, limit)                                                              \
    test_expect_at_most(                                                                           \
        TEST_PLACE(#actual), (uintmax_t)TEST_WHOLE(actual), (uintmax_t)TEST_WHOLE(limit))
#define expect_at_least(actual, limit)                                                             \
    test_expect_at_least(                                                                          \
        TEST_PLACE(#actual), (uintmax_t)TEST_WHOLE(actual), (uintmax_t)TEST_WHOLE(limit))

/* Floating point numbers that differ by no more than `tolerance`, which may be 0. */
#define expect_near(actual, expected, tolerance)                                                   \
    test_expect_near(TEST_PLACE(#actual), (actual), (expected), (tolerance))

/* Two pointers to the same object. */
#define expect_same(actual, expected)                                                              \
    test_expect_same(TEST_PLACE(#actual), (const void *)(actual), (const void *)(expected))

/* Two slices with the same bytes; shows where they part, in hexadecimal. */
#define expect_bytes(actual, expected) test_expect_bytes(TEST_PLACE(#actual), (actual), (expected))

/* Two zero-terminated texts; shows the first line in which they differ. */
#define expect_text(actual, expected) test_expect_text(TEST_PLACE(#actual), (actual), (expected))

/* The result of a fallible call. */
#define expect_ok(error) test_expect_error(TEST_PLACE(#error), (error), GOSSIP_OK)
#define expect_error(error, expected) test_expect_error(TEST_PLACE(#error), (error), (expected))

/* Ends the test with a message. */
#define test_fail(message) test_fail_at(TEST_PLACE(message))

/*
 * `statement` breaks a require(). It is left in the middle, so that what it had taken by then is
 * lost; use it with memory from a test_allocator that is not asked about leaks.
 */
#define expect_require_fails(statement)                                                            \
    do {                                                                                           \
        if (setjmp(*test_require_catch()) == 0) {                                                  \
            statement;                                                                             \
            test_require_release();                                                                \
            test_fail_at(TEST_PLACE(#statement " breaks a requirement"));                          \
        }                                                                                          \
        test_require_release();                                                                    \
    } while (0)

/* The functions behind the macros. Use the macros. */
void test_expect_true(struct test_place place, bool actual, bool expected);
void test_expect_equal(struct test_place place, intmax_t actual, intmax_t expected);
void test_expect_not_equal(struct test_place place, intmax_t actual, intmax_t unwanted);
void test_expect_at_most(struct test_place place, uintmax_t actual, uintmax_t limit);
void test_expect_at_least(struct test_place place, uintmax_t actual, uintmax_t limit);
void test_expect_near(struct test_place place, double actual, double expected, double tolerance);
void test_expect_same(struct test_place place, const void *actual, const void *expected);
void test_expect_bytes(
    struct test_place place, struct gossip_bytes actual, struct gossip_bytes expected);
void test_expect_text(struct test_place place, const char *actual, const char *expected);
void test_expect_error(
    struct test_place place, enum gossip_error actual, enum gossip_error expected);
_Noreturn void test_fail_at(struct test_place place);
jmp_buf *test_require_catch(void);
void test_require_release(void);

/* From here on a failed expectation aborts instead of ending the test: for a child process. */
void test_leave(void);

/* `size` bytes, freed when the test ends. Never NULL. */
void *test_take(size_t size);

/* Frees everything from test_take. test_run_all does so after each test, the drivers after each play. */
void test_free_taken(void);

/* The bytes of a hexadecimal text, in which white space does not count; valid until the test ends. */
struct gossip_bytes hex(const char *text);

/* `count` times the same byte; valid until the test ends. */
struct gossip_bytes bytes_repeated(uint8_t byte, size_t count);

#endif
