/*
 * Keys and the names they go by.
 *
 * Who comes first with a nick is shown with it alone, unless it belongs to somebody
 * whom we know (known.h); who comes later with the same one, or one that looks the
 * same, is shown with the end of his key. No two are ever shown alike, and a name
 * changes only when its owner changes it, or when we say who has it. Who has a
 * petname is shown with that and a mark, Mom*.
 */
#ifndef CHAT_PEOPLE_H
#define CHAT_PEOPLE_H

#include "chat/sentence.h"
#include "chat/state.h"

/* Another nick is taken from the same person no sooner: the last of those that came in between, then. */
#define PEOPLE_RENAME_GAP_MS 1000
/* A clock is wrong if it is off by more than this. */
#define PEOPLE_SKEW_MS 120000

/* The person with this key, or NULL if there is none in our rooms. */
struct person *people_find(const struct chat *chat, const struct gossip_peer_id *peer);

/* Finds or makes the person, who is in a room more; NULL beyond limits.people_max or without memory. */
struct person *people_retain(struct chat *chat, const struct gossip_peer_id *peer);

/* The person is in one room less; forgotten when that was the last. */
void people_release(struct chat *chat, struct person *person);

/* Somebody of whom nothing is kept, with a name as if it were: for whom there is no place. */
void people_make_stranger(const struct chat *chat, const struct gossip_peer_id *peer,
    struct gossip_bytes nick, struct person *stranger);

/* The person calls himself `nick`, as he sent it. Tells of a change in every room. */
void people_rename(struct chat *chat, struct person *person, struct gossip_bytes nick);

/*
 * What we know has changed: names are chosen anew for all whose nick or petname looks
 * like this, and told where they are others now.
 */
void people_refresh(struct chat *chat, uint64_t look);

/* Tells, once, that the person goes by a nick of somebody else. */
void people_warn_of_clash(struct chat *chat, struct person *person);

/* Tells, once, if what the person just did has a date that is far off. */
void people_warn_of_clock(struct chat *chat, struct person *person, int64_t sent_ms);

/*
 * The name by which `peer` is shown, or would be: we, somebody here, somebody who was here, or
 * nobody we know. Borrowed from whoever it is or from `name`, until the next call.
 */
struct gossip_bytes people_name(
    const struct chat *chat, const struct gossip_peer_id *peer, struct label *name);

/* Somebody whose nick looks like `nick`; NULL if there is nobody. */
const struct person *people_with_nick(const struct chat *chat, struct gossip_bytes nick);

/* We call ourselves `nick` from now on; behind somebody who does already, with the end of our key. */
void people_rename_self(struct chat *chat, const struct nick *nick);

/*
 * Whom `text` means: a petname; a nick that only one has, a nick with the end of the
 * key behind '~', the beginning of a peer id of at least six characters, of somebody
 * in a room, connected or known, or any whole peer id. Somebody who uses the nick of
 * one whom we know is not meant by it alone. False if it is nobody or not clear;
 * `complaint` then says why.
 */
bool people_resolve(const struct chat *chat, struct gossip_bytes text, struct gossip_peer_id *peer,
    struct sentence *complaint);

#endif
