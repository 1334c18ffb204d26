/* What others say: frames, and plain text of other programs. */
#ifndef CHAT_INCOMING_H
#define CHAT_INCOMING_H

#include "chat/state.h"

/*
 * No frame moves our Lamport clock far beyond the date, which is counted in so
 * small units that it runs ahead of whatever people can say. So nobody can wear
 * the clock out: after the largest number that anybody sends there is always
 * time for more. A date before 2020 is no date.
 */
#define INCOMING_LAMPORT_PER_MS (UINT64_C(1) << 14)
#define INCOMING_DATE_MIN_MS INT64_C(1577836800000)
#define INCOMING_DATE_MAX_MS (INT64_C(1) << 47)

/* Beyond the date it goes by so much with one frame: what many honest people say in a moment. */
#define INCOMING_LAMPORT_STEP 1024

/* A message of `author` in `room`; `message_id` identifies it where there is no frame. */
void incoming_message(struct room *room, const struct gossip_peer_id *author,
    struct gossip_bytes message_id, struct gossip_bytes payload);

/* Somebody's clock, or our own of an earlier run, is there: ours is not behind, as far as anybody may move it. */
void incoming_hear_clock(struct chat *chat, uint64_t lamport);

/* Whether the frame carries a line. */
bool incoming_is_line(const struct wire_chat_frame *frame);

/* The line of a frame by this person, with clean text, perhaps none; NULL if there is no memory. */
struct line *incoming_line(
    struct chat *chat, const struct person *person, const struct wire_chat_frame *frame);

/* What our clock can be moved to at this date, if it is not there already. */
uint64_t incoming_lamport_max(struct gossip_unix_time date);

#endif
