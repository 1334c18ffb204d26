/*
 * The lines of one window, from the earliest to the latest: each owned, bounded by number and by
 * bytes. Where a line stands is its index; whoever keeps one follows what is inserted and dropped.
 */
#ifndef TUI_LINES_H
#define TUI_LINES_H

#include "base/allocator.h"
#include "base/hash_map.h"
#include "gossipchat/event.h"
#include "gossipchat/types.h"

enum tui_line_kind {
    TUI_LINE_CHAT,   /* somebody said something */
    TUI_LINE_PEOPLE, /* who came and went */
    TUI_LINE_NOTICE, /* of the program */
    TUI_LINE_ERROR,
    TUI_LINE_LATE /* older messages were put in place above */
};

enum tui_delivery {
    TUI_DELIVERY_NONE, /* somebody else's line, or nothing is known */
    TUI_DELIVERY_QUEUED,
    TUI_DELIVERY_SENT,
    TUI_DELIVERY_REACHED,
    TUI_DELIVERY_FAILED
};

struct tui_window;

struct tui_line {
    enum tui_line_kind kind;
    bool is_own, is_action, is_mention;
    bool is_history;  /* said before we came */
    bool is_arrival;  /* the time is that of arrival, because the sender's cannot be */
    bool is_unfolded; /* shown whole, however long */
    int64_t local_ms; /* the time that is shown */
    uint64_t order;   /* Lamport time; of other lines that of the one before */
    struct gossip_peer_id person;
    enum tui_delivery delivery;
    uint32_t reached, audience;    /* people, of our own lines */
    struct gossip_instant said_at; /* our own lines: when the mark was new */
    struct tui_window *window;     /* that it is in */
    struct hash_map_entry *entry;  /* by which it is found, or NULL */
    size_t name_size, text_size;
    uint8_t bytes[]; /* the name, then the text */
};

/* Fields are private to lines.c, except that `count` may be read. */
struct tui_lines {
    const struct allocator *allocator;
    struct tui_line **items;
    size_t first, count, capacity;
    size_t bytes;
};

/* Borrows the allocator until deinit. */
void tui_lines_init(struct tui_lines *lines, const struct allocator *allocator);

/* Frees all lines. */
void tui_lines_deinit(struct tui_lines *lines);

/* A line with copies of both texts, all else zero, owned by nobody; NULL without memory. */
struct tui_line *tui_line_create(const struct allocator *allocator, enum tui_line_kind kind,
    struct gossip_bytes name, struct gossip_bytes text);

/* Frees a line that is in no window. NULL is allowed. */
void tui_line_destroy(const struct allocator *allocator, struct tui_line *line);

/* Takes `line` in at `index`, which is at most the count. False without memory; it is not taken then. */
bool tui_lines_insert(struct tui_lines *lines, size_t index, struct tui_line *line);

/* Hands the line at `index` out, owned by the caller. */
struct tui_line *tui_lines_remove(struct tui_lines *lines, size_t index);

/* The line at `index`, which exists. */
struct tui_line *tui_lines_at(const struct tui_lines *lines, size_t index);

/* Where `line`, which is in it, stands. */
size_t tui_lines_index(const struct tui_lines *lines, const struct tui_line *line);

/* Puts `line` in the place of the one at `index`, which is handed out. */
struct tui_line *tui_lines_replace(struct tui_lines *lines, size_t index, struct tui_line *line);

/* Bytes of memory a line takes. */
size_t tui_line_size(const struct tui_line *line);

/* Who said it, borrowed from the line. */
struct gossip_bytes tui_line_name(const struct tui_line *line);

/* What was said, likewise. */
struct gossip_bytes tui_line_text(const struct tui_line *line);

#endif
