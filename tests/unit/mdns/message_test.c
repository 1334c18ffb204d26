#include "mdns/message.h"

#include "base/peer_id_text.h"
#include "unit/mdns/craft.h"
#include "unit/mdns/net.h"

#define INSTANCE "abcdefghijklmnopqrstuvwxyz012345"

static uint8_t memory[MDNS_PACKET_OUT_BYTES_MAX];

static struct gossip_room room(void)
{
    memset(memory, 0xEE, sizeof(memory));
    return room_make(memory, sizeof(memory));
}

static struct mdns_name name_of(const char *text)
{
    struct mdns_name name;

    expect_ok(mdns_name_parse(bytes_of_text(text), &name));
    return name;
}

static void expect_name(const struct mdns_name *name, const char *text)
{
    struct mdns_name expected = name_of(text);

    expect_bytes(bytes_make(name->data, name->size), bytes_make(expected.data, expected.size));
}

static struct gossip_peer_id peer_a(void)
{
    struct gossip_peer_id peer;

    expect_ok(peer_id_parse(BYTES_OF(PEER_A), &peer));
    return peer;
}

/* The response with these addresses, ready to be read. */
static struct mdns_reader respond(const char *service, const char *addresses)
{
    struct mdns_name name = name_of(service);
    struct mdns_interface interface = net(1, addresses);
    struct gossip_peer_id peer = peer_a();
    struct mdns_ip ips[MDNS_INTERFACE_ADDRESSES_MAX];
    struct mdns_advert advert = {.service = &name,
        .instance = (const uint8_t *)INSTANCE,
        .peer = &peer,
        .port = 9740,
        .ips = ips,
        .ip_count = interface.address_count};
    struct mdns_reader reader;

    for (size_t i = 0; i < interface.address_count; i++)
        ips[i] = interface.addresses[i].ip;
    expect_ok(mdns_reader_init(
        &reader, bytes_make(memory, mdns_message_response(room(), 0xBEEF, &advert))));
    return reader;
}

static struct mdns_record next(struct mdns_reader *reader, unsigned type, const char *owner)
{
    struct mdns_record record;

    expect_true(mdns_reader_has_record(reader));
    expect_ok(mdns_reader_record(reader, &record));
    expect_equal(record.type, type);
    expect_equal(record.class, MDNS_CLASS_IN);
    expect_false(record.flushes_cache);
    expect_name(&record.owner, owner);
    return record;
}

/* What rust, js and go need: one PTR alone among the answers, all else behind it, no question. */
static void a_response_has_one_ptr_and_then_srv_txt_and_addresses(void)
{
    struct mdns_reader reader = respond("chat.local", "192.168.1.10/24 fd00::a/64");
    struct mdns_record record;
    struct mdns_name name;
    struct gossip_bytes string;

    expect_equal(reader.id, 0xBEEF);
    expect_equal(reader.flags, 0x8400);
    expect_equal(reader.questions_left, 0);
    expect_equal(reader.records_left[MDNS_SECTION_ANSWER], 1);
    expect_equal(reader.records_left[MDNS_SECTION_AUTHORITY], 0);
    record = next(&reader, MDNS_TYPE_PTR, "chat.local");
    expect_equal(record.ttl_seconds, 120);
    expect_ok(mdns_record_target(reader.packet, &record, &name));
    expect_name(&name, INSTANCE ".chat.local");
    record = next(&reader, MDNS_TYPE_SRV, INSTANCE ".chat.local");
    expect_equal(record.ttl_seconds, 120);
    expect_bytes(record.data,
        hex("0000 0000 260c 20 6162636465666768696a6b6c6d6e6f707172737475767778797a303132333435"
            "056c6f63616c 00"));
    record = next(&reader, MDNS_TYPE_TXT, INSTANCE ".chat.local");
    expect_equal(record.ttl_seconds, 120);
    expect_true(mdns_text_next(&record.data, &string));
    expect_bytes(string, BYTES_OF("dnsaddr=/ip4/192.168.1.10/tcp/9740/p2p/" PEER_A));
    expect_true(mdns_text_next(&record.data, &string));
    expect_bytes(string, BYTES_OF("dnsaddr=/ip6/fd00::a/tcp/9740/p2p/" PEER_A));
    expect_false(mdns_text_next(&record.data, &string));
    record = next(&reader, MDNS_TYPE_A, INSTANCE ".local");
    expect_bytes(record.data, hex("c0a8010a"));
    record = next(&reader, MDNS_TYPE_AAAA, INSTANCE ".local");
    expect_bytes(record.data, hex("fd00000000000000000000000000000a"));
    expect_false(mdns_reader_has_record(&reader));
}

static void names_are_sent_as_configured(void)
{
    struct mdns_reader reader = respond("MyRoom.local", "10.0.0.1/8");

    (void)next(&reader, MDNS_TYPE_PTR, "MyRoom.local");
    (void)next(&reader, MDNS_TYPE_SRV, INSTANCE ".MyRoom.local");
}

