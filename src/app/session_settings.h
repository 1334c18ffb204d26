/* Settings that change while the program runs: /set, /save, /reload, and SIGHUP of one without a screen. */
#ifndef APP_SESSION_SETTINGS_H
#define APP_SESSION_SETTINGS_H

#include "app/reply.h"
#include "app/session.h"

/* /set: all settings; or one, named; or one with a new value. */
void session_settings_set(
    struct session *session, struct gossip_bytes arguments, const struct reply *reply);

/* /save */
void session_settings_save(struct session *session, const struct reply *reply);

/* /reload */
void session_settings_reload(struct session *session, const struct reply *reply);

/* We go by another nick now, whoever wanted that. */
void session_settings_note_nick(struct session *session, struct gossip_bytes nick);

/* Frees what reloading brought. */
void session_settings_deinit(struct session *session);

#endif
