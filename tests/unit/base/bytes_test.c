#include "base/bytes.h"

#include "support/test.h"

#include <string.h>

static const struct gossip_bytes nothing;

static void slices_are_equal_by_content(void)
{
    expect_true(bytes_equal(BYTES_OF("tea"), bytes_of_text("tea")));
    expect_false(bytes_equal(BYTES_OF("tea"), BYTES_OF("ten")));
    expect_false(bytes_equal(BYTES_OF("tea"), BYTES_OF("teas")));
    expect_true(bytes_equal(nothing, BYTES_OF("")));
    expect_equal(BYTES_OF("a\0b").size, 3);
}

static void slices_are_ordered_as_unsigned_bytes(void)
{
    expect_true(bytes_compare(BYTES_OF("a"), BYTES_OF("b")) < 0);
    expect_true(bytes_compare(BYTES_OF("\xff"), BYTES_OF("\x01")) > 0);
    expect_true(bytes_compare(BYTES_OF("ab"), BYTES_OF("abc")) < 0);
    expect_true(bytes_compare(BYTES_OF("b"), BYTES_OF("abc")) > 0);
    expect_true(bytes_compare(nothing, BYTES_OF("a")) < 0);
    expect_equal(bytes_compare(nothing, BYTES_OF("")), 0);
    expect_equal(bytes_compare(BYTES_OF("abc"), BYTES_OF("abc")), 0);
}

static void beginnings_and_ends_are_found(void)
{
    expect_true(bytes_start_with(BYTES_OF("/p2p/x"), BYTES_OF("/p2p/")));
    expect_false(bytes_start_with(BYTES_OF("/p2"), BYTES_OF("/p2p/")));
    expect_true(bytes_start_with(nothing, nothing));
    expect_true(bytes_end_with(BYTES_OF("line\n"), BYTES_OF("\n")));
    expect_false(bytes_end_with(BYTES_OF("line"), BYTES_OF("\n")));
    expect_false(bytes_end_with(BYTES_OF("e"), BYTES_OF("ne")));
    expect_true(bytes_end_with(BYTES_OF("x"), nothing));
    expect_equal(bytes_find(BYTES_OF("a/b/"), '/'), 1);
    expect_equal(bytes_find(BYTES_OF("abc"), '/'), 3);
    expect_equal(bytes_find(nothing, '/'), 0);
}

static void parts_are_cut_to_what_is_there(void)
{
    expect_bytes(bytes_part(BYTES_OF("hello"), 1, 3), BYTES_OF("ell"));
    expect_bytes(bytes_part(BYTES_OF("hello"), 3, SIZE_MAX), BYTES_OF("lo"));
    expect_bytes(bytes_part(BYTES_OF("hello"), 5, 1), nothing);
    expect_bytes(bytes_part(BYTES_OF("hello"), SIZE_MAX, SIZE_MAX), nothing);
    expect_bytes(bytes_part(BYTES_OF("hello"), 2, 0), nothing);
}

static void wiping_leaves_zeros(void)
{
    uint8_t secret[9] = "password";

    bytes_wipe(secret, 4);
    expect_bytes(bytes_make(secret, 8), BYTES_OF("\0\0\0\0word"));
    bytes_wipe(NULL, 0);
}

static void taking_moves_the_front(void)
{
    struct gossip_bytes from = BYTES_OF("abcdef");
    struct gossip_bytes taken;
    uint8_t copy[2];

    expect_true(bytes_take(&from, 2, &taken));
    expect_bytes(taken, BYTES_OF("ab"));
    expect_true(bytes_skip(&from, 1));
    expect_true(bytes_take_copy(&from, copy, 2));
    expect_bytes(bytes_make(copy, 2), BYTES_OF("de"));
    expect_true(bytes_take(&from, 0, &taken));
    expect_equal(taken.size, 0);
    expect_bytes(from, BYTES_OF("f"));
}

