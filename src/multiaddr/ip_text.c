#include "multiaddr/ip_text.h"

#include "base/bytes.h"
#include "multiaddr/number_text.h"

#include <string.h>

#define GROUPS 8
#define GROUP_BYTES 2
#define GROUP_DIGITS_MAX 4

static const uint8_t mapped_prefix[IP6_BYTES - IP4_BYTES] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool multiaddr_ip4_parse(struct gossip_bytes text, uint8_t ip[IP4_BYTES])
{
    for (size_t i = 0; i < IP4_BYTES; i++) {
        size_t end = i + 1 < IP4_BYTES ? bytes_find(text, '.') : text.size;
        uint64_t value;
        if (!multiaddr_number_parse(bytes_part(text, 0, end), UINT8_MAX, &value))
            return false;
        ip[i] = (uint8_t)value;
        if (i + 1 < IP4_BYTES && !bytes_skip(&text, end + 1))
            return false;
    }
    return true;
}

/* Takes one to four hexadecimal digits off the front. */
static bool take_group(struct gossip_bytes *text, uint8_t group[GROUP_BYTES])
{
    unsigned value = 0;
    size_t digits = 0;
    while (digits < text->size && text->data[digits] != ':') {
        uint8_t digit = text->data[digits];
        if (digit >= '0' && digit <= '9')
            value = value << 4 | (unsigned)(digit - '0');
        else if (digit >= 'a' && digit <= 'f')
            value = value << 4 | (unsigned)(digit - 'a' + 10);
        else if (digit >= 'A' && digit <= 'F')
            value = value << 4 | (unsigned)(digit - 'A' + 10);
        else
            return false;
        if (++digits > GROUP_DIGITS_MAX)
            return false;
    }
    store_u16_big(group, (uint16_t)value);
    return digits > 0 && bytes_skip(text, digits);
}

/* What has been read of an IPv6 address: groups, and perhaps a gap among them. */
struct ip6_reading {
    uint8_t bytes[IP6_BYTES];
    size_t size;
    bool has_gap;
    size_t gap; /* offset in `bytes` at which zeros are to be put in */
};

/* Takes what is between two groups: ":", or once "::". False at an end that
 * ought not to be one. */
static bool take_separator(struct gossip_bytes *text, struct ip6_reading *reading)
{
    if (bytes_start_with(*text, BYTES_OF("::"))) {
        if (reading->has_gap)
            return false;
        reading->has_gap = true;
        reading->gap = reading->size;
        return bytes_skip(text, 2);
    }
    return text->size > 1 && text->data[0] == ':' && bytes_skip(text, 1);
}

/* Takes one group, or the IPv4 address that may take the place of the last two. */
static bool take_part(struct gossip_bytes *text, struct ip6_reading *reading)
{
    size_t room = IP6_BYTES - reading->size;
    if (bytes_find(*text, ':') == text->size && bytes_find(*text, '.') < text->size) {
        if (room < IP4_BYTES || !multiaddr_ip4_parse(*text, reading->bytes + reading->size))
            return false;
        reading->size += IP4_BYTES;
        return bytes_skip(text, text->size);
    }
    if (room < GROUP_BYTES || !take_group(text, reading->bytes + reading->size))
        return false;
    reading->size += GROUP_BYTES;
    return true;
}

bool multiaddr_ip6_parse(struct gossip_bytes text, uint8_t ip[IP6_BYTES])
{
    struct ip6_reading reading = {0};
    if (bytes_start_with(text, BYTES_OF("::")) && !take_separator(&text, &reading))
        return false;
    while (text.size > 0) {
        if (!take_part(&text, &reading))
            return false;
        if (text.size > 0 && !take_separator(&text, &reading))
            return false;
    }
    /* A gap stands for one group at least. */
    if (reading.has_gap ? reading.size > IP6_BYTES - GROUP_BYTES : reading.size < IP6_BYTES)
        return false;
    size_t before = reading.has_gap ? reading.gap : reading.size;
    size_t behind = reading.size - before;
    memset(ip, 0, IP6_BYTES);
    memcpy(ip, reading.bytes, before);
    memcpy(ip + IP6_BYTES - behind, reading.bytes + before, behind);
    return true;
}

bool multiaddr_ip4_put(struct gossip_room *room, const uint8_t ip[IP4_BYTES])
{
    struct gossip_room left = *room;
    for (size_t i = 0; i < IP4_BYTES; i++) {
        if ((i > 0 && !room_put_u8(&left, '.')) || !multiaddr_number_put(&left, ip[i], 10))
            return false;
    }
    *room = left;
    return true;
}

/* The first of the longest rows of at least two zero groups; `*count` is 0 if
 * there is none. */
static size_t find_longest_gap(const uint8_t ip[IP6_BYTES], size_t *count)
{
    size_t best = GROUPS;
    *count = 0;
    for (size_t start = 0; start < GROUPS; start++) {
        size_t length = 0;
        while (start + length < GROUPS && load_u16_big(ip + (start + length) * GROUP_BYTES) == 0)
            length++;
        if (length > 1 && length > *count) {
            best = start;
            *count = length;
        }
    }
    return best;
}

bool multiaddr_ip6_put(struct gossip_room *room, const uint8_t ip[IP6_BYTES])
{
    struct gossip_room left = *room;
    if (multiaddr_ip6_is_mapped(ip)) {
        if (!room_put(&left, BYTES_OF("::ffff:")) ||
            !multiaddr_ip4_put(&left, ip + sizeof(mapped_prefix)))
            return false;
        *room = left;
        return true;
    }
    size_t gap_count;
    size_t gap = find_longest_gap(ip, &gap_count);
    for (size_t i = 0; i < GROUPS; i++) {
        bool is_put;
        if (i == gap) {
            is_put = room_put(&left, BYTES_OF("::"));
            i += gap_count - 1;
        } else {
            bool needs_colon = i > 0 && i != gap + gap_count;
            is_put = (!needs_colon || room_put_u8(&left, ':')) &&
                     multiaddr_number_put(&left, load_u16_big(ip + i * GROUP_BYTES), 16);
        }
        if (!is_put)
            return false;
    }
    *room = left;
    return true;
}

bool multiaddr_ip6_is_mapped(const uint8_t ip[IP6_BYTES])
{
    return memcmp(ip, mapped_prefix, sizeof(mapped_prefix)) == 0;
}
