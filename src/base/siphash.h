/*
 * SipHash-2-4: a short keyed hash that keeps hash tables safe from chosen keys. It is not a
 * signature and not a message authentication code for the network.
 * https://www.aumasson.jp/siphash/siphash.pdf
 */
#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H

#include "gossipchat/types.h"

/* The 128-bit key: bytes 0 to 7 and 8 to 15 of the specification, least significant first. */
struct siphash_key {
    uint64_t low, high;
};

/* The hash of `bytes` under `key`. */
uint64_t siphash(struct siphash_key key, struct gossip_bytes bytes);

#endif
