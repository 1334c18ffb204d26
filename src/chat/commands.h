/* What front ends ask of a chat. */
#ifndef CHAT_COMMANDS_H
#define CHAT_COMMANDS_H

#include "chat/state.h"

void commands_of_chat(struct chat *chat, const struct gossip_command *command);

#endif
