/* What arrives from beyond the link, in pieces, or in floods. */
#include "unit/mdns/node.h"

static struct mdns_event event;

static void what_comes_from_beyond_a_router_is_dropped(void)
{
    set_up_settled();
    (void)drain(20000);
    craft_query("chat.local", MDNS_TYPE_PTR, 1);
    node_receive(20000, "10.7.7.7", 64, craft_bytes(&craft));
    node_receive(20000, "10.7.7.7", -1, craft_bytes(&craft));
    node_receive(20000, "2001:db8::1", 254, craft_bytes(&craft));
    expect_equal(drain(20000), 0);
    expect_equal(counted(MDNS_COUNT_DROPPED_OFF_LINK), 3);
    tear_down();
}

/* rust-libp2p sends with the default hop limit of multicast, which is 1. */
static void a_neighbour_need_not_send_with_hop_limit_255(void)
{
    set_up_settled();
    (void)drain(20000);
    craft_query("chat.local", MDNS_TYPE_PTR, 1);
    node_receive(20000, "192.168.1.9", 1, craft_bytes(&craft));
    expect_equal(drain(20000), 1);
    tear_down();
}

static void who_passed_no_router_is_a_neighbour_in_whatever_network(void)
{
    set_up_settled();
    (void)drain(20000);
    craft_query("chat.local", MDNS_TYPE_PTR, 1);
    node_receive(20000, "10.7.7.7", 255, craft_bytes(&craft));
    expect_equal(drain(20000), 1);
    tear_down();
}

static void a_source_that_is_no_host_is_dropped(void)
{
    static const char *const sources[] = {
        "0.0.0.0", "::", "224.0.0.251", "ff02::fb", "255.255.255.255"};

    set_up_settled();
    craft_peer("chat.local", PEER_B, "/ip4/10.0.0.1/tcp/4001");
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
        receive(20000, sources[i]);
    expect_equal(counted(MDNS_COUNT_DROPPED_OFF_LINK), 5);
    expect_false(mdns_discovery_poll(discovery, &event));
    tear_down();
}

static void empty_and_broken_datagrams_are_counted_and_dropped(void)
{
    uint64_t dropped;

    set_up_settled();
    (void)drain(20000);
    node_receive(20000, "192.168.1.9", 255, bytes_make(NULL, 0));
    node_receive(20000, "192.168.1.9", 255, bytes_repeated(0xFF, 11));
    node_receive(20000, "192.168.1.9", 255, bytes_repeated(0, 9001));
    expect_equal(counted(MDNS_COUNT_DROPPED_MALFORMED), 3);
    craft_query("chat.local", MDNS_TYPE_PTR, 1);
    for (size_t size = 12; size < craft.size; size++)
        node_receive(20000 + 1000 * size, "192.168.1.9", 255, bytes_make(craft.data, size));
    dropped = counted(MDNS_COUNT_DROPPED_MALFORMED);
    expect_equal(dropped, 3 + craft.size - 12);
    expect_equal(counted(MDNS_COUNT_QUERIES_HEARD), 0);
    craft_peer("chat.local", PEER_B, "/ip4/192.168.1.9/tcp/4001");
    for (size_t size = 12; size < craft.size; size++)
        node_receive(200000 + 1000 * size, "192.168.1.9", 255, bytes_make(craft.data, size));
    expect_equal(counted(MDNS_COUNT_DROPPED_MALFORMED), dropped + craft.size - 12);
    expect_false(mdns_discovery_poll(discovery, &event));
    tear_down();
}

static void an_unknown_interface_is_ignored(void)
{
    struct mdns_arrival arrival = {
        .interface_index = 99, .source = ip("192.168.1.9"), .hop_limit = 255};

    set_up_settled();
    craft_peer("chat.local", PEER_B, "/ip4/192.168.1.9/tcp/4001");
    mdns_discovery_receive(discovery, at_ms(20000), &arrival, craft_bytes(&craft));
    expect_false(mdns_discovery_poll(discovery, &event));
    expect_equal(counted(MDNS_COUNT_PACKETS_HEARD), 0);
    tear_down();
}

