#include "base/bytes.h"
#include "base/instant.h"
#include "tui/cluster.h"
#include "tui/date.h"
#include "tui/link.h"
#include "tui/view_parts.h"

#define TIME_COLUMNS 5
#define GAP_COLUMNS 2
#define MARK_COLUMNS 5
#define DAY_COLUMN 6
#define ADVICE_COLUMN 3

/* One row that is being drawn. */
struct drawing {
    struct canvas *canvas;
    const struct layout_area *area;
    const struct tui_model *model;
    const struct tui_window *window;
    struct layout layout;
    int row;
};

static struct canvas_place place_of(const struct drawing *drawing, size_t column)
{
    return view_place(drawing->area, (int)column, drawing->row, drawing->area->columns);
}

/* ---- texts ------------------------------------------------------------------------------ */

/* Writes a part of a text; what of it belongs to a link is one. */
static void put_text(struct canvas *canvas, struct canvas_place place, struct gossip_bytes text,
    struct gossip_bytes row, enum tui_part part)
{
    const uint8_t *at = row.data, *end = row.size > 0 ? row.data + row.size : row.data;
    struct gossip_bytes link, nothing = {0};
    size_t offset = 0;

    while (at < end && tui_link_find(text, offset, &link) && link.data < end) {
        const uint8_t *behind = link.data + link.size;
        const uint8_t *start = link.data > at ? link.data : at;

        offset = (size_t)(behind - text.data);
        if (behind <= at) {
            continue;
        }
        behind = behind < end ? behind : end;
        place.column = canvas_put(canvas, place, bytes_make(at, (size_t)(start - at)),
            canvas->theme->parts[part], nothing);
        place.column = canvas_put(canvas, place, bytes_make(start, (size_t)(behind - start)),
            canvas->theme->parts[TUI_PART_LINK], link);
        at = behind;
    }
    if (at < end) {
        (void)canvas_put(
            canvas, place, bytes_make(at, (size_t)(end - at)), canvas->theme->parts[part], nothing);
    }
}

/* ---- marks ------------------------------------------------------------------------------ */

/* What is as it should be is said for a while only. */
static bool is_recent(const struct drawing *drawing, const struct tui_line *line)
{
    return duration_is_shorter(
        instant_since(drawing->model->time.now, line->said_at), duration_seconds(TUI_MARK_SECONDS));
}

static void put_mark(
    const struct drawing *drawing, const struct tui_line *line, struct phrase *phrase)
{
    const struct tui_glyphs *glyphs = &drawing->canvas->theme->glyphs;

    switch (line->delivery) {
    case TUI_DELIVERY_NONE:
        break;
    case TUI_DELIVERY_QUEUED:
        phrase_put(phrase, glyphs->queued);
        break;
    case TUI_DELIVERY_SENT:
        phrase_put(phrase, is_recent(drawing, line) ? glyphs->sent : "");
        break;
    case TUI_DELIVERY_REACHED:
        if (line->reached < line->audience || is_recent(drawing, line)) {
            phrase_put(phrase, glyphs->sent);
            phrase_put(phrase, " ");
            phrase_put_number(phrase, line->reached);
            phrase_put(phrase, "/");
            phrase_put_number(phrase, line->audience);
        }
        break;
    case TUI_DELIVERY_FAILED:
        phrase_put(phrase, glyphs->failed);
        break;
    }
}

static void draw_mark(const struct drawing *drawing, const struct tui_line *line)
{
    struct phrase phrase = {.size = 0};
    size_t columns, room = drawing->layout.text_columns - drawing->layout.own_columns;

    put_mark(drawing, line, &phrase);
    columns = cluster_columns(phrase_bytes(&phrase));
    if (columns < MARK_COLUMNS && room > MARK_COLUMNS) {
        columns = MARK_COLUMNS;
    }
    if (columns < room) {
        enum tui_part part = line->delivery == TUI_DELIVERY_FAILED ? TUI_PART_ERROR : TUI_PART_MARK;

        (void)canvas_say(drawing->canvas, place_of(drawing, drawing->layout.columns - columns),
            phrase_bytes(&phrase), part);
    }
}

