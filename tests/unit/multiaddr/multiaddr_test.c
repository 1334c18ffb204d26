#include "multiaddr/multiaddr.h"

#include "base/varint.h"
#include "support/test.h"

#include <string.h>

#define ED25519_PEER "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"
#define ED25519_MULTIHASH                                                                          \
    "0024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
#define HASHED_PEER "QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC"
#define HASHED_MULTIHASH "1220d52ebb89d85b02a284948203a62ff28389c57c9f42beec4ec20db76a68911c0b"
#define CERTHASH "uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g"
#define CERTHASH_MULTIHASH "1220c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2"

struct address_case {
    const char *text;
    const char *bytes;
    const char *printed; /* NULL: as it was read */
};

/* Mostly from the tests of https://github.com/multiformats/go-multiaddr and
 * https://github.com/multiformats/rust-multiaddr */
static const struct address_case addresses[] = {
    {"/ip4/1.2.3.4", "0401020304", NULL},
    {"/ip4/0.0.0.0", "0400000000", NULL},
    {"/ip6/::1", "2900000000000000000000000000000001", NULL},
    {"/ip6/2601:9:4f81:9700:803e:ca65:66e8:c21", "29260100094f819700803eca6566e80c21", NULL},
    {"/ip6/fe80::9700:803e:ca65:66e8:c21/ip6zone/wlan0",
        "29fe80000000009700803eca6566e80c212a05776c616e30", NULL},
    {"/ip6zone/eth0/ip6/fe80::1/tcp/4001", "2a046574683029fe800000000000000000000000000001060fa1",
        NULL},
    {"/ip6/::/ipcidr/64", "29000000000000000000000000000000002b40", NULL},
    {"/udp/0", "91020000", NULL},
    {"/tcp/0", "060000", NULL},
    {"/udp/1234", "910204d2", NULL},
    {"/tcp/1234", "0604d2", NULL},
    {"/udp/65535", "9102ffff", NULL},
    {"/tcp/65535", "06ffff", NULL},
    {"/p2p/" HASHED_PEER, "a50322" HASHED_MULTIHASH, NULL},
    {"/ipfs/" HASHED_PEER, "a50322" HASHED_MULTIHASH, "/p2p/" HASHED_PEER},
    {"/p2p/k2k4r8oqamigqdo6o7hsbfwd45y70oyynp98usk7zmyfrzpqxh1pohl7", "a50322" HASHED_MULTIHASH,
        "/p2p/" HASHED_PEER},
    {"/p2p/bafzbeigvf25ytwc3akrijfecaotc74udrhcxzh2cx3we5qqnw5vgrei4bm", "a50322" HASHED_MULTIHASH,
        "/p2p/" HASHED_PEER},
    {"/tcp/1234/http", "0604d2e003", NULL},
    {"/tcp/1234/tls/http", "0604d2c003e003", NULL},
    {"/p2p/" HASHED_PEER "/tcp/1234", "a50322" HASHED_MULTIHASH "0604d2", NULL},
    {"/ip4/127.0.0.1/udp/1234", "047f000001910204d2", NULL},
    {"/ip4/127.0.0.1/tcp/4321", "047f0000010610e1", NULL},
    {"/ip4/127.0.0.1/tcp/1234", "047f0000010604d2", NULL},
    {"/ip4/127.0.0.1/tcp/1234/", "047f0000010604d2", "/ip4/127.0.0.1/tcp/1234"},
    {"/ip4/127.0.0.1/udp/1234/ip4/127.0.0.1/tcp/4321", "047f000001910204d2047f0000010610e1", NULL},
    {"/ip4/127.0.0.1/tcp/4001/p2p/" ED25519_PEER, "047f000001060fa1a50326" ED25519_MULTIHASH, NULL},
    {"/ip4/127.0.0.1/p2p/" HASHED_PEER "/tcp/1234", "047f000001a50322" HASHED_MULTIHASH "0604d2",
        NULL},
    {"/ip6/2001:8a0:7ac5:4201:3ac9:86ff:fe31:7095/tcp/8000/ws/p2p/" HASHED_PEER,
        "29200108a07ac542013ac986fffe317095061f40dd03a50322" HASHED_MULTIHASH, NULL},
    {"/ip6/2001:8a0:7ac5:4201:3ac9:86ff:fe31:7095/tcp/8000/wss/p2p/" HASHED_PEER,
        "29200108a07ac542013ac986fffe317095061f40de03a50322" HASHED_MULTIHASH, NULL},
    {"/ip4/127.0.0.1/tcp/9090/p2p-circuit/p2p/" HASHED_PEER,
        "047f000001062382a202a50322" HASHED_MULTIHASH, NULL},
    {"/dnsaddr/sjc-1.bootstrap.libp2p.io", "3819736a632d312e626f6f7473747261702e6c69627032702e696f",
        NULL},
    {"/dns/example.com/tcp/9740", "350b6578616d706c652e636f6d06260c", NULL},
    {"/dns4/example.com/tcp/443/tls/ws", "360b6578616d706c652e636f6d0601bbc003dd03", NULL},
    {"/dns6/a.b/udp/1/quic-v1", "3703612e6291020001cd03", NULL},
    {"/ip4/127.0.0.1/tcp/127/ws", "047f00000106007fdd03", NULL},
    {"/ip4/127.0.0.1/tcp/127/tls", "047f00000106007fc003", NULL},
    {"/ip4/127.0.0.1/tcp/127/tls/ws", "047f00000106007fc003dd03", NULL},
    {"/ip4/127.0.0.1/tcp/443/tls/sni/example.com/http",
        "047f0000010601bbc003c1030b6578616d706c652e636f6de003", NULL},
    {"/ip4/127.0.0.1/tcp/127/noise", "047f00000106007fc603", NULL},
    {"/ip4/127.0.0.1/tcp/127/webrtc", "047f00000106007f9902", NULL},
    {"/ip4/127.0.0.1/udp/1234/webrtc-direct", "047f000001910204d29802", NULL},
    {"/ip4/127.0.0.1/udp/1234/webrtc-direct/certhash/" CERTHASH,
        "047f000001910204d29802d20322" CERTHASH_MULTIHASH, NULL},
    {"/ip4/127.0.0.1/udp/1234/quic/webtransport", "047f000001910204d2cc03d103", NULL},
    {"/ip4/127.0.0.1/udp/1234/webtransport/certhash/" CERTHASH,
        "047f000001910204d2d103d20322" CERTHASH_MULTIHASH, NULL},
    {"/ip4/127.0.0.1/udp/1234/quic-v1/webtransport/certhash/b2uaraocy6yrdblb4sfptaddgimjmmpy"
     "/certhash/zQmbWTwYGcmdyK9CYfNBcfs9nhZs17a6FQ4Y8oea278xx41",
        "047f000001910204d2cd03d103d20313d501103858f62230ac3c915f300c664312c63fd20322"
        "1220c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2",
        "/ip4/127.0.0.1/udp/1234/quic-v1/webtransport/certhash/u1QEQOFj2IjCsPJFfMAxmQxLGPw"
        "/certhash/" CERTHASH},
    {"/unix/a/b/c/d/e", "90030a2f612f622f632f642f65", NULL},
    {"/unix/stdio", "9003062f737464696f", NULL},
    {"/unix/tmp/", "9003052f746d702f", NULL},
    {"/unix/", "9003012f", NULL},
    {"/ip4/1.2.3.4/tcp/80/unix/a/b", "04010203040600509003042f612f62", NULL},
    {"/memory/4", "89060000000000000004", NULL},
    {"/memory/18446744073709551615", "8906ffffffffffffffff", NULL},
};

