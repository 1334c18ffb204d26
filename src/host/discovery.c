#include "host/discovery.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "host/clock.h"
#include "host/entropy_os.h"
#include "host/events.h"
#include "host/failure.h"
#include "host/mdns_udp.h"
#include "host/node.h"
#include "host/pump.h"

#define SERVICE_BYTES_MAX 96
#define INTERFACES_BYTES_MAX 256
#define RENDEZVOUS_AS_SERVICE "%s.local"

struct host_discovery {
    struct gossip_node *node;
    struct mdns_discovery *machine;
    struct mdns_udp *udp;
};

/* ---- what the network says -------------------------------------------------------------- */

static void on_found(void *context, const struct mdns_event *event)
{
    struct host_discovery *discovery = context;
    struct gossip_node *node = discovery->node;

    swarm_found(node->swarm, clock_now(),
        &(struct swarm_sighting){.peer = &event->peer,
            .addresses = event->addresses,
            .address_count = event->address_count,
            .scope = event->scope,
            .source = SWARM_SOURCE_MDNS});
    host_pump(node);
}

/* Who is silent may still be connected, and whether he is there the connection knows best. */
static void on_expired(void *context, const struct mdns_event *event)
{
    (void)context;
    (void)event;
}

static void list_interfaces(
    const struct mdns_udp_interface *interfaces, size_t count, char *line, size_t size)
{
    size_t used = 0;

    line[0] = '\0';
    for (size_t i = 0; i < count && used < size; i++) {
        if (!interfaces[i].speaks[MDNS_IP4] && !interfaces[i].speaks[MDNS_IP6]) {
            continue;
        }
        used += (size_t)snprintf(
            line + used, size - used, "%s%s", used > 0 ? ", " : "", interfaces[i].name);
    }
}

static void on_interfaces_changed(
    void *context, const struct mdns_udp_interface *interfaces, size_t count)
{
    struct host_discovery *discovery = context;
    char line[INTERFACES_BYTES_MAX];
    struct gossip_event event = {.kind = GOSSIP_EVENT_SEARCHING};

    node_begin(discovery->node); /* where we listen is told before where we look */
    node_addresses_changed(discovery->node);
    list_interfaces(interfaces, count, line, sizeof(line));
    event.text = bytes_of_text(line);
    if (event.text.size == 0) {
        event.kind = GOSSIP_EVENT_OFFLINE;
        event.text = bytes_of_text("no network interface is up; waiting for one");
    }
    events_tell(discovery->node, &event);
    host_pump(discovery->node);
}

/* ---- life ------------------------------------------------------------------------------- */

static enum gossip_error create_machine(
    struct host_discovery *discovery, const struct gossip_node_config *config, const char *service)
{
    struct gossip_node *node = discovery->node;
    struct mdns_discovery_config machine = {.allocator = node->allocator,
        .services = {service, MDNS_PUBLIC_SERVICE},
        .service_count = config->has_public_mdns ? 2 : 1,
        .self = gossip_node_id(node),
        .entropy = entropy_os()};
    enum gossip_error error;

    entropy_fill(machine.entropy, &machine.seed, sizeof(machine.seed));
    error = mdns_discovery_create(&machine, clock_now(), &discovery->machine);
    if (error == GOSSIP_ERROR_INVALID) {
        failure_set("rendezvous \"%s\" cannot be a name on the network: use letters, digits, - and "
                    "single dots, 63 at most in a row",
            config->rendezvous);
    }
    return error;
}

static enum gossip_error create_udp(
    struct host_discovery *discovery, const struct gossip_node_config *config)
{
    struct gossip_node *node = discovery->node;
    struct mdns_udp_config udp = {.allocator = node->allocator,
        .loop = node->loop,
        .discovery = discovery->machine,
        .names = config->interface_count > 0 ? config->interfaces : NULL,
        .name_count = config->interface_count,
        .handler = {.context = discovery,
            .on_found = on_found,
            .on_expired = on_expired,
            .on_interfaces_changed = on_interfaces_changed}};
    enum gossip_error error = mdns_udp_create(&udp, &discovery->udp);

    if (error == GOSSIP_ERROR_INVALID || error == GOSSIP_ERROR_LIMIT) {
        failure_set("--interface: one of the names is none, or there are too many");
    }
    return error;
}

