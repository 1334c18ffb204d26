/*
 * Lines on their way to being shown: each after those its author said and saw
 * before it, if they arrive in time.
 */
#ifndef CHAT_HOLD_H
#define CHAT_HOLD_H

#include "chat/state.h"

/* A line waits this long for those before it. */
#define HOLD_MS 500
/* Lines held back in one room, and their bytes; beyond that the oldest is shown as it is. */
#define HOLD_LINES_MAX 128
#define HOLD_BYTES_MAX (256u * 1024u)

/*
 * Takes a line of another, with what its author had seen: shows it when that
 * was shown too, at the latest after HOLD_MS, and not if it was shown before.
 */
void hold_line(struct room *room, struct line *line, const struct wire_chat_frame *frame);

/* Whether a line that was missed is neither here nor before all that is remembered, and says something. */
bool hold_is_new(const struct room *room, const struct line *line);

/* Takes such a line and shows it now, in its place. */
void hold_recall(struct room *room, struct line *line);

/* Takes a line and shows it now: tells it and keeps it in the room, unless its author is ignored. */
void hold_show(struct room *room, struct line *line);

/* Shows what waited only for what has become known by now, such as a member's first frame. */
void hold_review(struct room *room);

/* Shows now what is held of this author. */
void hold_release_of(struct room *room, const struct gossip_peer_id *author);

/* Shows now all that is held. */
void hold_release_all(struct room *room);

/* Lines have been held long enough. `object` is a room. */
void hold_ring(struct chat *chat, void *object);

/* Frees what is held without showing it. */
void hold_drop(struct room *room);

#endif
