#include "multiaddr/user_address.h"

#include "support/test.h"

#include <string.h>

#define PEER "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"

struct good_case {
    const char *text;
    const char *address;
};

static const struct good_case good[] = {
    {"192.168.1.5:9740", "/ip4/192.168.1.5/tcp/9740"},
    {"  192.168.1.5:9740\r\n", "/ip4/192.168.1.5/tcp/9740"},
    {"127.0.0.1:1", "/ip4/127.0.0.1/tcp/1"},
    {"127.0.0.1:65535/p2p/" PEER, "/ip4/127.0.0.1/tcp/65535/p2p/" PEER},
    {"localhost:9740", "/dns/localhost/tcp/9740"},
    {"chat.example.org:9740", "/dns/chat.example.org/tcp/9740"},
    {"chat.example.org.:9740", "/dns/chat.example.org./tcp/9740"},
    {"xn--bcher-kva.example:80/p2p/" PEER, "/dns/xn--bcher-kva.example/tcp/80/p2p/" PEER},
    {"4you.example:80", "/dns/4you.example/tcp/80"},
    {"a1:80", "/dns/a1/tcp/80"},
    {"[::1]:9740", "/ip6/::1/tcp/9740"},
    {"[2001:DB8::5]:9740", "/ip6/2001:db8::5/tcp/9740"},
    {"[fe80::1%eth0]:9740", "/ip6zone/eth0/ip6/fe80::1/tcp/9740"},
    {"[::1]:9740/p2p/" PEER, "/ip6/::1/tcp/9740/p2p/" PEER},
    {"/ip4/10.0.0.1/tcp/9740", "/ip4/10.0.0.1/tcp/9740"},
    {"/ip4/10.0.0.1/tcp/9740/", "/ip4/10.0.0.1/tcp/9740"},
    {"/ip4/10.0.0.1/tcp/9740/ipfs/" PEER, "/ip4/10.0.0.1/tcp/9740/p2p/" PEER},
    {"/dns6/a.example/tcp/9740", "/dns6/a.example/tcp/9740"},
};

static void what_people_type_is_understood(void)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct gossip_address address;
        struct multiaddr_complaint complaint = {0};
        if (multiaddr_parse_user(bytes_of_text(good[i].text), &address, &complaint) != GOSSIP_OK)
            test_fail(complaint.sentence);
        char text[MULTIADDR_TEXT_BYTES_MAX];
        multiaddr_print(multiaddr_bytes(&address), text);
        expect_text(text, good[i].address);
    }
}

struct bad_case {
    const char *text;
    enum gossip_error error;
    const char *sentence;
    const char *part; /* NULL: all of it */
};

#define NO_PORT "the port is missing, write it behind a colon: 192.168.1.5:9740"
#define BAD_PORT "the port is not a number from 1 to 65535"
#define BAD_HOST                                                                                   \
    "a host name consists of letters, digits, hyphens and dots (other letters in their xn-- form)"
#define BAD_IP4 "an IPv4 address is four numbers from 0 to 255 with dots between"
#define BAD_IP6 "between the brackets there is no IPv6 address"
#define NOT_DIALABLE                                                                               \
    "this kind of address cannot be dialed, only /ip4, /ip6 or /dns with /tcp behind, and "        \
    "perhaps "                                                                                     \
    "/p2p"

