/*
 * Lines that were missed, as somebody else had kept them: they go where they belong, and are told
 * as late. Neither who is here nor what he is called is learnt from them.
 */
#ifndef CHAT_RECALL_H
#define CHAT_RECALL_H

#include "chat/state.h"

/* What is being recalled, and what becomes of it. */
struct recall {
    const struct gossip_peer_id *giver;
    struct gossip_unix_time oldest;
    enum chat_recalled result;
    struct chat_mark mark; /* unless the result is NOTHING */
};

/* Takes a frame of `author` that was recalled: chat->recall says by whom, and learns the result. */
void recall_frame(
    struct room *room, const struct gossip_peer_id *author, const struct wire_chat_frame *frame);

/* That one has given all he had: tells how much was new. */
void recall_ended(struct room *room, const struct gossip_peer_id *giver);

#endif
