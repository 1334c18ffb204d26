/* Rooms and who is in them. */
#ifndef CHAT_ROOMS_H
#define CHAT_ROOMS_H

#include "chat/state.h"

/* A peer that is connected but says nothing is told of after this, without a nick. */
#define ROOMS_SILENT_MS 2000
/* Somebody whose connection broke is gone after this, unless heard again. */
#define ROOMS_LOST_MS 30000
/* Somebody known only through others is gone after this much silence. */
#define ROOMS_UNHEARD_MS 150000

struct room *rooms_find(const struct chat *chat, const struct room_name *name);
struct room *rooms_find_topic(const struct chat *chat, struct gossip_bytes topic);

/* Makes a room; GOSSIP_ERROR_LIMIT, _INVALID (the topic would be too long) or _NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error rooms_join(
    struct chat *chat, const struct room_name *name, struct room **room);
void rooms_destroy(struct chat *chat, struct room *room);

struct member *rooms_member(const struct room *room, const struct gossip_peer_id *peer);

/* Finds or makes the member; NULL if there is no place for one more. */
struct member *rooms_member_get(struct room *room, const struct gossip_peer_id *peer);

/* The member is in the room as far as people are concerned: tells it once. */
void rooms_member_came(struct room *room, struct member *member);

/* Tells that the member went, if it was told to have come, and forgets it. */
void rooms_member_went(struct room *room, struct member *member, struct gossip_bytes reason);

/* The member was heard just now. */
void rooms_member_heard(struct member *member);

/* A connected peer follows the topic of the room, or does not any more. */
void rooms_peer_here(struct room *room, const struct gossip_peer_id *peer);
void rooms_peer_left(struct room *room, const struct gossip_peer_id *peer);
/* The connection to a peer broke. */
void rooms_peer_lost(struct room *room, const struct gossip_peer_id *peer);

/* `person` changed its name; tells it in every room it is in. */
void rooms_tell_renamed(struct chat *chat, const struct person *person, struct gossip_bytes before);

#endif
