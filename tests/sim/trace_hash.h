/*
 * One number for all that happened: equal histories have equal numbers, on every machine.
 */
#ifndef TESTS_SIM_TRACE_HASH_H
#define TESTS_SIM_TRACE_HASH_H

#include "sim/network.h"

/* Watches `network` until it is destroyed; `hash`, borrowed as long, is kept up to date. */
void trace_hash(struct network *network, uint64_t *hash);

#endif
