/* An event that outlives the call in which it was told: a copy with its texts. */
#ifndef HOST_KEPT_EVENT_H
#define HOST_KEPT_EVENT_H

#include "base/allocator.h"
#include "base/chain.h"
#include "gossipchat/event.h"

struct kept_event {
    struct chain link; /* for whoever keeps it */
    size_t size;       /* of this and the texts behind it */
    struct gossip_event event;
};

/* Returned owned; NULL if there is no memory. */
struct kept_event *kept_event_create(
    const struct allocator *allocator, const struct gossip_event *event);

/* NULL is allowed. */
void kept_event_destroy(const struct allocator *allocator, struct kept_event *kept);

#endif
