/* What the connection of a link tells: who the peer is, and what happens on its streams. */
#include "base/peer_id_text.h"
#include "swarm/bindings.h"
#include "swarm/dialer.h"
#include "swarm/link.h"
#include "swarm/peers.h"
#include "swarm/streams.h"

/* How many streams of this kind the peer has on the link. */
static uint32_t count_inbound(const struct link *link, const struct stream_kind *kind)
{
    uint32_t count = 0;

    for (const struct stream *stream = link->streams; stream != NULL; stream = stream->next) {
        count += !stream->is_ours && stream->kind == kind;
    }
    return count;
}

/* The peer wants to talk: no more at once, and no more often, than does us good. */
static bool may_talk(struct swarm *swarm, const struct link *link, const struct stream_kind *kind)
{
    return count_inbound(link, kind) < kind->inbound_max &&
           (!kind->is_rationed || peers_take_ration(swarm, link->peer));
}

static void on_their_stream(
    struct swarm *swarm, struct link *link, const struct connection_event *event)
{
    const struct stream_kind *kind = inbound_kind(swarm, event->protocol);
    struct stream *stream = NULL;

    if (may_talk(swarm, link, kind)) {
        stream = stream_accept(swarm, link, kind, event->stream);
    }
    if (stream == NULL) {
        connection_reset(link->connection, event->stream);
        link_touch(swarm, link);
        return;
    }
    stream_on_ready(swarm, stream, event->protocol);
}

static void on_established(
    struct swarm *swarm, struct link *link, const struct gossip_peer_id *peer)
{
    link_uncount(swarm, link);
    link->stage = LINK_OPEN;
    if (peer_id_is_equal(peer, &swarm->self)) {
        dialer_link_is_ours(swarm, link);
        link_close(swarm, link, GOSSIP_ERROR_INVALID, "that is our own address");
        return;
    }
    peers_link_proven(swarm, link, peer);
}

static void on_stream_event(
    struct swarm *swarm, struct link *link, const struct connection_event *event)
{
    struct stream *stream = stream_find(link, event->stream);

    if (stream == NULL) {
        return;
    }
    switch (event->kind) {
    case CONNECTION_STREAM_READY:
        stream_on_ready(swarm, stream, event->protocol);
        break;
    case CONNECTION_STREAM_DATA:
        stream_on_data(swarm, stream, event->data);
        break;
    case CONNECTION_STREAM_WRITABLE:
        stream_on_writable(swarm, stream);
        break;
    case CONNECTION_STREAM_FINISHED:
        stream_on_finished(swarm, stream);
        break;
    case CONNECTION_STREAM_REFUSED:
        stream_on_closed(swarm, stream, GOSSIP_ERROR_PEER_REFUSED);
        break;
    case CONNECTION_STREAM_RESET:
        stream_on_closed(swarm, stream, GOSSIP_ERROR_PEER_CLOSED);
        break;
    case CONNECTION_ESTABLISHED:
    case CONNECTION_GOING_AWAY:
        break;
    }
}

bool link_step(struct swarm *swarm)
{
    struct link *link = chain_first(&swarm->links_stepping);
    struct connection_event event;

    if (link == NULL) {
        return false;
    }
    if (link->connection == NULL || link->stage == LINK_CLOSING ||
        !connection_poll(link->connection, &event)) {
        chain_remove(&link->stepping);
        link_look(swarm, link); /* only now, for polling alone can make it speak */
        return true;
    }
    if (event.kind == CONNECTION_ESTABLISHED) {
        on_established(swarm, link, &event.peer);
    } else if (event.kind == CONNECTION_STREAM_READY && !event.stream_is_ours) {
        on_their_stream(swarm, link, &event);
    } else if (event.kind == CONNECTION_GOING_AWAY) {
        link_close(swarm, link, GOSSIP_ERROR_PEER_CLOSED, "the other side said goodbye");
    } else {
        on_stream_event(swarm, link, &event);
    }
    return true;
}
