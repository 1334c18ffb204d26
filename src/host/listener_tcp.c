#include "host/listener_tcp.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "host/failure.h"
#include "host/pipe_tcp.h"
#include "host/port_owner.h"
#include "host/pump.h"
#include "host/socket_address.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"

#define BACKLOG 128
#define OWNER_BYTES_MAX 64
#define ANY_PORT_ATTEMPTS 8

static void on_closed(uv_handle_t *handle)
{
    struct listener_tcp *listener = handle->data;
    struct gossip_node *node = listener->node;

    free(listener);
    host_handle_closed(node);
}

/*
 * Without a free descriptor libuv accepts and closes with one it holds in reserve, so that the
 * queue does not keep the loop awake, and calls here with the error.
 */
static void on_connection(uv_stream_t *stream, int status)
{
    struct listener_tcp *listener = stream->data;

    if (status == 0) {
        listener->is_waiting = !pipe_tcp_accept(listener->node, stream);
    }
    host_pump(listener->node);
}

void listener_tcp_accept_waiting(struct gossip_node *node)
{
    for (size_t i = 0; i < node->listener_count; i++) {
        struct listener_tcp *listener = node->listeners[i];

        if (listener->is_waiting) {
            listener->is_waiting = !pipe_tcp_accept(node, (uv_stream_t *)&listener->handle);
        }
    }
}

static int bind_and_listen(struct listener_tcp *listener, const struct sockaddr_storage *address)
{
    unsigned flags = address->ss_family == AF_INET6 ? UV_TCP_IPV6ONLY : 0;
    struct sockaddr_storage actual;
    int size = sizeof(actual);
    int status = uv_tcp_bind(&listener->handle, (const struct sockaddr *)address, flags);

    if (status == 0) {
        status = uv_listen((uv_stream_t *)&listener->handle, BACKLOG, on_connection);
    }
    if (status == 0) {
        status = uv_tcp_getsockname(&listener->handle, (struct sockaddr *)&actual, &size);
    }
    if (status == 0 && !socket_address_to(&actual, &listener->address)) {
        status = UV_EAFNOSUPPORT;
    }
    return status;
}

/* Listens at `address`. 0 or a libuv error, and then nothing is left. */
static int open_one(struct gossip_node *node, const struct sockaddr_storage *address)
{
    struct listener_tcp *listener;
    int status;

    listener = calloc(1, sizeof(*listener));
    if (listener == NULL) {
        return UV_ENOMEM;
    }
    listener->node = node;
    (void)uv_tcp_init(node->loop, &listener->handle); /* cannot fail: the socket is made later */
    listener->handle.data = listener;
    node->handles++;
    status = bind_and_listen(listener, address);
    if (status != 0) {
        uv_close((uv_handle_t *)&listener->handle, on_closed);
        return status;
    }
    node->listeners[node->listener_count++] = listener;
    return 0;
}

static uint16_t port_of(const struct gossip_address *address)
{
    struct multiaddr_endpoint endpoint;

    multiaddr_endpoint_decode(multiaddr_bytes(address), &endpoint);
    return endpoint.port;
}

static void any_address(int family, uint16_t port, struct sockaddr_storage *address)
{
    memset(address, 0, sizeof(*address));
    address->ss_family = (sa_family_t)family;
    if (family == AF_INET) {
        ((struct sockaddr_in *)address)->sin_port = htons(port);
    } else {
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
    }
}

/* A machine without one of the two families is no reason to fail. */
static bool is_family_missing(int status)
{
    return status == UV_EAFNOSUPPORT || status == UV_EADDRNOTAVAIL || status == UV_EPROTONOSUPPORT;
}

/* Both families on one port, or neither. */
static int open_both(struct gossip_node *node, uint16_t port)
{
    struct sockaddr_storage address;
    int four;
    int six;

    any_address(AF_INET, port, &address);
    four = open_one(node, &address);
    if (four != 0 && !is_family_missing(four)) {
        return four;
    }
    if (four == 0) {
        port = port_of(&node->listeners[0]->address);
    }
    any_address(AF_INET6, port, &address);
    six = open_one(node, &address);
    if (six == 0 || (four == 0 && is_family_missing(six))) {
        node->port = port_of(&node->listeners[0]->address);
        return 0;
    }
    listener_tcp_close_all(node);
    return six;
}

