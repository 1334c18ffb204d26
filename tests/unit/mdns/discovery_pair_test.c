/* Two nodes, and what each hears of the other. */
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "unit/mdns/node.h"

static struct mdns_event event;

static void set_up(void)
{
    node_set_up(NULL);
}

/* Carries everything `from` sends at `ms` to `to`; both are on one link. */
static void carry(uint64_t ms, struct mdns_discovery *from, const char *source,
    struct mdns_discovery *to, uint32_t index)
{
    struct mdns_departure out;
    size_t size;

    while ((size = mdns_discovery_transmit(
                from, at_ms(ms), &out, room_make(datagram, sizeof(datagram)))) > 0) {
        struct mdns_arrival arrival = {
            .interface_index = index, .source = ip(source), .hop_limit = 255};

        if (out.family == arrival.source.family)
            mdns_discovery_receive(to, at_ms(ms), &arrival, bytes_make(datagram, size));
    }
}

static void expect_address(size_t index, const char *text)
{
    char printed[MULTIADDR_TEXT_BYTES_MAX];

    expect_true(index < event.address_count);
    (void)multiaddr_print(multiaddr_bytes(&event.addresses[index]), printed);
    expect_text(printed, text);
}

static void two_nodes_find_each_other(void)
{
    struct mdns_discovery *other;
    struct gossip_peer_id id;

    set_up();
    other = node_create(PEER_B, "chat.local", NULL, 2);
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    mdns_discovery_listening(other, at_ms(0), 9741);
    bring_up(0, 5, "192.168.1.2/24");
    {
        struct mdns_interface interface = net(8, "192.168.1.3/24");

        expect_ok(mdns_discovery_interface_up(other, at_ms(0), &interface));
    }
    carry(SOON, discovery, "192.168.1.2", other, 8);
    carry(SOON, other, "192.168.1.3", discovery, 5);
    expect_true(mdns_discovery_poll(discovery, &event));
    expect_equal(event.kind, MDNS_PEER_FOUND);
    expect_ok(peer_id_parse(BYTES_OF(PEER_B), &id));
    expect_true(peer_id_is_equal(&event.peer, &id));
    expect_equal(event.service, 0);
    expect_equal(event.interface_index, 5);
    expect_equal(event.scope, 0);
    expect_equal(event.address_count, 1);
    expect_address(0, "/ip4/192.168.1.3/tcp/9741");
    expect_false(mdns_discovery_poll(discovery, &event));
    expect_true(mdns_discovery_poll(other, &event));
    expect_address(0, "/ip4/192.168.1.2/tcp/9740");

    mdns_discovery_leave(other);
    carry(5000, other, "192.168.1.3", discovery, 5);
    expect_false(mdns_discovery_poll(discovery, &event));
    (void)drain(6000);
    mdns_discovery_advance(discovery, at_ms(6000));
    expect_true(mdns_discovery_poll(discovery, &event));
    expect_equal(event.kind, MDNS_PEER_EXPIRED);
    expect_true(peer_id_is_equal(&event.peer, &id));
    expect_equal(event.address_count, 0);
    mdns_discovery_destroy(other);
    tear_down();
}

/* The first speaks before the second listens, and yet nobody waits for the next announcement. */
static void two_nodes_that_start_together_find_each_other_at_once(void)
{
    struct mdns_discovery *other;
    struct mdns_interface interface = net(8, "192.168.1.3/24");
    uint64_t ms = 5;

    set_up();
    other = node_create(PEER_B, "chat.local", NULL, 2);
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    mdns_discovery_listening(other, at_ms(0), 9741);
    bring_up(0, 5, "192.168.1.2/24");
    (void)drain(0);
    expect_ok(mdns_discovery_interface_up(other, at_ms(ms), &interface));
    carry(ms, other, "192.168.1.3", discovery, 5);
    carry(ms, discovery, "192.168.1.2", other, 8);
    expect_true(mdns_discovery_poll(other, &event));
    expect_equal(event.kind, MDNS_PEER_FOUND);
    carry(ms, other, "192.168.1.3", discovery, 5);
    expect_true(mdns_discovery_poll(discovery, &event));
    expect_equal(event.kind, MDNS_PEER_FOUND);
    mdns_discovery_destroy(other);
    tear_down();
}

static void two_nodes_with_nothing_but_link_local_addresses_find_each_other(void)
{
    struct mdns_discovery *other;
    struct mdns_interface interface = net(8, "fe80::3/64");

    set_up();
    other = node_create(PEER_B, "chat.local", NULL, 2);
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    mdns_discovery_listening(other, at_ms(0), 9741);
    bring_up(0, 5, "fe80::2/64");
    expect_ok(mdns_discovery_interface_up(other, at_ms(0), &interface));
    carry(SOON, other, "fe80::3", discovery, 5);
    expect_true(mdns_discovery_poll(discovery, &event));
    expect_equal(event.scope, 5);
    expect_equal(event.address_count, 1);
    expect_address(0, "/ip6/fe80::3/tcp/9741");
    mdns_discovery_destroy(other);
    tear_down();
}

static void a_node_with_ipv4_is_reached_over_its_link_local_address_too(void)
{
    struct mdns_discovery *other;
    struct mdns_interface interface = net(8, "192.168.1.3/24 fe80::3/64");

    set_up();
    other = node_create(PEER_B, "chat.local", NULL, 2);
    mdns_discovery_listening(other, at_ms(0), 9741);
    bring_up(0, 5, "fe80::2/64");
    expect_ok(mdns_discovery_interface_up(other, at_ms(0), &interface));
    carry(SOON, other, "fe80::3", discovery, 5);
    expect_true(mdns_discovery_poll(discovery, &event));
    expect_equal(event.scope, 5);
    expect_equal(event.address_count, 1);
    expect_address(0, "/ip6/fe80::3/tcp/9741");
    mdns_discovery_destroy(other);
    tear_down();
}

static void peers_expire_with_their_interface(void)
{
    struct mdns_discovery *other;
    struct mdns_interface interface = net(8, "192.168.1.3/24");

    set_up();
    other = node_create(PEER_B, "chat.local", NULL, 2);
    mdns_discovery_listening(other, at_ms(0), 9741);
    bring_up(0, 5, "192.168.1.2/24");
    expect_ok(mdns_discovery_interface_up(other, at_ms(0), &interface));
    carry(SOON, other, "192.168.1.3", discovery, 5);
    expect_true(mdns_discovery_poll(discovery, &event));
    mdns_discovery_interface_down(discovery, 5);
    expect_true(mdns_discovery_poll(discovery, &event));
    expect_equal(event.kind, MDNS_PEER_EXPIRED);
    expect_false(mdns_discovery_poll(discovery, &event));
    mdns_discovery_destroy(other);
    tear_down();
}

TEST_MAIN(TEST(two_nodes_find_each_other),
    TEST(two_nodes_that_start_together_find_each_other_at_once),
    TEST(two_nodes_with_nothing_but_link_local_addresses_find_each_other),
    TEST(a_node_with_ipv4_is_reached_over_its_link_local_address_too),
    TEST(peers_expire_with_their_interface))
