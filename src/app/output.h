/*
 * stdout or stderr on the loop: written in whole pieces, and never waited for.
 *
 * What a slow reader has not taken yet is kept, up to a bound; beyond it pieces are
 * dropped whole, and counted. A file is written at once.
 */
#ifndef APP_OUTPUT_H
#define APP_OUTPUT_H

#include <stdbool.h>
#include <uv.h>

#include "gossipchat/types.h"

struct output;

/* Called from output_write or from the loop. Handlers may call anything here but output_close. */
struct output_handler {
    void *context;
    /* Nothing can be written any more: a libuv error, UV_EPIPE if the reader went away. Once. */
    void (*on_broken)(void *context, int status);
    /* There is room again, after `count` pieces were dropped. */
    void (*on_dropped)(void *context, uint64_t count);
};

/* Writes to `descriptor`, which stays open. Keeps at most `bytes_max`. NULL without memory. */
struct output *output_open(
    uv_loop_t *loop, int descriptor, size_t bytes_max, struct output_handler handler);

/* Writes one piece, for example a line: all of it, or nothing and false. */
bool output_write(struct output *output, struct gossip_bytes piece);

/* Whether nothing waits to be written. */
bool output_is_drained(const struct output *output);

/* Gives the descriptor back in the mode it was found in. For the last moment of a process. */
void output_restore(const struct output *output);

/* Drops what waits, restores the descriptor, and frees. No handler is called any more. NULL is allowed. */
void output_close(struct output *output);

#endif
