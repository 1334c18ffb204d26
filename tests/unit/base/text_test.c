#include "base/text.h"

#include "support/test.h"

#include <string.h>

/* Prints `bytes` and expects `text`, parses `text` and expects `bytes`, each in just enough room. */
static void both_ways(
    enum gossip_error (*print)(struct gossip_bytes bytes, char *text, size_t text_size),
    enum gossip_error (*parse)(struct gossip_bytes text, struct gossip_room room, size_t *size),
    struct gossip_bytes bytes, const char *text)
{
    char *printed = test_take(strlen(text) + 1);
    uint8_t *parsed = test_take(bytes.size);
    size_t size = 99;

    expect_ok(print(bytes, printed, strlen(text) + 1));
    expect_text(printed, text);
    expect_ok(parse(bytes_of_text(text), room_make(parsed, bytes.size), &size));
    expect_bytes(bytes_make(parsed, size), bytes);

    expect_error(print(bytes, printed, strlen(text)), GOSSIP_ERROR_LIMIT);
    if (strlen(text) > 0)
        expect_text(printed, "");
    if (bytes.size > 0) {
        expect_error(parse(bytes_of_text(text), room_make(parsed, bytes.size - 1), &size),
            GOSSIP_ERROR_LIMIT);
        expect_equal(size, 0);
    }
}

static void is_refused(
    enum gossip_error (*parse)(struct gossip_bytes text, struct gossip_room room, size_t *size),
    struct gossip_bytes text)
{
    uint8_t room[512];
    size_t size = 99;

    expect_error(parse(text, room_make(room, sizeof(room)), &size), GOSSIP_ERROR_INVALID);
    expect_equal(size, 0);
}

static void hexadecimal(void)
{
    uint8_t room[4];
    size_t size;

    both_ways(text_print_hex, text_parse_hex, BYTES_OF(""), "");
    both_ways(text_print_hex, text_parse_hex, BYTES_OF("\x00\x01\xab\xff"), "0001abff");
    expect_ok(text_parse_hex(BYTES_OF("dEaDbeEF"), room_make(room, 4), &size));
    expect_bytes(bytes_make(room, size), hex("deadbeef"));
    is_refused(text_parse_hex, BYTES_OF("abc"));
    is_refused(text_parse_hex, BYTES_OF("0g"));
    is_refused(text_parse_hex, BYTES_OF("0 "));
    is_refused(text_parse_hex, BYTES_OF("0\0"));
    is_refused(text_parse_hex, BYTES_OF("0\xc1"));
}

/* RFC 4648 section 10, in lower case and without padding. */
static void base32(void)
{
    uint8_t room[4];
    size_t size;

    both_ways(text_print_base32, text_parse_base32, BYTES_OF(""), "");
    both_ways(text_print_base32, text_parse_base32, BYTES_OF("f"), "my");
    both_ways(text_print_base32, text_parse_base32, BYTES_OF("fo"), "mzxq");
    both_ways(text_print_base32, text_parse_base32, BYTES_OF("foo"), "mzxw6");
    both_ways(text_print_base32, text_parse_base32, BYTES_OF("foob"), "mzxw6yq");
    both_ways(text_print_base32, text_parse_base32, BYTES_OF("fooba"), "mzxw6ytb");
    both_ways(text_print_base32, text_parse_base32, BYTES_OF("foobar"), "mzxw6ytboi");
    expect_ok(text_parse_base32(BYTES_OF("MZXW6"), room_make(room, 4), &size));
    expect_bytes(bytes_make(room, size), BYTES_OF("foo"));
    is_refused(text_parse_base32, BYTES_OF("m"));
    is_refused(text_parse_base32, BYTES_OF("mzx"));
    is_refused(text_parse_base32, BYTES_OF("mzxw6y"));
    is_refused(text_parse_base32, BYTES_OF("my======"));
    is_refused(text_parse_base32, BYTES_OF("m1"));
    is_refused(text_parse_base32, BYTES_OF("m0"));
}

/* RFC 4648 section 10. */
static void base64(void)
{
    both_ways(text_print_base64, text_parse_base64, BYTES_OF(""), "");
    both_ways(text_print_base64, text_parse_base64, BYTES_OF("f"), "Zg==");
    both_ways(text_print_base64, text_parse_base64, BYTES_OF("fo"), "Zm8=");
    both_ways(text_print_base64, text_parse_base64, BYTES_OF("foo"), "Zm9v");
    both_ways(text_print_base64, text_parse_base64, BYTES_OF("foobar"), "Zm9vYmFy");
    both_ways(text_print_base64, text_parse_base64, BYTES_OF("\xfb\xef\xff"), "++//");
    is_refused(text_parse_base64, BYTES_OF("Zg"));
    is_refused(text_parse_base64, BYTES_OF("Zg="));
    is_refused(text_parse_base64, BYTES_OF("Z==="));
    is_refused(text_parse_base64, BYTES_OF("===="));
    is_refused(text_parse_base64, BYTES_OF("Zg==Zg=="));
    is_refused(text_parse_base64, BYTES_OF("--__"));
}

