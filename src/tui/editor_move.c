#include <utf8proc.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "tui/cluster.h"
#include "tui/editor_state.h"

static void go(struct editor *editor, size_t offset)
{
    editor->cursor = offset;
    editor->deed = DEED_OTHER;
    editor->has_column = false;
}

void editor_left(struct editor *editor)
{
    go(editor, cluster_before(editor_text(editor), editor->cursor));
}

void editor_right(struct editor *editor)
{
    go(editor, cluster_after(editor_text(editor), editor->cursor));
}

/* Whether the cluster at `offset` belongs to a word: letters, marks and digits of any script. */
static bool is_word(const struct editor *editor, size_t offset)
{
    struct gossip_bytes rest = bytes_part(editor_text(editor), offset, editor->size);
    uint32_t code_point;
    utf8proc_category_t category;

    (void)utf8_decode(&rest, &code_point);
    category = utf8proc_category((utf8proc_int32_t)code_point);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

size_t editor_word_before(const struct editor *editor)
{
    size_t at = editor->cursor;
    bool was_word = false;

    while (at > 0) {
        size_t before = cluster_before(editor_text(editor), at);
        bool is_in = is_word(editor, before);

        if (was_word && !is_in) {
            break;
        }
        was_word = is_in;
        at = before;
    }
    return at;
}

size_t editor_word_behind(const struct editor *editor)
{
    size_t at = editor->cursor;
    bool was_word = false;

    while (at < editor->size) {
        bool is_in = is_word(editor, at);

        if (was_word && !is_in) {
            break;
        }
        was_word = is_in;
        at = cluster_after(editor_text(editor), at);
    }
    return at;
}

void editor_word_left(struct editor *editor)
{
    go(editor, editor_word_before(editor));
}

void editor_word_right(struct editor *editor)
{
    go(editor, editor_word_behind(editor));
}

size_t editor_start_of_line(const struct editor *editor, size_t offset)
{
    while (offset > 0 && editor->text[offset - 1] != '\n') {
        offset--;
    }
    return offset;
}

size_t editor_end_of_line(const struct editor *editor, size_t offset)
{
    return offset + bytes_find(bytes_part(editor_text(editor), offset, editor->size), '\n');
}

void editor_line_start(struct editor *editor)
{
    go(editor, editor_start_of_line(editor, editor->cursor));
}

void editor_line_end(struct editor *editor)
{
    go(editor, editor_end_of_line(editor, editor->cursor));
}

/* Goes into the line that begins at `start`, and remembers the column for the next time. */
static void go_to_line(struct editor *editor, size_t start)
{
    struct gossip_bytes text = editor_text(editor);
    size_t from = editor_start_of_line(editor, editor->cursor);
    size_t column = editor->has_column
                        ? editor->column
                        : cluster_columns(bytes_part(text, from, editor->cursor - from));
    struct gossip_bytes line = bytes_part(text, start, editor_end_of_line(editor, start) - start);

    go(editor, start + cluster_fit(line, column).size);
    editor->has_column = true;
    editor->column = column;
}

bool editor_up(struct editor *editor)
{
    size_t start = editor_start_of_line(editor, editor->cursor);

    if (start > 0) {
        go_to_line(editor, editor_start_of_line(editor, start - 1));
    }
    return start > 0;
}

bool editor_down(struct editor *editor)
{
    size_t end = editor_end_of_line(editor, editor->cursor);

    if (end < editor->size) {
        go_to_line(editor, end + 1);
        return true;
    }
    return false;
}
