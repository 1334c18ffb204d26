/*
 * What a person should read when nobody answers: after five seconds, after half
 * a minute, and after two minutes, once each, and never again once a peer was
 * seen. A value: it is told the time, and says what is due.
 */
#ifndef HOST_NOTICES_H
#define HOST_NOTICES_H

#include "gossipchat/types.h"

/* What to say now. */
enum host_notice {
    HOST_NOTICE_NOTHING,
    HOST_NOTICE_NOBODY_YET, /* what to check */
    HOST_NOTICE_DIAGNOSIS   /* what was tried, and what follows from what was heard */
};

struct host_notices {
    struct gossip_instant started_at;
    struct gossip_instant deadline; /* when `notices_advance` has something to say; or never */
    uint32_t said;
};

/* Nothing was said yet; the first notice is five seconds away. */
void notices_init(struct host_notices *notices, struct gossip_instant now);

/* Somebody is there: all is said. */
void notices_peer_seen(struct host_notices *notices);

/* What is due at `now`: one thing, however late the call comes. */
enum host_notice notices_advance(struct host_notices *notices, struct gossip_instant now);

#endif
