/*
 * Topics: who follows each of them, and for those that are ours, the mesh.
 *
 * A topic is known while somebody follows it or it is ours. What is pending between us and a peer
 * about a topic is a bit in a set, not an entry in a queue: it is told as it stands when the peer can
 * be written to, and what was overtaken before that is never told.
 */
#ifndef GOSSIPSUB_TOPICS_H
#define GOSSIPSUB_TOPICS_H

#include "gossipsub/history.h"
#include "gossipsub/key_map.h"
#include "gossipsub/limits.h"
#include "gossipsub/peer_set.h"

struct gossipsub_topic {
    struct gossip_bytes name;
    uint64_t key;                /* of the name */
    uint32_t number;             /* its place in the table */
    uint32_t references;         /* subscriptions of peers */
    struct gossipsub_mesh *mesh; /* NULL unless it is ours */
    uint64_t *subscribers;       /* set of peers */
};

enum gossipsub_mesh_state {
    GOSSIPSUB_MESH_JOINED, /* we follow the topic */
    GOSSIPSUB_MESH_FANOUT, /* we publish to it; the members are the fanout */
    GOSSIPSUB_MESH_LEFT    /* kept until everybody has been told */
};

/* What is between us and one peer in a topic of ours. */
struct gossipsub_member {
    struct gossip_instant meshed_at;
    uint32_t first_deliveries, mesh_deliveries, invalid_messages; /* struct gossipsub_conduct */
    uint32_t ihave_next; /* number in the history of the next message to name to it */
    uint32_t ihave_left; /* how many it may still be named in this heartbeat */
};

/* Our side of a topic. The sets hold peers. */
struct gossipsub_mesh {
    struct gossipsub_topic *topic;
    enum gossipsub_mesh_state state;
    uint32_t place; /* in gossipsub_topics.meshes */
    uint32_t count; /* of members */
    struct gossip_instant fanout_until;
    struct gossipsub_history_line line;
    uint64_t *members;
    uint64_t *told;                 /* those that know we follow it */
    uint64_t *grafts;               /* those to be sent GRAFT */
    uint64_t *prunes;               /* those to be sent PRUNE */
    uint64_t *ihaves;               /* those to be sent IHAVE */
    struct gossipsub_member *peers; /* by place of the peer table */
};

/* Fields are private to topics.c, except that `meshes` and the counts may be read. */
struct gossipsub_topics {
    const struct allocator *allocator;
    struct gossipsub_topic **places;
    uint32_t allocated, count_max;
    uint32_t *vacant; /* free places, `vacant_count` of them */
    uint32_t vacant_count;
    struct gossipsub_key_map map;
    struct siphash_key secret;
    uint32_t peers_max, words;
    struct gossipsub_mesh **meshes; /* no gaps; the order changes only on removal */
    uint32_t mesh_count, meshes_max;
    uint32_t state_counts[GOSSIPSUB_MESH_LEFT + 1];
};

/* An empty table. Topic names are hashed under `secret`. Fails with GOSSIP_ERROR_NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error gossipsub_topics_init(struct gossipsub_topics *topics,
    const struct allocator *allocator, const struct gossipsub_limits *limits,
    struct siphash_key secret);

/* Frees the table, topics and meshes. */
void gossipsub_topics_deinit(struct gossipsub_topics *topics);

/* The topic of this name, or NULL if it is not known. */
struct gossipsub_topic *gossipsub_topics_find(
    const struct gossipsub_topics *topics, struct gossip_bytes name);

/* The topic of this name, made if it is not known; copies `name`. NULL if there is no memory. Who
 * asks gives it a reference or a mesh, or calls gossipsub_topics_settle. */
struct gossipsub_topic *gossipsub_topics_make(
    struct gossipsub_topics *topics, struct gossip_bytes name);

/* Forgets the topic if nobody follows it and it is not ours. */
void gossipsub_topics_settle(struct gossipsub_topics *topics, struct gossipsub_topic *topic);

/* Makes the topic ours, in `state`. NULL if there is no place or no memory. */
struct gossipsub_mesh *gossipsub_mesh_make(struct gossipsub_topics *topics,
    struct gossipsub_topic *topic, enum gossipsub_mesh_state state);

/* Changes the state, and keeps count of how many there are in each. */
void gossipsub_mesh_set_state(
    struct gossipsub_topics *topics, struct gossipsub_mesh *mesh, enum gossipsub_mesh_state state);

/* Frees a mesh, and its topic if nobody follows it. Its line was released from the history. */
void gossipsub_mesh_remove(struct gossipsub_topics *topics, struct gossipsub_mesh *mesh);

/* The most memory the table takes, in bytes. */
size_t gossipsub_topics_bytes(const struct gossipsub_limits *limits);

/* And the meshes. */
size_t gossipsub_meshes_bytes(const struct gossipsub_limits *limits);

#endif
