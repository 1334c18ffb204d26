/*
 * Between the router, which knows no bytes, and streams, which know no topics.
 *
 * One stream of ours to each peer, only written; the peer's own, only read.
 * https://github.com/libp2p/specs/blob/master/pubsub/README.md#stream-management
 */
#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "base/varint.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "swarm/bindings.h"
#include "swarm/frames.h"
#include "swarm/link.h"
#include "swarm/signing.h"

/* Without word from identify our stream is tried all the same after this. */
#define GOSSIP_PATIENCE_MS 1000
/* Streams of ours that a peer may end before we leave it alone: some switch gossip off after five. */
#define GOSSIP_ATTEMPTS_MAX 4
/* Inbound streams of one peer that are read side by side: with two connections there may be two. */
#define GOSSIP_HEAR_MAX 4

static const char *const gossip_names[] = {
    "/meshsub/1.2.0", "/meshsub/1.1.0", "/meshsub/1.0.0", "/floodsub/1.0.0"};
static const enum gossipsub_version gossip_versions[] = {
    GOSSIPSUB_V1_2, GOSSIPSUB_V1_1, GOSSIPSUB_V1_0, GOSSIPSUB_FLOODSUB};
static const struct protocol_list gossip_offer = {
    .names = gossip_names, .count = sizeof(gossip_names) / sizeof(gossip_names[0])};

/* What one RPC of a peer may hold. More than any honest program sends, far less than would hurt. */
static struct wire_rpc_limits rpc_limits(const struct gossip_limits *limits)
{
    return (struct wire_rpc_limits){.rpc_bytes_max = limits->rpc_in_bytes_max,
        .subscriptions_max = 1024,
        .messages_max = 1024,
        .control_entries_max = 1024,
        .message_ids_max = 8192,
        .exchanged_peers_max = 64,
        .topic_bytes_max = 1024,
        .message_id_bytes_max = 512};
}

enum gossip_error gossip_create(struct swarm *swarm, const struct swarm_config *config)
{
    struct wire_rpc_limits decoder_limits = rpc_limits(&swarm->limits);
    struct gossipsub_limits limits;
    struct gossipsub_config router = {.allocator = swarm->allocator,
        .params = &swarm->params,
        .limits = &limits,
        .self = swarm->self,
        .seed = dice_next(&swarm->dice),
        .trace = config->trace};
    enum gossip_error error;

    gossipsub_limits_default(&limits);
    limits.peers_max = swarm->limits.peers_max;
    limits.topics_max = swarm->limits.topics_max;
    error = wire_rpc_decoder_create(swarm->allocator, &decoder_limits, &swarm->decoder);
    if (error == GOSSIP_OK) {
        error = gossipsub_router_create(&router, swarm->now, &swarm->router);
    }
    if (error != GOSSIP_OK) {
        return error;
    }
    swarm->scratch_size = swarm->limits.rpc_out_bytes_max + VARINT_BYTES_MAX;
    swarm->scratch = allocator_take(swarm->allocator, swarm->scratch_size);
    swarm->router_peers =
        allocator_take_zeroed(swarm->allocator, limits.peers_max, sizeof(*swarm->router_peers));
    if (swarm->scratch == NULL || swarm->router_peers == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    return GOSSIP_OK;
}

void gossip_destroy(struct swarm *swarm)
{
    gossipsub_router_destroy(swarm->router);
    wire_rpc_decoder_destroy(swarm->decoder);
    allocator_give(swarm->allocator, swarm->scratch, swarm->scratch_size);
    allocator_give(swarm->allocator, swarm->router_peers,
        swarm->limits.peers_max * sizeof(*swarm->router_peers));
}

/* ---- the router's view of a peer -------------------------------------------------------- */

static enum gossipsub_dialect dialect_of(const struct peer *peer)
{
    struct gossip_bytes agent = bytes_of_text(peer->agent);

