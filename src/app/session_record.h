/* What a session keeps for people to read later: the log of --chat-log and /log, and /export. */
#ifndef APP_SESSION_RECORD_H
#define APP_SESSION_RECORD_H

#include "app/reply.h"
#include "app/session.h"

/* Opens the log that the settings name, if they name one. STATUS_OK or STATUS_CONFIG after a line. */
int session_record_start(struct session *session);

/* Opens the log anew under its name, or under another one: who rotates logs has moved it. */
void session_record_reopen(struct session *session);

/* /log on|off, or what it does now. */
void session_record_switch(
    struct session *session, struct gossip_bytes arguments, const struct reply *reply);

/* /export FILE: what was said in `room`, as far as it is known, goes to a new file. */
void session_record_export(struct session *session, struct gossip_bytes room,
    struct gossip_bytes arguments, const struct reply *reply);

/* Records an event. True if it is part of an export, and nothing to be shown. */
bool session_record_event(struct session *session, const struct gossip_event *event);

/* Closes what is open. */
void session_record_end(struct session *session);

#endif
