/*
 * The newest lines of one room, as their authors signed them, in the order of the room: by Lamport
 * time, then by the author's key, session and sequence.
 */
#ifndef SYNC_SHELF_H
#define SYNC_SHELF_H

#include "sync/sync.h"
#include "wire/history_message.h"

/* Counted: an answer under way keeps what it is going to send. */
struct shelf_line {
    uint32_t references;
    size_t size; /* of this and the original behind it */
    struct gossip_peer_id author;
    uint64_t tail; /* the last 8 bytes of the author */
    uint64_t session, sequence, order;
    bool is_there;                /* while a question is answered: who asks has it */
    struct gossip_unix_time date; /* when it was said, but not after it came */
    size_t original_size;
    uint8_t original[];
};

/* Fields are private to shelf.c, except that [0..count) of both may be read. */
struct shelf {
    struct shelf_line **lines; /* in the order of the room */
    struct shelf_line **named; /* by the tail of the author, session and sequence */
    uint32_t count, allocated;
    size_t bytes;   /* of the originals */
    uint64_t floor; /* the largest order of a line that had no place; 0: all had */
};

/* The original of a line, borrowed from it. */
struct gossip_bytes shelf_original(const struct shelf_line *line);

/* Copies a line, unless it is here, too large, or below all of a full shelf; see sync_keep. */
void shelf_keep(const struct allocator *allocator, struct shelf *shelf,
    const struct sync_limits *limits, struct gossip_unix_time date, const struct sync_line *line);

/* One user of a line less; the last one frees it. */
void shelf_line_release(const struct allocator *allocator, struct shelf_line *line);

/* Puts down everything and leaves an empty shelf. */
void shelf_clear(const struct allocator *allocator, struct shelf *shelf);

/*
 * The next run of lines with consecutive sequences, from the `at`th of `named` on, which is moved
 * behind it. False at the end.
 */
bool shelf_run_next(const struct shelf *shelf, uint32_t *at, struct wire_history_run *run);

/* The first place of `named` whose line is in `run` or behind it. */
uint32_t shelf_find_run(const struct shelf *shelf, const struct wire_history_run *run);

/* Whether the line is in the run. */
bool shelf_is_in_run(const struct shelf_line *line, const struct wire_history_run *run);

#endif
