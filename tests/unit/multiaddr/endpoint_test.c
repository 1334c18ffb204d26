#include "multiaddr/endpoint.h"

#include "base/peer_id_text.h"
#include "multiaddr/multiaddr.h"
#include "support/test.h"

#include <string.h>

#define PEER "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"
#define OTHER_PEER "QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC"

static struct gossip_address address_of(const char *text)
{
    struct gossip_address address;
    struct multiaddr_complaint complaint = {0};
    if (multiaddr_parse(bytes_of_text(text), &address, &complaint) != GOSSIP_OK)
        test_fail(complaint.sentence);
    return address;
}

static void expect_address(const struct gossip_address *address, const char *expected)
{
    char text[MULTIADDR_TEXT_BYTES_MAX];
    multiaddr_print(multiaddr_bytes(address), text);
    expect_text(text, expected);
}

static struct gossip_peer_id peer_of(const char *text)
{
    struct gossip_peer_id peer;
    expect_ok(peer_id_parse(bytes_of_text(text), &peer));
    return peer;
}

struct endpoint_case {
    const char *text;
    enum multiaddr_host host;
    const char *ip;
    const char *zone;
    const char *name;
    int port; /* -1: none */
    const char *peer;
    bool is_dialable;
};

static const struct endpoint_case endpoints[] = {
    {"/ip4/192.0.2.7/tcp/9740", MULTIADDR_HOST_IP4, "c0000207", "", "", 9740, NULL, true},
    {"/ip4/192.0.2.7/tcp/9740/p2p/" PEER, MULTIADDR_HOST_IP4, "c0000207", "", "", 9740, PEER, true},
    {"/ip6/2001:db8::1/tcp/1/p2p/" PEER, MULTIADDR_HOST_IP6, "20010db8000000000000000000000001", "",
        "", 1, PEER, true},
    /* the zone on either side */
    {"/ip6zone/eth0/ip6/fe80::1/tcp/1", MULTIADDR_HOST_IP6, "fe800000000000000000000000000001",
        "eth0", "", 1, NULL, true},
    {"/ip6/fe80::1/ip6zone/eth0/tcp/1", MULTIADDR_HOST_IP6, "fe800000000000000000000000000001",
        "eth0", "", 1, NULL, true},
    {"/ip6zone/a/ip6/fe80::1/ip6zone/b/tcp/1", MULTIADDR_HOST_IP6,
        "fe800000000000000000000000000001", "a", "", -1, NULL, false},
    {"/ip6zone/eth0/ip4/1.2.3.4/tcp/1", MULTIADDR_HOST_NONE, "", "eth0", "", -1, NULL, false},
    {"/ip4/1.2.3.4/ip6zone/eth0/tcp/1", MULTIADDR_HOST_IP4, "01020304", "", "", -1, NULL, false},
    {"/dns/a.example/tcp/80", MULTIADDR_HOST_DNS, "", "", "a.example", 80, NULL, true},
    {"/dns4/a.example/tcp/80", MULTIADDR_HOST_DNS4, "", "", "a.example", 80, NULL, true},
    {"/dns6/a.example/tcp/80/p2p/" OTHER_PEER, MULTIADDR_HOST_DNS6, "", "", "a.example", 80,
        OTHER_PEER, true},
    {"/dnsaddr/a.example/p2p/" PEER, MULTIADDR_HOST_DNSADDR, "", "", "a.example", -1, PEER, false},
    {"/dnsaddr/a.example/tcp/80", MULTIADDR_HOST_DNSADDR, "", "", "a.example", 80, NULL, false},
    /* no port, port zero, no host */
    {"/ip4/1.2.3.4", MULTIADDR_HOST_IP4, "01020304", "", "", -1, NULL, false},
    {"/ip4/1.2.3.4/tcp/0", MULTIADDR_HOST_IP4, "01020304", "", "", 0, NULL, false},
    {"/tcp/80", MULTIADDR_HOST_NONE, "", "", "", -1, NULL, false},
    {"/p2p/" PEER, MULTIADDR_HOST_NONE, "", "", "", -1, PEER, false},
    {"/memory/7", MULTIADDR_HOST_NONE, "", "", "", -1, NULL, false},
    {"/unix/tmp/socket", MULTIADDR_HOST_NONE, "", "", "", -1, NULL, false},
    /* more behind the port than a peer id */
    {"/ip4/1.2.3.4/tcp/80/ws", MULTIADDR_HOST_IP4, "01020304", "", "", 80, NULL, false},
    {"/ip4/1.2.3.4/tcp/80/ws/p2p/" PEER, MULTIADDR_HOST_IP4, "01020304", "", "", 80, PEER, false},
    {"/ip4/1.2.3.4/tcp/80/tls/ws", MULTIADDR_HOST_IP4, "01020304", "", "", 80, NULL, false},
    {"/ip4/1.2.3.4/tcp/80/noise", MULTIADDR_HOST_IP4, "01020304", "", "", 80, NULL, false},
    {"/ip4/1.2.3.4/tcp/80/tcp/81", MULTIADDR_HOST_IP4, "01020304", "", "", 80, NULL, false},
    {"/ip4/1.2.3.4/tcp/80/p2p/" OTHER_PEER "/p2p-circuit", MULTIADDR_HOST_IP4, "01020304", "", "",
        80, NULL, false},
    {"/ip4/1.2.3.4/tcp/80/p2p/" OTHER_PEER "/p2p-circuit/p2p/" PEER, MULTIADDR_HOST_IP4, "01020304",
        "", "", 80, PEER, false},
    {"/ip4/1.2.3.4/tcp/80/p2p/" OTHER_PEER "/p2p/" PEER, MULTIADDR_HOST_IP4, "01020304", "", "", 80,
        PEER, false},
    {"/ip4/1.2.3.4/p2p/" PEER "/tcp/80", MULTIADDR_HOST_IP4, "01020304", "", "", -1, NULL, false},
    {"/ip4/1.2.3.4/udp/80", MULTIADDR_HOST_IP4, "01020304", "", "", -1, NULL, false},
    {"/ip4/1.2.3.4/udp/80/quic-v1/p2p/" PEER, MULTIADDR_HOST_IP4, "01020304", "", "", -1, PEER,
        false},
    {"/ip4/1.2.3.4/ip4/5.6.7.8/tcp/80", MULTIADDR_HOST_IP4, "01020304", "", "", -1, NULL, false},
};

