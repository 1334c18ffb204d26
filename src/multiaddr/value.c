#include "multiaddr/value.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/text.h"
#include "base/varint.h"
#include "multiaddr/ip_text.h"
#include "multiaddr/multiaddr.h"
#include "multiaddr/number_text.h"

#define PORT_BYTES 2
#define PREFIX_BYTES 1
#define NUMBER_BYTES 8

#define HOST_BYTES_MAX 253
#define LABEL_BYTES_MAX 63

bool multiaddr_value_is_sized(enum multiaddr_value kind)
{
    switch (kind) {
    case MULTIADDR_VALUE_NONE:
    case MULTIADDR_VALUE_IP4:
    case MULTIADDR_VALUE_IP6:
    case MULTIADDR_VALUE_PORT:
    case MULTIADDR_VALUE_PREFIX:
    case MULTIADDR_VALUE_NUMBER:
        return false;
    case MULTIADDR_VALUE_HOST:
    case MULTIADDR_VALUE_WORD:
    case MULTIADDR_VALUE_PATH:
    case MULTIADDR_VALUE_PEER_ID:
    case MULTIADDR_VALUE_MULTIHASH:
        return true;
    }
    return true;
}

size_t multiaddr_value_fixed_size(enum multiaddr_value kind)
{
    switch (kind) {
    case MULTIADDR_VALUE_IP4:
        return IP4_BYTES;
    case MULTIADDR_VALUE_IP6:
        return IP6_BYTES;
    case MULTIADDR_VALUE_PORT:
        return PORT_BYTES;
    case MULTIADDR_VALUE_PREFIX:
        return PREFIX_BYTES;
    case MULTIADDR_VALUE_NUMBER:
        return NUMBER_BYTES;
    case MULTIADDR_VALUE_NONE:
    case MULTIADDR_VALUE_HOST:
    case MULTIADDR_VALUE_WORD:
    case MULTIADDR_VALUE_PATH:
    case MULTIADDR_VALUE_PEER_ID:
    case MULTIADDR_VALUE_MULTIHASH:
        return 0;
    }
    return 0;
}

static bool is_host_character(uint8_t character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '-' || character == '_';
}

const char *multiaddr_host_complaint(struct gossip_bytes name)
{
    struct gossip_bytes rest = name;
    if (bytes_end_with(name, BYTES_OF("."))) /* the root, which may be left out */
        rest.size--;
    if (rest.size == 0)
        return "the name of the host is missing";
    if (rest.size > HOST_BYTES_MAX)
        return "a host name has at most 253 characters";
    size_t label_size = 0;
    for (size_t i = 0; i <= rest.size; i++) {
        if (i == rest.size || rest.data[i] == '.') {
            if (label_size == 0)
                return "a host name has no two dots in a row and none in front";
            if (label_size > LABEL_BYTES_MAX)
                return "a host name has at most 63 characters between two dots";
            label_size = 0;
        } else if (is_host_character(rest.data[i])) {
            label_size++;
        } else {
            return "a host name consists of letters, digits, hyphens and dots "
                   "(other letters in their xn-- form)";
        }
    }
    return NULL;
}

/* Whether all of `text` is ASCII from `lowest` to the last visible character, and
 * there is some of it. */
static bool is_printable(struct gossip_bytes text, uint8_t lowest)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < lowest || text.data[i] > '~')
            return false;
    }
    return text.size > 0;
}

static bool is_word(struct gossip_bytes text)
{
    return is_printable(text, '!') && bytes_find(text, '/') == text.size;
}

static bool is_path(struct gossip_bytes text)
{
    return is_printable(text, ' ') && text.data[0] == '/';
}

/* Code, size, and so many bytes, of whatever hash function. */
static bool is_multihash(struct gossip_bytes value)
{
    uint64_t code;
    struct gossip_bytes digest;
    return varint_decode(&value, &code) == VARINT_OK &&
           varint_take_sized(&value, value.size, &digest) == GOSSIP_OK && digest.size > 0 &&
           value.size == 0;
}

bool multiaddr_value_is_valid(enum multiaddr_value kind, struct gossip_bytes value)
{
    struct gossip_peer_id peer;
    switch (kind) {
    case MULTIADDR_VALUE_NONE:
    case MULTIADDR_VALUE_IP4:
    case MULTIADDR_VALUE_IP6:
    case MULTIADDR_VALUE_PORT:
    case MULTIADDR_VALUE_PREFIX:
    case MULTIADDR_VALUE_NUMBER:
        return value.size == multiaddr_value_fixed_size(kind);
    case MULTIADDR_VALUE_HOST:
        return multiaddr_host_complaint(value) == NULL;
    case MULTIADDR_VALUE_WORD:
        return is_word(value);
    case MULTIADDR_VALUE_PATH:
        return is_path(value);
    case MULTIADDR_VALUE_PEER_ID:
        return peer_id_decode(value, &peer) == GOSSIP_OK;
    case MULTIADDR_VALUE_MULTIHASH:
        return is_multihash(value);
    }
    return false;
}

/* ---- text to bytes ---------------------------------------------------------------------- */

/* Puts a number as `size` bytes, most significant first. */
static bool parse_number(struct gossip_bytes text, struct gossip_room *room, size_t size)
{
    uint64_t value;
    if (!multiaddr_number_parse(text, UINT64_MAX >> (64 - 8 * size), &value))
        return false;
    for (size_t i = size; i > 0; i--) {
        if (!room_put_u8(room, (uint8_t)(value >> 8 * (i - 1))))
            return false;
    }
    return true;
}

