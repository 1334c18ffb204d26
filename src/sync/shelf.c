#include "sync/shelf.h"

#include <string.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/require.h"

#define GROWTH 64

struct gossip_bytes shelf_original(const struct shelf_line *line)
{
    return bytes_make(line->original, line->original_size);
}

/* ---- order ------------------------------------------------------------------------------ */

static int compare(uint64_t left, uint64_t right)
{
    return (left > right) - (left < right);
}

static int compare_stays(const struct shelf_line *left, const struct shelf_line *right)
{
    int result = compare(left->session, right->session);

    return result != 0 ? result : compare(left->sequence, right->sequence);
}

static int compare_names(const struct shelf_line *left, const struct shelf_line *right)
{
    int result = compare(left->tail, right->tail);

    if (result == 0) {
        result = compare_stays(left, right);
    }
    return result != 0 ? result : peer_id_compare(&left->author, &right->author);
}

static int compare_orders(const struct shelf_line *left, const struct shelf_line *right)
{
    int result = compare(left->order, right->order);

    if (result == 0) {
        result = peer_id_compare(&left->author, &right->author);
    }
    return result != 0 ? result : compare_stays(left, right);
}

/* The place of the line, or where it would be, in an array in order. */
static uint32_t find(struct shelf_line *const *lines, uint32_t count, const struct shelf_line *line,
    int (*compare_lines)(const struct shelf_line *, const struct shelf_line *))
{
    uint32_t low = 0;
    uint32_t high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (compare_lines(lines[middle], line) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* ---- runs ------------------------------------------------------------------------------- */

static bool is_continued(const struct wire_history_run *run, const struct shelf_line *line)
{
    return line->tail == run->author && line->session == run->session &&
           line->sequence == run->first + run->count;
}

bool shelf_run_next(const struct shelf *shelf, uint32_t *at, struct wire_history_run *run)
{
    const struct shelf_line *line;

    if (*at >= shelf->count) {
        return false;
    }
    line = shelf->named[(*at)++];
    *run = (struct wire_history_run){
        .author = line->tail, .session = line->session, .first = line->sequence, .count = 1};
    while (*at < shelf->count && is_continued(run, shelf->named[*at])) {
        run->count++;
        (*at)++;
    }
    return true;
}

bool shelf_is_in_run(const struct shelf_line *line, const struct wire_history_run *run)
{
    return line->tail == run->author && line->session == run->session &&
           line->sequence >= run->first && line->sequence - run->first < run->count;
}

uint32_t shelf_find_run(const struct shelf *shelf, const struct wire_history_run *run)
{
    struct shelf_line first = {
        .tail = run->author, .session = run->session, .sequence = run->first};

    return find(shelf->named, shelf->count, &first, compare_names);
}

/* ---- keeping ---------------------------------------------------------------------------- */

static struct shelf_line *make_line(
    const struct allocator *allocator, struct gossip_unix_time date, const struct sync_line *from)
{
    size_t size = sizeof(struct shelf_line) + from->original.size;
    struct shelf_line *line = allocator_take(allocator, size);

    require(from->author.size >= 8 && from->sequence < UINT64_MAX);
    if (line == NULL) {
        return NULL;
    }
    *line = (struct shelf_line){.references = 1,
        .size = size,
        .author = from->author,
        .tail = load_u64_big(from->author.data + from->author.size - 8),
        .session = from->session,
        .sequence = from->sequence,
        .order = from->order,
        .date = from->sent_at.ms < date.ms ? from->sent_at : date,
        .original_size = from->original.size};
    bytes_copy(line->original, from->original);
    return line;
}

void shelf_line_release(const struct allocator *allocator, struct shelf_line *line)
{
    if (--line->references == 0) {
        allocator_give(allocator, line, line->size);
    }
}

static void insert(
    struct shelf_line **lines, uint32_t count, uint32_t place, struct shelf_line *line)
{
    memmove(lines + place + 1, lines + place, (count - place) * sizeof(struct shelf_line *));
    lines[place] = line;
}

static void take_out(struct shelf_line **lines, uint32_t count, uint32_t place)
{
    memmove(lines + place, lines + place + 1, (count - place - 1) * sizeof(struct shelf_line *));
}

static bool grow(const struct allocator *allocator, struct shelf *shelf)
{
    size_t size = shelf->allocated * sizeof(struct shelf_line *);
    size_t grown = size + GROWTH * sizeof(struct shelf_line *);
    struct shelf_line **lines;
    struct shelf_line **named;

    if (shelf->count < shelf->allocated) {
        return true;
    }
    lines = allocator_take(allocator, grown);
    named = allocator_take(allocator, grown);
    if (lines == NULL || named == NULL) {
        allocator_give(allocator, lines, grown);
        allocator_give(allocator, named, grown);
        return false;
    }
    if (size > 0) {
        memcpy(lines, shelf->lines, size);
        memcpy(named, shelf->named, size);
    }
    allocator_give(allocator, shelf->lines, size);
    allocator_give(allocator, shelf->named, size);
    shelf->lines = lines;
    shelf->named = named;
    shelf->allocated += GROWTH;
    return true;
}

static void drop_first(const struct allocator *allocator, struct shelf *shelf)
{
    struct shelf_line *first = shelf->lines[0];

    if (first->order > shelf->floor) {
        shelf->floor = first->order;
    }
    shelf->bytes -= first->original_size;
    take_out(shelf->named, shelf->count, find(shelf->named, shelf->count, first, compare_names));
    take_out(shelf->lines, shelf->count, 0);
    shelf->count--;
    shelf_line_release(allocator, first);
}

void shelf_keep(const struct allocator *allocator, struct shelf *shelf,
    const struct sync_limits *limits, struct gossip_unix_time date, const struct sync_line *line)
{
    struct shelf_line *kept;
    uint32_t place;

    if (line->original.size == 0 || line->original.size > WIRE_HISTORY_LINE_BYTES_MAX ||
        !grow(allocator, shelf)) {
        return;
    }
    kept = make_line(allocator, date, line);
    if (kept == NULL) {
        return;
    }
    place = find(shelf->named, shelf->count, kept, compare_names);
    if (place < shelf->count && compare_names(shelf->named[place], kept) == 0) {
        shelf_line_release(allocator, kept);
        return;
    }
    insert(shelf->named, shelf->count, place, kept);
    place = find(shelf->lines, shelf->count, kept, compare_orders);
    insert(shelf->lines, shelf->count, place, kept);
    shelf->count++;
    shelf->bytes += kept->original_size;
    while (shelf->count > limits->lines_max || shelf->bytes > limits->bytes_max) {
        drop_first(allocator, shelf);
    }
}

void shelf_clear(const struct allocator *allocator, struct shelf *shelf)
{
    size_t size = shelf->allocated * sizeof(struct shelf_line *);

    for (uint32_t i = 0; i < shelf->count; i++) {
        shelf_line_release(allocator, shelf->lines[i]);
    }
    allocator_give(allocator, shelf->lines, size);
    allocator_give(allocator, shelf->named, size);
    *shelf = (struct shelf){.count = 0};
}