static void addresses_are_taken_apart(void)
{
    for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
        const struct endpoint_case *row = &endpoints[i];
        struct gossip_address address = address_of(row->text);
        struct multiaddr_endpoint endpoint;
        memset(&endpoint, 0xee, sizeof(endpoint));
        multiaddr_endpoint_decode(multiaddr_bytes(&address), &endpoint);
        expect_equal(endpoint.host, row->host);
        struct gossip_bytes ip = hex(row->ip);
        expect_bytes(bytes_make(endpoint.ip, ip.size), ip);
        expect_bytes(bytes_make(endpoint.ip + ip.size, sizeof(endpoint.ip) - ip.size),
            bytes_repeated(0, sizeof(endpoint.ip) - ip.size));
        expect_bytes(endpoint.zone, bytes_of_text(row->zone));
        expect_bytes(endpoint.name, bytes_of_text(row->name));
        expect_equal(endpoint.has_port, row->port >= 0);
        expect_equal(endpoint.port, row->port >= 0 ? row->port : 0);
        expect_equal(endpoint.has_peer, row->peer != NULL);
        struct gossip_peer_id expected = {0};
        if (row->peer != NULL)
            expected = peer_of(row->peer);
        expect_true(peer_id_is_equal(&endpoint.peer, &expected));
        expect_equal(endpoint.is_dialable, row->is_dialable);
    }
}

