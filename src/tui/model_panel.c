#include <string.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "tui/state.h"

/* Shorter queries mean too much to be looked up in all that was ever said. */
#define STORED_QUERY_BYTES_MIN 2

static bool takes_text(enum tui_overlay overlay)
{
    return overlay == TUI_OVERLAY_SWITCHER || overlay == TUI_OVERLAY_SEARCH;
}

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte - 'A' + 'a') : byte;
}

/* Whether `part` is in `text`; letters of ASCII in either case. */
static bool contains(struct gossip_bytes text, struct gossip_bytes part)
{
    if (part.size == 0) {
        return true;
    }
    for (size_t i = 0; i + part.size <= text.size; i++) {
        size_t k = 0;

        while (k < part.size && lower(text.data[i + k]) == lower(part.data[k])) {
            k++;
        }
        if (k == part.size) {
            return true;
        }
    }
    return false;
}

/* ---- what a query means ----------------------------------------------------------------- */

static void choose_windows(struct tui_model *model)
{
    struct tui_panel *panel = &model->panel;
    struct gossip_bytes query = bytes_make(panel->query, panel->query_size);

    for (size_t i = 0; i < model->window_count; i++) {
        if (contains(tui_name_bytes(&model->windows[i]->name), query)) {
            panel->choices[panel->count++] = i;
        }
    }
}

static void search_window(struct tui_panel *panel, struct tui_window *window)
{
    struct gossip_bytes query = bytes_make(panel->query, panel->query_size);

    for (size_t i = window->lines.count; i > 0 && panel->count < TUI_RESULTS_MAX; i--) {
        const struct tui_line *line = tui_lines_at(&window->lines, i - 1);

        if (line->kind == TUI_LINE_CHAT &&
            (contains(tui_line_text(line), query) || contains(tui_line_name(line), query))) {
            panel->results[panel->count++] = (struct tui_result){.window = window, .line = line};
        }
    }
}

/* The window that is shown first, the newest line first. */
static void search(struct tui_model *model)
{
    struct tui_window *shown = tui_windows_shown(model);

    if (model->panel.query_size == 0) {
        return;
    }
    search_window(&model->panel, shown);
    for (size_t i = 0; i < model->window_count; i++) {
        if (model->windows[i] != shown) {
            search_window(&model->panel, model->windows[i]);
        }
    }
}

void tui_panel_empty(struct tui_model *model)
{
    struct tui_panel *panel = &model->panel;

    if (panel->overlay == TUI_OVERLAY_SEARCH) {
        for (size_t i = 0; i < panel->count; i++) {
            tui_line_destroy(model->allocator, panel->results[i].stored);
        }
    }
    panel->count = 0;
}

void tui_panel_update(struct tui_model *model)
{
    struct tui_panel *panel = &model->panel;

    if (!takes_text(panel->overlay)) {
        return;
    }
    tui_panel_empty(model);
    panel->wants_stored =
        panel->overlay == TUI_OVERLAY_SEARCH && panel->query_size >= STORED_QUERY_BYTES_MIN;
    if (panel->overlay == TUI_OVERLAY_SWITCHER) {
        choose_windows(model);
    } else {
        search(model);
    }
    if (panel->selected >= panel->count) {
        panel->selected = panel->count > 0 ? panel->count - 1 : 0;
    }
}

/* ---- opening and closing ------------------------------------------------------------------ */

void tui_panel_open(struct tui_model *model, enum tui_overlay overlay)
{
    bool was_open = model->panel.overlay == overlay;

    tui_panel_empty(model);
    model->panel.overlay = was_open ? TUI_OVERLAY_NONE : overlay;
    model->panel.selected = 0;
    model->panel.query_size = 0;
    tui_panel_update(model);
}

void tui_panel_close(struct tui_model *model)
{
    if (model->panel.overlay == TUI_OVERLAY_NONE) {
        tui_pager_to_newest(model);
    }
    tui_panel_empty(model);
    model->panel.overlay = TUI_OVERLAY_NONE;
}

/* A stored line is shown as soon as it is here, with all that was said since. */
static void go_to(struct tui_model *model, const struct tui_result *result)
{
    const struct tui_line *line = result->stored == NULL
                                      ? result->line
                                      : tui_model_known_line(model, tui_name_bytes(&result->id));

    for (size_t i = 0; i < model->window_count; i++) {
        if (model->windows[i] == result->window) {
            tui_model_show(model, i);
        }
    }
    if (line != NULL) {
        tui_pager_show(result->window, tui_lines_index(&result->window->lines, line));
    } else if (!result->window->has_all) {
        result->window->target = result->id;
        result->window->wants_earlier = true;
    }
}

