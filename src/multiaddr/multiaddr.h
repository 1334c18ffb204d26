/*
 * Addresses that say how to read themselves: /ip4/192.0.2.7/tcp/9740/p2p/12D3...
 *
 * https://github.com/multiformats/multiaddr
 *
 * In binary an address is a row of components, each a code and a value; as text
 * each is a name and a value behind slashes. An address that is accepted, in
 * either form, prints to a text that parses to the same bytes again.
 *
 * On the way in, one bad address is dropped; never the message it came with.
 */
#ifndef MULTIADDR_MULTIADDR_H
#define MULTIADDR_MULTIADDR_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "multiaddr/protocol_table.h"

/* The longest address that is looked at. What struct gossip_address keeps is
 * shorter: GOSSIP_ADDRESS_BYTES_MAX is enough for everything we can dial. */
#define MULTIADDR_BYTES_MAX 512
#define MULTIADDR_COMPONENTS_MAX 16

/* The longest text that is looked at, and room for every printed address with
 * the zero at its end. */
#define MULTIADDR_TEXT_BYTES_MAX 1600

struct multiaddr_component {
    enum multiaddr_code code;
    enum multiaddr_value kind;
    struct gossip_bytes value; /* without code and size; borrowed from the address */
};

/*
 * Why a text is not an address, for the person who wrote it: an English sentence
 * without capital and full stop, static, and the part of the text it is about,
 * borrowed from that text and perhaps empty.
 */
struct multiaddr_complaint {
    const char *sentence;
    struct gossip_bytes part;
};

/*
 * Whether `encoded` is a whole address: one component at least, all codes known,
 * all values well-formed and in their shortest form. Fails with
 * GOSSIP_ERROR_PEER_TOO_LARGE above MULTIADDR_BYTES_MAX or
 * MULTIADDR_COMPONENTS_MAX, with GOSSIP_ERROR_UNSUPPORTED at a code that is not
 * in the table, and with GOSSIP_ERROR_PEER_MALFORMED otherwise.
 */
GOSSIP_MUST_USE enum gossip_error multiaddr_check(struct gossip_bytes encoded);

/*
 * Checks `encoded` and copies it. Fails like multiaddr_check, and with
 * GOSSIP_ERROR_PEER_TOO_LARGE above GOSSIP_ADDRESS_BYTES_MAX; `address` is empty
 * then.
 */
GOSSIP_MUST_USE enum gossip_error multiaddr_decode(
    struct gossip_bytes encoded, struct gossip_address *address);

/* The bytes of `address`, borrowed from it. */
struct gossip_bytes multiaddr_bytes(const struct gossip_address *address);

/*
 * Takes the next component off the front of `rest`, which starts as the bytes of
 * an address; false at the end. Bytes that are not an address end it early.
 */
bool multiaddr_next(struct gossip_bytes *rest, struct multiaddr_component *component);

/*
 * Puts one component at the front of `room`: its code, the size where one
 * belongs, and `value`, which is not checked. False, and `room` unchanged, if it
 * does not fit.
 */
GOSSIP_MUST_USE bool multiaddr_put(
    struct gossip_room *room, enum multiaddr_code code, struct gossip_bytes value);

/*
 * Reads the text of an address. A slash at the end is allowed, and peer ids may
 * be CIDs. Fails with GOSSIP_ERROR_INVALID, or with _LIMIT if the address is too
 * long; `address` is empty then and `complaint`, unless NULL, says why.
 */
GOSSIP_MUST_USE enum gossip_error multiaddr_parse(struct gossip_bytes text,
    struct gossip_address *address, struct multiaddr_complaint *complaint);

/*
 * Prints `encoded`, which passed multiaddr_check, with a zero at the end, and
 * returns the length without it. `text` has room for MULTIADDR_TEXT_BYTES_MAX.
 * Nothing but visible ASCII and, in a path, spaces comes out.
 */
size_t multiaddr_print(struct gossip_bytes encoded, char text[MULTIADDR_TEXT_BYTES_MAX]);

/* Whether both are the same bytes. */
bool multiaddr_is_equal(const struct gossip_address *one, const struct gossip_address *other);

#endif
