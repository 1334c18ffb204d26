/*
 * Who else can be heard on an interface, counted so that a person who finds nobody can be told why:
 * packets of printers and televisions prove that multicast works, and peers under another rendezvous
 * that somebody mistyped it.
 *
 * Nothing here decides anything. Counts stop at a bound, and anybody on the link can drive them up.
 */
#ifndef MDNS_CENSUS_H
#define MDNS_CENSUS_H

#include "gossipchat/types.h"
#include "mdns/interface.h"
#include "mdns/name.h"

/* Devices of each family, and peers under other names, that are told apart on one interface. */
#define MDNS_CENSUS_DEVICES_MAX 32
#define MDNS_CENSUS_STRANGERS_MAX 32

struct mdns_census {
    uint16_t device_count[MDNS_FAMILIES];
    uint16_t stranger_count;
    struct mdns_ip devices[MDNS_FAMILIES][MDNS_CENSUS_DEVICES_MAX];
    struct gossip_peer_id strangers[MDNS_CENSUS_STRANGERS_MAX];
};

/* Somebody who is not this machine sent a packet from `source`. */
void mdns_census_note_device(struct mdns_census *census, const struct mdns_ip *source);

/*
 * Looks in `packet`, a response, for peers under a name like "other.local" that is none of the
 * `count` names of `services`. A malformed packet counts as far as it can be read.
 */
void mdns_census_note_strangers(struct mdns_census *census, struct gossip_bytes packet,
    const struct mdns_name *services, size_t count);

/* Devices heard. One that is heard over both families counts once, as far as can be known. */
size_t mdns_census_devices(const struct mdns_census *census);

#endif
