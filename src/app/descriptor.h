/*
 * The standard descriptors on the loop: they are there, and they are given back as
 * they were found. stdin and stdout are often shared with a shell or another program,
 * to which a descriptor that suddenly does not block is a broken one.
 */
#ifndef APP_DESCRIPTOR_H
#define APP_DESCRIPTOR_H

#include <stdbool.h>
#include <uv.h>

/* Opens /dev/null in the place of each that is closed, so that no socket gets its number. */
void descriptor_open_missing(void);

/* One of them. Its memory stays where it is until `as.handle`, which it has in any case, is closed. */
struct descriptor {
    int number;
    int mode;         /* as it was found */
    bool is_stream;   /* a terminal, a pipe or a socket: `as` is a handle of the loop */
    bool is_terminal; /* not to be confused with a pipe that a person sits behind */
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tty_t tty;
        uv_pipe_t pipe;
        uv_tcp_t tcp;
        uv_idle_t idle; /* of what is no stream: never started */
    } as;
};

/*
 * Looks at what `number` is, and opens a handle, which the caller closes in the end: that
 * leaves the descriptor itself open.
 */
void descriptor_open(struct descriptor *descriptor, uv_loop_t *loop, int number);

/* Puts it back into the mode it was found in. Safe at any moment, twice too. */
void descriptor_restore(const struct descriptor *descriptor);

#endif