    if (bytes_start_with(agent, BYTES_OF("rust-libp2p"))) {
        return GOSSIPSUB_DIALECT_RUST;
    }
    if (bytes_start_with(agent, BYTES_OF("js-libp2p")) ||
        bytes_start_with(agent, BYTES_OF("helia"))) {
        return GOSSIPSUB_DIALECT_JS;
    }
    return GOSSIPSUB_DIALECT_GO;
}

static bool join(struct swarm *swarm, struct peer *peer, enum gossipsub_version version)
{
    struct multiaddr_endpoint endpoint;
    struct gossipsub_peer_info info = {.id = peer->peer,
        .version = version,
        .dialect = dialect_of(peer),
        .is_outbound = peer->is_outbound};

    if (peer->has_router) {
        return true;
    }
    multiaddr_endpoint_decode(multiaddr_bytes(&peer->address), &endpoint);
    if (endpoint.host == MULTIADDR_HOST_IP4 || endpoint.host == MULTIADDR_HOST_IP6) {
        info.ip = bytes_make(endpoint.ip, endpoint.host == MULTIADDR_HOST_IP4 ? 4 : 16);
    }
    if (gossipsub_router_peer_joined(swarm->router, swarm->now, &info, &peer->router) !=
        GOSSIP_OK) {
        return false;
    }
    peer->has_router = true;
    swarm->router_peers[peer->router.index] = peer;
    return true;
}

static void leave(struct swarm *swarm, struct peer *peer)
{
    if (!peer->has_router) {
        return;
    }
    swarm->router_peers[peer->router.index] = NULL;
    peer->has_router = false;
    gossipsub_router_peer_left(swarm->router, swarm->now, peer->router);
}

static struct peer *peer_of(const struct swarm *swarm, struct gossipsub_peer handle)
{
    struct peer *peer = swarm->router_peers[handle.index];

