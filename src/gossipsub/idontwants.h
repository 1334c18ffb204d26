/*
 * What peers told us, with IDONTWANT, not to send them: pairs of a message and a peer, remembered
 * for some heartbeats.
 *
 * https://github.com/libp2p/specs/blob/master/pubsub/gossipsub/gossipsub-v1.2.md
 *
 * One table for all peers; the share of each is counted by the caller (gossipsub_idontwants_take_old).
 */
#ifndef GOSSIPSUB_IDONTWANTS_H
#define GOSSIPSUB_IDONTWANTS_H

#include "gossipsub/key_map.h"
#include "gossipsub/ring.h"
#include "gossipsub/router.h"

/* Fields are private to idontwants.c. */
struct gossipsub_idontwants {
    struct gossipsub_ring ring; /* struct idontwant */
    struct gossipsub_key_map map;
};

/* An empty table of at most `count_max` pairs. Takes no memory until the first insert. */
void gossipsub_idontwants_init(
    struct gossipsub_idontwants *idontwants, const struct allocator *allocator, uint32_t count_max);

/* Frees the table. */
void gossipsub_idontwants_deinit(struct gossipsub_idontwants *idontwants);

/*
 * Remembers from heartbeat `tick` on that `peer` does not want the message `key`. False, and nothing
 * changed, if it is known, if the table is full or if there is no memory.
 */
bool gossipsub_idontwants_insert(struct gossipsub_idontwants *idontwants, uint64_t key,
    struct gossipsub_peer peer, uint64_t tick);

/* Whether `peer` does not want the message `key`. */
bool gossipsub_idontwants_has(
    const struct gossipsub_idontwants *idontwants, uint64_t key, struct gossipsub_peer peer);

/* Forgets one pair from before heartbeat `tick`; whose it was goes to `peer`. False if there is none. */
bool gossipsub_idontwants_take_old(
    struct gossipsub_idontwants *idontwants, uint64_t tick, struct gossipsub_peer *peer);

/* The most memory a table of `count_max` pairs takes, in bytes. */
size_t gossipsub_idontwants_bytes(uint32_t count_max);

#endif
