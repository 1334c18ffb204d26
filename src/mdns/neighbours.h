/*
 * The table of peers heard on the local network: bounded, fair between senders, forgetful.
 *
 * Anybody on the link can invent peers. So the table has a fixed size, one sender's address fills
 * only a few places of it, new peers are taken in at a limited rate, and what is known to be real
 * (peers we are connected to) is never pushed out by what is not. A peer is told about (found) when
 * it is new, when it restarted, and when it has new addresses; each one that was found is told about
 * once more (expired) when it is forgotten.
 */
#ifndef MDNS_NEIGHBOURS_H
#define MDNS_NEIGHBOURS_H

#include "base/allocator.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "mdns/message.h"
#include "mdns/sighting.h"

/* Peers in the table; a peer counts once for each service and interface it is heard on. */
#define MDNS_NEIGHBOURS_MAX 256

/* Of one service and from one source address: in the table, and found within one second. */
#define MDNS_NEIGHBOURS_PER_SOURCE_MAX 4
#define MDNS_FINDS_PER_SOURCE_MAX 2

/* The same for sources that are this machine: whoever can send from here has better ways to hurt. */
#define MDNS_NEIGHBOURS_LOCAL_MAX 64
#define MDNS_FINDS_LOCAL_MAX 16

/* Found in all: so many at once, and so many per second after that. */
#define MDNS_FINDS_BURST_MAX 64
#define MDNS_FINDS_PER_SECOND_MAX 16

/* Where a sighting was made. */
struct mdns_origin {
    size_t service; /* which of ours */
    uint32_t interface_index;
    struct mdns_ip source;
    bool is_this_machine;
};

/* A change to tell about. */
struct mdns_neighbour_change {
    bool is_found; /* else expired: then there are no endpoints */
    struct gossip_peer_id peer;
    size_t service;
    uint32_t interface_index;
    size_t endpoint_count;
    struct mdns_endpoint endpoints[MDNS_ENDPOINTS_MAX];
};

struct mdns_neighbours;

/*
 * An empty table, all its memory taken at once. `allocator` is borrowed for its life. Returns owned
 * in `table`, or fails with GOSSIP_ERROR_NO_MEMORY.
 */
GOSSIP_MUST_USE enum gossip_error mdns_neighbours_create(
    const struct allocator *allocator, struct gossip_instant now, struct mdns_neighbours **table);

/* Frees the table. NULL is allowed. */
void mdns_neighbours_destroy(struct mdns_neighbours *table);

/*
 * Takes a sighting in: adds the peer, or refreshes what is known of it, or, at a goodbye, makes it
 * expire in a second unless it is heard again. Fails with GOSSIP_ERROR_LIMIT if a new peer is refused
 * because of the bounds above; the table is then unchanged.
 */
GOSSIP_MUST_USE enum gossip_error mdns_neighbours_sighted(struct mdns_neighbours *table,
    struct gossip_instant now, const struct mdns_origin *origin,
    const struct mdns_sighting *sighting);

/* Everybody heard on this interface expires: it is gone. */
void mdns_neighbours_leave_interface(struct mdns_neighbours *table, uint32_t interface_index);

/* Says whether `peer` has proven itself real. Does nothing if it is not in the table. */
void mdns_neighbours_set_proven(
    struct mdns_neighbours *table, const struct gossip_peer_id *peer, bool is_proven);

/* The next change; false if there is none. */
bool mdns_neighbours_poll(struct mdns_neighbours *table, struct mdns_neighbour_change *change);

/* When somebody expires or may be told about; GOSSIP_NEVER_US if nobody. */
struct gossip_instant mdns_neighbours_deadline(const struct mdns_neighbours *table);

/* Lets expire who is due, and tells about who had to wait. */
void mdns_neighbours_advance(struct mdns_neighbours *table, struct gossip_instant now);

/* How many peers are in the table for this service and interface. */
size_t mdns_neighbours_count(
    const struct mdns_neighbours *table, size_t service, uint32_t interface_index);

/*
 * The instances of this service and interface of which more than half the time to live is left, for
 * a question to say that they are known. Returns how many; labels are borrowed until the next change
 * of the table.
 */
size_t mdns_neighbours_known(const struct mdns_neighbours *table, struct gossip_instant now,
    size_t service, uint32_t interface_index, struct mdns_known known[MDNS_KNOWN_MAX]);

/* How many peers were pushed out by others. */
uint64_t mdns_neighbours_displaced(const struct mdns_neighbours *table);

#endif