#define ADDRESSES (sizeof(addresses) / sizeof(addresses[0]))

static struct gossip_address parsed(const char *text)
{
    struct gossip_address address;
    struct multiaddr_complaint complaint = {0};
    if (multiaddr_parse(bytes_of_text(text), &address, &complaint) != GOSSIP_OK)
        test_fail(complaint.sentence);
    return address;
}

static const char *printed(const struct gossip_address *address)
{
    char *text = test_take(MULTIADDR_TEXT_BYTES_MAX);
    size_t length = multiaddr_print(multiaddr_bytes(address), text);
    expect_equal(strlen(text), length);
    return text;
}

static void texts_become_the_known_bytes_and_back(void)
{
    for (size_t i = 0; i < ADDRESSES; i++) {
        const struct address_case *row = &addresses[i];
        struct gossip_address address = parsed(row->text);
        expect_bytes(multiaddr_bytes(&address), hex(row->bytes));
        expect_text(printed(&address), row->printed != NULL ? row->printed : row->text);
    }
}

static void known_bytes_are_accepted(void)
{
    for (size_t i = 0; i < ADDRESSES; i++) {
        struct gossip_address expected = parsed(addresses[i].text);
        struct gossip_address address;
        expect_ok(multiaddr_check(hex(addresses[i].bytes)));
        expect_ok(multiaddr_decode(hex(addresses[i].bytes), &address));
        expect_true(multiaddr_is_equal(&address, &expected));
    }
}

