/*
 * Whom our lines reached: in small rooms whoever sees a line tells its author.
 *
 * Only what a peer says of itself counts, once for each line, and only while it
 * is in the room. Lines of rooms with many people are not answered for: they
 * would be more answers than lines.
 */
#ifndef CHAT_REACH_H
#define CHAT_REACH_H

#include "chat/state.h"

/* The most people in a room, we included, whose lines are answered for. */
#define REACH_MEMBERS_MAX 32
/* Our last lines of a room of which answers are counted. */
#define REACH_LINES_MAX 32

/* A line of ours was handed to so many peers (0: it was not): answers are counted from now on. `room` may be NULL. */
void reach_expect(struct room *room, const struct outgoing *outgoing, size_t recipients);

/* A line of another is shown as it comes: tells him, if the room is small. */
void reach_answer(struct room *room, const struct line *line);

/* Frees what is counted. */
void reach_drop(struct room *room);

#endif