static void the_worst_case_leaves_addresses_out_but_fits(void)
{
    char service[256] = "";
    struct mdns_reader reader;
    struct mdns_record record;
    struct gossip_bytes string;
    size_t strings = 0;

    for (size_t i = 0; i < 3; i++)
        strcat(service, "0123456789012345678901234567890123456789012345678901234567890.");
    reader = respond(service, "192.168.100.101/24 192.168.100.102/24 192.168.100.103/24 "
                              "192.168.100.104/24 2001:db8:1111:2222:3333:4444:5555:6661/64 "
                              "2001:db8:1111:2222:3333:4444:5555:6662/64 "
                              "2001:db8:1111:2222:3333:4444:5555:6663/64 "
                              "2001:db8:1111:2222:3333:4444:5555:6664/64");
    expect_at_most(reader.packet.size, 1400);
    expect_ok(mdns_reader_record(&reader, &record));
    expect_ok(mdns_reader_record(&reader, &record));
    expect_ok(mdns_reader_record(&reader, &record));
    while (mdns_text_next(&record.data, &string))
        strings++;
    expect_at_least(strings, 4);
    expect_equal(reader.records_left[MDNS_SECTION_ADDITIONAL], strings);
}

static void a_query_is_one_ptr_question(void)
{
    struct mdns_name service = name_of("_p2p._udp.local");
    size_t size = mdns_message_query(room(), 0, &service, NULL, 0);

    expect_bytes(bytes_make(memory, size),
        hex("000000000001000000000000 045f703270 045f756470 056c6f63616c 00 000c 0001"));
}

static void a_query_names_what_is_known(void)
{
    struct mdns_name service = name_of("chat.local");
    struct mdns_known known[2] = {{.label = BYTES_INITIALISER("one"), .ttl_seconds = 100},
        {.label = BYTES_INITIALISER("two"), .ttl_seconds = 61}};
    size_t size = mdns_message_query(room(), 7, &service, known, 2);

    expect_bytes(bytes_make(memory, size),
        hex("0007 0000 0001 0002 0000 0000 0463686174 056c6f63616c 00 000c 0001"
            "c00c 000c 0001 00000064 0006 036f6e65 c00c"
            "c00c 000c 0001 0000003d 0006 0374776f c00c"));
}

static void a_query_names_only_as_many_as_fit(void)
{
    struct mdns_name service = name_of("chat.local");
    struct mdns_known known[MDNS_KNOWN_MAX];
    struct mdns_reader reader;
    size_t size;

    for (size_t i = 0; i < MDNS_KNOWN_MAX; i++) {
        struct gossip_bytes label = bytes_repeated((uint8_t)('a' + i), 63);

        known[i] = (struct mdns_known){.label = label, .ttl_seconds = 100};
    }
    size = mdns_message_query(room(), 7, &service, known, MDNS_KNOWN_MAX);
    expect_at_least(size, 1300);
    expect_at_most(size, MDNS_PACKET_OUT_BYTES_MAX);
    expect_ok(mdns_reader_init(&reader, bytes_make(memory, size)));
    expect_at_least(reader.records_left[MDNS_SECTION_ANSWER], 17);
}

static void a_goodbye_takes_the_ptr_back_and_says_nothing_else(void)
{
    struct mdns_name service = name_of("chat.local");
    size_t size = mdns_message_goodbye(room(), &service, (const uint8_t *)INSTANCE);

    expect_bytes(bytes_make(memory, size),
        hex("0000 8400 0000 0001 0000 0000 0463686174 056c6f63616c 00 000c 0001 00000000 0023"
            "20 6162636465666768696a6b6c6d6e6f707172737475767778797a303132333435 c00c"));
}

static void types_are_told_as_service_lists_want_them(void)
{
    struct mdns_name service = name_of("_p2p._udp.local");
    struct mdns_reader reader;
    struct mdns_record record;
    struct mdns_name target;

    expect_ok(
        mdns_reader_init(&reader, bytes_make(memory, mdns_message_types(room(), 9, &service))));
    expect_equal(reader.id, 9);
    record = next(&reader, MDNS_TYPE_PTR, "_services._dns-sd._udp.local");
    expect_ok(mdns_record_target(reader.packet, &record, &target));
    expect_name(&target, "_p2p._udp.local");
    expect_false(mdns_reader_has_record(&reader));
}

static void only_service_types_are_in_the_list(void)
{
    static const struct {
        const char *name;
        bool is_type;
    } cases[] = {{"_p2p._udp.local", true}, {"_http._tcp.local", true}, {"chat.local", false},
        {"p2p._udp.local", false}, {"_p2p._sctp.local", false}, {"a._p2p._udp.local", false},
        {"_udp.local", false}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct mdns_name name = name_of(cases[i].name);

        expect_equal(mdns_message_is_type(&name), cases[i].is_type);
    }
}

TEST_MAIN(TEST(a_response_has_one_ptr_and_then_srv_txt_and_addresses),
    TEST(names_are_sent_as_configured), TEST(the_worst_case_leaves_addresses_out_but_fits),
    TEST(a_query_is_one_ptr_question), TEST(a_query_names_what_is_known),
    TEST(a_query_names_only_as_many_as_fit),
    TEST(a_goodbye_takes_the_ptr_back_and_says_nothing_else),
    TEST(types_are_told_as_service_lists_want_them), TEST(only_service_types_are_in_the_list))
