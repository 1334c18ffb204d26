#include "base/text.h"

#include "base/bytes.h"
#include "base/require.h"

#include <string.h>

struct alphabet {
    const char *digits;
    unsigned radix;
    unsigned bits; /* in one digit; 0 if the radix is no power of two */
    bool ignores_case;
};

static const struct alphabet hex = {
    .digits = "0123456789abcdef", .radix = 16, .bits = 4, .ignores_case = true};
static const struct alphabet base32 = {
    .digits = "abcdefghijklmnopqrstuvwxyz234567", .radix = 32, .bits = 5, .ignores_case = true};
static const struct alphabet base64 = {
    .digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    .radix = 64,
    .bits = 6};
static const struct alphabet base64url = {
    .digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    .radix = 64,
    .bits = 6};
static const struct alphabet base58 = {
    .digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", .radix = 58};
static const struct alphabet base36 = {
    .digits = "0123456789abcdefghijklmnopqrstuvwxyz", .radix = 36, .ignores_case = true};

/* The value of a digit, or the radix if it is none. */
static unsigned value_of(const struct alphabet *alphabet, uint8_t character)
{
    const char *found;

    if (alphabet->ignores_case && character >= 'A' && character <= 'Z')
        character = (uint8_t)(character - 'A' + 'a');
    found = memchr(alphabet->digits, character, alphabet->radix);
    return found == NULL ? alphabet->radix : (unsigned)(found - alphabet->digits);
}

/* What every print does when its text does not fit. */
static enum gossip_error refuse_text(char *text, size_t text_size)
{
    if (text_size > 0)
        text[0] = '\0';
    return GOSSIP_ERROR_LIMIT;
}

/* ---- radices that are powers of two ------------------------------------------------------ */

/* Rounds the number of digits up to whole groups of `group`, with "=" behind the digits. */
static enum gossip_error print_bits(const struct alphabet *alphabet, size_t group,
    struct gossip_bytes bytes, char *text, size_t text_size)
{
    unsigned held = 0; /* the low `held_bits` bits of it are not yet printed */
    unsigned held_bits = 0;
    size_t printed = 0;
    size_t digits;

    /* Kept apart so that the product below cannot wrap around. */
    if (bytes.size > SIZE_MAX / 8 - 8)
        return refuse_text(text, text_size);
    digits = (bytes.size * 8 + alphabet->bits - 1) / alphabet->bits;
    if ((digits + group - 1) / group * group >= text_size)
        return refuse_text(text, text_size);
    for (size_t i = 0; i < bytes.size; i++) {
        held = (held << 8 | bytes.data[i]) & 0xffff;
        held_bits += 8;
        for (; held_bits >= alphabet->bits; held_bits -= alphabet->bits)
            text[printed++] =
                alphabet->digits[held >> (held_bits - alphabet->bits) & (alphabet->radix - 1)];
    }
    if (held_bits > 0)
        text[printed++] =
            alphabet->digits[held << (alphabet->bits - held_bits) & (alphabet->radix - 1)];
    while (printed % group != 0)
        text[printed++] = '=';
    text[printed] = '\0';
    return GOSSIP_OK;
}

static enum gossip_error parse_bits(const struct alphabet *alphabet, struct gossip_bytes text,
    struct gossip_room room, size_t *size)
{
    unsigned held = 0;
    unsigned held_bits = 0;
    size_t parsed = 0;

    *size = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned value = value_of(alphabet, text.data[i]);
        if (value == alphabet->radix)
            return GOSSIP_ERROR_INVALID;
        held = (held << alphabet->bits | value) & 0xffff;
        held_bits += alphabet->bits;
        if (held_bits < 8)
            continue;
        held_bits -= 8;
        if (parsed == room.size)
            return GOSSIP_ERROR_LIMIT;
        room.data[parsed++] = (uint8_t)(held >> held_bits);
    }
    /* What is left over must be less than a digit and all zero, or two texts had one value. */
    if (held_bits >= alphabet->bits || (held & ((1u << held_bits) - 1)) != 0)
        return GOSSIP_ERROR_INVALID;
    *size = parsed;
    return GOSSIP_OK;
}

enum gossip_error text_print_hex(struct gossip_bytes bytes, char *text, size_t text_size)
{
    return print_bits(&hex, 1, bytes, text, text_size);
}

enum gossip_error text_parse_hex(struct gossip_bytes text, struct gossip_room room, size_t *size)
{
    return parse_bits(&hex, text, room, size);
}

enum gossip_error text_print_base32(struct gossip_bytes bytes, char *text, size_t text_size)
{
    return print_bits(&base32, 1, bytes, text, text_size);
}

