#include "base/bytes.h"
#include "tui/cluster.h"
#include "tui/date.h"
#include "tui/view_parts.h"

#define KEYS_COLUMN 2
#define TEXT_COLUMN 30
#define NARROW_TEXT_COLUMN 14
#define NARROW_COLUMNS 60

struct panel_drawing {
    struct canvas *canvas;
    const struct layout_area *area;
    const struct tui_model *model;
};

static struct canvas_place place_of(const struct panel_drawing *drawing, int column, int row)
{
    return view_place(drawing->area, column, row, drawing->area->columns);
}

/* The first row: what this is, and how one leaves. */
static int draw_heading(const struct panel_drawing *drawing, struct gossip_bytes words)
{
    struct canvas_place place = place_of(drawing, 0, 0);
    struct phrase phrase = {.size = 0};

    canvas_fill(drawing->canvas, place, TUI_PART_SELECTED);
    phrase_put(&phrase, " ");
    phrase_put_bytes(&phrase, words);
    return canvas_say_short(drawing->canvas, place, phrase_bytes(&phrase), TUI_PART_SELECTED);
}

/* The first entry to draw, so that the selected one can be seen. */
static size_t first_entry(const struct panel_drawing *drawing)
{
    size_t rooms = drawing->area->rows > 1 ? (size_t)drawing->area->rows - 1 : 1;
    size_t selected = drawing->model->panel.selected;

    return selected >= rooms ? selected - rooms + 1 : 0;
}

/* ---- to be read ------------------------------------------------------------------------- */

static void draw_help(const struct panel_drawing *drawing)
{
    const struct tui_model_config *config = &drawing->model->config;
    int column = drawing->area->columns < NARROW_COLUMNS ? NARROW_TEXT_COLUMN : TEXT_COLUMN;
    size_t index = drawing->model->panel.selected;

    (void)draw_heading(drawing, BYTES_OF("Help \u00b7 Up and Down move, Esc closes"));
    for (int row = 1; row < drawing->area->rows && index < config->help_count; row++, index++) {
        const struct tui_help *help = &config->help[index];
        struct canvas_place place = place_of(drawing, KEYS_COLUMN, row);

        if (help->keys == NULL || *help->keys == '\0') {
            (void)canvas_say_short(drawing->canvas, place_of(drawing, 1, row),
                bytes_of_text(help->text), TUI_PART_HEADING);
            continue;
        }
        place.end = drawing->area->column + column - 1;
        (void)canvas_say_short(drawing->canvas, place, bytes_of_text(help->keys), TUI_PART_PROMPT);
        (void)canvas_say_short(drawing->canvas, place_of(drawing, column, row),
            bytes_of_text(help->text), TUI_PART_TEXT);
    }
}

static void draw_network(const struct panel_drawing *drawing)
{
    size_t index = drawing->model->panel.selected;
    struct phrase phrase;

    (void)draw_heading(drawing, BYTES_OF("Network \u00b7 Up and Down move, Esc closes"));
    for (int row = 1; row < drawing->area->rows; row++, index++) {
        if (!tui_panel_network(drawing->model, index, &phrase)) {
            break;
        }
        (void)canvas_say_short(drawing->canvas, place_of(drawing, KEYS_COLUMN, row),
            phrase_bytes(&phrase), TUI_PART_TEXT);
    }
}

/* ---- to choose from --------------------------------------------------------------------- */

static void draw_query(
    const struct panel_drawing *drawing, const char *words, struct tui_cursor *cursor)
{
    struct gossip_bytes query = tui_model_query(drawing->model);
    struct phrase phrase = {.size = 0};
    int column;

    phrase_put(&phrase, words);
    phrase_put_bytes(&phrase, query);
    column = draw_heading(drawing, phrase_bytes(&phrase));
    *cursor = (struct tui_cursor){
        .column = column < drawing->area->columns ? column : drawing->area->columns - 1,
        .row = drawing->area->row,
        .is_visible = true};
}

static void draw_entry(
    const struct panel_drawing *drawing, size_t index, int row, struct gossip_bytes text)
{
    bool is_selected = index == drawing->model->panel.selected;
    enum tui_part part = is_selected ? TUI_PART_SELECTED : TUI_PART_TEXT;
    struct phrase phrase = {.size = 0};

    if (is_selected) {
        canvas_fill(drawing->canvas, place_of(drawing, 0, row), part);
    }
    phrase_put(&phrase, is_selected ? "> " : "  ");
    phrase_put_bytes(&phrase, text);
    (void)canvas_say_short(drawing->canvas, place_of(drawing, 0, row), phrase_bytes(&phrase), part);
}

static void print_choice(const struct tui_model *model, size_t index, struct phrase *phrase)
{
    size_t number = model->panel.choices[index];
    const struct tui_window *window = model->windows[number];

    phrase_put_number(phrase, number + 1);
    phrase_put(phrase, " ");
    view_put_window(phrase, window);
    view_put_unread(phrase, window);
}

static void print_result(const struct tui_model *model, size_t index, struct phrase *phrase)
{
    const struct tui_result *result = &model->panel.results[index];
    int64_t today = date_day(tui_model_local_ms(model, model->time.date));
    const struct tui_line *line = result->stored != NULL ? result->stored : result->line;

    if (date_day(line->local_ms) != today) {
        date_put_day(phrase, date_day(line->local_ms), today);
        phrase_put(phrase, " ");
    }
    date_put_time(phrase, line->local_ms);
    phrase_put(phrase, " ");
    view_put_window(phrase, result->window);
    phrase_put(phrase, " <");
    phrase_put_bytes(phrase, tui_line_name(line));
    phrase_put(phrase, "> ");
    phrase_put_bytes(phrase, tui_line_text(line));
    for (size_t i = 0; i < phrase->size; i++) {
        phrase->text[i] = phrase->text[i] == '\n' ? ' ' : phrase->text[i];
    }
}

static void draw_choices(const struct panel_drawing *drawing)
{
    const struct tui_model *model = drawing->model;
    bool is_search = model->panel.overlay == TUI_OVERLAY_SEARCH;
    size_t index = first_entry(drawing);

    if (model->panel.count == 0) {
        bool is_asked = model->panel.query_size > 0;

        (void)canvas_say_short(drawing->canvas, place_of(drawing, KEYS_COLUMN, 1),
            is_asked ? BYTES_OF("nothing found") : BYTES_OF("type what you look for"),
            TUI_PART_NOTICE);
    }
    for (int row = 1; row < drawing->area->rows && index < model->panel.count; row++, index++) {
        struct phrase phrase = {.size = 0};

        if (is_search) {
            print_result(model, index, &phrase);
        } else {
            print_choice(model, index, &phrase);
        }
        draw_entry(drawing, index, row, phrase_bytes(&phrase));
    }
}

void view_panel(struct canvas *canvas, const struct layout_area *area,
    const struct tui_model *model, struct tui_cursor *cursor)
{
    struct panel_drawing drawing = {.canvas = canvas, .area = area, .model = model};

    switch (model->panel.overlay) {
    case TUI_OVERLAY_NONE:
        break;
    case TUI_OVERLAY_HELP:
        draw_help(&drawing);
        break;
    case TUI_OVERLAY_NETWORK:
        draw_network(&drawing);
        break;
    case TUI_OVERLAY_SWITCHER:
        draw_query(&drawing, "Go to: ", cursor);
        draw_choices(&drawing);
        break;
    case TUI_OVERLAY_SEARCH:
        draw_query(&drawing, "Search: ", cursor);
        draw_choices(&drawing);
        break;
    }
}
