#include "tui/editor_state.h"

#include <string.h>
#include <utf8proc.h>

#include "base/bytes.h"
#include "base/require.h"
#include "base/utf8.h"
#include "tui/cluster.h"

#define ZERO_WIDTH_NON_JOINER 0x200C
#define ZERO_WIDTH_JOINER 0x200D
#define TAG_FIRST 0xE0020
#define TAG_LAST 0xE007F

/* ---- life ------------------------------------------------------------------------------- */

struct editor *editor_create(const struct allocator *allocator)
{
    struct editor *editor = allocator_take_zeroed(allocator, 1, sizeof(*editor));

    if (editor != NULL) {
        editor->allocator = allocator;
    }
    return editor;
}

void editor_piece_free(const struct editor *editor, struct piece *piece)
{
    allocator_give(editor->allocator, piece->data, piece->size);
    *piece = (struct piece){.size = 0};
}

static void forget_undo(struct editor *editor)
{
    while (editor->undo_count > 0) {
        editor_piece_free(editor, &editor->undo[--editor->undo_count]);
    }
    editor->undo_size = 0;
}

void editor_destroy(struct editor *editor)
{
    if (editor == NULL) {
        return;
    }
    forget_undo(editor);
    for (size_t i = 0; i < editor->cut_count; i++) {
        editor_piece_free(editor, &editor->cuts[i]);
    }
    allocator_give(editor->allocator, editor, sizeof(*editor));
}

struct gossip_bytes editor_text(const struct editor *editor)
{
    return bytes_make(editor->text, editor->size);
}

size_t editor_cursor(const struct editor *editor)
{
    return editor->cursor;
}

/* ---- undo ------------------------------------------------------------------------------- */

static void forget_oldest_undo(struct editor *editor)
{
    editor->undo_size -= editor->undo[0].size;
    editor_piece_free(editor, &editor->undo[0]);
    editor->undo_count--;
    memmove(editor->undo, editor->undo + 1, editor->undo_count * sizeof(editor->undo[0]));
}

/* Keeps the text as it is now. An empty one needs no memory. */
static void remember(struct editor *editor)
{
    struct piece piece = {.size = editor->size, .cursor = editor->cursor};

    if (piece.size > 0) {
        piece.data = allocator_take(editor->allocator, piece.size);
        if (piece.data == NULL) {
            return;
        }
        bytes_copy(piece.data, editor_text(editor));
    }
    while (editor->undo_count == EDITOR_UNDO_MAX ||
           (editor->undo_count > 0 && editor->undo_size + piece.size > EDITOR_UNDO_BYTES_MAX)) {
        forget_oldest_undo(editor);
    }
    editor->undo[editor->undo_count++] = piece;
    editor->undo_size += piece.size;
}

void editor_undo(struct editor *editor)
{
    struct piece *piece;

    editor->deed = DEED_OTHER;
    editor->has_column = false;
    if (editor->undo_count == 0) {
        return;
    }
    piece = &editor->undo[--editor->undo_count];
    editor->undo_size -= piece->size;
    bytes_copy(editor->text, bytes_make(piece->data, piece->size));
    editor->size = piece->size;
    editor->cursor = piece->cursor;
    editor_piece_free(editor, piece);
}

/* ---- changing --------------------------------------------------------------------------- */

/* Begins a change, which is undone together with those before it if `deed` continues them. */
void editor_begin(struct editor *editor, enum deed deed)
{
    if (deed == DEED_OTHER || deed != editor->deed) {
        remember(editor);
    }
    editor->deed = deed;
    editor->has_column = false;
}

/* A place between clusters at or behind `offset`: two texts that meet may make one cluster. */
static size_t settle(const struct editor *editor, size_t offset)
{
    size_t start;

    if (offset == 0 || offset >= editor->size) {
        return offset;
    }
    start = cluster_before(editor_text(editor), offset);
    return cluster_after(editor_text(editor), start);
}

/* Replaces what lies from `start` to `end` by `text`, which fits. */
void editor_splice(struct editor *editor, size_t start, size_t end, struct gossip_bytes text)
{
    require(start <= end && end <= editor->size);
    require(editor->size - (end - start) + text.size <= EDITOR_BYTES_MAX);
    memmove(editor->text + start + text.size, editor->text + end, editor->size - end);
    bytes_copy(editor->text + start, text);
    editor->size += text.size - (end - start);
    editor->cursor = settle(editor, start + text.size);
}

