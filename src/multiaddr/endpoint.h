/*
 * What an address means to us: a host, a TCP port, and perhaps who is there.
 */
#ifndef MULTIADDR_ENDPOINT_H
#define MULTIADDR_ENDPOINT_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

enum multiaddr_host {
    MULTIADDR_HOST_NONE, /* the address does not begin with a host */
    MULTIADDR_HOST_IP4,
    MULTIADDR_HOST_IP6,
    MULTIADDR_HOST_DNS,    /* a name with addresses of both families */
    MULTIADDR_HOST_DNS4,   /* only IPv4 addresses are wanted */
    MULTIADDR_HOST_DNS6,   /* only IPv6 addresses are wanted */
    MULTIADDR_HOST_DNSADDR /* a name under which whole addresses are found */
};

/* How far away an IP address can be. */
enum multiaddr_reach {
    MULTIADDR_REACH_UNKNOWN,     /* a name, or no host at all */
    MULTIADDR_REACH_UNSPECIFIED, /* 0.0.0.0 or ::, every interface of this machine */
    MULTIADDR_REACH_NOBODY,      /* multicast, broadcast or reserved: never one host */
    MULTIADDR_REACH_LOOPBACK,    /* this machine */
    MULTIADDR_REACH_LINK,        /* the same wire; says little without an interface */
    MULTIADDR_REACH_PRIVATE,     /* the same site or provider */
    MULTIADDR_REACH_PUBLIC
};

/* Views are borrowed from the address taken apart, or from whoever fills this. */
struct multiaddr_endpoint {
    enum multiaddr_host host;
    uint8_t ip[16];           /* 4 bytes for IP4, 16 for IP6, else zero */
    struct gossip_bytes zone; /* of an IP6: the name of our interface; mostly empty */
    struct gossip_bytes name; /* of a DNS host */
    bool has_port;
    uint16_t port; /* TCP */
    bool has_peer;
    struct gossip_peer_id peer;
    bool is_dialable; /* set by taking apart; ignored by building */
};

/*
 * Takes apart `encoded`, which passed multiaddr_check. `is_dialable` is true if
 * we can reach it over TCP: an IP address or a DNS name, a TCP port other than
 * zero, then at most a peer id and nothing else. Of other addresses the host,
 * the port behind it and the peer id at the very end are found all the same.
 */
void multiaddr_endpoint_decode(struct gossip_bytes encoded, struct multiaddr_endpoint *endpoint);

/*
 * Builds host[/tcp/port][/p2p/peer]. Fails with GOSSIP_ERROR_INVALID if there is
 * no host, or a name, a zone or a peer id that cannot be in an address; `address`
 * is empty then.
 */
GOSSIP_MUST_USE enum gossip_error multiaddr_endpoint_encode(
    const struct multiaddr_endpoint *endpoint, struct gossip_address *address);

/* /ip4/.../tcp/port */
void multiaddr_from_ip4(const uint8_t ip[4], uint16_t port, struct gossip_address *address);

/*
 * /ip6/.../tcp/port; but an IPv4 address in the mapped form that sockets for
 * both families use (::ffff:a.b.c.d) becomes /ip4/a.b.c.d/tcp/port.
 */
void multiaddr_from_ip6(const uint8_t ip[16], uint16_t port, struct gossip_address *address);

/* The peer id at the very end of `address`; false, and `peer` zeroed, without one. */
bool multiaddr_peer_id(const struct gossip_address *address, struct gossip_peer_id *peer);

/*
 * Puts /p2p/peer at the end, in the place of one that may be there. Fails with
 * GOSSIP_ERROR_LIMIT if there is no room, and with GOSSIP_ERROR_INVALID if nothing
 * can follow `address`, or `peer` is none; `address` is unchanged then.
 */
GOSSIP_MUST_USE enum gossip_error multiaddr_put_peer_id(
    struct gossip_address *address, const struct gossip_peer_id *peer);

/* Takes the /p2p part off the end, if there is one and something is before it. */
void multiaddr_remove_peer_id(struct gossip_address *address);

/*
 * How far the IP address at the front of `address` can be. An IPv4 address in
 * mapped form counts as what it maps.
 */
enum multiaddr_reach multiaddr_reach(const struct gossip_address *address);

#endif
