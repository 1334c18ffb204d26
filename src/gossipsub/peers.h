/*
 * The table of connected peers: what is known of each, and handles that go stale.
 */
#ifndef GOSSIPSUB_PEERS_H
#define GOSSIPSUB_PEERS_H

#include "gossipsub/backoff.h"
#include "gossipsub/outbox.h"
#include "gossipsub/router.h"

struct gossipsub_topic;

/* What was not told above yet about a peer's subscription. */
enum gossipsub_news { GOSSIPSUB_NEWS_NONE, GOSSIPSUB_NEWS_BEGUN, GOSSIPSUB_NEWS_ENDED };

/* A topic a peer follows, or followed until just now. Holds a reference of the topic. */
struct gossipsub_subscription {
    struct gossipsub_topic *topic;
    enum gossipsub_news news;
};

/* What one peer did since the last heartbeat, against the bounds for it. */
struct gossipsub_beat {
    uint32_t ihave_rpcs;
    uint32_t idontwant_rpcs;
    uint32_t ids_named;         /* in its IHAVEs */
    uint32_t ids_asked;         /* of it, by us */
    uint32_t strange_ids_asked; /* of those, in no dialect we know */
    uint32_t ids_looked_up;     /* for its IWANTs */
    uint32_t strange_grafts;    /* for topics we do not know */
};

/* A connected peer, or one that left and whose farewell is still being told. */
struct gossipsub_neighbour {
    struct gossipsub_peer handle;
    struct gossip_peer_id id;
    uint64_t key; /* of its id */
    enum gossipsub_version version;
    enum gossipsub_dialect dialect;
    bool is_dialect_proven; /* by the ids it sends */
    bool is_outbound;
    bool is_direct;
    bool is_here;
    bool is_ready_told; /* PEER_READY was told, and not everything was taken since */
    bool has_control;   /* a subscription, GRAFT or PRUNE may wait for it */
    bool has_gossip;    /* an IHAVE may wait for it */
    bool is_blocking;   /* a publish found no room in its outbox */

    struct gossipsub_subscription *subscriptions;
    uint32_t subscription_count, subscriptions_allocated;
    uint32_t followed_count; /* of them, not ended */
    uint32_t news_count;

    struct gossipsub_outbox outbox;
    struct gossipsub_backoff_line backoffs;
    uint32_t idontwant_count;
    struct gossipsub_beat beat;
    uint32_t broken_promises, early_grafts, strange_grafts; /* as in struct gossipsub_conduct */
};

/* Fields are private to peers.c, except that `count` may be read. */
struct gossipsub_peers {
    const struct allocator *allocator;
    struct gossipsub_neighbour **places;
    uint32_t *generations;
    uint32_t count_max;
    uint32_t count; /* also those whose farewell is being told */
};

/* An empty table. Fails with GOSSIP_ERROR_NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error gossipsub_peers_init(
    struct gossipsub_peers *peers, const struct allocator *allocator, uint32_t count_max);

/* Frees the table and all that is in it. What the neighbours hold was given back before. */
void gossipsub_peers_deinit(struct gossipsub_peers *peers);

/*
 * Adds a peer at the lowest free place; returns it, borrowed until it is removed, in `added`. Fails
 * with GOSSIP_ERROR_ALREADY if its id is here, _LIMIT or _NO_MEMORY.
 */
GOSSIP_MUST_USE enum gossip_error gossipsub_peers_insert(struct gossipsub_peers *peers,
    const struct gossipsub_peer_info *info, struct gossipsub_neighbour **added);

/* Removes a peer and makes its handle stale. What it holds was given back before. */
void gossipsub_peers_remove(struct gossipsub_peers *peers, struct gossipsub_neighbour *neighbour);

/* The peer this handle names, or NULL if it is stale or the peer has left. */
struct gossipsub_neighbour *gossipsub_peers_find(
    const struct gossipsub_peers *peers, struct gossipsub_peer handle);

/* Whether the peer takes part in meshes: it speaks GossipSub. */
static inline bool gossipsub_speaks_gossip(const struct gossipsub_neighbour *neighbour)
{
    return neighbour->version >= GOSSIPSUB_V1_0;
}

/* The most memory the table takes, in bytes, with the subscriptions but without their topics. */
size_t gossipsub_peers_bytes(const struct gossipsub_limits *limits);

#endif
