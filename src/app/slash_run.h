/*
 * Slash commands that mean the same in every front end that people type into, and
 * need nothing of it but the room they are about.
 */
#ifndef APP_SLASH_RUN_H
#define APP_SLASH_RUN_H

#include "app/session.h"
#include "app/slash.h"

/*
 * Runs the command if it is such a one; false if not. `room` is the current room, or
 * empty if there is none. What a person should read about it goes through `talk` of
 * the session, what the node answers comes as events.
 */
bool slash_run(struct session *session, const struct slash *slash, struct gossip_bytes room);

#endif
