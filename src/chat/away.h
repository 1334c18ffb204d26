/* Being away: one says so, and the others see it until he says that he is back. */
#ifndef CHAT_AWAY_H
#define CHAT_AWAY_H

#include "chat/state.h"

/* Why somebody is away, borrowed from it; empty if he is not or did not say. */
struct gossip_bytes away_bytes(const struct away *away);

/* We are away, or back: tells it to everybody and to the front end, if it is news. At most WIRE_CHAT_AWAY_BYTES_MAX. */
void away_set(struct chat *chat, bool is_away, struct gossip_bytes text);

/* Puts into a frame of ours whether we are away. */
void away_fill(const struct chat *chat, struct wire_chat_frame *frame);

/* A frame of this person, without a line, says whether it is away: tells it if it is news. */
void away_hear(struct chat *chat, struct person *person, const struct wire_chat_frame *frame);

#endif
