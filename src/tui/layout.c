#include "tui/layout.h"

#include "base/bytes.h"
#include "tui/cluster.h"
#include "tui/date.h"

#define NARROW_COLUMNS 60
#define WIDE_COLUMNS 100
#define TINY_COLUMNS 40
#define ROOMS_COLUMNS 19 /* with the border */
#define PEOPLE_COLUMNS 17
#define PEOPLE_COLUMNS_WIDE 20
#define CHAT_COLUMNS_MIN 40
#define TIME_COLUMNS 5
#define GAP_COLUMNS 2
#define NOTICE_COLUMN 8
#define MARK_COLUMNS 8
#define MARGIN_COLUMNS 1
#define QUOTE_COLUMNS 2
#define INLINE_MIN_COLUMNS 8
#define TEXT_MIN_COLUMNS 20

/* ---- the screen ------------------------------------------------------------------------- */

static bool has_rooms_pane(const struct tui_model *model, int columns)
{
    bool is_usual = columns >= WIDE_COLUMNS;

    return columns >= NARROW_COLUMNS && !model->is_bare && is_usual != model->is_rooms_pane_flipped;
}

static bool has_people_pane(const struct tui_model *model, int columns)
{
    return columns >= NARROW_COLUMNS && !model->is_bare && !model->is_people_pane_flipped &&
           !tui_network_is_alone(model) && tui_windows_shown(model) != model->console;
}

void layout_frame(const struct tui_model *model, int columns, int rows, int input_rows,
    struct layout_frame *frame)
{
    int third = rows / 3 > 1 ? rows / 3 : 1;
    int most = third < LAYOUT_INPUT_ROWS_MAX ? third : LAYOUT_INPUT_ROWS_MAX;
    int input = input_rows < 1 ? 1 : (input_rows > most ? most : input_rows);
    int height = rows - input - 2;
    int left = 0, right = 0;

    *frame =
        (struct layout_frame){.is_small = columns < LAYOUT_COLUMNS_MIN || rows < LAYOUT_ROWS_MIN};
    if (frame->is_small) {
        return;
    }
    if (has_rooms_pane(model, columns)) {
        left = ROOMS_COLUMNS;
    }
    if (has_people_pane(model, columns)) {
        right = columns >= WIDE_COLUMNS ? PEOPLE_COLUMNS_WIDE : PEOPLE_COLUMNS;
    }
    if (columns - left - right < CHAT_COLUMNS_MIN) {
        right = 0; /* the rooms were asked for */
    }
    frame->is_narrow = columns < NARROW_COLUMNS;
    frame->title = (struct layout_area){0, 0, columns, 1};
    frame->rooms = (struct layout_area){0, 1, left, height};
    frame->chat = (struct layout_area){left, 1, columns - left - right, height};
    frame->people = (struct layout_area){columns - right, 1, right, height};
    frame->status = (struct layout_area){0, rows - input - 1, columns, 1};
    frame->input = (struct layout_area){0, rows - input, columns, input};
}

/* ---- the chat --------------------------------------------------------------------------- */

void layout_chat(
    const struct tui_window *window, const struct layout_frame *frame, struct layout *layout)
{
    size_t columns = (size_t)frame->chat.columns, marks = MARK_COLUMNS, taken;

    *layout = (struct layout){.columns = columns, .is_inline = frame->is_narrow};
    layout->nick_columns = window->nick_columns;
    if (layout->is_inline) {
        layout->text_column = columns < TINY_COLUMNS ? GAP_COLUMNS : TIME_COLUMNS + 1;
    } else {
        layout->text_column = TIME_COLUMNS + GAP_COLUMNS + window->nick_columns + GAP_COLUMNS;
        layout->notice_column = NOTICE_COLUMN;
    }
    taken = layout->text_column + (layout->is_inline ? 0 : MARGIN_COLUMNS);
    layout->text_columns = columns > taken ? columns - taken : 1;
    if (layout->text_columns < TEXT_MIN_COLUMNS + MARK_COLUMNS) {
        marks = GAP_COLUMNS;
    }
    layout->own_columns = layout->text_columns > marks ? layout->text_columns - marks : 1;
}

size_t layout_inline_columns(const struct layout *layout, const struct tui_line *line)
{
    size_t name = cluster_columns(tui_line_name(line));
    size_t columns = name < layout->nick_columns ? name : layout->nick_columns;

    return columns + (line->is_action ? 2 : 0) + (line->is_action ? 1 : 3);
}

/* ---- breaking --------------------------------------------------------------------------- */

/* Drops one line break, or the spaces at which a row was broken. */
static void drop_break(struct gossip_bytes *text, bool *is_break)
{
    while (text->size > 0 && text->data[0] == ' ') {
        *text = bytes_part(*text, 1, text->size);
    }
    *is_break = text->size > 0 && text->data[0] == '\n';
    if (*is_break) {
        *text = bytes_part(*text, 1, text->size);
    }
}

struct gossip_bytes layout_wrap(struct gossip_bytes *text, size_t columns, bool *is_break)
{
    struct gossip_bytes rest = *text, row;
    size_t used = 0, end = 0, good = 0; /* where it may be broken well */
    bool is_full = false;

