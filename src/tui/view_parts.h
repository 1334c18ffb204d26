/* What the files of the view share: each draws one part of the screen. */
#ifndef TUI_VIEW_PARTS_H
#define TUI_VIEW_PARTS_H

#include "tui/canvas.h"
#include "tui/layout.h"
#include "tui/state.h"
#include "tui/view.h"

/* A row of an area, counted from its top, between two of its columns. */
struct canvas_place view_place(const struct layout_area *area, int column, int row, int end);

/* Appends "#main" or "@Carol". */
void view_put_window(struct phrase *phrase, const struct tui_window *window);

/* Appends " 3", " 1!" or " *": what was not read; nothing if there is none. */
void view_put_unread(struct phrase *phrase, const struct tui_window *window);

/* Draws the lines of the window that is shown. */
void view_chat(
    struct canvas *canvas, const struct layout_frame *frame, const struct tui_model *model);

/* Draws the list of windows; nothing without columns. */
void view_rooms(
    struct canvas *canvas, const struct layout_area *area, const struct tui_model *model);

/* Draws who is there; nothing without columns. */
void view_people(
    struct canvas *canvas, const struct layout_area *area, const struct tui_model *model);

/* Draws the overlay that is open; `cursor` is set if it takes text. */
void view_panel(struct canvas *canvas, const struct layout_area *area,
    const struct tui_model *model, struct tui_cursor *cursor);

/* Rows that the input wants on a screen of this width. */
int view_input_rows(const struct tui_model *model, const struct tui_input *input, int columns);

/* Draws what is being typed, and puts the cursor where it belongs. */
void view_input(struct canvas *canvas, const struct layout_area *area,
    const struct tui_model *model, const struct tui_input *input, struct tui_cursor *cursor);

#endif
