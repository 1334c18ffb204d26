/* Whether somebody is spoken of. */
#ifndef CHAT_MENTION_H
#define CHAT_MENTION_H

#include "gossipchat/types.h"

/*
 * Whether `nick` is a word of `text`, in letters of either case. Scripts that put no spaces between
 * words, whose letters are two columns wide, may stand next to it.
 */
bool mention_is_in(struct gossip_bytes nick, struct gossip_bytes text);

#endif
