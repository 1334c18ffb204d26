#include "base/varint.h"

#include "support/test.h"

/* https://github.com/multiformats/unsigned-varint, and the ends of every size. */
static const struct {
    uint64_t value;
    const char *bytes;
} vectors[] = {
    {0, "00"},
    {1, "01"},
    {127, "7f"},
    {128, "8001"},
    {255, "ff01"},
    {300, "ac02"},
    {16383, "ff7f"},
    {16384, "808001"},
    {0xffffffffu, "ffffffff0f"},
    {VARINT_VALUE_MAX, "ffffffffffffffff7f"},
};

static void the_vectors_hold_both_ways(void)
{
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        struct gossip_bytes bytes = hex(vectors[i].bytes);
        struct gossip_bytes input = bytes;
        uint8_t data[VARINT_BYTES_MAX];
        uint64_t value;

        expect_equal(varint_size(vectors[i].value), bytes.size);
        expect_equal(varint_encode(vectors[i].value, room_make(data, sizeof(data))), bytes.size);
        expect_bytes(bytes_make(data, bytes.size), bytes);
        expect_equal(varint_decode(&input, &value), VARINT_OK);
        expect_equal(value, vectors[i].value);
        expect_equal(input.size, 0);
    }
}

static void decoding_takes_no_more_than_the_number(void)
{
    struct gossip_bytes input = hex("8001 8001");
    uint64_t value;

    expect_equal(varint_decode(&input, &value), VARINT_OK);
    expect_bytes(input, hex("8001"));
}

static void what_is_incomplete_may_become_whole(void)
{
    static const char *const incomplete[] = {"", "80", "ffff", "ffffffffffffffff"};

    for (size_t i = 0; i < sizeof(incomplete) / sizeof(incomplete[0]); i++) {
        struct gossip_bytes input = hex(incomplete[i]);
        size_t size = input.size;
        uint64_t value = 7;

        expect_equal(varint_decode(&input, &value), VARINT_INCOMPLETE);
        expect_equal(varint_decode_protobuf(&input, &value), VARINT_INCOMPLETE);
        expect_equal(input.size, size);
        expect_equal(value, 7);
    }
}

static void what_is_overlong_stays_so(void)
{
    static const char *const overlong[] = {
        "8000", "818000", "ffffffffffffffffff", "ffffffffffffffffff01", "80808080808080808000"};

    for (size_t i = 0; i < sizeof(overlong) / sizeof(overlong[0]); i++) {
        struct gossip_bytes input = hex(overlong[i]);
        size_t size = input.size;
        uint64_t value = 7;

        expect_equal(varint_decode(&input, &value), VARINT_OVERLONG);
        expect_equal(input.size, size);
        expect_equal(value, 7);
    }
}

static void protobuf_allows_longer_forms_of_64_bits(void)
{
    struct gossip_bytes padded = hex("818000");
    struct gossip_bytes largest = hex("ffffffffffffffffff01");
    struct gossip_bytes too_large = hex("ffffffffffffffffff02");
    struct gossip_bytes too_long = hex("8080808080808080808000");
    uint64_t value;

    expect_equal(varint_decode_protobuf(&padded, &value), VARINT_OK);
    expect_equal(value, 1);
    expect_equal(varint_decode_protobuf(&largest, &value), VARINT_OK);
    expect_equal(value, UINT64_MAX);
    expect_equal(varint_decode_protobuf(&too_large, &value), VARINT_OVERLONG);
    expect_equal(varint_decode_protobuf(&too_long, &value), VARINT_OVERLONG);
    expect_equal(varint_size(UINT64_MAX), VARINT_PROTOBUF_BYTES_MAX);
}

static void encoding_needs_room_for_all_of_it(void)
{
    uint8_t data[2] = "x";
    struct gossip_room room = room_make(data, 2);

    expect_equal(varint_encode(300, room_make(data, 1)), 0);
    expect_equal(varint_encode(0, room_make(NULL, 0)), 0);
    expect_equal(data[0], 'x');
    expect_true(room_put_varint(&room, 5));
    expect_false(room_put_varint(&room, 300));
    expect_equal(room.size, 1);
    expect_true(room_put_varint(&room, 6));
    expect_bytes(bytes_make(data, 2), hex("0506"));
}

static void a_sized_slice_is_taken_whole(void)
{
    struct gossip_bytes input = BYTES_OF("\x03tea\x00more");
    struct gossip_bytes taken;

    expect_ok(varint_take_sized(&input, 3, &taken));
    expect_bytes(taken, BYTES_OF("tea"));
    expect_ok(varint_take_sized(&input, 3, &taken));
    expect_equal(taken.size, 0);
    expect_bytes(input, BYTES_OF("more"));
}

static void a_sized_slice_says_what_is_wrong(void)
{
    struct gossip_bytes short_of_size = BYTES_OF("\x80");
    struct gossip_bytes short_of_bytes = BYTES_OF("\x04tea");
    struct gossip_bytes too_large = BYTES_OF("\x80\x01");
    struct gossip_bytes huge = hex("ffffffffffffffff7f");
    struct gossip_bytes malformed = BYTES_OF("\x83\x00tea");
    struct gossip_bytes taken;

    expect_error(varint_take_sized(&short_of_size, 9, &taken), GOSSIP_ERROR_WOULD_BLOCK);
    expect_error(varint_take_sized(&short_of_bytes, 9, &taken), GOSSIP_ERROR_WOULD_BLOCK);
    expect_error(varint_take_sized(&too_large, 127, &taken), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(varint_take_sized(&huge, SIZE_MAX / 4, &taken), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(varint_take_sized(&malformed, 9, &taken), GOSSIP_ERROR_PEER_MALFORMED);
    expect_equal(short_of_bytes.size, 4);
}

TEST_MAIN(TEST(the_vectors_hold_both_ways), TEST(decoding_takes_no_more_than_the_number),
    TEST(what_is_incomplete_may_become_whole), TEST(what_is_overlong_stays_so),
    TEST(protobuf_allows_longer_forms_of_64_bits), TEST(encoding_needs_room_for_all_of_it),
    TEST(a_sized_slice_is_taken_whole), TEST(a_sized_slice_says_what_is_wrong))
