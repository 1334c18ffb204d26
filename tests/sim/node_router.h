/*
 * One node of a network: a router of the real thing, its memory, and how it is wired to the world.
 */
#ifndef TESTS_SIM_NODE_ROUTER_H
#define TESTS_SIM_NODE_ROUTER_H

#include "base/arena.h"
#include "sim/network.h"
#include "sim/parcel.h"

/* Memory that is counted. */
struct node_memory {
    struct allocator allocator;
    size_t bytes, bytes_peak;
};

struct node_router {
    struct network *network;
    uint32_t number;
    struct network_character character;
    struct gossipsub_router *router; /* NULL: it does not live */
    struct node_memory memory;
    uint32_t incarnation;
    uint32_t *links; /* by place of the router's peer table */
    bool follows[NETWORK_TOPICS_MAX];
    struct gossip_instant undisturbed_since;
};

/* A node that does not live yet. */
void node_router_init(struct node_router *node, struct network *network, uint32_t number);

/* Frees what a node that does not live holds. */
void node_router_deinit(struct node_router *node);

/* The router is made, follows what the node follows, and starts its clock. */
void node_router_born(struct node_router *node);

/* The router goes; it must leave no memory behind. */
void node_router_died(struct node_router *node);

/* A link to `other` came up or went down. */
void node_router_link_up(
    struct node_router *node, uint32_t link, const struct node_router *other, bool is_dialer);
void node_router_link_down(struct node_router *node, uint32_t link);

/* The link can take more. */
void node_router_writable(struct node_router *node, uint32_t link);

/* An RPC from `from` came over the link. */
void node_router_arrived(
    struct node_router *node, uint32_t link, uint32_t from, struct parcel *parcel);

/* The router's deadline has come. */
void node_router_woken(struct node_router *node);

/* Acts on all that the router has to tell. After every call on it. */
void node_router_drain(struct node_router *node);

#endif
