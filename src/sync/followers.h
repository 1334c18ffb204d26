/* Connected peers, which topics they follow, and who of them is to be asked. */
#ifndef SYNC_FOLLOWERS_H
#define SYNC_FOLLOWERS_H

#include "sync/state.h"

/* The connected peer, or NULL. */
struct sync_peer *followers_peer(const struct sync *sync, const struct gossip_peer_id *id);

/* That `peer` follows the topic with this hash, or NULL. */
struct sync_follow *followers_find(const struct sync_peer *peer, uint64_t topic_hash);

/* The peer follows a topic: remembered within SYNC_FOLLOWS_MAX, and to be asked if it is a room's. */
void followers_follow(struct sync *sync, struct sync_peer *peer, struct gossip_bytes topic);

/* That a peer follows a topic is over. */
void followers_forget(struct sync *sync, struct sync_follow *follow);

/* A room was joined: those who follow its topic already are to be asked. */
void followers_join(struct sync *sync, struct sync_room *room);

/* A room is left: its followers are none of a room of ours any more. */
void followers_leave(struct sync_room *room);

/* One of those to be asked who may be asked now, by chance; NULL if there is none. */
struct sync_follow *followers_pick(struct sync *sync, const struct sync_room *room);

/* One of all who follow the room and are not to be asked yet, by chance; NULL if there is none. */
struct sync_follow *followers_any(struct sync *sync, const struct sync_room *room);

/* When the first of those to be asked may be; never if nobody is. */
struct gossip_instant followers_due_at(const struct sync *sync, const struct sync_room *room);

/* The peer gave us something forged. */
void followers_distrust(struct sync *sync, const struct sync_peer *peer);

#endif
