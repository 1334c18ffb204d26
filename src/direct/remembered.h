/* The ids of what one peer said last, so that nothing is told twice. */
#ifndef DIRECT_REMEMBERED_H
#define DIRECT_REMEMBERED_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/direct_frame.h"

/* More than can be on its way behind a message that is not answered. */
#define REMEMBERED_IDS_MAX 128

/* Starts as all zero. */
struct remembered {
    uint32_t count, next;
    struct wire_direct_id
        ids[REMEMBERED_IDS_MAX]; /* a ring: the next takes the place of the oldest */
};

/* Whether `id` is among the last REMEMBERED_IDS_MAX that were added. */
bool remembered_has(const struct remembered *remembered, const struct wire_direct_id *id);

/* Adds an id, which is not there yet; the oldest is forgotten if there are too many. */
void remembered_add(struct remembered *remembered, const struct wire_direct_id *id);

#endif
