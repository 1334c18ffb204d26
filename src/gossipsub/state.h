/*
 * What the files of the router share: its state, and how it speaks to the trace.
 *
 *     router          inputs, outputs, the life of peers
 *     subscriptions   who follows what, we included
 *     mesh            who is in the mesh of a topic: GRAFT and PRUNE, given and got ready
 *     messages        a message comes in, is judged, is delivered
 *     publish         a message goes out: ours and those of others
 *     control         IHAVE, IWANT, GRAFT, PRUNE, IDONTWANT come in
 *     take            what waits for a peer becomes an RPC
 *     heartbeat       upkeep, once a second
 */
#ifndef GOSSIPSUB_STATE_H
#define GOSSIPSUB_STATE_H

#include "base/dice.h"
#include "gossipsub/backoff.h"
#include "gossipsub/history.h"
#include "gossipsub/idontwants.h"
#include "gossipsub/outbox.h"
#include "gossipsub/peers.h"
#include "gossipsub/promises.h"
#include "gossipsub/router.h"
#include "gossipsub/rpc.h"
#include "gossipsub/seen.h"
#include "gossipsub/topics.h"
#include "gossipsub/validations.h"

/* Sets of peers that the router keeps of all of them, whatever the topic. */
enum gossipsub_peers_set {
    GOSSIPSUB_SET_HERE,      /* connected */
    GOSSIPSUB_SET_MESHABLE,  /* may be in a mesh: speak GossipSub, and are not direct */
    GOSSIPSUB_SET_FLOODED,   /* get every message of their topics: direct, or speak floodsub */
    GOSSIPSUB_SET_IDONTWANT, /* understand IDONTWANT */
    GOSSIPSUB_SET_OUTBOUND,  /* dialed by us */
    GOSSIPSUB_SET_READY,     /* PEER_READY is to be told */
    GOSSIPSUB_SET_NEWSY      /* PEER_SUBSCRIBED or _UNSUBSCRIBED is to be told */
};

#define GOSSIPSUB_SETS (GOSSIPSUB_SET_NEWSY + 1)

/* A peer that another suggested, until that is told as CONNECT. */
struct gossipsub_record {
    struct gossipsub_peer from;
    struct gossip_peer_id peer_id;
    uint8_t *data; /* `size` bytes */
    size_t size;
};

struct gossipsub_router {
    const struct allocator *allocator;
    struct gossip_params params;
    struct gossipsub_limits limits;
    struct gossip_peer_id self;
    struct gossip_trace trace;
    struct dice dice;
    struct siphash_key secret;

    uint32_t words; /* of a set of peers */
    uint64_t *sets[GOSSIPSUB_SETS];
    uint64_t *spare;  /* room for one more set */
    uint32_t *chosen; /* room for choosing among limits.peers_max peers */

    struct gossipsub_peers peers;
    struct gossipsub_topics topics;
    struct gossipsub_backoffs backoffs;
    struct gossipsub_seen seen;
    struct gossipsub_history history;
    struct gossipsub_promises promises;
    struct gossipsub_idontwants idontwants;
    struct gossipsub_validations validations;
    struct gossipsub_outbox_pool outboxes;
    struct gossipsub_rpc_builder rpc;
    struct gossipsub_ring records; /* struct gossipsub_record */

    struct gossip_instant heartbeat_at;
    uint64_t tick;
    bool is_blocked;  /* a publish was refused for lack of room */
    bool is_writable; /* and may be tried again: WRITABLE is to be told */

    struct gossipsub_message *lent; /* of the last output */
    struct gossipsub_record lent_record;
    uint8_t *lent_topic; /* limits.topic_bytes_max bytes */

    struct gossipsub_counters counters;
};

/* Tells the trace about a peer, and a topic unless its name is empty. */
void gossipsub_trace_peer(const struct gossipsub_router *router, struct gossip_instant now,
    enum gossip_trace_kind kind, const struct gossipsub_neighbour *neighbour,
    struct gossip_bytes topic, const char *reason);

/* Tells the trace about a message; `neighbour` may be NULL. */
void gossipsub_trace_message(const struct gossipsub_router *router, struct gossip_instant now,
    enum gossip_trace_kind kind, const struct gossipsub_neighbour *neighbour,
    const struct wire_message *message, const char *reason);

/* Something was lost: counts it and tells the trace. `amount` is in bytes; `neighbour` may be NULL. */
void gossipsub_drop(struct gossipsub_router *router, struct gossip_instant now,
    enum gossipsub_drop drop, const struct gossipsub_neighbour *neighbour, size_t amount);

/* A peer did what an honest one does not; `count` grows by one. */
void gossipsub_misbehaved(struct gossipsub_router *router, struct gossip_instant now,
    const struct gossipsub_neighbour *neighbour, uint32_t *count, const char *reason);

/* Something waits for the peer: PEER_READY will be told, unless it was and not all has been taken. */
void gossipsub_wake(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour);

/* The peer at this place, which is in some set, so there is one. */
static inline struct gossipsub_neighbour *gossipsub_at(
    const struct gossipsub_router *router, uint32_t index)
{
    return router->peers.places[index];
}

/* One of a counter, which stays at its end. */
static inline void gossipsub_count_up(uint32_t *count)
{
    if (*count < UINT32_MAX)
        ++*count;
}

#endif
