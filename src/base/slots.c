#include "base/slots.h"

#include "base/bytes.h"
#include "base/require.h"

#include <stddef.h>

#define NO_SLOT UINT32_MAX

/* What the table knows of one place; the items lie apart, so that finding stays in few cache lines. */
struct slot {
    uint32_t generation; /* of the item here, or of the last one; 0 if there never was one */
    uint32_t next_free;
    bool is_taken;
};

struct slots {
    const struct allocator *allocator;
    struct slot *table;
    uint8_t *items;
    size_t item_size; /* rounded up, so that all items are aligned */
    uint32_t capacity;
    uint32_t count;
    uint32_t untouched; /* places from here on were never used */
    uint32_t free_first, free_last;
};

enum gossip_error slots_create(
    const struct allocator *allocator, uint32_t count_max, size_t item_size, struct slots **slots)
{
    const size_t alignment = _Alignof(max_align_t);
    struct slots *created;

    require(count_max > 0 && count_max < NO_SLOT && item_size > 0);
    *slots = NULL;
    if (item_size > SIZE_MAX - alignment)
        return GOSSIP_ERROR_NO_MEMORY;
    created = allocator_take_zeroed(allocator, 1, sizeof(*created));
    if (created == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    created->allocator = allocator;
    created->capacity = count_max;
    created->item_size = (item_size + alignment - 1) / alignment * alignment;
    created->free_first = created->free_last = NO_SLOT;
    created->table = allocator_take_zeroed(allocator, count_max, sizeof(*created->table));
    created->items = allocator_take_zeroed(allocator, count_max, created->item_size);
    if (created->table == NULL || created->items == NULL) {
        slots_destroy(created);
        return GOSSIP_ERROR_NO_MEMORY;
    }
    *slots = created;
    return GOSSIP_OK;
}

void slots_destroy(struct slots *slots)
{
    if (slots == NULL)
        return;
    if (slots->items != NULL)
        bytes_wipe(slots->items, slots->capacity * slots->item_size);
    allocator_give(slots->allocator, slots->items, slots->capacity * slots->item_size);
    allocator_give(slots->allocator, slots->table, slots->capacity * sizeof(*slots->table));
    allocator_give(slots->allocator, slots, sizeof(*slots));
}

static void *item_at(const struct slots *slots, uint32_t index)
{
    return slots->items + index * slots->item_size;
}

static uint32_t take_free(struct slots *slots)
{
    uint32_t index = slots->free_first;

    if (slots->untouched < slots->capacity)
        return slots->untouched++;
    if (index != NO_SLOT) {
        slots->free_first = slots->table[index].next_free;
        if (slots->free_first == NO_SLOT)
            slots->free_last = NO_SLOT;
    }
    return index;
}

void *slots_insert(struct slots *slots, struct slot_id *id)
{
    uint32_t index = take_free(slots);
    struct slot *slot;

    *id = (struct slot_id){0};
    if (index == NO_SLOT)
        return NULL;
    slot = &slots->table[index];
    slot->is_taken = true;
    /* 0 is kept for ids that name nothing, also after four thousand million uses of one place. */
    slot->generation = slot->generation == UINT32_MAX ? 1 : slot->generation + 1;
    slots->count++;
    *id = (struct slot_id){.index = index, .generation = slot->generation};
    return item_at(slots, index);
}

void *slots_find(const struct slots *slots, struct slot_id id)
{
    if (id.index >= slots->capacity)
        return NULL;
    if (!slots->table[id.index].is_taken || slots->table[id.index].generation != id.generation)
        return NULL;
    return item_at(slots, id.index);
}

bool slots_remove(struct slots *slots, struct slot_id id)
{
    void *item = slots_find(slots, id);
    struct slot *slot;

    if (item == NULL)
        return false;
    bytes_wipe(item, slots->item_size);
    slot = &slots->table[id.index];
    slot->is_taken = false;
    slot->next_free = NO_SLOT;
    if (slots->free_last == NO_SLOT)
        slots->free_first = id.index;
    else
        slots->table[slots->free_last].next_free = id.index;
    slots->free_last = id.index;
    slots->count--;
    return true;
}

uint32_t slots_count(const struct slots *slots)
{
    return slots->count;
}

uint32_t slots_capacity(const struct slots *slots)
{
    return slots->capacity;
}

void *slots_next(const struct slots *slots, struct slot_id *id)
{
    /* An all-zero id stands before the first place, any other at its own. */
    uint32_t index = id->generation == 0 ? 0 : id->index + 1;

    for (; index < slots->untouched; index++) {
        if (slots->table[index].is_taken) {
            *id = (struct slot_id){.index = index, .generation = slots->table[index].generation};
            return item_at(slots, index);
        }
    }
    return NULL;
}
