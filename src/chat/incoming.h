/*
 * What others say: frames, plain text of other programs, and lines that are held
 * back a moment because what they answer has not arrived yet.
 */
#ifndef CHAT_INCOMING_H
#define CHAT_INCOMING_H

#include "chat/state.h"

/* A line waits this long for those before it. */
#define INCOMING_HOLD_MS 500
/* Lines held back in one room; beyond that the oldest is shown as it is. */
#define INCOMING_HELD_MAX 256
/* How far a frame may move our Lamport clock, and where it stops: nobody can wear it out. */
#define INCOMING_LAMPORT_JUMP_MAX (UINT64_C(1) << 40)
#define INCOMING_LAMPORT_MAX (UINT64_C(1) << 62)

/* A message of `author` in `room`; `time` is in the chat. */
void incoming_message(struct room *room, const struct gossip_peer_id *author,
    struct gossip_bytes message_id, struct gossip_bytes payload);

/* Takes the line: keeps it in the room and tells it. */
void incoming_show(struct room *room, struct line *line);

/* Whether the own nick is a word of `text`. */
bool incoming_is_mention(const struct chat *chat, struct gossip_bytes text);

/* Lines have been held long enough. `object` is a room. */
void incoming_ring(struct chat *chat, void *object);
void incoming_drop_held(struct room *room);

#endif
