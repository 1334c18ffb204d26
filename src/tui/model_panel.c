#include <string.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "tui/state.h"

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

void tui_panel_update(struct tui_model *model)
{
    struct tui_panel *panel = &model->panel;

    if (!takes_text(panel->overlay)) {
        return;
    }
    panel->count = 0;
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

    model->panel.overlay = was_open ? TUI_OVERLAY_NONE : overlay;
    model->panel.selected = 0;
    model->panel.query_size = 0;
    model->panel.count = 0;
    tui_panel_update(model);
}

void tui_panel_close(struct tui_model *model)
{
    if (model->panel.overlay == TUI_OVERLAY_NONE) {
        tui_pager_to_newest(model);
    }
    model->panel.overlay = TUI_OVERLAY_NONE;
    model->panel.count = 0;
}

static void go_to(struct tui_model *model, struct tui_result result)
{
    for (size_t i = 0; i < model->window_count; i++) {
        if (model->windows[i] == result.window) {
            tui_model_show(model, i);
        }
    }
    tui_pager_show(result.window, tui_lines_index(&result.window->lines, result.line));
}

void tui_panel_accept(struct tui_model *model)
{
    struct tui_panel *panel = &model->panel;
    enum tui_overlay overlay = panel->overlay;

    if (overlay == TUI_OVERLAY_NONE) {
        return;
    }
    panel->overlay = TUI_OVERLAY_NONE;
    if (overlay == TUI_OVERLAY_SWITCHER && panel->selected < panel->count) {
        tui_model_show(model, panel->choices[panel->selected]);
    } else if (overlay == TUI_OVERLAY_SEARCH && panel->selected < panel->count) {
        go_to(model, panel->results[panel->selected]);
    }
    panel->count = 0;
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

void tui_panel_forget(struct tui_model *model, const struct tui_line *line)
{
    struct tui_panel *panel = &model->panel;
    size_t kept = 0;

    if (panel->overlay != TUI_OVERLAY_SEARCH) {
        return;
    }
    for (size_t i = 0; i < panel->count; i++) {
        if (panel->results[i].line != line) {
            panel->results[kept++] = panel->results[i];
        }
    }
    panel->count = kept;
    if (panel->selected >= kept) {
        panel->selected = kept > 0 ? kept - 1 : 0;
    }
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
    model->panel.overlay = TUI_OVERLAY_NONE;
    tui_panel_open(model, TUI_OVERLAY_SEARCH);
    tui_model_type(model, utf8_truncate(text, TUI_QUERY_BYTES_MAX));
    model->has_changed = true;
}
