#include "base/byte_queue.h"

#include "base/bytes.h"
#include "base/require.h"

#include <string.h>

/* The first allocation; small messages then cause no second one. */
#define ALLOCATED_MIN 512

void byte_queue_init(struct byte_queue *queue, const struct allocator *allocator, size_t capacity)
{
    *queue = (struct byte_queue){.allocator = allocator, .capacity = capacity};
}

static void give_back(struct byte_queue *queue)
{
    bytes_wipe(queue->data, queue->allocated);
    allocator_give(queue->allocator, queue->data, queue->allocated);
    queue->data = NULL;
    queue->allocated = 0;
    queue->head = 0;
}

void byte_queue_deinit(struct byte_queue *queue)
{
    give_back(queue);
    queue->size = 0;
    queue->reserved = 0;
}

/* Doubles, so that a queue which fills up bit by bit copies each byte only a few times. */
static size_t grown_size(const struct byte_queue *queue, size_t needed)
{
    size_t size = queue->allocated == 0 ? ALLOCATED_MIN : queue->allocated;

    while (size < needed)
        size = size > SIZE_MAX / 2 ? SIZE_MAX : size * 2;
    return size < queue->capacity ? size : queue->capacity;
}

static enum gossip_error grow(struct byte_queue *queue, size_t needed)
{
    size_t allocated = grown_size(queue, needed);
    uint8_t *data = allocator_take(queue->allocator, allocated);
    size_t size = queue->size;

    if (data == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    bytes_copy(data, byte_queue_peek(queue));
    give_back(queue);
    queue->data = data;
    queue->size = size;
    queue->allocated = allocated;
    return GOSSIP_OK;
}

enum gossip_error byte_queue_reserve(
    struct byte_queue *queue, size_t size, struct gossip_room *room)
{
    queue->reserved = 0;
    if (size > queue->capacity)
        return GOSSIP_ERROR_LIMIT;
    if (size > byte_queue_room(queue))
        return GOSSIP_ERROR_WOULD_BLOCK;
    if (queue->size + size > queue->allocated) {
        enum gossip_error error = grow(queue, queue->size + size);
        if (error != GOSSIP_OK)
            return error;
    } else if (queue->head + queue->size + size > queue->allocated) {
        memmove(queue->data, queue->data + queue->head, queue->size);
        queue->head = 0;
    }
    queue->reserved = size;
    *room = room_make(size == 0 ? NULL : queue->data + queue->head + queue->size, size);
    return GOSSIP_OK;
}

void byte_queue_commit(struct byte_queue *queue, size_t size)
{
    require(size <= queue->reserved);
    queue->size += size;
    queue->reserved = 0;
}

enum gossip_error byte_queue_append(struct byte_queue *queue, struct gossip_bytes bytes)
{
    struct gossip_room room;
    enum gossip_error error = byte_queue_reserve(queue, bytes.size, &room);

    if (error != GOSSIP_OK)
        return error;
    bytes_copy(room.data, bytes);
    byte_queue_commit(queue, bytes.size);
    return GOSSIP_OK;
}

struct gossip_bytes byte_queue_peek(const struct byte_queue *queue)
{
    return bytes_make(queue->size == 0 ? NULL : queue->data + queue->head, queue->size);
}

void byte_queue_consume(struct byte_queue *queue, size_t size)
{
    require(size <= queue->size);
    queue->size -= size;
    /* Starting over when empty is what makes moving rare. A reservation would move with it. */
    queue->head = queue->size == 0 ? 0 : queue->head + size;
    queue->reserved = 0;
}

size_t byte_queue_room(const struct byte_queue *queue)
{
    return queue->capacity - queue->size;
}

void byte_queue_trim(struct byte_queue *queue)
{
    if (queue->size == 0)
        byte_queue_deinit(queue);
}