/* ---- what was said ---------------------------------------------------------------------- */

static struct tui_style nick_style(const struct drawing *drawing, const struct tui_line *line)
{
    const struct tui_theme *theme = drawing->canvas->theme;

    if (line->is_own) {
        return theme->parts[TUI_PART_NICK_OWN];
    }
    return line->is_mention ? theme->parts[TUI_PART_MENTION] : tui_theme_nick(theme, &line->person);
}

static void put_name(const struct drawing *drawing, const struct tui_line *line, size_t columns,
    struct phrase *phrase)
{
    struct gossip_bytes name = tui_line_name(line);

    phrase_put(phrase, line->is_action ? "* " : "");
    columns -= line->is_action ? 2 : 0;
    if (cluster_columns(name) <= columns) {
        phrase_put_bytes(phrase, name);
    } else {
        phrase_put_bytes(phrase, cluster_fit(name, columns - 1));
        phrase_put(phrase, drawing->canvas->theme->glyphs.ellipsis);
    }
}

/* The name to the left of its column's end. */
static void draw_name(const struct drawing *drawing, const struct tui_line *line)
{
    struct gossip_bytes nothing = {0};
    struct phrase phrase = {.size = 0};
    size_t end = drawing->layout.text_column - GAP_COLUMNS;

    put_name(drawing, line, drawing->layout.nick_columns, &phrase);
    (void)canvas_put(drawing->canvas,
        place_of(drawing, end - cluster_columns(phrase_bytes(&phrase))), phrase_bytes(&phrase),
        nick_style(drawing, line), nothing);
}

/* "<Alice> " or "* Alice ". Returns the column behind. */
static size_t draw_inline_name(const struct drawing *drawing, const struct tui_line *line)
{
    struct gossip_bytes nothing = {0};
    size_t action = line->is_action ? 2 : 0;
    struct phrase phrase = {.size = 0};
    int column;

    phrase_put(&phrase, line->is_action ? "" : "<");
    put_name(drawing, line, drawing->layout.nick_columns + action, &phrase);
    phrase_put(&phrase, line->is_action ? "" : ">");
    column = canvas_put(drawing->canvas, place_of(drawing, TIME_COLUMNS + 1), phrase_bytes(&phrase),
        nick_style(drawing, line), nothing);
    return (size_t)(column - drawing->area->column) + 1;
}

static size_t draw_head(const struct drawing *drawing, const struct tui_line *line)
{
    struct phrase time = {.size = 0};

    date_put_time(&time, line->local_ms);
    phrase_put(&time, line->is_arrival ? "~" : "");
    (void)canvas_say(drawing->canvas, place_of(drawing, 0), phrase_bytes(&time), TUI_PART_TIME);
    if (drawing->layout.is_inline) {
        return draw_inline_name(drawing, line);
    }
    draw_name(drawing, line);
    return drawing->layout.text_column;
}

static void draw_said(
    const struct drawing *drawing, const struct tui_line *line, const struct layout_row *row)
{
    const struct tui_glyphs *glyphs = &drawing->canvas->theme->glyphs;
    size_t column = drawing->layout.text_column;

    if (row->is_first) {
        column = draw_head(drawing, line);
    }
    if (row->is_quoted || row->kind == LAYOUT_ROW_MORE) {
        (void)canvas_say(drawing->canvas, place_of(drawing, column), bytes_of_text(glyphs->quote),
            TUI_PART_BORDER);
        column += GAP_COLUMNS;
    }
    if (row->kind == LAYOUT_ROW_MORE) {
        (void)canvas_say_short(drawing->canvas, place_of(drawing, column),
            BYTES_OF("\u2026 and more (Alt+U)"), TUI_PART_NOTICE);
    } else {
        put_text(drawing->canvas, place_of(drawing, column), tui_line_text(line), row->text,
            TUI_PART_TEXT);
    }
    if (row->is_last && line->is_own) {
        draw_mark(drawing, line);
    }
}

