/*
 * What is on the wire keeps to the protocol: nobody is sent his own message, nobody more than his
 * version knows of, and no RPC is larger than the strictest of peers takes.
 */
#ifndef TESTS_SIM_CHECK_PROTOCOL_H
#define TESTS_SIM_CHECK_PROTOCOL_H

#include "sim/network.h"

/* Watches `network` until it is destroyed. */
void check_protocol(struct network *network);

#endif
