/*
 * The mesh of a topic: who is in it, and what is to be told about that.
 *
 * https://github.com/libp2p/specs/blob/master/pubsub/gossipsub/gossipsub-v1.0.md#topic-membership
 */
#ifndef GOSSIPSUB_MESH_H
#define GOSSIPSUB_MESH_H

#include "gossipsub/state.h"

/* The key of the backoff between us and a peer in a topic. */
static inline uint64_t gossipsub_backoff_key(
    const struct gossipsub_topic *topic, const struct gossipsub_neighbour *neighbour)
{
    return gossipsub_key_join(topic->key, neighbour->key);
}

/* The peer is in the mesh from now on, because it wishes so: nothing is sent. */
void gossipsub_mesh_accept(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour);

/* The peer is in the mesh from now on, and is sent GRAFT. */
void gossipsub_mesh_graft(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour);

/* The peer, if it was in the mesh, is no longer: nothing is sent, and what waited to be is not. */
void gossipsub_mesh_drop(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour, const char *reason);

/* Likewise; nothing of this topic is to be told to it any more but whether we follow it. */
void gossipsub_mesh_forget(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour, const char *reason);

/* The peer, in the mesh or wishing to be, is sent PRUNE, and a backoff begins. */
void gossipsub_mesh_prune(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour, const char *reason);

/* The backoff that a PRUNE sent to the peer now would tell it. */
struct gossip_duration gossipsub_mesh_backoff(const struct gossipsub_router *router,
    const struct gossipsub_mesh *mesh, const struct gossipsub_neighbour *neighbour);

/*
 * A backoff between us and the peer begins or, if the present one ends earlier, begins again. Of the
 * topic only the key is needed: it may be unknown.
 */
void gossipsub_mesh_back_off(struct gossipsub_router *router, struct gossip_instant now,
    uint64_t topic, struct gossipsub_neighbour *neighbour, struct gossip_duration duration);

/*
 * Grafts up to `count` peers by chance: they follow the topic, speak GossipSub, are not direct and
 * not in a backoff, and are in `among` unless that is NULL. Returns how many.
 */
uint32_t gossipsub_mesh_fill(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, uint32_t count, const uint64_t *among);

/* Grafts this peer if it may be and the mesh has fewer than D_low. */
void gossipsub_mesh_welcome(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_mesh *mesh, struct gossipsub_neighbour *neighbour);

/* How many members were dialed by us. */
uint32_t gossipsub_mesh_outbound(
    const struct gossipsub_router *router, const struct gossipsub_mesh *mesh);

/* Forgets the mesh if we left the topic and everybody has been told. */
void gossipsub_mesh_settle(struct gossipsub_router *router, struct gossipsub_mesh *mesh);

/* Fills the fanout up to D peers by chance: those that could be in a mesh. Nothing is sent. */
void gossipsub_fanout_fill(struct gossipsub_router *router, struct gossipsub_mesh *mesh);

/* Ends a fanout. */
void gossipsub_fanout_end(struct gossipsub_router *router, struct gossipsub_mesh *mesh);

#endif
