/* /version, /uptime and /stats: facts for those who wonder, and for reports of bugs. */
#ifndef APP_SESSION_FACTS_H
#define APP_SESSION_FACTS_H

#include "app/reply.h"
#include "app/session.h"

/* "2 h 14 min", "3 min", "5 s". */
void session_facts_print_duration(uint64_t seconds, char *text, size_t size);

/* Seconds since the start. */
uint64_t session_facts_uptime(const struct session *session);

/* /version */
void session_facts_version(const struct session *session, const struct reply *reply);

/* /uptime */
void session_facts_tell_uptime(const struct session *session, const struct reply *reply);

/* /stats */
void session_facts_stats(const struct session *session, const struct reply *reply);

#endif
