/* Rooms by name and by the number that stands for them in the file. */
#ifndef STORE_ROOMS_H
#define STORE_ROOMS_H

#include "store/state.h"

/* The number of the room, above 0. STORE_NOT_FOUND: nothing was ever stored of it. */
GOSSIP_MUST_USE enum store_result rooms_number(
    struct store *store, struct gossip_bytes name, int64_t *number);

/* The same, giving it one if it has none. */
GOSSIP_MUST_USE enum store_result rooms_number_made(
    struct store *store, struct gossip_bytes name, int64_t *number);

#endif
