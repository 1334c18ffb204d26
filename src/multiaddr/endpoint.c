#include "multiaddr/endpoint.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/require.h"
#include "multiaddr/ip_text.h"
#include "multiaddr/multiaddr.h"

#include <string.h>

#define PORT_BYTES 2

static enum multiaddr_host host_of(enum multiaddr_code code)
{
    if (code == MULTIADDR_IP4)
        return MULTIADDR_HOST_IP4;
    if (code == MULTIADDR_IP6)
        return MULTIADDR_HOST_IP6;
    if (code == MULTIADDR_DNS)
        return MULTIADDR_HOST_DNS;
    if (code == MULTIADDR_DNS4)
        return MULTIADDR_HOST_DNS4;
    if (code == MULTIADDR_DNS6)
        return MULTIADDR_HOST_DNS6;
    if (code == MULTIADDR_DNSADDR)
        return MULTIADDR_HOST_DNSADDR;
    return MULTIADDR_HOST_NONE;
}

static void take_host(
    const struct multiaddr_component *component, struct multiaddr_endpoint *endpoint)
{
    endpoint->host = host_of(component->code);
    if (component->kind == MULTIADDR_VALUE_IP4 || component->kind == MULTIADDR_VALUE_IP6)
        bytes_copy(endpoint->ip, component->value);
    else if (endpoint->host != MULTIADDR_HOST_NONE)
        endpoint->name = component->value;
}

/* What the parts of an address mean depends on what came before; these are the
 * places at which we can be. */
enum place { AT_HOST, BEHIND_ZONE, BEHIND_HOST, BEHIND_PORT, BEHIND_PEER, ELSEWHERE };

/* Takes in one component and says where that leads. */
static enum place take_component(enum place place, const struct multiaddr_component *component,
    struct multiaddr_endpoint *endpoint)
{
    bool is_zone = component->code == MULTIADDR_IP6ZONE;
    if (place == AT_HOST && is_zone) { /* the zone in front, as the specification has it */
        endpoint->zone = component->value;
        return BEHIND_ZONE;
    }
    if (place == BEHIND_ZONE && component->code != MULTIADDR_IP6)
        return ELSEWHERE;
    if (place == AT_HOST || place == BEHIND_ZONE) {
        take_host(component, endpoint);
        return endpoint->host == MULTIADDR_HOST_NONE ? ELSEWHERE : BEHIND_HOST;
    }
    if (place == BEHIND_HOST && is_zone && endpoint->host == MULTIADDR_HOST_IP6 &&
        endpoint->zone.size == 0) { /* the zone behind, as rust-libp2p has it */
        endpoint->zone = component->value;
        return BEHIND_HOST;
    }
    if (place == BEHIND_HOST && component->code == MULTIADDR_TCP) {
        endpoint->has_port = true;
        endpoint->port = load_u16_big(component->value.data);
        return BEHIND_PORT;
    }
    if (place == BEHIND_PORT && component->code == MULTIADDR_P2P)
        return BEHIND_PEER;
    return ELSEWHERE;
}

void multiaddr_endpoint_decode(struct gossip_bytes encoded, struct multiaddr_endpoint *endpoint)
{
    memset(endpoint, 0, sizeof(*endpoint));
    enum place place = AT_HOST;
    struct multiaddr_component component = {0};
    while (multiaddr_next(&encoded, &component))
        place = take_component(place, &component, endpoint);
    endpoint->has_peer = component.code == MULTIADDR_P2P &&
                         peer_id_decode(component.value, &endpoint->peer) == GOSSIP_OK;
    endpoint->is_dialable = (place == BEHIND_PORT || place == BEHIND_PEER) && endpoint->port != 0 &&
                            endpoint->host != MULTIADDR_HOST_DNSADDR;
}

static bool put_name(
    struct gossip_room *room, enum multiaddr_code code, const struct multiaddr_endpoint *endpoint)
{
    return multiaddr_put(room, code, endpoint->name);
}

