/* Sounds, notes on the desktop and the command of a person, for what happens in a session. */
#ifndef APP_SESSION_NOTIFY_H
#define APP_SESSION_NOTIFY_H

#include "app/notify.h"
#include "app/reply.h"
#include "app/session.h"

/* Takes what the settings say. False if one of them is wrong, after a line through `talk`. */
bool session_notify_start(struct session *session);

/* Says by a line that `value` is no value of that setting; true if it is one. */
bool session_notify_check(size_t option, const char *value, const struct reply *reply);

/* The settings have changed. */
void session_notify_refresh(struct session *session);

/*
 * An event that may be worth a note. What the terminal is to be told goes to the front end; the
 * command of the person is run.
 */
void session_notify_event(struct session *session, const struct gossip_event *event);

/* Lets go of the commands that still run. */
void session_notify_end(struct session *session);

#endif
