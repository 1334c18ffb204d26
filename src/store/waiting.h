/* Lines of ours that nobody took yet, as rows. */
#ifndef STORE_WAITING_H
#define STORE_WAITING_H

#include "store/state.h"

/* The line of this room (its number) waits no more, if it did. */
enum store_result waiting_drop(struct store *store, int64_t room, struct gossip_bytes id);

#endif
