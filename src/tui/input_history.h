/*
 * What was typed before, to be typed again: bounded, searched, and kept in a file.
 *
 * In the file each entry is one line, the oldest first; a line end in it is written as "\n" and a
 * backslash as "\\". A line that is no text, or is too long, is skipped.
 */
#ifndef TUI_INPUT_HISTORY_H
#define TUI_INPUT_HISTORY_H

#include "base/allocator.h"
#include "gossipchat/types.h"

/* Entries, the bytes of one, and of all together; the oldest go first. */
#define INPUT_HISTORY_MAX 500
#define INPUT_HISTORY_ENTRY_BYTES_MAX ((size_t)8 * 1024)
#define INPUT_HISTORY_BYTES_MAX ((size_t)256 * 1024)

struct input_history;

/* An empty one; NULL without memory. The allocator lives as long. */
struct input_history *input_history_create(const struct allocator *allocator);

/* NULL is allowed. */
void input_history_destroy(struct input_history *history);

/* Adds the newest. Nothing happens if it is empty, too long, or equal to the newest, or without memory. */
void input_history_add(struct input_history *history, struct gossip_bytes text);

/* How many entries there are. */
size_t input_history_count(const struct input_history *history);

/* Entry `index`, 0 being the newest; there is one. Borrowed until the next change. */
struct gossip_bytes input_history_get(const struct input_history *history, size_t index);

/*
 * The first entry from `index` on towards older ones that has `needle` in it, in either case of
 * ASCII letters; the count if there is none.
 */
size_t input_history_search(
    const struct input_history *history, size_t index, struct gossip_bytes needle);

/* Bytes that input_history_encode needs at most. */
#define INPUT_HISTORY_FILE_BYTES_MAX (2 * INPUT_HISTORY_BYTES_MAX + INPUT_HISTORY_MAX)

/* Writes all entries as a file has them; returns the size, at most INPUT_HISTORY_FILE_BYTES_MAX. */
size_t input_history_encode(const struct input_history *history, struct gossip_room room);

/* Adds the entries of a file. */
void input_history_decode(struct input_history *history, struct gossip_bytes file);

#endif
