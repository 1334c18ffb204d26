/* One node for tests of discovery: told everything by hand, with entropy that repeats. */
#ifndef TESTS_UNIT_MDNS_NODE_H
#define TESTS_UNIT_MDNS_NODE_H

#include "base/instant.h"
#include "base/peer_id_text.h"
#include "mdns/discovery.h"
#include "support/seeded_entropy.h"
#include "support/test_allocator.h"
#include "unit/mdns/craft.h"
#include "unit/mdns/net.h"

#include <string.h>

#define NODE_INTERFACE 5

/* By this time after 0 the first announcement is due, and nothing else that is not due at 0. */
#define SOON 120

static struct test_allocator memory;
static struct seeded_entropy entropy;
static struct mdns_discovery *discovery;
static struct craft craft;
static uint8_t datagram[MDNS_PACKET_OUT_BYTES_MAX];
static struct mdns_departure departure;

static inline struct gossip_instant at_ms(uint64_t ms)
{
    return instant_us(100000000 + ms * 1000);
}

static inline struct mdns_discovery *node_create(
    const char *peer, const char *service, const char *other_service, uint64_t seed)
{
    struct gossip_peer_id self;
    struct mdns_discovery_config config = {.allocator = &memory.allocator,
        .services = {service, other_service},
        .service_count = other_service == NULL ? 1 : 2,
        .self = &self,
        .entropy = seeded_entropy(&entropy),
        .seed = seed};
    struct mdns_discovery *created;

    expect_ok(peer_id_parse(bytes_of_text(peer), &self));
    expect_ok(mdns_discovery_create(&config, at_ms(0), &created));
    return created;
}

/* The node under test: PEER_A, for chat.local and perhaps another service. */
static inline void node_set_up(const char *other_service)
{
    test_allocator_init(&memory);
    seeded_entropy_init(&entropy, 1);
    discovery = node_create(PEER_A, "chat.local", other_service, 1);
}

static inline void tear_down(void)
{
    mdns_discovery_destroy(discovery);
    test_allocator_deinit(&memory);
}

static inline void bring_up(uint64_t ms, uint32_t index, const char *addresses)
{
    struct mdns_interface interface = net(index, addresses);

    expect_ok(mdns_discovery_interface_up(discovery, at_ms(ms), &interface));
}

/* The next datagram due at that time; empty if there is none. */
static inline struct gossip_bytes transmit(uint64_t ms)
{
    memset(datagram, 0xEE, sizeof(datagram));
    return bytes_make(datagram, mdns_discovery_transmit(discovery, at_ms(ms), &departure,
                                    room_make(datagram, sizeof(datagram))));
}

/* Throws away what is due at that time, and says how much it was. */
static inline size_t drain(uint64_t ms)
{
    size_t count = 0;

    while (transmit(ms).size > 0)
        count++;
    return count;
}

static inline void node_receive(
    uint64_t ms, const char *source, int hop_limit, struct gossip_bytes packet)
{
    struct mdns_arrival arrival = {
        .interface_index = NODE_INTERFACE, .source = ip(source), .hop_limit = hop_limit};

    mdns_discovery_receive(discovery, at_ms(ms), &arrival, packet);
}

/* The packet in `craft` arrives from a neighbour. */
static inline void receive(uint64_t ms, const char *source)
{
    node_receive(ms, source, 255, craft_bytes(&craft));
}

static inline uint64_t counted(enum mdns_count kind)
{
    struct mdns_counters counters;

    mdns_discovery_counters(discovery, &counters);
    return counters.counts[kind];
}

/* A node with both services that has nothing left to announce at 20 s, and asks next after 22 s. */
static inline void set_up_settled(void)
{
    node_set_up(MDNS_PUBLIC_SERVICE);
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, NODE_INTERFACE, "192.168.1.2/24 fe80::2/64");
    for (uint64_t ms = 0; ms < 20000; ms += 100)
        (void)drain(ms);
}

static inline void craft_query(const char *name, unsigned type, unsigned class)
{
    craft_begin(&craft, 0x4242, 0);
    craft_question(&craft, name, type, class);
}

/* An answer in our own layout: `peer` is at `address`. */
static inline void craft_peer(const char *service, const char *peer, const char *address)
{
    char owner[128] = "abc.";
    char string[256] = "dnsaddr=";
    struct craft_head head = {.owner = service, .class = 1, .ttl_seconds = 120};

    strcat(owner, service);
    strcat(strcat(strcat(string, address), "/p2p/"), peer);
    craft_begin(&craft, 0, 0x8400);
    craft_ptr(&craft, head, owner);
    head.section = MDNS_SECTION_ADDITIONAL;
    head.owner = owner;
    craft_txt(&craft, head, (const char *const[]){string, NULL});
}

#endif