static const struct bad_case bad[] = {
    {"", GOSSIP_ERROR_INVALID, "the address is empty", NULL},
    {" \t ", GOSSIP_ERROR_INVALID, "the address is empty", ""},
    {"192.168.1.5", GOSSIP_ERROR_INVALID, NO_PORT, NULL},
    {"chat.example", GOSSIP_ERROR_INVALID, NO_PORT, NULL},
    {"alice", GOSSIP_ERROR_INVALID, NO_PORT, NULL},
    {"192.168.1.5:", GOSSIP_ERROR_INVALID, BAD_PORT, ""},
    {"192.168.1.5:0", GOSSIP_ERROR_INVALID, BAD_PORT, "0"},
    {"192.168.1.5:65536", GOSSIP_ERROR_INVALID, BAD_PORT, "65536"},
    {"192.168.1.5:http", GOSSIP_ERROR_INVALID, BAD_PORT, "http"},
    {"192.168.1.5: 9740", GOSSIP_ERROR_INVALID, BAD_PORT, " 9740"},
    {"192.168.1.5:09740", GOSSIP_ERROR_INVALID, BAD_PORT, "09740"},
    {":9740", GOSSIP_ERROR_INVALID, "the host is missing in front of the colon", NULL},
    {"192.168.1.256:9740", GOSSIP_ERROR_INVALID, BAD_IP4, "192.168.1.256"},
    {"192.168.1:9740", GOSSIP_ERROR_INVALID, BAD_IP4, "192.168.1"},
    {"192.168.1.05:9740", GOSSIP_ERROR_INVALID, BAD_IP4, "192.168.1.05"},
    {"2130706433:9740", GOSSIP_ERROR_INVALID, BAD_IP4, "2130706433"},
    {"chat.example.5:9740", GOSSIP_ERROR_INVALID, BAD_IP4, "chat.example.5"},
    {"chat_ example:9740", GOSSIP_ERROR_INVALID, BAD_HOST, "chat_ example"},
    {"b\xc3\xbc"
     "cher.example:9740",
        GOSSIP_ERROR_INVALID, BAD_HOST,
        "b\xc3\xbc"
        "cher.example"},
    {"alice@chat.example:9740", GOSSIP_ERROR_INVALID, BAD_HOST, "alice@chat.example"},
    {"chat..example:9740", GOSSIP_ERROR_INVALID,
        "a host name has no two dots in a row and none in front", "chat..example"},
    {"fe80::1", GOSSIP_ERROR_INVALID, "an IPv6 address stands in brackets: [fe80::1]:9740", NULL},
    {"::1:9740", GOSSIP_ERROR_INVALID, "an IPv6 address stands in brackets: [fe80::1]:9740", NULL},
    {"a:80:90", GOSSIP_ERROR_INVALID, "an IPv6 address stands in brackets: [fe80::1]:9740", NULL},
    {"[::1:9740", GOSSIP_ERROR_INVALID, "the bracket is not closed", NULL},
    {"[", GOSSIP_ERROR_INVALID, "the bracket is not closed", NULL},
    {"[]:9740", GOSSIP_ERROR_INVALID, BAD_IP6, ""},
    {"[127.0.0.1]:9740", GOSSIP_ERROR_INVALID, BAD_IP6, "127.0.0.1"},
    {"[chat.example]:9740", GOSSIP_ERROR_INVALID, BAD_IP6, "chat.example"},
    {"[::1%]:9740", GOSSIP_ERROR_INVALID, "behind the % there is no name of an interface", "::1%"},
    {"[fe80::1%a b]:9740", GOSSIP_ERROR_INVALID, "behind the % there is no name of an interface",
        "fe80::1%a b"},
    {"[::1]", GOSSIP_ERROR_INVALID,
        "the port is missing, write it behind the bracket: [fe80::1]:9740", NULL},
    {"[::1]9740", GOSSIP_ERROR_INVALID, "behind the bracket only a colon and a port may follow",
        "9740"},
    {"[::1]:", GOSSIP_ERROR_INVALID, BAD_PORT, ""},
    {"[::1]:99999", GOSSIP_ERROR_INVALID, BAD_PORT, "99999"},
    {"http://chat.example:3001", GOSSIP_ERROR_INVALID,
        "this is a web address, write only the host and the port", NULL},
    {"tcp://192.168.1.5:9740", GOSSIP_ERROR_INVALID,
        "this is a web address, write only the host and the port", NULL},
    {PEER, GOSSIP_ERROR_INVALID,
        "this is a peer id, write in front of it where: HOST:PORT/p2p/PEER", NULL},
    {"192.168.1.5:9740/", GOSSIP_ERROR_INVALID,
        "behind the port only /p2p/ and a peer id may follow", "/"},
    {"192.168.1.5:9740/path", GOSSIP_ERROR_INVALID,
        "behind the port only /p2p/ and a peer id may follow", "/path"},
    {"192.168.1.5:9740/p2p/", GOSSIP_ERROR_INVALID, "this is not a peer id", ""},
    {"192.168.1.5:9740/p2p/alice", GOSSIP_ERROR_INVALID, "this is not a peer id", "alice"},
    {"192.168.1.5/24:9740", GOSSIP_ERROR_INVALID, NO_PORT, "192.168.1.5"},
    /* addresses, but not for dialing */
    {"0.0.0.0:9740", GOSSIP_ERROR_UNSUPPORTED,
        "this means every interface of a machine: it can be listened on, not dialed", NULL},
    {"[::]:9740", GOSSIP_ERROR_UNSUPPORTED,
        "this means every interface of a machine: it can be listened on, not dialed", NULL},
    {"224.0.0.251:5353", GOSSIP_ERROR_UNSUPPORTED, "this IP address belongs to no single machine",
        NULL},
    {"[ff02::fb]:5353", GOSSIP_ERROR_UNSUPPORTED, "this IP address belongs to no single machine",
        NULL},
    {"/ip4/10.0.0.1/tcp/0", GOSSIP_ERROR_UNSUPPORTED, "port 0 can be listened on, not dialed",
        NULL},
    {"/ip4/10.0.0.1", GOSSIP_ERROR_UNSUPPORTED, NOT_DIALABLE, NULL},
    {"/ip4/10.0.0.1/udp/9740/quic-v1", GOSSIP_ERROR_UNSUPPORTED, NOT_DIALABLE, NULL},
    {"/ip4/10.0.0.1/tcp/9740/ws", GOSSIP_ERROR_UNSUPPORTED, NOT_DIALABLE, NULL},
    {"/p2p/" PEER, GOSSIP_ERROR_UNSUPPORTED, NOT_DIALABLE, NULL},
    {"/dnsaddr/bootstrap.libp2p.io", GOSSIP_ERROR_UNSUPPORTED, NOT_DIALABLE, NULL},
    {"/unix/tmp/socket", GOSSIP_ERROR_UNSUPPORTED, NOT_DIALABLE, NULL},
    /* multiaddrs with mistakes */
    {"/ip4/10.0.0.256/tcp/9740", GOSSIP_ERROR_INVALID, "this is not an IPv4 address", "10.0.0.256"},
    {"/msg alice hi", GOSSIP_ERROR_INVALID, "the address has a part that is not known here",
        "msg alice hi"},
};

