/*
 * No GRAFT is sent inside a backoff: neither after we sent PRUNE, nor after one arrived.
 */
#ifndef TESTS_SIM_CHECK_BACKOFF_H
#define TESTS_SIM_CHECK_BACKOFF_H

#include "sim/network.h"

/* Watches `network` until it is destroyed. */
void check_backoff(struct network *network);

#endif
