/*
 * What a room is about: anybody says it, the newest word counts, and whoever is
 * there tells it to those who come later.
 */
#ifndef CHAT_TOPIC_H
#define CHAT_TOPIC_H

#include "chat/state.h"

/* We say what the room is about, nothing if `text` is empty; at most WIRE_CHAT_TOPIC_BYTES_MAX. Tells it. */
void topic_set(struct room *room, struct gossip_bytes text);

/* Tells what the room is about, as part of the answer to command `number`. */
void topic_tell(const struct room *room, uint64_t number);

/* Puts into a frame of ours what we know. */
void topic_fill(const struct room *room, struct wire_chat_frame *frame);

/* A frame of somebody else, by whose time our clock was set, says what the room is about: tells it if it is newer. */
void topic_hear(struct room *room, const struct wire_chat_frame *frame);

#endif
