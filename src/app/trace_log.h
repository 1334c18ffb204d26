/* What the node is doing, one line for each event of its trace, for -vv. */
#ifndef APP_TRACE_LOG_H
#define APP_TRACE_LOG_H

#include "app/session.h"

/* The trace to give to the node; silent unless -vv was given. */
struct gossip_trace trace_log(struct session *session);

#endif
