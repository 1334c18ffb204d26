#include "mdns/sighting.h"

#include "base/peer_id_text.h"
#include "unit/mdns/craft.h"
#include "unit/mdns/net.h"

#define SAMPLE_RESPONSE                                                                            \
    "000084000000000100000003045f703270045f756470056c6f63616c00000c00010000007800232061616161"     \
    "61616161303030303030303030303030303030303030303030303030c00cc027002100010000007800290000"     \
    "00000fa1206161616161616161303030303030303030303030303030303030303030303030c016c027001000"     \
    "0100000078005c5b646e73616464723d2f6970342f3139322e3136382e312e31302f7463702f343030312f70"     \
    "32702f313244334b6f6f57427467336161524d6a78776564683833614769556b7753784477555a6b7a754a63"     \
    "666171556d6f3752337071c05c00010001000000780004c0a8010a"

#define LOCAL(address) "dnsaddr=/ip4/" address "/p2p/" PEER_A

static struct mdns_sighting sightings[MDNS_SIGHTINGS_MAX];

static enum gossip_error decode(struct gossip_bytes packet, const char *service,
    const struct mdns_interface *interface, const char *source, size_t *count)
{
    struct mdns_name name;
    struct mdns_ip from = ip(source);

    expect_ok(mdns_name_parse(bytes_of_text(service), &name));
    memset(sightings, 0xEE, sizeof(sightings));
    return mdns_sightings_decode(packet, &name, interface, &from, sightings, count);
}

/* Sightings of chat.local in what came from 192.168.1.9 over an interface of 192.168.1.0/24. */
static size_t seen(const struct craft *craft)
{
    struct mdns_interface interface = net(2, "192.168.1.2/24 fe80::2/64");
    size_t count;

    expect_ok(decode(craft_bytes(craft), "chat.local", &interface, "192.168.1.9", &count));
    return count;
}

static void expect_peer(const struct mdns_sighting *sighting, const char *text)
{
    struct gossip_peer_id peer;

    expect_ok(peer_id_parse(bytes_of_text(text), &peer));
    expect_true(peer_id_is_equal(&sighting->peer, &peer));
}

static void expect_endpoint(
    const struct mdns_sighting *sighting, size_t index, const char *address, uint16_t port)
{
    struct mdns_ip expected = ip(address);

    expect_true(index < sighting->endpoint_count);
    expect_true(mdns_ip_is_equal(&sighting->endpoints[index].ip, &expected));
    expect_equal(sighting->endpoints[index].port, port);
}

static struct craft_head answer(const char *owner, unsigned ttl_seconds)
{
    return (struct craft_head){.owner = owner, .class = MDNS_CLASS_IN, .ttl_seconds = ttl_seconds};
}

static struct craft_head additional(const char *owner, unsigned ttl_seconds)
{
    struct craft_head head = answer(owner, ttl_seconds);

    head.section = MDNS_SECTION_ADDITIONAL;
    return head;
}

/* A response with one PTR to one instance, and one TXT for it with these strings. */
static void craft_response(struct craft *craft, const char *const strings[])
{
    craft_begin(craft, 0, 0x8400);
    craft_ptr(craft, answer("chat.local", 120), "abc.chat.local");
    craft_txt(craft, additional("abc.chat.local", 120), strings);
}

static void the_sample_is_understood(void)
{
    struct mdns_interface interface = net(2, "192.168.1.2/24");
    size_t count;

    expect_ok(decode(hex(SAMPLE_RESPONSE), "_p2p._udp.local", &interface, "192.168.1.10", &count));
    expect_equal(count, 1);
    expect_peer(&sightings[0], PEER_A);
    expect_equal(sightings[0].ttl_seconds, 120);
    expect_true(sightings[0].instance.is_lasting);
    expect_equal(sightings[0].endpoint_count, 1);
    expect_endpoint(&sightings[0], 0, "192.168.1.10", 4001);
}

