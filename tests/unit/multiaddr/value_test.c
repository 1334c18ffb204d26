#include "multiaddr/value.h"

#include "support/test.h"

#include <string.h>

struct value_case {
    enum multiaddr_value kind;
    const char *text;
    const char *bytes;
};

static const struct value_case values[] = {
    {MULTIADDR_VALUE_IP4, "192.0.2.7", "c0000207"},
    {MULTIADDR_VALUE_IP6, "fe80::1", "fe800000000000000000000000000001"},
    {MULTIADDR_VALUE_PORT, "0", "0000"},
    {MULTIADDR_VALUE_PORT, "9740", "260c"},
    {MULTIADDR_VALUE_PORT, "65535", "ffff"},
    {MULTIADDR_VALUE_PREFIX, "0", "00"},
    {MULTIADDR_VALUE_PREFIX, "255", "ff"},
    {MULTIADDR_VALUE_NUMBER, "0", "0000000000000000"},
    {MULTIADDR_VALUE_NUMBER, "18446744073709551615", "ffffffffffffffff"},
    {MULTIADDR_VALUE_HOST, "a", "61"},
    {MULTIADDR_VALUE_HOST, "example.com", "6578616d706c652e636f6d"},
    {MULTIADDR_VALUE_HOST, "example.com.", "6578616d706c652e636f6d2e"},
    {MULTIADDR_VALUE_HOST, "_dnsaddr.xn--bcher-kva.EXAMPLE",
        "5f646e73616464722e786e2d2d62636865722d6b76612e4558414d504c45"},
    {MULTIADDR_VALUE_WORD, "eth0.1%x", "657468302e312578"},
    {MULTIADDR_VALUE_WORD, "*.libp2p.direct", "2a2e6c69627032702e646972656374"},
    {MULTIADDR_VALUE_PATH, "/", "2f"},
    {MULTIADDR_VALUE_PATH, "/tmp/a b//c/", "2f746d702f6120622f2f632f"},
    {MULTIADDR_VALUE_PEER_ID, "QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC",
        "1220d52ebb89d85b02a284948203a62ff28389c57c9f42beec4ec20db76a68911c0b"},
    {MULTIADDR_VALUE_MULTIHASH, "uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g",
        "1220c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2"},
};

static void values_are_read_checked_and_printed(void)
{
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        const struct value_case *row = &values[i];
        uint8_t place[512];
        size_t size = 99;
        const char *complaint = multiaddr_value_parse(
            row->kind, bytes_of_text(row->text), room_make(place, sizeof(place)), &size);
        if (complaint != NULL)
            test_fail(complaint);
        expect_bytes(bytes_make(place, size), hex(row->bytes));
        expect_true(multiaddr_value_is_valid(row->kind, bytes_make(place, size)));

        char text[512];
        struct gossip_room room = room_make(text, sizeof(text));
        expect_true(multiaddr_value_put(&room, row->kind, bytes_make(place, size)));
        expect_bytes(bytes_make(text, sizeof(text) - room.size), bytes_of_text(row->text));
        if (!multiaddr_value_is_sized(row->kind))
            expect_equal(multiaddr_value_fixed_size(row->kind), size);
    }
}

static void values_that_do_not_fit_are_refused(void)
{
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        const struct value_case *row = &values[i];
        uint8_t place[512];
        size_t size = 99;
        size_t needed = hex(row->bytes).size;
        expect_not_null(multiaddr_value_parse(
            row->kind, bytes_of_text(row->text), room_make(place, needed - 1), &size));
        expect_equal(size, 0);
        expect_null(multiaddr_value_parse(
            row->kind, bytes_of_text(row->text), room_make(place, needed), &size));

        struct gossip_room room = room_make(place, strlen(row->text) - 1);
        expect_false(multiaddr_value_put(&room, row->kind, hex(row->bytes)));
    }
}

static const struct value_case bad_texts[] = {
    {MULTIADDR_VALUE_IP4, "::1", ""},
    {MULTIADDR_VALUE_IP4, "", ""},
    {MULTIADDR_VALUE_IP6, "1.2.3.4", ""},
    {MULTIADDR_VALUE_PORT, "65536", ""},
    {MULTIADDR_VALUE_PORT, "-1", ""},
    {MULTIADDR_VALUE_PORT, "http", ""},
    {MULTIADDR_VALUE_PORT, "080", ""},
    {MULTIADDR_VALUE_PREFIX, "256", ""},
    {MULTIADDR_VALUE_NUMBER, "18446744073709551616", ""},
    {MULTIADDR_VALUE_HOST, "a b", ""},
    {MULTIADDR_VALUE_WORD, "", ""},
    {MULTIADDR_VALUE_WORD, "a/b", ""},
    {MULTIADDR_VALUE_WORD, "a b", ""},
    {MULTIADDR_VALUE_PATH, "a", ""},
    {MULTIADDR_VALUE_PATH, "", ""},
    {MULTIADDR_VALUE_PATH, "/a\nb", ""},
    {MULTIADDR_VALUE_PATH, "/a\xc3\xa9", ""},
    {MULTIADDR_VALUE_PEER_ID, "tcp", ""},
    {MULTIADDR_VALUE_PEER_ID, "1", ""},
    {MULTIADDR_VALUE_MULTIHASH, "", ""},
    {MULTIADDR_VALUE_MULTIHASH, "u", ""},
    {MULTIADDR_VALUE_MULTIHASH, "xEiDDq4", ""},
    /* one character missing */
    {MULTIADDR_VALUE_MULTIHASH, "b2uaraocy6yrdblb4sfptaddgimjmmp", ""},
    {MULTIADDR_VALUE_MULTIHASH, "uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE", ""},
};

