/* What is said to one alone: commands become requests to the node, and what comes becomes events. */
#ifndef CHAT_WHISPER_H
#define CHAT_WHISPER_H

#include "chat/state.h"

/* Runs a command DIRECT: finds out who is meant, and asks the node to say it. */
void whisper_say(struct chat *chat, const struct gossip_command *command);

#endif
