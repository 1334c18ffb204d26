/*
 * Our gossip stream to each peer: one, on the peer's first connection, only written.
 *
 * https://github.com/libp2p/specs/blob/master/pubsub/README.md#stream-management
 *
 * The router knows a peer as soon as our stream is to be opened; what it has to say waits there,
 * where it can be dropped in the right order, until the stream can carry it. A peer that does not
 * take what waits for it would, in the end, keep us from publishing to anybody: its connection is
 * ended.
 */
#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"
#include "base/varint.h"
#include "swarm/bindings.h"
#include "swarm/link.h"

/* Without word from identify our stream is tried all the same after this. */
#define PATIENCE_MS 1000
/*
 * Between two of our streams, doubled each time: some peers switch gossip off after five on one
 * connection. A stream that lasted begins the count anew.
 */
#define RETRY_MS 1000
#define RETRY_MS_MAX 60000
#define LASTING_MS 60000
/* What waits for a peer waits for no longer. */
#define STALL_MS 20000

static const char *const names[] = {
    "/meshsub/1.2.0", "/meshsub/1.1.0", "/meshsub/1.0.0", "/floodsub/1.0.0"};
static const enum gossipsub_version versions[] = {
    GOSSIPSUB_V1_2, GOSSIPSUB_V1_1, GOSSIPSUB_V1_0, GOSSIPSUB_FLOODSUB};
static const struct protocol_list offer = {
    .names = names, .count = sizeof(names) / sizeof(names[0])};

/* ---- sending ---------------------------------------------------------------------------- */

static bool can_carry(const struct peer *peer)
{
    return peer->has_router && peer->gossip_out != NULL && peer->gossip_out->is_ready &&
           stream_is_drained(peer->gossip_out);
}

/* False if the stream was reset over it. */
static bool send_rpc(struct swarm *swarm, struct stream *stream, const struct wire_rpc *rpc)
{
    struct gossip_room room = room_make(swarm->scratch, swarm->scratch_size);
    size_t size = wire_rpc_encoded_size(rpc);

    require(room_put_varint(&room, size) && size <= room.size); /* the router knows the bound */
    size = wire_rpc_encode(rpc, room);
    size += (size_t)(room.data - swarm->scratch);
    return stream_send(swarm, stream, bytes_make(swarm->scratch, size));
}

/* As long as something waits, and nothing of it is taken, patience runs out. */
static void watch(struct swarm *swarm, struct peer *peer)
{
    bool is_waiting =
        peer->has_router && (gossipsub_router_has_unsent(swarm->router, peer->router) ||
                                (peer->gossip_out != NULL && !stream_is_drained(peer->gossip_out)));

    if (!is_waiting) {
        alarm_stop(swarm, &peer->stall_alarm);
    } else if (!timer_is_set(&peer->stall_alarm.timer)) {
        alarm_set_after(swarm, &peer->stall_alarm, STALL_MS);
    }
}

void gossip_pump(struct swarm *swarm, struct peer *peer)
{
    struct wire_rpc rpc;

    while (can_carry(peer) && gossipsub_router_take(swarm->router, swarm->now, peer->router,
                                  swarm->limits.rpc_out_bytes_max, &rpc)) {
        alarm_stop(swarm, &peer->stall_alarm);
        if (!send_rpc(swarm, peer->gossip_out, &rpc)) {
            break;
        }
    }
    watch(swarm, peer);
}

void gossip_stalled(struct swarm *swarm, void *object)
{
    struct peer *peer = object;

    link_close(swarm, peer->link, GOSSIP_ERROR_PEER_SILENT, "it does not take our messages");
}

/* ---- the stream ------------------------------------------------------------------------- */

static void tell_version(struct swarm *swarm, const struct peer *peer)
{
    if (peer->has_router && peer->gossip_out != NULL && peer->gossip_out->is_ready) {
        gossipsub_router_peer_learned(swarm->router, swarm->now, peer->router,
            versions[peer->gossip_out->protocol], gossip_dialect_of(peer));
    }
}

/*
 * A stream that was given up before it was ready is left alone until its connection ends: js takes
 * the reset of a stream for the end of the peer, and then closes its own stream to us too.
 */
static void on_ready(struct swarm *swarm, struct stream *stream)
{
    struct peer *peer = stream->link->peer;

    if (peer->gossip_out == stream) {
        tell_version(swarm, peer);
        gossip_pump(swarm, peer);
    }
}

static void on_writable(struct swarm *swarm, struct stream *stream)
{
    struct peer *peer = stream->link->peer;

    if (peer->gossip_out == stream) {
        gossip_pump(swarm, peer);
    }
}

