/*
 * Where memory comes from: a value handed to every machine at its creation, so
 * that tests can count, fail the n-th request, and look for secrets in what is
 * given back. There is no global setter.
 */
#ifndef BASE_ALLOCATOR_H
#define BASE_ALLOCATOR_H

#include "gossipchat/types.h"

struct allocator {
    /* Memory of at least `size` bytes, aligned for any object; NULL if there is none. */
    void *(*take)(void *context, size_t size);
    /* `memory` came from take with the same `size`; never NULL. */
    void (*give)(void *context, void *memory, size_t size);
    void *context;
};

/* The C library's allocator. Static; never NULL. */
const struct allocator *allocator_system(void);

/* Uninitialised memory, owned by the caller. NULL on failure or if `size` is 0. */
void *allocator_take(const struct allocator *allocator, size_t size);

/* `count` items of `size` bytes, all zero. NULL on failure, on overflow, or if there is nothing to take. */
void *allocator_take_zeroed(const struct allocator *allocator, size_t count, size_t size);

/*
 * Moves `memory` of `old_size` bytes (NULL if 0) into `new_size` bytes. On
 * failure returns NULL and leaves `memory` as it was.
 */
void *allocator_resize(
    const struct allocator *allocator, void *memory, size_t old_size, size_t new_size);

/* Gives memory back; `size` is what was taken. NULL is allowed. */
void allocator_give(const struct allocator *allocator, void *memory, size_t size);

#endif
