/* The slash commands about files. */
#ifndef APP_SLASH_FILES_H
#define APP_SLASH_FILES_H

#include "app/session.h"

/*
 * "/send PATH [NICK]": PATH may be quoted and may begin with ~/. Unquoted, all of it is the path if
 * there is such a file, else the last word is the nick. Without a nick it goes to `room`.
 */
void slash_files_send(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments);

/* "/accept N", "/decline N", "/cancel N": false if there is no number. */
bool slash_files_number(
    struct session *session, enum gossip_command_kind kind, struct gossip_bytes arguments);

#endif
