/*
 * The text that is being typed: one message of several lines, a cursor between two clusters, a ring
 * of what was cut, and what can be undone.
 *
 * Each function below the line is one key. None fails: what is not possible, such as going left at
 * the beginning or typing beyond the bound, changes nothing. Without memory for undoing, less can
 * be undone.
 */
#ifndef TUI_EDITOR_H
#define TUI_EDITOR_H

#include "base/allocator.h"
#include "gossipchat/types.h"

/* The longest message, and what is kept of what was cut and changed. */
#define EDITOR_BYTES_MAX ((size_t)32 * 1024)
#define EDITOR_CUTS_MAX 8
#define EDITOR_UNDO_MAX 64
#define EDITOR_UNDO_BYTES_MAX ((size_t)256 * 1024)

struct editor;

/* An empty one; NULL without memory. The allocator lives as long. */
struct editor *editor_create(const struct allocator *allocator);

/* NULL is allowed. */
void editor_destroy(struct editor *editor);

/* The text: UTF-8 without controls other than '\n'. Borrowed until the next change. */
struct gossip_bytes editor_text(const struct editor *editor);

/* Offset of the cursor in the text, between two clusters. */
size_t editor_cursor(const struct editor *editor);

/*
 * Puts text at the cursor, as it was typed or pasted: line ends of any kind become '\n', tabs
 * spaces; other controls and what steers the reading direction are dropped, and what is not UTF-8,
 * unassigned or private becomes U+FFFD. False, and nothing changed, if the text would get longer than EDITOR_BYTES_MAX.
 */
bool editor_insert(struct editor *editor, struct gossip_bytes text);

/*
 * Replaces the bytes from `start` to `end`, which lie between clusters, as editor_insert would; the
 * cursor comes to stand behind them. Several in a row are undone at once.
 */
bool editor_replace(struct editor *editor, size_t start, size_t end, struct gossip_bytes text);

/* Replaces the whole text; the cursor stands at its end. What was there can be brought back. */
void editor_set(struct editor *editor, struct gossip_bytes text);

/* Empties it for the next message: nothing is left to be undone, what was cut stays. */
void editor_finish(struct editor *editor);

/* ---- keys: going ------------------------------------------------------------------------ */

/* Over one cluster. */
void editor_left(struct editor *editor);
void editor_right(struct editor *editor);
/* Over what lies between words, and one word. */
void editor_word_left(struct editor *editor);
void editor_word_right(struct editor *editor);
/* To the beginning or the end of the line the cursor is in. */
void editor_line_start(struct editor *editor);
void editor_line_end(struct editor *editor);
/* To the line above or below, to the column nearest to where the cursor was; false if there is none. */
bool editor_up(struct editor *editor);
bool editor_down(struct editor *editor);

/* ---- keys: changing --------------------------------------------------------------------- */

/* The cluster before the cursor, or the one behind it. */
void editor_delete_left(struct editor *editor);
void editor_delete_right(struct editor *editor);
/* The clusters around the cursor change places; at the end those before it. */
void editor_transpose(struct editor *editor);
/* Takes the last change back. */
void editor_undo(struct editor *editor);

/* ---- keys: cutting. What is cut by several in a row is one piece ----------------------------- */

/* Back to a space, as shells do. */
void editor_cut_back(struct editor *editor);
void editor_cut_word_left(struct editor *editor);
void editor_cut_word_right(struct editor *editor);
void editor_cut_to_start(struct editor *editor);
/* At the end of a line: the line end. */
void editor_cut_to_end(struct editor *editor);
/* The whole text. */
void editor_cut_all(struct editor *editor);
/* Puts back what was cut last. */
void editor_yank(struct editor *editor);
/* Directly after that: what was cut before it, in its place. */
void editor_yank_older(struct editor *editor);

#endif