static void what_is_dialable_is_built_again(void)
{
    for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
        struct gossip_address address = address_of(endpoints[i].text);
        struct gossip_address built;
        struct multiaddr_endpoint endpoint;
        multiaddr_endpoint_decode(multiaddr_bytes(&address), &endpoint);
        if (!endpoint.is_dialable)
            continue;
        expect_ok(multiaddr_endpoint_encode(&endpoint, &built));
        if (endpoint.zone.size == 0)
            expect_true(multiaddr_is_equal(&built, &address));
        else
            expect_address(&built, "/ip6zone/eth0/ip6/fe80::1/tcp/1");
    }
}

static void impossible_endpoints_are_not_built(void)
{
    struct gossip_address address;
    struct multiaddr_endpoint endpoint = {.has_port = true, .port = 80};
    expect_error(multiaddr_endpoint_encode(&endpoint, &address), GOSSIP_ERROR_INVALID);
    expect_equal(address.size, 0);

    endpoint.host = MULTIADDR_HOST_DNS;
    endpoint.name = BYTES_OF("");
    expect_error(multiaddr_endpoint_encode(&endpoint, &address), GOSSIP_ERROR_INVALID);
    endpoint.name = BYTES_OF("a/b");
    expect_error(multiaddr_endpoint_encode(&endpoint, &address), GOSSIP_ERROR_INVALID);
    endpoint.name = bytes_repeated('a', 5000);
    expect_error(multiaddr_endpoint_encode(&endpoint, &address), GOSSIP_ERROR_INVALID);
    endpoint.name = BYTES_OF("a.b");
    expect_ok(multiaddr_endpoint_encode(&endpoint, &address));
    expect_address(&address, "/dns/a.b/tcp/80");

    endpoint.has_peer = true; /* an empty one */
    expect_error(multiaddr_endpoint_encode(&endpoint, &address), GOSSIP_ERROR_INVALID);

    struct multiaddr_endpoint zoned = {
        .host = MULTIADDR_HOST_IP6, .zone = BYTES_INITIALISER("a b")};
    expect_error(multiaddr_endpoint_encode(&zoned, &address), GOSSIP_ERROR_INVALID);
}

static void addresses_are_made_of_ip_and_port(void)
{
    struct gossip_address address;
    multiaddr_from_ip4(hex("c0000207").data, 9740, &address);
    expect_address(&address, "/ip4/192.0.2.7/tcp/9740");
    multiaddr_from_ip4(hex("00000000").data, 0, &address);
    expect_address(&address, "/ip4/0.0.0.0/tcp/0");
    multiaddr_from_ip6(hex("fe800000000000000000000000000001").data, 65535, &address);
    expect_address(&address, "/ip6/fe80::1/tcp/65535");
    /* what an IPv6 socket shows of an IPv4 client */
    multiaddr_from_ip6(hex("00000000000000000000ffffc0000207").data, 9740, &address);
    expect_address(&address, "/ip4/192.0.2.7/tcp/9740");
}

static void a_peer_id_is_put_replaced_found_and_removed(void)
{
    struct gossip_peer_id peer = peer_of(PEER);
    struct gossip_peer_id other = peer_of(OTHER_PEER);
    struct gossip_peer_id found;
    struct gossip_address address = address_of("/ip4/1.2.3.4/tcp/80");
    expect_false(multiaddr_peer_id(&address, &found));
    expect_equal(found.size, 0);

    expect_ok(multiaddr_put_peer_id(&address, &peer));
    expect_address(&address, "/ip4/1.2.3.4/tcp/80/p2p/" PEER);
    expect_true(multiaddr_peer_id(&address, &found));
    expect_true(peer_id_is_equal(&found, &peer));

    expect_ok(multiaddr_put_peer_id(&address, &other));
    expect_address(&address, "/ip4/1.2.3.4/tcp/80/p2p/" OTHER_PEER);
    multiaddr_remove_peer_id(&address);
    expect_address(&address, "/ip4/1.2.3.4/tcp/80");
    multiaddr_remove_peer_id(&address);
    expect_address(&address, "/ip4/1.2.3.4/tcp/80");
}

