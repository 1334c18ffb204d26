/*
 * People who were here, or with whom words were exchanged alone: who they are is
 * remembered for a while, so that something can be said to them when they are away.
 */
#ifndef CHAT_ACQUAINTANCES_H
#define CHAT_ACQUAINTANCES_H

#include "chat/state.h"

/* So many; of more those of whom nothing was heard for the longest time are forgotten. */
#define ACQUAINTANCES_MAX 256

struct acquaintance {
    struct gossip_peer_id peer;
    struct nick nick;
    uint64_t look;   /* likeness of the nick */
    bool has_talked; /* with us alone */
};

/* Remembers somebody and what he calls himself. Without memory he is forgotten. */
void acquaintances_add(
    struct chat *chat, const struct gossip_peer_id *peer, const struct nick *nick, bool has_talked);

/* What is remembered of him, or NULL. */
const struct acquaintance *acquaintances_find(
    const struct chat *chat, const struct gossip_peer_id *peer);

/* Walks over all: from the entry after `at`, which is NULL at the beginning and set. NULL at the end. */
const struct acquaintance *acquaintances_next(const struct chat *chat, struct hash_map_entry **at);

/* Frees all, and the table. */
void acquaintances_destroy(struct chat *chat);

#endif