/* ---- what is not said -------------------------------------------------------------------- */

/* "── Thu 20 Nov ─────": a rule with words in it. */
static void draw_rule(const struct drawing *drawing, struct gossip_bytes words, enum tui_part part)
{
    const char *glyph = drawing->canvas->theme->glyphs.horizontal;
    struct canvas_place place = place_of(drawing, drawing->layout.is_inline ? 0 : DAY_COLUMN);
    struct canvas_place start = place;

    place.end -= drawing->layout.is_inline ? 0 : GAP_COLUMNS;
    start.end = start.column + GAP_COLUMNS;
    canvas_rule(drawing->canvas, start, glyph, part);
    place.column = start.end + 1;
    place.column = canvas_say_short(drawing->canvas, place, words, part) + 1;
    canvas_rule(drawing->canvas, place, glyph, part);
}

static void draw_day(const struct drawing *drawing, const struct tui_line *line)
{
    const struct tui_model *model = drawing->model;
    int64_t today = date_day(tui_model_local_ms(model, model->time.date));
    struct phrase phrase = {.size = 0};

    date_put_day(&phrase, date_day(line->local_ms), today);
    draw_rule(drawing, phrase_bytes(&phrase), TUI_PART_DAY);
}

static void draw_notice(
    const struct drawing *drawing, const struct tui_line *line, const struct layout_row *row)
{
    bool is_error = line->kind == TUI_LINE_ERROR;
    enum tui_part part = is_error ? TUI_PART_ERROR : TUI_PART_NOTICE;
    size_t column = drawing->layout.notice_column;

    if (line->kind == TUI_LINE_LATE) {
        if (row->is_first) {
            draw_rule(drawing, tui_line_text(line), TUI_PART_DAY);
        }
        return;
    }
    if (row->is_first) {
        (void)canvas_say(drawing->canvas, place_of(drawing, column),
            is_error ? BYTES_OF("!") : BYTES_OF("\u00b7"), part);
    }
    (void)canvas_say(drawing->canvas, place_of(drawing, column + GAP_COLUMNS), row->text, part);
}

/* ---- rows ------------------------------------------------------------------------------- */

static void draw_row(
    const struct drawing *drawing, const struct tui_line *line, const struct layout_row *row)
{
    switch (row->kind) {
    case LAYOUT_ROW_DAY:
        draw_day(drawing, line);
        break;
    case LAYOUT_ROW_NEW:
        draw_rule(drawing, BYTES_OF("new"), TUI_PART_NEW);
        break;
    case LAYOUT_ROW_TEXT:
    case LAYOUT_ROW_MORE:
        if (line->kind == TUI_LINE_CHAT) {
            draw_said(drawing, line, row);
        } else {
            draw_notice(drawing, line, row);
        }
        break;
    }
}

/* Where the screen begins: the first line, and how many of its rows are above. */
struct top {
    size_t line, skipped;
    int free; /* rows at the top that nothing is in */
};

static struct top find_top(const struct drawing *drawing)
{
    const struct tui_window *window = drawing->window;
    size_t room = (size_t)drawing->area->rows;
    struct top top = {.line = window->lines.count};
    bool is_bottom = true;

    if (!window->pager.is_following && window->pager.line < top.line) {
        top.line = window->pager.line + 1;
    }
    while (top.line > 0 && room > 0) {
        size_t rows = layout_rows_count(&drawing->layout, window, --top.line);

        if (is_bottom && !window->pager.is_following && window->pager.row < rows) {
            rows = window->pager.row + 1;
        }
        is_bottom = false;
        top.skipped = rows > room ? rows - room : 0;
        room -= rows < room ? rows : room;
    }
    top.free = (int)room;
    return top;
}