/* The port the system chose for one family may be in use in the other: then it chooses again. */
static int open_port(struct gossip_node *node, uint16_t port)
{
    int status = UV_EADDRINUSE;

    for (int i = 0; status == UV_EADDRINUSE && i < (port == 0 ? ANY_PORT_ATTEMPTS : 1); i++) {
        status = open_both(node, port);
    }
    return status;
}

static enum gossip_error port_failed(uint16_t port, int status)
{
    char owner[OWNER_BYTES_MAX];

    if (status == UV_EADDRINUSE) {
        port_owner_describe(port, owner, sizeof(owner));
        failure_set("cannot listen on port %u: address already in use%s. Use --port 0 for any free "
                    "port.",
            port, owner);
        return GOSSIP_ERROR_ADDRESS_IN_USE;
    }
    failure_set("cannot listen on port %u: %s. Use --port 0 for any free port, or --no-listen.",
        port, uv_strerror(status));
    return GOSSIP_ERROR_UNREACHABLE;
}

/* The port asked for, then those behind it, then any: unless only the one will do. */
static enum gossip_error open_any(struct gossip_node *node, uint16_t port, uint16_t attempts)
{
    int status = UV_EADDRINUSE;

    for (uint16_t i = 0; i < attempts && port + i <= UINT16_MAX; i++) {
        status = open_port(node, (uint16_t)(port + i));
        if (status != UV_EADDRINUSE) {
            break;
        }
    }
    if (status == UV_EADDRINUSE && attempts > 1) {
        status = open_port(node, 0);
    }
    return status == 0 ? GOSSIP_OK : port_failed(port, status);
}

static enum gossip_error open_text(struct gossip_node *node, const char *text)
{
    struct gossip_address address;
    struct sockaddr_storage where;
    struct multiaddr_endpoint endpoint;
    int status;

    if (multiaddr_parse(bytes_of_text(text), &address, NULL) != GOSSIP_OK) {
        failure_set("%s is not a multiaddr to listen on. Write for example "
                    "--listen /ip4/0.0.0.0/tcp/9740",
            text);
        return GOSSIP_ERROR_INVALID;
    }
    multiaddr_endpoint_decode(multiaddr_bytes(&address), &endpoint);
    if (endpoint.has_peer || !socket_address_from(&address, 0, &where)) {
        failure_set("cannot listen on %s: only /ip4/ADDRESS/tcp/PORT and /ip6/ADDRESS/tcp/PORT "
                    "will do",
            text);
        return GOSSIP_ERROR_INVALID;
    }
    status = open_one(node, &where);
    if (status != 0) {
        failure_set(
            "cannot listen on %s: %s. Choose another address or port.", text, uv_strerror(status));
        return status == UV_EADDRINUSE ? GOSSIP_ERROR_ADDRESS_IN_USE : GOSSIP_ERROR_UNREACHABLE;
    }
    return GOSSIP_OK;
}

enum gossip_error listener_tcp_open_all(
    struct gossip_node *node, const struct gossip_node_config *config)
{
    enum gossip_error error = GOSSIP_OK;

    if (!config->is_listening) {
        return GOSSIP_OK;
    }
    if (config->listen_address_count > HOST_LISTENERS_MAX) {
        failure_set("at most %d addresses can be listened on", HOST_LISTENERS_MAX);
        return GOSSIP_ERROR_LIMIT;
    }
    if (config->listen_address_count == 0) {
        return open_any(node, config->port, config->port_attempts == 0 ? 1 : config->port_attempts);
    }
    for (size_t i = 0; error == GOSSIP_OK && i < config->listen_address_count; i++) {
        error = open_text(node, config->listen_addresses[i]);
    }
    if (error == GOSSIP_OK) {
        node->port = port_of(&node->listeners[0]->address);
    }
    return error;
}

void listener_tcp_close_all(struct gossip_node *node)
{
    for (size_t i = 0; i < node->listener_count; i++) {
        uv_close((uv_handle_t *)&node->listeners[i]->handle, on_closed);
    }
    node->listener_count = 0;
}
