#include "multiaddr/ip_text.h"

#include "support/test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct ip_case {
    const char *text;
    const char *bytes;
    const char *printed; /* NULL: as it was read */
};

static const struct ip_case ip4_cases[] = {
    {"0.0.0.0", "00000000", NULL},
    {"127.0.0.1", "7f000001", NULL},
    {"1.2.3.4", "01020304", NULL},
    {"255.255.255.255", "ffffffff", NULL},
    {"10.20.100.199", "0a1464c7", NULL},
};

/* Mostly from https://www.rfc-editor.org/rfc/rfc4291#section-2.2 and
 * https://www.rfc-editor.org/rfc/rfc5952#section-4 */
static const struct ip_case ip6_cases[] = {
    {"::", "00000000000000000000000000000000", NULL},
    {"::1", "00000000000000000000000000000001", NULL},
    {"1::", "00010000000000000000000000000000", NULL},
    {"2001:db8::8:800:200c:417a", "20010db80000000000080800200c417a", NULL},
    {"2001:DB8:0:0:8:800:200C:417A", "20010db80000000000080800200c417a",
        "2001:db8::8:800:200c:417a"},
    {"ff01::101", "ff010000000000000000000000000101", NULL},
    {"0:0:0:0:0:0:0:1", "00000000000000000000000000000001", "::1"},
    {"2601:9:4f81:9700:803e:ca65:66e8:c21", "260100094f819700803eca6566e80c21", NULL},
    {"fe80::9700:803e:ca65:66e8:c21", "fe80000000009700803eca6566e80c21", NULL},
    /* no leading zeros */
    {"2001:0db8::0001", "20010db8000000000000000000000001", "2001:db8::1"},
    /* one zero group is not shortened */
    {"2001:db8::1:1:1:1:1", "20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"},
    {"2001:db8:0:1:1:1:1:1", "20010db8000000010001000100010001", NULL},
    /* the longest row, and the first of two */
    {"2001:0:0:1:0:0:0:1", "20010000000000010000000000000001", "2001:0:0:1::1"},
    {"2001:db8:0:0:1:0:0:1", "20010db8000000000001000000000001", "2001:db8::1:0:0:1"},
    {"1:0:0:2::", "00010000000000020000000000000000", "1:0:0:2::"},
    {"0:0:1::", "00000000000100000000000000000000", "0:0:1::"},
    {"::1:0:0", "00000000000000000000000100000000", "::1:0:0"},
    /* a gap for one group, in each place */
    {"::2:3:4:5:6:7:8", "00000002000300040005000600070008", "0:2:3:4:5:6:7:8"},
    {"1:2:3::5:6:7:8", "00010002000300000005000600070008", "1:2:3:0:5:6:7:8"},
    {"1:2:3:4:5:6:7::", "00010002000300040005000600070000", "1:2:3:4:5:6:7:0"},
    /* an IPv4 address in the last two groups */
    {"::ffff:129.144.52.38", "00000000000000000000ffff81903426", NULL},
    {"::FFFF:8190:3426", "00000000000000000000ffff81903426", "::ffff:129.144.52.38"},
    {"::13.1.68.3", "0000000000000000000000000d014403", "::d01:4403"},
    {"64:ff9b::192.0.2.33", "0064ff9b0000000000000000c0000221", "64:ff9b::c000:221"},
    {"1:2:3:4:5:6:7.8.9.10",
        "000100020003000400050006"
        "0708090a",
        "1:2:3:4:5:6:708:90a"},
};

static struct gossip_bytes print_ip(const uint8_t *ip, size_t size, size_t room_size)
{
    struct gossip_room room = room_make(test_take(room_size + 1), room_size);
    uint8_t *start = room.data;
    bool fits = size == IP4_BYTES ? multiaddr_ip4_put(&room, ip) : multiaddr_ip6_put(&room, ip);
    if (!fits)
        expect_same(room.data, start);
    return bytes_make(start, fits ? (size_t)(room.data - start) : 0);
}

static void expect_case(const struct ip_case *row, size_t size)
{
    uint8_t ip[IP6_BYTES];
    struct gossip_bytes text = bytes_of_text(row->text);
    expect_true(size == IP4_BYTES ? multiaddr_ip4_parse(text, ip) : multiaddr_ip6_parse(text, ip));
    expect_bytes(bytes_make(ip, size), hex(row->bytes));
    struct gossip_bytes printed = bytes_of_text(row->printed != NULL ? row->printed : row->text);
    expect_bytes(print_ip(ip, size, 64), printed);
    expect_bytes(print_ip(ip, size, printed.size), printed);
    for (size_t room_size = 0; room_size < printed.size; room_size++)
        expect_equal(print_ip(ip, size, room_size).size, 0);
}

