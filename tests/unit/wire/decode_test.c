#include "wire/decode.h"

#include "support/test.h"

/* Reads everything; the number of fields, and the last of them in `field`. */
static size_t read_all(struct wire_reader *reader, struct wire_field *field)
{
    size_t count = 0;
    struct wire_field next;
    while (wire_reader_next(reader, &next)) {
        *field = next;
        count++;
    }
    return count;
}

static void expect_malformed(const char *text)
{
    struct wire_reader reader = wire_reader_make(hex(text));
    struct wire_field field;
    expect_equal(read_all(&reader, &field), 0);
    expect_error(wire_reader_result(&reader), GOSSIP_ERROR_PEER_MALFORMED);
    expect_false(wire_reader_next(&reader, &field));
}

static void nothing_has_no_fields(void)
{
    struct wire_reader reader = wire_reader_make((struct gossip_bytes){0});
    struct wire_field field;
    expect_false(wire_reader_next(&reader, &field));
    expect_ok(wire_reader_result(&reader));
}

static void every_form_is_read(void)
{
    struct wire_reader reader = wire_reader_make(
        hex("089601 11 0102030405060708 1a03 616263 25 01020304 2a00 f8ffffff0f 07"));
    struct wire_field field;

    expect_true(wire_reader_next(&reader, &field));
    expect_equal(field.tag, WIRE_TAG(1, WIRE_VARINT));
    expect_equal(field.value, 150);
    expect_equal(field.bytes.size, 0);

    expect_true(wire_reader_next(&reader, &field));
    expect_equal(field.tag, WIRE_TAG(2, WIRE_FIXED64));
    expect_true(field.value == 0x0807060504030201);

    expect_true(wire_reader_next(&reader, &field));
    expect_equal(field.tag, WIRE_TAG(3, WIRE_BYTES));
    expect_bytes(field.bytes, BYTES_OF("abc"));
    expect_equal(field.value, 0);

    expect_true(wire_reader_next(&reader, &field));
    expect_equal(field.tag, WIRE_TAG(4, WIRE_FIXED32));
    expect_equal(field.value, 0x04030201);

    expect_true(wire_reader_next(&reader, &field));
    expect_equal(field.tag, WIRE_TAG(5, WIRE_BYTES));
    expect_equal(field.bytes.size, 0);
    expect_not_null(field.bytes.data);

    expect_true(wire_reader_next(&reader, &field));
    expect_equal(field.tag, WIRE_TAG(WIRE_FIELD_NUMBER_MAX, WIRE_VARINT));
    expect_equal(field.value, 7);

    expect_false(wire_reader_next(&reader, &field));
    expect_ok(wire_reader_result(&reader));
}

static void bytes_are_views_into_the_input(void)
{
    struct gossip_bytes encoded = hex("0a03616263");
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    expect_true(wire_reader_next(&reader, &field));
    expect_same(field.bytes.data, encoded.data + 2);
}

static void numbers_may_be_as_large_as_64_bits(void)
{
    struct wire_reader reader = wire_reader_make(hex("08ffffffffffffffffff01"));
    struct wire_field field;
    expect_true(wire_reader_next(&reader, &field));
    expect_true(field.value == UINT64_MAX);
}

static void numbers_need_not_be_in_their_shortest_form(void)
{
    struct wire_reader reader = wire_reader_make(hex("8800 8180808080808080 8000"));
    struct wire_field field;
    expect_true(wire_reader_next(&reader, &field));
    expect_equal(field.tag, WIRE_TAG(1, WIRE_VARINT));
    expect_equal(field.value, 1);
}

static void numbers_beyond_64_bits_are_refused(void)
{
    expect_malformed("08ffffffffffffffffff02");
    expect_malformed("0880808080808080808080 01");
    expect_malformed("0affffffffffffffffff7f");
    expect_malformed("ffffffffffffffffffff7f00");
}

static void groups_and_unknown_forms_are_refused(void)
{
    expect_malformed("0b");
    expect_malformed("0b0c");
    expect_malformed("0c");
    expect_malformed("0e");
    expect_malformed("0f");
    expect_malformed("0b0b0b0b0b0b0b0b0b0b0c0c0c0c0c0c0c0c0c0c");
}

static void field_numbers_out_of_range_are_refused(void)
{
    expect_malformed("0001");
    expect_malformed("0200");
    expect_malformed("808080801001");
    expect_malformed("8080808080808001 01");
}

static void sizes_beyond_the_end_are_refused(void)
{
    expect_malformed("0a01");
    expect_malformed("0a04616263");
    expect_malformed("0affffffff0f616263");
    expect_malformed("0affffffffffffffffff01616263");
}

static void cut_off_anywhere_inside_a_field_is_refused(void)
{
    struct gossip_bytes encoded = hex("089601 11 0102030405060708 1a03 616263 25 01020304");
    static const size_t ends[] = {0, 3, 12, 17, 22};
    size_t passed = 0;
    for (size_t size = 0; size <= encoded.size; size++) {
        struct wire_reader reader = wire_reader_make(bytes_make(encoded.data, size));
        struct wire_field field;
        size_t count = read_all(&reader, &field);
        if (size == ends[passed]) {
            expect_ok(wire_reader_result(&reader));
            expect_equal(count, passed++);
        } else {
            expect_error(wire_reader_result(&reader), GOSSIP_ERROR_PEER_MALFORMED);
        }
    }
    expect_equal(passed, 5);
}

TEST_MAIN(TEST(nothing_has_no_fields), TEST(every_form_is_read),
    TEST(bytes_are_views_into_the_input), TEST(numbers_may_be_as_large_as_64_bits),
    TEST(numbers_need_not_be_in_their_shortest_form), TEST(numbers_beyond_64_bits_are_refused),
    TEST(groups_and_unknown_forms_are_refused), TEST(field_numbers_out_of_range_are_refused),
    TEST(sizes_beyond_the_end_are_refused), TEST(cut_off_anywhere_inside_a_field_is_refused))
