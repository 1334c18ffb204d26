#include "host/dial_tcp.h"

#include <stdlib.h>
#include <string.h>

#include "host/clock.h"
#include "host/pipe_tcp.h"
#include "host/pump.h"
#include "host/socket_address.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"

#define NAME_BYTES_MAX 256

struct dial;

struct attempt {
    struct dial *dial; /* NULL once it does not count any more */
    struct pipe_tcp *tcp;
    uv_connect_t request;
};

/* Freed when the last attempt, the resolver and the timer are done with it. */
struct dial {
    struct gossip_node *node;
    struct swarm_pipe pipe;
    struct chain all;
    uv_timer_t timer;
    uv_getaddrinfo_t resolver;
    struct sockaddr_storage addresses[DIAL_ADDRESSES_MAX];
    size_t address_count, next;
    struct attempt *attempts[DIAL_ADDRESSES_MAX];
    uint32_t running; /* attempts that wait for an answer */
    bool is_resolving, is_over, is_timer_closed;
    uint64_t give_up_at_ms;
    int last_status;
};

static void release(struct dial *dial)
{
    struct gossip_node *node = dial->node;

    if (!dial->is_over || dial->is_resolving || !dial->is_timer_closed) {
        return;
    }
    free(dial);
    host_handle_closed(node);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct dial *dial = handle->data;

    dial->is_timer_closed = true;
    release(dial);
}

/* No attempt but `winner` counts from now on. */
static void finish(struct dial *dial, const struct attempt *winner)
{
    if (dial->is_over) {
        return;
    }
    dial->is_over = true;
    chain_remove(&dial->all);
    for (size_t i = 0; i < dial->address_count; i++) {
        struct attempt *attempt = dial->attempts[i];

        if (attempt != NULL && attempt != winner) {
            attempt->dial = NULL;
            pipe_tcp_close(attempt->tcp);
        }
    }
    if (dial->is_resolving) {
        (void)uv_cancel((uv_req_t *)&dial->resolver);
    }
    uv_close((uv_handle_t *)&dial->timer, on_timer_closed);
}

static void fail(struct dial *dial, int status)
{
    struct gossip_node *node = dial->node;
    struct swarm_pipe pipe = dial->pipe;

    if (dial->is_over) {
        return;
    }
    finish(dial, NULL);
    swarm_pipe_failed(
        node->swarm, clock_now(), pipe, socket_error(status), socket_error_text(status));
}

static void try_next(struct dial *dial);

static void on_connect(uv_connect_t *request, int status)
{
    struct attempt *attempt = request->data;
    struct dial *dial = attempt->dial;
    struct pipe_tcp *tcp = attempt->tcp;
    struct sockaddr_storage actual;
    struct gossip_address address;
    int size = sizeof(actual);
    struct gossip_node *node = tcp->node;

    if (dial == NULL) {
        free(attempt); /* somebody was faster, and the pipe is being closed */
        return;
    }
    dial->running--;
    for (size_t i = 0; i < dial->address_count; i++) {
        if (dial->attempts[i] == attempt) {
            dial->attempts[i] = NULL;
        }
    }
    free(attempt);
    if (status == 0 && uv_tcp_getpeername(&tcp->handle, (struct sockaddr *)&actual, &size) == 0 &&
        socket_address_to(&actual, &address)) {
        struct swarm_pipe pipe = dial->pipe;

        finish(dial, NULL);
        pipe_tcp_connected(tcp, pipe);
        swarm_pipe_opened(node->swarm, clock_now(), pipe, &address);
        host_pump(node);
        return;
    }
    dial->last_status = status != 0 ? status : UV_ECONNRESET;
    pipe_tcp_close(tcp);
    try_next(dial);
    host_pump(node);
}

/* Starts one attempt; false if the system refuses. */
static bool start(struct dial *dial, size_t index)
{
    struct attempt *attempt = calloc(1, sizeof(*attempt));
    int status;

    if (attempt == NULL) {
        dial->last_status = UV_ENOMEM;
        return false;
    }
    attempt->dial = dial;
    attempt->tcp = pipe_tcp_create(dial->node);
    if (attempt->tcp == NULL) {
        dial->last_status = UV_ENOMEM;
        free(attempt);
        return false;
    }
    attempt->request.data = attempt;
    status = uv_tcp_connect(&attempt->request, &attempt->tcp->handle,
        (const struct sockaddr *)&dial->addresses[index], on_connect);
    if (status != 0) {
        dial->last_status = status;
        pipe_tcp_close(attempt->tcp);
        free(attempt);
        return false;
    }
    dial->attempts[index] = attempt;
    dial->running++;
    return true;
}

static void on_timer(uv_timer_t *timer)
{
    struct dial *dial = timer->data;
    struct gossip_node *node = dial->node;

    if (uv_now(node->loop) >= dial->give_up_at_ms) {
        fail(dial, UV_ETIMEDOUT);
    } else {
        try_next(dial);
    }
    host_pump(node);
}

static void try_next(struct dial *dial)
{
    uint64_t now_ms = uv_now(dial->node->loop);
    uint64_t wait_ms;

    while (dial->next < dial->address_count) {
        if (start(dial, dial->next++)) {
            break;
        }
    }
    if (dial->running == 0) {
        fail(dial, dial->last_status);
        return;
    }
    wait_ms = dial->give_up_at_ms > now_ms ? dial->give_up_at_ms - now_ms : 0;
    if (dial->next < dial->address_count && wait_ms > DIAL_STAGGER_MS) {
        wait_ms = DIAL_STAGGER_MS;
    }
    (void)uv_timer_start(&dial->timer, on_timer, wait_ms, 0);
}

