/*
 * What the files of the network share.
 */
#ifndef TESTS_SIM_NETWORK_STATE_H
#define TESTS_SIM_NETWORK_STATE_H

#include "sim/node_router.h"

/* Ids of other dialects in one RPC take no more. */
#define NETWORK_ARENA_BYTES ((size_t)1 << 24)

struct network {
    struct network_config config;
    struct world *world;
    struct node_router *nodes;
    struct gossipsub_peer *handles; /* by link and end: two for each link */
    uint32_t handles_allocated;
    struct wire_rpc_decoder *decoder;
    struct arena arena; /* for ids of other dialects */
    struct network_onlooker onlookers[NETWORK_ONLOOKERS_MAX];
    uint32_t onlooker_count;
    struct network_message *messages;
    uint32_t message_count, messages_allocated;
    uint64_t problems;
    char first_problem[NETWORK_PROBLEM_BYTES_MAX];
    struct network_sums buried; /* of routers that died */
};

/* Where the handle is kept by which `node` names the other end of `link`. */
struct gossipsub_peer *network_handle_place(struct network *network, uint32_t link, uint32_t node);

/* Tells all onlookers. */
void network_tell_sent(
    struct network *network, uint32_t from, uint32_t to, const struct wire_rpc *rpc);
void network_tell_arrived(
    struct network *network, uint32_t from, uint32_t to, const struct wire_rpc *rpc);
void network_tell_delivered(struct network *network, uint32_t node, uint32_t message);
void network_tell_traced(
    struct network *network, uint32_t node, const struct gossip_trace_event *event);

/* Adds what a router counted to `sums`. */
void network_sum_up(struct network_sums *sums, const struct node_router *node);

#endif
