/*
 * A node of another implementation: it names messages in its own dialect and knows no other.
 *
 * Inside it is a router of ours that speaks the dialect GO. Ids that leave it are translated into its
 * dialect; ids that come in another dialect are made unrecognisable, and if the router asks for one
 * of those, it asks in the words it heard.
 */
#ifndef TESTS_SIM_FOREIGN_H
#define TESTS_SIM_FOREIGN_H

#include "base/arena.h"
#include "gossipsub/message.h"

/* The RPC as it leaves a node of this dialect; borrowed from `rpc` and the arena. */
struct wire_rpc foreign_speak(
    struct arena *arena, enum gossipsub_dialect dialect, const struct wire_rpc *rpc);

/* The RPC as a node of this dialect understands it; likewise. */
struct wire_rpc foreign_hear(
    struct arena *arena, enum gossipsub_dialect dialect, const struct wire_rpc *rpc);

#endif
