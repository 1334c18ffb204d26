/*
 * The gossip streams that peers open to us: only read, never written, never ended by us as long as
 * the peer wants them, for some take any of that for our death.
 *
 * https://github.com/libp2p/specs/blob/master/pubsub/README.md#stream-management
 *
 * One is the rule; with two connections there may be two, and both are read.
 */
#include "base/bytes.h"
#include "base/instant.h"
#include "swarm/bindings.h"
#include "swarm/choice.h"
#include "swarm/frames.h"
#include "swarm/link.h"

/* Streams of one peer that are read side by side; for one more, the oldest is reset. */
#define HEAR_MAX 4
/* Whoever begins an RPC goes on with it. */
#define SILENCE_MS 30000

/* Of two of the same age the one that stands further back in its link's row, which is older. */
static struct stream *older(struct stream *one, struct stream *other)
{
    return one == NULL || !instant_is_before(one->opened_at, other->opened_at) ? other : one;
}

/* The oldest of the peer's streams that is read, but for `young`. */
static struct stream *find_oldest(const struct peer *peer, const struct stream *young)
{
    const struct link *links[] = {peer->link, peer->second};
    struct stream *oldest = NULL;

    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        struct stream *stream = links[i] != NULL ? links[i]->streams : NULL;

        for (; stream != NULL; stream = stream->next) {
            if (stream->kind == &gossip_hear_kind && stream != young && stream->state != NULL) {
                oldest = older(oldest, stream);
            }
        }
    }
    return oldest;
}

static struct frame_reader *prepare(struct swarm *swarm)
{
    struct frame_reader *reader = allocator_take_zeroed(swarm->allocator, 1, sizeof(*reader));

    if (reader != NULL) {
        frame_reader_init(
            reader, swarm->allocator, &swarm->gathering, swarm->limits.rpc_in_bytes_max);
    }
    return reader;
}

static void on_ready(struct swarm *swarm, struct stream *stream)
{
    struct peer *peer = stream->link->peer;

    if (!gossip_join(swarm, peer, inbound_gossip_version(stream->protocol))) {
        stream_reset(swarm, stream, GOSSIP_ERROR_LIMIT);
        return;
    }
    stream->state = prepare(swarm);
    if (stream->state == NULL) {
        stream_reset(swarm, stream, GOSSIP_ERROR_NO_MEMORY);
        return;
    }
    if (peer->gossip_in_count >= HEAR_MAX) {
        stream_reset(swarm, find_oldest(peer, stream), GOSSIP_ERROR_LIMIT);
    }
    peer->gossip_in_count++;
    peer->heard_on = stream->link->id;
    /* A peer that opens a second stream lost the first, and some then forget what we told them. */
    if (peer->has_heard_gossip) {
        gossipsub_router_peer_restarted(swarm->router, swarm->now, peer->router);
    }
    peer->has_heard_gossip = true;
    if (peer->gossip_attempts == 0) {
        gossip_ring(swarm, peer);
    }
    choice_consider(swarm, peer);
}

static void on_data(struct swarm *swarm, struct stream *stream, struct gossip_bytes data)
{
    /* Each RPC may make the router speak; its words are drained before the next is read. */
    swarm->slice_stream = stream;
    swarm->slice = data;
}

static void on_finished(struct swarm *swarm, struct stream *stream)
{
    stream_finish(swarm, stream);
}

static void on_closed(struct swarm *swarm, struct stream *stream, enum gossip_error error)
{
    struct peer *peer = stream->link->peer;

    (void)error;
    if (stream->state == NULL) {
        return;
    }
    peer->gossip_in_count--;
    frame_reader_deinit(stream->state);
    allocator_give(swarm->allocator, stream->state, sizeof(struct frame_reader));
    if (peer->gossip_in_count == 0 && stream->link->stage == LINK_OPEN && !swarm->is_closing) {
        gossip_revive(swarm, peer);
    }
}

/* ---- what is heard ---------------------------------------------------------------------- */

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
    if (peer->has_router) {
        gossipsub_router_receive(swarm->router, swarm->now, peer->router, &rpc);
    }
}

/* All bytes were read; whoever stopped in the middle of an RPC has so long to go on. */
static void rest(struct swarm *swarm, struct stream *stream)
{
    swarm->slice_stream = NULL;
    if (frame_reader_is_amid(stream->state)) {
        alarm_set_after(swarm, &stream->alarm, SILENCE_MS);
    } else {
        alarm_stop(swarm, &stream->alarm);
    }
}

static void step(struct swarm *swarm, struct stream *stream)
{
    struct gossip_bytes frame;

    switch (frame_reader_next(stream->state, &swarm->slice, &frame)) {
    case FRAME_READY:
        if (frame.size > 0) {
            receive(swarm, stream, frame);
        }
        break;
    case FRAME_INCOMPLETE:
        rest(swarm, stream);
        break;
    case FRAME_BROKEN:
        link_close(swarm, stream->link, GOSSIP_ERROR_PEER_TOO_LARGE,
            "it sent a gossip frame that is too long");
        break;
    case FRAME_NO_MEMORY:
        stream_reset(swarm, stream, GOSSIP_ERROR_NO_MEMORY);
        break;
    }
}

/* ---- the kind ----------------------------------------------------------------------------- */

const struct stream_kind gossip_hear_kind = {.name = "gossip (hearing)",
    .out_bytes_max = 1,
    .inbound_max = HEAR_MAX + 1,
    .is_rationed = true,
    .is_long_lived = true,
    .ready = on_ready,
    .data = on_data,
    .step = step,
    .finished = on_finished,
    .closed = on_closed};

bool gossip_is_heard_on(const struct link *link)
{
    for (const struct stream *stream = link->streams; stream != NULL; stream = stream->next) {
        if (stream->kind == &gossip_hear_kind && stream->state != NULL && !stream->is_finished) {
            return true;
        }
    }
    return false;
}
