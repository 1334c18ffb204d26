#include "app/input.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES (64 * 1024)

struct input {
    uv_loop_t *loop;
    struct input_handler handler;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tty_t tty;
        uv_pipe_t pipe;
        uv_tcp_t tcp;
    } from;
    uv_fs_t request; /* of a file */
    bool is_stream, is_reading, is_over, is_closed, is_delivering;
    bool had_bytes;
    bool is_skipping; /* the rest of a line that was too long */
    uint64_t number;
    size_t line_bytes_max;
    char *line; /* the beginning of a line */
    size_t line_size;
    char *rest; /* bytes that were read and are not wanted yet */
    size_t rest_size, rest_at;
    char chunk[CHUNK_BYTES];
};

static void free_input(struct input *input)
{
    free(input->line);
    free(input->rest);
    free(input);
}

static void on_closed(uv_handle_t *handle)
{
    free_input(handle->data);
}

/* ---- cutting into lines ----------------------------------------------------------------- */

static void finish_line(struct input *input)
{
    struct gossip_bytes line = {.data = (uint8_t *)input->line, .size = input->line_size};

    input->number++;
    if (line.size > 0 && line.data[line.size - 1] == '\r') {
        line.size--;
    }
    input->line_size = 0;
    if (input->is_skipping) {
        input->is_skipping = false;
        input->handler.on_too_long(input->handler.context, input->number);
    } else {
        input->handler.on_line(input->handler.context, line, input->number);
    }
}

static void add_to_line(struct input *input, const char *data, size_t size)
{
    if (input->line_size + size > input->line_bytes_max) {
        input->is_skipping = true;
        input->line_size = 0;
    }
    if (!input->is_skipping) {
        memcpy(input->line + input->line_size, data, size);
        input->line_size += size;
    }
}

/* Hands on whole lines as long as more are wanted; returns how many bytes were used. */
static size_t deliver(struct input *input, const char *data, size_t size)
{
    size_t used = 0;

    while (used < size && !input->is_closed && input->handler.wants_more(input->handler.context)) {
        const char *end = memchr(data + used, '\n', size - used);
        size_t part = end == NULL ? size - used : (size_t)(end - data) - used;

        add_to_line(input, data + used, part);
        used += part;
        if (end != NULL) {
            used++;
            finish_line(input);
        }
    }
    return used;
}

/* What was not wanted waits; there is never more of it than one chunk. */
static void keep_rest(struct input *input, const char *data, size_t size)
{
    if (size == 0) {
        return;
    }
    memcpy(input->rest, data, size);
    input->rest_size = size;
    input->rest_at = 0;
}

static void take(struct input *input, const char *data, size_t size)
{
    size_t used;

    input->had_bytes = true;
    input->is_delivering = true;
    used = deliver(input, data, size);
    input->is_delivering = false;
    if (input->is_closed) {
        return;
    }
    keep_rest(input, data + used, size - used);
}

static void end(struct input *input)
{
    if (input->is_over) {
        return;
    }
    input->is_over = true;
    if (input->line_size > 0 || input->is_skipping) {
        finish_line(input);
    }
    if (!input->is_closed) {
        input->handler.on_end(input->handler.context, input->had_bytes);
    }
}

/* ---- reading ---------------------------------------------------------------------------- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct input *input = handle->data;

    (void)suggested;
    *buffer = uv_buf_init(input->chunk, sizeof(input->chunk));
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct input *input = stream->data;

    if (size > 0) {
        take(input, buffer->base, (size_t)size);
    } else if (size < 0) {
        (void)uv_read_stop(stream);
        input->is_reading = false;
        end(input);
        return;
    }
    if (!input->is_closed) {
        input_pump(input);
    }
}

static void on_file_read(uv_fs_t *request)
{
    struct input *input = request->data;
    ssize_t size = request->result;

    uv_fs_req_cleanup(request);
    input->is_reading = false;
    if (input->is_closed) {
        free_input(input);
        return;
    }
    if (size <= 0) {
        end(input);
        return;
    }
    input->is_reading = true; /* input_close must not free while lines are handed on */
    take(input, input->chunk, (size_t)size);
    input->is_reading = false;
    if (input->is_closed) {
        free_input(input);
        return;
    }
    input_pump(input);
}

static void read_more(struct input *input)
{
    uv_buf_t buffer = uv_buf_init(input->chunk, sizeof(input->chunk));

    if (input->is_reading) {
        return;
    }
    input->is_reading = true;
    if (input->is_stream) {
        if (uv_read_start(&input->from.stream, on_alloc, on_read) != 0) {
            input->is_reading = false;
            end(input);
        }
        return;
    }
    input->request.data = input;
    if (uv_fs_read(input->loop, &input->request, 0, &buffer, 1, -1, on_file_read) != 0) {
        input->is_reading = false;
        end(input);
    }
}

void input_pump(struct input *input)
{
    if (input->is_delivering || input->is_closed) {
        return;
    }
    if (input->rest_at < input->rest_size) {
        input->is_delivering = true;
        input->rest_at +=
            deliver(input, input->rest + input->rest_at, input->rest_size - input->rest_at);
        input->is_delivering = false;
        if (input->is_closed) {
            return;
        }
    }
    if (input->is_over) {
        return;
    }
    if (input->rest_at == input->rest_size && input->handler.wants_more(input->handler.context)) {
        read_more(input);
    } else if (input->is_reading && input->is_stream) {
        (void)uv_read_stop(&input->from.stream);
        input->is_reading = false;
    }
}

/* ---- life ------------------------------------------------------------------------------- */

static int open_pipe(struct input *input)
{
    int status = uv_pipe_init(input->loop, &input->from.pipe, 0);

    return status == 0 ? uv_pipe_open(&input->from.pipe, 0) : status;
}

static int open_socket(struct input *input)
{
    int status = uv_tcp_init(input->loop, &input->from.tcp);

    return status == 0 ? uv_tcp_open(&input->from.tcp, 0) : status;
}

/* False if it is a file, which is read by requests. */
static bool open_stream(struct input *input)
{
    uv_handle_type type = uv_guess_handle(0);
    int status = UV_EINVAL;

    if (type == UV_TTY) {
        status = uv_tty_init(input->loop, &input->from.tty, 0, 1);
    } else if (type == UV_NAMED_PIPE) {
        status = open_pipe(input);
    } else if (type == UV_TCP) {
        status = open_socket(input);
    }
    input->from.handle.data = input;
    return status == 0;
}

struct input *input_open(uv_loop_t *loop, size_t line_bytes_max, struct input_handler handler)
{
    struct input *input = calloc(1, sizeof(*input));

    if (input == NULL) {
        return NULL;
    }
    input->loop = loop;
    input->handler = handler;
    input->line_bytes_max = line_bytes_max;
    input->line = malloc(line_bytes_max);
    input->rest = malloc(CHUNK_BYTES);
    if (input->line == NULL || input->rest == NULL) {
        free_input(input);
        return NULL;
    }
    input->is_stream = open_stream(input);
    return input;
}

void input_close(struct input *input)
{
    if (input == NULL || input->is_closed) {
        return;
    }
    input->is_closed = true;
    if (input->is_stream) {
        uv_close(&input->from.handle, on_closed);
    } else if (!input->is_reading) {
        free_input(input);
    }
}
