/* The same promises, held against every transport there is: see pipe_world.h. */
#include <string.h>

#include "base/dice.h"
#include "integration/pipe_world.h"
#include "support/test.h"

#define KIB ((uint64_t)1024)
#define MIB (1024 * KIB)

/* What a transport may hold of a side whose other side does not read: buffers of two sockets. */
#define HELD_BYTES_MAX (16 * MIB)
#define HUGE_BYTES (24 * MIB)

/* ---- conditions ------------------------------------------------------------------------- */

static bool is_open(void *context)
{
    const struct pipe_record *pipe = context;

    return pipe->opened > 0;
}

static bool is_over(void *context)
{
    const struct pipe_record *pipe = context;

    return pipe->failed + pipe->closed > 0;
}

static bool is_settled(void *context)
{
    return is_open(context) || is_over(context);
}

static bool has_arrived(void *context)
{
    const struct pipe_side *side = context;

    return side->count > 0;
}

struct amount {
    const struct pipe_record *pipe;
    uint64_t bytes;
};

static bool is_received(void *context)
{
    const struct amount *amount = context;

    return amount->pipe->received >= amount->bytes;
}

static bool are_all_over(void *context)
{
    const struct pipe_world *world = context;

    for (uint32_t i = 0; i < world->caller.count; i++) {
        if (world->caller.pipes[i].failed + world->caller.pipes[i].closed == 0) {
            return false;
        }
    }
    for (uint32_t i = 0; i < world->listener.count; i++) {
        if (world->listener.pipes[i].closed == 0) {
            return false;
        }
    }
    return true;
}

/* ---- what the cases are made of --------------------------------------------------------- */

static struct pipe_record *dial(struct pipe_world *world, enum pipe_target target)
{
    struct pipe_record *pipe = pipe_side_add(&world->caller, true);

    world->transport->dial(world, pipe, target);
    return pipe;
}

/* A pipe that is open on both sides; the listener's is its first. */
static struct pipe_record *connect_both(struct pipe_world *world)
{
    struct pipe_record *pipe = dial(world, PIPE_TO_LISTENER);

    expect_true(world->transport->run_until(world, is_open, pipe));
    expect_true(world->transport->run_until(world, has_arrived, &world->listener));
    return pipe;
}

static void send(
    struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe, uint64_t bytes)
{
    pipe->to_send += bytes;
    world->transport->wake(world, side, pipe);
}

static void expect_received(
    struct pipe_world *world, const struct pipe_record *pipe, uint64_t bytes)
{
    struct amount amount = {.pipe = pipe, .bytes = bytes};

    expect_true(world->transport->run_until(world, is_received, &amount));
    expect_equal(pipe->received, bytes);
}

static void expect_over(struct pipe_world *world, struct pipe_record *pipe)
{
    expect_true(world->transport->run_until(world, is_over, pipe));
}

static void expect_all_over(struct pipe_world *world)
{
    expect_true(world->transport->run_until(world, are_all_over, world));
}

/* ---- the cases -------------------------------------------------------------------------- */

static void bytes_flow_both_ways(struct pipe_world *world)
{
    struct pipe_record *here = connect_both(world);
    struct pipe_record *there = &world->listener.pipes[0];

    send(world, &world->caller, here, 1);
    expect_received(world, there, 1);
    send(world, &world->listener, there, 100 * KIB);
    send(world, &world->caller, here, 100 * KIB);
    expect_received(world, here, 100 * KIB);
    expect_received(world, there, 100 * KIB + 1);
    world->transport->end(world, &world->caller, here);
    expect_all_over(world);
}

static void a_refused_call_fails_once(struct pipe_world *world)
{
    struct pipe_record *pipe = dial(world, PIPE_TO_NOBODY);

    expect_over(world, pipe);
    expect_equal(pipe->failed, 1);
    expect_equal(pipe->error, GOSSIP_ERROR_UNREACHABLE);
    world->transport->run_for(world, 10);
}

static void who_is_sent_away_hears_of_the_end(struct pipe_world *world)
{
    struct pipe_record *pipe;

    world->listener.is_refusing = true;
    pipe = dial(world, PIPE_TO_LISTENER);
    expect_true(world->transport->run_until(world, is_settled, pipe));
    expect_over(world, pipe);
}

