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
    size_t text_size;
    char text[]; /* clean */
};

/* Copies `text`. NULL if there is no memory. */
struct line *line_create(const struct allocator *allocator, struct gossip_bytes text);
void line_destroy(const struct allocator *allocator, struct line *line);

/* Sets `id` from author, session and sequence: the same at every node. */
void line_set_id(struct line *line);

/* Of a foreign line, which has neither session nor sequence: from the message's own id. */
void line_set_foreign_id(struct line *line, struct gossip_bytes message_id);

/* The line as an event, whose texts borrow from it. */
void line_to_event(const struct line *line, struct gossip_event *event);

/* Fields are private to line.c. */
struct line_list {
    struct line **lines;
    uint32_t count, allocated;
};

/*
 * Puts `line` at its place and takes it; beyond `count_max` the earliest line
 * is forgotten. With GOSSIP_ERROR_NO_MEMORY it stays the caller's.
 */
GOSSIP_MUST_USE enum gossip_error line_list_insert(const struct allocator *allocator,
    struct line_list *list, struct line *line, uint32_t count_max);
void line_list_clear(const struct allocator *allocator, struct line_list *list);

#endif
