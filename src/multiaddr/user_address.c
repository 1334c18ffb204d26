#include "multiaddr/user_address.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/ip_text.h"
#include "multiaddr/number_text.h"
#include "multiaddr/value.h"

#include <string.h>

static bool is_space(uint8_t character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

static struct gossip_bytes without_space(struct gossip_bytes text)
{
    while (text.size > 0 && is_space(text.data[0]))
        text = bytes_part(text, 1, text.size);
    while (text.size > 0 && is_space(text.data[text.size - 1]))
        text.size--;
    return text;
}

/* Sets the complaint. The value returned is for the caller to return, too. */
static bool complain(
    struct multiaddr_complaint *complaint, const char *sentence, struct gossip_bytes part)
{
    *complaint = (struct multiaddr_complaint){.sentence = sentence, .part = part};
    return false;
}

static bool read_port(struct gossip_bytes text, struct multiaddr_endpoint *endpoint,
    struct multiaddr_complaint *complaint)
{
    uint64_t port;
    if (!multiaddr_number_parse(text, UINT16_MAX, &port) || port == 0)
        return complain(complaint, "the port is not a number from 1 to 65535", text);
    endpoint->has_port = true;
    endpoint->port = (uint16_t)port;
    return true;
}

/* [address]:port or [address%zone]:port */
static bool read_bracketed(struct gossip_bytes text, struct multiaddr_endpoint *endpoint,
    struct multiaddr_complaint *complaint)
{
    size_t end = bytes_find(text, ']');
    if (end == text.size)
        return complain(complaint, "the bracket is not closed", text);
    struct gossip_bytes inside = bytes_part(text, 1, end - 1);
    struct gossip_bytes behind = bytes_part(text, end + 1, text.size);
    size_t percent = bytes_find(inside, '%');
    endpoint->host = MULTIADDR_HOST_IP6;
    if (!multiaddr_ip6_parse(bytes_part(inside, 0, percent), endpoint->ip))
        return complain(complaint, "between the brackets there is no IPv6 address", inside);
    if (percent < inside.size) {
        endpoint->zone = bytes_part(inside, percent + 1, inside.size);
        if (!multiaddr_value_is_valid(MULTIADDR_VALUE_WORD, endpoint->zone))
            return complain(complaint, "behind the % there is no name of an interface", inside);
    }
    if (behind.size == 0)
        return complain(
            complaint, "the port is missing, write it behind the bracket: [fe80::1]:9740", text);
    if (behind.data[0] != ':')
        return complain(complaint, "behind the bracket only a colon and a port may follow", behind);
    return read_port(bytes_part(behind, 1, behind.size), endpoint, complaint);
}

/* Whether the last label of `name` is all digits, as only IPv4 addresses have it. */
static bool ends_in_number(struct gossip_bytes name)
{
    size_t size = name.size;
    while (size > 0 && name.data[size - 1] >= '0' && name.data[size - 1] <= '9')
        size--;
    return size < name.size && (size == 0 || name.data[size - 1] == '.');
}

/* name:port or a.b.c.d:port */
static bool read_plain(struct gossip_bytes text, struct multiaddr_endpoint *endpoint,
    struct multiaddr_complaint *complaint)
{
    size_t colon = bytes_find(text, ':');
    struct gossip_bytes host = bytes_part(text, 0, colon);
    struct gossip_bytes port = bytes_part(text, colon + 1, text.size);
    if (colon == text.size)
        return complain(
            complaint, "the port is missing, write it behind a colon: 192.168.1.5:9740", text);
    if (bytes_find(port, ':') < port.size)
        return complain(complaint, "an IPv6 address stands in brackets: [fe80::1]:9740", text);
    if (host.size == 0)
        return complain(complaint, "the host is missing in front of the colon", text);
    if (multiaddr_ip4_parse(host, endpoint->ip)) {
        endpoint->host = MULTIADDR_HOST_IP4;
    } else if (ends_in_number(host)) {
        return complain(
            complaint, "an IPv4 address is four numbers from 0 to 255 with dots between", host);
    } else {
        const char *sentence = multiaddr_host_complaint(host);
        if (sentence != NULL)
            return complain(complaint, sentence, host);
        endpoint->host = MULTIADDR_HOST_DNS;
        endpoint->name = host;
    }
    return read_port(port, endpoint, complaint);
}

/* What may stand behind the port: nothing, or /p2p/ and a peer id. */
static bool read_peer(struct gossip_bytes text, struct multiaddr_endpoint *endpoint,
    struct multiaddr_complaint *complaint)
{
    static const struct gossip_bytes prefix = BYTES_INITIALISER("/p2p/");
    if (text.size == 0)
        return true;
    if (!bytes_start_with(text, prefix))
        return complain(complaint, "behind the port only /p2p/ and a peer id may follow", text);
    struct gossip_bytes peer = bytes_part(text, prefix.size, text.size);
    if (peer_id_parse(peer, &endpoint->peer) != GOSSIP_OK)
        return complain(complaint, "this is not a peer id", peer);
    endpoint->has_peer = true;
    return true;
}

static bool is_web_address(struct gossip_bytes text)
{
    return bytes_start_with(bytes_part(text, bytes_find(text, ':'), text.size), BYTES_OF("://"));
}

static bool read_endpoint(struct gossip_bytes text, struct multiaddr_endpoint *endpoint,
    struct multiaddr_complaint *complaint)
{
    struct gossip_peer_id peer;
    if (text.size == 0)
        return complain(complaint, "the address is empty", text);
    if (is_web_address(text))
        return complain(complaint, "this is a web address, write only the host and the port", text);
    if (peer_id_parse(text, &peer) == GOSSIP_OK)
        return complain(
            complaint, "this is a peer id, write in front of it where: HOST:PORT/p2p/PEER", text);
    size_t slash = bytes_find(text, '/');
    struct gossip_bytes where = bytes_part(text, 0, slash);
    bool is_bracketed = where.size > 0 && where.data[0] == '[';
    return (is_bracketed ? read_bracketed(where, endpoint, complaint)
                         : read_plain(where, endpoint, complaint)) &&
           read_peer(bytes_part(text, slash, text.size), endpoint, complaint);
}

/* Whether anybody can be reached at `address`, which was read from `text`. */
static bool is_for_dialing(const struct gossip_address *address, struct gossip_bytes text,
    struct multiaddr_complaint *complaint)
{
    struct multiaddr_endpoint endpoint;
    multiaddr_endpoint_decode(multiaddr_bytes(address), &endpoint);
    if (endpoint.has_port && endpoint.port == 0)
        return complain(complaint, "port 0 can be listened on, not dialed", text);
    if (!endpoint.is_dialable)
        return complain(complaint,
            "this kind of address cannot be dialed, only /ip4, /ip6 or /dns with /tcp behind, "
            "and perhaps /p2p",
            text);
    enum multiaddr_reach reach = multiaddr_reach(address);
    if (reach == MULTIADDR_REACH_UNSPECIFIED)
        return complain(complaint,
            "this means every interface of a machine: it can be listened on, not dialed", text);
    if (reach == MULTIADDR_REACH_NOBODY)
        return complain(complaint, "this IP address belongs to no single machine", text);
    return true;
}

static enum gossip_error read_user(
    struct gossip_bytes text, struct gossip_address *address, struct multiaddr_complaint *complaint)
{
    if (bytes_start_with(text, BYTES_OF("/"))) {
        enum gossip_error error = multiaddr_parse(text, address, complaint);
        if (error != GOSSIP_OK)
            return error;
    } else {
        struct multiaddr_endpoint endpoint = {0};
        if (!read_endpoint(text, &endpoint, complaint))
            return GOSSIP_ERROR_INVALID;
        if (multiaddr_endpoint_encode(&endpoint, address) != GOSSIP_OK) {
            complain(complaint, "the address is too long", text);
            return GOSSIP_ERROR_LIMIT;
        }
    }
    return is_for_dialing(address, text, complaint) ? GOSSIP_OK : GOSSIP_ERROR_UNSUPPORTED;
}

enum gossip_error multiaddr_parse_user(
    struct gossip_bytes text, struct gossip_address *address, struct multiaddr_complaint *complaint)
{
    struct multiaddr_complaint found = {0};
    memset(address, 0, sizeof(*address));
    enum gossip_error error = read_user(without_space(text), address, &found);
    if (error != GOSSIP_OK) {
        memset(address, 0, sizeof(*address));
        if (complaint != NULL)
            *complaint = found;
    }
    return error;
}
