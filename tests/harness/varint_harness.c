/*
 * Varints: what decodes encodes to the same bytes, what encodes decodes to the same number, and the
 * two dialects agree wherever both accept.
 */
#include "harness/harness.h"

#include "base/bytes.h"
#include "base/varint.h"

static void encode_and_decode(uint64_t value, size_t room_size)
{
    uint8_t *data = test_take(room_size);
    size_t size = varint_encode(value, room_make(data, room_size));
    struct gossip_bytes input = room_filled(room_make(data, room_size), size);
    uint64_t decoded;

    expect_equal(size, varint_size(value) <= room_size ? varint_size(value) : 0);
    if (size == 0)
        return;
    expect_equal(varint_decode_protobuf(&input, &decoded), VARINT_OK);
    expect_equal(decoded, value);
    expect_equal(input.size, 0);
    input = bytes_make(data, size);
    expect_equal(
        varint_decode(&input, &decoded), value <= VARINT_VALUE_MAX ? VARINT_OK : VARINT_OVERLONG);
}

static void decode_and_encode(struct gossip_bytes bytes)
{
    struct gossip_bytes input = bytes;
    struct gossip_bytes lenient_input = bytes;
    uint8_t again[VARINT_BYTES_MAX];
    uint64_t value = 7;
    uint64_t lenient_value = 7;
    enum varint_result result = varint_decode(&input, &value);
    enum varint_result lenient = varint_decode_protobuf(&lenient_input, &lenient_value);

    if (lenient != VARINT_OK) {
        expect_equal(lenient_value, 7);
        expect_bytes(lenient_input, bytes);
    }
    if (result != VARINT_OK) {
        expect_equal(value, 7);
        expect_bytes(input, bytes);
        expect_true(result == VARINT_OVERLONG || lenient == VARINT_INCOMPLETE);
        return;
    }
    expect_equal(lenient, VARINT_OK);
    expect_equal(lenient_value, value);
    expect_bytes(lenient_input, input);
    expect_equal(varint_encode(value, room_make(again, sizeof(again))), bytes.size - input.size);
    expect_bytes(
        bytes_make(again, bytes.size - input.size), bytes_part(bytes, 0, bytes.size - input.size));
}

/* Nothing is taken before all of it is there, wherever the bytes are cut. */
static void cut_anywhere(struct gossip_bytes bytes)
{
    struct gossip_bytes whole = bytes;
    struct gossip_bytes taken;

    if (varint_take_sized(&whole, 64, &taken) != GOSSIP_OK)
        return;
    for (size_t size = 0; size < bytes.size - whole.size; size++) {
        struct gossip_bytes part = bytes_part(bytes, 0, size);
        expect_error(varint_take_sized(&part, 64, &taken), GOSSIP_ERROR_WOULD_BLOCK);
        expect_equal(part.size, size);
    }
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    unsigned shift = script_below(&script, 64);
    size_t room_size = script_below(&script, 12);

    encode_and_decode(script_u64(&script) >> shift, room_size);
    decode_and_encode(script_rest(&script));
    decode_and_encode(bytes_make(data, size));
    cut_anywhere(bytes_make(data, size));
}

const struct harness harness = {.name = "varint", .play = play, .size_max = 96};
