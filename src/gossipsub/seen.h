/*
 * The ids of messages seen within a time window, by their keys: what keeps a message from being
 * delivered twice.
 *
 * An id is remembered from first sight, however often it comes again, so what is oldest expires
 * first. At the bound the oldest gives way early.
 */
#ifndef GOSSIPSUB_SEEN_H
#define GOSSIPSUB_SEEN_H

#include "gossipsub/key_map.h"
#include "gossipsub/ring.h"

/* Fields are private to seen.c. */
struct gossipsub_seen {
    struct gossipsub_ring ring; /* struct seen_entry */
    struct gossipsub_key_map map;
    struct gossip_duration lifetime;
};

/* An empty cache of at most `count_max` ids. Takes no memory until the first insert. */
void gossipsub_seen_init(struct gossipsub_seen *seen, const struct allocator *allocator,
    uint32_t count_max, struct gossip_duration lifetime);

/* Frees the cache. */
void gossipsub_seen_deinit(struct gossipsub_seen *seen);

/* Remembers `key`, which is not there, until `lifetime` after `now`. False if there is no memory. */
bool gossipsub_seen_insert(struct gossipsub_seen *seen, struct gossip_instant now, uint64_t key);

/* Whether `key` was inserted and has not expired. */
bool gossipsub_seen_has(const struct gossipsub_seen *seen, uint64_t key);

/* Forgets what has expired at `now`. */
void gossipsub_seen_expire(struct gossipsub_seen *seen, struct gossip_instant now);

/* How many ids are remembered. */
uint32_t gossipsub_seen_count(const struct gossipsub_seen *seen);

/* The most memory a cache of `count_max` ids takes, in bytes. */
size_t gossipsub_seen_bytes(uint32_t count_max);

#endif