    return peer != NULL && peer->router.generation == handle.generation ? peer : NULL;
}

/* ---- our stream ------------------------------------------------------------------------- */

static bool send_rpc(struct swarm *swarm, struct stream *stream, const struct wire_rpc *rpc)
{
    struct gossip_room room = room_make(swarm->scratch, swarm->scratch_size);
    size_t size = wire_rpc_encoded_size(rpc);

    if (!room_put_varint(&room, size) || size > room.size) {
        return true; /* the router was told how much fits; nothing can be sent of more */
    }
    size = wire_rpc_encode(rpc, room);
    size += (size_t)(room.data - swarm->scratch);
    return stream_send(swarm, stream, bytes_make(swarm->scratch, size));
}

/* Takes from the router what the connection can carry now; the rest stays where it can be dropped. */
static void pump(struct swarm *swarm, struct peer *peer)
{
    struct wire_rpc rpc;

    while (peer->gossip_out != NULL && peer->gossip_out->is_ready && peer->has_router &&
           stream_is_drained(peer->gossip_out) &&
           gossipsub_router_take(
               swarm->router, swarm->now, peer->router, swarm->limits.rpc_out_bytes_max, &rpc)) {
        if (!send_rpc(swarm, peer->gossip_out, &rpc)) {
            return;
        }
    }
}

static void speak_ready(struct swarm *swarm, struct stream *stream)
{
    struct peer *peer = stream->link->peer;

    if (peer == NULL || peer->gossip_out != stream) {
        stream_reset(swarm, stream, GOSSIP_ERROR_CANCELLED);
        return;
    }
    if (peer->has_router) {
        gossipsub_router_peer_learned(swarm->router, swarm->now, peer->router,
            gossip_versions[stream->protocol], dialect_of(peer));
    }
    pump(swarm, peer);
}

static void speak_writable(struct swarm *swarm, struct stream *stream)
{
    struct peer *peer = stream->link->peer;

    if (peer != NULL && peer->gossip_out == stream) {
        pump(swarm, peer);
    }
}

static void speak_closed(struct swarm *swarm, struct stream *stream, enum gossip_error error)
{
    struct peer *peer = stream->link->peer;

    if (peer == NULL || peer->gossip_out != stream) {
        return;
    }
    peer->gossip_out = NULL;
    if (error == GOSSIP_ERROR_PEER_REFUSED && peer->gossip_in_count == 0) {
        leave(swarm, peer); /* it does not speak gossip at all */
        return;
    }
    if (error != GOSSIP_ERROR_CANCELLED && peer->gossip_attempts < GOSSIP_ATTEMPTS_MAX) {
        alarm_set_after(
            swarm, &peer->gossip_alarm, (uint64_t)GOSSIP_PATIENCE_MS << peer->gossip_attempts);
    }
}

/* What the peer sends on a stream that is ours to write is none of our business. */
static const struct stream_kind gossip_speak_kind = {.name = "gossip (speaking)",
    .out_bytes_max = 1024 * 1024,
    .is_long_lived = true,
    .ready = speak_ready,
    .writable = speak_writable,
    .closed = speak_closed};

static void open_ours(struct swarm *swarm, struct peer *peer)
{
    bool is_again = peer->has_router && peer->gossip_attempts > 0;

    alarm_stop(swarm, &peer->gossip_alarm);
    if (peer->gossip_out != NULL || peer->link == NULL ||
        peer->gossip_attempts >= GOSSIP_ATTEMPTS_MAX || !join(swarm, peer, GOSSIPSUB_V1_1)) {
        return;
    }
    peer->gossip_attempts++;
    peer->gossip_out = stream_open(swarm, peer->link, &gossip_speak_kind, gossip_offer);
    if (peer->gossip_out == NULL) {
        alarm_set_after(swarm, &peer->gossip_alarm, GOSSIP_PATIENCE_MS);
        return;
    }
    if (is_again) {
        gossipsub_router_peer_restarted(swarm->router, swarm->now, peer->router);
    }
}

void gossip_begin(struct swarm *swarm, struct peer *peer)
{
    alarm_set_after(swarm, &peer->gossip_alarm, GOSSIP_PATIENCE_MS);
}

void gossip_ring(struct swarm *swarm, void *object)
{
    open_ours(swarm, object);
}

void gossip_identified(struct swarm *swarm, struct peer *peer)
{
    if (peer->speaks_gossip) {
        open_ours(swarm, peer);
    } else if (peer->gossip_in_count == 0) {
        alarm_stop(swarm, &peer->gossip_alarm);
    }
    if (peer->has_router && peer->gossip_out != NULL && peer->gossip_out->is_ready) {
        gossipsub_router_peer_learned(swarm->router, swarm->now, peer->router,
            gossip_versions[peer->gossip_out->protocol], dialect_of(peer));
    }
}

void gossip_move(struct swarm *swarm, struct peer *peer)
{
    struct stream *old = peer->gossip_out;

    peer->gossip_out = NULL;
    peer->gossip_attempts = peer->has_router ? 1 : 0;
    if (old != NULL && old->link->stage != LINK_CLOSING) {
        stream_finish(swarm, old); /* what was taken from the router is still sent there */
    }
    open_ours(swarm, peer);
}

void gossip_end(struct swarm *swarm, struct peer *peer)
{
    alarm_stop(swarm, &peer->gossip_alarm);
    peer->gossip_out = NULL;
    leave(swarm, peer);
}

/* ---- the peer's stream ------------------------------------------------------------------ */

static void hear_ready(struct swarm *swarm, struct stream *stream)
{
    struct peer *peer = stream->link->peer;
    struct frame_reader *reader;

    if (peer->gossip_in_count >= GOSSIP_HEAR_MAX ||
        !join(swarm, peer, swarm_inbound_gossip_version(stream->protocol))) {
        stream_reset(swarm, stream, GOSSIP_ERROR_LIMIT);
        return;
    }
    reader = allocator_take_zeroed(swarm->allocator, 1, sizeof(*reader));
    if (reader == NULL) {
        stream_reset(swarm, stream, GOSSIP_ERROR_NO_MEMORY);
        return;
    }
    frame_reader_init(reader, swarm->allocator, swarm->limits.rpc_in_bytes_max);
    stream->state = reader;
    /* A peer that opens a second stream lost the first, and some then forget what we told them. */
    if (peer->has_heard_gossip) {
        gossipsub_router_peer_restarted(swarm->router, swarm->now, peer->router);
    }
    peer->has_heard_gossip = true;
    peer->gossip_in_count++;
    if (peer->gossip_out == NULL) {
        open_ours(swarm, peer);
    }
}

static void hear_data(struct swarm *swarm, struct stream *stream, struct gossip_bytes data)
{
    /* Each RPC may make the router speak; its words are drained before the next is read. */
    swarm->slice_stream = stream;
    swarm->slice = data;
}

static void hear_finished(struct swarm *swarm, struct stream *stream)
{
    stream_finish(swarm, stream);
}

static void hear_closed(struct swarm *swarm, struct stream *stream, enum gossip_error error)
{
    (void)error;
    if (stream->state == NULL) {
        return;
    }
    if (stream->link->peer != NULL) {
        stream->link->peer->gossip_in_count--;
    }
    frame_reader_deinit(stream->state);
    allocator_give(swarm->allocator, stream->state, sizeof(struct frame_reader));
}

const struct stream_kind gossip_hear_kind = {.name = "gossip (hearing)",
    .out_bytes_max = 1,
    .is_long_lived = true,
    .ready = hear_ready,
    .data = hear_data,
    .finished = hear_finished,
    .closed = hear_closed};

bool gossip_is_heard_on(const struct link *link)
{
    for (const struct stream *stream = link->streams; stream != NULL; stream = stream->next) {
        if (stream->kind == &gossip_hear_kind && stream->state != NULL && !stream->is_finished) {
            return true;
        }
    }
    return false;
}

static void receive(struct swarm *swarm, struct stream *stream, struct gossip_bytes frame)
{
    struct peer *peer = stream->link->peer;
    struct wire_rpc rpc;
    enum gossip_error error = wire_rpc_decode(swarm->decoder, frame, &rpc);

    if (error == GOSSIP_ERROR_PEER_TOO_LARGE) {
        return; /* legal but more than anybody needs: dropped, and the stream goes on */
    }
    if (error != GOSSIP_OK) {
        link_close(swarm, stream->link, error, "it broke the gossip protocol");
        return;
    }
    if (peer != NULL && peer->has_router) {
        gossipsub_router_receive(swarm->router, swarm->now, peer->router, &rpc);
    }
}

bool gossip_step(struct swarm *swarm)
{
    struct stream *stream = swarm->slice_stream;
    struct gossip_bytes frame;

    if (stream == NULL) {
        return false;
    }
    switch (frame_reader_next(stream->state, &swarm->slice, &frame)) {
    case FRAME_READY:
        if (frame.size > 0) {
            receive(swarm, stream, frame);
        }
        break;
    case FRAME_INCOMPLETE:
        swarm->slice_stream = NULL;
        break;
    case FRAME_BROKEN:
        link_close(swarm, stream->link, GOSSIP_ERROR_PEER_TOO_LARGE,
            "it sent a gossip frame that is too long");
        break;
    case FRAME_NO_MEMORY:
        stream_reset(swarm, stream, GOSSIP_ERROR_NO_MEMORY);
        break;
    }
    return true;
}

/* ---- the router's outputs --------------------------------------------------------------- */

static void fill_message(struct gossipsub_message *message, struct swarm_output *output)
{
    const struct wire_message *wire = gossipsub_message_wire(message);

    output->kind = SWARM_MESSAGE;
    output->topic = wire->topic;
    output->payload = wire->data;
    output->message_id = gossipsub_message_id(message);
    if (peer_id_decode(wire->from, &output->peer) != GOSSIP_OK) {
        output->peer.size = 0;
    }
}

/* Handles what concerns only this layer; true if `output` is for the host. */
static bool handle(
    struct swarm *swarm, const struct gossipsub_output *event, struct swarm_output *output)
{
    struct peer *peer;

