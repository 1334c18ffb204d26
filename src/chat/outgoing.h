/*
 * What we say: lines, and frames without a line.
 *
 * A line of ours is never lost silently: it stays at its place in the outbox of
 * its room until somebody follows the topic, the node took it and it reached
 * somebody. What we tell about ourselves (joined, called so, still here) is a
 * mark on the room, of which a frame is made when the node asks for one.
 */
#ifndef CHAT_OUTGOING_H
#define CHAT_OUTGOING_H

#include "chat/state.h"

/* We tell that we are here at least this often, at random within the last part of it. */
#define OUTGOING_PRESENCE_MS 60000
#define OUTGOING_PRESENCE_JITTER_MS 15000
/* And not more often than this. */
#define OUTGOING_PRESENCE_GAP_MS 1000
/* Answers to a newcomer are spread over this time. */
#define OUTGOING_ANSWER_MS 150
/* Why somebody leaves is cut to this. */
#define OUTGOING_REASON_BYTES_MAX 128

/*
 * Shows a line of ours and says it, now or when somebody comes; command
 * `number`. Takes the line, which gets its author, order, sequence and id here.
 * Fails with GOSSIP_ERROR_LIMIT (too many wait) or GOSSIP_ERROR_NO_MEMORY; the
 * line is then the caller's.
 */
GOSSIP_MUST_USE enum gossip_error outgoing_say(
    struct room *room, struct line *line, uint64_t number);

/* Tells the room of our new nick. */
void outgoing_tell_nick(struct room *room);

/* Tells the room at once that we are here: away or not, and what we know it to be about. */
void outgoing_tell_presence(struct room *room);

/* Somebody came: tells him who we are, soon, and sends what waited. */
void outgoing_greet(struct room *room);

/* Says goodbye and asks the node not to follow the topic. What nobody could hear is told to have failed. */
void outgoing_farewell(struct room *room, struct gossip_bytes reason);

/* Time for another sign of life. `object` is a room. */
void outgoing_ring_presence(struct chat *chat, void *object);

/* A frame that tells about us, to be asked for now; it counts the lines that went out before it. */
struct outgoing *outgoing_make_hello(struct room *room);

#endif
