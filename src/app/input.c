#include "app/input.h"

#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "app/descriptor.h"
#include "base/bytes.h"

#define CHUNK_BYTES (64 * 1024)

struct input {
    uv_loop_t *loop;
    struct input_handler handler;
    struct descriptor from;
    uv_fs_t request; /* of a file */
    unsigned holds;  /* the handle, and the request while it is out */
    bool is_reading; /* a stream is being read, or a request is out */
    bool is_over, is_closed;
    bool is_handing_on; /* lines: see input_pump */
    bool had_bytes;
    bool is_silent;         /* the terminal does not echo: see `echoing` */
    struct termios echoing; /* how it was when it did */
    bool is_skipping;       /* the rest of a line that was too long */
    uint64_t number;
    size_t line_bytes_max;
    char *line; /* the beginning of a line */
    size_t line_size;
    char chunk[CHUNK_BYTES];  /* what was read last */
    struct gossip_bytes rest; /* what of it is not handed on yet; nothing is read meanwhile */
};

/* Freed when its handle is closed and no request is out. */
static void release(struct input *input)
{
    if (--input->holds == 0) {
        free(input->line);
        free(input);
    }
}

static void on_closed(uv_handle_t *handle)
{
    release(handle->data);
}

/* ---- cutting into lines ----------------------------------------------------------------- */

static void finish_line(struct input *input)
{
    struct gossip_bytes line = bytes_make(input->line, input->line_size);

    input->number++;
    if (bytes_end_with(line, BYTES_OF("\r"))) {
        line.size--;
    }
    input->line_size = 0;
    if (input->is_skipping || line.size > input->line_bytes_max) {
        input->is_skipping = false;
        input->handler.on_too_long(input->handler.context, input->number);
    } else {
        input->handler.on_line(input->handler.context, line, input->number);
    }
    bytes_wipe(input->line, line.size); /* it may have been a passphrase */
}

/* The line itself has one byte of room more, for a "\r" that may turn out to belong to its end. */
static void add_to_line(struct input *input, struct gossip_bytes part)
{
    if (input->line_size + part.size > input->line_bytes_max + 1) {
        input->is_skipping = true;
        input->line_size = 0;
    }
    if (!input->is_skipping) {
        bytes_copy((uint8_t *)input->line + input->line_size, part);
        input->line_size += part.size;
    }
}

static bool wants_more(const struct input *input)
{
    return !input->is_closed && input->handler.wants_more(input->handler.context);
}

/* Hands on whole lines as long as more are wanted. */
static void hand_on(struct input *input)
{
    input->is_handing_on = true;
    while (input->rest.size > 0 && wants_more(input)) {
        size_t size = bytes_find(input->rest, '\n');
        bool is_whole = size < input->rest.size;

        add_to_line(input, bytes_part(input->rest, 0, size));
        bytes_wipe(input->chunk + (input->rest.data - (const uint8_t *)input->chunk), size);
        input->rest = bytes_part(input->rest, is_whole ? size + 1 : size, input->rest.size);
        if (is_whole) {
            finish_line(input);
        }
    }
    input->is_handing_on = false;
}

static void end(struct input *input, int status)
{
    enum input_end reason = INPUT_ENDED;

    if (status < 0 && status != UV_EOF) {
        reason = INPUT_FAILED;
    } else if (!input->had_bytes && !input->from.is_terminal) {
        reason = INPUT_NEVER_BEGAN;
    }
    input->is_over = true;
    if (input->line_size > 0 || input->is_skipping) {
        finish_line(input);
    }
    if (!input->is_closed) {
        input->handler.on_end(input->handler.context, reason);
    }
}

/* ---- reading ---------------------------------------------------------------------------- */

/* `size` bytes are in the chunk; 0 or a libuv error is the end. */
static void take(struct input *input, ssize_t size)
{
    if (size <= 0) {
        end(input, (int)size);
        return;
    }
    input->had_bytes = true;
    input->rest = bytes_make(input->chunk, (size_t)size);
    input_pump(input);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct input *input = handle->data;

    (void)suggested;
    *buffer = uv_buf_init(input->chunk, sizeof(input->chunk));
}

static void stop_reading(struct input *input)
{
    (void)uv_read_stop(&input->from.as.stream);
    input->is_reading = false;
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct input *input = stream->data;

    (void)buffer;
    if (size != 0) {
        stop_reading(input); /* until all of it is handed on */
        take(input, size);
    }
}

static void on_file_read(uv_fs_t *request)
{
    struct input *input = request->data;
    ssize_t size = request->result;

    uv_fs_req_cleanup(request);
    input->is_reading = false;
    if (!input->is_closed) {
        take(input, size);
    }
    release(input);
}

static int start_reading(struct input *input)
{
    uv_buf_t buffer = uv_buf_init(input->chunk, sizeof(input->chunk));
    int status;

    if (input->from.is_stream) {
        return uv_read_start(&input->from.as.stream, on_alloc, on_read);
    }
    input->request.data = input;
    status =
        uv_fs_read(input->loop, &input->request, input->from.number, &buffer, 1, -1, on_file_read);
    if (status == 0) {
        input->holds++;
    }
    return status;
}

void input_pump(struct input *input)
{
    int status;

    if (input->is_handing_on || input->is_closed) {
        return; /* a handler called: whoever called it goes on */
    }
    hand_on(input);
    if (input->is_over || input->is_reading || input->rest.size > 0 || !wants_more(input)) {
        return;
    }
    input->is_reading = true;
    status = start_reading(input);
    if (status != 0) {
        input->is_reading = false;
        end(input, status);
    }
}

/* ---- life ------------------------------------------------------------------------------- */

struct input *input_open(uv_loop_t *loop, size_t line_bytes_max, struct input_handler handler)
{
    struct input *input = calloc(1, sizeof(*input));

    if (input == NULL) {
        return NULL;
    }
    input->line = malloc(line_bytes_max + 1);
    if (input->line == NULL) {
        free(input);
        return NULL;
    }
    descriptor_open(&input->from, loop, STDIN_FILENO);
    input->from.as.handle.data = input;
    input->holds = 1;
    input->loop = loop;
    input->handler = handler;
    input->line_bytes_max = line_bytes_max;
    return input;
}

bool input_set_echo(struct input *input, bool is_shown)
{
    struct termios silent;

    if (!input->from.is_terminal || is_shown != input->is_silent) {
        return input->from.is_terminal;
    }
    if (is_shown) {
        input->is_silent = false;
        return tcsetattr(input->from.number, TCSANOW, &input->echoing) == 0;
    }
    if (tcgetattr(input->from.number, &input->echoing) != 0) {
        return false;
    }
    silent = input->echoing;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
    silent.c_lflag |= ECHONL;
    input->is_silent = tcsetattr(input->from.number, TCSAFLUSH, &silent) == 0;
    return input->is_silent;
}

void input_restore(const struct input *input)
{
    if (input->is_silent) {
        (void)tcsetattr(input->from.number, TCSANOW, &input->echoing);
    }
    descriptor_restore(&input->from);
}

void input_close(struct input *input)
{
    if (input == NULL || input->is_closed) {
        return;
    }
    input->is_closed = true;
    input_restore(input);
    uv_close(&input->from.as.handle, on_closed);
}
