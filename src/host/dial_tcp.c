#include "host/dial_tcp.h"

#include <stdlib.h>

#include "host/clock.h"
#include "host/pipe_tcp.h"
#include "host/pump.h"
#include "host/resolve.h"
#include "host/socket_address.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"

struct dial;

/* One connection being made. Freed by its own callback, which libuv calls in any case. */
struct attempt {
    struct dial *dial; /* NULL once it does not count any more */
    struct pipe_tcp *tcp;
    uv_connect_t request;
};

/* Freed when its timer is closed. */
struct dial {
    struct gossip_node *node;
    struct swarm_pipe pipe;
    struct chain all;
    uv_timer_t timer;
    struct resolve *resolve; /* the question that is out, or NULL */
    struct resolve_addresses addresses;
    size_t next; /* address to be tried next */
    struct attempt *attempts[RESOLVE_ADDRESSES_MAX];
    size_t running; /* attempts that wait for an answer */
    uint64_t give_up_at_ms;
    int last_status;
};

static void on_timer_closed(uv_handle_t *handle)
{
    struct dial *dial = handle->data;
    struct gossip_node *node = dial->node;

    free(dial);
    host_handle_closed(node);
}

/* Whatever is still under way leads nowhere. Nothing but the closing of the timer follows. */
static void finish(struct dial *dial)
{
    chain_remove(&dial->all);
    for (size_t i = 0; i < dial->addresses.count; i++) {
        struct attempt *attempt = dial->attempts[i];

        if (attempt != NULL) {
            attempt->dial = NULL;
            pipe_tcp_close(attempt->tcp, UV_ECANCELED);
        }
    }
    if (dial->resolve != NULL) {
        resolve_cancel(dial->resolve);
    }
    uv_close((uv_handle_t *)&dial->timer, on_timer_closed);
}

static void fail(struct dial *dial, int status)
{
    struct gossip_node *node = dial->node;
    struct swarm_pipe pipe = dial->pipe;

    finish(dial);
    swarm_pipe_failed(
        node->swarm, clock_now(), pipe, socket_error(status), socket_error_text(status));
}

/* ---- trying addresses ------------------------------------------------------------------- */

static void try_next(struct dial *dial);

static void forget(struct dial *dial, struct attempt *attempt)
{
    for (size_t i = 0; i < dial->addresses.count; i++) {
        if (dial->attempts[i] == attempt) {
            dial->attempts[i] = NULL;
            dial->running--;
        }
    }
    free(attempt);
}

/* The connection is made: 0, or why it is of no use. */
static int succeed(struct dial *dial, struct pipe_tcp *tcp)
{
    struct gossip_node *node = dial->node;
    struct swarm_pipe pipe = dial->pipe;
    struct sockaddr_storage actual;
    struct gossip_address address;
    int size = sizeof(actual);
    int status = uv_tcp_getpeername(&tcp->handle, (struct sockaddr *)&actual, &size);

    if (status != 0) {
        return status;
    }
    if (!socket_address_to(&actual, &address)) {
        return UV_EAFNOSUPPORT;
    }
    finish(dial);
    pipe_tcp_connected(tcp, pipe);
    swarm_pipe_opened(node->swarm, clock_now(), pipe, &address);
    return 0;
}

static void on_connect(uv_connect_t *request, int status)
{
    struct attempt *attempt = request->data;
    struct dial *dial = attempt->dial;
    struct pipe_tcp *tcp = attempt->tcp;
    struct gossip_node *node = tcp->node;

    if (dial == NULL) {
        free(attempt); /* somebody was faster, and the pipe is being closed */
        return;
    }
    forget(dial, attempt);
    if (status == 0) {
        status = succeed(dial, tcp);
    }
    if (status != 0) {
        dial->last_status = status;
        pipe_tcp_close(tcp, status);
        try_next(dial);
    }
    host_pump(node);
}

/* Starts one attempt; 0, or why the system refuses. */
static int start(struct dial *dial, size_t index)
{
    struct attempt *attempt = calloc(1, sizeof(*attempt));
    struct pipe_tcp *tcp = attempt == NULL ? NULL : pipe_tcp_create(dial->node);
    int status;

    if (tcp == NULL) {
        free(attempt);
        return UV_ENOMEM;
    }
    *attempt = (struct attempt){.dial = dial, .tcp = tcp};
    attempt->request.data = attempt;
    status = uv_tcp_connect(&attempt->request, &tcp->handle,
        (const struct sockaddr *)&dial->addresses.items[index], on_connect);
    if (status != 0) {
        pipe_tcp_close(tcp, status);
        free(attempt);
        return status;
    }
    dial->attempts[index] = attempt;
    dial->running++;
    return 0;
}

