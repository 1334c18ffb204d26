/*
 * Numbers as digits, as they stand in addresses: without sign, space or leading
 * zeros, so that a number has one text.
 */
#ifndef MULTIADDR_NUMBER_TEXT_H
#define MULTIADDR_NUMBER_TEXT_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* Reads the whole of `text` as a decimal number of at most `value_max`; false,
 * and `value` is 0, if it is anything else. */
GOSSIP_MUST_USE bool multiaddr_number_parse(
    struct gossip_bytes text, uint64_t value_max, uint64_t *value);

/* Puts the digits of `value` in `radix`, 10 or 16, at the front of `room`; false,
 * and `room` unchanged, if they do not fit. */
GOSSIP_MUST_USE bool multiaddr_number_put(struct gossip_room *room, uint64_t value, unsigned radix);

#endif
