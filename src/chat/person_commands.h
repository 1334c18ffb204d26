/* Commands about one person: who he is, that his key was confirmed, what we call him, that he is ignored. */
#ifndef CHAT_PERSON_COMMANDS_H
#define CHAT_PERSON_COMMANDS_H

#include "chat/state.h"

/* WHOIS, VERIFY, PETNAME, IGNORE or UNIGNORE: runs it and answers it. */
void person_commands_run(struct chat *chat, const struct gossip_command *command);

#endif
