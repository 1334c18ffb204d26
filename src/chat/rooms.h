/*
 * Rooms and who is in them.
 *
 * A member is here while it is connected to us and follows the topic, or known
 * through others who pass on what it says. It comes once, and goes once: when it
 * says so, when it no longer follows the topic, when its connection broke and it
 * was not heard of for a while, or when nothing was heard of it for long.
 */
#ifndef CHAT_ROOMS_H
#define CHAT_ROOMS_H

#include "chat/state.h"

/* The topic of a room of ours: this, the rendezvous, a slash and the room's name. */
#define ROOMS_TOPIC_PREFIX "/gossipchat/1/"

/* A peer that is connected but says nothing is told of after this, without a nick. */
#define ROOMS_SILENT_MS 2000
/* Somebody whose connection broke is gone after this, unless heard again. */
#define ROOMS_LOST_MS 30000
/* Somebody known only through others is gone after this much silence. */
#define ROOMS_UNHEARD_MS 150000
/* What somebody said before he left may arrive so much later without bringing him back. */
#define ROOMS_LEFT_MS 30000

/* The room of this name that we are in, or NULL. */
struct room *rooms_find(const struct chat *chat, const struct room_name *name);

/* The room with this topic that we are in, or NULL. */
struct room *rooms_find_topic(const struct chat *chat, struct gossip_bytes topic);

/*
 * Makes a room and follows its topic; rooms_begin comes next. With `privacy`, which
 * it takes, the room is a private one; NULL: not. Fails with
 * GOSSIP_ERROR_LIMIT, GOSSIP_ERROR_ALREADY (another room of ours has the topic)
 * or GOSSIP_ERROR_NO_MEMORY; nothing is changed then, and `privacy` is the caller's.
 */
GOSSIP_MUST_USE enum gossip_error rooms_join(
    struct chat *chat, const struct room_name *name, struct privacy *privacy, struct room **room);

/* The room was told to be joined: who followed its topic before is here from now on. */
void rooms_begin(struct room *room);

/* Shows what is held back, says goodbye, does not follow the topic any more, frees the room. */
void rooms_leave(struct chat *chat, struct room *room, struct gossip_bytes reason);

/* Frees the room without a word. */
void rooms_destroy(struct chat *chat, struct room *room);

/* The room's topic, borrowed from it. */
struct gossip_bytes rooms_topic(const struct room *room);

/* The end of a peer id, by which frames name people. */
uint64_t rooms_tail(const struct gossip_peer_id *peer);

/* The member with this key, or NULL. */
struct member *rooms_member(const struct room *room, const struct gossip_peer_id *peer);

/* The member whose peer id ends like this, or NULL. */
struct member *rooms_member_of_tail(const struct room *room, uint64_t tail);

/* Finds or makes the member; NULL if there is no place for one more. */
struct member *rooms_member_get(struct room *room, const struct gossip_peer_id *peer);

/* The member is in the room as far as people are concerned: tells it once. */
void rooms_member_came(struct member *member);

/* The member said that it goes: tells what it said before, and then that it went. */
void rooms_member_left(struct member *member, struct gossip_bytes reason);

/* The member was heard just now. */
void rooms_member_heard(struct member *member);

/* Nothing of the person is told any more in any room, or all again. */
void rooms_person_ignored(struct chat *chat, const struct gossip_peer_id *peer, bool is_ignored);

/* A connected peer follows the topic of the room. */
void rooms_peer_here(struct room *room, const struct gossip_peer_id *peer);

/* A peer that followed the topic does not any more. */
void rooms_peer_left(struct room *room, const struct gossip_peer_id *peer);

/* The connection to a peer that followed the topic broke. */
void rooms_peer_lost(struct room *room, const struct gossip_peer_id *peer);

/* `person` changed its name, or is away or back: tells it in every room where it was told to be. */
void rooms_tell_changed(struct chat *chat, enum gossip_event_kind kind, const struct person *person,
    struct gossip_bytes text);

#endif
