#include "host/notices.h"

#include "base/instant.h"

static const struct {
    uint64_t seconds; /* since the start */
    enum host_notice notice;
} plan[] = {{5, HOST_NOTICE_NOBODY_YET}, {30, HOST_NOTICE_DIAGNOSIS}, {120, HOST_NOTICE_DIAGNOSIS}};

#define PLAN_COUNT (sizeof(plan) / sizeof(plan[0]))

static struct gossip_instant deadline_of(const struct host_notices *notices, uint32_t index)
{
    return index < PLAN_COUNT
               ? instant_add(notices->started_at, duration_seconds(plan[index].seconds))
               : instant_never();
}

void notices_init(struct host_notices *notices, struct gossip_instant now)
{
    *notices = (struct host_notices){.started_at = now};
    notices->deadline = deadline_of(notices, 0);
}

void notices_peer_seen(struct host_notices *notices)
{
    notices->said = PLAN_COUNT;
    notices->deadline = instant_never();
}

enum host_notice notices_advance(struct host_notices *notices, struct gossip_instant now)
{
    enum host_notice due = HOST_NOTICE_NOTHING;

    /* A machine that slept through several of them says the last one only. */
    while (instant_is_due(notices->deadline, now)) {
        due = plan[notices->said].notice;
        notices->said++;
        notices->deadline = deadline_of(notices, notices->said);
    }
    return due;
}
