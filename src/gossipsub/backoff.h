/*
 * Backoffs: until when a pair of a topic and a peer may not be in each other's mesh after a PRUNE.
 *
 * https://github.com/libp2p/specs/blob/master/pubsub/gossipsub/gossipsub-v1.1.md#prune-backoff-and-peer-exchange
 *
 * A backoff belongs to the peer id, not to the connection: it outlives a reconnection and our own
 * leaving and joining again. The backoffs of peers that are here always find a place; those of peers
 * that left give way, oldest first, when the table is full.
 */
#ifndef GOSSIPSUB_BACKOFF_H
#define GOSSIPSUB_BACKOFF_H

#include "gossipsub/key_map.h"
#include "gossipsub/limits.h"

/* A row of entries; private to backoff.c. Numbers are one more than the place, so 0 is none. */
struct gossipsub_backoff_line {
    uint32_t first, last, count;
};

/* Fields are private to backoff.c. */
struct gossipsub_backoffs {
    const struct allocator *allocator;
    struct backoff *entries;
    uint32_t allocated;
    uint32_t count_max;
    uint32_t per_peer_max;
    struct gossip_duration longest;
    struct gossip_duration slack;
    struct gossipsub_backoff_line vacant;
    struct gossipsub_backoff_line orphans; /* of peers that left */
    struct gossipsub_key_map map;
};

/* An empty table. `slack` is what we wait beyond a backoff before we GRAFT. */
void gossipsub_backoffs_init(struct gossipsub_backoffs *backoffs, const struct allocator *allocator,
    const struct gossipsub_limits *limits, struct gossip_duration slack);

/* Frees the table. */
void gossipsub_backoffs_deinit(struct gossipsub_backoffs *backoffs);

/*
 * A backoff of `duration`, at most limits.backoff_max, from `now` on; one that ends later stays.
 * `key` joins the keys of topic and peer. `line` is the row of a peer that is here, all zero when
 * it joined; at its bound its oldest gives way. False if there is no memory.
 */
bool gossipsub_backoffs_set(struct gossipsub_backoffs *backoffs, struct gossip_instant now,
    uint64_t key, struct gossip_duration duration, struct gossipsub_backoff_line *line);

/* When the backoff ends, or ended; instant 0 if none is known. */
struct gossip_instant gossipsub_backoffs_end(
    const struct gossipsub_backoffs *backoffs, uint64_t key);

/* Whether a GRAFT that comes in at `now` is too early. */
bool gossipsub_backoffs_is_active(
    const struct gossipsub_backoffs *backoffs, struct gossip_instant now, uint64_t key);

/* Whether we may GRAFT at `now`: the backoff and the slack are over. */
bool gossipsub_backoffs_may_graft(
    const struct gossipsub_backoffs *backoffs, struct gossip_instant now, uint64_t key);

/* The peer whose row this is has left. */
void gossipsub_backoffs_release(
    struct gossipsub_backoffs *backoffs, struct gossipsub_backoff_line *line);

/* Forgets the backoffs of a row, of a peer that is here, that are over at `now`, slack included. */
void gossipsub_backoffs_expire(struct gossipsub_backoffs *backoffs, struct gossip_instant now,
    struct gossipsub_backoff_line *line);

/* Likewise those of all peers that left. */
void gossipsub_backoffs_expire_orphans(
    struct gossipsub_backoffs *backoffs, struct gossip_instant now);

/* The most memory the table takes, in bytes. */
size_t gossipsub_backoffs_bytes(const struct gossipsub_limits *limits);

#endif
