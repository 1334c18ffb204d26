/*
 * What a response says about peers, whichever implementation sent it.
 *
 * Implementations agree on "TXT strings dnsaddr=<address>/p2p/<id>" and on little else: they put the
 * TXT among the answers or behind them, all strings into one TXT or each into its own, name the
 * instance below the service or by a single random label, announce services in the same packet, or
 * leave the PTR out. All of this is read. Believed is only what names one peer and can be dialed
 * over TCP on the link the packet came from.
 *
 * https://github.com/libp2p/specs/blob/master/discovery/mdns.md
 */
#ifndef MDNS_SIGHTING_H
#define MDNS_SIGHTING_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "mdns/interface.h"
#include "mdns/name.h"

/* Instances of one packet that are looked at. */
#define MDNS_SIGHTINGS_MAX 8

/* TXT strings of one packet that are looked at; reading an address is the costly part. */
#define MDNS_STRINGS_MAX 32

/* Addresses of one peer that are kept. */
#define MDNS_ENDPOINTS_MAX 8

/* A time to live outside of these is taken for the nearer of them. */
#define MDNS_TTL_SECONDS_MIN 10u
#define MDNS_TTL_SECONDS_MAX 4500u

struct mdns_endpoint {
    struct mdns_ip ip;
    uint16_t port; /* TCP, not 0 */
};

/* The name of an instance, as far as it is needed to recognise it. */
struct mdns_instance {
    bool is_lasting; /* below the service's name: kept until the sender restarts */
    uint8_t label_size;
    uint8_t label[MDNS_LABEL_BYTES_MAX]; /* the first label of the name */
};

/* One instance of the service, as one packet shows it. */
struct mdns_sighting {
    struct mdns_instance instance;
    uint32_t ttl_seconds; /* 0: it says goodbye, and nothing below is filled in */
    struct gossip_peer_id peer;
    size_t endpoint_count; /* not 0 */
    struct mdns_endpoint endpoints[MDNS_ENDPOINTS_MAX];
};

/*
 * Reads what `packet`, a response, says about instances of `service`. It came from `source` over
 * `interface`, and is on its link. `count` says how many sightings there are; those that contradict
 * themselves or have no usable address are left out. Fails with GOSSIP_ERROR_PEER_MALFORMED or
 * _PEER_TOO_LARGE; `count` is 0 then.
 */
GOSSIP_MUST_USE enum gossip_error mdns_sightings_decode(struct gossip_bytes packet,
    const struct mdns_name *service, const struct mdns_interface *interface,
    const struct mdns_ip *source, struct mdns_sighting sightings[MDNS_SIGHTINGS_MAX],
    size_t *count);

/* Whether both are the same instance. */
bool mdns_instance_is_equal(const struct mdns_instance *one, const struct mdns_instance *other);

/* Reads "dnsaddr=<address>". False if `string` is anything else. */
bool mdns_address_parse(struct gossip_bytes string, struct gossip_address *address);

#endif
