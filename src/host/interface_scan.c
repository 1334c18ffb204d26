#include "host/interface_scan.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "mdns/discovery.h"

struct list {
    struct interface_entry *entries;
    size_t count;
};

enum gossip_error interface_names_copy(
    struct interface_names *names, const char *const *texts, size_t count)
{
    if (count > INTERFACE_NAMES_MAX)
        return GOSSIP_ERROR_LIMIT;
    names->count = count;
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(texts[i]);

        if (size == 0 || size >= IF_NAMESIZE)
            return GOSSIP_ERROR_INVALID;
        memcpy(names->names[i], texts[i], size + 1);
    }
    return GOSSIP_OK;
}

static struct interface_entry *find(const struct list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->entries[i].name, name) == 0)
            return &list->entries[i];
    }
    return NULL;
}

/* The entry of this name, a new one if there is none; NULL if the list is full. */
static struct interface_entry *obtain(struct list *list, const char *name, unsigned flags)
{
    struct interface_entry *entry = find(list, name);
    size_t size = strlen(name);

    if (entry != NULL)
        return entry;
    if (list->count == INTERFACE_SCAN_MAX || size >= IF_NAMESIZE)
        return NULL;
    entry = &list->entries[list->count++];
    memset(entry, 0, sizeof(*entry));
    memcpy(entry->name, name, size + 1);
    entry->is_up = (flags & IFF_UP) != 0 && (flags & IFF_RUNNING) != 0;
    entry->can_multicast = (flags & IFF_MULTICAST) != 0;
    entry->interface.is_loopback = (flags & IFF_LOOPBACK) != 0;
    entry->interface.index = if_nametoindex(name);
    return entry;
}

/* How many leading bits of the mask are set. */
static uint8_t count_bits(const uint8_t *mask, size_t size)
{
    uint8_t bits = 0;

    for (size_t i = 0; i < size; i++) {
        for (uint8_t bit = 0x80; bit != 0; bit = (uint8_t)(bit >> 1)) {
            if ((mask[i] & bit) == 0)
                return bits;
            bits++;
        }
    }
    return bits;
}

/* False if it is no IP address. */
static bool convert(const struct ifaddrs *found, struct mdns_interface_address *address)
{
    const void *mask = found->ifa_netmask;

    if (found->ifa_addr->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const void *)found->ifa_addr;
        const struct sockaddr_in *mask_four = mask;

        address->ip = mdns_ip4((const uint8_t *)&four->sin_addr);
        address->prefix_bits =
            mask == NULL ? 32 : count_bits((const uint8_t *)&mask_four->sin_addr, 4);
        return true;
    }
    if (found->ifa_addr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const void *)found->ifa_addr;
        const struct sockaddr_in6 *mask_six = mask;

        address->ip = mdns_ip6(six->sin6_addr.s6_addr);
        address->prefix_bits = mask == NULL ? 128 : count_bits(mask_six->sin6_addr.s6_addr, 16);
        return true;
    }
    return false;
}

static void add_address(struct list *list, const struct ifaddrs *found)
{
    struct mdns_interface_address address;
    struct interface_entry *entry;

    if (found->ifa_addr == NULL || !convert(found, &address))
        return;
    entry = obtain(list, found->ifa_name, found->ifa_flags);
    if (entry == NULL || entry->interface.address_count == MDNS_INTERFACE_ADDRESSES_MAX)
        return;
    entry->interface.addresses[entry->interface.address_count++] = address;
    entry->interface.speaks[address.ip.family] = true;
}

static int compare(const void *one, const void *other)
{
    uint32_t left = ((const struct interface_entry *)one)->interface.index;
    uint32_t right = ((const struct interface_entry *)other)->interface.index;

    return (left > right) - (left < right);
}

static bool is_listed(const struct interface_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->names[i], name) == 0)
            return true;
    }
    return false;
}

/* Linux can multicast on loopback although it does not say so. */
static enum interface_use judge(
    const struct interface_names *names, const struct interface_entry *entry)
{
    bool is_loopback = entry->interface.is_loopback;

    if (names->count > 0 && !is_listed(names, entry->name))
        return INTERFACE_NOT_LISTED;
    if (!entry->is_up || entry->interface.index == 0)
        return INTERFACE_DOWN;
    if (!entry->can_multicast && !is_loopback)
        return INTERFACE_NO_MULTICAST;
    if (entry->interface.address_count == 0)
        return INTERFACE_NO_ADDRESS;
    if (is_loopback && names->count == 0)
        return INTERFACE_LOOPBACK;
    return INTERFACE_USED;
}

static void judge_all(const struct interface_names *names, struct list *list)
{
    size_t used = 0;

    for (size_t i = 0; i < list->count; i++) {
        struct interface_entry *entry = &list->entries[i];

        entry->use = judge(names, entry);
        if (entry->use == INTERFACE_USED && ++used > MDNS_INTERFACES_MAX)
            entry->use = INTERFACE_TOO_MANY;
    }
    /* Without any network, copies on this machine still find each other. */
    for (size_t i = 0; i < list->count && used == 0; i++) {
        if (list->entries[i].use == INTERFACE_LOOPBACK)
            list->entries[i].use = INTERFACE_USED;
    }
}

static void add_absent(const struct interface_names *names, struct list *list)
{
    for (size_t i = 0; i < names->count; i++) {
        struct interface_entry *entry;

        if (find(list, names->names[i]) != NULL)
            continue;
        entry = obtain(list, names->names[i], 0);
        if (entry == NULL)
            return;
        entry->interface.index = 0;
        entry->use = INTERFACE_ABSENT;
    }
}

size_t interface_scan(
    const struct interface_names *names, struct interface_entry entries[INTERFACE_SCAN_MAX])
{
    struct list list = {.entries = entries};
    struct ifaddrs *first = NULL;

    if (getifaddrs(&first) != 0)
        return 0;
    for (const struct ifaddrs *found = first; found != NULL; found = found->ifa_next)
        add_address(&list, found);
    for (const struct ifaddrs *found = first; found != NULL; found = found->ifa_next)
        (void)obtain(&list, found->ifa_name, found->ifa_flags);
    freeifaddrs(first);
    qsort(entries, list.count, sizeof(entries[0]), compare);
    judge_all(names, &list);
    add_absent(names, &list);
    return list.count;
}

const char *interface_use_text(enum interface_use use)
{
    switch (use) {
    case INTERFACE_USED:
        return "used";
    case INTERFACE_ABSENT:
        return "no such interface";
    case INTERFACE_NOT_LISTED:
        return "not chosen";
    case INTERFACE_DOWN:
        return "down";
    case INTERFACE_LOOPBACK:
        return "loopback";
    case INTERFACE_NO_MULTICAST:
        return "cannot multicast";
    case INTERFACE_NO_ADDRESS:
        return "has no address";
    case INTERFACE_NOT_JOINED:
        return "cannot join the group";
    case INTERFACE_TOO_MANY:
        return "too many interfaces";
    }
    return "";
}