    switch (event->kind) {
    case GOSSIPSUB_PEER_READY:
        peer = peer_of(swarm, event->peer);
        if (peer != NULL) {
            pump(swarm, peer);
        }
        return false;
    case GOSSIPSUB_WRITABLE:
        output->kind = SWARM_WRITABLE;
        return true;
    case GOSSIPSUB_VALIDATE:
        gossipsub_router_judged(swarm->router, swarm->now, event->ticket,
            signing_judge(swarm, gossipsub_message_wire(event->message)));
        return false;
    case GOSSIPSUB_DELIVER:
        fill_message(event->message, output);
        return true;
    case GOSSIPSUB_CONNECT:
        exchange_take_record(swarm, NULL, event->record);
        return false;
    case GOSSIPSUB_PEER_SUBSCRIBED:
    case GOSSIPSUB_PEER_UNSUBSCRIBED:
        output->kind = event->kind == GOSSIPSUB_PEER_SUBSCRIBED ? SWARM_PEER_SUBSCRIBED
                                                                : SWARM_PEER_UNSUBSCRIBED;
        output->peer = event->peer_id;
        output->topic = event->topic;
        return true;
    }
    return false;
}

bool gossip_poll(struct swarm *swarm, struct swarm_output *output)
{
    struct gossipsub_output event;

    while (gossipsub_router_poll(swarm->router, &event)) {
        *output = (struct swarm_output){0};
        if (handle(swarm, &event, output)) {
            return true;
        }
    }
    return false;
}

/* ---- from above ------------------------------------------------------------------------- */

enum gossip_error swarm_subscribe(
    struct swarm *swarm, struct gossip_instant now, struct gossip_bytes topic)
{
    swarm->now = now;
    return gossipsub_router_subscribe(swarm->router, now, topic);
}

void swarm_unsubscribe(struct swarm *swarm, struct gossip_instant now, struct gossip_bytes topic)
{
    swarm->now = now;
    gossipsub_router_unsubscribe(swarm->router, now, topic);
}

enum gossip_error swarm_publish(struct swarm *swarm, struct gossip_instant now,
    struct gossip_bytes topic, struct gossip_bytes payload, struct swarm_published *published)
{
    struct gossipsub_message *message;
    struct swarm_published told = {0};
    enum gossip_error error;

    swarm->now = now;
    if (payload.size > swarm->limits.message_bytes_max) {
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    error = signing_make(swarm, topic, payload, &message);
    if (error != GOSSIP_OK) {
        return error;
    }
    error = gossipsub_router_publish(swarm->router, now, message);
    if (error == GOSSIP_OK) {
        swarm->seqno++;
        told.recipients = gossipsub_router_topic_peers(swarm->router, topic, NULL);
        told.message_id = bytes_make(swarm->told_id, gossipsub_message_id(message).size);
        bytes_copy(swarm->told_id, gossipsub_message_id(message));
    }
    gossipsub_message_release(message);
    if (published != NULL) {
        *published = told;
    }
    return error;
}

uint64_t swarm_seqno_next(const struct swarm *swarm)
{
    return swarm->seqno;
}
