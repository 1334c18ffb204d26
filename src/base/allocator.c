#include "base/allocator.h"

#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

static void *system_take(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void system_give(void *context, void *memory, size_t size)
{
    (void)context;
    (void)size;
    free(memory);
}

const struct allocator *allocator_system(void)
{
    static const struct allocator system = {.take = system_take, .give = system_give};

    return &system;
}

void *allocator_take(const struct allocator *allocator, size_t size)
{
    if (size == 0)
        return NULL;
    return allocator->take(allocator->context, size);
}

void *allocator_take_zeroed(const struct allocator *allocator, size_t count, size_t size)
{
    void *memory;

    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    memory = allocator_take(allocator, count * size);
    if (memory != NULL)
        memset(memory, 0, count * size);
    return memory;
}

void *allocator_resize(
    const struct allocator *allocator, void *memory, size_t old_size, size_t new_size)
{
    void *moved = allocator_take(allocator, new_size);

    if (moved == NULL)
        return NULL;
    bytes_copy(moved, bytes_make(memory, old_size < new_size ? old_size : new_size));
    allocator_give(allocator, memory, old_size);
    return moved;
}

void allocator_give(const struct allocator *allocator, void *memory, size_t size)
{
    if (memory != NULL)
        allocator->give(allocator->context, memory, size);
}
