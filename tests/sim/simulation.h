/*
 * A scenario played once from a seed, watched by every onlooker there is, and what came of it.
 */
#ifndef TESTS_SIM_SIMULATION_H
#define TESTS_SIM_SIMULATION_H

#include "sim/check_delivery.h"
#include "sim/network.h"

struct scenario {
    const char *name;
    const char *about; /* one line */
    uint32_t nodes;    /* when nobody says how many */
    /* How long a node must have been there before it is owed messages, and how soon they are due. */
    struct gossip_duration settling, patience;
    /* From when on meshes must have the right size; 0: never. */
    struct gossip_duration settled_after;
    /* Changes the configuration; may be NULL. */
    void (*shape)(struct network_config *config);
    /* What happens. Nothing lives and nothing is linked before. */
    void (*play)(struct network *network);
};

/* All scenarios, ended by NULL. */
extern const struct scenario *const scenarios[];

/* The scenario of this name, or NULL. */
const struct scenario *scenario_find(const char *name);

struct simulation_options {
    uint64_t seed;
    uint32_t nodes;  /* 0: as many as the scenario likes */
    bool is_encoded; /* every RPC goes through the codec */
    FILE *story;     /* where all that happens is told, or NULL */
    /* Changes the configuration after the scenario did; may be NULL. */
    void (*shape)(struct network_config *config);
};

struct simulation_report {
    uint32_t nodes;
    uint64_t events;
    uint64_t published;
    struct check_delivery_report delivery;
    struct network_sums sums;
    double mesh_mean; /* of topic 0, at the end */
    uint64_t trace_hash;
    uint64_t problems;
    char first_problem[NETWORK_PROBLEM_BYTES_MAX];
};

/* Plays `scenario`. */
void simulation_run(const struct scenario *scenario, const struct simulation_options *options,
    struct simulation_report *report);

#endif
