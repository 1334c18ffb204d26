#include <string.h>

#include "base/bytes.h"
#include "tui/editor_state.h"

static void push_cut(struct editor *editor, struct gossip_bytes text)
{
    struct piece piece = {.data = allocator_take(editor->allocator, text.size), .size = text.size};

    if (piece.data == NULL) {
        return;
    }
    bytes_copy(piece.data, text);
    if (editor->cut_count == EDITOR_CUTS_MAX) {
        editor_piece_free(editor, &editor->cuts[--editor->cut_count]);
    }
    memmove(editor->cuts + 1, editor->cuts, editor->cut_count * sizeof(editor->cuts[0]));
    editor->cuts[0] = piece;
    editor->cut_count++;
}

/* Adds to what was cut last, on the side it was taken from. Both came out of one text, so it fits. */
static void grow_cut(struct editor *editor, struct gossip_bytes text, enum deed deed)
{
    struct piece *piece = &editor->cuts[0];
    uint8_t *data =
        allocator_resize(editor->allocator, piece->data, piece->size, piece->size + text.size);

    if (data == NULL) {
        return;
    }
    if (deed == DEED_CUT_LEFT) {
        memmove(data + text.size, data, piece->size);
        bytes_copy(data, text);
    } else {
        bytes_copy(data + piece->size, text);
    }
    piece->data = data;
    piece->size += text.size;
}

static void cut(struct editor *editor, size_t start, size_t end, enum deed deed)
{
    struct gossip_bytes text = bytes_part(editor_text(editor), start, end - start);
    bool continues =
        (editor->deed == DEED_CUT_LEFT || editor->deed == DEED_CUT_RIGHT) && editor->cut_count > 0;

    if (text.size == 0) {
        return;
    }
    if (continues && editor->cuts[0].size + text.size <= EDITOR_BYTES_MAX) {
        grow_cut(editor, text, deed);
    } else {
        push_cut(editor, text);
    }
    editor_begin(editor, DEED_OTHER);
    editor_splice(editor, start, end, (struct gossip_bytes){0});
    editor->deed = deed;
}

void editor_cut_back(struct editor *editor)
{
    size_t at = editor->cursor;

    while (at > 0 && (editor->text[at - 1] == ' ' || editor->text[at - 1] == '\n')) {
        at--;
    }
    while (at > 0 && editor->text[at - 1] != ' ' && editor->text[at - 1] != '\n') {
        at--;
    }
    cut(editor, at, editor->cursor, DEED_CUT_LEFT);
}

void editor_cut_word_left(struct editor *editor)
{
    cut(editor, editor_word_before(editor), editor->cursor, DEED_CUT_LEFT);
}

void editor_cut_word_right(struct editor *editor)
{
    cut(editor, editor->cursor, editor_word_behind(editor), DEED_CUT_RIGHT);
}

void editor_cut_to_start(struct editor *editor)
{
    cut(editor, editor_start_of_line(editor, editor->cursor), editor->cursor, DEED_CUT_LEFT);
}

void editor_cut_to_end(struct editor *editor)
{
    size_t end = editor_end_of_line(editor, editor->cursor);

    cut(editor, editor->cursor, end + (end == editor->cursor && end < editor->size),
        DEED_CUT_RIGHT);
}

void editor_cut_all(struct editor *editor)
{
    cut(editor, 0, editor->size, DEED_CUT_LEFT);
}

static void put_back(struct editor *editor, size_t index, size_t start, size_t end)
{
    const struct piece *piece = &editor->cuts[index];

    if (editor->size - (end - start) + piece->size > EDITOR_BYTES_MAX) {
        return;
    }
    editor_begin(editor, DEED_OTHER);
    editor_splice(editor, start, end, bytes_make(piece->data, piece->size));
    editor->yanked = index;
    editor->yanked_start = start;
    editor->yanked_end = start + piece->size;
    editor->deed = DEED_YANK;
}

void editor_yank(struct editor *editor)
{
    if (editor->cut_count > 0) {
        put_back(editor, 0, editor->cursor, editor->cursor);
    }
}

void editor_yank_older(struct editor *editor)
{
    if (editor->deed == DEED_YANK) {
        put_back(editor, (editor->yanked + 1) % editor->cut_count, editor->yanked_start,
            editor->yanked_end);
    }
}
