/*
 * stdin on the loop, cut into lines of bounded length: a terminal, a pipe, a
 * socket or a file. What is not wanted yet stays where it comes from.
 */
#ifndef APP_INPUT_H
#define APP_INPUT_H

#include <uv.h>

#include "gossipchat/types.h"

struct input;

struct input_handler {
    void *context;
    void (*on_line)(void *context, struct gossip_bytes line, uint64_t number);
    void (*on_too_long)(void *context, uint64_t number);
    void (*on_end)(void *context, bool had_bytes);
    bool (*wants_more)(void *context);
};

/* Reads from descriptor 0. NULL without memory. Nothing is read before input_pump. */
struct input *input_open(uv_loop_t *loop, size_t line_bytes_max, struct input_handler handler);

/* Reads on if `wants_more` says so, else pauses. Call it when the answer may have changed. */
void input_pump(struct input *input);

/* Stops and frees; no handler is called any more. */
void input_close(struct input *input);

#endif
