#include "wire/encode.h"

#include "support/test.h"
#include "wire/decode.h"

#include "keys.pb-c.h"

static void a_number_takes_as_many_bytes_as_were_promised(void)
{
    static const uint64_t values[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX};
    static const uint32_t numbers[] = {1, 15, 16, 2047, 2048, WIRE_FIELD_NUMBER_MAX};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++) {
            uint8_t memory[16];
            struct gossip_room room = room_make(memory, sizeof(memory));
            wire_put_varint_field(&room, numbers[k], values[i]);
            size_t size = sizeof(memory) - room.size;
            expect_equal(size, wire_varint_field_size(numbers[k], values[i]));

            struct wire_reader reader = wire_reader_make(bytes_make(memory, size));
            struct wire_field field;
            expect_true(wire_reader_next(&reader, &field));
            expect_equal(field.tag, WIRE_TAG(numbers[k], WIRE_VARINT));
            expect_true(field.value == values[i]);
            expect_false(wire_reader_next(&reader, &field));
        }
    }
}

static void bytes_take_as_many_bytes_as_were_promised(void)
{
    static const size_t sizes[] = {0, 1, 127, 128, 5000};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        uint8_t memory[5100];
        struct gossip_room room = room_make(memory, sizeof(memory));
        wire_put_bytes_field(&room, 16, bytes_repeated('x', sizes[i]));
        size_t size = sizeof(memory) - room.size;
        expect_equal(size, wire_bytes_field_size(16, sizes[i]));

        struct wire_reader reader = wire_reader_make(bytes_make(memory, size));
        struct wire_field field;
        expect_true(wire_reader_next(&reader, &field));
        expect_equal(field.tag, WIRE_TAG(16, WIRE_BYTES));
        expect_bytes(field.bytes, bytes_repeated('x', sizes[i]));
    }
}

static void a_whole_message_is_packed(void)
{
    WireProto__PublicKey key = WIRE_PROTO__PUBLIC_KEY__INIT;
    key.type = WIRE_PROTO__KEY_TYPE__Ed25519;
    key.data = wire_packable(BYTES_OF("abc"));
    uint8_t memory[7];
    expect_equal(wire_packed_size(&key.base), 7);
    expect_equal(wire_pack(&key.base, room_make(memory, sizeof(memory))), 7);
    expect_bytes(bytes_make(memory, 7), hex("0801 1203 616263"));
}

static void no_bytes_at_all_can_be_packed(void)
{
    ProtobufCBinaryData nothing = wire_packable((struct gossip_bytes){0});
    expect_equal(nothing.len, 0);
    expect_not_null(nothing.data);
}

static void too_little_room_is_a_mistake_of_ours(void)
{
    WireProto__PublicKey key = WIRE_PROTO__PUBLIC_KEY__INIT;
    key.data = wire_packable(BYTES_OF("abc"));
    static const struct gossip_bytes six = BYTES_INITIALISER("abcdef");
    uint8_t memory[6];
    struct gossip_room room = room_make(memory, sizeof(memory));
    expect_require_fails(wire_pack(&key.base, room));
    expect_require_fails(wire_put_bytes_field(&room, 1, six));
    room = room_make(memory, 1);
    expect_require_fails(wire_put_varint_field(&room, 1, 1));
}

TEST_MAIN(TEST(a_number_takes_as_many_bytes_as_were_promised),
    TEST(bytes_take_as_many_bytes_as_were_promised), TEST(a_whole_message_is_packed),
    TEST(no_bytes_at_all_can_be_packed), TEST(too_little_room_is_a_mistake_of_ours))
