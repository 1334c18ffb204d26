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

/* What nobody answered for is sent again after this, then after twice as long, so many times. */
#define REACH_AGAIN_MS 3000
#define REACH_AGAIN_MAX 3

/*
 * A line of ours was handed to so many peers (0: it was not); `room` may be NULL. Answers are counted
 * from now on. True if it is taken, to be sent again if nobody answers who could: a connection that
 * breaks may have lost it, and whoever has it knows it by its id.
 */
bool reach_expect(struct room *room, struct outgoing *outgoing, size_t recipients);

/* A line of another is shown as it comes: tells him, if the room is small. */
void reach_answer(struct room *room, const struct line *line);

/* Frees what is counted. */
void reach_drop(struct room *room);

#endif
