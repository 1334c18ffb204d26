#include "host/mdns_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

/* Since Linux 4.20; the kernel's own header cannot be included beside the C library's. */
#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif

static int set(int descriptor, int level, int option, int value)
{
    return setsockopt(descriptor, level, option, &value, sizeof(value)) == 0 ? 0 : -errno;
}

static struct sockaddr_in group_ip4(void)
{
    struct sockaddr_in group = {.sin_family = AF_INET, .sin_port = htons(MDNS_PORT)};

    memcpy(&group.sin_addr, mdns_group_ip4, sizeof(mdns_group_ip4));
    return group;
}

static struct sockaddr_in6 group_ip6(uint32_t interface_index)
{
    struct sockaddr_in6 group = {
        .sin6_family = AF_INET6, .sin6_port = htons(MDNS_PORT), .sin6_scope_id = interface_index};

    memcpy(&group.sin6_addr, mdns_group_ip6, sizeof(mdns_group_ip6));
    return group;
}

bool mdns_socket_source(
    const struct mdns_interface *interface, enum mdns_family family, struct mdns_ip *source)
{
    for (size_t i = 0; i < interface->address_count; i++) {
        if (interface->addresses[i].ip.family == family) {
            *source = interface->addresses[i].ip;
            return true;
        }
    }
    return false;
}

/* Both options: different programs on one machine use one or the other. */
static int share(int descriptor)
{
    int error = set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);

    return error != 0 ? error : set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
}

static int set_up_ip4(int descriptor, uint32_t interface_index, const struct mdns_ip *source)
{
    struct sockaddr_in group = group_ip4();
    struct ip_mreqn membership = {
        .imr_multiaddr = group.sin_addr, .imr_ifindex = (int)interface_index};
    int error;

    memcpy(&membership.imr_address, source->bytes, 4);
    if (bind(descriptor, (const struct sockaddr *)&group, sizeof(group)) != 0)
        return -errno;
    if (setsockopt(descriptor, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof(membership)) != 0)
        return -errno;
    /* The address matters on loopback, where the system would find none to send from. */
    if (setsockopt(descriptor, IPPROTO_IP, IP_MULTICAST_IF, &membership, sizeof(membership)) != 0)
        return -errno;
    /* Else it would hear what comes in for the memberships of other sockets. */
    error = set(descriptor, IPPROTO_IP, IP_MULTICAST_ALL, 0);
    if (error == 0)
        error = set(descriptor, IPPROTO_IP, IP_MULTICAST_TTL, MDNS_HOP_LIMIT);
    if (error == 0)
        error = set(descriptor, IPPROTO_IP, IP_MULTICAST_LOOP, 1);
    if (error == 0)
        error = set(descriptor, IPPROTO_IP, IP_PKTINFO, 1);
    return error != 0 ? error : set(descriptor, IPPROTO_IP, IP_RECVTTL, 1);
}

