#include "host/interface_watch.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

int interface_watch_open(void)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);

    if (descriptor < 0)
        return -errno;
    if (bind(descriptor, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        int error = -errno;

        close(descriptor);
        return error;
    }
    return descriptor;
}

bool interface_watch_drain(int descriptor)
{
    uint8_t ignored[8192];
    ssize_t size;

    do {
        size = recv(descriptor, ignored, sizeof(ignored), 0);
        /* Messages that were lost because there were too many are a change like any other. */
    } while (size > 0 || (size < 0 && (errno == EINTR || errno == ENOBUFS)));
    return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}
