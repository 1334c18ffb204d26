/*
 * What stands behind the code of a component: how large it is, what it may be,
 * and its text. One place for all kinds, so that both forms of an address obey
 * the same rules.
 */
#ifndef MULTIADDR_VALUE_H
#define MULTIADDR_VALUE_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "multiaddr/protocol_table.h"

/* Whether a value of this kind has its size in front of it. */
bool multiaddr_value_is_sized(enum multiaddr_value kind);

/* The bytes of a value that has no size in front of it. */
size_t multiaddr_value_fixed_size(enum multiaddr_value kind);

/* Whether `value` may stand in an address; true for any bytes of a fixed size. */
GOSSIP_MUST_USE bool multiaddr_value_is_valid(enum multiaddr_value kind, struct gossip_bytes value);

/*
 * Reads the text of a value into `room` and its size into `size`. Returns NULL,
 * or an English sentence (static) about what is wrong with `text`.
 */
const char *multiaddr_value_parse(
    enum multiaddr_value kind, struct gossip_bytes text, struct gossip_room room, size_t *size);

/* Puts the text of a valid value at the front of `room`; false if it does not fit. */
GOSSIP_MUST_USE bool multiaddr_value_put(
    struct gossip_room *room, enum multiaddr_value kind, struct gossip_bytes value);

/*
 * What is wrong with `name` as the name of a host; NULL if nothing is. At most
 * 253 bytes of letters, digits, "-" and "_" between dots, 63 between two of them:
 * more is cut or misread by the resolvers we hand it to.
 * https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4
 */
const char *multiaddr_host_complaint(struct gossip_bytes name);

#endif
