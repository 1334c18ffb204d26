/*
 * Connected peers and the topics they follow, whether or not those are rooms of
 * ours: when we join a room, whoever followed its topic before is there at once.
 *
 * A contact that is in rooms, but in none of ours, is worth a word: mostly its
 * rendezvous is another one. One that is in none at all is no person.
 */
#ifndef CHAT_CONTACTS_H
#define CHAT_CONTACTS_H

#include "chat/state.h"

/* A peer has this long to tell which topics it follows. */
#define CONTACTS_PATIENCE_MS 3000

/* The contact, or NULL if the peer is not connected. */
struct contact *contacts_find(const struct chat *chat, const struct gossip_peer_id *peer);

/* A contact whose peer id begins with the text `prefix`, after `id`, as slots_next; or NULL. */
struct contact *contacts_next_of_prefix(
    const struct chat *chat, struct gossip_bytes prefix, struct slot_id *id);

/* The peer is connected: makes a contact, unless there is one or no place for it. */
void contacts_up(struct chat *chat, const struct gossip_peer_id *peer);

/* The peer is not connected any more: forgets the contact. */
void contacts_down(struct chat *chat, struct contact *contact);

/* It follows `topic`. False if that was known, or is one too many. */
bool contacts_follow(struct chat *chat, struct contact *contact, struct gossip_bytes topic);

/* It does not follow `topic` any more. False if it did not. */
bool contacts_unfollow(struct chat *chat, struct contact *contact, struct gossip_bytes topic);

/* Whether it follows a topic of a private room with this place; see privacy_place. */
bool contacts_mean(const struct contact *contact, uint32_t place);

/* Whether it follows the topic with this hash. */
bool contacts_follows(const struct contact *contact, uint64_t topic_hash);

#endif
