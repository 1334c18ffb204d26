/*
 * Discovery on the loop: the sockets, interfaces and time of one mDNS machine.
 *
 * It keeps a socket for every family on every interface that can multicast, follows interfaces and
 * addresses as they come and go, and works also if there is no network yet. What goes wrong on one
 * interface stays there: it is shown in the list of interfaces and tried again later.
 *
 * After every call on the machine from outside (mdns_discovery_listening, _query, ...) call
 * mdns_udp_pump.
 */
#ifndef HOST_MDNS_UDP_H
#define HOST_MDNS_UDP_H

#include <uv.h>

#include "base/allocator.h"
#include "gossipchat/error.h"
#include "host/interface_scan.h"
#include "mdns/discovery.h"

/* An interface of this machine, and what discovery makes of it. */
struct mdns_udp_interface {
    uint32_t index; /* 0 if ABSENT */
    char name[IF_NAMESIZE];
    enum interface_use use;
    bool speaks[MDNS_FAMILIES]; /* a socket of this family is open */
    int join_error;             /* the libuv error of the last socket that was not opened, or 0 */
    int send_errors
        [MDNS_FAMILIES]; /* the libuv error of the last packet of each, 0 if it was sent */
};

/*
 * What the owner is told, always from the loop and never from within mdns_udp_create. Handlers may
 * call anything here. Events and lists are borrowed until the handler returns. No member is NULL.
 */
struct mdns_udp_handler {
    void *context;
    void (*on_found)(void *context, const struct mdns_event *event);
    void (*on_expired)(void *context, const struct mdns_event *event);
    /* Also once at the start, even if there is no interface. */
    void (*on_interfaces_changed)(
        void *context, const struct mdns_udp_interface *interfaces, size_t count);
};

struct mdns_udp_config {
    const struct allocator *allocator; /* borrowed for life */
    uv_loop_t *loop;                   /* borrowed for life */
    struct mdns_discovery *discovery;  /* borrowed for life: until on_closed */
    const char *const *names;          /* copied: only these interfaces are used; NULL: all */
    size_t name_count;
    struct mdns_udp_handler handler;
};

struct mdns_udp;

/*
 * Starts with the next turn of the loop. Returns owned in `udp`, or fails with
 * GOSSIP_ERROR_NO_MEMORY, or with _INVALID or _LIMIT because of the names.
 */
GOSSIP_MUST_USE enum gossip_error mdns_udp_create(
    const struct mdns_udp_config *config, struct mdns_udp **udp);

/*
 * Says goodbye on every interface, closes all handles, frees `udp`, then calls `on_closed` from the
 * loop. No handler is called any more. The machine is left (mdns_discovery_leave) and still the
 * caller's. To be called once.
 */
void mdns_udp_close(struct mdns_udp *udp, void (*on_closed)(void *context), void *context);

/* Carries out what the machine wants: tells events, sends packets, sets the timer. */
void mdns_udp_pump(struct mdns_udp *udp);

/* The interfaces as they were told last, with the errors of now; borrowed until the next scan. */
const struct mdns_udp_interface *mdns_udp_interfaces(struct mdns_udp *udp, size_t *count);

#endif
