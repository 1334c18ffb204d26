#include "host/addresses.h"

#include <string.h>

#include "host/listener_tcp.h"
#include "host/socket_address.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"

struct list {
    struct gossip_address *addresses;
    size_t count;
};

static void add(struct list *list, const struct gossip_address *address)
{
    for (size_t i = 0; i < list->count; i++) {
        if (multiaddr_is_equal(&list->addresses[i], address)) {
            return;
        }
    }
    if (list->count < SWARM_ADDRESSES_MAX) {
        list->addresses[list->count++] = *address;
    }
}

/* Containers and virtual machines come after the interfaces that lead to people. */
static int rank_of(const uv_interface_address_t *interface, const struct gossip_address *address)
{
    static const char *const hidden[] = {
        "docker", "br-", "veth", "virbr", "vmnet", "lxc", "podman"};
    enum multiaddr_reach reach = multiaddr_reach(address);
    int rank = reach == MULTIADDR_REACH_PUBLIC || reach == MULTIADDR_REACH_PRIVATE ? 0 : 2;

    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
        if (strncmp(interface->name, hidden[i], strlen(hidden[i])) == 0) {
            rank = 1;
        }
    }
    return reach == MULTIADDR_REACH_LOOPBACK ? 2 : rank;
}

/* The addresses of one rank that a listener on all interfaces of its family covers. */
static void add_rank(struct list *list, const uv_interface_address_t *interfaces, int count,
    const struct multiaddr_endpoint *listener, int rank)
{
    for (int i = 0; i < count; i++) {
        struct gossip_address address;

        if (interfaces[i].address.address4.sin_family == AF_INET &&
            listener->host == MULTIADDR_HOST_IP4) {
            multiaddr_from_ip4((const uint8_t *)&interfaces[i].address.address4.sin_addr,
                listener->port, &address);
        } else if (interfaces[i].address.address6.sin6_family == AF_INET6 &&
                   listener->host == MULTIADDR_HOST_IP6) {
            multiaddr_from_ip6(
                interfaces[i].address.address6.sin6_addr.s6_addr, listener->port, &address);
        } else {
            continue;
        }
        if (multiaddr_reach(&address) != MULTIADDR_REACH_LINK &&
            rank_of(&interfaces[i], &address) == rank) {
            add(list, &address);
        }
    }
}

static void add_all(const struct gossip_node *node, struct list *list,
    const uv_interface_address_t *interfaces, int count, int rank)
{
    for (size_t i = 0; i < node->listener_count; i++) {
        const struct gossip_address *address = &node->listeners[i]->address;
        struct multiaddr_endpoint endpoint;

        multiaddr_endpoint_decode(multiaddr_bytes(address), &endpoint);
        if (multiaddr_reach(address) == MULTIADDR_REACH_UNSPECIFIED) {
            add_rank(list, interfaces, count, &endpoint, rank);
        } else if (rank == 0) {
            add(list, address);
        }
    }
}

size_t addresses_collect(
    const struct gossip_node *node, struct gossip_address addresses[SWARM_ADDRESSES_MAX])
{
    struct list list = {.addresses = addresses};
    uv_interface_address_t *interfaces = NULL;
    int count = 0;

    for (size_t i = 0; i < node->announced_count; i++) {
        add(&list, &node->announced[i]);
    }
    if (uv_interface_addresses(&interfaces, &count) != 0) {
        return list.count;
    }
    add_all(node, &list, interfaces, count, 0);
    add_all(node, &list, interfaces, count, 1);
    if (list.count == 0) {
        add_all(node, &list, interfaces, count, 2);
    }
    uv_free_interface_addresses(interfaces, count);
    return list.count;
}
