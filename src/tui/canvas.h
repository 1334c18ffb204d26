/*
 * Text on a surface of termpaint, cluster by cluster, so that our own widths hold and not those that
 * a terminal or a library may think of.
 *
 * A cluster about whose width terminals disagree is followed by an absolute move of the cursor to the
 * column behind it, so that an error never moves the rest of the row. Text that runs from right
 * to left stands between isolates (FSI and PDI), so that what is beside it stays where it is.
 */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <termpaint.h>

#include "tui/theme.h"

struct canvas {
    termpaint_surface *surface;
    termpaint_attr *attributes;
    const struct tui_theme *theme;
    int columns, rows;
};

/* Borrows both until canvas_deinit, and clears the surface. False without memory. */
bool canvas_init(struct canvas *canvas, termpaint_surface *surface, const struct tui_theme *theme);

/* Gives back what init took; the surface stays. */
void canvas_deinit(struct canvas *canvas);

/* Where text goes: a part of a row. What does not fit before `end` is left out. */
struct canvas_place {
    int column, row, end;
};

/*
 * Writes text of anybody. Returns the column behind it. `link` (empty: none) is where a terminal may
 * go from it; it is ASCII and part of the text.
 */
int canvas_put(struct canvas *canvas, struct canvas_place place, struct gossip_bytes text,
    struct tui_style style, struct gossip_bytes link);

/* Writes words of ours, in which a theme for ASCII replaces our glyphs. Returns the column behind. */
int canvas_say(
    struct canvas *canvas, struct canvas_place place, struct gossip_bytes text, enum tui_part part);

/* As canvas_say, but text that does not fit ends in an ellipsis. */
int canvas_say_short(
    struct canvas *canvas, struct canvas_place place, struct gossip_bytes text, enum tui_part part);

/* Fills the place with spaces in the style of `part`. */
void canvas_fill(struct canvas *canvas, struct canvas_place place, enum tui_part part);

/* Repeats a glyph of one column. */
void canvas_rule(
    struct canvas *canvas, struct canvas_place place, const char *glyph, enum tui_part part);

/* Whether there is something in `text` that runs from right to left. */
bool canvas_is_right_to_left(struct gossip_bytes text);

#endif
