#include "host/pipe_tcp.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "host/clock.h"
#include "host/pump.h"
#include "host/socket_address.h"

/* The kernel asks whether the other side still lives after so long a silence. */
#define KEEPALIVE_SECONDS 60

static void on_handle_closed(uv_handle_t *handle)
{
    struct pipe_tcp *tcp = handle->data;
    struct gossip_node *node = tcp->node;

    if (--tcp->open_handles > 0) {
        return;
    }
    free(tcp->unsent); /* if its write never began */
    free(tcp);
    host_handle_closed(node);
}

struct pipe_tcp *pipe_tcp_create(struct gossip_node *node)
{
    struct pipe_tcp *tcp = calloc(1, sizeof(*tcp));

    if (tcp == NULL) {
        return NULL;
    }
    tcp->node = node;
    chain_init(&tcp->all, tcp);
    chain_init(&tcp->ready, tcp);
    /* Neither can fail: the socket is made later. */
    (void)uv_tcp_init(node->loop, &tcp->handle);
    (void)uv_timer_init(node->loop, &tcp->timer);
    tcp->handle.data = tcp;
    tcp->timer.data = tcp;
    tcp->open_handles = 2;
    node->handles++;
    return tcp;
}

struct pipe_tcp *pipe_tcp_find(struct gossip_node *node, struct swarm_pipe pipe)
{
    for (struct chain *at = node->pipes.next; at != &node->pipes; at = at->next) {
        struct pipe_tcp *tcp = at->object;

        if (tcp->pipe.id == pipe.id) {
            return tcp;
        }
    }
    return NULL;
}

static void tell_end(struct pipe_tcp *tcp, int status)
{
    struct swarm *swarm = tcp->node->swarm;

    if (!tcp->is_told) {
        return;
    }
    if (status == 0 || status == UV_EOF) {
        swarm_pipe_closed(swarm, clock_now(), tcp->pipe);
    } else {
        swarm_pipe_failed(
            swarm, clock_now(), tcp->pipe, socket_error(status), socket_error_text(status));
    }
}

void pipe_tcp_close(struct pipe_tcp *tcp, int status)
{
    if (tcp->is_closing) {
        return;
    }
    tcp->is_closing = true;
    chain_remove(&tcp->all);
    chain_remove(&tcp->ready);
    uv_close((uv_handle_t *)&tcp->timer, on_handle_closed);
    uv_close((uv_handle_t *)&tcp->handle, on_handle_closed);
    tell_end(tcp, status);
}

/* ---- reading ---------------------------------------------------------------------------- */

/* One buffer for all pipes: libuv calls on_read with it before anybody else can ask for it. */
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct pipe_tcp *tcp = handle->data;

    (void)suggested;
    *buffer = uv_buf_init((char *)tcp->node->read_buffer, sizeof(tcp->node->read_buffer));
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct pipe_tcp *tcp = stream->data;
    struct gossip_node *node = tcp->node;
    struct gossip_room input;

    if (size == 0) {
        return; /* not yet */
    }
    if (size < 0) {
        pipe_tcp_close(tcp, (int)size);
        host_pump(node);
        return;
    }
    input = room_make(buffer->base, (size_t)size);
    /* Once the pipe is ending, input is read to be thrown away: see pipe_tcp_end. */
    while (input.size > 0 && !tcp->is_closing && !tcp->is_ending) {
        swarm_pipe_received(node->swarm, clock_now(), tcp->pipe, &input);
        host_drain(node);
    }
    host_pump(node);
}

void pipe_tcp_pause(struct pipe_tcp *tcp)
{
    (void)uv_read_stop((uv_stream_t *)&tcp->handle);
}

void pipe_tcp_resume(struct pipe_tcp *tcp)
{
    if (!tcp->is_closing) {
        (void)uv_read_start((uv_stream_t *)&tcp->handle, on_alloc, on_read);
    }
}

/* ---- writing ---------------------------------------------------------------------------- */

/* The other side's end, or the timer, closes the pipe; unless it cannot be shut at all. */
static void on_shutdown(uv_shutdown_t *request, int status)
{
    struct pipe_tcp *tcp = request->handle->data;

    if (status != 0 && !tcp->is_closing) {
        pipe_tcp_close(tcp, status);
        host_pump(tcp->node);
    }
}

/* Everything is sent: say so. */
static void shut(struct pipe_tcp *tcp)
{
    int status;

    tcp->is_shut = true;
    status = uv_shutdown(&tcp->shutdown_request, (uv_stream_t *)&tcp->handle, on_shutdown);
    if (status != 0) {
        pipe_tcp_close(tcp, status);
    }
}

