/*
 * UTF-8: decoding agrees with a slow reading of the definition, replaced text is valid and says the
 * same, and no cut divides a code point.
 */
#include "harness/harness.h"

#include "base/bytes.h"
#include "base/utf8.h"

/* The code point of exactly these bytes by RFC 3629 section 3, or UINT32_MAX: every one is tried. */
static uint32_t code_point_of(struct gossip_bytes bytes)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t value;

    if (bytes.size == 1)
        return bytes.data[0] < 0x80 ? bytes.data[0] : UINT32_MAX;
    if (bytes.size < 2 || bytes.size > 4)
        return UINT32_MAX;
    if ((unsigned)bytes.data[0] >> (7 - bytes.size) != (0xfeu & 0xffu >> (7 - bytes.size)))
        return UINT32_MAX;
    value = bytes.data[0] & (0x7fu >> bytes.size);
    for (size_t i = 1; i < bytes.size; i++) {
        if (bytes.data[i] >> 6 != 2)
            return UINT32_MAX;
        value = value << 6 | (bytes.data[i] & 0x3fu);
    }
    return value >= smallest[bytes.size] && utf8_is_scalar(value) ? value : UINT32_MAX;
}

/* Takes the code point at the front of `text` the slow way; false, and one byte less, if none. */
static bool decode_slowly(struct gossip_bytes text, size_t *size, uint32_t *code_point)
{
    for (*size = 1; *size <= 4 && *size <= text.size; (*size)++) {
        *code_point = code_point_of(bytes_part(text, 0, *size));
        if (*code_point != UINT32_MAX)
            return true;
    }
    return false;
}

static bool decode_all(struct gossip_bytes text)
{
    bool is_valid = true;

    while (text.size > 0) {
        struct gossip_bytes before = text;
        uint8_t encoded[UTF8_BYTES_MAX];
        uint32_t code_point, slow_code_point;
        size_t slow_size;
        bool is_whole = utf8_decode(&text, &code_point);

        expect_at_most(text.size, before.size - 1);
        expect_equal(is_whole, decode_slowly(before, &slow_size, &slow_code_point));
        if (!is_whole) {
            expect_equal(code_point, UTF8_REPLACEMENT);
            expect_at_most(before.size - text.size, 3);
            is_valid = false;
            continue;
        }
        expect_equal(code_point, slow_code_point);
        expect_equal(before.size - text.size, slow_size);
        expect_equal(utf8_encode(code_point, room_make(encoded, sizeof(encoded))), slow_size);
        expect_bytes(bytes_make(encoded, slow_size), bytes_part(before, 0, slow_size));
    }
    return is_valid;
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    size_t cut = script_byte(&script);
    struct gossip_bytes text = script_rest(&script);
    struct gossip_room room = room_make(test_take(text.size * 3), text.size * 3);
    struct gossip_bytes clean = room_filled(room, utf8_replace_invalid(text, room));
    struct gossip_room narrow = room_make(test_take(cut), cut);
    bool is_valid = decode_all(text);

    expect_equal(utf8_is_valid(text), is_valid);
    expect_true(utf8_is_valid(clean));
    if (is_valid)
        expect_bytes(clean, text);
    expect_true(utf8_is_valid(utf8_truncate(clean, cut)));
    expect_at_most(utf8_truncate(clean, cut).size, cut);
    if (clean.size > cut)
        expect_at_least(utf8_truncate(clean, cut).size + 3, cut);
    expect_at_most(utf8_truncate(text, cut).size, cut);
    expect_bytes(
        room_filled(narrow, utf8_replace_invalid(text, narrow)), utf8_truncate(clean, cut));
}

const struct harness harness = {.name = "utf8", .play = play, .size_max = 256};
