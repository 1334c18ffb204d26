#include "support/test.h"

#include "base/require.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEX_BYTES_PER_LINE 16
#define HEX_LINES_SHOWN 8

struct taken {
    struct taken *next;
    max_align_t memory[];
};

static struct taken *taken;
static bool is_running;
static jmp_buf require_catch;

/* ---- running ---------------------------------------------------------------------------- */

static void run_one(void **state)
{
    const struct test *test = *state;

    is_running = true;
    test->run();
}

static int clean_up(void **state)
{
    (void)state;
    is_running = false;
    test_require_release();
    test_free_taken();
    return 0;
}

void test_leave(void)
{
    is_running = false;
}

static void print_requirement(const char *expression, const char *file, int line)
{
    print_error("%s:%d: requirement broken: %s\n", file, line, expression);
}

int test_run_all(int argc, char **argv, struct test *tests, size_t count)
{
    struct CMUnitTest *table = calloc(count, sizeof(*table));
    int failed;

    if (table == NULL)
        return EXIT_FAILURE;
    for (size_t i = 0; i < count; i++)
        table[i] = (struct CMUnitTest){.name = tests[i].name,
            .test_func = run_one,
            .teardown_func = clean_up,
            .initial_state = &tests[i]};
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    require_set_hook(print_requirement);
    failed = _cmocka_run_group_tests(argv[0], table, count, NULL, NULL);
    free(table);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Prints what went wrong, then leaves the test; outside of one, as in a property, the program. */
__attribute__((format(printf, 2, 3))) static _Noreturn void fail_test(
    struct test_place place, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_error("%s:%d: %s: ", place.file, place.line, place.expression);
    vprint_error(format, arguments);
    print_error("\n");
    va_end(arguments);
    if (is_running)
        _fail(place.file, place.line);
    abort();
}

_Noreturn void test_fail_at(struct test_place place)
{
    fail_test(place, "failed");
}

static void catch_requirement(const char *expression, const char *file, int line)
{
    (void)expression;
    (void)file;
    (void)line;
    longjmp(require_catch, 1);
}

jmp_buf *test_require_catch(void)
{
    require_set_hook(catch_requirement);
    return &require_catch;
}

void test_require_release(void)
{
    require_set_hook(print_requirement);
}

/* ---- expectations ----------------------------------------------------------------------- */

void test_expect_true(struct test_place place, bool actual, bool expected)
{
    if (actual != expected)
        fail_test(place, "is %s", actual ? "true" : "false");
}

void test_expect_equal(struct test_place place, intmax_t actual, intmax_t expected)
{
    if (actual != expected)
        fail_test(place,
            "is %" PRIdMAX " (0x%" PRIxMAX "), should be %" PRIdMAX " (0x%" PRIxMAX ")", actual,
            (uintmax_t)actual, expected, (uintmax_t)expected);
}

void test_expect_not_equal(struct test_place place, intmax_t actual, intmax_t unwanted)
{
    if (actual == unwanted)
        fail_test(place, "should not be %" PRIdMAX " (0x%" PRIxMAX ")", actual, (uintmax_t)actual);
}

void test_expect_at_most(struct test_place place, uintmax_t actual, uintmax_t limit)
{
    if (actual > limit)
        fail_test(place, "is %" PRIuMAX ", should be at most %" PRIuMAX, actual, limit);
}

void test_expect_at_least(struct test_place place, uintmax_t actual, uintmax_t limit)
{
    if (actual < limit)
        fail_test(place, "is %" PRIuMAX ", should be at least %" PRIuMAX, actual, limit);
}

void test_expect_near(struct test_place place, double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance))
        fail_test(place, "is %.17g, should be %.17g, within %g", actual, expected, tolerance);
}

void test_expect_same(struct test_place place, const void *actual, const void *expected)
{
    if (actual != expected)
        fail_test(place, "is %p, should be %p", actual, expected);
}

static const char *error_name(enum gossip_error error, char room[static 64])
{
    (void)snprintf(room, 64, "0x%02x, %s", (unsigned)error, gossip_error_text(error));
    return room;
}

