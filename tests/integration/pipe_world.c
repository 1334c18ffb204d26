#include "integration/pipe_world.h"

#include "base/bytes.h"
#include "support/test.h"

/* Parts a machine takes at a time: no power of two, so that all boundaries meet. */
#define UNIT_BYTES_MAX 40009

void pipe_world_open(struct pipe_world *world, const struct pipe_transport *transport)
{
    *world = (struct pipe_world){.transport = transport};
    world->state = transport->open(world);
}

static void check(const struct pipe_side *side)
{
    for (uint32_t i = 0; i < side->count; i++) {
        const struct pipe_record *pipe = &side->pipes[i];

        expect_false(pipe->is_sick);
        expect_equal(pipe->failed + pipe->closed, 1);
        expect_at_most(pipe->opened, 1);
        expect_true(pipe->failed == 0 || pipe->opened == 0);
    }
}

void pipe_world_close(struct pipe_world *world)
{
    world->transport->close(world);
    check(&world->caller);
    check(&world->listener);
}

struct pipe_record *pipe_side_add(struct pipe_side *side, bool is_outbound)
{
    struct pipe_record *pipe;

    if (side->is_refusing || side->count == PIPE_WORLD_PIPES_MAX) {
        return NULL;
    }
    pipe = &side->pipes[side->count++];
    pipe->id = side->count;
    pipe->is_outbound = is_outbound;
    pipe->opened = is_outbound ? 0 : 1;
    return pipe;
}

struct pipe_record *pipe_side_find(struct pipe_side *side, uint64_t id)
{
    return id == 0 || id > side->count ? NULL : &side->pipes[id - 1];
}

static bool is_over(const struct pipe_record *pipe)
{
    return pipe->failed + pipe->closed > 0;
}

void pipe_told_opened(struct pipe_record *pipe)
{
    pipe->is_sick = pipe->is_sick || pipe->opened > 0 || is_over(pipe);
    pipe->opened++;
}

void pipe_told_failed(struct pipe_record *pipe, enum gossip_error error)
{
    pipe->is_sick = pipe->is_sick || is_over(pipe);
    if (pipe->opened > 0) {
        pipe->closed++; /* the end of an open pipe, with a reason */
    } else {
        pipe->failed++;
    }
    pipe->error = error;
}

void pipe_told_closed(struct pipe_record *pipe)
{
    pipe->is_sick = pipe->is_sick || is_over(pipe);
    pipe->closed++;
}

/* The byte at a place in the stream, the same for everybody. */
static uint8_t pattern(uint64_t offset)
{
    return (uint8_t)(offset * 31 + (offset >> 8) * 7 + (offset >> 16));
}

void pipe_told_received(struct pipe_record *pipe, struct gossip_room *input)
{
    size_t size = input->size < UNIT_BYTES_MAX ? input->size : UNIT_BYTES_MAX;

    pipe->is_sick = pipe->is_sick || is_over(pipe) || pipe->opened == 0 || pipe->is_ending;
    for (size_t i = 0; i < size; i++) {
        pipe->is_sick = pipe->is_sick || input->data[i] != pattern(pipe->received + i);
    }
    pipe->received += size;
    input->data += size;
    input->size -= size;
}

size_t pipe_asked_transmit(struct pipe_record *pipe, struct gossip_room room)
{
    uint64_t left = pipe->to_send - pipe->sent;
    size_t size = left < room.size ? (size_t)left : room.size;

    pipe->is_sick = pipe->is_sick || is_over(pipe) || pipe->opened == 0;
    for (size_t i = 0; i < size; i++) {
        room.data[i] = pattern(pipe->sent + i);
    }
    pipe->sent += size;
    return size;
}
