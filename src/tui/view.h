/*
 * The screen as a function of a model, the line editor, a theme and a size: everything is drawn
 * anew, and the terminal's library finds out what changed. Only what can be seen is laid out.
 *
 *     title       room, topic, network                       1 row
 *     chat        with the panes of rooms and people         all the rest
 *     status      windows in which something happened        1 row
 *     input       what is being typed                        1 to 6 rows, a third of the height
 *
 * Below 60 columns there is only the chat; from 100 on there are both panes.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "tui/model.h"
#include "tui/theme.h"

#include <termpaint.h>

/* What the line editor wants to be seen. Borrowed for the call. */
struct tui_input {
    struct gossip_bytes text;   /* UTF-8; '\n' between lines */
    size_t cursor;              /* offset in `text`, between two clusters */
    struct gossip_bytes prompt; /* instead of "[#main] Bob> "; empty: that */
    struct gossip_bytes
        question; /* instead of the status bar: a question, or candidates; may be empty */
};

struct tui_cursor {
    int column, row;
    bool is_visible;
};

/* Draws the whole of `surface`, of any size; `cursor` becomes where the terminal's cursor belongs. */
void tui_view_draw(const struct tui_model *model, const struct tui_input *input,
    const struct tui_theme *theme, termpaint_surface *surface, struct tui_cursor *cursor);

/* Room for the longest window title and its zero. */
#define TUI_VIEW_TITLE_BYTES 256

/* Prints the title of the terminal's window: "(2) #main - gossipchat". Returns its size. */
size_t tui_view_title(const struct tui_model *model, char title[TUI_VIEW_TITLE_BYTES]);

#endif
