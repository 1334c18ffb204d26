/*
 * The real loop in a test: it runs until something is so, and closes with nothing left on it.
 * Deadlines are there to tell a hang from a slow machine, never to give something time to happen.
 */
#ifndef TESTS_INTEGRATION_LOOP_H
#define TESTS_INTEGRATION_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

/* Long enough for anything that happens at once. */
#define LOOP_SOON_MS 10000

/* A new loop; SIGPIPE is ignored from now on, as programs with sockets do. */
void loop_open(uv_loop_t *loop);

/* Runs until `condition(context)` is true, which is looked at after every turn. False at the deadline. */
bool loop_run_until(uv_loop_t *loop, bool (*condition)(void *context), void *context, uint64_t ms);

/* Runs `turns` turns that do not wait. */
void loop_turn(uv_loop_t *loop, unsigned turns);

/* Fails the test, and lists them, if a handle is left once the closing ones are gone. */
void loop_close(uv_loop_t *loop);

#endif