void tui_panel_accept(struct tui_model *model)
{
    struct tui_panel *panel = &model->panel;

    if (panel->overlay == TUI_OVERLAY_SWITCHER && panel->selected < panel->count) {
        tui_model_show(model, panel->choices[panel->selected]);
    } else if (panel->overlay == TUI_OVERLAY_SEARCH && panel->selected < panel->count) {
        go_to(model, &panel->results[panel->selected]);
    }
    tui_panel_empty(model);
    panel->overlay = TUI_OVERLAY_NONE;
}

/* ---- what the node has stored ----------------------------------------------------------- */

static bool has_result(const struct tui_panel *panel, const struct tui_line *line)
{
    for (size_t i = 0; i < panel->count; i++) {
        if (panel->results[i].line == line) {
            return true;
        }
    }
    return false;
}

void tui_panel_add_stored(struct tui_model *model, const struct gossip_event *event)
{
    struct tui_panel *panel = &model->panel;
    struct tui_result result = {.window = tui_windows_of_room(model, event->room),
        .line = tui_model_known_line(model, event->message_id)};

    if (panel->overlay != TUI_OVERLAY_SEARCH || panel->count == TUI_RESULTS_MAX ||
        result.window == NULL || (result.line != NULL && has_result(panel, result.line))) {
        return;
    }
    if (result.line == NULL) {
        result.stored = tui_model_make_line(model, event);
        tui_name_set(&result.id, event->message_id);
        if (result.stored == NULL) {
            return;
        }
    }
    panel->results[panel->count++] = result;
}

/* How many entries or rows there are to move over. */
static size_t extent(const struct tui_model *model)
{
    const struct tui_panel *panel = &model->panel;
    struct phrase phrase;
    size_t count = 0;

    if (takes_text(panel->overlay)) {
        return panel->count;
    }
    if (panel->overlay == TUI_OVERLAY_HELP) {
        return model->config.help_count;
    }
    while (tui_panel_network(model, count, &phrase)) {
        count++;
    }
    return count;
}

void tui_panel_move(struct tui_model *model, int64_t rows)
{
    struct tui_panel *panel = &model->panel;
    size_t count = extent(model), step = (size_t)(rows < 0 ? -rows : rows);

    if (rows < 0) {
        panel->selected -= step < panel->selected ? step : panel->selected;
    } else {
        panel->selected += step;
    }
    if (panel->selected >= count) {
        panel->selected = count > 0 ? count - 1 : 0;
    }
}

static void forget_if(struct tui_model *model,
    bool (*must_go)(const struct tui_result *result, const void *what), const void *what)
{
    struct tui_panel *panel = &model->panel;
    size_t kept = 0;

    if (panel->overlay != TUI_OVERLAY_SEARCH) {
        return;
    }
    for (size_t i = 0; i < panel->count; i++) {
        if (must_go(&panel->results[i], what)) {
            tui_line_destroy(model->allocator, panel->results[i].stored);
        } else {
            panel->results[kept++] = panel->results[i];
        }
    }
    panel->count = kept;
    if (panel->selected >= kept) {
        panel->selected = kept > 0 ? kept - 1 : 0;
    }
}

static bool is_of_line(const struct tui_result *result, const void *line)
{
    return result->line == line;
}

static bool is_of_window(const struct tui_result *result, const void *window)
{
    return result->window == window;
}

void tui_panel_forget(struct tui_model *model, const struct tui_line *line)
{
    forget_if(model, is_of_line, line);
}

void tui_panel_forget_window(struct tui_model *model, const struct tui_window *window)
{
    forget_if(model, is_of_window, window);
}

/* ---- what the front end does ------------------------------------------------------------ */

enum tui_overlay tui_model_overlay(const struct tui_model *model)
{
    return model->panel.overlay;
}

struct gossip_bytes tui_model_query(const struct tui_model *model)
{
    return bytes_make(model->panel.query, model->panel.query_size);
}

void tui_model_type(struct tui_model *model, struct gossip_bytes text)
{
    struct tui_panel *panel = &model->panel;

    if (takes_text(panel->overlay) && text.size <= sizeof(panel->query) - panel->query_size &&
        utf8_is_valid(text) && bytes_find(text, '\n') == text.size) {
        bytes_copy(panel->query + panel->query_size, text);
        panel->query_size += text.size;
        panel->selected = 0;
        tui_panel_update(model);
        model->has_changed = true;
    }
}

void tui_model_erase(struct tui_model *model)
{
    struct tui_panel *panel = &model->panel;

    if (takes_text(panel->overlay) && panel->query_size > 0) {
        panel->query_size = utf8_truncate(tui_model_query(model), panel->query_size - 1).size;
        panel->selected = 0;
        tui_panel_update(model);
        model->has_changed = true;
    }
}

void tui_model_search(struct tui_model *model, struct gossip_bytes text)
{
    tui_panel_empty(model);
    model->panel.overlay = TUI_OVERLAY_NONE;
    tui_panel_open(model, TUI_OVERLAY_SEARCH);
    tui_model_type(model, utf8_truncate(text, TUI_QUERY_BYTES_MAX));
    model->has_changed = true;
}
