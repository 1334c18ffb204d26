/*
 * DNS packets made by hand, in any shape, also in those our own writer would never make. Names are
 * not compressed.
 */
#ifndef TESTS_UNIT_MDNS_CRAFT_H
#define TESTS_UNIT_MDNS_CRAFT_H

#include "mdns/packet.h"
#include "support/test.h"

#include <string.h>

/* The peer id of the test vectors in the libp2p specification, and two more. */
#define PEER_A "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"
#define PEER_B "12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X"
#define PEER_C "12D3KooWH3uVF6wv47WnArKHk5p6cvgCJEb74UTmxztmQDc298L3"

#define CRAFT_CLASS_FLUSH 0x8001u

struct craft {
    size_t size;
    uint8_t data[MDNS_PACKET_BYTES_MAX + 100];
};

static inline struct gossip_bytes craft_bytes(const struct craft *craft)
{
    return bytes_make(craft->data, craft->size);
}

static inline void craft_put(struct craft *craft, struct gossip_bytes bytes)
{
    expect_true(craft->size + bytes.size <= sizeof(craft->data));
    bytes_copy(craft->data + craft->size, bytes);
    craft->size += bytes.size;
}

static inline void craft_u16(struct craft *craft, unsigned value)
{
    uint8_t encoded[2];

    store_u16_big(encoded, (uint16_t)value);
    craft_put(craft, bytes_make(encoded, 2));
}

static inline void craft_name(struct craft *craft, const char *text)
{
    struct mdns_name name;

    expect_ok(mdns_name_parse(bytes_of_text(text), &name));
    craft_put(craft, bytes_make(name.data, name.size));
}

static inline void craft_begin(struct craft *craft, unsigned id, unsigned flags)
{
    craft->size = 0;
    craft_u16(craft, id);
    craft_u16(craft, flags);
    craft_put(craft, bytes_repeated(0, 8));
}

static inline void craft_count(struct craft *craft, size_t offset)
{
    store_u16_big(craft->data + offset, (uint16_t)(load_u16_big(craft->data + offset) + 1));
}

static inline void craft_question(
    struct craft *craft, const char *name, unsigned type, unsigned class)
{
    craft_count(craft, 4);
    craft_name(craft, name);
    craft_u16(craft, type);
    craft_u16(craft, class);
}

struct craft_head {
    enum mdns_section section;
    const char *owner;
    unsigned class;
    unsigned ttl_seconds;
};

static inline void craft_record(
    struct craft *craft, struct craft_head head, unsigned type, struct gossip_bytes data)
{
    craft_count(craft, 6 + 2 * (size_t)head.section);
    craft_name(craft, head.owner);
    craft_u16(craft, type);
    craft_u16(craft, head.class);
    craft_u16(craft, head.ttl_seconds >> 16);
    craft_u16(craft, head.ttl_seconds & 0xFFFF);
    craft_u16(craft, (unsigned)data.size);
    craft_put(craft, data);
}

static inline void craft_ptr(struct craft *craft, struct craft_head head, const char *target)
{
    struct mdns_name name;

    expect_ok(mdns_name_parse(bytes_of_text(target), &name));
    craft_record(craft, head, MDNS_TYPE_PTR, bytes_make(name.data, name.size));
}

/* A TXT record with these strings, up to the first NULL. */
static inline void craft_txt(
    struct craft *craft, struct craft_head head, const char *const strings[])
{
    uint8_t data[MDNS_PACKET_BYTES_MAX];
    size_t size = 0;

    for (size_t i = 0; strings[i] != NULL; i++) {
        data[size] = (uint8_t)strlen(strings[i]);
        memcpy(data + size + 1, strings[i], data[size]);
        size += 1 + (size_t)data[size];
    }
    craft_record(craft, head, MDNS_TYPE_TXT, bytes_make(data, size));
}

static inline void craft_srv(
    struct craft *craft, struct craft_head head, unsigned port, const char *host)
{
    struct mdns_name name;
    uint8_t data[6 + MDNS_NAME_BYTES_MAX] = {0};

    expect_ok(mdns_name_parse(bytes_of_text(host), &name));
    store_u16_big(data + 4, (uint16_t)port);
    memcpy(data + 6, name.data, name.size);
    craft_record(craft, head, MDNS_TYPE_SRV, bytes_make(data, 6 + (size_t)name.size));
}

#endif
