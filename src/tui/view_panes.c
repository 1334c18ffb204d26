#include "base/bytes.h"
#include "tui/cluster.h"
#include "tui/view_parts.h"

#define BORDER_COLUMNS 2 /* the line, and a space behind it */

/* A pane that is being filled, row by row. */
struct pane {
    struct canvas *canvas;
    const struct layout_area *area;
    int left, right, row;
};

static void draw_border(struct canvas *canvas, const struct layout_area *area, int column)
{
    for (int row = 0; row < area->rows; row++) {
        (void)canvas_say(canvas, view_place(area, column, row, column + 1),
            bytes_of_text(canvas->theme->glyphs.vertical), TUI_PART_BORDER);
    }
}

/* One entry, and at the right what is short and must not be cut. */
static void put_entry(
    struct pane *pane, struct gossip_bytes text, struct gossip_bytes mark, enum tui_part part)
{
    int columns = (int)cluster_columns(mark);
    int end = columns > 0 ? pane->right - columns - 1 : pane->right;

    if (pane->row < pane->area->rows) {
        (void)canvas_say_short(
            pane->canvas, view_place(pane->area, pane->left, pane->row, end), text, part);
        (void)canvas_say(pane->canvas,
            view_place(pane->area, pane->right - columns, pane->row, pane->right), mark, part);
    }
    pane->row++;
}

static void put_heading(struct pane *pane, struct gossip_bytes text)
{
    put_entry(pane, text, (struct gossip_bytes){0}, TUI_PART_HEADING);
}

/* ---- rooms ------------------------------------------------------------------------------ */

static void put_window(struct pane *pane, const struct tui_model *model, size_t index)
{
    const struct tui_window *window = model->windows[index];
    struct phrase text = {.size = 0}, mark = {.size = 0};
    struct gossip_bytes unread;
    bool is_shown = index == model->current;

    phrase_put(&text, is_shown ? ">" : " ");
    phrase_put_number(&text, index + 1);
    phrase_put(&text, " ");
    view_put_window(&text, window);
    view_put_unread(&mark, window);
    unread = phrase_bytes(&mark);
    put_entry(pane, phrase_bytes(&text), bytes_part(unread, unread.size > 0, unread.size),
        is_shown || window->mentions > 0 ? TUI_PART_HEADING : TUI_PART_TEXT);
}

static bool has_direct(const struct tui_model *model)
{
    for (size_t i = 0; i < model->window_count; i++) {
        if (model->windows[i]->is_direct) {
            return true;
        }
    }
    return false;
}

static void put_windows(struct pane *pane, const struct tui_model *model, bool is_direct)
{
    for (size_t i = 0; i < model->window_count; i++) {
        if (model->windows[i]->is_direct == is_direct) {
            put_window(pane, model, i);
        }
    }
}

void view_rooms(
    struct canvas *canvas, const struct layout_area *area, const struct tui_model *model)
{
    struct pane pane = {
        .canvas = canvas, .area = area, .left = 1, .right = area->columns - BORDER_COLUMNS};

    if (area->columns == 0) {
        return;
    }
    draw_border(canvas, area, area->columns - 1);
    put_heading(&pane, BYTES_OF("ROOMS"));
    put_windows(&pane, model, false);
    if (has_direct(model)) {
        pane.row++;
        put_heading(&pane, BYTES_OF("DIRECT"));
        put_windows(&pane, model, true);
    }
}

/* ---- people ----------------------------------------------------------------------------- */

/* The key is confirmed, or the name is also somebody else's. */
static const char *badge_of(const struct pane *pane, const struct tui_member *member)
{
    if (member->is_verified) {
        return pane->canvas->theme->glyphs.sent;
    }
    return member->has_clash ? "!" : "";
}

static void put_member(struct pane *pane, const struct tui_member *member)
{
    struct phrase text = {.size = 0};

    phrase_put_bytes(&text, tui_name_bytes(&member->name));
    phrase_put(&text, member->is_own ? " (you)" : "");
    put_entry(pane, phrase_bytes(&text), bytes_of_text(badge_of(pane, member)),
        member->is_own ? TUI_PART_HEADING : TUI_PART_TEXT);
}

/* "12 more", in the last row, for those who found no place. */
static void put_rest(struct pane *pane, size_t count)
{
    struct phrase text = {.size = 0};

    phrase_put(&text, "\u2026 ");
    phrase_put_number(&text, count);
    phrase_put(&text, " more");
    put_entry(pane, phrase_bytes(&text), (struct gossip_bytes){0}, TUI_PART_NOTICE);
}

/* Those who are away, or who are not, in the rows that are left but one. Returns how many. */
static size_t put_some(struct pane *pane, const struct tui_window *window, bool is_away)
{
    size_t count = 0;

    for (size_t i = 0; i < window->member_count && pane->row < pane->area->rows - 1; i++) {
        if (window->members[i].is_away == is_away) {
            put_member(pane, &window->members[i]);
            count++;
        }
    }
    return count;
}

static bool has_away(const struct tui_window *window)
{
    for (size_t i = 0; i < window->member_count; i++) {
        if (window->members[i].is_away) {
            return true;
        }
    }
    return false;
}

static void put_members(struct pane *pane, const struct tui_window *window)
{
    size_t total =
        window->member_total > window->member_count ? window->member_total : window->member_count;
    size_t shown = put_some(pane, window, false);

    if (has_away(window) && pane->row < pane->area->rows - 3) {
        pane->row++;
        put_heading(pane, BYTES_OF("away"));
        shown += put_some(pane, window, true);
    }
    if (total > shown) {
        put_rest(pane, total - shown);
    }
}

void view_people(
    struct canvas *canvas, const struct layout_area *area, const struct tui_model *model)
{
    const struct tui_window *window = tui_windows_shown(model);
    struct pane pane = {
        .canvas = canvas, .area = area, .left = BORDER_COLUMNS, .right = area->columns - 1};
    struct phrase heading = {.size = 0};

    if (area->columns == 0) {
        return;
    }
    draw_border(canvas, area, 0);
    if (!window->is_direct) {
        phrase_put_number(&heading, window->member_total);
        phrase_put(&heading, " in ");
    }
    view_put_window(&heading, window);
    put_heading(&pane, phrase_bytes(&heading));
    pane.row++;
    put_members(&pane, window);
}
