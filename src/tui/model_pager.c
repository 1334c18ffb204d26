#include "tui/layout.h"
#include "tui/state.h"

/* The chat as it is laid out now. */
struct page {
    struct tui_window *window;
    struct layout layout;
    size_t rows;
};

static bool page_of(struct tui_window *window, struct page *page)
{
    const struct tui_model *model = window->model;
    struct layout_frame frame;

    layout_frame(model, (int)(model->columns < INT16_MAX ? model->columns : INT16_MAX),
        (int)(model->rows < INT16_MAX ? model->rows : INT16_MAX), 1, &frame);
    if (frame.is_small || window->lines.count == 0) {
        return false;
    }
    page->window = window;
    page->rows = (size_t)frame.chat.rows;
    layout_chat(window, &frame, &page->layout);
    return true;
}

static size_t rows_of(const struct page *page, size_t line)
{
    return layout_rows_count(&page->layout, page->window, line);
}

/* Where the last row of the screen stands. */
static struct tui_pager bottom_of(const struct page *page)
{
    struct tui_pager pager = page->window->pager;
    size_t rows;

    if (pager.is_following || pager.line >= page->window->lines.count) {
        pager.line = page->window->lines.count - 1;
        pager.row = SIZE_MAX;
    }
    rows = rows_of(page, pager.line);
    pager.row = pager.row < rows ? pager.row : rows - 1;
    pager.is_following = false;
    return pager;
}

static void go_down(const struct page *page, struct tui_pager *pager, size_t count)
{
    size_t last = page->window->lines.count - 1;
    size_t rows = rows_of(page, pager->line);

    while (count >= rows - pager->row) {
        if (pager->line == last) {
            pager->row = rows - 1;
            break;
        }
        count -= rows - pager->row;
        pager->line++;
        pager->row = 0;
        rows = rows_of(page, pager->line);
    }
    if (count < rows - pager->row) {
        pager->row += count;
    }
    pager->is_following = pager->line == last && pager->row == rows - 1;
}

/* The first screen is full if it can be: its last row is not higher than the height. */
static void go_up(const struct page *page, struct tui_pager *pager, size_t count)
{
    size_t above;

    while (count > pager->row && pager->line > 0) {
        count -= pager->row + 1;
        pager->line--;
        pager->row = rows_of(page, pager->line) - 1;
    }
    pager->row -= count < pager->row ? count : pager->row;
    above = pager->row + 1;
    for (size_t line = pager->line; line > 0 && above < page->rows; line--) {
        above += rows_of(page, line - 1);
    }
    if (above < page->rows) {
        go_down(page, pager, page->rows - above);
    }
}

/* Whether the first row of all is on the screen. */
static bool is_at_top(const struct page *page, const struct tui_pager *pager)
{
    size_t above = pager->row + 1;

    for (size_t line = pager->line; line > 0 && above <= page->rows; line--) {
        above += rows_of(page, line - 1);
    }
    return above <= page->rows;
}

void tui_pager_scroll(struct tui_model *model, int64_t rows)
{
    struct tui_window *window = tui_windows_shown(model);
    struct tui_pager pager;
    struct page page;

    if (model->panel.overlay != TUI_OVERLAY_NONE) {
        tui_panel_move(model, rows);
        return;
    }
    if (!page_of(window, &page)) {
        return;
    }
    pager = bottom_of(&page);
    if (rows < 0) {
        go_up(&page, &pager, (size_t)-rows);
        window->wants_earlier |= is_at_top(&page, &pager);
    } else {
        go_down(&page, &pager, (size_t)rows);
    }
    window->pager = pager;
    tui_window_read(window);
}

void tui_pager_to_newest(struct tui_model *model)
{
    struct tui_window *window = tui_windows_shown(model);

    window->pager = (struct tui_pager){.is_following = true};
    tui_window_read(window);
}

void tui_pager_show(struct tui_window *window, size_t index)
{
    struct tui_pager pager = {.line = index};
    struct page page;

    if (!page_of(window, &page) || index >= window->lines.count) {
        return;
    }
    go_down(&page, &pager, page.rows / 2);
    go_up(&page, &pager, 0);
    window->pager = pager;
    tui_window_read(window);
}

void tui_pager_jump(struct tui_model *model)
{
    struct tui_window *window = tui_windows_shown(model);

    if (window->late.first != TUI_NOWHERE) {
        tui_pager_show(window, window->late.first);
        window->late.first = TUI_NOWHERE;
    } else if (window->new_line != TUI_NOWHERE) {
        tui_pager_show(window, window->new_line);
    }
}

void tui_pager_unfold(struct tui_model *model)
{
    struct tui_window *window = tui_windows_shown(model);
    struct tui_line *shown = NULL;
    struct page page;
    size_t seen = 0, index;

    if (!page_of(window, &page)) {
        return;
    }
    index = bottom_of(&page).line + 1;
    while (index > 0 && seen < page.rows) {
        struct tui_line *line = tui_lines_at(&window->lines, --index);

        seen += rows_of(&page, index);
        if (layout_is_long(&page.layout, line)) {
            if (!line->is_unfolded) {
                line->is_unfolded = true;
                return;
            }
            shown = shown == NULL ? line : shown;
        }
    }
    if (shown != NULL) {
        shown->is_unfolded = false;
    }
}
