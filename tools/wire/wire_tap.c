#include "tools/wire/wire_tap.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int complain(const char *what, const char *about)
{
    (void)fprintf(stderr, "gossipchat-wire: %s %s: %s\n", what, about, strerror(errno));
    return -1;
}

/* Creates or opens the device in the namespace this process is in. */
static int open_device(const char *name)
{
    int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (tap < 0)
        return complain("cannot open", "/dev/net/tun");
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    memcpy(request.ifr_name, name, strlen(name) + 1);
    if (ioctl(tap, TUNSETIFF, &request) < 0) {
        complain("cannot create or open device", name);
        close(tap);
        return -1;
    }
    return tap;
}

static int open_namespace(const char *name)
{
    char path[PATH_MAX];
    const char *folder = strchr(name, '/') ? "" : "/run/netns/";
    if (snprintf(path, sizeof path, "%s%s", folder, name) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return complain("cannot open namespace", name);
    }
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    return descriptor < 0 ? complain("cannot open namespace", path) : descriptor;
}

/* Opens the device in another namespace, whose member this process is for that long. */
static int open_device_in(const char *name, const char *namespace_name)
{
    int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (home < 0)
        return complain("cannot open", "/proc/self/ns/net");
    int there = open_namespace(namespace_name);
    int tap = -1;
    if (there >= 0) {
        if (setns(there, CLONE_NEWNET) < 0) {
            complain("cannot enter namespace", namespace_name);
        } else {
            tap = open_device(name);
            if (setns(home, CLONE_NEWNET) < 0) {
                complain("cannot leave namespace", namespace_name);
                abort();
            }
        }
        close(there);
    }
    close(home);
    return tap;
}

int wire_tap_open(const char *place)
{
    char name[IFNAMSIZ];
    size_t size = strcspn(place, "@");
    if (size == 0 || size >= sizeof name) {
        errno = EINVAL;
        return complain("no name for a device", place);
    }
    memcpy(name, place, size);
    name[size] = '\0';
    return place[size] == '@' ? open_device_in(name, place + size + 1) : open_device(name);
}