/* How many components the first `size` bytes of `bytes` are; 0 if a cut is inside
 * of one. */
static size_t components_in(struct gossip_bytes bytes, size_t size)
{
    struct multiaddr_component component;
    size_t count = 0;
    struct gossip_bytes rest = bytes;
    while (multiaddr_next(&rest, &component)) {
        count++;
        if (bytes.size - rest.size == size)
            return count;
    }
    return 0;
}

static void cuts_are_accepted_only_between_components(void)
{
    for (size_t i = 0; i < ADDRESSES; i++) {
        struct gossip_bytes whole = hex(addresses[i].bytes);
        for (size_t size = 0; size < whole.size; size++) {
            enum gossip_error error = multiaddr_check(bytes_part(whole, 0, size));
            expect_error(
                error, components_in(whole, size) > 0 ? GOSSIP_OK : GOSSIP_ERROR_PEER_MALFORMED);
        }
    }
}

struct bad_bytes {
    const char *bytes;
    enum gossip_error error;
};

static const struct bad_bytes bad_bytes[] = {
    {"", GOSSIP_ERROR_PEER_MALFORMED},
    {"00", GOSSIP_ERROR_UNSUPPORTED},
    {"05", GOSSIP_ERROR_UNSUPPORTED},
    {"84010000", GOSSIP_ERROR_UNSUPPORTED},       /* sctp */
    {"047f000001bb03", GOSSIP_ERROR_UNSUPPORTED}, /* https */
    {"047f0000010604d2ff7f", GOSSIP_ERROR_UNSUPPORTED},
    {"04", GOSSIP_ERROR_PEER_MALFORMED},
    {"80", GOSSIP_ERROR_PEER_MALFORMED},
    /* codes and sizes not in their shortest form, or without end */
    {"84007f000001", GOSSIP_ERROR_PEER_MALFORMED},
    {"91820004d2", GOSSIP_ERROR_PEER_MALFORMED},
    {"ffffffffffffffffff01", GOSSIP_ERROR_PEER_MALFORMED},
    {"ffffffffffffffffffffffffffffffff", GOSSIP_ERROR_PEER_MALFORMED},
    {"35810061", GOSSIP_ERROR_PEER_MALFORMED},
    {"35ffffffffffffffff7f61", GOSSIP_ERROR_PEER_MALFORMED},
    /* more announced than there is */
    {"350261", GOSSIP_ERROR_PEER_MALFORMED},
    {"35ff0361", GOSSIP_ERROR_PEER_MALFORMED},
    /* names: empty, with a slash, a zero, an escape, a space, UTF-8 */
    {"3500", GOSSIP_ERROR_PEER_MALFORMED},
    {"3503612f62", GOSSIP_ERROR_PEER_MALFORMED},
    {"35036100 62", GOSSIP_ERROR_PEER_MALFORMED},
    {"3704611b5b6d", GOSSIP_ERROR_PEER_MALFORMED},
    {"2a03612062", GOSSIP_ERROR_PEER_MALFORMED},
    {"3502c3a9", GOSSIP_ERROR_PEER_MALFORMED},
    {"2a00", GOSSIP_ERROR_PEER_MALFORMED},
    {"2a012f", GOSSIP_ERROR_PEER_MALFORMED},
    /* peer ids: empty, code 0 with size 1, a wrong size, a CID */
    {"a50300", GOSSIP_ERROR_PEER_MALFORMED},
    {"a50303000100", GOSSIP_ERROR_PEER_MALFORMED},
    {"a503033001 30", GOSSIP_ERROR_PEER_MALFORMED},
    {"a50321" HASHED_MULTIHASH, GOSSIP_ERROR_PEER_MALFORMED},
    {"a50323" HASHED_MULTIHASH "00", GOSSIP_ERROR_PEER_MALFORMED},
    {"a503240172" HASHED_MULTIHASH, GOSSIP_ERROR_PEER_MALFORMED},
    /* hashes */
    {"d20300", GOSSIP_ERROR_PEER_MALFORMED},
    {"d203021200", GOSSIP_ERROR_PEER_MALFORMED},
    {"d20303120201", GOSSIP_ERROR_PEER_MALFORMED},
    /* paths: without a slash in front, with something behind */
    {"900306303030303030", GOSSIP_ERROR_PEER_MALFORMED},
    {"900300", GOSSIP_ERROR_PEER_MALFORMED},
    {"9003022f610604d2", GOSSIP_ERROR_PEER_MALFORMED},
    {"9003022f61900302 2f61", GOSSIP_ERROR_PEER_MALFORMED},
};

