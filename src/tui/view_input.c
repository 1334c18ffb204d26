#include "base/bytes.h"
#include "tui/cluster.h"
#include "tui/view_parts.h"

#define CONTINUED_COLUMNS 2

/* Walks over what is being typed, row by row. */
struct walk {
    int columns, row, column;
};

static void put_prompt(const struct tui_model *model, const struct tui_input *input, int columns,
    struct phrase *phrase)
{
    const struct tui_window *window = tui_windows_shown(model);

    if (input->prompt.size > 0) {
        phrase_put_bytes(phrase, input->prompt);
        return;
    }
    if (window != model->console) {
        phrase_put(phrase, "[");
        view_put_window(phrase, window);
        phrase_put(phrase, "] ");
    }
    phrase_put_bytes(phrase, tui_name_bytes(&model->nick));
    phrase_put(phrase, "> ");
    if (cluster_columns(phrase_bytes(phrase)) > (size_t)columns / 2) {
        phrase_begin(phrase);
        phrase_put(phrase, "> ");
    }
}

/* Makes room for what is `width` wide, or begins the next row. */
static void step(struct walk *walk, int width)
{
    if (walk->column + width > walk->columns) {
        walk->row++;
        walk->column = CONTINUED_COLUMNS;
    }
}

static struct walk start(const struct tui_model *model, const struct tui_input *input, int columns)
{
    struct phrase prompt = {.size = 0};

    put_prompt(model, input, columns, &prompt);
    return (struct walk){.columns = columns, .column = (int)cluster_columns(phrase_bytes(&prompt))};
}

/* Takes a cluster, or a line break, off `rest`; the walk stands where it belongs. */
static struct cluster next(struct walk *walk, struct gossip_bytes *rest)
{
    struct cluster cluster = cluster_take(rest);

    if (cluster.bytes.data[0] == '\n') {
        walk->row++;
        walk->column = CONTINUED_COLUMNS;
        cluster.width = 0;
    } else {
        step(walk, (int)cluster.width);
    }
    return cluster;
}

/* Where the cursor stands; behind the last cluster there is room for one. */
static struct walk find_cursor(
    const struct tui_model *model, const struct tui_input *input, int columns)
{
    struct walk walk = start(model, input, columns);
    struct gossip_bytes rest = bytes_part(input->text, 0, input->cursor);

    while (rest.size > 0) {
        struct cluster cluster = next(&walk, &rest);

        walk.column += (int)cluster.width;
    }
    step(&walk, 1);
    return walk;
}

int view_input_rows(const struct tui_model *model, const struct tui_input *input, int columns)
{
    struct walk walk = start(model, input, columns);
    struct gossip_bytes rest = input->text;

    /* More than there is room for need not be counted. */
    while (rest.size > 0 && walk.row < LAYOUT_INPUT_ROWS_MAX) {
        struct cluster cluster = next(&walk, &rest);

        walk.column += (int)cluster.width;
    }
    step(&walk, 1);
    return walk.row + 1;
}

void view_input(struct canvas *canvas, const struct layout_area *area,
    const struct tui_model *model, const struct tui_input *input, struct tui_cursor *cursor)
{
    struct walk walk = start(model, input, area->columns);
    struct walk at = find_cursor(model, input, area->columns);
    struct gossip_bytes rest = input->text, nothing = {0};
    int first = at.row >= area->rows ? at.row - area->rows + 1 : 0;
    struct phrase prompt = {.size = 0};

    if (first == 0) {
        put_prompt(model, input, area->columns, &prompt);
        (void)canvas_say(
            canvas, view_place(area, 0, 0, area->columns), phrase_bytes(&prompt), TUI_PART_PROMPT);
    }
    while (rest.size > 0 && walk.row < first + area->rows) {
        struct cluster cluster = next(&walk, &rest);

        if (walk.row >= first && walk.row < first + area->rows && cluster.width > 0) {
            (void)canvas_put(canvas, view_place(area, walk.column, walk.row - first, area->columns),
                cluster.bytes, canvas->theme->parts[TUI_PART_INPUT], nothing);
        }
        walk.column += (int)cluster.width;
    }
    *cursor = (struct tui_cursor){
        .column = area->column + at.column, .row = area->row + at.row - first, .is_visible = true};
}
