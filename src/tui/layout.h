/*
 * Which part of the screen is where, and which rows a line of a window takes.
 *
 * Rows are made one after the other, so that only what can be seen is looked at. Every row takes at
 * least one cluster of what is left, so that it ends at any width.
 */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include "tui/state.h"

/* Below this there is no room for anything. */
#define LAYOUT_COLUMNS_MIN 20
#define LAYOUT_ROWS_MIN 6

/* The input grows to this, or a third of the height. */
#define LAYOUT_INPUT_ROWS_MAX 6

/* A message of more rows is shortened to so many, and a row that says so. */
#define LAYOUT_FOLD_ROWS 12
#define LAYOUT_FOLD_SHOWN 10

struct layout_area {
    int column, row, columns, rows; /* without columns it is not there */
};

struct layout_frame {
    bool is_small;  /* too small for all of this */
    bool is_narrow; /* no room for a column of nicks */
    struct layout_area title, rooms, chat, people, status, input;
};

/* Divides a screen. */
void layout_frame(const struct tui_model *model, int columns, int rows, int input_rows,
    struct layout_frame *frame);

/* Columns of the parts of a chat. */
struct layout {
    size_t columns;
    bool is_inline; /* "<nick> text" in one column */
    size_t nick_columns;
    size_t text_column; /* where texts and all but their first row begin */
    size_t text_columns;
    size_t own_columns;   /* of our own texts: beside them are marks */
    size_t notice_column; /* of what is not chat */
};

/* Divides the chat of a window on a screen that is not too small. */
void layout_chat(
    const struct tui_window *window, const struct layout_frame *frame, struct layout *layout);

/*
 * Takes the next row of at most `columns` off the front of `text`, without the spaces or the line
 * break behind it. `is_break` becomes whether a line break ended it. Breaks between words if it can.
 */
struct gossip_bytes layout_wrap(struct gossip_bytes *text, size_t columns, bool *is_break);

enum layout_row_kind {
    LAYOUT_ROW_DAY,
    LAYOUT_ROW_NEW,
    LAYOUT_ROW_TEXT,
    LAYOUT_ROW_MORE /* a long message goes on */
};

struct layout_row {
    enum layout_row_kind kind;
    struct gossip_bytes text;
    bool is_first; /* of the text */
    bool is_last;
    bool is_quoted; /* of a message of several lines, and not the first */
};

/* Makes the rows of one line. */
struct layout_rows {
    const struct layout *layout;
    const struct tui_window *window;
    const struct tui_line *line;
    struct gossip_bytes rest;
    size_t limit; /* rows of text before LAYOUT_ROW_MORE */
    size_t made;  /* rows of text */
    bool has_day, has_new, is_quoted, is_over;
};

/* Begins with the first row of the line at `index`, which exists. All is borrowed. */
void layout_rows_begin(struct layout_rows *rows, const struct layout *layout,
    const struct tui_window *window, size_t index);

/* The next row; false behind the last. */
bool layout_rows_next(struct layout_rows *rows, struct layout_row *row);

/* How many rows the line at `index` takes: at least one. */
size_t layout_rows_count(
    const struct layout *layout, const struct tui_window *window, size_t index);

/* Whether a line is so long that it is shortened unless it is unfolded. */
bool layout_is_long(const struct layout *layout, const struct tui_line *line);

/* Columns that the first row of a chat line leaves to the name when it is inline: "<Alice> ". */
size_t layout_inline_columns(const struct layout *layout, const struct tui_line *line);

#endif