static bool put_host(struct gossip_room *room, const struct multiaddr_endpoint *endpoint)
{
    switch (endpoint->host) {
    case MULTIADDR_HOST_NONE:
        return false;
    case MULTIADDR_HOST_IP4:
        return multiaddr_put(room, MULTIADDR_IP4, bytes_make(endpoint->ip, IP4_BYTES));
    case MULTIADDR_HOST_IP6:
        if (endpoint->zone.size > 0 && !multiaddr_put(room, MULTIADDR_IP6ZONE, endpoint->zone))
            return false;
        return multiaddr_put(room, MULTIADDR_IP6, bytes_make(endpoint->ip, IP6_BYTES));
    case MULTIADDR_HOST_DNS:
        return put_name(room, MULTIADDR_DNS, endpoint);
    case MULTIADDR_HOST_DNS4:
        return put_name(room, MULTIADDR_DNS4, endpoint);
    case MULTIADDR_HOST_DNS6:
        return put_name(room, MULTIADDR_DNS6, endpoint);
    case MULTIADDR_HOST_DNSADDR:
        return put_name(room, MULTIADDR_DNSADDR, endpoint);
    }
    return false;
}

static bool put_peer(struct gossip_room *room, const struct gossip_peer_id *peer)
{
    return multiaddr_put(room, MULTIADDR_P2P, bytes_make(peer->data, peer->size));
}

enum gossip_error multiaddr_endpoint_encode(
    const struct multiaddr_endpoint *endpoint, struct gossip_address *address)
{
    uint8_t place[GOSSIP_ADDRESS_BYTES_MAX];
    uint8_t port[PORT_BYTES];
    struct gossip_room room = room_make(place, sizeof(place));
    memset(address, 0, sizeof(*address));
    store_u16_big(port, endpoint->port);
    if (!put_host(&room, endpoint) ||
        (endpoint->has_port &&
            !multiaddr_put(&room, MULTIADDR_TCP, bytes_make(port, sizeof(port)))) ||
        (endpoint->has_peer && !put_peer(&room, &endpoint->peer)))
        return GOSSIP_ERROR_INVALID;
    struct gossip_bytes encoded = bytes_make(place, sizeof(place) - room.size);
    return multiaddr_decode(encoded, address) == GOSSIP_OK ? GOSSIP_OK : GOSSIP_ERROR_INVALID;
}

/* An IP address and a port fit and are valid whatever they are. */
static void from_ip(enum multiaddr_host host, const uint8_t *ip, size_t size, uint16_t port,
    struct gossip_address *address)
{
    struct multiaddr_endpoint endpoint = {.host = host, .has_port = true, .port = port};
    memcpy(endpoint.ip, ip, size);
    enum gossip_error error = multiaddr_endpoint_encode(&endpoint, address);
    require(error == GOSSIP_OK);
}

void multiaddr_from_ip4(const uint8_t ip[4], uint16_t port, struct gossip_address *address)
{
    from_ip(MULTIADDR_HOST_IP4, ip, IP4_BYTES, port, address);
}

void multiaddr_from_ip6(const uint8_t ip[16], uint16_t port, struct gossip_address *address)
{
    if (multiaddr_ip6_is_mapped(ip))
        multiaddr_from_ip4(ip + IP6_BYTES - IP4_BYTES, port, address);
    else
        from_ip(MULTIADDR_HOST_IP6, ip, IP6_BYTES, port, address);
}

/* The size of `address` without a peer id at its very end. */
static size_t size_before_peer_id(const struct gossip_address *address)
{
    struct gossip_bytes rest = multiaddr_bytes(address);
    struct multiaddr_component component = {0};
    size_t before = address->size;
    for (size_t left = rest.size; multiaddr_next(&rest, &component); left = rest.size)
        before = address->size - left;
    return component.code == MULTIADDR_P2P ? before : address->size;
}

bool multiaddr_peer_id(const struct gossip_address *address, struct gossip_peer_id *peer)
{
    struct multiaddr_endpoint endpoint;
    multiaddr_endpoint_decode(multiaddr_bytes(address), &endpoint);
    *peer = endpoint.peer;
    return endpoint.has_peer;
}