static void ip4_is_read_and_printed(void)
{
    for (size_t i = 0; i < sizeof(ip4_cases) / sizeof(ip4_cases[0]); i++)
        expect_case(&ip4_cases[i], IP4_BYTES);
}

static void ip6_is_read_and_printed(void)
{
    for (size_t i = 0; i < sizeof(ip6_cases) / sizeof(ip6_cases[0]); i++)
        expect_case(&ip6_cases[i], IP6_BYTES);
}

static const char *const bad_ip4[] = {"", ".", "...", "1", "1.2", "1.2.3", "1.2.3.", ".1.2.3",
    "1.2.3.4.", "1.2.3.4.5", "1..2.3", "256.1.1.1", "1.1.1.256", "1.2.3.04", "01.2.3.4",
    "1.2.3.0x4", "1.2.3.-4", "1.2.3.+4", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4a", "127.1", "2130706433",
    "1,2,3,4", "::1", "1.2.3.1000", "1.2.3.99999999999999999999"};

static const char *const bad_ip6[] = {"", ":", ":::", "::::", "1", "1:", ":1", "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:", "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "1::2::3",
    "::1::", ":::1", "1:::2", "::12345", "::g", "::1%eth0", "[::1]", "::1 ", " ::1", "::-1",
    "::0x1", "1.2.3.4", "::1.2.3", "::1.2.3.4.5", "::1.2.3.256", "::1.2.3.4:5",
    "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:1.2.3.4", "::1.2.3.4:", "1.2.3.4::", "::.1", "::1.",
    "/::1"};

static void everything_else_is_refused(void)
{
    uint8_t ip[IP6_BYTES];
    for (size_t i = 0; i < sizeof(bad_ip4) / sizeof(char *); i++) {
        if (multiaddr_ip4_parse(bytes_of_text(bad_ip4[i]), ip))
            test_fail(bad_ip4[i]);
    }
    for (size_t i = 0; i < sizeof(bad_ip6) / sizeof(char *); i++) {
        if (multiaddr_ip6_parse(bytes_of_text(bad_ip6[i]), ip))
            test_fail(bad_ip6[i]);
    }
    expect_false(multiaddr_ip4_parse(BYTES_OF("1.2.3.4\0"), ip));
    expect_false(multiaddr_ip6_parse(BYTES_OF("::1\0"), ip));
}

/* The C library of the machine is a second opinion, on millions of texts made
 * of the few characters that matter. */
static void the_c_library_agrees(void)
{
    static const char alphabet[] = "0129af:::..";
    uint64_t state = 1;
    size_t accepted = 0;
    for (size_t round = 0; round < 300000; round++) {
        char text[24];
        state = state * 6364136223846793005u + 1442695040888963407u;
        size_t length = 1 + (state >> 33) % (sizeof(text) - 1);
        for (size_t i = 0; i < length; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            text[i] = alphabet[(state >> 33) % (sizeof(alphabet) - 1)];
        }
        text[length - 1] = '\0';
        uint8_t ours[IP6_BYTES];
        uint8_t theirs[IP6_BYTES];
        bool is_ours = multiaddr_ip6_parse(bytes_of_text(text), ours);
        if (is_ours != (inet_pton(AF_INET6, text, theirs) == 1))
            test_fail(text);
        if (is_ours) {
            accepted++;
            expect_bytes(bytes_make(ours, IP6_BYTES), bytes_make(theirs, IP6_BYTES));
        }
        bool is_ours4 = multiaddr_ip4_parse(bytes_of_text(text), ours);
        if (is_ours4 != (inet_pton(AF_INET, text, theirs) == 1))
            test_fail(text);
    }
    expect_at_least(accepted, 1000);
}

static void mapped_addresses_are_known(void)
{
    expect_true(multiaddr_ip6_is_mapped(hex("00000000000000000000ffff7f000001").data));
    expect_false(multiaddr_ip6_is_mapped(hex("0000000000000000000000007f000001").data));
    expect_false(multiaddr_ip6_is_mapped(hex("00000000000000000001ffff7f000001").data));
    expect_false(multiaddr_ip6_is_mapped(hex("00000000000000000000fffe7f000001").data));
}

TEST_MAIN(TEST(ip4_is_read_and_printed), TEST(ip6_is_read_and_printed),
    TEST(everything_else_is_refused), TEST(the_c_library_agrees), TEST(mapped_addresses_are_known))