static void a_call_is_given_up_before_it_is_made(struct pipe_world *world)
{
    struct pipe_record *pipe = dial(world, PIPE_TO_LISTENER);

    world->transport->end(world, &world->caller, pipe);
    expect_over(world, pipe);
    expect_equal(pipe->opened, 0);
    world->transport->run_for(world, 50);
    expect_all_over(world);
}

static void a_call_nobody_answers_is_given_up(struct pipe_world *world)
{
    struct pipe_record *pipe = dial(world, PIPE_TO_DEAF);

    world->transport->run_for(world, 50);
    expect_false(is_settled(pipe));
    world->transport->end(world, &world->caller, pipe);
    expect_over(world, pipe);
    expect_equal(pipe->opened, 0);
}

static void the_world_ends_while_a_call_is_out(struct pipe_world *world)
{
    struct pipe_record *pipe = dial(world, PIPE_TO_DEAF);

    world->transport->run_for(world, 10);
    expect_false(is_settled(pipe));
}

static void the_world_ends_before_anything_happened(struct pipe_world *world)
{
    (void)dial(world, PIPE_TO_LISTENER);
    (void)dial(world, PIPE_TO_NOBODY);
    (void)dial(world, PIPE_TO_DEAF);
}

static void a_pipe_ends_before_a_byte_is_said(struct pipe_world *world)
{
    struct pipe_record *pipe = connect_both(world);

    world->transport->end(world, &world->caller, pipe);
    expect_all_over(world);
    expect_equal(world->listener.pipes[0].received, 0);
}

static void both_sides_end_at_once(struct pipe_world *world)
{
    struct pipe_record *here = connect_both(world);
    struct pipe_record *there = &world->listener.pipes[0];

    send(world, &world->caller, here, 10 * KIB);
    send(world, &world->listener, there, 10 * KIB);
    world->transport->end(world, &world->listener, there);
    world->transport->end(world, &world->caller, here);
    expect_all_over(world);
}

static void a_huge_write_arrives_whole(struct pipe_world *world)
{
    struct pipe_record *here = connect_both(world);
    struct pipe_record *there = &world->listener.pipes[0];

    send(world, &world->caller, here, HUGE_BYTES);
    expect_received(world, there, HUGE_BYTES);
    world->transport->end(world, &world->caller, here);
    expect_all_over(world);
}

static void a_slow_reader_holds_the_writer(struct pipe_world *world)
{
    struct pipe_record *here = connect_both(world);
    struct pipe_record *there = &world->listener.pipes[0];

    world->transport->pause(world, &world->listener, there);
    send(world, &world->caller, here, HUGE_BYTES);
    world->transport->run_for(world, 200);
    expect_at_most(there->received, 64 * KIB);
    expect_at_most(here->sent, HELD_BYTES_MAX);
    world->transport->resume(world, &world->listener, there);
    expect_received(world, there, HUGE_BYTES);
    world->transport->end(world, &world->listener, there);
    expect_all_over(world);
}

static void what_is_queued_arrives_before_the_end(struct pipe_world *world)
{
    struct pipe_record *here = connect_both(world);
    struct pipe_record *there = &world->listener.pipes[0];

    send(world, &world->caller, here, 3 * MIB);
    world->transport->end(world, &world->caller, here);
    expect_over(world, there);
    expect_equal(there->received, 3 * MIB);
    expect_all_over(world);
}

static void who_is_ended_on_while_writing_hears_of_it(struct pipe_world *world)
{
    struct pipe_record *here = connect_both(world);
    struct pipe_record *there = &world->listener.pipes[0];

    send(world, &world->caller, here, HUGE_BYTES);
    world->transport->end(world, &world->listener, there);
    expect_all_over(world);
}

static void a_paused_pipe_ends_too(struct pipe_world *world)
{
    struct pipe_record *here = connect_both(world);
    struct pipe_record *there = &world->listener.pipes[0];

    world->transport->pause(world, &world->listener, there);
    send(world, &world->caller, here, 100 * KIB);
    world->transport->run_for(world, 10);
    world->transport->end(world, &world->listener, there);
    expect_all_over(world);
}

