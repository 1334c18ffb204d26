/*
 * A network interface as discovery sees it: its addresses, and which other addresses are near.
 *
 * Multicast does not leave the link it was sent on, and neither does what we say and believe: on an
 * interface we tell only the addresses of that interface, and believe only addresses that can be on
 * its link.
 */
#ifndef MDNS_INTERFACE_H
#define MDNS_INTERFACE_H

#include "gossipchat/types.h"
#include "multiaddr/endpoint.h"

/* Addresses of one interface that are kept. */
#define MDNS_INTERFACE_ADDRESSES_MAX 16

enum mdns_family { MDNS_IP4, MDNS_IP6 };
#define MDNS_FAMILIES 2

/* Addresses we tell about one interface: of one family, and of both together. */
#define MDNS_ADVERTISED_FAMILY_MAX 4
#define MDNS_ADVERTISED_MAX (MDNS_FAMILIES * MDNS_ADVERTISED_FAMILY_MAX)

/* An address without a port. Of an IP4 the first 4 bytes count, the others are zero. */
struct mdns_ip {
    enum mdns_family family;
    uint8_t bytes[16];
};

/* An address of an interface, and how many of its leading bits are common to the whole link. */
struct mdns_interface_address {
    struct mdns_ip ip;
    uint8_t prefix_bits;
};

struct mdns_interface {
    uint32_t index; /* the system's number for it, not 0 */
    bool is_loopback;
    bool speaks[MDNS_FAMILIES]; /* multicast of this family can be sent and heard on it */
    uint8_t address_count;
    struct mdns_interface_address addresses[MDNS_INTERFACE_ADDRESSES_MAX];
};

/* An IPv4 address from its 4 bytes. */
struct mdns_ip mdns_ip4(const uint8_t bytes[4]);

/* An IPv6 address from its 16 bytes. */
struct mdns_ip mdns_ip6(const uint8_t bytes[16]);

/* The 4 or 16 bytes of the address, borrowed. */
struct gossip_bytes mdns_ip_bytes(const struct mdns_ip *ip);

/* Whether both are the same address of the same family. */
bool mdns_ip_is_equal(const struct mdns_ip *one, const struct mdns_ip *other);

/* How far away the address can be. */
enum multiaddr_reach mdns_ip_reach(const struct mdns_ip *ip);

/* Whether the address means something only together with an interface: fe80::/10. */
bool mdns_ip_needs_scope(const struct mdns_ip *ip);

/* Whether both have the same index, kind, families and addresses, in any order. */
bool mdns_interface_is_equal(const struct mdns_interface *one, const struct mdns_interface *other);

/* Whether `ip` is one of the interface's own addresses. */
bool mdns_interface_owns(const struct mdns_interface *interface, const struct mdns_ip *ip);

/* Whether `ip` is in a network of the interface, or is link-local. */
bool mdns_interface_is_near(const struct mdns_interface *interface, const struct mdns_ip *ip);

/*
 * Whether a neighbour that sent from `source` over this interface may be dialed at `ip`: an address
 * of one host on the link. Loopback addresses are believed only from this machine itself.
 */
bool mdns_interface_may_dial(
    const struct mdns_interface *interface, const struct mdns_ip *source, const struct mdns_ip *ip);

/*
 * The addresses to tell on this interface, IPv4 first, and how many. Link-local IPv6 addresses need
 * a scope that is different on every machine, so they are told only if there is nothing else; who
 * hears us over IPv6 knows our link-local address from the packet anyway.
 */
size_t mdns_interface_advertise(
    const struct mdns_interface *interface, struct mdns_ip advertised[MDNS_ADVERTISED_MAX]);

#endif
