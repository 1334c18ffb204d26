/*
 * TCP on the real loop. The node is the real one, but its swarm is the side under test: this file
 * stands in the place of src/swarm, so that every byte and every end is in the hands of the test.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "base/bytes.h"
#include "gossipchat/node.h"
#include "host/pump.h"
#include "integration/loop.h"
#include "integration/pipe_world.h"
#include "multiaddr/endpoint.h"
#include "support/test.h"

#define OUTPUTS_MAX 256
#define DEAF_CALLERS 8

/* What the node takes for its swarm. */
struct swarm {
    struct pipe_side *side;
    struct swarm_output outputs[OUTPUTS_MAX];
    size_t first, count;
    bool is_closing;
};

struct tcp {
    uv_loop_t loop;
    struct gossip_node *caller, *listener;
    struct gossip_address to_listener, to_nobody, to_deaf;
    int deaf, deaf_callers[DEAF_CALLERS];
    uint32_t closed; /* nodes */
};

/* The side that the next node gets. */
static struct pipe_side *next_side;

static void put(struct swarm *swarm, struct swarm_output output)
{
    expect_at_most(swarm->count, OUTPUTS_MAX - 1);
    swarm->outputs[(swarm->first + swarm->count++) % OUTPUTS_MAX] = output;
}

static void put_kind(struct swarm *swarm, enum swarm_output_kind kind, uint64_t pipe)
{
    put(swarm, (struct swarm_output){.kind = kind, .pipe = {.id = pipe}});
}

/* ---- the machine ------------------------------------------------------------------------ */

