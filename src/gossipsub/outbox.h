/*
 * What waits to be sent to one peer: our own messages, forwards, ids for IDONTWANT and for IWANT.
 *
 * Subscriptions, GRAFT, PRUNE and IHAVE do not wait here. They are facts about a topic and a peer
 * (topics.h), told as they stand when the peer can be written to, so they never pile up.
 *
 * The messages of all outboxes wait in entries of one pool. Nothing is dropped here: whoever pushes
 * decides what gives way (publish.c).
 */
#ifndef GOSSIPSUB_OUTBOX_H
#define GOSSIPSUB_OUTBOX_H

#include "gossipsub/id_row.h"
#include "gossipsub/limits.h"
#include "gossipsub/message.h"

enum gossipsub_outbox_line {
    GOSSIPSUB_OUTBOX_OWN,    /* our own messages */
    GOSSIPSUB_OUTBOX_FORWARD /* those of others, and answers to IWANT */
};

#define GOSSIPSUB_OUTBOX_LINES (GOSSIPSUB_OUTBOX_FORWARD + 1)

/* Counts and bytes may be read; the rest is private to outbox.c. All zero: empty. */
struct gossipsub_outbox {
    struct {
        uint32_t first, last; /* one more than the place in the pool; 0: none */
        uint32_t count;
        size_t bytes; /* of memory in messages */
    } lines[GOSSIPSUB_OUTBOX_LINES];
    struct gossipsub_id_row iwants;     /* to ask for */
    struct gossipsub_id_row idontwants; /* to tell that we have them, or are about to */
};

/* Fields are private to outbox.c, except that the bytes may be read. */
struct gossipsub_outbox_pool {
    const struct allocator *allocator;
    struct outbox_entry *entries;
    uint32_t allocated, count, count_max;
    uint32_t vacant;  /* one more than the place of the first free entry; 0: none */
    size_t bytes;     /* of memory in messages of all outboxes */
    size_t own_bytes; /* of our own among them */
};

/* An empty pool for the outboxes of limits.peers_max peers. */
void gossipsub_outbox_pool_init(struct gossipsub_outbox_pool *pool,
    const struct allocator *allocator, const struct gossipsub_limits *limits);

/* Frees the pool; every outbox was cleared before. */
void gossipsub_outbox_pool_deinit(struct gossipsub_outbox_pool *pool);

/* Makes sure that the next `count` pushes find memory. */
bool gossipsub_outbox_pool_reserve(struct gossipsub_outbox_pool *pool, uint32_t count);

/* Adds `message`, whose key is `key`, at the end; takes a reference of its own. False if there is
 * no memory. */
bool gossipsub_outbox_push(struct gossipsub_outbox_pool *pool, struct gossipsub_outbox *outbox,
    enum gossipsub_outbox_line line, uint64_t key, struct gossipsub_message *message);

/* The first message of the line, borrowed, or NULL. */
struct gossipsub_message *gossipsub_outbox_first(const struct gossipsub_outbox_pool *pool,
    const struct gossipsub_outbox *outbox, enum gossipsub_outbox_line line);

/* Takes the first message off the line, which has one; its reference is the caller's. */
struct gossipsub_message *gossipsub_outbox_pop(struct gossipsub_outbox_pool *pool,
    struct gossipsub_outbox *outbox, enum gossipsub_outbox_line line);

/* Removes the message with this key from the line; false if it is not there. */
bool gossipsub_outbox_cancel(struct gossipsub_outbox_pool *pool, struct gossipsub_outbox *outbox,
    enum gossipsub_outbox_line line, uint64_t key);

/* Whether the message with this key waits in the line. */
bool gossipsub_outbox_holds(const struct gossipsub_outbox_pool *pool,
    const struct gossipsub_outbox *outbox, enum gossipsub_outbox_line line, uint64_t key);

/* Bytes of memory in the messages of the outbox. */
static inline size_t gossipsub_outbox_bytes(const struct gossipsub_outbox *outbox)
{
    return outbox->lines[GOSSIPSUB_OUTBOX_OWN].bytes +
           outbox->lines[GOSSIPSUB_OUTBOX_FORWARD].bytes;
}

/* Whether anything waits. */
bool gossipsub_outbox_is_empty(const struct gossipsub_outbox *outbox);

/* Empties the outbox, gives back its references and frees its ids. */
void gossipsub_outbox_clear(struct gossipsub_outbox_pool *pool, struct gossipsub_outbox *outbox);

/* The most memory pool and outboxes take, in bytes, without the messages. */
size_t gossipsub_outbox_pool_bytes(const struct gossipsub_limits *limits);

#endif