static void taking_too_much_leaves_everything(void)
{
    struct gossip_bytes from = BYTES_OF("abc");
    struct gossip_bytes taken = BYTES_OF("old");
    uint8_t copy[8] = "unmoved";
    uint32_t u32 = 7;
    uint64_t u64 = 7;

    expect_false(bytes_take(&from, 4, &taken));
    expect_false(bytes_take(&from, SIZE_MAX, &taken));
    expect_false(bytes_skip(&from, 4));
    expect_false(bytes_take_copy(&from, copy, 4));
    expect_false(bytes_take_u32_big(&from, &u32));
    expect_false(bytes_take_u64_big(&from, &u64));
    expect_bytes(from, BYTES_OF("abc"));
    expect_bytes(taken, BYTES_OF("old"));
    expect_text((char *)copy, "unmoved");
    expect_equal(u32, 7);
    expect_equal(u64, 7);
}

static void nothing_can_be_taken_from_nothing(void)
{
    struct gossip_bytes from = nothing;
    struct gossip_bytes taken;
    uint8_t u8 = 7;
    uint16_t u16 = 7;

    expect_true(bytes_take(&from, 0, &taken));
    expect_true(bytes_take_copy(&from, &u8, 0));
    expect_false(bytes_take_u8(&from, &u8));
    expect_false(bytes_take_u16_big(&from, &u16));
    expect_equal(u8, 7);
    expect_equal(u16, 7);
}

static void numbers_are_read_most_significant_first(void)
{
    struct gossip_bytes from = hex("fe 8102 81020304 8102030405060708");
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;

    expect_true(bytes_take_u8(&from, &u8));
    expect_true(bytes_take_u16_big(&from, &u16));
    expect_true(bytes_take_u32_big(&from, &u32));
    expect_true(bytes_take_u64_big(&from, &u64));
    expect_equal(u8, 0xfe);
    expect_equal(u16, 0x8102);
    expect_equal(u32, 0x81020304u);
    expect_equal(u64, 0x8102030405060708u);
    expect_equal(from.size, 0);
}

static void numbers_are_written_most_significant_first(void)
{
    uint8_t data[15];
    struct gossip_room room = room_make(data, sizeof(data));

    expect_true(room_put_u8(&room, 0xfe));
    expect_true(room_put_u16_big(&room, 0x8102));
    expect_true(room_put_u32_big(&room, 0x81020304u));
    expect_true(room_put_u64_big(&room, 0x8102030405060708u));
    expect_equal(room.size, 0);
    expect_bytes(bytes_make(data, sizeof(data)), hex("fe 8102 81020304 8102030405060708"));
}

static void putting_too_much_leaves_the_room(void)
{
    uint8_t data[3] = "xyz";
    struct gossip_room room = room_make(data, sizeof(data));

    expect_false(room_put(&room, BYTES_OF("abcd")));
    expect_false(room_put_u32_big(&room, 1));
    expect_false(room_put_u64_big(&room, 1));
    expect_bytes(room_filled(room, 3), BYTES_OF("xyz"));
    expect_true(room_put(&room, BYTES_OF("abc")));
    expect_true(room_put(&room, nothing));
    expect_false(room_put_u8(&room, 1));
    expect_false(room_put_u16_big(&room, 1));
    expect_bytes(bytes_make(data, 3), BYTES_OF("abc"));
}

static void numbers_in_place_have_both_orders(void)
{
    uint8_t data[8];

    store_u32_little(data, 0x81020304u);
    expect_bytes(bytes_make(data, 4), hex("04030281"));
    expect_equal(load_u32_little(data), 0x81020304u);
    store_u64_little(data, 0x8102030405060708u);
    expect_bytes(bytes_make(data, 8), hex("0807060504030281"));
    expect_equal(load_u64_little(data), 0x8102030405060708u);
    store_u64_big(data, 0x8102030405060708u);
    expect_equal(load_u64_big(data), 0x8102030405060708u);
    expect_equal(load_u16_big(data), 0x8102);
}

TEST_MAIN(TEST(slices_are_equal_by_content), TEST(slices_are_ordered_as_unsigned_bytes),
    TEST(beginnings_and_ends_are_found), TEST(parts_are_cut_to_what_is_there),
    TEST(wiping_leaves_zeros), TEST(taking_moves_the_front),
    TEST(taking_too_much_leaves_everything), TEST(nothing_can_be_taken_from_nothing),
    TEST(numbers_are_read_most_significant_first), TEST(numbers_are_written_most_significant_first),
    TEST(putting_too_much_leaves_the_room), TEST(numbers_in_place_have_both_orders))
