/* The network in memory that whole swarms are tested on, held against the same promises as the real one. */
#include <stdlib.h>

#include "integration/pipe_world.h"
#include "multiaddr/endpoint.h"
#include "support/test.h"
#include "unit/swarm/bus.h"

struct resident {
    struct bus_resident bus;
    struct pipe_side *side;
};

struct memory {
    struct bus bus;
    struct resident caller, listener, deaf;
    struct gossip_address nobody;
};

/* ---- from the network to a side --------------------------------------------------------- */

static bool on_arrived(void *context, struct bus_end *end, const struct gossip_address *from)
{
    struct resident *resident = context;
    struct pipe_record *pipe = pipe_side_add(resident->side, false);

    (void)from;
    if (pipe == NULL) {
        return false;
    }
    pipe->end = end;
    end->state = pipe;
    return true;
}

static void on_opened(void *context, struct bus_end *end)
{
    (void)context;
    pipe_told_opened(end->state);
}

static void on_failed(void *context, struct bus_end *end)
{
    (void)context;
    pipe_told_failed(end->state, GOSSIP_ERROR_UNREACHABLE);
}

static void on_closed(void *context, struct bus_end *end)
{
    struct pipe_record *pipe = end->state;

    (void)context;
    pipe->end = NULL;
    pipe_told_closed(pipe);
}

static void on_received(void *context, struct bus_end *end, struct gossip_room *input)
{
    struct pipe_record *pipe = end->state;

    (void)context;
    if (pipe->is_ending) {
        input->data += input->size; /* as the node does: nobody is there to read it */
        input->size = 0;
    } else {
        pipe_told_received(pipe, input);
    }
}

static size_t on_transmit(void *context, struct bus_end *end, struct gossip_room room)
{
    (void)context;
    return pipe_asked_transmit(end->state, room);
}

static struct gossip_instant deadline(void *context)
{
    (void)context;
    return (struct gossip_instant){.us = GOSSIP_NEVER_US};
}

static void advance(void *context)
{
    (void)context;
}

/* ---- the transport ---------------------------------------------------------------------- */

static void join(struct bus *bus, struct resident *resident, struct pipe_side *side, uint8_t host)
{
    uint8_t ip[4] = {192, 0, 2, host};

    resident->side = side;
    resident->bus = (struct bus_resident){.context = resident,
        .arrived = on_arrived,
        .opened = on_opened,
        .failed = on_failed,
        .closed = on_closed,
        .received = on_received,
        .transmit = on_transmit,
        .deadline = deadline,
        .advance = advance};
    multiaddr_from_ip4(ip, 9740, &resident->bus.address);
    bus_join(bus, &resident->bus);
}

static void *memory_open(struct pipe_world *world)
{
    struct memory *memory = calloc(1, sizeof(*memory));
    uint8_t nobody[4] = {192, 0, 2, 99};

    expect_not_null(memory);
    bus_init(&memory->bus, 1);
    join(&memory->bus, &memory->caller, &world->caller, 1);
    join(&memory->bus, &memory->listener, &world->listener, 2);
    join(&memory->bus, &memory->deaf, &world->listener, 3);
    memory->deaf.bus.is_deaf = true;
    multiaddr_from_ip4(nobody, 9740, &memory->nobody);
    return memory;
}

static void close_all(struct pipe_side *side)
{
    for (uint32_t i = 0; i < side->count; i++) {
        if (side->pipes[i].end != NULL && side->pipes[i].failed + side->pipes[i].closed == 0) {
            bus_close(side->pipes[i].end);
        }
    }
}

static void memory_close(struct pipe_world *world)
{
    struct memory *memory = world->state;

    close_all(&world->caller);
    close_all(&world->listener);
    bus_run_ms(&memory->bus, 10000);
    bus_leave(&memory->caller.bus);
    bus_leave(&memory->listener.bus);
    bus_leave(&memory->deaf.bus);
    bus_deinit(&memory->bus);
    expect_equal(memory->bus.wire_count, 0);
    free(memory);
}

static void memory_dial(struct pipe_world *world, struct pipe_record *pipe, enum pipe_target target)
{
    struct memory *memory = world->state;
    const struct gossip_address *address = &memory->nobody;

    if (target == PIPE_TO_LISTENER) {
        address = &memory->listener.bus.address;
    } else if (target == PIPE_TO_DEAF) {
        address = &memory->deaf.bus.address;
    }
    pipe->end = bus_dial(&memory->caller.bus, address, pipe);
}

static void memory_wake(struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe)
{
    (void)world;
    (void)side;
    if (pipe->end != NULL) {
        bus_wake(pipe->end);
    }
}

static void memory_pause(struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe)
{
    struct bus_end *end = pipe->end;

    (void)world;
    (void)side;
    end->is_paused = true;
}

static void memory_resume(
    struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe)
{
    struct bus_end *end = pipe->end;

    (void)world;
    (void)side;
    end->is_paused = false;
    bus_wake(end);
}

static void memory_end(struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe)
{
    (void)world;
    (void)side;
    pipe->is_ending = true;
    if (pipe->end == NULL) {
        return;
    }
    if (pipe->opened > 0) {
        bus_end_politely(pipe->end);
    } else {
        bus_close(pipe->end);
    }
}

static bool memory_run_until(
    struct pipe_world *world, bool (*condition)(void *context), void *context)
{
    struct memory *memory = world->state;

    while (!condition(context)) {
        if (!bus_step(&memory->bus)) {
            return false;
        }
    }
    return true;
}

static void memory_run_for(struct pipe_world *world, uint64_t ms)
{
    struct memory *memory = world->state;

    bus_run_ms(&memory->bus, ms);
}

const struct pipe_transport pipe_transport_memory = {.name = "memory",
    .open = memory_open,
    .close = memory_close,
    .dial = memory_dial,
    .wake = memory_wake,
    .pause = memory_pause,
    .resume = memory_resume,
    .end = memory_end,
    .run_until = memory_run_until,
    .run_for = memory_run_for};
