/* stdout and stderr of a run, and what it means when they cannot be written any more. */
#ifndef APP_SESSION_OUTPUT_H
#define APP_SESSION_OUTPUT_H

#include "app/session.h"

/* Opens both; one that there is no memory for stays NULL. */
void session_output_open(struct session *session);

#endif
