/* What the files of the editor share. */
#ifndef TUI_EDITOR_STATE_H
#define TUI_EDITOR_STATE_H

#include "tui/editor.h"

/* What the last key did: the next of the same kind continues it. */
enum deed { DEED_OTHER, DEED_TYPE, DEED_REPLACE, DEED_CUT_LEFT, DEED_CUT_RIGHT, DEED_YANK };

/* A copy of a text, owned. */
struct piece {
    uint8_t *data;
    size_t size;
    size_t cursor;
};

struct editor {
    const struct allocator *allocator;
    size_t size, cursor;
    enum deed deed;
    bool has_column; /* going up and down keeps to it */
    size_t column;
    struct piece cuts[EDITOR_CUTS_MAX]; /* the newest first */
    size_t cut_count;
    size_t yanked;                      /* which of them was put back last */
    size_t yanked_start, yanked_end;    /* and where */
    struct piece undo[EDITOR_UNDO_MAX]; /* the newest last */
    size_t undo_count, undo_size;
    uint8_t text[EDITOR_BYTES_MAX];
    uint8_t scratch[3 * EDITOR_BYTES_MAX]; /* what is being inserted */
};

/* Begins a change, which is undone together with the one before it if `deed` continues that. */
void editor_begin(struct editor *editor, enum deed deed);

/* Replaces what lies from `start` to `end` by `text`, which fits and is clean. The cursor stands behind it. */
void editor_splice(struct editor *editor, size_t start, size_t end, struct gossip_bytes text);

/* Gives a piece back and leaves it empty. */
void editor_piece_free(const struct editor *editor, struct piece *piece);

/* Where the words left and right of the cursor begin and end. */
size_t editor_word_before(const struct editor *editor);
size_t editor_word_behind(const struct editor *editor);

/* Where the line begins and ends that `offset` lies in. */
size_t editor_start_of_line(const struct editor *editor, size_t offset);
size_t editor_end_of_line(const struct editor *editor, size_t offset);

#endif
