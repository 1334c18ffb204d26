/* What front ends ask of a chat. */
#ifndef CHAT_COMMANDS_H
#define CHAT_COMMANDS_H

#include "chat/state.h"

/* Runs a command and answers it, except that a ping is answered by chat_pinged. */
void commands_run(struct chat *chat, const struct gossip_command *command);

/*
 * The rest of a JOIN with a secret, whose key is there now unless `error` says why
 * not. Takes `privacy`.
 */
void commands_enter(struct chat *chat, const struct gossip_command *command,
    enum gossip_error error, struct privacy *privacy);

#endif
