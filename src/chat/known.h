/*
 * People whom we know: what is remembered of keys, whether their owners are here or
 * not, and outlives the program if the node keeps it.
 *
 * It decides who is shown with a nick alone. Of two keys with one nick, or two that
 * look alike, it is the one that was given it as a petname, then the one that was
 * verified under it, then the one that was seen under it first; the other is shown with
 * the end of its key, also while the first is away.
 */
#ifndef CHAT_KNOWN_H
#define CHAT_KNOWN_H

#include "chat/sentence.h"
#include "chat/state.h"

/* People who are remembered; beyond that whoever was not seen for longest, and was never named,
 * verified or ignored, is forgotten. */
#define KNOWN_MAX 4096

/* A claim to a nick: the larger wins, and of two that are equal the older. */
enum known_claim { KNOWN_NO_CLAIM, KNOWN_SEEN, KNOWN_VERIFIED, KNOWN_NAMED };

struct known {
    struct hash_map_entry *entry; /* in chat->known */
    struct chain changed;         /* in chat->known_changed, until the node was asked to keep it */
    struct gossip_peer_id peer;
    struct nick nick;     /* under which it was seen; size 0: under none of its own */
    struct nick petname;  /* size 0: none */
    struct nick verified; /* the nick for which its key was confirmed; size 0: it was not */
    uint64_t look, petname_look, verified_look;
    struct gossip_unix_time verified_at, first_seen, last_seen;
    bool is_ignored;
};

/* Makes the tables; known_deinit frees what is there. GOSSIP_ERROR_NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error known_init(struct chat *chat);
void known_deinit(struct chat *chat);

/* Whoever has this key, or NULL. */
struct known *known_find(const struct chat *chat, const struct gossip_peer_id *peer);

/* Finds or makes it; NULL if there is no memory. */
struct known *known_get(struct chat *chat, const struct gossip_peer_id *peer);

/* The next one after `known` in no particular order, from NULL on; or NULL. */
struct known *known_next(const struct chat *chat, const struct known *known);

/* Something about it changed: the node is asked to keep it. */
void known_change(struct chat *chat, struct known *known);

/* The person was seen under its nick. */
void known_see(struct chat *chat, const struct person *person);

/* What claim it has to a nick that looks like this. */
enum known_claim known_claim(const struct known *known, uint64_t look);

/* Whether `known` has more right to a nick that looks like this than the person with key `peer`. */
bool known_outranks(const struct chat *chat, const struct known *known,
    const struct gossip_peer_id *peer, uint64_t look);

/* Somebody else who has more right to this nick than `peer`; or NULL. */
const struct known *known_rival(
    const struct chat *chat, const struct gossip_peer_id *peer, uint64_t look);

/* Whether the person is verified under the nick it has now. */
bool known_is_verified(const struct chat *chat, const struct person *person);

/* Whether this key is ignored. */
bool known_is_ignored(const struct chat *chat, const struct gossip_peer_id *peer);

/* The petname of this key, or NULL. */
const struct nick *known_petname(const struct chat *chat, const struct gossip_peer_id *peer);

/* The next change to be kept; false if there is none. */
bool known_poll(struct chat *chat, struct chat_request *request);

#endif
