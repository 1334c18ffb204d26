/*
 * Once a second: every router is in order, within its memory, and, when the network has settled, has
 * a mesh of the right size in every topic it follows.
 */
#ifndef TESTS_SIM_CHECK_MESH_H
#define TESTS_SIM_CHECK_MESH_H

#include "sim/network.h"

/*
 * Watches `network` until it is destroyed. Meshes are measured only after `settled_after`, and only
 * at nodes that were not disturbed in the last ten seconds; never is allowed.
 */
void check_mesh(struct network *network, struct gossip_instant settled_after);

/* The mean size of the meshes of `topic`. */
double check_mesh_mean(const struct network *network, uint32_t topic);

/* How many members of meshes of `topic` do not have the other in theirs. */
uint32_t check_mesh_one_sided(struct network *network, uint32_t topic);

#endif
