/* Ping: answered always, asked when somebody wants to know. */
#include "ping/client.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"
#include "ping/server.h"
#include "swarm/bindings.h"
#include "swarm/requests.h"

/* Answers that may wait for a peer that pings and does not read. */
#define PING_OUT_BYTES_MAX (16 * PING_BYTES)

static const char *const ping_names[] = {PING_PROTOCOL};
static const struct protocol_list ping_offer = {.names = ping_names, .count = 1};

/* ---- answering -------------------------------------------------------------------------- */

static void answer_ready(struct swarm *swarm, struct stream *stream)
{
    struct ping_server *server = allocator_take_zeroed(swarm->allocator, 1, sizeof(*server));

    if (server == NULL) {
        stream_reset(swarm, stream, GOSSIP_ERROR_NO_MEMORY);
        return;
    }
    ping_server_init(server);
    stream->state = server;
}

static void answer_data(struct swarm *swarm, struct stream *stream, struct gossip_bytes data)
{
    uint8_t answer[PING_BYTES];

    while (data.size > 0) {
        size_t size;

        ping_server_receive(stream->state, &data);
        size = ping_server_transmit(stream->state, room_make(answer, sizeof(answer)));
        if (size > 0 && !stream_send(swarm, stream, bytes_make(answer, size))) {
            return;
        }
    }
}

static void answer_finished(struct swarm *swarm, struct stream *stream)
{
    stream_finish(swarm, stream);
}

static void answer_closed(struct swarm *swarm, struct stream *stream, enum gossip_error error)
{
    (void)error;
    allocator_give(swarm->allocator, stream->state, sizeof(struct ping_server));
}

/* Long-lived: some peers ping every fifteen seconds on one stream. */
const struct stream_kind ping_answer_kind = {.name = "ping (answering)",
    .out_bytes_max = PING_OUT_BYTES_MAX,
    .inbound_max = 4,
    .is_long_lived = true,
    .ready = answer_ready,
    .data = answer_data,
    .finished = answer_finished,
    .closed = answer_closed};

/* ---- asking ----------------------------------------------------------------------------- */

/* A ping of ours, and the requests that wait for it: none, if it only looks for a sign of life. */
struct asking {
    struct ping_client client;
    uint64_t requests[SWARM_REQUESTS_MAX];
    size_t request_count;
};

static void ask_ready(struct swarm *swarm, struct stream *stream)
{
    struct asking *asking = stream->state;
    uint8_t ping[PING_BYTES];
    size_t size = ping_client_transmit(&asking->client, swarm->now, room_make(ping, sizeof(ping)));

    if (!stream_send(swarm, stream, bytes_make(ping, size))) {
        return; /* it is gone, and the request was answered */
    }
}

static void ask_data(struct swarm *swarm, struct stream *stream, struct gossip_bytes data)
{
    struct asking *asking = stream->state;

    if (ping_client_receive(&asking->client, swarm->now, &data) != GOSSIP_OK) {
        stream_reset(swarm, stream, GOSSIP_ERROR_PEER_MALFORMED);
        return;
    }
    if (ping_client_is_finished(&asking->client)) {
        for (size_t i = 0; i < asking->request_count; i++) {
            requests_answer_elapsed(
                swarm, asking->requests[i], ping_client_round_trip(&asking->client));
        }
        stream_finish(swarm, stream);
    }
}

static void ask_closed(struct swarm *swarm, struct stream *stream, enum gossip_error error)
{
    struct asking *asking = stream->state;

    if (asking == NULL) {
        return;
    }
    /* Ignored if the answer was in time. */
    for (size_t i = 0; i < asking->request_count; i++) {
        requests_answer(swarm, asking->requests[i],
            error == GOSSIP_OK ? GOSSIP_ERROR_PEER_CLOSED : error,
            error == GOSSIP_ERROR_PEER_REFUSED ? "its program does not answer pings" : "no answer");
    }
    allocator_give(swarm->allocator, asking, sizeof(*asking));
}

static void ask_finished(struct swarm *swarm, struct stream *stream)
{
    stream_finish(swarm, stream);
}

static const struct stream_kind ping_ask_kind = {.name = "ping (asking)",
    .out_bytes_max = PING_BYTES,
    .ready = ask_ready,
    .data = ask_data,
    .finished = ask_finished,
    .closed = ask_closed};

static enum gossip_error ask(struct swarm *swarm, struct link *link, uint64_t request)
{
    struct asking *asking = allocator_take_zeroed(swarm->allocator, 1, sizeof(*asking));
    struct stream *stream;

    if (asking == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    if (request != 0) {
        asking->requests[asking->request_count++] = request;
    }
    ping_client_init(&asking->client, swarm->entropy);
    stream = stream_open(swarm, link, &ping_ask_kind, ping_offer);
    if (stream == NULL) {
        allocator_give(swarm->allocator, asking, sizeof(*asking));
        return GOSSIP_ERROR_LIMIT;
    }
    stream->state = asking;
    return GOSSIP_OK;
}

/*
 * Who asks while a ping is under way waits for that one: peers reset more than a few pings at once,
 * and would seem to be gone. False if none is.
 */
static bool join(const struct link *link, uint64_t request)
{
    for (const struct stream *stream = link->streams; stream != NULL; stream = stream->next) {
        struct asking *asking = stream->kind == &ping_ask_kind ? stream->state : NULL;

        if (asking != NULL && !ping_client_is_finished(&asking->client)) {
            require(asking->request_count < SWARM_REQUESTS_MAX); /* no more wait in all */
            asking->requests[asking->request_count++] = request;
            return true;
        }
    }
    return false;
}

void ping_probe(struct swarm *swarm, struct link *link)
{
    (void)ask(swarm, link, 0); /* without it there is less to go by, that is all */
}

uint64_t swarm_ping(struct swarm *swarm, struct gossip_instant now, const struct gossip_peer_id *id)
{
    struct peer *peer = peers_find(swarm, id);
    enum gossip_error error;
    uint64_t request;

    swarm->now = now;
    request = requests_begin(swarm);
    if (request == 0) {
        return 0;
    }
    if (peer == NULL) {
        requests_answer(swarm, request, GOSSIP_ERROR_NOT_FOUND, "there is no connection to it");
        return request;
    }
    if (join(peer->link, request)) {
        return request;
    }
    error = ask(swarm, peer->link, request);
    if (error != GOSSIP_OK) {
        requests_answer(swarm, request, error,
            error == GOSSIP_ERROR_NO_MEMORY ? "out of memory" : "too many streams are open");
    }
    return request;
}
