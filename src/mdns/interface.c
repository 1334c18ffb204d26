#include "mdns/interface.h"

#include "base/bytes.h"

#include <string.h>

struct mdns_ip mdns_ip4(const uint8_t bytes[4])
{
    struct mdns_ip ip = {.family = MDNS_IP4};

    memcpy(ip.bytes, bytes, 4);
    return ip;
}

struct mdns_ip mdns_ip6(const uint8_t bytes[16])
{
    struct mdns_ip ip = {.family = MDNS_IP6};

    memcpy(ip.bytes, bytes, 16);
    return ip;
}

struct gossip_bytes mdns_ip_bytes(const struct mdns_ip *ip)
{
    return bytes_make(ip->bytes, ip->family == MDNS_IP4 ? 4 : 16);
}

bool mdns_ip_is_equal(const struct mdns_ip *one, const struct mdns_ip *other)
{
    return one->family == other->family && bytes_equal(mdns_ip_bytes(one), mdns_ip_bytes(other));
}

enum multiaddr_reach mdns_ip_reach(const struct mdns_ip *ip)
{
    struct gossip_address address;

    if (ip->family == MDNS_IP4)
        multiaddr_from_ip4(ip->bytes, 1, &address);
    else
        multiaddr_from_ip6(ip->bytes, 1, &address);
    return multiaddr_reach(&address);
}

bool mdns_ip_needs_scope(const struct mdns_ip *ip)
{
    return ip->family == MDNS_IP6 && mdns_ip_reach(ip) == MULTIADDR_REACH_LINK;
}

static bool has_address(
    const struct mdns_interface *interface, const struct mdns_interface_address *wanted)
{
    for (size_t i = 0; i < interface->address_count; i++) {
        const struct mdns_interface_address *address = &interface->addresses[i];

        if (address->prefix_bits == wanted->prefix_bits &&
            mdns_ip_is_equal(&address->ip, &wanted->ip))
            return true;
    }
    return false;
}

bool mdns_interface_is_equal(const struct mdns_interface *one, const struct mdns_interface *other)
{
    if (one->index != other->index || one->is_loopback != other->is_loopback ||
        one->speaks[MDNS_IP4] != other->speaks[MDNS_IP4] ||
        one->speaks[MDNS_IP6] != other->speaks[MDNS_IP6] ||
        one->address_count != other->address_count)
        return false;
    for (size_t i = 0; i < one->address_count; i++) {
        if (!has_address(other, &one->addresses[i]))
            return false;
    }
    return true;
}

bool mdns_interface_owns(const struct mdns_interface *interface, const struct mdns_ip *ip)
{
    for (size_t i = 0; i < interface->address_count; i++) {
        if (mdns_ip_is_equal(&interface->addresses[i].ip, ip))
            return true;
    }
    return false;
}

/* A prefix of no bits would make the whole world a neighbour, and means that nothing is known. */
static bool has_common_prefix(const struct mdns_ip *one, const struct mdns_ip *other, size_t bits)
{
    struct gossip_bytes left = mdns_ip_bytes(one);
    struct gossip_bytes right = mdns_ip_bytes(other);
    size_t whole = bits / 8;
    uint8_t mask = (uint8_t)(0xFF00u >> bits % 8);

    if (left.size != right.size || bits == 0 || bits > left.size * 8)
        return false;
    return memcmp(left.data, right.data, whole) == 0 &&
           (mask == 0 || ((left.data[whole] ^ right.data[whole]) & mask) == 0);
}

bool mdns_interface_is_near(const struct mdns_interface *interface, const struct mdns_ip *ip)
{
    for (size_t i = 0; i < interface->address_count; i++) {
        const struct mdns_interface_address *address = &interface->addresses[i];

        if (has_common_prefix(&address->ip, ip, address->prefix_bits))
            return true;
    }
    return mdns_ip_reach(ip) == MULTIADDR_REACH_LINK;
}

bool mdns_interface_may_dial(
    const struct mdns_interface *interface, const struct mdns_ip *source, const struct mdns_ip *ip)
{
    switch (mdns_ip_reach(ip)) {
    case MULTIADDR_REACH_UNKNOWN:
    case MULTIADDR_REACH_UNSPECIFIED:
    case MULTIADDR_REACH_NOBODY:
        return false;
    case MULTIADDR_REACH_LOOPBACK:
        return interface->is_loopback || mdns_interface_owns(interface, source);
    case MULTIADDR_REACH_LINK:
        return true;
    case MULTIADDR_REACH_PRIVATE:
    case MULTIADDR_REACH_PUBLIC:
        return mdns_ip_is_equal(ip, source) || mdns_interface_is_near(interface, ip);
    }
    return false;
}

static bool is_worth_telling(const struct mdns_interface *interface, const struct mdns_ip *ip)
{
    switch (mdns_ip_reach(ip)) {
    case MULTIADDR_REACH_UNKNOWN:
    case MULTIADDR_REACH_UNSPECIFIED:
    case MULTIADDR_REACH_NOBODY:
        return false;
    case MULTIADDR_REACH_LOOPBACK:
        return interface->is_loopback;
    case MULTIADDR_REACH_LINK:
        return ip->family == MDNS_IP4;
    case MULTIADDR_REACH_PRIVATE:
    case MULTIADDR_REACH_PUBLIC:
        return true;
    }
    return false;
}

static bool is_link_local_ip6(const struct mdns_interface *interface, const struct mdns_ip *ip)
{
    (void)interface;
    return mdns_ip_needs_scope(ip);
}

static size_t append(const struct mdns_interface *interface, enum mdns_family family,
    bool (*is_wanted)(const struct mdns_interface *interface, const struct mdns_ip *ip),
    struct mdns_ip *advertised)
{
    size_t count = 0;

    for (size_t i = 0; i < interface->address_count && count < MDNS_ADVERTISED_FAMILY_MAX; i++) {
        const struct mdns_ip *ip = &interface->addresses[i].ip;

        if (ip->family == family && is_wanted(interface, ip))
            advertised[count++] = *ip;
    }
    return count;
}

size_t mdns_interface_advertise(
    const struct mdns_interface *interface, struct mdns_ip advertised[MDNS_ADVERTISED_MAX])
{
    size_t count = append(interface, MDNS_IP4, is_worth_telling, advertised);

    count += append(interface, MDNS_IP6, is_worth_telling, advertised + count);
    return count > 0 ? count : append(interface, MDNS_IP6, is_link_local_ip6, advertised);
}
