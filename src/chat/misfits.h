/*
 * What does not fit in a private room: people who mean the same room with another
 * passphrase, who would otherwise just not be there, and messages that its key
 * does not open, which are counted and never shown.
 */
#ifndef CHAT_MISFITS_H
#define CHAT_MISFITS_H

#include "chat/state.h"

/* So long after somebody is noticed the number of them is told, so that a crowd is told once. */
#define MISFITS_PATIENCE_MS 1500

/* A connected peer follows `topic`: perhaps the room it means is one of ours under another passphrase. */
void misfits_notice(struct chat *chat, struct gossip_bytes topic);

/* A private room was joined: perhaps people are there with another passphrase. */
void misfits_look(struct room *room);

/* A message in a private room could not be opened: counts it, and tells of the first. */
void misfits_count(struct room *room, const struct gossip_peer_id *author);

/* Time to tell of people with another passphrase. `object` is a room. */
void misfits_ring(struct chat *chat, void *object);

#endif