static void draw_lines(struct drawing *drawing, struct top top)
{
    const struct tui_window *window = drawing->window;

    drawing->row = top.free;
    for (size_t i = top.line; i < window->lines.count && drawing->row < drawing->area->rows; i++) {
        struct layout_rows rows;
        struct layout_row row;

        layout_rows_begin(&rows, &drawing->layout, window, i);
        while (drawing->row < drawing->area->rows && layout_rows_next(&rows, &row)) {
            if (top.skipped > 0) {
                top.skipped--;
                continue;
            }
            draw_row(drawing, rows.line, &row);
            drawing->row++;
        }
    }
}

/* ---- hints ------------------------------------------------------------------------------ */

static void clear_row(const struct drawing *drawing)
{
    canvas_fill(drawing->canvas, place_of(drawing, 0), TUI_PART_TEXT);
}

/* In place of the first row: that there is more above it. */
static void draw_earlier(struct drawing *drawing, struct top top)
{
    size_t column = drawing->layout.notice_column;
    size_t count = top.line + 1; /* with the one that begins in this row */
    struct phrase phrase = {.size = 0};

    if ((top.line == 0 && top.skipped == 0) || drawing->area->rows < 4) {
        return;
    }
    drawing->row = 0;
    clear_row(drawing);
    phrase_put(&phrase, "\u00b7 ");
    phrase_put_grouped(&phrase, count);
    phrase_put(&phrase, count == 1 ? " earlier line (PgUp)" : " earlier lines (PgUp)");
    (void)canvas_say_short(
        drawing->canvas, place_of(drawing, column), phrase_bytes(&phrase), TUI_PART_NOTICE);
}

/* In place of the last row: that there is more below it. */
static void draw_later(struct drawing *drawing)
{
    const struct tui_window *window = drawing->window;
    struct phrase phrase = {.size = 0};

    if (window->pager.is_following) {
        return;
    }
    drawing->row = drawing->area->rows - 1;
    clear_row(drawing);
    phrase_put(&phrase, "more below");
    if (window->unread > 0) {
        phrase_put(&phrase, ", ");
        phrase_put_number(&phrase, window->unread);
        phrase_put(&phrase, " new");
    }
    phrase_put(&phrase, " (Esc)");
    draw_rule(drawing, phrase_bytes(&phrase), TUI_PART_NEW);
}

/* What to check while nobody is there, above what was said. */
static void draw_advice(struct drawing *drawing, int room)
{
    bool is_narrow = drawing->layout.is_inline;
    int column = is_narrow ? 0 : ADVICE_COLUMN;
    size_t columns = (size_t)(drawing->area->columns - column);
    struct phrase phrase;

    drawing->row = is_narrow ? 0 : 1;
    for (size_t i = 0; drawing->row < room && tui_network_advice(drawing->model, i, &phrase); i++) {
        struct gossip_bytes rest = phrase_bytes(&phrase);
        bool is_break;

        do {
            struct gossip_bytes row = layout_wrap(&rest, columns, &is_break);

            (void)canvas_say(
                drawing->canvas, place_of(drawing, (size_t)column), row, TUI_PART_TEXT);
            drawing->row++;
        } while (rest.size > 0 && drawing->row < room);
    }
}

void view_chat(
    struct canvas *canvas, const struct layout_frame *frame, const struct tui_model *model)
{
    struct drawing drawing = {
        .canvas = canvas, .area = &frame->chat, .model = model, .window = tui_windows_shown(model)};
    struct top top;

    layout_chat(drawing.window, frame, &drawing.layout);
    top = find_top(&drawing);
    draw_lines(&drawing, top);
    if (tui_network_is_alone(model)) {
        draw_advice(&drawing, top.free);
    }
    draw_earlier(&drawing, top);
    draw_later(&drawing);
}
