#include "tui/input_history.h"

#include <string.h>

#include "base/bytes.h"
#include "base/require.h"
#include "base/utf8.h"

struct entry {
    uint8_t *data;
    size_t size;
};

struct input_history {
    const struct allocator *allocator;
    size_t count, size;
    struct entry entries[INPUT_HISTORY_MAX]; /* the oldest first */
};

struct input_history *input_history_create(const struct allocator *allocator)
{
    struct input_history *history = allocator_take_zeroed(allocator, 1, sizeof(*history));

    if (history != NULL) {
        history->allocator = allocator;
    }
    return history;
}

static void forget_oldest(struct input_history *history)
{
    history->size -= history->entries[0].size;
    allocator_give(history->allocator, history->entries[0].data, history->entries[0].size);
    history->count--;
    memmove(history->entries, history->entries + 1, history->count * sizeof(history->entries[0]));
}

void input_history_destroy(struct input_history *history)
{
    if (history == NULL) {
        return;
    }
    while (history->count > 0) {
        forget_oldest(history);
    }
    allocator_give(history->allocator, history, sizeof(*history));
}

size_t input_history_count(const struct input_history *history)
{
    return history->count;
}

struct gossip_bytes input_history_get(const struct input_history *history, size_t index)
{
    const struct entry *entry;

    require(index < history->count);
    entry = &history->entries[history->count - 1 - index];
    return bytes_make(entry->data, entry->size);
}

void input_history_add(struct input_history *history, struct gossip_bytes text)
{
    struct entry entry = {.size = text.size};

    if (text.size == 0 || text.size > INPUT_HISTORY_ENTRY_BYTES_MAX ||
        (history->count > 0 && bytes_equal(input_history_get(history, 0), text))) {
        return;
    }
    entry.data = allocator_take(history->allocator, text.size);
    if (entry.data == NULL) {
        return;
    }
    bytes_copy(entry.data, text);
    while (history->count == INPUT_HISTORY_MAX ||
           history->size + text.size > INPUT_HISTORY_BYTES_MAX) {
        forget_oldest(history);
    }
    history->entries[history->count++] = entry;
    history->size += entry.size;
}

/* ---- searching -------------------------------------------------------------------------- */

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte - 'A' + 'a') : byte;
}

static bool has(struct gossip_bytes text, struct gossip_bytes needle)
{
    for (size_t i = 0; i + needle.size <= text.size; i++) {
        size_t same = 0;

        while (same < needle.size && lower(text.data[i + same]) == lower(needle.data[same])) {
            same++;
        }
        if (same == needle.size) {
            return true;
        }
    }
    return false;
}

size_t input_history_search(
    const struct input_history *history, size_t index, struct gossip_bytes needle)
{
    while (index < history->count && !has(input_history_get(history, index), needle)) {
        index++;
    }
    return index < history->count ? index : history->count;
}

/* ---- the file --------------------------------------------------------------------------- */

static size_t encode_byte(uint8_t byte, uint8_t *to)
{
    if (byte == '\n' || byte == '\\') {
        to[0] = '\\';
        to[1] = byte == '\n' ? 'n' : '\\';
        return 2;
    }
    to[0] = byte;
    return 1;
}

size_t input_history_encode(const struct input_history *history, struct gossip_room room)
{
    size_t size = 0;

    require(room.size >= INPUT_HISTORY_FILE_BYTES_MAX);
    for (size_t i = 0; i < history->count; i++) {
        for (size_t j = 0; j < history->entries[i].size; j++) {
            size += encode_byte(history->entries[i].data[j], room.data + size);
        }
        room.data[size++] = '\n';
    }
    return size;
}

static void decode_line(struct input_history *history, struct gossip_bytes line)
{
    uint8_t text[INPUT_HISTORY_ENTRY_BYTES_MAX];
    size_t size = 0;

    if (line.size > 2 * sizeof(text) || !utf8_is_valid(line)) {
        return;
    }
    for (size_t i = 0; i < line.size; i++) {
        uint8_t byte = line.data[i];

        if (byte == '\\' && i + 1 < line.size) {
            byte = line.data[++i] == 'n' ? '\n' : line.data[i];
        }
        if (size == sizeof(text)) {
            return;
        }
        text[size++] = byte;
    }
    input_history_add(history, bytes_make(text, size));
}

void input_history_decode(struct input_history *history, struct gossip_bytes file)
{
    while (file.size > 0) {
        size_t size = bytes_find(file, '\n');

        decode_line(history, bytes_part(file, 0, size));
        file = bytes_part(file, size + 1, file.size);
    }
}