/* Formatting that is seen in what it joins: emoji, letters of some scripts, flags of regions. */
static bool is_joining(uint32_t code_point)
{
    return code_point == ZERO_WIDTH_NON_JOINER || code_point == ZERO_WIDTH_JOINER ||
           (code_point >= TAG_FIRST && code_point <= TAG_LAST);
}

/* What becomes of a code point that was typed or pasted: itself, another, or 0 if nothing is to stand there. */
static uint32_t permit(uint32_t code_point)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code_point);

    if (code_point == '\n' || code_point == '\r' || category == UTF8PROC_CATEGORY_ZL ||
        category == UTF8PROC_CATEGORY_ZP) {
        return '\n';
    }
    if (code_point == '\t') {
        return ' ';
    }
    if (category == UTF8PROC_CATEGORY_CC ||
        (category == UTF8PROC_CATEGORY_CF && !is_joining(code_point))) {
        return 0;
    }
    if (category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_CO) {
        return UTF8_REPLACEMENT;
    }
    return code_point;
}

/* The text as it may stand in the editor, in the scratch room; at most three times its size. */
static struct gossip_bytes clean(struct editor *editor, struct gossip_bytes text)
{
    struct gossip_room room = room_make(editor->scratch, sizeof(editor->scratch));
    size_t size = 0;

    while (text.size > 0) {
        uint32_t code_point;

        (void)utf8_decode(&text, &code_point);
        if (code_point != '\r' || !bytes_start_with(text, BYTES_OF("\n"))) {
            code_point = permit(code_point);
            size += code_point == 0
                        ? 0
                        : utf8_encode(code_point, room_make(room.data + size, room.size - size));
        }
    }
    return room_filled(room, size);
}

static bool insert(
    struct editor *editor, enum deed deed, size_t start, size_t end, struct gossip_bytes text)
{
    if (text.size > EDITOR_BYTES_MAX) {
        return false;
    }
    text = clean(editor, text);
    if (editor->size - (end - start) + text.size > EDITOR_BYTES_MAX) {
        return false;
    }
    if (text.size > 0 || end > start) {
        editor_begin(editor, deed);
        editor_splice(editor, start, end, text);
    }
    return true;
}

bool editor_insert(struct editor *editor, struct gossip_bytes text)
{
    /* One word is undone at once. */
    bool is_typed = cluster_after(text, 0) == text.size;
    bool ends_word = text.size == 1 && (text.data[0] == ' ' || text.data[0] == '\n');

    if (!insert(editor, is_typed ? DEED_TYPE : DEED_OTHER, editor->cursor, editor->cursor, text)) {
        return false;
    }
    if (ends_word) {
        editor->deed = DEED_OTHER;
    }
    return true;
}

bool editor_replace(struct editor *editor, size_t start, size_t end, struct gossip_bytes text)
{
    return insert(editor, DEED_REPLACE, start, end, text);
}

void editor_set(struct editor *editor, struct gossip_bytes text)
{
    (void)insert(editor, DEED_REPLACE, 0, editor->size, utf8_truncate(text, EDITOR_BYTES_MAX));
}

void editor_finish(struct editor *editor)
{
    forget_undo(editor);
    editor->size = 0;
    editor->cursor = 0;
    editor->deed = DEED_OTHER;
    editor->has_column = false;
}

static void erase(struct editor *editor, size_t start, size_t end)
{
    if (start < end) {
        editor_begin(editor, DEED_OTHER);
        editor_splice(editor, start, end, (struct gossip_bytes){0});
    }
}

void editor_delete_left(struct editor *editor)
{
    erase(editor, cluster_before(editor_text(editor), editor->cursor), editor->cursor);
}

void editor_delete_right(struct editor *editor)
{
    erase(editor, editor->cursor, cluster_after(editor_text(editor), editor->cursor));
}

/* Changes places of the clusters around the cursor; at the end of those before it. */
void editor_transpose(struct editor *editor)
{
    struct gossip_bytes text = editor_text(editor);
    size_t middle = editor->cursor, start, end, left;
    uint8_t pair[2 * CLUSTER_BYTES_MAX];

    if (middle == text.size && middle > 0) {
        middle = cluster_before(text, middle);
    }
    start = cluster_before(text, middle);
    end = cluster_after(text, middle);
    if (start == middle || middle == end) {
        return;
    }
    left = middle - start;
    bytes_copy(pair, bytes_part(text, middle, end - middle));
    bytes_copy(pair + (end - middle), bytes_part(text, start, left));
    editor_begin(editor, DEED_OTHER);
    editor_splice(editor, start, end, bytes_make(pair, end - start));
}
