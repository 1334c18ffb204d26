/* What signals do to a run. Those that our parent had us ignore stay ignored. */
#ifndef APP_SESSION_SIGNALS_H
#define APP_SESSION_SIGNALS_H

#include "app/session.h"

/* Begins to watch. They do not keep the loop alive. */
void session_signals_watch(struct session *session);

/* Closes the handles. */
void session_signals_close(struct session *session);

#endif