static void other_operations_and_failures_are_not_read(void)
{
    static const unsigned flags[] = {0x8403, 0x8C00, 0xA400};

    set_up_settled();
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        craft_peer("chat.local", PEER_B, "/ip4/192.168.1.9/tcp/4001");
        store_u16_big(craft.data + 2, (uint16_t)flags[i]);
        receive(20000, "192.168.1.9");
        expect_false(mdns_discovery_poll(discovery, &event));
    }
    tear_down();
}

static void a_flood_is_cut_off_before_it_is_read(void)
{
    set_up_settled();
    craft_peer("chta.local", PEER_B, "/ip4/192.168.1.9/tcp/4001");
    for (size_t i = 0; i < 10000; i++)
        receive(20000 + i / 10, "192.168.1.9");
    expect_equal(counted(MDNS_COUNT_PACKETS_HEARD), 10000);
    /* The burst, and what was earned in the second it took. */
    expect_at_least(counted(MDNS_COUNT_DROPPED_FLOOD), 10000 - 32 - 8);
    craft_peer("chat.local", PEER_B, "/ip4/192.168.1.10/tcp/4001");
    receive(21000, "192.168.1.10");
    expect_true(mdns_discovery_poll(discovery, &event));
    tear_down();
}

static void the_proven_survive_a_flood_of_others(void)
{
    struct gossip_peer_id friend;

    set_up_settled();
    expect_ok(peer_id_parse(BYTES_OF(PEER_B), &friend));
    craft_peer("chat.local", PEER_B, "/ip4/192.168.1.9/tcp/4001");
    receive(20000, "192.168.1.9");
    while (mdns_discovery_poll(discovery, &event)) {
    }
    mdns_discovery_set_proven(discovery, &friend, true);
    for (unsigned i = 0; i < 20; i++) {
        char peer[] = PEER_C;

        peer[20] = (char)('A' + i / 5);
        peer[21] = (char)('1' + i % 5);
        craft_peer("chat.local", peer, "/ip4/192.168.1.9/tcp/1");
        receive(21000 + 1000 * i, "192.168.1.9");
        while (mdns_discovery_poll(discovery, &event))
            expect_false(peer_id_is_equal(&event.peer, &friend));
    }
    tear_down();
}

static void ten_thousand_invented_peers_cost_little(void)
{
    size_t found = 0;

    set_up_settled();
    for (unsigned i = 0; i < 10000; i++) {
        char peer[] = PEER_C;

        peer[20] = (char)('A' + i % 8);
        peer[21] = (char)('A' + i / 8 % 8);
        peer[22] = (char)('A' + i / 64 % 8);
        peer[23] = (char)('A' + i / 512 % 8);
        craft_peer("chat.local", peer, "/ip4/192.168.1.9/tcp/1");
        receive(20000 + i / 10, "192.168.1.9");
        while (mdns_discovery_poll(discovery, &event))
            found += event.kind == MDNS_PEER_FOUND ? 1 : 0;
    }
    expect_at_most(found, 4);
    expect_at_least(counted(MDNS_COUNT_FINDS_REFUSED), 30);
    tear_down();
}

TEST_MAIN(TEST(what_comes_from_beyond_a_router_is_dropped),
    TEST(a_neighbour_need_not_send_with_hop_limit_255),
    TEST(who_passed_no_router_is_a_neighbour_in_whatever_network),
    TEST(a_source_that_is_no_host_is_dropped),
    TEST(empty_and_broken_datagrams_are_counted_and_dropped), TEST(an_unknown_interface_is_ignored),
    TEST(other_operations_and_failures_are_not_read), TEST(a_flood_is_cut_off_before_it_is_read),
    TEST(the_proven_survive_a_flood_of_others), TEST(ten_thousand_invented_peers_cost_little))
