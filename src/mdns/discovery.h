/*
 * Discovery: who else is on the local network, by multicast DNS, and telling them about us.
 *
 * A machine with the five verbs (see ARCHITECTURE.md), except that its unit is a datagram:
 *
 *     receive    a datagram that arrived, and on which interface
 *     transmit   a datagram to multicast, and on which interface
 *     poll       peers found and lost: drain until it returns false
 *     deadline   when it next wants the time
 *     advance    the time, no earlier than the deadline
 *
 * It is told which interfaces there are and which addresses they have, and treats each interface as
 * a network of its own. On each it speaks under a random name that changes whenever the addresses
 * do, since others look at a name only once.
 *
 * https://github.com/libp2p/specs/blob/master/discovery/mdns.md
 * https://www.rfc-editor.org/rfc/rfc6762
 */
#ifndef MDNS_DISCOVERY_H
#define MDNS_DISCOVERY_H

#include "base/allocator.h"
#include "base/entropy.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "mdns/interface.h"
#include "mdns/packet.h"
#include "mdns/sighting.h"

/* Where multicast DNS lives: this port, and the groups 224.0.0.251 and ff02::fb. */
#define MDNS_PORT 5353
extern const uint8_t mdns_group_ip4[4];
extern const uint8_t mdns_group_ip6[16];

/* Datagrams are sent with this hop limit, which shows on arrival that no router was between. */
#define MDNS_HOP_LIMIT 255

#define MDNS_SERVICES_MAX 2
#define MDNS_INTERFACES_MAX 16

/* The service under which libp2p nodes without a rendezvous of their own find each other. */
#define MDNS_PUBLIC_SERVICE "_p2p._udp.local"

struct mdns_discovery;

struct mdns_discovery_config {
    const struct allocator *allocator;       /* borrowed for life */
    const char *services[MDNS_SERVICES_MAX]; /* copied: "gossipchat.local", case as it is sent */
    size_t service_count;                    /* 1 or 2 */
    const struct gossip_peer_id *self;       /* copied */
    struct entropy entropy;                  /* borrowed for life: names of instances */
    uint64_t seed;                           /* delays and jitter */
};

/* A datagram that arrived at a group of ours. */
struct mdns_arrival {
    uint32_t interface_index;
    struct mdns_ip source; /* any port will do: some implementations do not send from 5353 */
    int hop_limit;         /* -1: not known */
};

/* Where a datagram is to go: to the group of `family`, port MDNS_PORT. */
struct mdns_departure {
    uint32_t interface_index;
    enum mdns_family family;
};

enum mdns_event_kind {
    MDNS_PEER_FOUND,  /* new, or restarted, or with new addresses */
    MDNS_PEER_EXPIRED /* said goodbye, or was silent for too long; says nothing of connections */
};

/* A peer counts once for every service and interface on which it is heard. */
struct mdns_event {
    enum mdns_event_kind kind;
    struct gossip_peer_id peer;
    size_t service; /* index into the services of the config */
    uint32_t interface_index;
    /* The interface index again if one of the addresses is link-local and needs it, else 0. */
    uint32_t scope;
    /* FOUND: where it listens, without /p2p; borrowed until the next call. */
    const struct gossip_address *addresses;
    size_t address_count;
};

/* What is counted, on each interface and in all. */
enum mdns_count {
    MDNS_COUNT_QUERIES_SENT,
    MDNS_COUNT_RESPONSES_SENT, /* announcements too */
    MDNS_COUNT_GOODBYES_SENT,
    MDNS_COUNT_PACKETS_HEARD,       /* all that arrived */
    MDNS_COUNT_OTHER_PACKETS_HEARD, /* well-formed, from other machines: multicast works */
    MDNS_COUNT_OWN_QUERIES_HEARD,   /* our own questions came back: the socket works */
    MDNS_COUNT_QUERIES_HEARD,       /* of others, for our services */
    MDNS_COUNT_RESPONSES_HEARD,     /* of others, for our services */
    MDNS_COUNT_FINDS_REFUSED,       /* new peers beyond what one sender, or all, may bring */
    MDNS_COUNT_DROPPED_FLOOD,       /* beyond the attention one source gets */
    MDNS_COUNT_DROPPED_OFF_LINK,    /* from beyond a router, or from no usable address */
    MDNS_COUNT_DROPPED_MALFORMED    /* empty, too large, or not DNS */
};
#define MDNS_COUNTS (MDNS_COUNT_DROPPED_MALFORMED + 1)