static void bad_texts_are_refused(void)
{
    for (size_t i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++) {
        uint8_t place[512];
        size_t size = 99;
        if (multiaddr_value_parse(bad_texts[i].kind, bytes_of_text(bad_texts[i].text),
                room_make(place, sizeof(place)), &size) == NULL)
            test_fail(bad_texts[i].text);
        expect_equal(size, 0);
    }
}

static void hashes_are_read_in_every_base(void)
{
    static const char *const texts[] = {
        "b2uaraocy6yrdblb4sfptaddgimjmmpy",
        "B2UARAOCY6YRDBLB4SFPTADDGIMJMMPY",
        "u1QEQOFj2IjCsPJFfMAxmQxLGPw",
        "zfzhnPp2QyPPTbFi8GPADNy3mMQ",
        "fd501103858f62230ac3c915f300c664312c63f",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(char *); i++) {
        uint8_t place[512];
        size_t size;
        const char *complaint = multiaddr_value_parse(MULTIADDR_VALUE_MULTIHASH,
            bytes_of_text(texts[i]), room_make(place, sizeof(place)), &size);
        if (i == 1) { /* a capital would name another base */
            expect_not_null(complaint);
            continue;
        }
        expect_null(complaint);
        expect_bytes(bytes_make(place, size), hex("d501103858f62230ac3c915f300c664312c63f"));
    }
}

static const struct value_case bad_bytes[] = {
    {MULTIADDR_VALUE_NONE, "", "00"},
    {MULTIADDR_VALUE_IP4, "", "7f0000"},
    {MULTIADDR_VALUE_IP6, "", "7f000001"},
    {MULTIADDR_VALUE_PORT, "", "00"},
    {MULTIADDR_VALUE_HOST, "", ""},
    {MULTIADDR_VALUE_HOST, "", "00"},
    {MULTIADDR_VALUE_HOST, "", "612f62"},
    {MULTIADDR_VALUE_WORD, "", "6574680a30"},
    {MULTIADDR_VALUE_WORD, "", "1b5b32"},
    {MULTIADDR_VALUE_WORD, "", "c3a9"},
    {MULTIADDR_VALUE_PATH, "", "746d70"},
    {MULTIADDR_VALUE_PATH, "", "2f7f"},
    {MULTIADDR_VALUE_PEER_ID, "", ""},
    {MULTIADDR_VALUE_PEER_ID, "", "000100"},
    {MULTIADDR_VALUE_MULTIHASH, "", ""},
    {MULTIADDR_VALUE_MULTIHASH, "", "12"},
    {MULTIADDR_VALUE_MULTIHASH, "", "1200"},
    {MULTIADDR_VALUE_MULTIHASH, "", "120201"},
    {MULTIADDR_VALUE_MULTIHASH, "", "1201aabb"},
    {MULTIADDR_VALUE_MULTIHASH, "", "920001aa"},
    {MULTIADDR_VALUE_MULTIHASH, "", "128100aa"},
    {MULTIADDR_VALUE_MULTIHASH, "", "12ffffffffffffffff7f"},
};

static void bad_bytes_are_refused(void)
{
    for (size_t i = 0; i < sizeof(bad_bytes) / sizeof(bad_bytes[0]); i++) {
        if (multiaddr_value_is_valid(bad_bytes[i].kind, hex(bad_bytes[i].bytes)))
            test_fail(bad_bytes[i].bytes);
    }
}

static void host_names_have_the_sizes_that_resolvers_can_take(void)
{
    char name[320];
    memset(name, 'a', sizeof(name));
    for (size_t i = 63; i < sizeof(name); i += 64)
        name[i] = '.';
    expect_null(multiaddr_host_complaint(bytes_make(name, 253)));
    expect_text(
        multiaddr_host_complaint(bytes_make(name, 254)), "a host name has at most 253 characters");
    expect_text(
        multiaddr_host_complaint(bytes_make(name, 300)), "a host name has at most 253 characters");
    name[63] = 'a';
    expect_text(multiaddr_host_complaint(bytes_make(name, 253)),
        "a host name has at most 63 characters between two dots");
    expect_null(multiaddr_host_complaint(bytes_make(name, 63)));
    expect_not_null(multiaddr_host_complaint(bytes_make(name, 64)));
    name[253] = '.';
    name[63] = '.';
    expect_null(multiaddr_host_complaint(bytes_make(name, 254)));
}

static void host_names_have_no_empty_parts_and_no_strange_letters(void)
{
    expect_text(multiaddr_host_complaint(BYTES_OF("")), "the name of the host is missing");
    expect_text(multiaddr_host_complaint(BYTES_OF(".")), "the name of the host is missing");
    static const char *const dotted[] = {".a", "a..b", "..", "a..", "a.b..c."};
    for (size_t i = 0; i < sizeof(dotted) / sizeof(char *); i++)
        expect_text(multiaddr_host_complaint(bytes_of_text(dotted[i])),
            "a host name has no two dots in a row and none in front");
    static const char *const strange[] = {
        "a b", "a:b", "a/b", "a%b", "b\xc3\xbcr", "a\n", "*.a", "a@b", "[::1]"};
    for (size_t i = 0; i < sizeof(strange) / sizeof(char *); i++)
        expect_text(multiaddr_host_complaint(bytes_of_text(strange[i])),
            "a host name consists of letters, digits, hyphens and dots (other letters in their "
            "xn-- form)");
}

TEST_MAIN(TEST(values_are_read_checked_and_printed), TEST(values_that_do_not_fit_are_refused),
    TEST(bad_texts_are_refused), TEST(hashes_are_read_in_every_base), TEST(bad_bytes_are_refused),
    TEST(host_names_have_the_sizes_that_resolvers_can_take),
    TEST(host_names_have_no_empty_parts_and_no_strange_letters))
