/*
 * Capped bump memory for decoding: many small takes, one reset, no single gives.
 *
 * The cap is what keeps a small hostile message from unfolding into a large structure: what was
 * decoded so far and what comes next together never exceed it. A reset keeps one block, so that
 * ordinary messages cost no allocation at all.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/allocator.h"
#include "gossipchat/types.h"

/* Size of the block a reset keeps, in bytes; larger blocks are made as needed and given back. */
#define ARENA_BLOCK_BYTES 16384

struct arena_block;

/* Fields are private to arena.c. */
struct arena {
    const struct allocator *allocator;
    struct arena_block *blocks; /* newest first */
    size_t capacity;
    size_t used;
    bool is_exhausted;
};

/*
 * `capacity` bounds the bytes handed out between two resets, alignment included.
 * `allocator` is borrowed until deinit. No memory is taken until the first take.
 */
void arena_init(struct arena *arena, const struct allocator *allocator, size_t capacity);

/* Frees everything. Everything taken from the arena is gone. */
void arena_deinit(struct arena *arena);

/* Everything taken from the arena is gone; `capacity` holds from now on. Keeps one block. */
void arena_reset(struct arena *arena, size_t capacity);

/*
 * `size` bytes, uninitialised, aligned for any object, borrowed until the next reset or deinit.
 * NULL if the capacity or the allocator is exhausted; earlier takes stay valid. A take of 0 bytes
 * yields a pointer that must not be read.
 */
void *arena_take(struct arena *arena, size_t size);

/* A copy of `bytes` in the arena; its data is NULL if there is no memory or nothing to copy. */
struct gossip_bytes arena_copy(struct arena *arena, struct gossip_bytes bytes);

/* Whether a take failed since the last reset because of the capacity (not of the allocator). */
bool arena_is_exhausted(const struct arena *arena);

/* Bytes handed out since the last reset, alignment included. */
size_t arena_used(const struct arena *arena);

/* The arena as an allocator: give does nothing. Valid as long as `arena` stays where it is. */
struct allocator arena_allocator(struct arena *arena);

#endif