struct mdns_counters {
    uint64_t counts[MDNS_COUNTS];
};

/* What can be told about one interface. */
struct mdns_interface_status {
    uint32_t index;
    struct mdns_counters counters;
    size_t devices_heard;   /* other machines that speak mDNS, whatever they are */
    size_t strangers_heard; /* peers like us under the name of another rendezvous */
    size_t peers;           /* heard now */
};

/*
 * Discovery that knows no interface and no port yet. Returns owned in `discovery`, or fails with
 * GOSSIP_ERROR_INVALID if a service cannot be a name, or _NO_MEMORY.
 */
GOSSIP_MUST_USE enum gossip_error mdns_discovery_create(const struct mdns_discovery_config *config,
    struct gossip_instant now, struct mdns_discovery **discovery);

/* Frees it without a word to others: call mdns_discovery_leave first. NULL is allowed. */
void mdns_discovery_destroy(struct mdns_discovery *discovery);

/*
 * The TCP port at which we can be reached; 0, as at the start, if at none. Then nothing is announced
 * and nobody is answered, but others are looked for.
 */
void mdns_discovery_listening(
    struct mdns_discovery *discovery, struct gossip_instant now, uint16_t port);

/*
 * An interface is there, or has changed; copies. Does nothing if nothing changed. Fails with
 * GOSSIP_ERROR_LIMIT if there are MDNS_INTERFACES_MAX others.
 */
GOSSIP_MUST_USE enum gossip_error mdns_discovery_interface_up(struct mdns_discovery *discovery,
    struct gossip_instant now, const struct mdns_interface *interface);

/* An interface is gone, and who was heard on it expires. Does nothing if it is not known. */
void mdns_discovery_interface_down(struct mdns_discovery *discovery, uint32_t index);

/* Asks again as at the start, on every interface, but nowhere twice within a second. */
void mdns_discovery_query(struct mdns_discovery *discovery, struct gossip_instant now);

/* `peer` has proven to be real, or is not connected any more; the real are not pushed out. */
void mdns_discovery_set_proven(
    struct mdns_discovery *discovery, const struct gossip_peer_id *peer, bool is_proven);

/* Says goodbye: what is left to transmit says so, and after that nothing is sent or answered. */
void mdns_discovery_leave(struct mdns_discovery *discovery);

/*
 * A datagram arrived; a bad one is counted and forgotten. `datagram` is borrowed for the call.
 * Drain transmit and poll before the next.
 */
void mdns_discovery_receive(struct mdns_discovery *discovery, struct gossip_instant now,
    const struct mdns_arrival *arrival, struct gossip_bytes datagram);

/*
 * Writes the next datagram that is due into `room`, which has MDNS_PACKET_OUT_BYTES_MAX bytes, and
 * returns its size; 0 if there is none.
 */
size_t mdns_discovery_transmit(struct mdns_discovery *discovery, struct gossip_instant now,
    struct mdns_departure *departure, struct gossip_room room);

/* The next event; false if there is none. */
bool mdns_discovery_poll(struct mdns_discovery *discovery, struct mdns_event *event);

/* When there is something to transmit or to advance; GOSSIP_NEVER_US if never. */
struct gossip_instant mdns_discovery_deadline(const struct mdns_discovery *discovery);

/* Lets peers expire whose time is over. Drain transmit and poll afterwards. */
void mdns_discovery_advance(struct mdns_discovery *discovery, struct gossip_instant now);

/* Everything counted since the creation, also on interfaces that are gone. */
void mdns_discovery_counters(
    const struct mdns_discovery *discovery, struct mdns_counters *counters);

/* Walks over the interfaces: `cursor` starts at 0. False at the end. */
bool mdns_discovery_interface_next(
    const struct mdns_discovery *discovery, size_t *cursor, struct mdns_interface_status *status);

#endif