static void on_written(uv_write_t *request, int status)
{
    struct pipe_tcp *tcp = request->handle->data;

    free(tcp->unsent);
    tcp->unsent = NULL;
    if (tcp->is_closing) {
        return;
    }
    if (status != 0) {
        pipe_tcp_close(tcp, status);
    } else {
        tcp->node->sent_bytes += tcp->unsent_size;
        pipe_tcp_flush(tcp);
    }
    host_pump(tcp->node);
}

/* The socket did not take all: the rest waits in memory of its own until it does. */
static void write_later(struct pipe_tcp *tcp, const uint8_t *data, size_t size)
{
    uv_buf_t buffer;
    int status;

    tcp->unsent = malloc(size);
    if (tcp->unsent == NULL) {
        pipe_tcp_close(tcp, UV_ENOMEM);
        return;
    }
    memcpy(tcp->unsent, data, size);
    tcp->unsent_size = size;
    buffer = uv_buf_init((char *)tcp->unsent, (unsigned)size);
    status = uv_write(&tcp->write_request, (uv_stream_t *)&tcp->handle, &buffer, 1, on_written);
    if (status != 0) {
        pipe_tcp_close(tcp, status);
    }
}

/* As much as the socket takes without waiting; the rest later. */
static void write_now(struct pipe_tcp *tcp, uint8_t *data, size_t size)
{
    uv_buf_t buffer = uv_buf_init((char *)data, (unsigned)size);
    int written = uv_try_write((uv_stream_t *)&tcp->handle, &buffer, 1);

    if (written == UV_EAGAIN) {
        written = 0;
    }
    if (written < 0) {
        pipe_tcp_close(tcp, written);
        return;
    }
    tcp->node->sent_bytes += (size_t)written;
    if ((size_t)written < size) {
        write_later(tcp, data + written, size - (size_t)written);
    }
}

void pipe_tcp_flush(struct pipe_tcp *tcp)
{
    struct gossip_node *node = tcp->node;

    while (!tcp->is_closing && !tcp->is_shut && tcp->unsent == NULL) {
        struct gossip_room room = room_make(node->write_buffer, sizeof(node->write_buffer));
        size_t size = swarm_pipe_transmit(node->swarm, clock_now(), tcp->pipe, room);

        if (size > 0) {
            write_now(tcp, room.data, size);
        } else if (tcp->is_ending) {
            shut(tcp);
        } else {
            return;
        }
    }
}

static void on_linger_over(uv_timer_t *timer)
{
    struct pipe_tcp *tcp = timer->data;

    pipe_tcp_close(tcp, 0);
    host_pump(tcp->node);
}

void pipe_tcp_end(struct pipe_tcp *tcp)
{
    if (tcp->is_ending || tcp->is_closing) {
        return;
    }
    tcp->is_ending = true;
    (void)uv_timer_start(&tcp->timer, on_linger_over, PIPE_LINGER_MS, 0);
    /* Unread input would turn our end into a reset, and a reset can overtake what we sent. */
    pipe_tcp_resume(tcp);
    pipe_tcp_flush(tcp);
}

/* ---- beginning -------------------------------------------------------------------------- */

void pipe_tcp_connected(struct pipe_tcp *tcp, struct swarm_pipe pipe)
{
    tcp->pipe = pipe;
    tcp->is_told = true;
    chain_append(&tcp->node->pipes, &tcp->all);
    (void)uv_tcp_nodelay(&tcp->handle, 1);
    (void)uv_tcp_keepalive(&tcp->handle, 1, KEEPALIVE_SECONDS);
    pipe_tcp_resume(tcp);
}

bool pipe_tcp_accept(struct gossip_node *node, uv_stream_t *listener)
{
    struct pipe_tcp *tcp = pipe_tcp_create(node);
    struct sockaddr_storage from;
    struct gossip_address address;
    struct swarm_pipe pipe;
    int size = sizeof(from);

    if (tcp == NULL) {
        return false;
    }
    if (uv_accept(listener, (uv_stream_t *)&tcp->handle) != 0 ||
        uv_tcp_getpeername(&tcp->handle, (struct sockaddr *)&from, &size) != 0 ||
        !socket_address_to(&from, &address) ||
        swarm_pipe_arrived(node->swarm, clock_now(), &address, &pipe) != GOSSIP_OK) {
        pipe_tcp_close(tcp, 0);
    } else {
        pipe_tcp_connected(tcp, pipe);
    }
    return true;
}
