/* What of ours did not come through yet, for whom it is, and what is said of it at the end. */
#ifndef APP_SESSION_WAITING_H
#define APP_SESSION_WAITING_H

#include "app/session.h"

/* An event: a line that waits for somebody, or something that was said to one alone. */
void session_waiting_note(struct session *session, const struct gossip_event *event);

/* The last words about what is not delivered: that it waits for the next time, or is lost. */
void session_waiting_tell(const struct session *session);

#endif
