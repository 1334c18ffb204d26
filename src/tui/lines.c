#include "tui/lines.h"

#include <string.h>

#include "base/bytes.h"
#include "base/require.h"

#define CAPACITY_FIRST 64

void tui_lines_init(struct tui_lines *lines, const struct allocator *allocator)
{
    *lines = (struct tui_lines){.allocator = allocator};
}

void tui_lines_deinit(struct tui_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        tui_line_destroy(lines->allocator, tui_lines_at(lines, i));
    }
    allocator_give(lines->allocator, lines->items, lines->capacity * sizeof(lines->items[0]));
    tui_lines_init(lines, lines->allocator);
}

struct tui_line *tui_line_create(const struct allocator *allocator, enum tui_line_kind kind,
    struct gossip_bytes name, struct gossip_bytes text)
{
    size_t size = sizeof(struct tui_line) + name.size + text.size;
    struct tui_line *line = allocator_take_zeroed(allocator, 1, size);

    if (line != NULL) {
        line->kind = kind;
        line->name_size = name.size;
        line->text_size = text.size;
        bytes_copy(line->bytes, name);
        bytes_copy(line->bytes + name.size, text);
    }
    return line;
}

size_t tui_line_size(const struct tui_line *line)
{
    return sizeof(*line) + line->name_size + line->text_size;
}

void tui_line_destroy(const struct allocator *allocator, struct tui_line *line)
{
    if (line != NULL) {
        allocator_give(allocator, line, tui_line_size(line));
    }
}

/* Room for one more behind the last: what was dropped at the front is used again, or else it grows. */
static bool make_room(struct tui_lines *lines)
{
    size_t capacity = lines->capacity > 0 ? lines->capacity * 2 : CAPACITY_FIRST;
    struct tui_line **items;

    if (lines->first + lines->count < lines->capacity) {
        return true;
    }
    if (lines->first > lines->capacity / 2) {
        memmove(lines->items, lines->items + lines->first, lines->count * sizeof(items[0]));
        lines->first = 0;
        return true;
    }
    items = allocator_resize(lines->allocator, lines->items, lines->capacity * sizeof(items[0]),
        capacity * sizeof(items[0]));
    if (items == NULL) {
        return false;
    }
    lines->items = items;
    lines->capacity = capacity;
    return true;
}

bool tui_lines_insert(struct tui_lines *lines, size_t index, struct tui_line *line)
{
    struct tui_line **place;

    require(index <= lines->count);
    if (!make_room(lines)) {
        return false;
    }
    place = lines->items + lines->first + index;
    memmove(place + 1, place, (lines->count - index) * sizeof(place[0]));
    *place = line;
    lines->count++;
    lines->bytes += tui_line_size(line);
    return true;
}

struct tui_line *tui_lines_remove(struct tui_lines *lines, size_t index)
{
    struct tui_line *line = tui_lines_at(lines, index);
    struct tui_line **place = lines->items + lines->first + index;

    if (index == 0) {
        lines->first++;
    } else {
        memmove(place, place + 1, (lines->count - index - 1) * sizeof(place[0]));
    }
    lines->count--;
    lines->bytes -= tui_line_size(line);
    return line;
}

struct tui_line *tui_lines_at(const struct tui_lines *lines, size_t index)
{
    require(index < lines->count);
    return lines->items[lines->first + index];
}

size_t tui_lines_index(const struct tui_lines *lines, const struct tui_line *line)
{
    size_t index = lines->count;

    /* What is asked for is mostly recent. */
    while (index > 0 && tui_lines_at(lines, index - 1) != line) {
        index--;
    }
    require(index > 0);
    return index - 1;
}

struct tui_line *tui_lines_replace(struct tui_lines *lines, size_t index, struct tui_line *line)
{
    struct tui_line *old = tui_lines_at(lines, index);

    lines->bytes = lines->bytes - tui_line_size(old) + tui_line_size(line);
    lines->items[lines->first + index] = line;
    return old;
}

struct gossip_bytes tui_line_name(const struct tui_line *line)
{
    return bytes_make(line->bytes, line->name_size);
}

struct gossip_bytes tui_line_text(const struct tui_line *line)
{
    return bytes_make(line->bytes + line->name_size, line->text_size);
}
