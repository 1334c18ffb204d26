#include "support/test.h"

#include "failing.h"

static void truths(void)
{
    expect_true(1 < 2);
    expect_false(1 > 2);
    expect_null(NULL);
    expect_not_null("");
}

static void wrong_truth(void)
{
    expect_true(1 > 2);
}

static void wrong_falsehood(void)
{
    expect_false(1 < 2);
}

static void wrong_null(void)
{
    expect_null("");
}

static void truths_are_told_from_falsehoods(void)
{
    truths();
    expect_failure(wrong_truth, "test_test.c|1 > 2|is false");
    expect_failure(wrong_falsehood, "1 < 2|is true");
    expect_failure(wrong_null, "is NULL");
}

static void wrong_number(void)
{
    uint64_t large = UINT64_MAX - 1;

    expect_equal(large, UINT64_MAX);
}

static void wrong_sign(void)
{
    expect_equal(-1, 4294967295u);
}

static void unwanted_number(void)
{
    expect_not_equal(5, 5);
}

static void number_above(void)
{
    expect_at_most(UINT64_MAX, 7);
}

static void number_below(void)
{
    expect_at_least(6, 7);
}

static void numbers_are_compared_in_full_width(void)
{
    expect_equal(UINT64_MAX, UINT64_MAX);
    expect_equal((uint8_t)200, 200);
    expect_equal(-5, -5L);
    expect_not_equal(UINT64_MAX, UINT32_MAX);
    expect_at_most(7, 7);
    expect_at_least(UINT64_MAX, 7);
    expect_failure(wrong_number, "large|is -2|0xffffffffffffffff");
    expect_failure(wrong_sign, "is -1|4294967295");
    expect_failure(unwanted_number, "should not be 5");
    expect_failure(number_above, "at most 7");
    expect_failure(number_below, "is 6|at least 7");
}

static void far_number(void)
{
    expect_near(1.5, 1.0, 0.25);
}

static void no_number(void)
{
    expect_near(0.0 / (1.0 - 1.0), 0.0, 1e300);
}

static void fractions_are_compared_within_a_tolerance(void)
{
    expect_near(1.5, 1.25, 0.25);
    expect_near(0.1, 0.1, 0);
    expect_failure(far_number, "1.5|should be 1");
    expect_failure(no_number, "nan");
}

static void wrong_pointer(void)
{
    static int left, right;

    expect_same(&left, &right);
}

static void pointers_are_compared_by_address(void)
{
    static int object;

    expect_same(&object, &object);
    expect_failure(wrong_pointer, "&left|should be");
}

static void wrong_bytes(void)
{
    expect_bytes(BYTES_OF("abc"), BYTES_OF("abd"));
}

static void missing_bytes(void)
{
    expect_bytes(BYTES_OF("abc"), BYTES_OF("abcd"));
}

static void late_difference(void)
{
    uint8_t data[100] = {0};

    data[90] = 7;
    expect_bytes(bytes_repeated(0, 100), bytes_make(data, 100));
}

static void bytes_show_where_they_part(void)
{
    expect_bytes(BYTES_OF("abc"), bytes_of_text("abc"));
    expect_bytes(bytes_make(NULL, 0), BYTES_OF(""));
    expect_failure(wrong_bytes, "first difference is at 2| 62*63| 62*64");
    expect_failure(missing_bytes, "3 bytes, should be 4|*64");
    expect_failure(late_difference, "first difference is at 90|    80 |*07");
}

static void wrong_text(void)
{
    expect_text("one\ntwo\nthree", "one\n2\nthree");
}

static void missing_text(void)
{
    expect_text("one\n", "one");
}

static void text_shows_the_line(void)
{
    expect_text("one\ntwo", "one\ntwo");
    expect_text("", "");
    expect_failure(wrong_text, "line 2|\"two\"|\"2\"");
    expect_failure(missing_text, "line 1|and then the end");
}

static void wrong_error(void)
{
    expect_ok(GOSSIP_ERROR_LIMIT);
}

static void other_error(void)
{
    expect_error(GOSSIP_OK, GOSSIP_ERROR_IO);
}

static void errors_are_named(void)
{
    expect_ok(GOSSIP_OK);
    expect_error(GOSSIP_ERROR_IO, GOSSIP_ERROR_IO);
    expect_failure(wrong_error, "a limit of this node was reached|no error");
    expect_failure(other_error, "no error|input or output failed");
}

static void wrong_hex(void)
{
    (void)hex("0g");
}

static void odd_hex(void)
{
    (void)hex("012");
}

static void literals_are_bytes(void)
{
    expect_bytes(hex("00 Ff\n1a"), BYTES_OF("\x00\xff\x1a"));
    expect_equal(hex("").size, 0);
    expect_bytes(bytes_repeated('x', 3), BYTES_OF("xxx"));
    expect_failure(wrong_hex, "not hexadecimal");
    expect_failure(odd_hex, "odd");
}

static void message(void)
{
    test_fail("for a reason");
}

static void unbroken_requirement(void)
{
    expect_require_fails((void)0);
}

static void a_message_ends_the_test(void)
{
    expect_failure(message, "for a reason");
    expect_failure(unbroken_requirement, "breaks a requirement");
}

TEST_MAIN(TEST(truths_are_told_from_falsehoods), TEST(numbers_are_compared_in_full_width),
    TEST(fractions_are_compared_within_a_tolerance), TEST(pointers_are_compared_by_address),
    TEST(bytes_show_where_they_part), TEST(text_shows_the_line), TEST(errors_are_named),
    TEST(literals_are_bytes), TEST(a_message_ends_the_test))
