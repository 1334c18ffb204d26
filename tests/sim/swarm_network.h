/*
 * A world of whole nodes: real swarms with real Noise and Yamux bytes, on the same world as the
 * networks of routers alone, and a judge who sees to it that every message arrives once.
 *
 * Between any two nodes lies a cable, up as long as both live and no partition runs across it; all
 * pipes between them share it and its rate. Who is where is found through addresses alone.
 */
#ifndef TESTS_SIM_SWARM_NETWORK_H
#define TESTS_SIM_SWARM_NETWORK_H

#include "sim/world.h"
#include "swarm/swarm.h"

#define SWARM_NETWORK_PROBLEM_BYTES_MAX 256

struct swarm_network;

/* Nobody lives yet. `peers_max` is for each node. */
struct swarm_network *swarm_network_create(const struct world_config *config, uint32_t peers_max);

/* All nodes die, and must leave no memory behind; frees everything. */
void swarm_network_destroy(struct swarm_network *network);

/* Its world. */
struct world *swarm_network_world(struct swarm_network *network);

/* The swarm of a node that lives. */
struct swarm *swarm_network_swarm(const struct swarm_network *network, uint32_t node);

/* The node lives from now on, and follows the one topic there is. */
void swarm_network_start(struct swarm_network *network, uint32_t node);

/* The node dials another, as if somebody had typed the address; or finds it on the local wire. */
void swarm_network_dial(struct swarm_network *network, uint32_t node, uint32_t other);
void swarm_network_find(struct swarm_network *network, uint32_t node, uint32_t other);

/* The node says something of `size` bytes, at least 8. Returns the number of the message. */
uint32_t swarm_network_say(struct swarm_network *network, uint32_t node, size_t size);

/* Runs for so long. */
void swarm_network_run_ms(struct swarm_network *network, uint64_t ms);

/* How many peers the node has. */
size_t swarm_network_peers(const struct swarm_network *network, uint32_t node);

/* How often `node` was told message `message` in its present life. */
uint32_t swarm_network_told(const struct swarm_network *network, uint32_t message, uint32_t node);

/* Who said it. */
uint32_t swarm_network_author(const struct swarm_network *network, uint32_t message);

/* One number for all that happened so far: what was told, to whom, and when. */
uint64_t swarm_network_hash(const struct swarm_network *network);

/* The most memory a node has taken so far, in bytes. */
size_t swarm_network_memory_peak(const struct swarm_network *network);

/* What must not be and was, "" if nothing: memory lost, a pipe touched after its end, a message told
 * twice, a request answered twice. */
const char *swarm_network_problem(const struct swarm_network *network);

#endif