static int set_up_ip6(int descriptor, uint32_t interface_index)
{
    struct sockaddr_in6 group = group_ip6(interface_index);
    struct ipv6_mreq membership = {
        .ipv6mr_multiaddr = group.sin6_addr, .ipv6mr_interface = interface_index};
    int error = set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);

    if (error != 0)
        return error;
    if (bind(descriptor, (const struct sockaddr *)&group, sizeof(group)) != 0)
        return -errno;
    if (setsockopt(descriptor, IPPROTO_IPV6, IPV6_JOIN_GROUP, &membership, sizeof(membership)) != 0)
        return -errno;
    /* Old kernels do not know it, and what they hear too much is sorted out on arrival. */
    (void)set(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
    error = set(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)interface_index);
    if (error == 0)
        error = set(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, MDNS_HOP_LIMIT);
    if (error == 0)
        error = set(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1);
    if (error == 0)
        error = set(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    return error != 0 ? error : set(descriptor, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
}

int mdns_socket_open(const struct mdns_interface *interface, enum mdns_family family)
{
    struct mdns_ip source;
    int descriptor;
    int error;

    if (!mdns_socket_source(interface, family, &source))
        return UV_EADDRNOTAVAIL;
    descriptor = socket(
        family == MDNS_IP4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return -errno;
    error = share(descriptor);
    if (error == 0)
        error = family == MDNS_IP4 ? set_up_ip4(descriptor, interface->index, &source)
                                   : set_up_ip6(descriptor, interface->index);
    if (error != 0) {
        close(descriptor);
        return error;
    }
    return descriptor;
}

int mdns_socket_send(
    int descriptor, uint32_t interface_index, enum mdns_family family, struct gossip_bytes datagram)
{
    struct sockaddr_in four = group_ip4();
    struct sockaddr_in6 six = group_ip6(interface_index);
    bool is_ip4 = family == MDNS_IP4;
    ssize_t sent = sendto(descriptor, datagram.data, datagram.size, 0,
        is_ip4 ? (const struct sockaddr *)&four : (const struct sockaddr *)&six,
        is_ip4 ? sizeof(four) : sizeof(six));

    return sent < 0 ? -errno : 0;
}

/* What the kernel says about a datagram beside its bytes. */
struct circumstances {
    bool is_to_group;
    uint32_t interface_index;
};

static void read_ip4(const struct cmsghdr *control, struct circumstances *circumstances,
    struct mdns_arrival *arrival)
{
    if (control->cmsg_type == IP_PKTINFO) {
        struct in_pktinfo info;

        memcpy(&info, CMSG_DATA(control), sizeof(info));
        circumstances->is_to_group =
            memcmp(&info.ipi_addr, mdns_group_ip4, sizeof(mdns_group_ip4)) == 0;
        circumstances->interface_index = (uint32_t)info.ipi_ifindex;
    } else if (control->cmsg_type == IP_TTL) {
        memcpy(&arrival->hop_limit, CMSG_DATA(control), sizeof(arrival->hop_limit));
    }
}

static void read_ip6(const struct cmsghdr *control, struct circumstances *circumstances,
    struct mdns_arrival *arrival)
{
    if (control->cmsg_type == IPV6_PKTINFO) {
        struct in6_pktinfo info;

        memcpy(&info, CMSG_DATA(control), sizeof(info));
        circumstances->is_to_group =
            memcmp(&info.ipi6_addr, mdns_group_ip6, sizeof(mdns_group_ip6)) == 0;
        circumstances->interface_index = info.ipi6_ifindex;
    } else if (control->cmsg_type == IPV6_HOPLIMIT) {
        memcpy(&arrival->hop_limit, CMSG_DATA(control), sizeof(arrival->hop_limit));
    }
}

static struct circumstances read_circumstances(struct msghdr *message, struct mdns_arrival *arrival)
{
    struct circumstances circumstances = {0};

    arrival->hop_limit = -1;
    for (struct cmsghdr *control = CMSG_FIRSTHDR(message); control != NULL;
         control = CMSG_NXTHDR(message, control)) {
        if (control->cmsg_level == IPPROTO_IP)
            read_ip4(control, &circumstances, arrival);
        else if (control->cmsg_level == IPPROTO_IPV6)
            read_ip6(control, &circumstances, arrival);
    }
    return circumstances;
}

/* False if it is no IP address. */
static bool read_source(const struct sockaddr_storage *from, struct mdns_ip *source)
{
    const struct sockaddr_in *four = (const void *)from;
    const struct sockaddr_in6 *six = (const void *)from;

    if (from->ss_family == AF_INET)
        *source = mdns_ip4((const uint8_t *)&four->sin_addr);
    else if (from->ss_family == AF_INET6)
        *source = mdns_ip6(six->sin6_addr.s6_addr);
    return from->ss_family == AF_INET || from->ss_family == AF_INET6;
}

int mdns_socket_receive(
    int descriptor, uint32_t interface_index, struct gossip_room room, struct mdns_arrival *arrival)
{
    _Alignas(struct cmsghdr) uint8_t control[256];
    struct sockaddr_storage from = {0};
    struct iovec vector = {.iov_base = room.data, .iov_len = room.size};
    struct msghdr message = {.msg_name = &from,
        .msg_namelen = sizeof(from),
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof(control)};
    struct circumstances circumstances;
    ssize_t size;

    do {
        size = recvmsg(descriptor, &message, 0);
    } while (size < 0 && errno == EINTR);
    if (size < 0)
        return -errno;
    circumstances = read_circumstances(&message, arrival);
    arrival->interface_index = interface_index;
    if (!read_source(&from, &arrival->source) || !circumstances.is_to_group ||
        circumstances.interface_index != interface_index)
        return UV_EADDRNOTAVAIL;
    return (int)size;
}
