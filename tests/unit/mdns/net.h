/* Interfaces and addresses for tests, written as people write them. */
#ifndef TESTS_UNIT_MDNS_NET_H
#define TESTS_UNIT_MDNS_NET_H

#include "mdns/interface.h"
#include "support/test.h"

#include <arpa/inet.h>
#include <string.h>

static inline struct mdns_ip ip(const char *text)
{
    uint8_t bytes[16];

    if (inet_pton(AF_INET, text, bytes) == 1)
        return mdns_ip4(bytes);
    expect_equal(inet_pton(AF_INET6, text, bytes), 1);
    return mdns_ip6(bytes);
}

/* An interface that speaks the families of its addresses: net(2, "192.168.1.2/24 fe80::2/64"). */
static inline struct mdns_interface net(uint32_t index, const char *addresses)
{
    struct mdns_interface interface = {.index = index};
    char text[512];
    char *rest = text;

    expect_true(strlen(addresses) < sizeof(text));
    strcpy(text, addresses);
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        struct mdns_interface_address *address = &interface.addresses[interface.address_count++];
        char *slash = strchr(word, '/');
        size_t bits = 0;

        expect_not_null(slash);
        for (const char *digit = slash + 1; *digit != '\0'; digit++)
            bits = bits * 10 + (size_t)(*digit - '0');
        *slash = '\0';
        address->ip = ip(word);
        address->prefix_bits = (uint8_t)bits;
        interface.speaks[address->ip.family] = true;
    }
    return interface;
}

#endif
