#include "tui/canvas.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "tui/cluster.h"
#include "tui/link.h"

#include <utf8proc.h>

#define FIRST_STRONG_ISOLATE 0x2068
#define POP_ISOLATE 0x2069
#define JOINER 0x200D
#define PICTURES_START 0x1F000
#define SIGNS_START 0x2300 /* of which some are shown as emoji */
#define SIGNS_END 0x2C00
#define CELL_BYTES_MAX 64

/* Two columns in every terminal, and nothing to see. */
#define WIDE_SPACE "\u3000"

/* ---- life ------------------------------------------------------------------------------- */

bool canvas_init(struct canvas *canvas, termpaint_surface *surface, const struct tui_theme *theme)
{
    *canvas = (struct canvas){.surface = surface,
        .theme = theme,
        .columns = termpaint_surface_width(surface),
        .rows = termpaint_surface_height(surface)};
    canvas->attributes =
        termpaint_attr_new_or_nullptr(TERMPAINT_DEFAULT_COLOR, TERMPAINT_DEFAULT_COLOR);
    termpaint_surface_clear(surface, TERMPAINT_DEFAULT_COLOR, TERMPAINT_DEFAULT_COLOR);
    return canvas->attributes != NULL;
}

void canvas_deinit(struct canvas *canvas)
{
    termpaint_attr_free(canvas->attributes);
}

static void set_style(struct canvas *canvas, struct tui_style style)
{
    termpaint_attr_set_fg(canvas->attributes, style.foreground);
    termpaint_attr_set_bg(canvas->attributes, style.background);
    termpaint_attr_reset_style(canvas->attributes);
    termpaint_attr_set_style(canvas->attributes, style.flags);
    termpaint_attr_set_patch(canvas->attributes, false, NULL, NULL);
}

static void write_cells(struct canvas *canvas, struct canvas_place place, struct gossip_bytes text)
{
    termpaint_surface_write_with_len_attr_clipped(canvas->surface, place.column, place.row,
        (const char *)text.data, (int)text.size, canvas->attributes, place.column, place.end - 1);
}

/* ---- clusters --------------------------------------------------------------------------- */

/* How the library below would divide a cluster. */
struct pieces {
    size_t count;   /* code points with a place of their own */
    unsigned width; /* of all of them */
    size_t first;   /* bytes of the first, with the marks on it */
    unsigned first_width;
    bool is_contested;
};

static struct pieces pieces_of(const struct canvas *canvas, struct gossip_bytes cluster)
{
    struct gossip_bytes rest = cluster;
    struct pieces pieces = {.count = 0};

    while (rest.size > 0) {
        size_t before = cluster.size - rest.size;
        uint32_t code_point;
        int width;

        (void)utf8_decode(&rest, &code_point);
        width = termpaint_surface_char_width(canvas->surface, (int)code_point);
        pieces.is_contested |= before > 0 || code_point >= PICTURES_START ||
                               (code_point >= SIGNS_START && code_point < SIGNS_END);
        if (before == 0 || width > 0) {
            pieces.count++;
            pieces.width += width > 0 ? (unsigned)width : 1;
        }
        if (pieces.count == 1 && code_point != JOINER) {
            pieces.first = cluster.size - rest.size;
            pieces.first_width = pieces.width;
        }
    }
    return pieces;
}

/* The cursor goes to the column `end`, whatever the terminal thought of what came before. */
static void close_by_move(struct canvas *canvas, int end)
{
    char cleanup[32];

    (void)snprintf(cleanup, sizeof(cleanup), "\033[%dG", end + 1);
    termpaint_attr_set_patch(canvas->attributes, false, "", cleanup);
}

/*
 * Two columns are cleared by a wide space, and the cluster is written over it: for what the library
 * below would give another width, as emoji that ask for it by a selector, and flags.
 */
static void write_over_space(
    struct canvas *canvas, struct canvas_place place, struct gossip_bytes cluster)
{
    char cleanup[2 * CELL_BYTES_MAX];

    (void)snprintf(cleanup, sizeof(cleanup), "\033[%dG%.*s\033[%dG", place.column + 1,
        (int)(cluster.size < CELL_BYTES_MAX ? cluster.size : CELL_BYTES_MAX),
        (const char *)cluster.data, place.column + 3);
    termpaint_attr_set_patch(canvas->attributes, false, "", cleanup);
    write_cells(canvas, place, BYTES_OF(WIDE_SPACE));
}

