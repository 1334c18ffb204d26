/*
 * Connected peers, and whether they share a room with us. One that is connected
 * but in no room of ours is worth a word: mostly the rendezvous is another one.
 */
#ifndef CHAT_CONTACTS_H
#define CHAT_CONTACTS_H

#include "chat/state.h"

/* A peer has this long to tell which topics it follows. */
#define CONTACTS_PATIENCE_MS 3000

struct contact *contacts_find(const struct chat *chat, const struct gossip_peer_id *peer);
void contacts_up(struct chat *chat, const struct gossip_peer_id *peer);
void contacts_down(struct chat *chat, const struct gossip_peer_id *peer);

/* It follows a topic that is no room of ours. */
void contacts_follows_foreign(struct contact *contact, struct gossip_bytes topic);

#endif
