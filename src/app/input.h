/*
 * stdin on the loop, cut into lines of bounded length: a terminal, a pipe, a
 * socket or a file. What is not wanted yet stays where it comes from.
 */
#ifndef APP_INPUT_H
#define APP_INPUT_H

#include <uv.h>

#include "gossipchat/types.h"

struct input;

/* How the input ended. */
enum input_end {
    INPUT_ENDED,
    INPUT_NEVER_BEGAN, /* there was not one byte, and it is no terminal: stdin was closed */
    INPUT_FAILED       /* it cannot be read */
};

/* Handlers are called from the loop or from input_pump, and may call input_pump and input_close. */
struct input_handler {
    void *context;
    /* A line without its end, "\n" or "\r\n"; borrowed; `number` counts from 1. */
    void (*on_line)(void *context, struct gossip_bytes line, uint64_t number);
    /* Instead of a line that is longer than allowed. */
    void (*on_too_long)(void *context, uint64_t number);
    /* After the last line, which may lack its end. Once. */
    void (*on_end)(void *context, enum input_end end);
    bool (*wants_more)(void *context);
};

/* Reads from descriptor 0. NULL without memory. Nothing is read before input_pump. */
struct input *input_open(uv_loop_t *loop, size_t line_bytes_max, struct input_handler handler);

/* Hands on lines and reads as long as `wants_more` says so. Call it when the answer may have changed. */
void input_pump(struct input *input);

/*
 * Lets a terminal show what is typed, or not until this is called again or the input
 * ends. False if it is no terminal.
 */
bool input_set_echo(struct input *input, bool is_shown);

/* Gives the descriptor back in the mode it was found in. For the last moment of a process. */
void input_restore(const struct input *input);

/* Stops, restores the descriptor, and frees later; no handler is called any more. NULL is allowed. */
void input_close(struct input *input);

#endif
