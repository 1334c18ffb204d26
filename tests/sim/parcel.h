/*
 * An RPC on its way: a copy of all that a router lent, in one block; or its encoded bytes, so that
 * the codec takes part in the simulation too.
 */
#ifndef TESTS_SIM_PARCEL_H
#define TESTS_SIM_PARCEL_H

#include "wire/rpc.h"

struct parcel;

/* Copies `rpc`. */
struct parcel *parcel_copy(const struct wire_rpc *rpc);

/* Encodes `rpc`. */
struct parcel *parcel_encode(const struct wire_rpc *rpc);

/*
 * What is inside, borrowed from the parcel and, if it was encoded, from `decoder` until its next use.
 * A parcel that cannot be decoded fails the simulation.
 */
const struct wire_rpc *parcel_open(struct parcel *parcel, struct wire_rpc_decoder *decoder);

/* Frees the parcel. */
void parcel_destroy(struct parcel *parcel);

#endif