/* ---- names ------------------------------------------------------------------------------ */

static void add(struct dial *dial, const struct addrinfo *info, uint16_t port)
{
    struct sockaddr_storage *place = &dial->addresses[dial->address_count];

    if (dial->address_count == DIAL_ADDRESSES_MAX || info->ai_addrlen > sizeof(*place)) {
        return;
    }
    memcpy(place, info->ai_addr, info->ai_addrlen);
    if (info->ai_family == AF_INET) {
        ((struct sockaddr_in *)place)->sin_port = htons(port);
    } else if (info->ai_family == AF_INET6) {
        ((struct sockaddr_in6 *)place)->sin6_port = htons(port);
    } else {
        return;
    }
    dial->address_count++;
}

static const struct addrinfo *next_of_family(const struct addrinfo *info, bool wants_ip6)
{
    while (info != NULL && (info->ai_family == AF_INET6) != wants_ip6) {
        info = info->ai_next;
    }
    return info;
}

/* The families take turns, IPv6 first, each in the order the system prefers. */
static void interleave(struct dial *dial, const struct addrinfo *found, uint16_t port)
{
    const struct addrinfo *six = next_of_family(found, true);
    const struct addrinfo *four = next_of_family(found, false);

    while (six != NULL || four != NULL) {
        if (six != NULL) {
            add(dial, six, port);
            six = next_of_family(six->ai_next, true);
        }
        if (four != NULL) {
            add(dial, four, port);
            four = next_of_family(four->ai_next, false);
        }
    }
}

static void on_resolved(uv_getaddrinfo_t *resolver, int status, struct addrinfo *found)
{
    struct dial *dial = resolver->data;
    struct gossip_node *node = dial->node;

    dial->is_resolving = false;
    if (dial->is_over) {
        uv_freeaddrinfo(found);
        release(dial);
        return;
    }
    if (status != 0) {
        fail(dial, status);
    } else {
        /* The port was kept in the first place, which is not used before. */
        uint16_t port = ((struct sockaddr_in *)&dial->addresses[0])->sin_port;

        interleave(dial, found, port);
        dial->last_status = UV_EAI_NODATA;
        dial->give_up_at_ms = uv_now(node->loop) + PIPE_CONNECT_MS;
        try_next(dial);
    }
    uv_freeaddrinfo(found);
    host_pump(node);
}

static int resolve(struct dial *dial, const struct multiaddr_endpoint *endpoint)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC};
    char name[NAME_BYTES_MAX];

    if (endpoint->host == MULTIADDR_HOST_DNS4) {
        hints.ai_family = AF_INET;
    } else if (endpoint->host == MULTIADDR_HOST_DNS6) {
        hints.ai_family = AF_INET6;
    }
    if (endpoint->name.size >= sizeof(name)) {
        return UV_ENAMETOOLONG;
    }
    memcpy(name, endpoint->name.data, endpoint->name.size);
    name[endpoint->name.size] = '\0';
    ((struct sockaddr_in *)&dial->addresses[0])->sin_port = endpoint->port;
    dial->resolver.data = dial;
    dial->is_resolving = true;
    return uv_getaddrinfo(dial->node->loop, &dial->resolver, on_resolved, name, NULL, &hints);
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
    (void)uv_timer_init(node->loop, &dial->timer);
    dial->timer.data = dial;
    dial->give_up_at_ms = uv_now(node->loop) + PIPE_CONNECT_MS;
    node->handles++;
    return dial;
}

void dial_tcp(struct gossip_node *node, struct swarm_pipe pipe,
    const struct gossip_address *address, uint32_t scope)
{
    struct dial *dial = create(node, pipe);
    struct multiaddr_endpoint endpoint;
    int status;

    if (dial == NULL) {
        swarm_pipe_failed(node->swarm, clock_now(), pipe, GOSSIP_ERROR_NO_MEMORY, "out of memory");
        return;
    }
    if (socket_address_from(address, scope, &dial->addresses[0])) {
        dial->address_count = 1;
        try_next(dial);
        return;
    }
    multiaddr_endpoint_decode(multiaddr_bytes(address), &endpoint);
    if (endpoint.host == MULTIADDR_HOST_DNSADDR) {
        finish(dial, NULL);
        swarm_pipe_failed(node->swarm, clock_now(), pipe, GOSSIP_ERROR_UNSUPPORTED,
            "names of whole addresses (/dnsaddr) are not looked up; use /dns, /ip4 or /ip6");
        return;
    }
    status = resolve(dial, &endpoint);
    if (status != 0) {
        dial->is_resolving = false;
        fail(dial, status);
    }
}

bool dial_tcp_cancel(struct gossip_node *node, struct swarm_pipe pipe)
{
    for (struct chain *at = node->dials.next; at != &node->dials; at = at->next) {
        struct dial *dial = at->object;

        if (dial->pipe.id == pipe.id) {
            finish(dial, NULL);
            swarm_pipe_closed(node->swarm, clock_now(), pipe);
            return true;
        }
    }
    return false;
}

void dial_tcp_cancel_all(struct gossip_node *node)
{
    struct dial *dial;

    while ((dial = chain_first(&node->dials)) != NULL) {
        (void)dial_tcp_cancel(node, dial->pipe);
    }
}