enum gossip_error text_parse_base32(struct gossip_bytes text, struct gossip_room room, size_t *size)
{
    return parse_bits(&base32, text, room, size);
}

enum gossip_error text_print_base64(struct gossip_bytes bytes, char *text, size_t text_size)
{
    return print_bits(&base64, 4, bytes, text, text_size);
}

enum gossip_error text_parse_base64(struct gossip_bytes text, struct gossip_room room, size_t *size)
{
    *size = 0;
    if (text.size % 4 != 0)
        return GOSSIP_ERROR_INVALID;
    for (int padding = 0; padding < 2 && bytes_end_with(text, BYTES_OF("=")); padding++)
        text.size--;
    return parse_bits(&base64, text, room, size);
}

enum gossip_error text_print_base64url(struct gossip_bytes bytes, char *text, size_t text_size)
{
    return print_bits(&base64url, 1, bytes, text, text_size);
}

enum gossip_error text_parse_base64url(
    struct gossip_bytes text, struct gossip_room room, size_t *size)
{
    return parse_bits(&base64url, text, room, size);
}

/* ---- other radices: long division -------------------------------------------------------- */

/* A number in some radix, least significant digit first; with room for 256 bytes in radix 36. */
struct number {
    uint8_t digits[TEXT_RADIX_DIGITS_MAX];
    size_t count;
};

/* number = number * factor + addend. False if it outgrows `count_max` digits of `radix`. */
static bool multiply_and_add(
    struct number *number, unsigned radix, size_t count_max, unsigned factor, unsigned addend)
{
    for (size_t i = 0; i < number->count; i++) {
        addend += number->digits[i] * factor;
        number->digits[i] = (uint8_t)(addend % radix);
        addend /= radix;
    }
    for (; addend > 0; addend /= radix) {
        if (number->count == count_max)
            return false;
        number->digits[number->count++] = (uint8_t)(addend % radix);
    }
    return true;
}

enum gossip_error text_print_base58(struct gossip_bytes bytes, char *text, size_t text_size)
{
    struct number number;
    size_t zeros = 0;

    if (bytes.size > TEXT_RADIX_BYTES_MAX)
        return refuse_text(text, text_size);
    /* A number has no leading zeros, so those are counted and written apart. */
    while (zeros < bytes.size && bytes.data[zeros] == 0)
        zeros++;
    number.count = 0;
    for (size_t i = zeros; i < bytes.size; i++) {
        bool fits = multiply_and_add(&number, 58, TEXT_RADIX_DIGITS_MAX, 256, bytes.data[i]);
        require(fits);
    }
    if (zeros + number.count + 1 > text_size)
        return refuse_text(text, text_size);
    memset(text, base58.digits[0], zeros);
    for (size_t i = 0; i < number.count; i++)
        text[zeros + i] = base58.digits[number.digits[number.count - 1 - i]];
    text[zeros + number.count] = '\0';
    return GOSSIP_OK;
}

static enum gossip_error parse_radix(const struct alphabet *alphabet, struct gossip_bytes text,
    struct gossip_room room, size_t *size)
{
    struct number number;
    size_t zeros = 0;

    *size = 0;
    if (text.size > TEXT_RADIX_DIGITS_MAX)
        return GOSSIP_ERROR_LIMIT;
    while (zeros < text.size && value_of(alphabet, text.data[zeros]) == 0)
        zeros++;
    number.count = 0;
    for (size_t i = zeros; i < text.size; i++) {
        unsigned value = value_of(alphabet, text.data[i]);
        if (value == alphabet->radix)
            return GOSSIP_ERROR_INVALID;
        if (!multiply_and_add(&number, 256, TEXT_RADIX_BYTES_MAX, alphabet->radix, value))
            return GOSSIP_ERROR_LIMIT;
    }
    if (zeros + number.count > TEXT_RADIX_BYTES_MAX || zeros + number.count > room.size)
        return GOSSIP_ERROR_LIMIT;
    if (zeros > 0)
        memset(room.data, 0, zeros);
    for (size_t i = 0; i < number.count; i++)
        room.data[zeros + i] = number.digits[number.count - 1 - i];
    *size = zeros + number.count;
    return GOSSIP_OK;
}

enum gossip_error text_parse_base58(struct gossip_bytes text, struct gossip_room room, size_t *size)
{
    return parse_radix(&base58, text, room, size);
}

enum gossip_error text_parse_base36(struct gossip_bytes text, struct gossip_room room, size_t *size)
{
    return parse_radix(&base36, text, room, size);
}