static void base64_for_urls(void)
{
    both_ways(text_print_base64url, text_parse_base64url, BYTES_OF(""), "");
    both_ways(text_print_base64url, text_parse_base64url, BYTES_OF("f"), "Zg");
    both_ways(text_print_base64url, text_parse_base64url, BYTES_OF("fo"), "Zm8");
    both_ways(text_print_base64url, text_parse_base64url, BYTES_OF("\xfb\xef\xff"), "--__");
    is_refused(text_parse_base64url, BYTES_OF("Z"));
    is_refused(text_parse_base64url, BYTES_OF("Zg=="));
    is_refused(text_parse_base64url, BYTES_OF("++//"));
}

static void bits_left_over_must_be_zero(void)
{
    is_refused(text_parse_base32, BYTES_OF("mz"));
    is_refused(text_parse_base64, BYTES_OF("Zh=="));
    is_refused(text_parse_base64, BYTES_OF("Zm9="));
    is_refused(text_parse_base64url, BYTES_OF("Zh"));
}

/* https://datatracker.ietf.org/doc/html/draft-msporny-base58 section 5, and a peer id. */
static void base58(void)
{
    both_ways(text_print_base58, text_parse_base58, BYTES_OF(""), "");
    both_ways(text_print_base58, text_parse_base58, BYTES_OF("Hello World!"), "2NEpo7TZRRrLZSi2U");
    both_ways(text_print_base58, text_parse_base58,
        BYTES_OF("The quick brown fox jumps over the lazy dog."),
        "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z");
    both_ways(text_print_base58, text_parse_base58, hex("0000287fb4cd"), "11233QC4");
    both_ways(text_print_base58, text_parse_base58, hex("00"), "1");
    both_ways(text_print_base58, text_parse_base58, hex("000000"), "111");
    both_ways(text_print_base58, text_parse_base58,
        hex("0024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"),
        "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq");
    is_refused(text_parse_base58, BYTES_OF("0"));
    is_refused(text_parse_base58, BYTES_OF("O"));
    is_refused(text_parse_base58, BYTES_OF("I"));
    is_refused(text_parse_base58, BYTES_OF("l"));
    is_refused(text_parse_base58, BYTES_OF("2NEpo7 "));
}

static void the_largest_sizes_of_base58_are_kept(void)
{
    char text[TEXT_BASE58_SIZE(TEXT_RADIX_BYTES_MAX)];
    uint8_t room[TEXT_RADIX_BYTES_MAX + 10];
    size_t size;
    struct gossip_bytes largest = bytes_repeated(0xff, TEXT_RADIX_BYTES_MAX);

    expect_ok(text_print_base58(largest, text, sizeof(text)));
    expect_ok(text_parse_base58(bytes_of_text(text), room_make(room, sizeof(room)), &size));
    expect_bytes(bytes_make(room, size), largest);
    expect_error(text_print_base58(bytes_repeated(0, TEXT_RADIX_BYTES_MAX + 1), text, sizeof(text)),
        GOSSIP_ERROR_LIMIT);
    expect_text(text, "");
    /* The next larger number, and more zeros than there may be bytes. */
    expect_error(text_parse_base58(bytes_repeated('z', 352), room_make(room, sizeof(room)), &size),
        GOSSIP_ERROR_LIMIT);
    expect_error(text_parse_base58(bytes_repeated('1', TEXT_RADIX_BYTES_MAX + 1),
                     room_make(room, sizeof(room)), &size),
        GOSSIP_ERROR_LIMIT);
    expect_error(text_parse_base58(bytes_repeated('1', TEXT_RADIX_DIGITS_MAX + 1),
                     room_make(room, sizeof(room)), &size),
        GOSSIP_ERROR_LIMIT);
    expect_equal(size, 0);
}

/* https://github.com/multiformats/multibase/blob/master/tests/basic.csv without the prefix. */
static void base36(void)
{
    uint8_t room[TEXT_RADIX_BYTES_MAX];
    size_t size;

    expect_ok(
        text_parse_base36(BYTES_OF("2lcpzo5yikidynfl"), room_make(room, sizeof(room)), &size));
    expect_bytes(bytes_make(room, size), BYTES_OF("yes mani !"));
    expect_ok(
        text_parse_base36(BYTES_OF("02LCPZO5YIKIDYNFL"), room_make(room, sizeof(room)), &size));
    expect_bytes(bytes_make(room, size), BYTES_OF("\0yes mani !"));
    is_refused(text_parse_base36, BYTES_OF("2lcp-"));
}

static void a_size_that_wraps_is_refused(void)
{
    uint8_t byte = 0;
    struct gossip_bytes huge = bytes_make(&byte, SIZE_MAX / 4);
    char text[4];

    expect_error(text_print_hex(huge, text, sizeof(text)), GOSSIP_ERROR_LIMIT);
    expect_error(text_print_base32(huge, text, sizeof(text)), GOSSIP_ERROR_LIMIT);
    expect_error(text_print_base64(huge, text, sizeof(text)), GOSSIP_ERROR_LIMIT);
    expect_error(text_print_base58(huge, text, sizeof(text)), GOSSIP_ERROR_LIMIT);
    expect_error(text_print_hex(BYTES_OF(""), NULL, 0), GOSSIP_ERROR_LIMIT);
}

TEST_MAIN(TEST(hexadecimal), TEST(base32), TEST(base64), TEST(base64_for_urls),
    TEST(bits_left_over_must_be_zero), TEST(base58), TEST(the_largest_sizes_of_base58_are_kept),
    TEST(base36), TEST(a_size_that_wraps_is_refused))