/* A side that never ends its half is not waited for longer than two seconds. */
static void a_side_that_does_not_end_is_left(struct pipe_world *world)
{
    struct pipe_record *here = connect_both(world);
    struct pipe_record *there = &world->listener.pipes[0];

    world->transport->pause(world, &world->listener, there);
    send(world, &world->caller, here, HUGE_BYTES);
    world->transport->end(world, &world->caller, here);
    expect_over(world, here);
    world->transport->resume(world, &world->listener, there);
    expect_all_over(world);
}

static void many_pipes_live_side_by_side(struct pipe_world *world)
{
    struct dice dice;

    dice_seed(&dice, 7);
    for (uint32_t i = 0; i < 40; i++) {
        (void)dial(world, (enum pipe_target)dice_below(&dice, 2));
    }
    world->transport->run_for(world, 20);
    for (uint32_t turn = 0; turn < 200; turn++) {
        struct pipe_side *side = dice_below(&dice, 2) == 0 ? &world->caller : &world->listener;
        struct pipe_record *pipe;

        if (side->count == 0) {
            continue;
        }
        pipe = &side->pipes[dice_below(&dice, side->count)];
        if (is_over(pipe) || pipe->is_ending) {
            continue;
        }
        if (dice_below(&dice, 5) == 0) {
            world->transport->end(world, side, pipe);
        } else if (pipe->opened > 0) {
            send(world, side, pipe, dice_below(&dice, 300000));
        }
        world->transport->run_for(world, 1);
    }
}

/* ---- every case on every transport ------------------------------------------------------ */

static void play(const struct pipe_transport *transport, void (*run)(struct pipe_world *world))
{
    static struct pipe_world world;

    pipe_world_open(&world, transport);
    run(&world);
    pipe_world_close(&world);
}

#define ON_BOTH(name)                                                                              \
    static void tcp_##name(void)                                                                   \
    {                                                                                              \
        play(&pipe_transport_tcp, name);                                                           \
    }                                                                                              \
    static void memory_##name(void)                                                                \
    {                                                                                              \
        play(&pipe_transport_memory, name);                                                        \
    }

ON_BOTH(bytes_flow_both_ways)
ON_BOTH(a_refused_call_fails_once)
ON_BOTH(who_is_sent_away_hears_of_the_end)
ON_BOTH(a_call_is_given_up_before_it_is_made)
ON_BOTH(a_call_nobody_answers_is_given_up)
ON_BOTH(the_world_ends_while_a_call_is_out)
ON_BOTH(the_world_ends_before_anything_happened)
ON_BOTH(a_pipe_ends_before_a_byte_is_said)
ON_BOTH(both_sides_end_at_once)
ON_BOTH(a_huge_write_arrives_whole)
ON_BOTH(a_slow_reader_holds_the_writer)
ON_BOTH(what_is_queued_arrives_before_the_end)
ON_BOTH(who_is_ended_on_while_writing_hears_of_it)
ON_BOTH(a_paused_pipe_ends_too)
ON_BOTH(a_side_that_does_not_end_is_left)
ON_BOTH(many_pipes_live_side_by_side)

#define TESTS_OF(name) TEST(tcp_##name), TEST(memory_##name)

TEST_MAIN(TESTS_OF(bytes_flow_both_ways), TESTS_OF(a_refused_call_fails_once),
    TESTS_OF(who_is_sent_away_hears_of_the_end), TESTS_OF(a_call_is_given_up_before_it_is_made),
    TESTS_OF(a_call_nobody_answers_is_given_up), TESTS_OF(the_world_ends_while_a_call_is_out),
    TESTS_OF(the_world_ends_before_anything_happened), TESTS_OF(a_pipe_ends_before_a_byte_is_said),
    TESTS_OF(both_sides_end_at_once), TESTS_OF(a_huge_write_arrives_whole),
    TESTS_OF(a_slow_reader_holds_the_writer), TESTS_OF(what_is_queued_arrives_before_the_end),
    TESTS_OF(who_is_ended_on_while_writing_hears_of_it), TESTS_OF(a_paused_pipe_ends_too),
    TESTS_OF(a_side_that_does_not_end_is_left), TESTS_OF(many_pipes_live_side_by_side))
