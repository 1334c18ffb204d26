/*
 * A world of GossipSub routers that exchange RPCs, and the onlookers who check what they do.
 *
 * Every node is one real router. A scenario is a plan of what happens to them; onlookers are told of
 * every RPC, message and birth, all of the time, and report what must not be.
 */
#ifndef TESTS_SIM_NETWORK_H
#define TESTS_SIM_NETWORK_H

#include "gossipsub/router.h"
#include "sim/world.h"

#include <stdio.h>

#define NETWORK_TOPICS_MAX 8
#define NETWORK_ONLOOKERS_MAX 12
#define NETWORK_PROBLEM_BYTES_MAX 256

struct network;

/* What an onlooker is told. Any of the functions may be NULL. */
struct network_onlooker {
    void *context;
    /* Node `from` handed this RPC to the link to node `to`. */
    void (*sent)(void *context, uint32_t from, uint32_t to, const struct wire_rpc *rpc);
    /* Node `from` is made to say something its router did not say. */
    void (*injected)(void *context, uint32_t from, uint32_t to, const struct wire_rpc *rpc);
    /* It arrived, and is about to be given to the router. */
    void (*arrived)(void *context, uint32_t from, uint32_t to, const struct wire_rpc *rpc);
    void (*published)(void *context, uint32_t node, uint32_t message);
    void (*delivered)(void *context, uint32_t node, uint32_t message);
    void (*traced)(void *context, uint32_t node, const struct gossip_trace_event *event);
    void (*born)(void *context, uint32_t node);
    void (*died)(void *context, uint32_t node);
    /* Once a virtual second, and at the end. */
    void (*checked)(void *context);
    /* Frees what the onlooker holds. */
    void (*destroyed)(void *context);
};

/* How a node differs from the others. */
struct network_character {
    enum gossipsub_version version; /* the best it speaks */
    enum gossipsub_dialect dialect; /* a node of another dialect than GO knows no other */
    bool is_mute;                   /* takes part in everything, but sends no messages */
};

struct network_config {
    struct world_config world;
    uint32_t links_per_node; /* on average; half of them dialed */
    struct gossip_params params;
    struct gossipsub_limits limits;
    struct gossip_duration validation_delay;
    bool is_encoded; /* every RPC is encoded and decoded again */
    bool is_in_step; /* all nodes begin to beat together, for stories that are to be read */
};

/* Small routers for large networks: default parameters, 10 to 50 ms links, 20 per node. */
void network_config_default(struct network_config *config, uint64_t seed, uint32_t nodes);

/* Nobody lives and nothing is linked yet. Copies `config`. */
struct network *network_create(const struct network_config *config);

/* A last check by all onlookers; then all nodes die, and must leave no memory behind. */
void network_end(struct network *network);

/* Frees everything, onlookers too. */
void network_destroy(struct network *network);

/* Its world. */
struct world *network_world(struct network *network);

/* How it was made. */
const struct network_config *network_config(const struct network *network);

/* Adds an onlooker, which is copied. */
void network_watch(struct network *network, const struct network_onlooker *onlooker);

/* Before the node is born: how it is. */
void network_set_character(
    struct network *network, uint32_t node, struct network_character character);

/* How the node is. */
const struct network_character *network_character_of(const struct network *network, uint32_t node);

/* Links every node to links_per_node others by chance, or all to all if there are no more. */
void network_link(struct network *network);

/* Numbers of topics stand for these names: 0 is "tea". */
struct gossip_bytes network_topic(uint32_t topic);

/* The number of a topic's name; NETWORK_TOPICS_MAX if it is none. */
uint32_t network_topic_number(struct gossip_bytes name);

/* The node follows the topic, also when it is born again; or no longer. */
void network_join(struct network *network, uint32_t node, uint32_t topic);
void network_leave(struct network *network, uint32_t node, uint32_t topic);

/* Whether it does, and since when it has done so undisturbed by death and partition. */
bool network_follows(const struct network *network, uint32_t node, uint32_t topic);
struct gossip_instant network_undisturbed_since(const struct network *network, uint32_t node);

/* From now on the node counts as undisturbed: something happened to it or to its links. */
void network_disturb(struct network *network, uint32_t node);

/* All nodes are born, and follow topic 0. */
void network_start_all(struct network *network);

/*
 * The node publishes a message with `size` bytes of data (at least 4) in a topic. Returns its
 * number; they count from 0.
 */
uint32_t network_publish(struct network *network, uint32_t node, uint32_t topic, size_t size);

/* Sends an RPC in the name of `from`, past its router. The two are linked. */
void network_inject(
    struct network *network, uint32_t from, uint32_t to, const struct wire_rpc *rpc);

/* Who wrote a message, in which topic, and when. */
struct network_message {
    uint32_t author, topic;
    struct gossip_instant at;
};
const struct network_message *network_message(const struct network *network, uint32_t message);
uint32_t network_message_count(const struct network *network);

/* The number in the data of a message. */
uint32_t network_message_number(const struct wire_message *message);

/* The number of the message with this id, in any dialect. */
uint32_t network_message_of_id(const struct network *network, struct gossip_bytes id);

/* The router of a node that lives. */
struct gossipsub_router *network_router(const struct network *network, uint32_t node);

/* How a node that lives names another that is linked to it and up; all zero otherwise. */
struct gossipsub_peer network_handle(const struct network *network, uint32_t node, uint32_t other);

/* The node with this peer id. */
uint32_t network_node_of_id(const struct network *network, struct gossip_bytes id);
struct gossip_peer_id network_id(uint32_t node);

/* "A" to "Z", then "N26" and so on, in one of four texts used in turn. */
const char *network_name(uint32_t node);

/* Runs for so long. */
void network_run(struct network *network, struct gossip_duration duration);

/* What must not be is. The first problem is kept; all are counted. */
void network_fail(struct network *network, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* How many problems there are, and the first one ("" if there is none). */
uint64_t network_problems(const struct network *network, const char **first);

/* What all routers counted, those that died too. */
struct network_sums {
    uint64_t rpcs, bytes, duplicates, delivered, ihave_ids, iwant_ids, idontwant_ids;
    uint64_t broken_promises, drops[GOSSIPSUB_DROP_COUNT];
    size_t memory, memory_peak; /* of one router */
};
struct network_sums network_sums(const struct network *network);

#endif
