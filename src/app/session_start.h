/* What a run needs before it can begin: a log, a profile, a nick, a node. */
#ifndef APP_SESSION_START_H
#define APP_SESSION_START_H

#include "app/session.h"

/* STATUS_OK and a node, or another status after one line on stderr. */
int session_start(struct session *session, struct gossip_node_handler handler);

/* Closes the log and unlocks the profile; after the node, whether it was there or not. */
void session_start_undo(struct session *session);

/* Opens the log file again under its name: who rotates logs has moved the one that is open. */
void session_start_reopen_log(struct session *session);

#endif
