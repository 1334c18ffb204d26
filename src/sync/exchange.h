/* One stream and the question on it: what both sides have in common. */
#ifndef SYNC_EXCHANGE_H
#define SYNC_EXCHANGE_H

#include "sync/state.h"

/* A new exchange with `peer`, without a stream; NULL if there is no memory. */
struct sync_exchange *sync_exchange_create(
    struct sync *sync, struct sync_peer *peer, enum sync_side side);

/* Frees the exchange and what it holds, without a word. */
void sync_exchange_destroy(struct sync *sync, struct sync_exchange *exchange);

/* The exchange on this stream, or NULL. */
struct sync_exchange *sync_exchange_find(const struct sync *sync, uint64_t stream);

/* Something moved: it has SYNC_PATIENCE_MS again, within its whole time. */
void sync_exchange_moved(struct sync *sync, struct sync_exchange *exchange);

/* Gives the stream up, if there is one, and then the exchange; nothing is expected of it any more. */
void sync_exchange_abandon(struct sync *sync, struct sync_exchange *exchange);

#endif