static void on_timer(uv_timer_t *timer)
{
    struct dial *dial = timer->data;
    struct gossip_node *node = dial->node;

    if (dial->resolve != NULL) {
        fail(dial, UV_EAI_AGAIN);
    } else if (uv_now(node->loop) >= dial->give_up_at_ms) {
        fail(dial, UV_ETIMEDOUT);
    } else {
        try_next(dial);
    }
    host_pump(node);
}

/* Starts with the next address that can be started with, and waits. Fails the dial if none is left. */
static void try_next(struct dial *dial)
{
    uint64_t now_ms = uv_now(dial->node->loop);
    uint64_t wait_ms = dial->give_up_at_ms > now_ms ? dial->give_up_at_ms - now_ms : 0;

    while (dial->next < dial->addresses.count) {
        int status = start(dial, dial->next++);

        if (status == 0) {
            break;
        }
        dial->last_status = status;
    }
    if (dial->running == 0) {
        fail(dial, dial->last_status);
        return;
    }
    if (dial->next < dial->addresses.count && wait_ms > DIAL_STAGGER_MS) {
        wait_ms = DIAL_STAGGER_MS;
    }
    (void)uv_timer_start(&dial->timer, on_timer, wait_ms, 0);
}

static void begin_trying(struct dial *dial)
{
    dial->give_up_at_ms = uv_now(dial->node->loop) + DIAL_TIME_MS;
    try_next(dial);
}

static void on_resolved(void *context, int status, const struct resolve_addresses *found)
{
    struct dial *dial = context;
    struct gossip_node *node = dial->node;

    dial->resolve = NULL;
    if (status != 0) {
        fail(dial, status);
    } else {
        dial->addresses = *found;
        begin_trying(dial);
    }
    host_pump(node);
}

/* ---- beginning and end ------------------------------------------------------------------ */

static struct dial *create(struct gossip_node *node, struct swarm_pipe pipe)
{
    struct dial *dial = calloc(1, sizeof(*dial));

    if (dial == NULL) {
        return NULL;
    }
    dial->node = node;
    dial->pipe = pipe;
    chain_init(&dial->all, dial);
    chain_append(&node->dials, &dial->all);
    (void)uv_timer_init(node->loop, &dial->timer); /* cannot fail */
    dial->timer.data = dial;
    node->handles++;
    return dial;
}

static void dial_name(struct dial *dial, const struct multiaddr_endpoint *endpoint)
{
    int status = resolve_begin(dial->node->loop, endpoint, on_resolved, dial, &dial->resolve);

    if (status != 0) {
        fail(dial, status);
        return;
    }
    (void)uv_timer_start(&dial->timer, on_timer, DIAL_TIME_MS, 0);
}

void dial_tcp(struct gossip_node *node, struct swarm_pipe pipe,
    const struct gossip_address *address, uint32_t scope)
{
    struct multiaddr_endpoint endpoint;
    struct dial *dial = create(node, pipe);

    if (dial == NULL) {
        swarm_pipe_failed(node->swarm, clock_now(), pipe, GOSSIP_ERROR_NO_MEMORY, "out of memory");
        return;
    }
    if (socket_address_from(address, scope, &dial->addresses.items[0])) {
        dial->addresses.count = 1;
        begin_trying(dial);
    } else {
        multiaddr_endpoint_decode(multiaddr_bytes(address), &endpoint);
        dial_name(dial, &endpoint);
    }
}

static void cancel(struct gossip_node *node, struct dial *dial)
{
    struct swarm_pipe pipe = dial->pipe;

    finish(dial);
    swarm_pipe_closed(node->swarm, clock_now(), pipe);
}

void dial_tcp_cancel(struct gossip_node *node, struct swarm_pipe pipe)
{
    for (struct chain *at = node->dials.next; at != &node->dials; at = at->next) {
        struct dial *dial = at->object;

        if (dial->pipe.id == pipe.id) {
            cancel(node, dial);
            return;
        }
    }
}

void dial_tcp_cancel_all(struct gossip_node *node)
{
    struct dial *dial;

    while ((dial = chain_first(&node->dials)) != NULL) {
        cancel(node, dial);
    }
}
