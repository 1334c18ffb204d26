/*
 * Two sides and a transport between them, for tests of what every transport promises to the node:
 *
 *   - a pipe that is dialed is told once as opened, or once as failed and nothing more;
 *   - bytes arrive whole and in order, in whatever pieces;
 *   - nothing is taken from a side that its transport cannot get rid of, beyond some buffers;
 *   - a pipe that one side ends politely brings everything over first, and hands that side nothing
 *     any more;
 *   - the end of an open pipe is told once to each side, whoever caused it, and nothing after it.
 *
 * A side is a machine in the place of the node: it counts what it is told and sends a pattern.
 */
#ifndef TESTS_INTEGRATION_PIPE_WORLD_H
#define TESTS_INTEGRATION_PIPE_WORLD_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define PIPE_WORLD_PIPES_MAX 64

/* One pipe as one side knows it. The counts say how often something was told. */
struct pipe_record {
    uint64_t id;
    bool is_outbound;
    uint32_t opened, failed, closed;
    enum gossip_error error; /* of the failure */
    bool is_ending;          /* this side wants it to end once everything is sent */
    bool is_sick;            /* something was told that should not have been, or came garbled */
    uint64_t received;       /* bytes */
    uint64_t sent, to_send;  /* bytes */
    void *end;               /* the transport's own */
};

struct pipe_side {
    struct pipe_record pipes[PIPE_WORLD_PIPES_MAX];
    uint32_t count;
    bool is_refusing; /* whoever calls is sent away */
};

/* Where a call goes. */
enum pipe_target {
    PIPE_TO_LISTENER,
    PIPE_TO_NOBODY, /* nobody is there, and that is said */
    PIPE_TO_DEAF    /* nobody answers */
};

struct pipe_world;

/* A transport under test. */
struct pipe_transport {
    const char *name;
    void *(*open)(struct pipe_world *world);
    /* Everything ends; fails the test if anything of the transport is left. */
    void (*close)(struct pipe_world *world);
    void (*dial)(struct pipe_world *world, struct pipe_record *pipe, enum pipe_target target);
    /* `pipe` has bytes to send. */
    void (*wake)(struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe);
    void (*pause)(struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe);
    void (*resume)(struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe);
    /* Sends what is left, then closes; a pipe that is not open yet is given up. */
    void (*end)(struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe);
    bool (*run_until)(struct pipe_world *world, bool (*condition)(void *context), void *context);
    /* As long as something happens; at least `ms` of the transport's time. */
    void (*run_for)(struct pipe_world *world, uint64_t ms);
};

struct pipe_world {
    const struct pipe_transport *transport;
    void *state; /* the transport's own */
    struct pipe_side caller, listener;
};

void pipe_world_open(struct pipe_world *world, const struct pipe_transport *transport);

/* Fails the test if a pipe is sick, or the transport left something behind. */
void pipe_world_close(struct pipe_world *world);

/* ---- for the transports ----------------------------------------------------------------- */

/* A new pipe of a side, which calls or is called. NULL: it sends the other away. */
struct pipe_record *pipe_side_add(struct pipe_side *side, bool is_outbound);
struct pipe_record *pipe_side_find(struct pipe_side *side, uint64_t id);

/* What a side is told of its pipe. `received` takes an odd part of `input`, as a machine does. */
void pipe_told_opened(struct pipe_record *pipe);
void pipe_told_failed(struct pipe_record *pipe, enum gossip_error error);
void pipe_told_closed(struct pipe_record *pipe);
void pipe_told_received(struct pipe_record *pipe, struct gossip_room *input);
size_t pipe_asked_transmit(struct pipe_record *pipe, struct gossip_room room);

/* The transports there are. */
extern const struct pipe_transport pipe_transport_tcp;
extern const struct pipe_transport pipe_transport_memory;

#endif