/* PTR first; SRV, one TXT with all strings, A and AAAA behind it; a long time to live. */
static void a_go_answer_is_understood(void)
{
    struct craft craft;

    craft_begin(&craft, 4711, 0x8400);
    craft_ptr(&craft, answer("chat.local", 3200), "k51qzi5uqu5d.chat.local");
    craft_srv(&craft, additional("k51qzi5uqu5d.chat.local", 3200), 4001, "k51qzi5uqu5d.local");
    craft_txt(&craft, additional("k51qzi5uqu5d.chat.local", 3200),
        (const char *const[]){"dnsaddr=/ip4/127.0.0.1/tcp/4001/p2p/" PEER_A,
            "dnsaddr=/ip4/192.168.1.9/udp/4001/quic-v1/p2p/" PEER_A, LOCAL("192.168.1.9/tcp/4001"),
            "dnsaddr=/ip6/::1/tcp/4001/p2p/" PEER_A, NULL});
    craft_record(&craft, additional("k51qzi5uqu5d.local", 120), MDNS_TYPE_A, hex("c0a80109"));
    expect_equal(seen(&craft), 1);
    expect_peer(&sightings[0], PEER_A);
    expect_equal(sightings[0].ttl_seconds, 3200);
    expect_equal(sightings[0].endpoint_count, 1);
    expect_endpoint(&sightings[0], 0, "192.168.1.9", 4001);
}

/* Everything among the answers, the TXT before the PTR, another PTR behind it, caches flushed. */
static void a_go_announcement_is_understood(void)
{
    struct craft craft;
    struct craft_head flushing = answer("abc.chat.local", 3200);

    flushing.class = CRAFT_CLASS_FLUSH;
    craft_begin(&craft, 0, 0x8000);
    craft_srv(&craft, flushing, 4001, "abc.local");
    craft_txt(&craft, flushing, (const char *const[]){LOCAL("192.168.1.9/tcp/4001"), NULL});
    craft_ptr(&craft, answer("chat.local", 3200), "abc.chat.local");
    craft_ptr(&craft, answer("_services._dns-sd._udp.local", 3200), "chat.local");
    craft_record(&craft, answer("abc.local", 120), MDNS_TYPE_A, hex("c0a80109"));
    expect_equal(seen(&craft), 1);
    expect_peer(&sightings[0], PEER_A);
    expect_endpoint(&sightings[0], 0, "192.168.1.9", 4001);
}

/* The instance is a single label, new in every packet; every address has its own TXT. */
static void a_rust_answer_is_understood(void)
{
    struct mdns_interface interface = net(2, "192.168.1.2/24");
    struct craft craft;
    struct craft_head flushing = additional("xYz0123AbC", 360);
    size_t count;

    flushing.class = CRAFT_CLASS_FLUSH;
    craft_begin(&craft, 99, 0x8400);
    craft_ptr(&craft, answer("_p2p._udp.local", 360), "xYz0123AbC");
    craft_txt(&craft, flushing, (const char *const[]){LOCAL("192.168.1.9/tcp/4001"), NULL});
    craft_txt(&craft, flushing, (const char *const[]){LOCAL("127.0.0.1/tcp/4001"), NULL});
    craft_txt(&craft, flushing, (const char *const[]){LOCAL("192.168.1.10/tcp/4002"), NULL});
    expect_ok(decode(craft_bytes(&craft), "_p2p._udp.local", &interface, "192.168.1.9", &count));
    expect_equal(count, 1);
    expect_peer(&sightings[0], PEER_A);
    expect_equal(sightings[0].ttl_seconds, 360);
    expect_false(sightings[0].instance.is_lasting);
    expect_equal(sightings[0].endpoint_count, 2);
    expect_endpoint(&sightings[0], 0, "192.168.1.9", 4001);
    expect_endpoint(&sightings[0], 1, "192.168.1.10", 4002);
}