static void every_mistake_has_its_sentence(void)
{
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct gossip_address address;
        struct multiaddr_complaint complaint = {0};
        struct gossip_bytes text = bytes_of_text(bad[i].text);
        memset(&address, 0xee, sizeof(address));
        expect_error(multiaddr_parse_user(text, &address, &complaint), bad[i].error);
        expect_text(complaint.sentence, bad[i].sentence);
        expect_bytes(complaint.part, bad[i].part != NULL ? bytes_of_text(bad[i].part) : text);
        expect_bytes(bytes_make(&address, sizeof(address)), bytes_repeated(0, sizeof(address)));
        expect_error(multiaddr_parse_user(text, &address, NULL), bad[i].error);
    }
}

static void long_input_is_refused(void)
{
    static const char characters[] = "a:/[].%1 ";
    for (size_t i = 0; i < sizeof(characters) - 1; i++) {
        struct gossip_address address;
        struct multiaddr_complaint complaint = {0};
        expect_true(multiaddr_parse_user(bytes_repeated((uint8_t)characters[i], 100000), &address,
                        &complaint) != GOSSIP_OK);
        expect_not_null(complaint.sentence);
    }
    char zoned[400] = "[::1%";
    memset(zoned + 5, 'z', 320);
    memcpy(zoned + 325, "]:1", 3);
    struct gossip_address address;
    struct multiaddr_complaint complaint;
    expect_error(
        multiaddr_parse_user(bytes_make(zoned, 328), &address, &complaint), GOSSIP_ERROR_LIMIT);
    expect_text(complaint.sentence, "the address is too long");
}

TEST_MAIN(TEST(what_people_type_is_understood), TEST(every_mistake_has_its_sentence),
    TEST(long_input_is_refused))
