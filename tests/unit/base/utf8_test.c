#include "base/utf8.h"

#include "support/test.h"

static void the_ends_of_every_range_are_valid(void)
{
    expect_true(utf8_is_valid(BYTES_OF("")));
    expect_true(utf8_is_valid(bytes_make(NULL, 0)));
    expect_true(utf8_is_valid(BYTES_OF("\0\x7f")));
    expect_true(utf8_is_valid(hex("c280 dfbf")));
    expect_true(utf8_is_valid(hex("e0a080 ed9fbf ee8080 efbfbf")));
    expect_true(utf8_is_valid(hex("f0908080 f48fbfbf")));
}

static void what_lies_beyond_is_not(void)
{
    static const char *const invalid[] = {"80", "bf", "c080", "c1bf", "e09fbf", "eda080", "edbfbf",
        "f08fbfbf", "f4908080", "f5808080", "f8888080 80", "ff", "fe"};

    for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
        expect_false(utf8_is_valid(hex(invalid[i])));
}

static void what_is_cut_short_is_not_valid(void)
{
    expect_false(utf8_is_valid(hex("c3")));
    expect_false(utf8_is_valid(hex("e282")));
    expect_false(utf8_is_valid(hex("f09f98")));
    expect_false(utf8_is_valid(hex("e28241")));
    expect_false(utf8_is_valid(hex("c3c3a9")));
}

static void code_points_are_decoded_one_by_one(void)
{
    struct gossip_bytes text = BYTES_OF("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    static const uint32_t expected[] = {'a', 0xe9, 0x20ac, 0x1f600};

    for (size_t i = 0; i < 4; i++) {
        uint32_t code_point;
        expect_true(utf8_decode(&text, &code_point));
        expect_equal(code_point, expected[i]);
    }
    expect_equal(text.size, 0);
}

static void every_scalar_value_comes_back(void)
{
    for (uint32_t code_point = 0; code_point <= UTF8_CODE_POINT_MAX; code_point++) {
        uint8_t room[UTF8_BYTES_MAX];
        struct gossip_bytes text;
        uint32_t decoded;

        if (code_point == 0xd800)
            code_point = 0xe000;
        text = room_filled(room_make(room, 4), utf8_encode(code_point, room_make(room, 4)));
        expect_true(utf8_decode(&text, &decoded));
        expect_equal(decoded, code_point);
        expect_equal(text.size, 0);
    }
}

static void encoding_needs_room_for_all_of_it(void)
{
    uint8_t room[4] = "xyz";

    expect_equal(utf8_encode('a', room_make(NULL, 0)), 0);
    expect_equal(utf8_encode(0xe9, room_make(room, 1)), 0);
    expect_equal(utf8_encode(0x20ac, room_make(room, 2)), 0);
    expect_equal(utf8_encode(0x1f600, room_make(room, 3)), 0);
    expect_bytes(bytes_make(room, 3), BYTES_OF("xyz"));
    expect_equal(utf8_encode(0x1f600, room_make(room, 4)), 4);
    expect_bytes(bytes_make(room, 4), hex("f09f9880"));
}

static void surrogates_cannot_be_encoded(void)
{
    uint8_t room[4];

    expect_false(utf8_is_scalar(0xd800));
    expect_false(utf8_is_scalar(0xdfff));
    expect_false(utf8_is_scalar(0x110000));
    expect_require_fails(utf8_encode(0xd800, room_make(room, 4)));
}

static void expect_replaced(struct gossip_bytes bytes, const char *expected)
{
    uint8_t *data = test_take(bytes.size * 3);
    struct gossip_room room = room_make(data, bytes.size * 3);

    expect_bytes(room_filled(room, utf8_replace_invalid(bytes, room)), bytes_of_text(expected));
}

/* The examples of the Unicode standard 15, section 3.9, tables 3-8 to 3-11. */
static void each_maximal_subpart_is_replaced_once(void)
{
    expect_replaced(hex("c0 af e0 80 bf f0 81 82 41"),
        "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"
        "A");
    expect_replaced(hex("ed a0 80 ed bf bf ed af 41"),
        "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"
        "A");
    expect_replaced(hex("f4 91 92 93 ff 41 80 bf 42"), "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"
                                                       "A\uFFFD\uFFFD"
                                                       "B");
    expect_replaced(hex("e1 80 e2 f0 91 92 f1 bf 41"), "\uFFFD\uFFFD\uFFFD\uFFFD"
                                                       "A");
}

static void replacing_stops_where_the_room_ends(void)
{
    uint8_t data[8];

    expect_equal(utf8_replace_invalid(BYTES_OF("ab\xc3\xa9"), room_make(data, 3)), 2);
    expect_equal(utf8_replace_invalid(BYTES_OF("\xff"), room_make(data, 2)), 0);
    expect_equal(utf8_replace_invalid(BYTES_OF("a\xff"), room_make(data, 4)), 4);
    expect_equal(utf8_replace_invalid(BYTES_OF("a"), room_make(NULL, 0)), 0);
}

static void a_cut_divides_no_code_point(void)
{
    struct gossip_bytes text = BYTES_OF("a\xc3\xa9\xf0\x9f\x98\x80");

    expect_equal(utf8_truncate(text, 0).size, 0);
    expect_equal(utf8_truncate(text, 1).size, 1);
    expect_equal(utf8_truncate(text, 2).size, 1);
    expect_equal(utf8_truncate(text, 3).size, 3);
    expect_equal(utf8_truncate(text, 4).size, 3);
    expect_equal(utf8_truncate(text, 6).size, 3);
    expect_equal(utf8_truncate(text, 7).size, 7);
    expect_equal(utf8_truncate(text, 100).size, 7);
    expect_equal(utf8_truncate(hex("808080808080"), 5).size, 5);
}

TEST_MAIN(TEST(the_ends_of_every_range_are_valid), TEST(what_lies_beyond_is_not),
    TEST(what_is_cut_short_is_not_valid), TEST(code_points_are_decoded_one_by_one),
    TEST(every_scalar_value_comes_back), TEST(encoding_needs_room_for_all_of_it),
    TEST(surrogates_cannot_be_encoded), TEST(each_maximal_subpart_is_replaced_once),
    TEST(replacing_stops_where_the_room_ends), TEST(a_cut_divides_no_code_point))
