#include "multiaddr/protocol_table.h"

#include "support/test.h"

#include <string.h>

struct known_protocol {
    uint64_t code;
    const char *name;
};

/* https://github.com/multiformats/multiaddr/blob/master/protocols.csv */
static const struct known_protocol known[] = {
    {4, "ip4"},
    {6, "tcp"},
    {41, "ip6"},
    {42, "ip6zone"},
    {43, "ipcidr"},
    {53, "dns"},
    {54, "dns4"},
    {55, "dns6"},
    {56, "dnsaddr"},
    {273, "udp"},
    {280, "webrtc-direct"},
    {281, "webrtc"},
    {290, "p2p-circuit"},
    {400, "unix"},
    {421, "p2p"},
    {448, "tls"},
    {449, "sni"},
    {454, "noise"},
    {460, "quic"},
    {461, "quic-v1"},
    {465, "webtransport"},
    {466, "certhash"},
    {477, "ws"},
    {478, "wss"},
    {480, "http"},
    {777, "memory"},
};

static void every_protocol_is_found_by_code_and_by_name(void)
{
    size_t count;
    const struct multiaddr_protocol *all = multiaddr_protocols(&count);
    expect_equal(count, sizeof(known) / sizeof(known[0]));
    for (size_t i = 0; i < count; i++) {
        expect_equal(all[i].code, known[i].code);
        expect_text(all[i].name, known[i].name);
        expect_same(multiaddr_protocol_by_code(known[i].code), &all[i]);
        expect_same(multiaddr_protocol_by_name(bytes_of_text(known[i].name)), &all[i]);
    }
}

static void the_old_name_of_p2p_is_understood(void)
{
    expect_same(multiaddr_protocol_by_name(BYTES_OF("ipfs")), multiaddr_protocol_by_code(421));
}

static void others_are_not_found(void)
{
    expect_null(multiaddr_protocol_by_code(0));
    expect_null(multiaddr_protocol_by_code(5));
    expect_null(multiaddr_protocol_by_code(4 + ((uint64_t)1 << 32)));
    expect_null(multiaddr_protocol_by_code(UINT64_MAX));
    expect_null(multiaddr_protocol_by_name(BYTES_OF("")));
    expect_null(multiaddr_protocol_by_name(BYTES_OF("IP4")));
    expect_null(multiaddr_protocol_by_name(BYTES_OF("ip")));
    expect_null(multiaddr_protocol_by_name(BYTES_OF("ip4 ")));
    expect_null(multiaddr_protocol_by_name(BYTES_OF("ip4\0")));
}

TEST_MAIN(TEST(every_protocol_is_found_by_code_and_by_name),
    TEST(the_old_name_of_p2p_is_understood), TEST(others_are_not_found))