static void only_the_last_peer_id_is_touched(void)
{
    struct gossip_peer_id peer = peer_of(PEER);
    struct gossip_address address =
        address_of("/ip4/1.2.3.4/tcp/80/p2p/" OTHER_PEER "/p2p-circuit/p2p/" OTHER_PEER);
    expect_ok(multiaddr_put_peer_id(&address, &peer));
    expect_address(&address, "/ip4/1.2.3.4/tcp/80/p2p/" OTHER_PEER "/p2p-circuit/p2p/" PEER);
    multiaddr_remove_peer_id(&address);
    expect_address(&address, "/ip4/1.2.3.4/tcp/80/p2p/" OTHER_PEER "/p2p-circuit");
    multiaddr_remove_peer_id(&address);
    expect_address(&address, "/ip4/1.2.3.4/tcp/80/p2p/" OTHER_PEER "/p2p-circuit");
}

static void a_peer_id_alone_stays(void)
{
    struct gossip_address address = address_of("/p2p/" PEER);
    multiaddr_remove_peer_id(&address);
    expect_address(&address, "/p2p/" PEER);
}

static void a_peer_id_that_cannot_be_put_changes_nothing(void)
{
    struct gossip_peer_id peer = peer_of(PEER);
    struct gossip_peer_id none = {0};
    struct gossip_address path = address_of("/unix/tmp/socket");
    expect_error(multiaddr_put_peer_id(&path, &peer), GOSSIP_ERROR_INVALID);
    expect_address(&path, "/unix/tmp/socket");

    struct gossip_address full =
        address_of("/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls");
    expect_error(multiaddr_put_peer_id(&full, &peer), GOSSIP_ERROR_LIMIT);
    expect_equal(full.size, 32);

    char text[400] = "/ip6zone/";
    memset(text + 9, 'z', 270);
    memcpy(text + 279, "/ip6/::1", 9);
    struct gossip_address large = address_of(text);
    expect_error(multiaddr_put_peer_id(&large, &peer), GOSSIP_ERROR_LIMIT);
    expect_address(&large, text);

    struct gossip_address address = address_of("/ip4/1.2.3.4/tcp/80");
    expect_error(multiaddr_put_peer_id(&address, &none), GOSSIP_ERROR_INVALID);
    expect_address(&address, "/ip4/1.2.3.4/tcp/80");
}

struct reach_case {
    const char *text;
    enum multiaddr_reach reach;
};

