#include "app/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/descriptor.h"
#include "base/bytes.h"

/* Bytes in memory of their own, which doubles as it needs to. */
struct heap {
    char *data;
    size_t size, capacity;
};

struct output {
    struct descriptor to;
    uv_write_t request;
    struct output_handler handler;
    size_t bytes_max;
    struct heap flying;  /* being written */
    struct heap waiting; /* written next */
    uint64_t dropped;
    bool is_broken, is_closed;
};

static bool append(struct heap *heap, struct gossip_bytes piece)
{
    size_t capacity = heap->capacity == 0 ? 4096 : heap->capacity;
    char *data;

    while (capacity < heap->size + piece.size) {
        capacity *= 2;
    }
    if (capacity > heap->capacity) {
        data = realloc(heap->data, capacity);
        if (data == NULL) {
            return false;
        }
        heap->data = data;
        heap->capacity = capacity;
    }
    bytes_copy((uint8_t *)heap->data + heap->size, piece);
    heap->size += piece.size;
    return true;
}

static void clear(struct heap *heap)
{
    free(heap->data);
    *heap = (struct heap){.data = NULL};
}

/* ---- writing ---------------------------------------------------------------------------- */

static void fail(struct output *output, int status)
{
    if (output->is_broken) {
        return;
    }
    output->is_broken = true;
    clear(&output->waiting);
    output->handler.on_broken(output->handler.context, status);
}

static void tell_dropped(struct output *output)
{
    uint64_t count = output->dropped;

    output->dropped = 0;
    if (count > 0) {
        output->handler.on_dropped(output->handler.context, count);
    }
}

static void write_waiting(struct output *output);

static void on_written(uv_write_t *request, int status)
{
    struct output *output = request->data;

    clear(&output->flying);
    if (output->is_closed) {
        return;
    }
    if (status != 0) {
        fail(output, status);
        return;
    }
    write_waiting(output);
    tell_dropped(output);
}

static void write_waiting(struct output *output)
{
    uv_buf_t buffer;
    int status;

    if (output->waiting.size == 0 || output->flying.size > 0 || output->is_broken) {
        return;
    }
    output->flying = output->waiting;
    output->waiting = (struct heap){.data = NULL};
    buffer = uv_buf_init(output->flying.data, (unsigned)output->flying.size);
    status = uv_write(&output->request, &output->to.as.stream, &buffer, 1, on_written);
    if (status != 0) {
        clear(&output->flying);
        fail(output, status);
    }
}

/* How many bytes went out at once, or a libuv error. */
static int write_now(struct output *output, struct gossip_bytes piece)
{
    union {
        const uint8_t *read;
        char *base; /* libuv reads it, and does not promise to */
    } data = {.read = piece.data};
    uv_buf_t buffer = uv_buf_init(data.base, (unsigned)piece.size);
    int written;

    if (output->flying.size > 0 || output->waiting.size > 0) {
        return 0; /* first come, first served */
    }
    written = uv_try_write(&output->to.as.stream, &buffer, 1);
    return written == UV_EAGAIN ? 0 : written;
}

static bool write_stream(struct output *output, struct gossip_bytes piece)
{
    int written;

    if (piece.size > output->bytes_max - output->waiting.size) {
        output->dropped++;
        return false;
    }
    written = write_now(output, piece);
    if (written < 0) {
        fail(output, written);
        return false;
    }
    piece = bytes_part(piece, (size_t)written, piece.size);
    if (piece.size > 0 && !append(&output->waiting, piece)) {
        fail(output, UV_ENOMEM); /* half a piece is out: nothing sensible can follow */
        return false;
    }
    write_waiting(output);
    return true;
}

static bool write_file(struct output *output, struct gossip_bytes piece)
{
    while (piece.size > 0) {
        ssize_t written = write(output->to.number, piece.data, piece.size);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            fail(output, -errno);
            return false;
        }
        piece = bytes_part(piece, (size_t)written, piece.size);
    }
    return true;
}

bool output_write(struct output *output, struct gossip_bytes piece)
{
    if (output->is_broken || output->is_closed) {
        return false;
    }
    return output->to.is_stream ? write_stream(output, piece) : write_file(output, piece);
}

bool output_is_drained(const struct output *output)
{
    return output->is_broken || (output->flying.size == 0 && output->waiting.size == 0);
}

/* ---- life ------------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle)
{
    struct output *output = handle->data;

    free(output->flying.data);
    free(output->waiting.data);
    free(output);
}

struct output *output_open(
    uv_loop_t *loop, int descriptor, size_t bytes_max, struct output_handler handler)
{
    struct output *output = calloc(1, sizeof(*output));

    if (output == NULL) {
        return NULL;
    }
    descriptor_open(&output->to, loop, descriptor);
    output->to.as.handle.data = output;
    output->handler = handler;
    output->bytes_max = bytes_max;
    output->request.data = output;
    return output;
}

void output_restore(const struct output *output)
{
    descriptor_restore(&output->to);
}

void output_close(struct output *output)
{
    if (output == NULL) {
        return;
    }
    output->is_closed = true;
    output_restore(output);
    uv_close(&output->to.as.handle, on_closed);
}
