/*
 * The network interfaces of this machine: which there are, what addresses they have, and which of
 * them discovery can use.
 */
#ifndef HOST_INTERFACE_SCAN_H
#define HOST_INTERFACE_SCAN_H

#include <net/if.h>

#include "gossipchat/error.h"
#include "mdns/interface.h"

/* Interfaces that are looked at; those with addresses come first. */
#define INTERFACE_SCAN_MAX 64

/* Names discovery can be limited to. */
#define INTERFACE_NAMES_MAX 16

/* Whether an interface is used, and if not, why. */
enum interface_use {
    INTERFACE_USED,
    INTERFACE_ABSENT,       /* it was asked for by name, and there is none of this name */
    INTERFACE_NOT_LISTED,   /* others were asked for by name */
    INTERFACE_DOWN,         /* off, or nothing is plugged in */
    INTERFACE_LOOPBACK,     /* leads nowhere else, and something else does */
    INTERFACE_NO_MULTICAST, /* cannot send to many at once, as most tunnels */
    INTERFACE_NO_ADDRESS,
    INTERFACE_NOT_JOINED, /* the system refused to join the group: see the error */
    INTERFACE_TOO_MANY    /* there are more than MDNS_INTERFACES_MAX */
};

struct interface_entry {
    char name[IF_NAMESIZE];
    enum interface_use use;
    bool is_up;
    bool can_multicast;
    /* Families: those it has addresses of, before a group was joined. Index 0 if ABSENT. */
    struct mdns_interface interface;
};

/* The names that discovery is limited to; count 0: all. */
struct interface_names {
    size_t count;
    char names[INTERFACE_NAMES_MAX][IF_NAMESIZE];
};

/*
 * Copies `count` names. Fails with GOSSIP_ERROR_INVALID if one cannot be the name of an interface,
 * with GOSSIP_ERROR_LIMIT if there are too many.
 */
GOSSIP_MUST_USE enum gossip_error interface_names_copy(
    struct interface_names *names, const char *const *texts, size_t count);

/*
 * Lists the interfaces by rising index, names that do not exist at the end, and decides which are
 * to be used: all that can multicast, up to MDNS_INTERFACES_MAX; loopback only if there is nothing
 * else or it is named. Returns how many are in the list; 0 also if the system does not say.
 */
size_t interface_scan(
    const struct interface_names *names, struct interface_entry entries[INTERFACE_SCAN_MAX]);

/* Why an interface is or is not used, in two or three words: static. */
const char *interface_use_text(enum interface_use use);

#endif
