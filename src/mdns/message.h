/*
 * The packets we send: questions, answers, goodbyes.
 *
 * An answer has the one layout that every libp2p implementation reads, although each reads something
 * else in it: exactly one PTR in the answer section, and behind it SRV, one TXT with all addresses,
 * and the A and AAAA records of the host that SRV names. There is never a question in it.
 *
 * https://github.com/libp2p/specs/blob/master/discovery/mdns.md
 */
#ifndef MDNS_MESSAGE_H
#define MDNS_MESSAGE_H

#include "mdns/interface.h"
#include "mdns/packet.h"

/* How long others may believe what we tell, unless they hear it again. */
#define MDNS_TTL_SECONDS 120u

/* Instance names are this many letters and digits, as the specification asks for 32 to 63. */
#define MDNS_INSTANCE_BYTES 32

/* Instances that a question can say are already known. */
#define MDNS_KNOWN_MAX 24

/* What we tell about ourselves. Everything is borrowed for the call. */
struct mdns_advert {
    const struct mdns_name *service;
    const uint8_t *instance; /* MDNS_INSTANCE_BYTES */
    const struct gossip_peer_id *peer;
    uint16_t port; /* TCP, not 0 */
    const struct mdns_ip *ips;
    size_t ip_count; /* not 0 */
};

/* An instance whose record we still hold, so that its owner need not answer. */
struct mdns_known {
    struct gossip_bytes label; /* borrowed for the call */
    uint32_t ttl_seconds;      /* that are left */
};

/* All functions: `room` has MDNS_PACKET_OUT_BYTES_MAX bytes; the size of the packet is returned. */

/* Asks who is there. Of `known` only as many are named as fit. */
size_t mdns_message_query(struct gossip_room room, uint16_t id, const struct mdns_name *service,
    const struct mdns_known *known, size_t known_count);

/* Answers the question with `id`, or announces us with id 0. Names as many addresses as fit. */
size_t mdns_message_response(
    struct gossip_room room, uint16_t id, const struct mdns_advert *advert);

/*
 * Takes back what was announced as `instance`. Only the PTR is taken back: everything hangs on it,
 * and a TXT would make readers that do not look at times to live find us once more.
 */
size_t mdns_message_goodbye(
    struct gossip_room room, const struct mdns_name *service, const uint8_t *instance);

/* The name under which services themselves are listed: _services._dns-sd._udp.local. */
void mdns_message_types_name(struct mdns_name *name);

/* Whether `service` is a type as service lists want it: _name._udp.local or _name._tcp.local. */
bool mdns_message_is_type(const struct mdns_name *service);

/* Answers the question which types of service there are with `service`. */
size_t mdns_message_types(struct gossip_room room, uint16_t id, const struct mdns_name *service);

#endif
