#include "tui/view.h"

#include "base/bytes.h"
#include "tui/cluster.h"
#include "tui/date.h"
#include "tui/view_parts.h"

#define WIDE_COLUMNS 100

struct canvas_place view_place(const struct layout_area *area, int column, int row, int end)
{
    return (struct canvas_place){
        .column = area->column + column, .row = area->row + row, .end = area->column + end};
}

void view_put_window(struct phrase *phrase, const struct tui_window *window)
{
    phrase_put(phrase, window->is_direct ? "@" : "#");
    phrase_put_bytes(phrase, tui_name_bytes(&window->name));
}

void view_put_unread(struct phrase *phrase, const struct tui_window *window)
{
    if (window->unread > 0) {
        phrase_put(phrase, " ");
        phrase_put_number(phrase, window->mentions > 0 ? window->mentions : window->unread);
        phrase_put(phrase, window->mentions > 0 ? "!" : "");
    } else if (window->has_activity) {
        phrase_put(phrase, " *");
    }
}

/* ---- title ------------------------------------------------------------------------------ */

static void put_network(
    const struct tui_model *model, struct phrase *phrase, int columns, bool has_rendezvous)
{
    if (has_rendezvous) {
        phrase_put_bytes(phrase, tui_name_bytes(&model->rendezvous));
        phrase_put(phrase, " \u00b7 ");
    }
    tui_network_state(model, phrase, (size_t)columns);
    phrase_put(phrase, " ");
}

static void draw_title(
    struct canvas *canvas, const struct layout_area *area, const struct tui_model *model)
{
    const struct tui_window *window = tui_windows_shown(model);
    struct phrase left = {.size = 0}, right = {.size = 0};
    int columns;

    phrase_put(&left, " ");
    if (window == model->console) {
        phrase_put(&left, "gossipchat");
    } else {
        view_put_window(&left, window);
        phrase_put(&left, window->is_sealed ? " (private)" : "");
    }
    put_network(model, &right, area->columns, true);
    if (cluster_columns(phrase_bytes(&left)) + cluster_columns(phrase_bytes(&right)) + 2 >
        (size_t)area->columns) {
        phrase_begin(&right);
        put_network(model, &right, area->columns, false);
    }
    if (window->topic_size > 0) {
        phrase_put(&left, "  ");
        phrase_put_bytes(&left, bytes_make(window->topic, window->topic_size));
    }
    columns = (int)cluster_columns(phrase_bytes(&right));
    columns = columns < area->columns ? area->columns - columns : 0;
    canvas_fill(canvas, view_place(area, 0, 0, area->columns), TUI_PART_TITLE);
    (void)canvas_say(
        canvas, view_place(area, columns, 0, area->columns), phrase_bytes(&right), TUI_PART_TITLE);
    (void)canvas_say_short(
        canvas, view_place(area, 0, 0, columns - 1), phrase_bytes(&left), TUI_PART_TITLE);
}

size_t tui_view_title(const struct tui_model *model, char title[TUI_VIEW_TITLE_BYTES])
{
    struct phrase phrase = {.size = 0};
    struct gossip_bytes text;
    uint32_t unread = 0;

    for (size_t i = 0; i < model->window_count; i++) {
        unread += model->windows[i]->unread;
    }
    if (unread > 0) {
        phrase_put(&phrase, "(");
        phrase_put_number(&phrase, unread);
        phrase_put(&phrase, ") ");
    }
    if (model->window_count > 0) {
        view_put_window(&phrase, tui_windows_shown(model));
        phrase_put(&phrase, " - ");
    }
    text = cluster_fit(phrase_bytes(&phrase), TUI_VIEW_TITLE_BYTES / 2);
    if (text.size > TUI_VIEW_TITLE_BYTES - sizeof("gossipchat")) {
        text.size = 0;
    }
    bytes_copy((uint8_t *)title, text);
    /* Names are clean already; a title goes where nothing may go wrong. */
    for (size_t i = 0; i < text.size; i++) {
        title[i] = (uint8_t)title[i] < ' ' || title[i] == 0x7f ? '?' : title[i];
    }
    bytes_copy((uint8_t *)title + text.size, bytes_make("gossipchat", sizeof("gossipchat")));
    return text.size + sizeof("gossipchat") - 1;
}

/* ---- status ----------------------------------------------------------------------------- */

static bool has_news(const struct tui_window *window)
{
    return window->unread > 0 || window->has_activity;
}

static enum tui_part part_of(const struct tui_model *model, const struct tui_window *window)
{
    if (window == tui_windows_shown(model)) {
        return TUI_PART_STATUS_CURRENT;
    }
    return window->mentions > 0 ? TUI_PART_STATUS_ALERT : TUI_PART_STATUS;
}