enum gossip_error multiaddr_put_peer_id(
    struct gossip_address *address, const struct gossip_peer_id *peer)
{
    struct gossip_address changed = *address;
    size_t before = size_before_peer_id(address);
    struct gossip_room room = room_make(changed.data + before, sizeof(changed.data) - before);
    if (!put_peer(&room, peer))
        return GOSSIP_ERROR_LIMIT;
    enum gossip_error error =
        multiaddr_check(bytes_make(changed.data, sizeof(changed.data) - room.size));
    if (error != GOSSIP_OK)
        return error == GOSSIP_ERROR_PEER_TOO_LARGE ? GOSSIP_ERROR_LIMIT : GOSSIP_ERROR_INVALID;
    changed.size = (uint16_t)(sizeof(changed.data) - room.size);
    *address = changed;
    return GOSSIP_OK;
}

void multiaddr_remove_peer_id(struct gossip_address *address)
{
    size_t before = size_before_peer_id(address);
    if (before == 0)
        return;
    memset(address->data + before, 0, address->size - before);
    address->size = (uint16_t)before;
}

/* https://www.iana.org/assignments/iana-ipv4-special-registry */
static enum multiaddr_reach ip4_reach(const uint8_t ip[IP4_BYTES])
{
    if (load_u32_big(ip) == 0)
        return MULTIADDR_REACH_UNSPECIFIED;
    if (ip[0] == 0 || ip[0] >= 224) /* "this network"; multicast, reserved, broadcast */
        return MULTIADDR_REACH_NOBODY;
    if (ip[0] == 127)
        return MULTIADDR_REACH_LOOPBACK;
    if (ip[0] == 169 && ip[1] == 254)
        return MULTIADDR_REACH_LINK;
    if (ip[0] == 10 || (ip[0] == 172 && (ip[1] & 0xf0) == 16) || (ip[0] == 192 && ip[1] == 168) ||
        (ip[0] == 100 && (ip[1] & 0xc0) == 64)) /* the last: between a provider and its clients */
        return MULTIADDR_REACH_PRIVATE;
    return MULTIADDR_REACH_PUBLIC;
}

/* https://www.iana.org/assignments/iana-ipv6-special-registry */
static enum multiaddr_reach ip6_reach(const uint8_t ip[IP6_BYTES])
{
    static const uint8_t zeros[IP6_BYTES - IP4_BYTES] = {0};
    if (multiaddr_ip6_is_mapped(ip))
        return ip4_reach(ip + IP6_BYTES - IP4_BYTES);
    if (memcmp(ip, zeros, sizeof(zeros)) == 0) {
        uint32_t last = load_u32_big(ip + sizeof(zeros));
        if (last == 0)
            return MULTIADDR_REACH_UNSPECIFIED;
        return last == 1 ? MULTIADDR_REACH_LOOPBACK : MULTIADDR_REACH_NOBODY;
    }
    if (ip[0] == 0xff) /* multicast */
        return MULTIADDR_REACH_NOBODY;
    if (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80)
        return MULTIADDR_REACH_LINK;
    /* unique local; site-local as it was before */
    if ((ip[0] & 0xfe) == 0xfc || (ip[0] == 0xfe && (ip[1] & 0xc0) == 0xc0))
        return MULTIADDR_REACH_PRIVATE;
    return MULTIADDR_REACH_PUBLIC;
}

enum multiaddr_reach multiaddr_reach(const struct gossip_address *address)
{
    struct multiaddr_endpoint endpoint;
    multiaddr_endpoint_decode(multiaddr_bytes(address), &endpoint);
    switch (endpoint.host) {
    case MULTIADDR_HOST_IP4:
        return ip4_reach(endpoint.ip);
    case MULTIADDR_HOST_IP6:
        return ip6_reach(endpoint.ip);
    case MULTIADDR_HOST_NONE:
    case MULTIADDR_HOST_DNS:
    case MULTIADDR_HOST_DNS4:
    case MULTIADDR_HOST_DNS6:
    case MULTIADDR_HOST_DNSADDR:
        return MULTIADDR_REACH_UNKNOWN;
    }
    return MULTIADDR_REACH_UNKNOWN;
}