static void write_cluster(
    struct canvas *canvas, struct canvas_place place, const struct cluster *cluster)
{
    struct pieces pieces = pieces_of(canvas, cluster->bytes);
    struct gossip_bytes first = bytes_part(cluster->bytes, 0, pieces.first);

    if (pieces.first_width == cluster->width) {
        /* What is joined to it would be drawn beside it where joining is not known. */
        if (pieces.is_contested) {
            close_by_move(canvas, place.column + (int)cluster->width);
        }
        write_cells(canvas, place, first);
    } else if (cluster->width == 2) {
        bool is_flag = pieces.count == 2 && pieces.width == 2;

        write_over_space(canvas, place, is_flag ? cluster->bytes : first);
    } else {
        write_cells(canvas, place, BYTES_OF("\ufffd"));
    }
}

/* A row of plain ASCII needs none of that. Returns how much of `text` was written. */
static size_t put_plain(struct canvas *canvas, struct canvas_place place, struct gossip_bytes text)
{
    size_t size = 0, room = place.end > place.column ? (size_t)(place.end - place.column) : 0;

    while (size < text.size && size < room && text.data[size] >= ' ' && text.data[size] < 0x7f) {
        size++;
    }
    /* The last one may carry marks. */
    if (size > 0 && size < text.size && text.data[size] >= 0x80) {
        size--;
    }
    if (size > 0) {
        write_cells(canvas, place, bytes_part(text, 0, size));
    }
    return size;
}

/* ---- directions ------------------------------------------------------------------------- */

bool canvas_is_right_to_left(struct gossip_bytes text)
{
    while (text.size > 0) {
        uint32_t code_point;
        utf8proc_bidi_class_t class;

        if (text.data[0] < 0x80) {
            text = bytes_part(text, 1, text.size);
            continue;
        }
        (void)utf8_decode(&text, &code_point);
        class =
            (utf8proc_bidi_class_t)utf8proc_get_property((utf8proc_int32_t)code_point)->bidi_class;
        if (class == UTF8PROC_BIDI_CLASS_R || class == UTF8PROC_BIDI_CLASS_AL) {
            return true;
        }
    }
    return false;
}

/* Adds a mark without width to what stands in a cell. */
static void append_mark(struct canvas *canvas, int column, int row, uint32_t mark)
{
    uint8_t text[CELL_BYTES_MAX + UTF8_BYTES_MAX];
    struct gossip_room room = room_make(text, sizeof(text));
    int size = 0, left = 0, right = 0;
    const char *setup, *cleanup, *cell;
    struct tui_style style;
    bool optimize;
    size_t marked;

    if (column < 0 || column >= canvas->columns) {
        return;
    }
    cell = termpaint_surface_peek_text(canvas->surface, column, row, &size, &left, &right);
    if (size > CELL_BYTES_MAX - UTF8_BYTES_MAX) {
        return;
    }
    bytes_copy(text, bytes_make(cell, (size_t)size));
    if (size == 1 && text[0] == 0x7f) {
        text[0] = ' '; /* what was cleared */
    }
    marked = (size_t)size + utf8_encode(mark, room_make(text + size, room.size - (size_t)size));
    style = (struct tui_style){
        .foreground = termpaint_surface_peek_fg_color(canvas->surface, left, row),
        .background = termpaint_surface_peek_bg_color(canvas->surface, left, row),
        .flags = termpaint_surface_peek_style(canvas->surface, left, row)};
    termpaint_surface_peek_patch(canvas->surface, left, row, &setup, &cleanup, &optimize);
    set_style(canvas, style);
    termpaint_attr_set_patch(canvas->attributes, optimize, setup, cleanup);
    write_cells(canvas, (struct canvas_place){left, row, right + 1}, bytes_make(text, marked));
}

/* ---- text ------------------------------------------------------------------------------- */

static void set_link(struct canvas *canvas, struct gossip_bytes link)
{
    char setup[LINK_BYTES_MAX + 16];

    if (link.size > 0 && link.size <= LINK_BYTES_MAX) {
        (void)snprintf(
            setup, sizeof(setup), "\033]8;;%.*s\033\\", (int)link.size, (const char *)link.data);
        termpaint_attr_set_patch(canvas->attributes, true, setup, "\033]8;;\033\\");
    }
}