static void retry_later(struct swarm *swarm, struct peer *peer)
{
    uint64_t delay_ms = RETRY_MS;

    for (uint8_t i = 1; i < peer->gossip_attempts && delay_ms < RETRY_MS_MAX; i++) {
        delay_ms *= 2;
    }
    alarm_set_after(swarm, &peer->gossip_alarm, delay_ms < RETRY_MS_MAX ? delay_ms : RETRY_MS_MAX);
}

static void on_closed(struct swarm *swarm, struct stream *stream, enum gossip_error error)
{
    struct peer *peer = stream->link->peer;
    struct gossip_duration lasted = instant_since(swarm->now, stream->opened_at);

    if (peer->gossip_out != stream) {
        return;
    }
    peer->gossip_out = NULL;
    if (error == GOSSIP_ERROR_PEER_REFUSED && peer->gossip_in_count == 0) {
        alarm_stop(swarm, &peer->stall_alarm);
        gossip_leave(swarm, peer); /* it does not speak gossip at all */
        return;
    }
    if (!duration_is_shorter(lasted, duration_ms(LASTING_MS))) {
        peer->gossip_attempts = 0;
    }
    retry_later(swarm, peer);
}

/* What the peer sends on a stream that is ours to write is none of our business. */
static const struct stream_kind speak_kind = {.name = "gossip (speaking)",
    .out_bytes_max = SWARM_RPC_OUT_BYTES_CEILING + VARINT_BYTES_MAX,
    .is_long_lived = true,
    .ready = on_ready,
    .writable = on_writable,
    .closed = on_closed};

static void open_ours(struct swarm *swarm, struct peer *peer)
{
    bool is_known = peer->has_router;

    alarm_stop(swarm, &peer->gossip_alarm);
    if (peer->gossip_out != NULL || peer->link == NULL) {
        return;
    }
    if (peer->gossip_attempts < UINT8_MAX) {
        peer->gossip_attempts++;
    }
    if (gossip_join(swarm, peer, GOSSIPSUB_V1_1)) {
        peer->gossip_out = stream_open(swarm, peer->link, &speak_kind, offer);
    }
    if (peer->gossip_out == NULL) {
        retry_later(swarm, peer);
        return;
    }
    /* Whoever lost the stream before this one may have forgotten what was said on it. */
    if (is_known && peer->has_spoken) {
        gossipsub_router_peer_restarted(swarm->router, swarm->now, peer->router);
    }
    peer->has_spoken = true;
}

/* ---- when ------------------------------------------------------------------------------- */

void gossip_begin(struct swarm *swarm, struct peer *peer)
{
    alarm_set_after(swarm, &peer->gossip_alarm, PATIENCE_MS);
}

void gossip_ring(struct swarm *swarm, void *object)
{
    open_ours(swarm, object);
}

void gossip_identified(struct swarm *swarm, struct peer *peer)
{
    if (peer->speaks_gossip && peer->gossip_attempts == 0) {
        open_ours(swarm, peer);
    } else if (!peer->speaks_gossip && peer->gossip_in_count == 0 && peer->gossip_out == NULL) {
        alarm_stop(swarm, &peer->gossip_alarm);
    }
    tell_version(swarm, peer);
}

void gossip_move(struct swarm *swarm, struct peer *peer)
{
    struct stream *old = peer->gossip_out;

    peer->gossip_out = NULL;
    peer->gossip_attempts = 0;
    if (old != NULL && old->is_ready) {
        stream_finish(swarm, old); /* what was taken from the router is still sent there */
    }
    if (peer->has_spoken) {
        open_ours(swarm, peer);
    }
}

/*
 * js keeps its stream for good, also one that broke, and is mute then. Only when it takes us for
 * gone, as it does when a stream of ours is reset, it forgets it, and opens another one when we do.
 */
void gossip_revive(struct swarm *swarm, struct peer *peer)
{
    if (gossip_dialect_of(peer) == GOSSIPSUB_DIALECT_JS && peer->gossip_out != NULL &&
        peer->gossip_out->is_ready) {
        stream_reset(swarm, peer->gossip_out, GOSSIP_ERROR_CANCELLED);
    }
}

void gossip_end(struct swarm *swarm, struct peer *peer)
{
    alarm_stop(swarm, &peer->gossip_alarm);
    alarm_stop(swarm, &peer->stall_alarm);
    peer->gossip_out = NULL;
    gossip_leave(swarm, peer);
}
