/*
 * Keys and the names they go by.
 *
 * Who comes first with a nick is shown with it alone; who comes later with the
 * same one, or one that looks the same, is shown with the end of his key.
 */
#ifndef CHAT_PEOPLE_H
#define CHAT_PEOPLE_H

#include "chat/state.h"

struct person *people_find(const struct chat *chat, const struct gossip_peer_id *peer);

/* Finds or makes the person; NULL beyond limits.people_max or without memory. */
struct person *people_get(struct chat *chat, const struct gossip_peer_id *peer);

/* The person is in one room less; forgotten when that was the last. */
void people_release(struct chat *chat, struct person *person);

/*
 * The person calls himself `nick`, as he sent it. Tells of a change in every
 * room, and once of a clash.
 */
void people_rename(struct chat *chat, struct person *person, struct gossip_bytes nick);

/* Somebody else who goes by a nick that looks like `nick`; NULL if nobody does. */
struct person *people_with_nick(
    const struct chat *chat, struct gossip_bytes nick, const struct person *but);

/*
 * Whom `text` means: a shown name, a nick that only one has, or the beginning of
 * a peer id of at least six characters. Otherwise NULL, and `complaint` says why
 * in one line.
 */
struct person *people_resolve(
    const struct chat *chat, struct gossip_bytes text, char *complaint, size_t size);

#endif