/* Writes the clusters of `text` from the left. Returns the column behind. */
static int put_clusters(struct canvas *canvas, struct canvas_place place, struct gossip_bytes text,
    struct tui_style style, struct gossip_bytes link)
{
    while (text.size > 0) {
        struct cluster cluster;
        size_t plain;

        set_style(canvas, style);
        set_link(canvas, link);
        plain = put_plain(canvas, place, text);
        place.column += (int)plain;
        text = bytes_part(text, plain, text.size);
        if (text.size == 0) {
            break;
        }
        cluster = cluster_take(&text);
        if (place.column + (int)cluster.width > place.end) {
            break;
        }
        if (cluster.width > 0) {
            write_cluster(canvas, place, &cluster);
        }
        place.column += (int)cluster.width;
    }
    return place.column;
}

int canvas_put(struct canvas *canvas, struct canvas_place place, struct gossip_bytes text,
    struct tui_style style, struct gossip_bytes link)
{
    bool is_isolated = canvas_is_right_to_left(text) && place.column > 0;
    int end;

    place.end = place.end < canvas->columns ? place.end : canvas->columns;
    if (place.row < 0 || place.row >= canvas->rows || place.column < 0) {
        return place.column;
    }
    end = put_clusters(canvas, place, text, style, link);
    if (is_isolated && end > place.column) {
        append_mark(canvas, place.column - 1, place.row, FIRST_STRONG_ISOLATE);
        append_mark(canvas, end - 1, place.row, POP_ISOLATE);
    }
    return end;
}

/* ---- words of ours ---------------------------------------------------------------------- */

/* What a theme for ASCII has in the place of a glyph of ours at the start of `text`; NULL: nothing. */
static const char *replacement(const struct tui_theme *theme, struct gossip_bytes text)
{
    if (!theme->is_ascii) {
        return NULL;
    }
    if (bytes_start_with(text, BYTES_OF("\u00b7"))) {
        return theme->glyphs.dot;
    }
    return bytes_start_with(text, BYTES_OF("\u2026")) ? theme->glyphs.ellipsis : NULL;
}

int canvas_say(
    struct canvas *canvas, struct canvas_place place, struct gossip_bytes text, enum tui_part part)
{
    struct tui_style style = canvas->theme->parts[part];
    struct gossip_bytes nothing = {0};

    while (text.size > 0) {
        size_t size = 0;
        const char *glyph = NULL;

        while (size < text.size && glyph == NULL) {
            glyph = replacement(canvas->theme, bytes_part(text, size, text.size));
            size += glyph == NULL ? 1 : 0;
        }
        place.column = canvas_put(canvas, place, bytes_part(text, 0, size), style, nothing);
        text = bytes_part(text, size, text.size);
        if (glyph != NULL) {
            place.column = canvas_put(canvas, place, bytes_of_text(glyph), style, nothing);
            text = bytes_part(text, strlen(text.data[0] == 0xc2 ? "\u00b7" : "\u2026"), text.size);
        }
    }
    return place.column;
}

int canvas_say_short(
    struct canvas *canvas, struct canvas_place place, struct gossip_bytes text, enum tui_part part)
{
    size_t room = place.end > place.column ? (size_t)(place.end - place.column) : 0;

    if (room > 0 && cluster_columns(text) > room) {
        struct canvas_place dots = place;

        dots.column = canvas_say(canvas, place, cluster_fit(text, room - 1), part);
        return canvas_say(canvas, dots, bytes_of_text(canvas->theme->glyphs.ellipsis), part);
    }
    return canvas_say(canvas, place, text, part);
}

void canvas_fill(struct canvas *canvas, struct canvas_place place, enum tui_part part)
{
    canvas_rule(canvas, place, " ", part);
}

void canvas_rule(
    struct canvas *canvas, struct canvas_place place, const char *glyph, enum tui_part part)
{
    set_style(canvas, canvas->theme->parts[part]);
    while (place.column < place.end && place.column < canvas->columns) {
        write_cells(canvas, place, bytes_of_text(glyph));
        place.column++;
    }
}
