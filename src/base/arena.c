#include "base/arena.h"

#include "base/bytes.h"

#include <stddef.h>

#define ALIGNMENT _Alignof(max_align_t)

struct arena_block {
    struct arena_block *older;
    size_t size; /* of `memory` */
    size_t used;
    max_align_t memory[];
};

void arena_init(struct arena *arena, const struct allocator *allocator, size_t capacity)
{
    *arena = (struct arena){.allocator = allocator, .capacity = capacity};
}

static void give_block(struct arena *arena, struct arena_block *block)
{
    allocator_give(arena->allocator, block, sizeof(*block) + block->size);
}

void arena_deinit(struct arena *arena)
{
    while (arena->blocks != NULL) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->older;
        give_block(arena, block);
    }
    arena->used = 0;
}

void arena_reset(struct arena *arena, size_t capacity)
{
    struct arena_block *kept = NULL;

    while (arena->blocks != NULL) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->older;
        if (kept == NULL && block->size == ARENA_BLOCK_BYTES)
            kept = block;
        else
            give_block(arena, block);
    }
    if (kept != NULL) {
        kept->older = NULL;
        kept->used = 0;
    }
    arena->blocks = kept;
    arena->capacity = capacity;
    arena->used = 0;
    arena->is_exhausted = false;
}

/* A new block with at least `size` bytes becomes the newest. */
static bool add_block(struct arena *arena, size_t size)
{
    size_t block_size = size > ARENA_BLOCK_BYTES ? size : ARENA_BLOCK_BYTES;
    struct arena_block *block;

    if (block_size > SIZE_MAX - sizeof(*block))
        return false;
    block = allocator_take(arena->allocator, sizeof(*block) + block_size);
    if (block == NULL)
        return false;
    *block = (struct arena_block){.older = arena->blocks, .size = block_size};
    arena->blocks = block;
    return true;
}

void *arena_take(struct arena *arena, size_t size)
{
    struct arena_block *block = arena->blocks;
    size_t padded;
    uint8_t *taken;

    /* No take is free, or a decoder could be made to take nothing for ever. */
    if (size == 0)
        size = 1;
    if (size > SIZE_MAX - ALIGNMENT || size > arena->capacity - arena->used) {
        arena->is_exhausted = true;
        return NULL;
    }
    padded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (padded > arena->capacity - arena->used) {
        arena->is_exhausted = true;
        return NULL;
    }
    if (block == NULL || padded > block->size - block->used) {
        if (!add_block(arena, padded))
            return NULL;
        block = arena->blocks;
    }
    taken = (uint8_t *)block->memory + block->used;
    block->used += padded;
    arena->used += padded;
    return taken;
}

struct gossip_bytes arena_copy(struct arena *arena, struct gossip_bytes bytes)
{
    uint8_t *copy = bytes.size == 0 ? NULL : arena_take(arena, bytes.size);

    if (copy == NULL)
        return bytes_make(NULL, 0);
    bytes_copy(copy, bytes);
    return bytes_make(copy, bytes.size);
}

bool arena_is_exhausted(const struct arena *arena)
{
    return arena->is_exhausted;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}

static void *take_from_arena(void *context, size_t size)
{
    return arena_take(context, size);
}

static void give_nothing(void *context, void *memory, size_t size)
{
    (void)context;
    (void)memory;
    (void)size;
}

struct allocator arena_allocator(struct arena *arena)
{
    return (struct allocator){.take = take_from_arena, .give = give_nothing, .context = arena};
}
