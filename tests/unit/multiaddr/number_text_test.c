#include "multiaddr/number_text.h"

#include "support/test.h"

static void reads_numbers_up_to_the_bound(void)
{
    uint64_t value;
    expect_true(multiaddr_number_parse(BYTES_OF("0"), 0, &value));
    expect_true(value == 0);
    expect_true(multiaddr_number_parse(BYTES_OF("65535"), 65535, &value));
    expect_true(value == 65535);
    expect_true(multiaddr_number_parse(BYTES_OF("18446744073709551615"), UINT64_MAX, &value));
    expect_true(value == UINT64_MAX);
    expect_true(multiaddr_number_parse(BYTES_OF("9"), 9, &value));
    expect_true(value == 9);
}

struct bad_number {
    const char *text;
    uint64_t value_max;
};

static const struct bad_number bad_numbers[] = {
    {"", 10},
    {"00", 10},
    {"01", 10},
    {"-1", 10},
    {"+1", 10},
    {" 1", 10},
    {"1 ", 10},
    {"1a", 100},
    {"0x1", 100},
    {"1.0", 100},
    {"5", 4},
    {"10", 9},
    {"65536", 65535},
    {"99999", 65535},
    {"18446744073709551616", UINT64_MAX},
    {"18446744073709551620", UINT64_MAX},
    {"99999999999999999999", UINT64_MAX},
    {"100000000000000000000", UINT64_MAX},
    {"111111111111111111111111111111", UINT64_MAX},
};

static void refuses_everything_else(void)
{
    for (size_t i = 0; i < sizeof(bad_numbers) / sizeof(bad_numbers[0]); i++) {
        uint64_t value = 77;
        expect_false(multiaddr_number_parse(
            bytes_of_text(bad_numbers[i].text), bad_numbers[i].value_max, &value));
        expect_true(value == 0);
    }
    uint64_t value;
    expect_false(multiaddr_number_parse(BYTES_OF("1\0"), 100, &value));
}

static struct gossip_bytes put(uint64_t value, unsigned radix)
{
    struct gossip_room room = room_make(test_take(32), 32);
    uint8_t *start = room.data;
    expect_true(multiaddr_number_put(&room, value, radix));
    return bytes_make(start, (size_t)(room.data - start));
}

static void prints_in_both_radices(void)
{
    expect_bytes(put(0, 10), BYTES_OF("0"));
    expect_bytes(put(0, 16), BYTES_OF("0"));
    expect_bytes(put(65535, 10), BYTES_OF("65535"));
    expect_bytes(put(65535, 16), BYTES_OF("ffff"));
    expect_bytes(put(UINT64_MAX, 10), BYTES_OF("18446744073709551615"));
    expect_bytes(put(UINT64_MAX, 16), BYTES_OF("ffffffffffffffff"));
}

static void prints_whole_or_not_at_all(void)
{
    uint8_t place[4] = {'x', 'x', 'x', 'x'};
    struct gossip_room room = room_make(place, 4);
    expect_false(multiaddr_number_put(&room, 12345, 10));
    expect_same(room.data, place);
    expect_equal(room.size, 4);
    expect_bytes(bytes_make(place, 4), BYTES_OF("xxxx"));
    expect_true(multiaddr_number_put(&room, 1234, 10));
    expect_equal(room.size, 0);
}

TEST_MAIN(TEST(reads_numbers_up_to_the_bound), TEST(refuses_everything_else),
    TEST(prints_in_both_radices), TEST(prints_whole_or_not_at_all))
