/*
 * What discovery.c and discovery_receive.c share: the machine from inside. Nobody else includes this.
 */
#ifndef MDNS_DISCOVERY_STATE_H
#define MDNS_DISCOVERY_STATE_H

#include "base/dice.h"
#include "mdns/attention.h"
#include "mdns/census.h"
#include "mdns/discovery.h"
#include "mdns/lane.h"
#include "mdns/message.h"
#include "mdns/neighbours.h"

/* One interface: a network of its own. */
struct mdns_link {
    bool is_used;
    struct mdns_interface interface;
    uint8_t instance[MDNS_INSTANCE_BYTES]; /* our name here */
    uint8_t previous[MDNS_INSTANCE_BYTES]; /* our name before, for goodbyes */
    struct mdns_lane lanes[MDNS_FAMILIES][MDNS_SERVICES_MAX];
    struct mdns_census census;
    struct mdns_counters counters;
};

struct mdns_discovery {
    const struct allocator *allocator;
    struct entropy entropy;
    struct dice dice;
    struct gossip_peer_id self;
    uint16_t port; /* TCP; 0: we cannot be reached */
    bool is_leaving;
    size_t service_count;
    struct mdns_name services[MDNS_SERVICES_MAX];
    struct mdns_neighbours *neighbours;
    struct mdns_attention attention;
    struct mdns_counters counters; /* of all links, also those that are gone */
    struct mdns_link links[MDNS_INTERFACES_MAX];
    struct gossip_address addresses[MDNS_ENDPOINTS_MAX]; /* of the last event */
};

/* The link with this interface index, or NULL. */
struct mdns_link *mdns_discovery_link(struct mdns_discovery *discovery, uint32_t index);

/* Adds one to what is counted, in all and on `link`, which may be NULL. */
void mdns_discovery_tally(
    struct mdns_discovery *discovery, struct mdns_link *link, enum mdns_count kind);

#endif
