/*
 * The message cache: messages of the last heartbeats, kept to be named in IHAVE and sent for IWANT.
 *
 * https://github.com/libp2p/specs/blob/master/pubsub/gossipsub/gossipsub-v1.0.md#message-cache
 *
 * Time is counted in heartbeats: a message is named at the first history_gossip of them after it came,
 * and can be asked for until that of number history_length. At the bounds the oldest gives way early.
 */
#ifndef GOSSIPSUB_HISTORY_H
#define GOSSIPSUB_HISTORY_H

#include "gossipchat/params.h"
#include "gossipsub/key_map.h"
#include "gossipsub/limits.h"
#include "gossipsub/message.h"
#include "gossipsub/ring.h"

/* The messages of one topic, newest first. All zero for none; private to history.c. */
struct gossipsub_history_line {
    uint32_t newest;
    bool has_any;
};

/* Fields are private to history.c. */
struct gossipsub_history {
    const struct allocator *allocator;
    struct gossipsub_ring ring; /* struct history_entry */
    struct gossipsub_key_map map;
    size_t bytes, bytes_max;
    uint32_t peers_max;
    uint64_t tick;
    uint32_t length, gossip; /* heartbeats */
    uint32_t counted;        /* entries that were sent to anyone */
};

/* An empty cache. Takes no memory until the first insert. */
void gossipsub_history_init(struct gossipsub_history *history, const struct allocator *allocator,
    const struct gossip_params *params, const struct gossipsub_limits *limits);

/* Frees the cache and gives back its references. */
void gossipsub_history_deinit(struct gossipsub_history *history);

/*
 * Keeps `message`, whose key is not there, as the newest of `line`; takes a reference of its own.
 * `line` stays where it is until gossipsub_history_release_line. False if there is no memory.
 */
bool gossipsub_history_insert(struct gossipsub_history *history,
    struct gossipsub_history_line *line, uint64_t key, struct gossipsub_message *message);

/* A heartbeat begins: forgets what is too old. */
void gossipsub_history_shift(struct gossipsub_history *history);

/* The message with this key, borrowed until the next insert or shift, or NULL. */
struct gossipsub_message *gossipsub_history_find(
    const struct gossipsub_history *history, uint64_t key);

/*
 * Whether the message, which is there, may be sent to the peer at `index` once more, at most
 * `times_max` times; counts it if so. False also if there is no memory to count.
 */
bool gossipsub_history_grant(
    struct gossipsub_history *history, uint64_t key, uint32_t index, uint32_t times_max);

/* Someone else will be at `index`: nothing was sent to it. */
void gossipsub_history_forget_peer(struct gossipsub_history *history, uint32_t index);

/* The number of the newest message of `line` that is to be named in IHAVE; false if there is none. */
bool gossipsub_history_newest(const struct gossipsub_history *history,
    const struct gossipsub_history_line *line, uint32_t *number);

/* The message with this number; there is one. `number` moves on to the next older one to be named,
 * or `has_more` becomes false. */
struct gossipsub_message *gossipsub_history_walk(
    const struct gossipsub_history *history, uint32_t *number, bool *has_more);

/* Whether the message with this number is still to be named. */
bool gossipsub_history_is_gossip(const struct gossipsub_history *history, uint32_t number);

/* `line` goes away; its messages can still be asked for. */
void gossipsub_history_release_line(
    struct gossipsub_history *history, struct gossipsub_history_line *line);

/* The most memory the tables take, in bytes, without the messages. */
size_t gossipsub_history_table_bytes(const struct gossipsub_limits *limits);

#endif
