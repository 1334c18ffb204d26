/*
 * Lines that were said, in the order of a room: by Lamport time, which no
 * answer shares with what it answers, and where that is equal by the author's
 * key, so that everybody who has the same lines has them in the same order.
 */
#ifndef CHAT_LINE_H
#define CHAT_LINE_H

#include "base/allocator.h"
#include "chat/names.h"
#include "gossipchat/error.h"
#include "gossipchat/event.h"
#include "gossipchat/types.h"

/* Hexadecimal: 6 bytes of the author's key, 6 of the session, 4 of the sequence, and a zero. */
#define LINE_ID_TEXT_BYTES 33

/* Text that one room remembers; the earliest lines go first. */
#define LINE_LIST_BYTES_MAX (1024u * 1024u)

struct line {
    uint64_t order;
    struct gossip_peer_id author;
    uint64_t session;
    uint64_t sequence;
    struct gossip_unix_time sent_at, arrived_at;
    struct nick nick;
    struct label label;
    char id[LINE_ID_TEXT_BYTES];
    uint64_t number; /* of the command, of a line of ours */
    bool is_own, is_action, is_mention, is_foreign;
    bool is_forged;    /* it says that somebody else wrote it */
    bool is_verified;  /* its author, under this nick, when it came */
    bool is_late;      /* it was missed, and came later */
    uint8_t *original; /* as it was signed, until it is told; owned; NULL: not at hand */
    size_t original_size;
    size_t text_size;
    char text[]; /* clean */
};

/* A line with a copy of `text`, all else zero. Returned owned; NULL if there is no memory. */
struct line *line_create(const struct allocator *allocator, struct gossip_bytes text);

/* Keeps a copy of `original` in the line, which has none, if there is memory for it. */
void line_keep_original(
    const struct allocator *allocator, struct line *line, struct gossip_bytes original);

/* Keeps it no longer. */
void line_drop_original(const struct allocator *allocator, struct line *line);

/* Frees the line. NULL is allowed. */
void line_destroy(const struct allocator *allocator, struct line *line);

/* Sets `id` from author, session and sequence: the same at every node. */
void line_set_id(struct line *line);

/*
 * Sets `id` of a line of another program, which has neither session nor
 * sequence, from the id of the message. Such a line of our own has an id of the
 * kind above, since it is shown before it is a message: it alone is not the
 * same elsewhere.
 */
void line_set_foreign_id(struct line *line, struct gossip_bytes message_id);

/* Whether both are one line: the same author's, session's and sequence's, or of the same message. */
bool line_is_same(const struct line *left, const struct line *right);

/* The line as an event, whose texts borrow from it. */
void line_to_event(const struct line *line, struct gossip_event *event);

/* Fields are private to line.c, except that lines[0..count) and `forgotten` may be read. */
struct line_list {
    struct line **lines;
    uint32_t count, allocated;
    size_t text_bytes;
    uint64_t forgotten; /* the largest order of a line that was forgotten */
};

/*
 * Puts `line` at its place and takes it; beyond `count_max` lines (not 0) or
 * LINE_LIST_BYTES_MAX the earliest is forgotten, which may be `line` itself.
 * With GOSSIP_ERROR_NO_MEMORY the list is unchanged, and `line` stays the caller's.
 */
GOSSIP_MUST_USE enum gossip_error line_list_insert(const struct allocator *allocator,
    struct line_list *list, struct line *line, uint32_t count_max);

/* Whether the list has the same line already. */
bool line_list_has(const struct line_list *list, const struct line *line);

/* Frees the lines and leaves an empty list. */
void line_list_clear(const struct allocator *allocator, struct line_list *list);

#endif
