#include "host/socket_address.h"

#include <net/if.h>
#include <string.h>
#include <uv.h>

#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"

/* The interface an address means: the one it names, or else `scope`. */
static uint32_t scope_of(const struct multiaddr_endpoint *endpoint, uint32_t scope)
{
    char name[IF_NAMESIZE];

    if (endpoint->zone.size == 0 || endpoint->zone.size >= sizeof(name)) {
        return scope;
    }
    memcpy(name, endpoint->zone.data, endpoint->zone.size);
    name[endpoint->zone.size] = '\0';
    return if_nametoindex(name);
}

bool socket_address_from(
    const struct gossip_address *address, uint32_t scope, struct sockaddr_storage *to)
{
    struct multiaddr_endpoint endpoint;

    multiaddr_endpoint_decode(multiaddr_bytes(address), &endpoint);
    memset(to, 0, sizeof(*to));
    if (!endpoint.has_port) {
        return false;
    }
    if (endpoint.host == MULTIADDR_HOST_IP4) {
        struct sockaddr_in *four = (struct sockaddr_in *)to;

        four->sin_family = AF_INET;
        four->sin_port = htons(endpoint.port);
        memcpy(&four->sin_addr, endpoint.ip, 4);
        return true;
    }
    if (endpoint.host == MULTIADDR_HOST_IP6) {
        struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;

        six->sin6_family = AF_INET6;
        six->sin6_port = htons(endpoint.port);
        six->sin6_scope_id = scope_of(&endpoint, scope);
        memcpy(&six->sin6_addr, endpoint.ip, 16);
        return true;
    }
    return false;
}

bool socket_address_to(const struct sockaddr_storage *from, struct gossip_address *address)
{
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)from;

        multiaddr_from_ip4((const uint8_t *)&four->sin_addr, ntohs(four->sin_port), address);
        return true;
    }
    if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)from;

        multiaddr_from_ip6(six->sin6_addr.s6_addr, ntohs(six->sin6_port), address);
        return true;
    }
    return false;
}

enum gossip_error socket_error(int status)
{
    switch (status) {
    case UV_EADDRINUSE:
        return GOSSIP_ERROR_ADDRESS_IN_USE;
    case UV_EACCES:
    case UV_EPERM:
        return GOSSIP_ERROR_PERMISSION;
    case UV_ENOMEM:
    case UV_ENOBUFS:
        return GOSSIP_ERROR_NO_MEMORY;
    case UV_EMFILE:
    case UV_ENFILE:
        return GOSSIP_ERROR_LIMIT;
    default:
        return GOSSIP_ERROR_UNREACHABLE;
    }
}

const char *socket_error_text(int status)
{
    switch (status) {
    case UV_ECONNREFUSED:
        return SOCKET_REFUSED_TEXT;
    case UV_ETIMEDOUT:
        return SOCKET_TIMED_OUT_TEXT;
    case UV_EHOSTUNREACH:
    case UV_ENETUNREACH:
    case UV_ENETDOWN:
        return "no route to it: another network, or a cable that is out";
    case UV_ECONNABORTED:
    case UV_EPIPE:
    case UV_ECONNRESET:
        return "the other side broke the connection";
    case UV_EINVAL:
        return "that address does not say which interface leads to it, as in fe80::1%eth0";
    case UV_EMFILE:
    case UV_ENFILE:
        return "too many open files on this machine";
    case UV_EAI_NONAME:
    case UV_EAI_NODATA:
    case UV_EAI_ADDRFAMILY:
        return "there is no host of that name";
    case UV_EAI_AGAIN:
    case UV_EAI_FAIL:
        return "the name server does not answer";
    default:
        return uv_strerror(status);
    }
}