/* Everything among the answers, one TXT for every address, and no A record anywhere. */
static void a_js_answer_is_understood(void)
{
    struct craft craft;

    craft_begin(&craft, 0, 0x8400);
    craft_ptr(&craft, answer("chat.local", 120), "q1w2e3.chat.local");
    craft_txt(&craft, answer("q1w2e3.chat.local", 120),
        (const char *const[]){LOCAL("192.168.1.9/tcp/4001"), NULL});
    craft_txt(&craft, answer("q1w2e3.chat.local", 120),
        (const char *const[]){LOCAL("192.168.1.9/tcp/4003/ws"), NULL});
    expect_equal(seen(&craft), 1);
    expect_peer(&sightings[0], PEER_A);
    expect_equal(sightings[0].endpoint_count, 1);
    expect_endpoint(&sightings[0], 0, "192.168.1.9", 4001);
}

static void a_txt_below_the_service_is_enough(void)
{
    struct craft craft;

    craft_begin(&craft, 0, 0x8400);
    craft_txt(&craft, answer("abc.chat.local", 120),
        (const char *const[]){LOCAL("192.168.1.9/tcp/4001"), NULL});
    expect_equal(seen(&craft), 1);
    expect_peer(&sightings[0], PEER_A);
    expect_equal(sightings[0].ttl_seconds, 120);
}

static void case_does_not_matter(void)
{
    struct craft craft;

    craft_begin(&craft, 0, 0x8400);
    craft_ptr(&craft, answer("CHAT.Local", 120), "Abc.Chat.LOCAL");
    craft_txt(&craft, additional("aBC.chat.local", 120),
        (const char *const[]){LOCAL("192.168.1.9/tcp/4001"), NULL});
    expect_equal(seen(&craft), 1);
    expect_true(sightings[0].instance.is_lasting);
}

static void other_services_are_not_seen(void)
{
    struct craft craft;

    craft_begin(&craft, 0, 0x8400);
    craft_ptr(&craft, answer("chta.local", 120), "abc.chta.local");
    craft_txt(&craft, additional("abc.chta.local", 120),
        (const char *const[]){LOCAL("192.168.1.9/tcp/4001"), NULL});
    craft_ptr(&craft, answer("a.chat.local", 120), "abc.a.chat.local");
    expect_equal(seen(&craft), 0);
}

static void a_txt_of_nobody_asked_for_is_not_taken(void)
{
    struct craft craft;

    craft_begin(&craft, 0, 0x8400);
    craft_ptr(&craft, answer("chat.local", 120), "abc.chat.local");
    craft_txt(
        &craft, additional("xyz", 120), (const char *const[]){LOCAL("192.168.1.9/tcp/4001"), NULL});
    expect_equal(seen(&craft), 0);
}

static void records_of_another_class_are_not_taken(void)
{
    struct craft craft;
    struct craft_head chaos = answer("abc.chat.local", 120);

    chaos.class = 3;
    craft_begin(&craft, 0, 0x8400);
    craft_txt(&craft, chaos, (const char *const[]){LOCAL("192.168.1.9/tcp/4001"), NULL});
    expect_equal(seen(&craft), 0);
}

static void only_plain_tcp_addresses_are_taken(void)
{
    struct craft craft;

    craft_response(
        &craft, (const char *const[]){LOCAL("192.168.1.9/tcp/4001"),
                    LOCAL("192.168.1.20/tcp/80/ws"), LOCAL("192.168.1.21/udp/4001/quic-v1"),
                    LOCAL("192.168.1.22/tcp/0"), "dnsaddr=/dns4/host.local/tcp/4001/p2p/" PEER_A,
                    "dnsaddr=/ip6zone/eth0/ip6/fe80::9/tcp/4001/p2p/" PEER_A,
                    "dnsaddr=/ip4/192.168.1.23/tcp/4001/p2p/" PEER_B "/p2p-circuit/p2p/" PEER_A,
                    "dnsaddr=/ip4/192.168.1.24/tcp/4001", "dnsaddr=", "dnsaddr=nonsense",
                    "model=TV", "", NULL});
    expect_equal(seen(&craft), 1);
    expect_peer(&sightings[0], PEER_A);
    expect_equal(sightings[0].endpoint_count, 1);
    expect_endpoint(&sightings[0], 0, "192.168.1.9", 4001);
}

