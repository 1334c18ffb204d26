/*
 * The upkeep of the router, once per heartbeat_interval: a list of named steps.
 */
#ifndef GOSSIPSUB_HEARTBEAT_H
#define GOSSIPSUB_HEARTBEAT_H

#include "gossipsub/state.h"

/* One heartbeat at `now`. */
void gossipsub_heartbeat(struct gossipsub_router *router, struct gossip_instant now);

#endif