static const struct reach_case reaches[] = {
    {"/ip4/0.0.0.0/tcp/1", MULTIADDR_REACH_UNSPECIFIED},
    {"/ip4/0.0.0.1/tcp/1", MULTIADDR_REACH_NOBODY},
    {"/ip4/127.0.0.1/tcp/1", MULTIADDR_REACH_LOOPBACK},
    {"/ip4/127.255.255.255/tcp/1", MULTIADDR_REACH_LOOPBACK},
    {"/ip4/126.255.255.255/tcp/1", MULTIADDR_REACH_PUBLIC},
    {"/ip4/128.0.0.0/tcp/1", MULTIADDR_REACH_PUBLIC},
    {"/ip4/169.254.0.1/tcp/1", MULTIADDR_REACH_LINK},
    {"/ip4/169.253.255.255/tcp/1", MULTIADDR_REACH_PUBLIC},
    {"/ip4/10.0.0.1/tcp/1", MULTIADDR_REACH_PRIVATE},
    {"/ip4/11.0.0.1/tcp/1", MULTIADDR_REACH_PUBLIC},
    {"/ip4/172.15.255.255/tcp/1", MULTIADDR_REACH_PUBLIC},
    {"/ip4/172.16.0.0/tcp/1", MULTIADDR_REACH_PRIVATE},
    {"/ip4/172.31.255.255/tcp/1", MULTIADDR_REACH_PRIVATE},
    {"/ip4/172.32.0.0/tcp/1", MULTIADDR_REACH_PUBLIC},
    {"/ip4/192.168.1.1/tcp/1", MULTIADDR_REACH_PRIVATE},
    {"/ip4/192.167.1.1/tcp/1", MULTIADDR_REACH_PUBLIC},
    {"/ip4/100.63.255.255/tcp/1", MULTIADDR_REACH_PUBLIC},
    {"/ip4/100.64.0.0/tcp/1", MULTIADDR_REACH_PRIVATE},
    {"/ip4/100.127.255.255/tcp/1", MULTIADDR_REACH_PRIVATE},
    {"/ip4/100.128.0.0/tcp/1", MULTIADDR_REACH_PUBLIC},
    {"/ip4/223.255.255.255/tcp/1", MULTIADDR_REACH_PUBLIC},
    {"/ip4/224.0.0.251/tcp/1", MULTIADDR_REACH_NOBODY},
    {"/ip4/240.0.0.1/tcp/1", MULTIADDR_REACH_NOBODY},
    {"/ip4/255.255.255.255/tcp/1", MULTIADDR_REACH_NOBODY},
    {"/ip6/::/tcp/1", MULTIADDR_REACH_UNSPECIFIED},
    {"/ip6/::1/tcp/1", MULTIADDR_REACH_LOOPBACK},
    {"/ip6/::2/tcp/1", MULTIADDR_REACH_NOBODY},
    {"/ip6/::127.0.0.1/tcp/1", MULTIADDR_REACH_NOBODY},
    {"/ip6/fe80::1/tcp/1", MULTIADDR_REACH_LINK},
    {"/ip6zone/eth0/ip6/fe80::1/tcp/1", MULTIADDR_REACH_LINK},
    {"/ip6/febf::1/tcp/1", MULTIADDR_REACH_LINK},
    {"/ip6/fec0::1/tcp/1", MULTIADDR_REACH_PRIVATE},
    {"/ip6/fc00::1/tcp/1", MULTIADDR_REACH_PRIVATE},
    {"/ip6/fdff::1/tcp/1", MULTIADDR_REACH_PRIVATE},
    {"/ip6/fe00::1/tcp/1", MULTIADDR_REACH_PUBLIC},
    {"/ip6/fbff::1/tcp/1", MULTIADDR_REACH_PUBLIC},
    {"/ip6/ff02::fb/tcp/1", MULTIADDR_REACH_NOBODY},
    {"/ip6/2001:db8::1/tcp/1", MULTIADDR_REACH_PUBLIC},
    /* an IPv4 address hides in an IPv6 one */
    {"/ip6/::ffff:127.0.0.1/tcp/1", MULTIADDR_REACH_LOOPBACK},
    {"/ip6/::ffff:10.0.0.1/tcp/1", MULTIADDR_REACH_PRIVATE},
    {"/ip6/::ffff:0.0.0.0/tcp/1", MULTIADDR_REACH_UNSPECIFIED},
    {"/ip6/::ffff:8.8.8.8/tcp/1", MULTIADDR_REACH_PUBLIC},
    {"/dns/localhost/tcp/1", MULTIADDR_REACH_UNKNOWN},
    {"/dnsaddr/a.b", MULTIADDR_REACH_UNKNOWN},
    {"/tcp/1", MULTIADDR_REACH_UNKNOWN},
    {"/p2p-circuit/ip4/127.0.0.1", MULTIADDR_REACH_UNKNOWN},
};

static void addresses_say_how_far_they_reach(void)
{
    for (size_t i = 0; i < sizeof(reaches) / sizeof(reaches[0]); i++) {
        struct gossip_address address = address_of(reaches[i].text);
        if (multiaddr_reach(&address) != reaches[i].reach)
            test_fail(reaches[i].text);
    }
}

TEST_MAIN(TEST(addresses_are_taken_apart), TEST(what_is_dialable_is_built_again),
    TEST(impossible_endpoints_are_not_built), TEST(addresses_are_made_of_ip_and_port),
    TEST(a_peer_id_is_put_replaced_found_and_removed), TEST(only_the_last_peer_id_is_touched),
    TEST(a_peer_id_alone_stays), TEST(a_peer_id_that_cannot_be_put_changes_nothing),
    TEST(addresses_say_how_far_they_reach))
