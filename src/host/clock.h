/* The two clocks, read once per callback. */
#ifndef HOST_CLOCK_H
#define HOST_CLOCK_H

#include "gossipchat/types.h"

/* Microseconds of the monotonic clock. */
struct gossip_instant clock_now(void);

/* The wall clock. */
struct gossip_unix_time clock_date(void);

#endif
