#include "yamux/stream_table.h"

#include "base/require.h"
#include "yamux/session.h"

#include <string.h>

#define COUNT_FIRST 4
#define IDS_REMEMBERED 64

void yamux_stream_table_init(struct yamux_stream_table *table, const struct allocator *allocator)
{
    *table = (struct yamux_stream_table){.allocator = allocator};
}

static void give_items(struct yamux_stream_table *table)
{
    allocator_give(table->allocator, table->items, table->allocated * sizeof(*table->items));
    table->items = NULL;
    table->allocated = 0;
}

void yamux_stream_table_deinit(struct yamux_stream_table *table)
{
    give_items(table);
    table->count = 0;
    table->count_ours = 0;
}

struct yamux_stream_state *yamux_stream_table_find(
    const struct yamux_stream_table *table, uint32_t id)
{
    for (uint32_t i = 0; i < table->count; i++) {
        if (table->items[i].id == id)
            return &table->items[i];
    }
    return NULL;
}

/* The count is bounded by the limits of the session, so doubling never overflows. */
static bool grow(struct yamux_stream_table *table)
{
    uint32_t wanted = table->allocated == 0 ? COUNT_FIRST : table->allocated * 2;
    struct yamux_stream_state *items = (struct yamux_stream_state *)allocator_resize(
        table->allocator, table->items, table->allocated * sizeof(*items), wanted * sizeof(*items));

    if (items == NULL)
        return false;
    table->items = items;
    table->allocated = wanted;
    return true;
}

struct yamux_stream_state *yamux_stream_table_insert(
    struct yamux_stream_table *table, uint32_t id, bool is_ours)
{
    struct yamux_stream_state *stream;

    if (table->count == table->allocated && !grow(table))
        return NULL;
    stream = &table->items[table->count++];
    table->count_ours += is_ours;
    *stream = (struct yamux_stream_state){
        .id = id,
        .is_ours = is_ours,
        .receive_window = YAMUX_INITIAL_WINDOW_BYTES,
        .send_window = YAMUX_INITIAL_WINDOW_BYTES,
    };
    return stream;
}

void yamux_stream_table_remove(struct yamux_stream_table *table, struct yamux_stream_state *stream)
{
    size_t index = (size_t)(stream - table->items);

    require(index < table->count);
    table->count_ours -= stream->is_ours;
    table->count--;
    memmove(stream, stream + 1, (table->count - index) * sizeof(*stream));
    if (table->count == 0)
        give_items(table);
}

bool yamux_stream_table_use_id(struct yamux_stream_table *table, uint32_t id)
{
    uint32_t distance;

    if (id > table->peer_id_last) {
        distance = (id - table->peer_id_last) / 2;
        table->peer_ids_used = distance < IDS_REMEMBERED ? table->peer_ids_used << distance : 0;
        table->peer_ids_used |= 1;
        table->peer_id_last = id;
        return true;
    }
    distance = (table->peer_id_last - id) / 2;
    if (distance >= IDS_REMEMBERED || (table->peer_ids_used >> distance & 1) != 0)
        return false;
    table->peer_ids_used |= UINT64_C(1) << distance;
    return true;
}