    while (rest.size > 0 && rest.data[0] != '\n') {
        struct cluster cluster = cluster_take(&rest);
        bool is_space = cluster.bytes.data[0] == ' ';

        if (used + cluster.width > columns && end > 0) {
            is_full = true;
            good = is_space ? end : good;
            break;
        }
        if ((is_space || cluster.width > 1) && end > 0) {
            good = end;
        }
        used += cluster.width;
        end += cluster.bytes.size;
        if (cluster.width > 1) {
            good = end;
        }
    }
    if (is_full && good > 0) {
        end = good;
    }
    row = bytes_part(*text, 0, end);
    *text = bytes_part(*text, end, text->size);
    if (is_full) {
        while (row.size > 0 && row.data[row.size - 1] == ' ') {
            row.size--;
        }
        drop_break(text, is_break);
    } else {
        *is_break = text->size > 0;
        *text = bytes_part(*text, 1, text->size);
    }
    return row;
}

/* ---- the rows of a line ----------------------------------------------------------------- */

static size_t chat_columns(const struct layout_rows *rows)
{
    const struct layout *layout = rows->layout;
    size_t columns = rows->line->is_own ? layout->own_columns : layout->text_columns;
    size_t taken = 0;

    if (rows->is_quoted) {
        taken = QUOTE_COLUMNS;
    } else if (layout->is_inline && rows->made == 0) {
        size_t marks = layout->text_columns - columns;

        taken = TIME_COLUMNS + 1 + layout_inline_columns(layout, rows->line) + marks;
        columns = layout->columns;
    }
    return columns > taken ? columns - taken : 0;
}

static struct gossip_bytes take_text(struct layout_rows *rows, bool *is_break)
{
    const struct layout *layout = rows->layout;
    size_t columns;

    if (rows->line->kind != TUI_LINE_CHAT) {
        columns = layout->notice_column + GAP_COLUMNS + (layout->is_inline ? 0 : MARGIN_COLUMNS);
        columns = layout->columns > columns ? layout->columns - columns : 1;
        return layout_wrap(&rows->rest, columns, is_break);
    }
    columns = chat_columns(rows);
    if (layout->is_inline && rows->made == 0 && columns < INLINE_MIN_COLUMNS) {
        *is_break = false;
        return bytes_part(rows->rest, 0, 0); /* the name alone; the text begins below */
    }
    return layout_wrap(&rows->rest, columns, is_break);
}

static void make_text(struct layout_rows *rows, struct layout_row *row)
{
    bool is_break = false;

    *row = (struct layout_row){
        .kind = LAYOUT_ROW_TEXT, .is_first = rows->made == 0, .is_quoted = rows->is_quoted};
    row->text = take_text(rows, &is_break);
    rows->made++;
    rows->is_quoted |= is_break;
    rows->is_over = rows->rest.size == 0 && !is_break;
    row->is_last = rows->is_over;
}

static void begin(
    struct layout_rows *rows, const struct layout *layout, const struct tui_line *line)
{
    *rows = (struct layout_rows){
        .layout = layout, .line = line, .rest = tui_line_text(line), .limit = SIZE_MAX};
}

bool layout_is_long(const struct layout *layout, const struct tui_line *line)
{
    struct layout_rows rows;
    struct layout_row row;

    if (line->kind != TUI_LINE_CHAT) {
        return false;
    }
    begin(&rows, layout, line);
    while (!rows.is_over && rows.made <= LAYOUT_FOLD_ROWS) {
        make_text(&rows, &row);
    }
    return rows.made > LAYOUT_FOLD_ROWS;
}

void layout_rows_begin(struct layout_rows *rows, const struct layout *layout,
    const struct tui_window *window, size_t index)
{
    const struct tui_line *line = tui_lines_at(&window->lines, index);

    begin(rows, layout, line);
    rows->window = window;
    rows->has_day = index == 0 || date_day(tui_lines_at(&window->lines, index - 1)->local_ms) !=
                                      date_day(line->local_ms);
    rows->has_new = window->new_line == index;
    if (!line->is_unfolded && layout_is_long(layout, line)) {
        rows->limit = LAYOUT_FOLD_SHOWN;
    }
}

bool layout_rows_next(struct layout_rows *rows, struct layout_row *row)
{
    if (rows->has_day || rows->has_new) {
        *row = (struct layout_row){.kind = rows->has_day ? LAYOUT_ROW_DAY : LAYOUT_ROW_NEW};
        rows->has_new = rows->has_new && rows->has_day;
        rows->has_day = false;
        return true;
    }
    if (rows->is_over) {
        return false;
    }
    if (rows->made == rows->limit) {
        *row = (struct layout_row){.kind = LAYOUT_ROW_MORE, .is_last = true};
        rows->is_over = true;
        return true;
    }
    make_text(rows, row);
    return true;
}

size_t layout_rows_count(const struct layout *layout, const struct tui_window *window, size_t index)
{
    struct layout_rows rows;
    struct layout_row row;
    size_t count = 0;

    layout_rows_begin(&rows, layout, window, index);
    while (layout_rows_next(&rows, &row)) {
        count++;
    }
    return count;
}
