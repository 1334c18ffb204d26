/*
 * One node of a network of whole nodes: a swarm, its memory, and its pipes by their wires.
 */
#ifndef TESTS_SIM_NODE_SWARM_H
#define TESTS_SIM_NODE_SWARM_H

#include "identity/identity.h"
#include "sim/swarm_network.h"
#include "sim/swarm_wires.h"
#include "support/seeded_entropy.h"

#define NODE_SWARM_PIPES_MAX 512
#define NODE_SWARM_TASKS_MAX 1024

/* Something to be done about a pipe once the swarm has told all it had to tell. */
struct node_swarm_task {
    enum swarm_output_kind kind;
    struct swarm_pipe pipe;
    uint32_t other; /* of OPEN_PIPE: the node there */
};

struct node_swarm {
    struct swarm_network *network;
    uint32_t number;
    uint32_t incarnation;
    struct allocator allocator; /* counts */
    size_t bytes, bytes_peak;
    struct seeded_entropy entropy;
    struct identity *identity;
    struct swarm *swarm; /* NULL: it does not live */
    uint64_t seqno_next;
    struct gossip_address address;
    struct {
        uint64_t pipe;
        uint32_t wire;
        bool is_used;
    } pipes[NODE_SWARM_PIPES_MAX];                      /* by the index of a pipe */
    struct node_swarm_task tasks[NODE_SWARM_TASKS_MAX]; /* a ring */
    uint32_t task_first, task_count;
    uint64_t requests_asked, requests_answered;
};

/* A node that does not live yet; its identity depends on the number alone. */
void node_swarm_init(struct node_swarm *node, struct swarm_network *network, uint32_t number);
void node_swarm_deinit(struct node_swarm *node);

/* It lives, or dies. */
void node_swarm_born(struct node_swarm *node);
void node_swarm_died(struct node_swarm *node);

/* Acts on all that its swarm has to tell. After every call on it. */
void node_swarm_drain(struct node_swarm *node);

/* What its wires tell. */
extern const struct swarm_wires_driver node_swarm_wires;

/* ---- what a node needs of its network ----------------------------------------------------- */

/* The node with this number. */
struct node_swarm *swarm_network_node(const struct swarm_network *network, uint32_t number);

/* The node at this address; UINT32_MAX if there is none. */
uint32_t swarm_network_find_address(
    const struct swarm_network *network, const struct gossip_address *address);

/* The wires. */
struct swarm_wires *swarm_network_wires(const struct swarm_network *network);

/* The node told this. */
void swarm_network_tell(struct node_swarm *node, const struct swarm_output *output);

/* How every node is made, but for what makes it itself. */
const struct swarm_config *swarm_network_config(const struct swarm_network *network);

/* What must not be is. */
void swarm_network_fail(struct swarm_network *network, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