static void bad_bytes_are_refused(void)
{
    for (size_t i = 0; i < sizeof(bad_bytes) / sizeof(bad_bytes[0]); i++) {
        struct gossip_address address;
        memset(&address, 0xee, sizeof(address));
        expect_error(multiaddr_check(hex(bad_bytes[i].bytes)), bad_bytes[i].error);
        expect_error(multiaddr_decode(hex(bad_bytes[i].bytes), &address), bad_bytes[i].error);
        expect_bytes(bytes_make(&address, sizeof(address)), bytes_repeated(0, sizeof(address)));
    }
}

/* `count` times /tls, two bytes each. */
static struct gossip_bytes many_parts(size_t count)
{
    uint8_t *bytes = test_take(2 * count);
    for (size_t i = 0; i < count; i++)
        memcpy(bytes + 2 * i, "\xc0\x03", 2);
    return bytes_make(bytes, 2 * count);
}

static void parts_are_counted(void)
{
    expect_ok(multiaddr_check(many_parts(MULTIADDR_COMPONENTS_MAX)));
    expect_error(
        multiaddr_check(many_parts(MULTIADDR_COMPONENTS_MAX + 1)), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(multiaddr_check(many_parts(100000)), GOSSIP_ERROR_PEER_TOO_LARGE);
}

/* /unix and a path, `size` bytes together. */
static struct gossip_bytes sized_path(size_t size)
{
    struct gossip_room room = room_make(test_take(size), size);
    uint8_t *start = room.data;
    size_t path_size = size - 2 - varint_size(size - 3);
    expect_true(room_put(&room, hex("9003")) && room_put_varint(&room, path_size) &&
                room_put(&room, bytes_repeated('/', path_size)));
    return bytes_make(start, size);
}

static void sizes_are_bounded_exactly(void)
{
    struct gossip_address address;
    expect_ok(multiaddr_check(sized_path(MULTIADDR_BYTES_MAX)));
    expect_error(multiaddr_check(sized_path(MULTIADDR_BYTES_MAX + 1)), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_ok(multiaddr_decode(sized_path(GOSSIP_ADDRESS_BYTES_MAX), &address));
    expect_equal(address.size, GOSSIP_ADDRESS_BYTES_MAX);
    expect_error(multiaddr_decode(sized_path(GOSSIP_ADDRESS_BYTES_MAX + 1), &address),
        GOSSIP_ERROR_PEER_TOO_LARGE);
}

static void the_longest_dialable_address_fits(void)
{
    char text[600] = "/dns/";
    size_t size = strlen(text);
    for (size_t i = 0; i < 253; i++)
        text[size++] = i % 64 == 63 ? '.' : 'a';
    memcpy(text + size, "/tcp/65535/p2p/" ED25519_PEER, sizeof("/tcp/65535/p2p/" ED25519_PEER));
    struct gossip_address address = parsed(text);
    expect_text(printed(&address), text);
}

static void the_longest_text_fits_its_room(void)
{
    /* What grows most: IPv6 addresses, then one long hash. */
    struct gossip_room room = room_make(test_take(MULTIADDR_BYTES_MAX), MULTIADDR_BYTES_MAX);
    uint8_t *start = room.data;
    for (size_t i = 0; i < MULTIADDR_COMPONENTS_MAX - 1; i++)
        expect_true(multiaddr_put(&room, MULTIADDR_IP6, bytes_repeated(0xff, 16)));
    struct gossip_room digest = room_make(test_take(512), 512);
    uint8_t *digest_start = digest.data;
    expect_true(room_put_varint(&digest, 0x12) && room_put_varint(&digest, 249) &&
                room_put(&digest, bytes_repeated(0xff, 249)));
    expect_true(multiaddr_put(
        &room, MULTIADDR_CERTHASH, bytes_make(digest_start, (size_t)(digest.data - digest_start))));
    struct gossip_bytes encoded = bytes_make(start, (size_t)(room.data - start));
    expect_at_least(encoded.size, MULTIADDR_BYTES_MAX - 8);
    expect_ok(multiaddr_check(encoded));
    char text[MULTIADDR_TEXT_BYTES_MAX];
    expect_at_most(multiaddr_print(encoded, text), MULTIADDR_TEXT_BYTES_MAX - 1);
}

static void components_are_handed_out_one_by_one(void)
{
    struct gossip_address address = parsed("/dns4/a.b/tcp/80/ws/p2p/" HASHED_PEER);
    struct gossip_bytes rest = multiaddr_bytes(&address);
    struct multiaddr_component component;
    expect_true(multiaddr_next(&rest, &component));
    expect_equal(component.code, MULTIADDR_DNS4);
    expect_equal(component.kind, MULTIADDR_VALUE_HOST);
    expect_bytes(component.value, BYTES_OF("a.b"));
    expect_true(multiaddr_next(&rest, &component));
    expect_equal(component.code, MULTIADDR_TCP);
    expect_bytes(component.value, hex("0050"));
    expect_true(multiaddr_next(&rest, &component));
    expect_equal(component.code, MULTIADDR_WS);
    expect_equal(component.value.size, 0);
    expect_true(multiaddr_next(&rest, &component));
    expect_equal(component.code, MULTIADDR_P2P);
    expect_bytes(component.value, hex(HASHED_MULTIHASH));
    expect_false(multiaddr_next(&rest, &component));
    expect_false(multiaddr_next(&rest, &component));
}

static void walking_stops_at_what_is_no_component(void)
{
    struct gossip_bytes rest = hex("047f0000010604");
    struct multiaddr_component component;
    expect_true(multiaddr_next(&rest, &component));
    expect_false(multiaddr_next(&rest, &component));
    expect_equal(rest.size, 0);
}

static void putting_needs_room_for_all(void)
{
    uint8_t place[8] = {0};
    struct gossip_room room = room_make(place, 8);
    expect_false(multiaddr_put(&room, MULTIADDR_DNS, BYTES_OF("example")));
    expect_same(room.data, place);
    expect_true(multiaddr_put(&room, MULTIADDR_DNS, BYTES_OF("exampl")));
    expect_equal(room.size, 0);
    expect_false(multiaddr_put(&room, MULTIADDR_WS, BYTES_OF("")));
    expect_bytes(bytes_make(place, 8), hex("3506 6578616d706c"));
}

struct bad_text {
    const char *text;
    const char *sentence;
    const char *part;
};

static const struct bad_text bad_texts[] = {
    {"", "the address is empty", ""},
    {"/", "an address of this kind begins with a slash and a name, like /ip4/", "/"},
    {"ip4/1.2.3.4", "an address of this kind begins with a slash and a name, like /ip4/",
        "ip4/1.2.3.4"},
    {"//ip4/1.2.3.4", "there are two slashes in a row", ""},
    {"/ip4/1.2.3.4//tcp/80", "there are two slashes in a row", ""},
    {"/ip4/1.2.3.4/tcp/80//", "there are two slashes in a row", ""},
    {"/ip5/1.2.3.4", "the address has a part that is not known here", "ip5"},
    {"/IP4/1.2.3.4", "the address has a part that is not known here", "IP4"},
    {"/ip4/1.2.3.4/sctp/80", "the address has a part that is not known here", "sctp"},
    {"/ip4/1.2.3.4/tcp/80/50", "the address has a part that is not known here", "50"},
    {"/p2p-circuit/50", "the address has a part that is not known here", "50"},
    {"/ip4", "a value is missing behind this", "ip4"},
    {"/ip4/", "a value is missing behind this", "ip4"},
    {"/ip4/127.0.0.1/tcp", "a value is missing behind this", "tcp"},
    {"/ip4/127.0.0.1/p2p", "a value is missing behind this", "p2p"},
    {"/unix", "a value is missing behind this", "unix"},
    {"/ip6/fe80::9700:803e:ca65:66e8:c21/ip6zone", "a value is missing behind this", "ip6zone"},
    {"/ip4/127.0.0.1/udp/1234/webrtc-direct/certhash", "a value is missing behind this",
        "certhash"},
    {"/ip4/::1", "this is not an IPv4 address", "::1"},
    {"/ip4//tcp/1", "this is not an IPv4 address", ""},
    {"/ip4/1.2.3.04", "this is not an IPv4 address", "1.2.3.04"},
    {"/ip4/fdpsofodsajfdoisa", "this is not an IPv4 address", "fdpsofodsajfdoisa"},
    {"/ip6/1.2.3.4", "this is not an IPv6 address", "1.2.3.4"},
    {"/ip6/fe80::1%eth0", "this is not an IPv6 address", "fe80::1%eth0"},
    {"/tcp/65536", "the port is not a number from 0 to 65535", "65536"},
    {"/udp/65536", "the port is not a number from 0 to 65535", "65536"},
    {"/ip4/127.0.0.1/tcp/jfodsajfidosajfoidsa", "the port is not a number from 0 to 65535",
        "jfodsajfidosajfoidsa"},
    {"/ipcidr/256", "this is not a number from 0 to 255", "256"},
    {"/memory/-1", "this is not a number", "-1"},
    {"/dns/a..b/tcp/1", "a host name has no two dots in a row and none in front", "a..b"},
    {"/dns4/a b",
        "a host name consists of letters, digits, hyphens and dots (other letters in "
        "their xn-- form)",
        "a b"},
    {"/ip6zone/a b/ip6/::1", "this has a character that cannot be in an address", "a b"},
    {"/unix/a\nb", "this has a character that cannot be in an address", "/a\nb"},
    {"/ip4/127.0.0.1/p2p/tcp", "this is not a peer id", "tcp"},
    {"/p2p/12D3KooW", "this is not a peer id", "12D3KooW"},
    {"/certhash/b2uaraocy6yrdblb4sfptaddgimjmmp", "this is not the hash of a certificate",
        "b2uaraocy6yrdblb4sfptaddgimjmmp"},
};

static void bad_texts_are_explained(void)
{
    for (size_t i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++) {
        struct gossip_address address;
        struct multiaddr_complaint complaint = {0};
        struct gossip_bytes text = bytes_of_text(bad_texts[i].text);
        memset(&address, 0xee, sizeof(address));
        expect_error(multiaddr_parse(text, &address, &complaint), GOSSIP_ERROR_INVALID);
        expect_text(complaint.sentence, bad_texts[i].sentence);
        expect_bytes(complaint.part, bytes_of_text(bad_texts[i].part));
        expect_bytes(bytes_make(&address, sizeof(address)), bytes_repeated(0, sizeof(address)));
        expect_error(multiaddr_parse(text, &address, NULL), GOSSIP_ERROR_INVALID);
    }
}

static void long_texts_are_refused_by_size(void)
{
    struct gossip_address address;
    struct multiaddr_complaint complaint;
    expect_error(
        multiaddr_parse(bytes_repeated('/', 10240), &address, &complaint), GOSSIP_ERROR_LIMIT);
    expect_text(complaint.sentence, "the address is too long");

    char parts[5 * (MULTIADDR_COMPONENTS_MAX + 1)];
    for (size_t i = 0; i < sizeof(parts); i += 5)
        memcpy(parts + i, "/quic", 5);
    expect_ok(multiaddr_parse(bytes_make(parts, sizeof(parts) - 5), &address, &complaint));
    expect_error(multiaddr_parse(bytes_make(parts, sizeof(parts)), &address, &complaint),
        GOSSIP_ERROR_LIMIT);
    expect_text(complaint.sentence, "the address has too many parts");

    char path[400] = "/unix/";
    memset(path + 6, 'a', sizeof(path) - 6);
    expect_ok(multiaddr_parse(bytes_make(path, 321), &address, &complaint));
    expect_equal(address.size, GOSSIP_ADDRESS_BYTES_MAX);
    expect_error(multiaddr_parse(bytes_make(path, 322), &address, &complaint), GOSSIP_ERROR_LIMIT);
    expect_text(complaint.sentence, "the address is too long");
    expect_equal(address.size, 0);
}

static void equal_means_the_same_bytes(void)
{
    struct gossip_address one = parsed("/ip4/127.0.0.1/udp/1234");
    struct gossip_address two = parsed("/ip4/127.0.0.1/tcp/1234");
    struct gossip_address three = parsed("/ip4/127.0.0.1/tcp/1234/");
    three.data[three.size] = 0xff; /* behind the end nothing counts */
    expect_false(multiaddr_is_equal(&one, &two));
    expect_true(multiaddr_is_equal(&two, &three));
}

TEST_MAIN(TEST(texts_become_the_known_bytes_and_back), TEST(known_bytes_are_accepted),
    TEST(cuts_are_accepted_only_between_components), TEST(bad_bytes_are_refused),
    TEST(parts_are_counted), TEST(sizes_are_bounded_exactly),
    TEST(the_longest_dialable_address_fits), TEST(the_longest_text_fits_its_room),
    TEST(components_are_handed_out_one_by_one), TEST(walking_stops_at_what_is_no_component),
    TEST(putting_needs_room_for_all), TEST(bad_texts_are_explained),
    TEST(long_texts_are_refused_by_size), TEST(equal_means_the_same_bytes))
