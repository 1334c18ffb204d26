/* The byte queue equals a plain array from which the front is cut. */
#include "harness/harness.h"

#include "base/byte_queue.h"
#include "base/bytes.h"
#include "support/test_allocator.h"

#include <string.h>

#define CAPACITY_MAX 3000

struct model {
    uint8_t data[CAPACITY_MAX];
    size_t size;
    uint8_t next; /* every byte differs from its neighbours, so that a slip shows */
};

static void add(struct byte_queue *queue, struct model *model, struct script *script)
{
    size_t wanted = script_below(script, CAPACITY_MAX + 10);
    size_t committed =
        script_chance(script, 4) ? script_below(script, (uint32_t)wanted + 1) : wanted;
    struct gossip_room room;
    enum gossip_error error = byte_queue_reserve(queue, wanted, &room);

    if (wanted > queue->capacity)
        expect_error(error, GOSSIP_ERROR_LIMIT);
    else if (model->size + wanted > queue->capacity)
        expect_error(error, GOSSIP_ERROR_WOULD_BLOCK);
    else if (error != GOSSIP_OK)
        expect_error(error, GOSSIP_ERROR_NO_MEMORY);
    if (error != GOSSIP_OK)
        return;
    expect_equal(room.size, wanted);
    for (size_t i = 0; i < wanted; i++)
        room.data[i] = (uint8_t)(model->next + i);
    byte_queue_commit(queue, committed);
    for (size_t i = 0; i < committed; i++)
        model->data[model->size++] = model->next++;
}

static void drop(struct byte_queue *queue, struct model *model, struct script *script)
{
    size_t size = script_below(script, (uint32_t)model->size + 1);

    byte_queue_consume(queue, size);
    memmove(model->data, model->data + size, model->size - size);
    model->size -= size;
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    struct test_allocator memory;
    struct byte_queue queue;
    struct model model = {0};
    size_t capacity = script_below(&script, CAPACITY_MAX + 1);

    test_allocator_init(&memory);
    byte_queue_init(&queue, &memory.allocator, capacity);
    while (!script_is_spent(&script)) {
        switch (script_below(&script, 8)) {
        case 0:
            byte_queue_trim(&queue);
            break;
        case 1:
            test_allocator_fail(&memory, script_below(&script, 2));
            break;
        case 2:
        case 3:
        case 4:
            drop(&queue, &model, &script);
            break;
        default:
            add(&queue, &model, &script);
            break;
        }
        expect_bytes(byte_queue_peek(&queue), bytes_make(model.data, model.size));
        expect_equal(byte_queue_room(&queue), capacity - model.size);
        expect_at_most(memory.bytes, capacity);
    }
    byte_queue_deinit(&queue);
    test_allocator_deinit(&memory);
}

const struct harness harness = {.name = "byte_queue", .play = play, .size_max = 1024};
