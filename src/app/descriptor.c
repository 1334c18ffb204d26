#include "app/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

void descriptor_open_missing(void)
{
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++) {
        if (fcntl(number, F_GETFD) == -1) {
            (void)open("/dev/null", O_RDWR); /* gets the lowest number that is free: this one */
        }
    }
}

void descriptor_open(struct descriptor *descriptor, uv_loop_t *loop, int number)
{
    uv_handle_type type = uv_guess_handle(number);

    *descriptor = (struct descriptor){.number = number, .mode = fcntl(number, F_GETFL)};
    if (type == UV_TTY) {
        /* libuv opens the terminal anew, so that only we do not block on it. */
        descriptor->is_terminal = true;
        descriptor->is_stream = uv_tty_init(loop, &descriptor->as.tty, number, 0) == 0;
    } else if (type == UV_NAMED_PIPE) {
        /* Should opening fail, reading and writing say why. */
        (void)uv_pipe_init(loop, &descriptor->as.pipe, 0);
        (void)uv_pipe_open(&descriptor->as.pipe, number);
        descriptor->is_stream = true;
    } else if (type == UV_TCP) {
        (void)uv_tcp_init(loop, &descriptor->as.tcp);
        (void)uv_tcp_open(&descriptor->as.tcp, number);
        descriptor->is_stream = true;
    }
    if (!descriptor->is_stream) {
        (void)uv_idle_init(loop, &descriptor->as.idle);
    }
}

void descriptor_restore(const struct descriptor *descriptor)
{
    if (descriptor->mode != -1) {
        (void)fcntl(descriptor->number, F_SETFL, descriptor->mode);
    }
}