static bool parse_ip(enum multiaddr_value kind, struct gossip_bytes text, struct gossip_room *room)
{
    uint8_t ip[IP6_BYTES];
    bool is_ip =
        kind == MULTIADDR_VALUE_IP4 ? multiaddr_ip4_parse(text, ip) : multiaddr_ip6_parse(text, ip);
    return is_ip && room_put(room, bytes_make(ip, multiaddr_value_fixed_size(kind)));
}

static bool parse_peer_id(struct gossip_bytes text, struct gossip_room *room)
{
    struct gossip_peer_id peer;
    return peer_id_parse(text, &peer) == GOSSIP_OK &&
           room_put(room, bytes_make(peer.data, peer.size));
}

/* The first letter says how the rest is written: https://github.com/multiformats/multibase */
static bool parse_multihash(struct gossip_bytes text, struct gossip_room *room)
{
    uint8_t place[MULTIADDR_BYTES_MAX];
    struct gossip_room decoded = room_make(place, sizeof(place));
    size_t size = 0;
    struct gossip_bytes digits = bytes_part(text, 1, text.size);
    enum gossip_error error = GOSSIP_ERROR_INVALID;
    if (bytes_start_with(text, BYTES_OF("u")))
        error = text_parse_base64url(digits, decoded, &size);
    else if (bytes_start_with(text, BYTES_OF("b")))
        error = text_parse_base32(digits, decoded, &size);
    else if (bytes_start_with(text, BYTES_OF("z")))
        error = text_parse_base58(digits, decoded, &size);
    else if (bytes_start_with(text, BYTES_OF("f")))
        error = text_parse_hex(digits, decoded, &size);
    struct gossip_bytes value = room_filled(decoded, size);
    return error == GOSSIP_OK && is_multihash(value) && room_put(room, value);
}

static const char *parse_into(
    enum multiaddr_value kind, struct gossip_bytes text, struct gossip_room *room)
{
    const char *complaint;
    switch (kind) {
    case MULTIADDR_VALUE_NONE:
        return NULL;
    case MULTIADDR_VALUE_IP4:
        return parse_ip(kind, text, room) ? NULL : "this is not an IPv4 address";
    case MULTIADDR_VALUE_IP6:
        return parse_ip(kind, text, room) ? NULL : "this is not an IPv6 address";
    case MULTIADDR_VALUE_PORT:
        return parse_number(text, room, PORT_BYTES) ? NULL
                                                    : "the port is not a number from 0 to 65535";
    case MULTIADDR_VALUE_PREFIX:
        return parse_number(text, room, PREFIX_BYTES) ? NULL : "this is not a number from 0 to 255";
    case MULTIADDR_VALUE_NUMBER:
        return parse_number(text, room, NUMBER_BYTES) ? NULL : "this is not a number";
    case MULTIADDR_VALUE_HOST:
        complaint = multiaddr_host_complaint(text);
        if (complaint != NULL)
            return complaint;
        return room_put(room, text) ? NULL : "the address is too long";
    case MULTIADDR_VALUE_WORD:
        return is_word(text) && room_put(room, text)
                   ? NULL
                   : "this has a character that cannot be in an address";
    case MULTIADDR_VALUE_PATH:
        return is_path(text) && room_put(room, text)
                   ? NULL
                   : "this has a character that cannot be in an address";
    case MULTIADDR_VALUE_PEER_ID:
        return parse_peer_id(text, room) ? NULL : "this is not a peer id";
    case MULTIADDR_VALUE_MULTIHASH:
        return parse_multihash(text, room) ? NULL : "this is not the hash of a certificate";
    }
    return "this is not known here";
}

const char *multiaddr_value_parse(
    enum multiaddr_value kind, struct gossip_bytes text, struct gossip_room room, size_t *size)
{
    struct gossip_room left = room;
    const char *complaint = parse_into(kind, text, &left);
    *size = complaint == NULL ? room.size - left.size : 0;
    return complaint;
}

/* ---- bytes to text ---------------------------------------------------------------------- */

static bool put_number(struct gossip_room *room, struct gossip_bytes value)
{
    uint64_t number = 0;
    for (size_t i = 0; i < value.size; i++)
        number = number << 8 | value.data[i];
    return multiaddr_number_put(room, number, 10);
}

static bool put_peer_id(struct gossip_room *room, struct gossip_bytes value)
{
    struct gossip_peer_id peer;
    char text[PEER_ID_TEXT_BYTES_MAX];
    if (peer_id_decode(value, &peer) != GOSSIP_OK)
        return false;
    return room_put(room, bytes_make(text, peer_id_print(&peer, text)));
}

static bool put_multihash(struct gossip_room *room, struct gossip_bytes value)
{
    char text[TEXT_BASE64_SIZE(MULTIADDR_BYTES_MAX)];
    if (text_print_base64url(value, text, sizeof(text)) != GOSSIP_OK)
        return false;
    return room_put_u8(room, 'u') && room_put(room, bytes_of_text(text));
}

bool multiaddr_value_put(
    struct gossip_room *room, enum multiaddr_value kind, struct gossip_bytes value)
{
    switch (kind) {
    case MULTIADDR_VALUE_NONE:
        return true;
    case MULTIADDR_VALUE_IP4:
        return multiaddr_ip4_put(room, value.data);
    case MULTIADDR_VALUE_IP6:
        return multiaddr_ip6_put(room, value.data);
    case MULTIADDR_VALUE_PORT:
    case MULTIADDR_VALUE_PREFIX:
    case MULTIADDR_VALUE_NUMBER:
        return put_number(room, value);
    case MULTIADDR_VALUE_HOST:
    case MULTIADDR_VALUE_WORD:
    case MULTIADDR_VALUE_PATH:
        return room_put(room, value);
    case MULTIADDR_VALUE_PEER_ID:
        return put_peer_id(room, value);
    case MULTIADDR_VALUE_MULTIHASH:
        return put_multihash(room, value);
    }
    return false;
}