enum gossip_error swarm_create(
    const struct swarm_config *config, struct gossip_instant now, struct swarm **swarm)
{
    (void)config;
    (void)now;
    *swarm = calloc(1, sizeof(**swarm));
    if (*swarm == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    (*swarm)->side = next_side;
    return GOSSIP_OK;
}

void swarm_destroy(struct swarm *swarm)
{
    free(swarm);
}

enum gossip_error swarm_pipe_arrived(struct swarm *swarm, struct gossip_instant now,
    const struct gossip_address *from, struct swarm_pipe *pipe)
{
    struct pipe_record *record = pipe_side_add(swarm->side, false);

    (void)now;
    (void)from;
    if (record == NULL) {
        return GOSSIP_ERROR_LIMIT;
    }
    pipe->id = record->id;
    return GOSSIP_OK;
}

void swarm_pipe_opened(struct swarm *swarm, struct gossip_instant now, struct swarm_pipe pipe,
    const struct gossip_address *actual)
{
    (void)now;
    (void)actual;
    pipe_told_opened(pipe_side_find(swarm->side, pipe.id));
}

void swarm_pipe_failed(struct swarm *swarm, struct gossip_instant now, struct swarm_pipe pipe,
    enum gossip_error error, const char *text)
{
    (void)now;
    expect_not_null(text);
    pipe_told_failed(pipe_side_find(swarm->side, pipe.id), error);
}

void swarm_pipe_received(struct swarm *swarm, struct gossip_instant now, struct swarm_pipe pipe,
    struct gossip_room *input)
{
    (void)now;
    pipe_told_received(pipe_side_find(swarm->side, pipe.id), input);
}

void swarm_pipe_closed(struct swarm *swarm, struct gossip_instant now, struct swarm_pipe pipe)
{
    (void)now;
    pipe_told_closed(pipe_side_find(swarm->side, pipe.id));
}

size_t swarm_pipe_transmit(
    struct swarm *swarm, struct gossip_instant now, struct swarm_pipe pipe, struct gossip_room room)
{
    (void)now;
    return pipe_asked_transmit(pipe_side_find(swarm->side, pipe.id), room);
}

void swarm_close(struct swarm *swarm, struct gossip_instant now)
{
    (void)now;
    swarm->is_closing = true;
    for (uint32_t i = 0; i < swarm->side->count; i++) {
        struct pipe_record *pipe = &swarm->side->pipes[i];

        if (pipe->failed + pipe->closed == 0 && !pipe->is_ending) {
            pipe->is_ending = true;
            put_kind(swarm, SWARM_CLOSE_PIPE, pipe->id);
        }
    }
}

bool swarm_is_closed(const struct swarm *swarm)
{
    for (uint32_t i = 0; i < swarm->side->count; i++) {
        if (swarm->side->pipes[i].failed + swarm->side->pipes[i].closed == 0) {
            return false;
        }
    }
    return swarm->is_closing;
}

bool swarm_poll(struct swarm *swarm, struct swarm_output *output)
{
    if (swarm->count == 0) {
        return false;
    }
    *output = swarm->outputs[swarm->first];
    swarm->first = (swarm->first + 1) % OUTPUTS_MAX;
    swarm->count--;
    return true;
}

/* ---- what a pipe has nothing to do with ------------------------------------------------- */

void swarm_set_addresses(struct swarm *swarm, struct gossip_instant now,
    struct gossip_unix_time date, const struct gossip_address *addresses, size_t count)
{
    (void)swarm, (void)now, (void)date, (void)addresses, (void)count;
}

void swarm_found(
    struct swarm *swarm, struct gossip_instant now, const struct swarm_sighting *sighting)
{
    (void)swarm, (void)now, (void)sighting;
}

uint64_t swarm_dial(
    struct swarm *swarm, struct gossip_instant now, const struct gossip_address *address)
{
    (void)swarm, (void)now, (void)address;
    return 0;
}

uint64_t swarm_ping(
    struct swarm *swarm, struct gossip_instant now, const struct gossip_peer_id *peer)
{
    (void)swarm, (void)now, (void)peer;
    return 0;
}

enum gossip_error swarm_subscribe(
    struct swarm *swarm, struct gossip_instant now, struct gossip_bytes topic)
{
    (void)swarm, (void)now, (void)topic;
    return GOSSIP_OK;
}

void swarm_unsubscribe(struct swarm *swarm, struct gossip_instant now, struct gossip_bytes topic)
{
    (void)swarm, (void)now, (void)topic;
}

enum gossip_error swarm_publish(struct swarm *swarm, struct gossip_instant now,
    struct gossip_bytes topic, struct gossip_bytes payload, struct swarm_published *published)
{
    (void)swarm, (void)now, (void)topic, (void)payload, (void)published;
    return GOSSIP_OK;
}

enum gossip_error swarm_stream_open(struct swarm *swarm, struct gossip_instant now,
    const struct gossip_peer_id *peer, uint32_t protocol, struct swarm_stream *stream)
{
    (void)swarm, (void)now, (void)peer, (void)protocol, (void)stream;
    return GOSSIP_ERROR_NOT_FOUND;
}

enum gossip_error swarm_stream_send(struct swarm *swarm, struct gossip_instant now,
    struct swarm_stream stream, struct gossip_bytes message)
{
    (void)swarm, (void)now, (void)stream, (void)message;
    return GOSSIP_ERROR_NOT_FOUND;
}

void swarm_stream_finish(struct swarm *swarm, struct gossip_instant now, struct swarm_stream stream)
{
    (void)swarm, (void)now, (void)stream;
}

void swarm_stream_reset(struct swarm *swarm, struct gossip_instant now, struct swarm_stream stream)
{
    (void)swarm, (void)now, (void)stream;
}

uint64_t swarm_seqno_next(const struct swarm *swarm)
{
    (void)swarm;
    return 1;
}

bool swarm_has_unsent(const struct swarm *swarm)
{
    (void)swarm;
    return false;
}

bool swarm_peer_next(const struct swarm *swarm, uint64_t *cursor, struct swarm_peer_status *status)
{
    (void)swarm, (void)cursor, (void)status;
    return false;
}

size_t swarm_peer_count(const struct swarm *swarm)
{
    (void)swarm;
    return 0;
}

struct gossip_instant swarm_deadline(const struct swarm *swarm)
{
    (void)swarm;
    return (struct gossip_instant){.us = GOSSIP_NEVER_US};
}

void swarm_advance(struct swarm *swarm, struct gossip_instant now)
{
    (void)swarm, (void)now;
}

/* ---- the world -------------------------------------------------------------------------- */

static struct gossip_node *create(uv_loop_t *loop, struct pipe_side *side)
{
    const char *listen = "/ip4/127.0.0.1/tcp/0";
    struct gossip_node_config config;
    struct gossip_node *node;

    gossip_node_config_default(&config);
    config.has_mdns = false;
    config.listen_addresses = &listen;
    config.listen_address_count = 1;
    next_side = side;
    expect_ok(gossip_node_create(&config, loop, &node));
    return node;
}

static int listen_raw(int backlog, struct sockaddr_in *address)
{
    socklen_t size = sizeof(*address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    *address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    expect_equal(bind(listener, (struct sockaddr *)address, size), 0);
    expect_equal(listen(listener, backlog), 0);
    expect_equal(getsockname(listener, (struct sockaddr *)address, &size), 0);
    return listener;
}

static void to_address(const struct sockaddr_in *from, struct gossip_address *address)
{
    multiaddr_from_ip4((const uint8_t *)&from->sin_addr, ntohs(from->sin_port), address);
}

/* A socket with a full queue, which nobody empties: the system drops who calls then. */
static void open_deaf(struct tcp *tcp)
{
    struct sockaddr_in address;

    tcp->deaf = listen_raw(0, &address);
    to_address(&address, &tcp->to_deaf);
    for (int i = 0; i < DEAF_CALLERS; i++) {
        tcp->deaf_callers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)connect(tcp->deaf_callers[i], (struct sockaddr *)&address, sizeof(address));
    }
}

static void *tcp_open(struct pipe_world *world)
{
    struct tcp *tcp = calloc(1, sizeof(*tcp));
    struct sockaddr_in nobody;
    uint8_t here[4] = {127, 0, 0, 1};

    expect_not_null(tcp);
    loop_open(&tcp->loop);
    tcp->caller = create(&tcp->loop, &world->caller);
    tcp->listener = create(&tcp->loop, &world->listener);
    multiaddr_from_ip4(here, gossip_node_port(tcp->listener), &tcp->to_listener);
    (void)close(listen_raw(1, &nobody)); /* a port that was free a moment ago */
    to_address(&nobody, &tcp->to_nobody);
    open_deaf(tcp);
    loop_turn(&tcp->loop, 2);
    return tcp;
}

static void on_node_closed(void *context)
{
    ++*(uint32_t *)context;
}

static bool are_both_closed(void *context)
{
    return *(uint32_t *)context == 2;
}

static void tcp_close(struct pipe_world *world)
{
    struct tcp *tcp = world->state;
    struct gossip_duration linger = {0};

    gossip_node_close(tcp->caller, linger, on_node_closed, &tcp->closed);
    gossip_node_close(tcp->listener, linger, on_node_closed, &tcp->closed);
    expect_true(loop_run_until(&tcp->loop, are_both_closed, &tcp->closed, LOOP_SOON_MS));
    loop_close(&tcp->loop);
    for (int i = 0; i < DEAF_CALLERS; i++) {
        (void)close(tcp->deaf_callers[i]);
    }
    (void)close(tcp->deaf);
    free(tcp);
}

static struct gossip_node *node_of(const struct pipe_world *world, const struct pipe_side *side)
{
    const struct tcp *tcp = world->state;

    return side == &world->caller ? tcp->caller : tcp->listener;
}

static void tcp_dial(struct pipe_world *world, struct pipe_record *pipe, enum pipe_target target)
{
    struct tcp *tcp = world->state;
    const struct gossip_address *address = &tcp->to_nobody;

    if (target == PIPE_TO_LISTENER) {
        address = &tcp->to_listener;
    } else if (target == PIPE_TO_DEAF) {
        address = &tcp->to_deaf;
    }
    put(tcp->caller->swarm,
        (struct swarm_output){
            .kind = SWARM_OPEN_PIPE, .pipe = {.id = pipe->id}, .address = *address});
    host_pump(tcp->caller);
}

static void tell(struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe,
    enum swarm_output_kind kind)
{
    struct gossip_node *node = node_of(world, side);

    put_kind(node->swarm, kind, pipe->id);
    host_pump(node);
}

static void tcp_wake(struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe)
{
    tell(world, side, pipe, SWARM_PIPE_READY);
}

static void tcp_pause(struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe)
{
    tell(world, side, pipe, SWARM_PAUSE_PIPE);
}

static void tcp_resume(struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe)
{
    tell(world, side, pipe, SWARM_RESUME_PIPE);
}

static void tcp_end(struct pipe_world *world, struct pipe_side *side, struct pipe_record *pipe)
{
    pipe->is_ending = true;
    tell(world, side, pipe, SWARM_CLOSE_PIPE);
}

static bool tcp_run_until(struct pipe_world *world, bool (*condition)(void *context), void *context)
{
    struct tcp *tcp = world->state;

    return loop_run_until(&tcp->loop, condition, context, LOOP_SOON_MS);
}

static bool never(void *context)
{
    (void)context;
    return false;
}

static void tcp_run_for(struct pipe_world *world, uint64_t ms)
{
    struct tcp *tcp = world->state;

    (void)loop_run_until(&tcp->loop, never, NULL, ms);
}

const struct pipe_transport pipe_transport_tcp = {.name = "tcp",
    .open = tcp_open,
    .close = tcp_close,
    .dial = tcp_dial,
    .wake = tcp_wake,
    .pause = tcp_pause,
    .resume = tcp_resume,
    .end = tcp_end,
    .run_until = tcp_run_until,
    .run_for = tcp_run_for};
