/*
 * People outside of a world, known by numbers from 0 on: each speaks to the one chat that a test
 * chooses, through any number of nodes, and may be connected to it as well.
 */
#ifndef TESTS_UNIT_CHAT_OUTSIDERS_H
#define TESTS_UNIT_CHAT_OUTSIDERS_H

#include "unit/chat/world.h"

/* The peer id of an outsider. */
struct gossip_peer_id outsider_id(unsigned number);

/* Says this on `topic`; nobody but `to` hears it. */
void outsider_says(enum who to, unsigned number, const char *topic, struct gossip_bytes payload);

/* It is connected to `to`, or not any more. */
void outsider_up(enum who to, unsigned number);
void outsider_down(enum who to, unsigned number);

/* Connected to `to`, it follows `topic`, or not any more. */
void outsider_follows(enum who to, unsigned number, const char *topic);
void outsider_unfollows(enum who to, unsigned number, const char *topic);

/* How many follow this topic, connected to `to`. */
size_t outsiders_following(enum who to, struct gossip_bytes topic);

/* Nobody follows anything. */
void outsiders_clear(void);

#endif
