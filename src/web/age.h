/* Times before now as people write them: 90s, 30m, 2h, 3d, 1w. */
#ifndef WEB_AGE_H
#define WEB_AGE_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* The longest: a hundred years. */
#define AGE_DAYS_MAX 36500

/* Reads a whole number from 1 and a letter. GOSSIP_ERROR_INVALID; `age` is 0 then. */
GOSSIP_MUST_USE enum gossip_error age_parse(struct gossip_bytes text, struct gossip_duration *age);

#endif