static void unreadable_strings_do_not_spoil_the_others(void)
{
    struct craft craft;

    craft_response(&craft, (const char *const[]){"dnsaddr=/what/is/this", "dnsaddr=\xff\xfe",
                               LOCAL("192.168.1.9/tcp/4001"), NULL});
    expect_equal(seen(&craft), 1);
    expect_endpoint(&sightings[0], 0, "192.168.1.9", 4001);
}

static void one_instance_is_one_peer(void)
{
    struct craft craft;

    craft_response(&craft, (const char *const[]){LOCAL("192.168.1.9/tcp/4001"),
                               "dnsaddr=/ip4/192.168.1.9/tcp/4001/p2p/" PEER_B, NULL});
    expect_equal(seen(&craft), 0);
}

static void an_instance_without_a_peer_is_nobody(void)
{
    struct craft craft;

    craft_response(&craft, (const char *const[]){"dnsaddr=/ip4/192.168.1.9/tcp/1", NULL});
    expect_equal(seen(&craft), 0);
    craft_response(&craft, (const char *const[]){NULL});
    expect_equal(seen(&craft), 0);
}

static void only_addresses_on_the_link_are_taken(void)
{
    struct craft craft;

    craft_response(&craft,
        (const char *const[]){LOCAL("10.0.0.1/tcp/25"), LOCAL("192.168.1.9/tcp/4001"),
            LOCAL("127.0.0.1/tcp/4001"), LOCAL("8.8.8.8/tcp/53"), LOCAL("224.0.0.251/tcp/1"),
            "dnsaddr=/ip6/2001:db8::1/tcp/4001/p2p/" PEER_A, NULL});
    expect_equal(seen(&craft), 1);
    expect_equal(sightings[0].endpoint_count, 1);
    expect_endpoint(&sightings[0], 0, "192.168.1.9", 4001);
}

static void the_source_stands_in_if_no_address_is_on_the_link(void)
{
    struct craft craft;

    craft_response(&craft, (const char *const[]){LOCAL("10.0.0.1/tcp/4005"), NULL});
    expect_equal(seen(&craft), 1);
    expect_equal(sightings[0].endpoint_count, 1);
    expect_endpoint(&sightings[0], 0, "192.168.1.9", 4005);
}

static void a_link_local_source_is_added_always(void)
{
    struct mdns_interface interface = net(2, "192.168.1.2/24 fe80::2/64");
    struct craft craft;
    size_t count;

    craft_response(&craft, (const char *const[]){LOCAL("192.168.1.9/tcp/4001"), NULL});
    expect_ok(decode(craft_bytes(&craft), "chat.local", &interface, "fe80::9", &count));
    expect_equal(count, 1);
    expect_equal(sightings[0].endpoint_count, 2);
    expect_endpoint(&sightings[0], 0, "192.168.1.9", 4001);
    expect_endpoint(&sightings[0], 1, "fe80::9", 4001);
}

static void a_network_with_link_local_addresses_only_works(void)
{
    struct mdns_interface interface = net(2, "fe80::2/64");
    struct craft craft;
    size_t count;

    craft_response(
        &craft, (const char *const[]){"dnsaddr=/ip6/fe80::9/tcp/4001/p2p/" PEER_A, NULL});
    expect_ok(decode(craft_bytes(&craft), "chat.local", &interface, "fe80::9", &count));
    expect_equal(count, 1);
    expect_equal(sightings[0].endpoint_count, 1);
    expect_endpoint(&sightings[0], 0, "fe80::9", 4001);
}

