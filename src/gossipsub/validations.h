/*
 * Messages that wait for a verdict, or for being delivered after it.
 *
 * Here too a message is known by its key, so that copies that come meanwhile are duplicates. But only
 * copies with the very same bytes are: a forgery under the id of a true message must not keep that
 * out until it is found to be a forgery.
 */
#ifndef GOSSIPSUB_VALIDATIONS_H
#define GOSSIPSUB_VALIDATIONS_H

#include "gossipsub/key_map.h"
#include "gossipsub/limits.h"
#include "gossipsub/peer_set.h"
#include "gossipsub/router.h"

/* One of them. Found again by its ticket only: it moves when the table grows. */
struct gossipsub_validation {
    struct gossipsub_message *message; /* a reference; NULL in a free entry */
    uint64_t key;
    struct gossipsub_peer from; /* who sent it first */
    uint32_t generation;
    uint32_t next;    /* in the line it stands in; one more than the place, 0: none */
    uint32_t sibling; /* another message with this key, likewise */
    bool is_asked;    /* its ticket was given out */
    bool is_judged;   /* accepted, and waits to be delivered */
};

struct gossipsub_validation_line {
    uint32_t first, last;
};

/* Fields are private to validations.c, except that `count` may be read. */
struct gossipsub_validations {
    const struct allocator *allocator;
    struct gossipsub_validation *entries;
    uint64_t *senders; /* a set of peers for each entry */
    uint32_t allocated, count, count_max, words;
    size_t bytes, bytes_max;
    uint32_t vacant;
    struct gossipsub_validation_line unasked;   /* VALIDATE is still to be told */
    struct gossipsub_validation_line delivered; /* DELIVER is still to be told */
    struct gossipsub_key_map map;
};

/* An empty table. Takes no memory until the first insert. */
void gossipsub_validations_init(struct gossipsub_validations *validations,
    const struct allocator *allocator, const struct gossipsub_limits *limits);

/* Frees the table and gives back its references. */
void gossipsub_validations_deinit(struct gossipsub_validations *validations);

/* Whether a message of `encoded_size` bytes finds a place. */
bool gossipsub_validations_has_room(
    const struct gossipsub_validations *validations, size_t encoded_size);

/*
 * Adds a message that came from `from`, and takes the caller's reference. False, the reference still
 * being the caller's, if there is no room or no memory.
 */
bool gossipsub_validations_insert(struct gossipsub_validations *validations, uint64_t key,
    struct gossipsub_peer from, struct gossipsub_message *message);

/* Whether a message with this key waits for its verdict. */
bool gossipsub_validations_has(const struct gossipsub_validations *validations, uint64_t key);

/*
 * The peer at `index` sent `encoded` too. True if this very message waits for its verdict; the peer
 * is then remembered as one that has it.
 */
bool gossipsub_validations_add_sender(struct gossipsub_validations *validations, uint64_t key,
    struct gossip_bytes encoded, uint32_t index);

/* Takes the next message of which VALIDATE is to be told; its ticket goes to `ticket`. NULL if none. */
const struct gossipsub_validation *gossipsub_validations_ask(
    struct gossipsub_validations *validations, uint64_t *ticket);

/* The message of this ticket, if it waits for its verdict, or NULL. Borrowed until the next insert. */
struct gossipsub_validation *gossipsub_validations_find(
    const struct gossipsub_validations *validations, uint64_t ticket);

/* The peers that sent it, as far as they are here. */
uint64_t *gossipsub_validations_senders(
    const struct gossipsub_validations *validations, const struct gossipsub_validation *validation);

/* The verdict is there: the key stands for nothing any more, and DELIVER will be told if `deliver`. */
void gossipsub_validations_judge(struct gossipsub_validations *validations,
    struct gossipsub_validation *validation, bool deliver);

/*
 * Takes out the next message to be delivered; its reference is the caller's, and who sent it goes to
 * `from`. NULL if there is none.
 */
struct gossipsub_message *gossipsub_validations_deliver(
    struct gossipsub_validations *validations, struct gossipsub_peer *from);

/* The peer at `index` left: it sent nothing. */
void gossipsub_validations_forget_peer(struct gossipsub_validations *validations, uint32_t index);

/* The most memory the table takes, in bytes, without the messages. */
size_t gossipsub_validations_table_bytes(const struct gossipsub_limits *limits);

#endif