enum gossip_error host_discovery_create(struct gossip_node *node,
    const struct gossip_node_config *config, struct host_discovery **discovery)
{
    struct host_discovery *created = calloc(1, sizeof(*created));
    char service[SERVICE_BYTES_MAX];
    enum gossip_error error = GOSSIP_ERROR_NO_MEMORY;

    *discovery = NULL;
    failure_set("out of memory");
    if (created == NULL) {
        return error;
    }
    created->node = node;
    (void)snprintf(service, sizeof(service), RENDEZVOUS_AS_SERVICE, config->rendezvous);
    error = create_machine(created, config, service);
    if (error == GOSSIP_OK) {
        error = create_udp(created, config);
    }
    if (error != GOSSIP_OK) {
        mdns_discovery_destroy(created->machine);
        free(created);
        return error;
    }
    node->handles++;
    mdns_discovery_listening(created->machine, clock_now(), node->port);
    *discovery = created;
    return GOSSIP_OK;
}

static void on_udp_closed(void *context)
{
    struct host_discovery *discovery = context;
    struct gossip_node *node = discovery->node;

    mdns_discovery_destroy(discovery->machine);
    free(discovery);
    host_handle_closed(node);
}

void host_discovery_close(struct host_discovery *discovery)
{
    mdns_udp_close(discovery->udp, on_udp_closed, discovery);
}

/* ---- asked by the node ------------------------------------------------------------------ */

void host_discovery_query(struct host_discovery *discovery)
{
    mdns_discovery_query(discovery->machine, clock_now());
    mdns_udp_pump(discovery->udp);
}

void host_discovery_set_proven(
    struct host_discovery *discovery, const struct gossip_peer_id *peer, bool is_proven)
{
    mdns_discovery_set_proven(discovery->machine, peer, is_proven);
}

void host_discovery_interfaces(struct host_discovery *discovery, char *line, size_t size)
{
    size_t count;
    const struct mdns_udp_interface *interfaces = mdns_udp_interfaces(discovery->udp, &count);

    list_interfaces(interfaces, count, line, size);
}

void host_discovery_describe(struct host_discovery *discovery, char *line, size_t size)
{
    char names[INTERFACES_BYTES_MAX];
    struct mdns_counters counters;

    host_discovery_interfaces(discovery, names, sizeof(names));
    mdns_discovery_counters(discovery->machine, &counters);
    if (names[0] == '\0') {
        (void)snprintf(line, size, "no network interface is up to ask on");
    } else {
        (void)snprintf(line, size, "asked on %s; %" PRIu64 " answers so far", names,
            counters.counts[MDNS_COUNT_RESPONSES_HEARD]);
    }
}

void host_discovery_diagnose(struct host_discovery *discovery, char *line, size_t size)
{
    struct mdns_interface_status status;
    struct mdns_counters counters;
    size_t cursor = 0;
    size_t devices = 0;
    size_t strangers = 0;
    const char *verdict;

    while (mdns_discovery_interface_next(discovery->machine, &cursor, &status)) {
        devices += status.devices_heard;
        strangers += status.strangers_heard;
    }
    mdns_discovery_counters(discovery->machine, &counters);
    if (strangers > 0) {
        verdict = "others use another rendezvous: compare --rendezvous";
    } else if (devices > 0) {
        verdict = "so multicast works here, and nobody of this rendezvous is on this network";
    } else {
        verdict = "so this network may not carry multicast (guest Wi-Fi, VPN): use --peer ADDRESS";
    }
    (void)snprintf(line, size, "%" PRIu64 " queries sent, mDNS heard from %zu other devices, %s",
        counters.counts[MDNS_COUNT_QUERIES_SENT], devices, verdict);
}

static void add_counts(
    struct host_discovery *discovery, uint32_t index, struct gossip_interface *interface)
{
    struct mdns_interface_status status;
    size_t cursor = 0;

    while (mdns_discovery_interface_next(discovery->machine, &cursor, &status)) {
        if (status.index == index) {
            interface->queries_sent = status.counters.counts[MDNS_COUNT_QUERIES_SENT];
            interface->own_queries_heard = status.counters.counts[MDNS_COUNT_OWN_QUERIES_HEARD];
            interface->devices_heard = status.devices_heard;
            interface->strangers_heard = status.strangers_heard;
        }
    }
}

bool host_discovery_interface(
    struct host_discovery *discovery, size_t index, struct gossip_interface *interface)
{
    size_t count;
    const struct mdns_udp_interface *entries = mdns_udp_interfaces(discovery->udp, &count);

    if (index >= count) {
        return false;
    }
    *interface = (struct gossip_interface){.name = entries[index].name,
        .reason = interface_use_text(entries[index].use),
        .is_used = entries[index].use == INTERFACE_USED,
        .speaks_ip4 = entries[index].speaks[MDNS_IP4],
        .speaks_ip6 = entries[index].speaks[MDNS_IP6]};
    add_counts(discovery, entries[index].index, interface);
    return true;
}