static void a_ptr_with_no_time_to_live_is_a_goodbye(void)
{
    struct craft craft;

    craft_begin(&craft, 0, 0x8400);
    craft_ptr(&craft, answer("chat.local", 0), "abc.chat.local");
    expect_equal(seen(&craft), 1);
    expect_equal(sightings[0].ttl_seconds, 0);
    expect_bytes(
        bytes_make(sightings[0].instance.label, sightings[0].instance.label_size), BYTES_OF("abc"));
}

static void a_go_goodbye_is_one_too(void)
{
    struct craft craft;

    craft_begin(&craft, 0, 0x8000);
    craft_srv(&craft, answer("abc.chat.local", 0), 4001, "abc.local");
    craft_txt(&craft, answer("abc.chat.local", 0),
        (const char *const[]){LOCAL("192.168.1.9/tcp/4001"), NULL});
    craft_ptr(&craft, answer("chat.local", 0), "abc.chat.local");
    expect_equal(seen(&craft), 1);
    expect_equal(sightings[0].ttl_seconds, 0);
}

static void a_txt_that_is_taken_back_is_not_used(void)
{
    struct craft craft;

    craft_begin(&craft, 0, 0x8400);
    craft_ptr(&craft, answer("chat.local", 120), "abc.chat.local");
    craft_txt(&craft, additional("abc.chat.local", 0),
        (const char *const[]){LOCAL("192.168.1.9/tcp/4001"), NULL});
    expect_equal(seen(&craft), 0);
}

static void times_to_live_are_kept_within_reason(void)
{
    static const struct {
        unsigned said, taken;
    } cases[] = {{1, 10}, {9, 10}, {10, 10}, {4500, 4500}, {4501, 4500}, {0xFFFFFFFF, 4500}};
    struct craft craft;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        craft_begin(&craft, 0, 0x8400);
        craft_ptr(&craft, answer("chat.local", cases[i].said), "abc.chat.local");
        craft_txt(&craft, additional("abc.chat.local", 120),
            (const char *const[]){LOCAL("192.168.1.9/tcp/4001"), NULL});
        expect_equal(seen(&craft), 1);
        expect_equal(sightings[0].ttl_seconds, cases[i].taken);
    }
}

static void several_instances_in_one_packet_are_told_apart(void)
{
    struct craft craft;

    craft_begin(&craft, 0, 0x8400);
    craft_ptr(&craft, answer("chat.local", 120), "abc.chat.local");
    craft_ptr(&craft, answer("chat.local", 120), "nobody.chat.local");
    craft_ptr(&craft, answer("chat.local", 0), "def.chat.local");
    craft_ptr(&craft, answer("chat.local", 120), "ghi.chat.local");
    craft_txt(&craft, additional("ghi.chat.local", 120),
        (const char *const[]){"dnsaddr=/ip4/192.168.1.9/tcp/2/p2p/" PEER_B, NULL});
    craft_txt(&craft, additional("abc.chat.local", 120),
        (const char *const[]){LOCAL("192.168.1.9/tcp/1"), NULL});
    expect_equal(seen(&craft), 3);
    expect_peer(&sightings[0], PEER_A);
    expect_equal(sightings[1].ttl_seconds, 0);
    expect_peer(&sightings[2], PEER_B);
    expect_endpoint(&sightings[2], 0, "192.168.1.9", 2);
}

static void at_most_eight_instances_are_looked_at(void)
{
    struct craft craft;
    char owner[32] = "00.chat.local";

    craft_begin(&craft, 0, 0x8400);
    for (unsigned i = 0; i < 20; i++) {
        owner[0] = (char)('0' + i / 10);
        owner[1] = (char)('0' + i % 10);
        craft_txt(
            &craft, answer(owner, 120), (const char *const[]){LOCAL("192.168.1.9/tcp/1"), NULL});
    }
    expect_equal(seen(&craft), MDNS_SIGHTINGS_MAX);
}

