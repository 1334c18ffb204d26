#include "host/clock.h"

#include <time.h>
#include <uv.h>

struct gossip_instant clock_now(void)
{
    return (struct gossip_instant){.us = uv_hrtime() / 1000};
}

struct gossip_unix_time clock_date(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return (struct gossip_unix_time){.ms = 0};
    }
    return (struct gossip_unix_time){.ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000};
}
