/*
 * Text codecs: printing and parsing are each other's inverse, no two texts have one value (but for
 * the case of letters), and no output passes its bound.
 */
#include "harness/harness.h"

#include "base/bytes.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

struct codec {
    enum gossip_error (*print)(struct gossip_bytes bytes, char *text, size_t text_size);
    enum gossip_error (*parse)(struct gossip_bytes text, struct gossip_room room, size_t *size);
    bool ignores_case;
};

static const struct codec codecs[] = {
    {text_print_base58, text_parse_base58, false},
    {text_print_hex, text_parse_hex, true},
    {text_print_base32, text_parse_base32, true},
    {text_print_base64, text_parse_base64, false},
    {text_print_base64url, text_parse_base64url, false},
};

static size_t enough_text(const struct codec *codec, size_t size)
{
    if (codec->print == text_print_base58)
        return TEXT_BASE58_SIZE(size);
    if (codec->print == text_print_hex)
        return TEXT_HEX_SIZE(size);
    if (codec->print == text_print_base32)
        return TEXT_BASE32_SIZE(size);
    return TEXT_BASE64_SIZE(size);
}

static void print_and_parse(const struct codec *codec, struct gossip_bytes bytes, size_t cut)
{
    size_t text_size = enough_text(codec, bytes.size);
    char *text = test_take(text_size);
    char *narrow = test_take(cut);
    uint8_t *data = test_take(bytes.size);
    size_t size;

    if (bytes.size > TEXT_RADIX_BYTES_MAX && codec->print == text_print_base58) {
        expect_error(codec->print(bytes, text, text_size), GOSSIP_ERROR_LIMIT);
        return;
    }
    expect_ok(codec->print(bytes, text, text_size));
    expect_error(
        codec->print(bytes, narrow, cut), strlen(text) < cut ? GOSSIP_OK : GOSSIP_ERROR_LIMIT);
    if (cut > 0)
        expect_text(narrow, strlen(text) < cut ? text : "");
    expect_ok(codec->parse(bytes_of_text(text), room_make(data, bytes.size), &size));
    expect_bytes(bytes_make(data, size), bytes);
    if (bytes.size > 0)
        expect_error(codec->parse(bytes_of_text(text), room_make(data, bytes.size - 1), &size),
            GOSSIP_ERROR_LIMIT);
}

static void parse_and_print(const struct codec *codec, struct gossip_bytes text)
{
    uint8_t *data = test_take(text.size);
    char *again = test_take(enough_text(codec, text.size));
    size_t size = 99;

    if (codec->parse(text, room_make(data, text.size), &size) != GOSSIP_OK) {
        expect_equal(size, 0);
        return;
    }
    expect_ok(codec->print(bytes_make(data, size), again, enough_text(codec, text.size)));
    expect_equal(strlen(again), text.size);
    for (size_t i = 0; i < text.size; i++)
        expect_equal(again[i], codec->ignores_case ? tolower(text.data[i]) : text.data[i]);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    const struct codec *codec = &codecs[script_below(&script, sizeof(codecs) / sizeof(codecs[0]))];
    size_t cut = script_byte(&script);
    struct gossip_bytes bytes = script_rest(&script);
    uint8_t *text = test_take(bytes.size);
    uint8_t parsed[TEXT_RADIX_BYTES_MAX];
    size_t parsed_size;

    print_and_parse(codec, bytes, cut);
    parse_and_print(codec, bytes);
    /* Random bytes are seldom digits: fold them into the range where digits are common. */
    for (size_t i = 0; i < bytes.size; i++)
        text[i] = (uint8_t)('1' + bytes.data[i] % ('z' - '1' + 1));
    parse_and_print(codec, bytes_make(text, bytes.size));
    if (text_parse_base36(bytes_make(text, bytes.size), room_make(parsed, sizeof(parsed)),
            &parsed_size) == GOSSIP_OK)
        expect_at_most(parsed_size, bytes.size);
}

const struct harness harness = {.name = "base58", .play = play, .size_max = 300};