static void at_most_eight_addresses_are_kept(void)
{
    struct craft craft;
    const char *strings[] = {LOCAL("192.168.1.11/tcp/1"), LOCAL("192.168.1.12/tcp/1"),
        LOCAL("192.168.1.13/tcp/1"), LOCAL("192.168.1.14/tcp/1"), LOCAL("192.168.1.15/tcp/1"),
        LOCAL("192.168.1.15/tcp/1"), LOCAL("192.168.1.16/tcp/1"), LOCAL("192.168.1.17/tcp/1"),
        LOCAL("192.168.1.18/tcp/1"), LOCAL("192.168.1.19/tcp/1"), NULL};

    craft_response(&craft, strings);
    expect_equal(seen(&craft), 1);
    expect_equal(sightings[0].endpoint_count, MDNS_ENDPOINTS_MAX);
    expect_endpoint(&sightings[0], 7, "192.168.1.18", 1);
}

static void at_most_32_strings_are_looked_at(void)
{
    struct craft craft;
    const char *strings[34];

    for (size_t i = 0; i < 33; i++)
        strings[i] = "model=TV";
    strings[31] = LOCAL("192.168.1.9/tcp/1");
    strings[33] = NULL;
    craft_response(&craft, strings);
    expect_equal(seen(&craft), 1);
    strings[31] = "model=TV";
    strings[32] = LOCAL("192.168.1.9/tcp/1");
    craft_response(&craft, strings);
    expect_equal(seen(&craft), 0);
}

static void a_packet_cut_anywhere_is_malformed(void)
{
    struct mdns_interface interface = net(2, "192.168.1.2/24");
    struct gossip_bytes packet = hex(SAMPLE_RESPONSE);

    for (size_t size = 0; size < packet.size; size++) {
        size_t count = 77;

        expect_error(decode(bytes_make(packet.data, size), "_p2p._udp.local", &interface,
                         "192.168.1.10", &count),
            GOSSIP_ERROR_PEER_MALFORMED);
        expect_equal(count, 0);
    }
}

static void instances_are_equal_by_label_and_kind(void)
{
    struct mdns_instance one = {.is_lasting = true, .label_size = 3, .label = "abc"};
    struct mdns_instance other = {.is_lasting = true, .label_size = 3, .label = "ABC"};

    expect_true(mdns_instance_is_equal(&one, &other));
    other.is_lasting = false;
    expect_false(mdns_instance_is_equal(&one, &other));
    other = one;
    other.label_size = 2;
    expect_false(mdns_instance_is_equal(&one, &other));
}

TEST_MAIN(TEST(the_sample_is_understood), TEST(a_go_answer_is_understood),
    TEST(a_go_announcement_is_understood), TEST(a_rust_answer_is_understood),
    TEST(a_js_answer_is_understood), TEST(a_txt_below_the_service_is_enough),
    TEST(case_does_not_matter), TEST(other_services_are_not_seen),
    TEST(a_txt_of_nobody_asked_for_is_not_taken), TEST(records_of_another_class_are_not_taken),
    TEST(only_plain_tcp_addresses_are_taken), TEST(unreadable_strings_do_not_spoil_the_others),
    TEST(one_instance_is_one_peer), TEST(an_instance_without_a_peer_is_nobody),
    TEST(only_addresses_on_the_link_are_taken),
    TEST(the_source_stands_in_if_no_address_is_on_the_link),
    TEST(a_link_local_source_is_added_always), TEST(a_network_with_link_local_addresses_only_works),
    TEST(a_ptr_with_no_time_to_live_is_a_goodbye), TEST(a_go_goodbye_is_one_too),
    TEST(a_txt_that_is_taken_back_is_not_used), TEST(times_to_live_are_kept_within_reason),
    TEST(several_instances_in_one_packet_are_told_apart),
    TEST(at_most_eight_instances_are_looked_at), TEST(at_most_eight_addresses_are_kept),
    TEST(at_most_32_strings_are_looked_at), TEST(a_packet_cut_anywhere_is_malformed),
    TEST(instances_are_equal_by_label_and_kind))
