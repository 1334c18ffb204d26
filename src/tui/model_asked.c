#include "base/bytes.h"
#include "tui/state.h"

/* Lines asked for at once: some screens. */
#define EARLIER_COUNT 200
#define STORED_COUNT 100

/* The id of the first line that has one; empty if none has. */
static struct gossip_bytes first_id(const struct tui_window *window)
{
    for (size_t i = 0; i < window->lines.count; i++) {
        const struct tui_line *line = tui_lines_at(&window->lines, i);

        if (line->kind == TUI_LINE_CHAT && line->entry != NULL && !tui_line_is_unnamed(line)) {
            return hash_map_key(line->entry);
        }
    }
    return (struct gossip_bytes){0};
}

bool tui_model_poll(const struct tui_model *model, struct gossip_command *command)
{
    const struct tui_window *window = tui_windows_shown(model);

    if (model->asked.number != 0) {
        return false;
    }
    if (model->panel.overlay == TUI_OVERLAY_SEARCH && model->panel.wants_stored) {
        *command = (struct gossip_command){
            .kind = GOSSIP_COMMAND_SEARCH, .text = tui_model_query(model), .count = STORED_COUNT};
        return true;
    }
    if (window->wants_earlier && !window->has_all && !window->is_direct &&
        window != model->console) {
        *command = (struct gossip_command){.kind = GOSSIP_COMMAND_HISTORY,
            .room = tui_name_bytes(&window->name),
            .before = first_id(window),
            .count = EARLIER_COUNT};
        return true;
    }
    return false;
}

void tui_model_asked(struct tui_model *model, const struct gossip_command *command)
{
    struct tui_window *window = tui_windows_shown(model);

    model->asked = (struct tui_asked){.number = command->number, .kind = command->kind};
    if (command->kind == GOSSIP_COMMAND_SEARCH) {
        model->panel.wants_stored = false;
    } else {
        model->asked.window = window;
        window->wants_earlier = false;
    }
}

void tui_asked_forget(struct tui_model *model, const struct tui_window *window)
{
    if (model->asked.window == window) {
        model->asked.window = NULL;
    }
}

/* The line that was looked for is here, or there is more to ask for, or it is not to be had. */
static void go_on(struct tui_model *model, struct tui_window *window)
{
    const struct tui_line *line = tui_model_known_line(model, tui_name_bytes(&window->target));

    if (window->target.size == 0) {
        return;
    }
    if (line != NULL) {
        window->target.size = 0;
        tui_pager_show(window, tui_lines_index(&window->lines, line));
    } else if (window->has_all) {
        window->target.size = 0;
        (void)tui_window_note(window, TUI_LINE_ERROR,
            BYTES_OF("that message is too far back to be shown in its place"));
    } else {
        window->wants_earlier = true;
    }
}

static void note_over(struct tui_model *model, bool is_done)
{
    struct tui_window *window = model->asked.window;

    model->asked.number = 0;
    if (window != NULL) {
        window->has_all = !is_done || !model->asked.has_brought;
        go_on(model, window);
    }
}

bool tui_model_answered(struct tui_model *model, const struct gossip_event *event)
{
    if (event->number == 0 || event->number != model->asked.number) {
        return false;
    }
    if (event->kind == GOSSIP_EVENT_LINE) {
        if (model->asked.kind == GOSSIP_COMMAND_SEARCH) {
            tui_panel_add_stored(model, event);
        } else {
            tui_model_line(model, event);
        }
        return true;
    }
    if (event->kind == GOSSIP_EVENT_DONE || event->kind == GOSSIP_EVENT_FAILED) {
        note_over(model, event->kind == GOSSIP_EVENT_DONE);
        return true;
    }
    return false;
}
