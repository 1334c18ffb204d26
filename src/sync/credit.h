/* What somebody may still be given: so much at once, and then so much each second. */
#ifndef SYNC_CREDIT_H
#define SYNC_CREDIT_H

#include "gossipchat/types.h"

struct credit {
    uint64_t bytes, bytes_max, bytes_per_second;
    struct gossip_instant at; /* when `bytes` was right */
};

/* All that may be given at once. */
void credit_init(struct credit *credit, uint64_t bytes_max, uint64_t bytes_per_second,
    struct gossip_instant now);

/* What is left at `now`. */
uint64_t credit_left(struct credit *credit, struct gossip_instant now);

/* `bytes` were given; what goes beyond what is left is forgiven. */
void credit_spend(struct credit *credit, struct gossip_instant now, uint64_t bytes);

#endif