/* The windows, by number; where the panes are, only those with news. */
static void draw_windows(
    struct canvas *canvas, struct canvas_place place, const struct tui_model *model, bool is_wide)
{
    for (size_t i = 0; i < model->window_count; i++) {
        const struct tui_window *window = model->windows[i];
        struct phrase phrase = {.size = 0};

        if (is_wide && !has_news(window)) {
            continue;
        }
        phrase_put_number(&phrase, i + 1);
        phrase_put(&phrase, ":");
        phrase_put(&phrase, window->is_direct ? "@" : "");
        phrase_put_bytes(&phrase, tui_name_bytes(&window->name));
        view_put_unread(&phrase, window);
        if (place.column + (int)cluster_columns(phrase_bytes(&phrase)) + 2 > place.end) {
            (void)canvas_say(canvas, place, BYTES_OF("\u2026"), TUI_PART_STATUS);
            break;
        }
        place.column = canvas_say(canvas, place, phrase_bytes(&phrase), part_of(model, window));
        place.column += 2;
    }
}

static void put_status(const struct tui_model *model, struct phrase *phrase)
{
    if (model->hint.size > 0) {
        phrase_put_bytes(phrase, tui_name_bytes(&model->hint));
    } else {
        if (model->queued > 0) {
            phrase_put_number(phrase, model->queued);
            phrase_put(phrase, " queued \u00b7 ");
        }
        phrase_put(phrase, "F1 help");
        if (tui_network_is_alone(model)) {
            phrase_put(phrase, " \u00b7 Ctrl+C twice to quit");
        }
    }
    phrase_put(phrase, " ");
}

static void put_clock(const struct tui_model *model, struct phrase *phrase)
{
    phrase_put(phrase, " ");
    date_put_time(phrase, tui_model_local_ms(model, model->time.date));
    phrase_put(phrase, "  ");
    phrase_put_bytes(phrase, tui_name_bytes(&model->nick));
    phrase_put(phrase, " \u00b7 ");
}

static void draw_status(struct canvas *canvas, const struct layout_area *area,
    const struct tui_model *model, const struct tui_input *input)
{
    bool is_wide = area->columns >= WIDE_COLUMNS;
    struct phrase left = {.size = 0}, right = {.size = 0};
    struct canvas_place place = view_place(area, 0, 0, area->columns);
    int columns;

    canvas_fill(canvas, place, TUI_PART_STATUS);
    phrase_put(&left, " ");
    if (input->question.size > 0) {
        phrase_put_bytes(&left, input->question);
        (void)canvas_say_short(canvas, place, phrase_bytes(&left), TUI_PART_STATUS_CURRENT);
        return;
    }
    put_status(model, &right);
    columns = (int)cluster_columns(phrase_bytes(&right));
    place.end = columns < area->columns ? area->column + area->columns - columns : place.column;
    if (is_wide) {
        phrase_begin(&left);
        put_clock(model, &left);
    }
    place.column = canvas_say(canvas, place, phrase_bytes(&left), TUI_PART_STATUS);
    draw_windows(canvas, place, model, is_wide);
    (void)canvas_say_short(canvas, view_place(area, place.end - area->column, 0, area->columns),
        phrase_bytes(&right), TUI_PART_STATUS);
}

/* ---- the whole -------------------------------------------------------------------------- */

static void draw(struct canvas *canvas, const struct tui_model *model,
    const struct tui_input *input, struct tui_cursor *cursor)
{
    struct layout_area middle;
    struct layout_frame frame;

    layout_frame(model, canvas->columns, canvas->rows,
        view_input_rows(model, input, canvas->columns), &frame);
    if (frame.is_small) {
        (void)canvas_say(canvas, (struct canvas_place){0, 0, canvas->columns},
            BYTES_OF("window too small"), TUI_PART_TEXT);
        return;
    }
    draw_title(canvas, &frame.title, model);
    draw_status(canvas, &frame.status, model, input);
    view_input(canvas, &frame.input, model, input, cursor);
    if (model->panel.overlay != TUI_OVERLAY_NONE) {
        middle = (struct layout_area){0, frame.chat.row, canvas->columns, frame.chat.rows};
        view_panel(canvas, &middle, model, cursor);
        return;
    }
    view_chat(canvas, &frame, model);
    view_rooms(canvas, &frame.rooms, model);
    view_people(canvas, &frame.people, model);
}

void tui_view_draw(const struct tui_model *model, const struct tui_input *input,
    const struct tui_theme *theme, termpaint_surface *surface, struct tui_cursor *cursor)
{
    struct canvas canvas;

    *cursor = (struct tui_cursor){.is_visible = false};
    if (canvas_init(&canvas, surface, theme)) {
        draw(&canvas, model, input, cursor);
        canvas_deinit(&canvas);
    }
}
