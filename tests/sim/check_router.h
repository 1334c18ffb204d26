/*
 * What must be so inside a router whenever it is at rest.
 */
#ifndef TESTS_SIM_CHECK_ROUTER_H
#define TESTS_SIM_CHECK_ROUTER_H

#include "gossipsub/router.h"

/* NULL, or a static sentence that says what is wrong. */
const char *check_router(const struct gossipsub_router *router, struct gossip_instant now);

#endif
