/*
 * Between the router, which knows no bytes, and streams, which know no topics: what the router is
 * told and tells. Its words go out in gossip_speaking.c and come in in gossip_hearing.c.
 */
#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/varint.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "swarm/bindings.h"
#include "swarm/signing.h"
#include "swarm/talks.h"

/* Beginnings of RPCs that wait for their rest, of all peers together. */
#define GOSSIP_GATHERED_BYTES_MAX (16u * 1024u * 1024u)

/* What one RPC of a peer may hold. More than any honest program sends, far less than would hurt. */
static struct wire_rpc_limits incoming_limits(const struct gossip_limits *limits)
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

static size_t larger(size_t one, size_t other)
{
    return one > other ? one : other;
}

/* An RPC that the router makes must be one that we send. */
static void set_router_limits(
    const struct gossip_limits *limits, struct gossipsub_limits *router_limits)
{
    size_t rpc_bytes = limits->rpc_out_bytes_max;
    size_t message_bytes = gossipsub_message_bytes(rpc_bytes);

    gossipsub_limits_default(router_limits);
    router_limits->peers_max = limits->peers_max;
    router_limits->topics_max = limits->topics_max;
    router_limits->rpc_bytes_max = rpc_bytes;
    if (router_limits->control_bytes_max > rpc_bytes) {
        router_limits->control_bytes_max = rpc_bytes;
    }
    router_limits->outbox_bytes_max = larger(router_limits->outbox_bytes_max, message_bytes);
    router_limits->outboxes_bytes_max =
        larger(router_limits->outboxes_bytes_max, router_limits->outbox_bytes_max);
    router_limits->history_bytes_max = larger(router_limits->history_bytes_max, message_bytes);
}

enum gossip_error gossip_create(struct swarm *swarm, const struct swarm_config *config)
{
    struct wire_rpc_limits decoder_limits = incoming_limits(&swarm->limits);
    struct gossipsub_limits limits;
    struct gossipsub_config router = {.allocator = swarm->allocator,
        .params = &swarm->params,
        .limits = &limits,
        .self = swarm->self,
        .seed = dice_next(&swarm->dice),
        .trace = config->trace};
    enum gossip_error error;

    set_router_limits(&swarm->limits, &limits);
    swarm->gathering.bytes_max = GOSSIP_GATHERED_BYTES_MAX;
    error = wire_rpc_decoder_create(swarm->allocator, &decoder_limits, &swarm->decoder);
    if (error == GOSSIP_OK) {
        error = gossipsub_router_create(&router, swarm->now, &swarm->router);
    }
    if (error != GOSSIP_OK) {
        return error;
    }
    swarm->scratch_size =
        larger(swarm->limits.rpc_out_bytes_max, talks_message_bytes_max(swarm)) + VARINT_BYTES_MAX;
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
    gossipsub_message_release(swarm->published);
    gossipsub_router_destroy(swarm->router);
    wire_rpc_decoder_destroy(swarm->decoder);
    allocator_give(swarm->allocator, swarm->scratch, swarm->scratch_size);
    allocator_give(swarm->allocator, swarm->router_peers,
        swarm->limits.peers_max * sizeof(*swarm->router_peers));
}

/* ---- the router's view of a peer -------------------------------------------------------- */

enum gossipsub_dialect gossip_dialect_of(const struct peer *peer)
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

static bool is_direct(const struct swarm *swarm, const struct gossip_peer_id *id)
{
    for (size_t i = 0; i < swarm->direct_peer_count; i++) {
        if (peer_id_is_equal(&swarm->direct_peers[i], id)) {
            return true;
        }
    }
    return false;
}

bool gossip_join(struct swarm *swarm, struct peer *peer, enum gossipsub_version version)
{
    struct multiaddr_endpoint endpoint;
    struct gossipsub_peer_info info = {.id = peer->peer,
        .version = version,
        .dialect = gossip_dialect_of(peer),
        .is_outbound = peer->is_outbound,
        .is_direct = is_direct(swarm, &peer->peer)};

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

void gossip_leave(struct swarm *swarm, struct peer *peer)
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

/* ---- the router's outputs --------------------------------------------------------------- */

static void fill_message(struct gossipsub_message *message, struct swarm_output *output)
{
    const struct wire_message *wire = gossipsub_message_wire(message);

    output->kind = SWARM_MESSAGE;
    output->topic = wire->topic;
    output->payload = wire->data;
    output->message_id = gossipsub_message_id(message);
    output->original = wire->encoded;
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
            gossip_pump(swarm, peer);
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
        peer = peer_of(swarm, event->peer);
        if (peer != NULL) {
            exchange_take_record(swarm, peer->link, event->record);
        }
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
        told.message_id = gossipsub_message_id(message);
        told.original = gossipsub_message_wire(message)->encoded;
        gossipsub_message_release(swarm->published);
        swarm->published = gossipsub_message_retain(message);
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