void test_expect_error(
    struct test_place place, enum gossip_error actual, enum gossip_error expected)
{
    char actual_name[64], expected_name[64];

    if (actual != expected)
        fail_test(place, "is (%s), should be (%s)", error_name(actual, actual_name),
            error_name(expected, expected_name));
}

/* One line of a hexadecimal listing in which the bytes that differ from `other` are marked. */
static void print_hex_line(
    const char *name, struct gossip_bytes bytes, struct gossip_bytes other, size_t offset)
{
    print_error("  %-8s %6zu ", name, offset);
    for (size_t i = offset; i < offset + HEX_BYTES_PER_LINE && i < bytes.size; i++) {
        bool differs = i >= other.size || bytes.data[i] != other.data[i];
        print_error("%c%02x", differs ? '*' : ' ', bytes.data[i]);
    }
    print_error("\n");
}

void test_expect_bytes(
    struct test_place place, struct gossip_bytes actual, struct gossip_bytes expected)
{
    size_t longer = actual.size > expected.size ? actual.size : expected.size;
    size_t first = 0;

    if (bytes_equal(actual, expected))
        return;
    while (
        first < actual.size && first < expected.size && actual.data[first] == expected.data[first])
        first++;
    print_error("%zu bytes, should be %zu; the first difference is at %zu\n", actual.size,
        expected.size, first);
    first -= first % HEX_BYTES_PER_LINE;
    for (size_t line = 0; line < HEX_LINES_SHOWN && first < longer; line++) {
        print_hex_line("is", actual, expected, first);
        print_hex_line("expected", expected, actual, first);
        first += HEX_BYTES_PER_LINE;
    }
    fail_test(place, "differs");
}

void test_expect_text(struct test_place place, const char *actual, const char *expected)
{
    int line = 1;

    if (strcmp(actual, expected) == 0)
        return;
    for (;;) {
        size_t actual_size = strcspn(actual, "\n");
        size_t expected_size = strcspn(expected, "\n");

        if (actual_size != expected_size || memcmp(actual, expected, actual_size) != 0 ||
            actual[actual_size] != expected[expected_size])
            fail_test(place, "line %d is\n  \"%.*s\"%s\nshould be\n  \"%.*s\"%s", line,
                (int)actual_size, actual, actual[actual_size] == '\0' ? " and then the end" : "",
                (int)expected_size, expected,
                expected[expected_size] == '\0' ? " and then the end" : "");
        actual += actual_size + 1;
        expected += expected_size + 1;
        line++;
    }
}

/* ---- memory and literals ---------------------------------------------------------------- */

void *test_take(size_t size)
{
    struct taken *block = malloc(sizeof(*block) + size);

    if (block == NULL)
        abort();
    block->next = taken;
    taken = block;
    return block->memory;
}

void test_free_taken(void)
{
    while (taken != NULL) {
        struct taken *next = taken->next;
        free(taken);
        taken = next;
    }
}

static int hex_digit(char character)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = character == '\0' ? NULL : strchr(digits, character);

    return found == NULL ? -1 : (int)(found - digits) % 16;
}

struct gossip_bytes hex(const char *text)
{
    uint8_t *data = test_take(strlen(text) / 2 + 1);
    size_t digits = 0;

    for (; *text != '\0'; text++) {
        int digit = hex_digit(*text);

        if (digit < 0 && strchr(" \n\t", *text) != NULL)
            continue;
        if (digit < 0)
            fail_test(TEST_PLACE(text), "is not hexadecimal");
        data[digits / 2] = (uint8_t)((digits % 2 == 0 ? 0 : data[digits / 2]) << 4 | digit);
        digits++;
    }
    if (digits % 2 != 0)
        fail_test(TEST_PLACE("hex"), "an odd number of digits");
    return bytes_make(data, digits / 2);
}

struct gossip_bytes bytes_repeated(uint8_t byte, size_t count)
{
    uint8_t *data = test_take(count);

    if (count > 0)
        memset(data, byte, count);
    return bytes_make(data, count);
}
