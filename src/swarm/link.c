#include "swarm/link.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "swarm/bindings.h"
#include "swarm/dialer.h"
#include "swarm/peers.h"
#include "swarm/streams.h"

static struct swarm_pipe pipe_of(const struct link *link)
{
    return (struct swarm_pipe){.id = (uint64_t)link->id.generation << 32 | link->id.index};
}

struct link *link_find(const struct swarm *swarm, struct swarm_pipe pipe)
{
    struct slot_id id = {
        .index = (uint32_t)(pipe.id & UINT32_MAX), .generation = (uint32_t)(pipe.id >> 32)};

    return slots_find(swarm->links, id);
}

bool link_is_same_host(const struct gossip_address *one, const struct gossip_address *other)
{
    struct multiaddr_endpoint left;
    struct multiaddr_endpoint right;

    multiaddr_endpoint_decode(multiaddr_bytes(one), &left);
    multiaddr_endpoint_decode(multiaddr_bytes(other), &right);
    return left.host == right.host &&
           (left.host == MULTIADDR_HOST_IP4 || left.host == MULTIADDR_HOST_IP6) &&
           memcmp(left.ip, right.ip, sizeof(left.ip)) == 0;
}

static void tell(struct swarm *swarm, struct link *link, uint8_t what)
{
    link->pending = (uint8_t)(link->pending | what);
    chain_append(&swarm->links_telling, &link->telling);
}

static void on_alarm(struct swarm *swarm, void *object);

static struct link *create(struct swarm *swarm, const struct gossip_address *address)
{
    struct slot_id id;
    struct link *link = slots_insert(swarm->links, &id);

    if (link == NULL) {
        return NULL;
    }
    link->id = id;
    link->address = *address;
    link->opened_at = swarm->now;
    chain_init(&link->telling, link);
    chain_init(&link->stepping, link);
    alarm_init(&link->alarm, on_alarm, link);
    return link;
}

/* All streams end with their connection. */
static void close_streams(struct swarm *swarm, struct link *link, enum gossip_error error)
{
    while (link->streams != NULL) {
        stream_on_closed(swarm, link->streams, error);
    }
}

static void destroy(struct swarm *swarm, struct link *link)
{
    close_streams(swarm, link, GOSSIP_ERROR_PEER_CLOSED);
    connection_destroy(link->connection);
    chain_remove(&link->telling);
    chain_remove(&link->stepping);
    alarm_stop(swarm, &link->alarm);
    slots_remove(swarm->links, link->id);
}

void link_destroy_all(struct swarm *swarm)
{
    struct slot_id id = {0};
    struct link *link;

    while ((link = slots_next(swarm->links, &id)) != NULL) {
        destroy(swarm, link);
    }
}

struct link *link_dial(
    struct swarm *swarm, struct book_entry *target, const struct book_address *place)
{
    struct link *link = create(swarm, &place->address);

    if (link == NULL) {
        return NULL;
    }
    link->is_outbound = true;
    link->target = target;
    link->wanted = target->peer;
    link->source = place->source;
    link->scope = place->scope;
    swarm->dial_count++;
    tell(swarm, link, LINK_TELL_OPEN);
    return link;
}

void link_touch(struct swarm *swarm, struct link *link)
{
    bool is_reading = link->connection == NULL || connection_wants_input(link->connection);

    chain_append(&swarm->links_stepping, &link->stepping);
    if (link->stage == LINK_OPENING || link->connection == NULL) {
        return;
    }
    if (!link->is_ready_told) {
        link->is_ready_told = true;
        tell(swarm, link, LINK_TELL_READY);
    }
    if (link->stage != LINK_CLOSING && link->is_paused == is_reading) {
        link->is_paused = !is_reading;
        link->pending = (uint8_t)(link->pending & ~(LINK_TELL_PAUSE | LINK_TELL_RESUME));
        tell(swarm, link, is_reading ? LINK_TELL_RESUME : LINK_TELL_PAUSE);
    }
    if (link->stage != LINK_DRAINING) {
        alarm_set(swarm, &link->alarm, connection_deadline(link->connection));
    }
}

/* The link was not proven before it ended. */
static void uncount(struct swarm *swarm, struct link *link)
{
    if (link->stage != LINK_OPENING && link->stage != LINK_UPGRADING) {
        return;
    }
    if (link->is_outbound) {
        swarm->dial_count--;
    } else {
        swarm->handshake_count--;
    }
}

/* Everything above the pipe ends here, whoever ended it. */
static void detach(
    struct swarm *swarm, struct link *link, enum gossip_error error, const char *text)
{
    link->error = error;
    (void)snprintf(link->text, sizeof(link->text), "%s", text);
    uncount(swarm, link);
    link->stage = LINK_CLOSING;
    close_streams(swarm, link, error);
    if (link->peer != NULL) {
        peers_link_lost(swarm, link, error, link->text);
    }
    if (link->target != NULL) {
        tell(swarm, link, LINK_TELL_FAILED);
        dialer_link_failed(swarm, link, error == GOSSIP_ERROR_PEER_IMPOSTOR);
    }
}

/* The pipe is gone: so is the link, as soon as its failure is told. */
static void leave(struct swarm *swarm, struct link *link)
{
    link->is_gone = true;
    link->pending = (uint8_t)(link->pending & LINK_TELL_FAILED);
    if (link->pending == 0) {
        destroy(swarm, link);
    }
}

void link_close(struct swarm *swarm, struct link *link, enum gossip_error error, const char *text)
{
    if (link->stage == LINK_CLOSING) {
        return;
    }
    if (link->connection != NULL) {
        connection_close(link->connection, swarm->now);
    }
    detach(swarm, link, error, text);
    alarm_stop(swarm, &link->alarm);
    if ((link->pending & LINK_TELL_OPEN) != 0) {
        leave(swarm, link); /* the host never heard of this pipe */
        return;
    }
    tell(swarm, link, LINK_TELL_CLOSE);
}

void link_drain(struct swarm *swarm, struct link *link)
{
    if (link->stage != LINK_OPEN) {
        return;
    }
    link->stage = LINK_DRAINING;
    alarm_set_after(swarm, &link->alarm, LINK_DRAIN_MS);
}

/* Ends the link because the connection on it failed; the connection knows why. */
static void fail(struct swarm *swarm, struct link *link, enum gossip_error error)
{
    const char *reason = connection_failure(link->connection);

    link_close(swarm, link, error, reason != NULL ? reason : gossip_error_text(error));
}

static void on_alarm(struct swarm *swarm, void *object)
{
    struct link *link = object;
    enum gossip_error error;

    if (link->stage == LINK_DRAINING) {
        link_close(swarm, link, GOSSIP_ERROR_CANCELLED, "a second connection was not needed");
        return;
    }
    if (link->connection == NULL || link->stage == LINK_CLOSING) {
        return;
    }
    error = connection_advance(link->connection, swarm->now);
    if (error != GOSSIP_OK) {
        fail(swarm, link, error);
        return;
    }
    link_touch(swarm, link);
}

/* ---- from the transport ----------------------------------------------------------------- */

static enum gossip_error upgrade(struct swarm *swarm, struct link *link)
{
    struct connection_config config = {.allocator = swarm->allocator,
        .side = link->is_outbound ? CONNECTION_DIALED : CONNECTION_ACCEPTED,
        .static_key = swarm->static_key,
        .entropy = swarm->entropy,
        .protocols = swarm_inbound_protocols,
        .limits = &swarm->connection_limits};
    enum gossip_error error;

    if (link->wanted.size > 0) {
        config.expected = &link->wanted;
    }
    error = connection_create(&config, swarm->now, &link->connection);
    if (error == GOSSIP_OK) {
        link->stage = LINK_UPGRADING;
        link_touch(swarm, link);
    }
    return error;
}

enum gossip_error swarm_pipe_arrived(struct swarm *swarm, struct gossip_instant now,
    const struct gossip_address *from, struct swarm_pipe *pipe)
{
    struct link *link;
    enum gossip_error error;

    swarm->now = now;
    if (swarm->is_closing || swarm->handshake_count >= swarm->limits.handshakes_max) {
        return GOSSIP_ERROR_LIMIT;
    }
    link = create(swarm, from);
    if (link == NULL) {
        return GOSSIP_ERROR_LIMIT;
    }
    error = upgrade(swarm, link);
    if (error != GOSSIP_OK) {
        destroy(swarm, link);
        return error;
    }
    swarm->handshake_count++;
    *pipe = pipe_of(link);
    return GOSSIP_OK;
}

void swarm_pipe_opened(struct swarm *swarm, struct gossip_instant now, struct swarm_pipe pipe,
    const struct gossip_address *actual)
{
    struct link *link = link_find(swarm, pipe);
    enum gossip_error error;

    swarm->now = now;
    if (link == NULL || link->stage != LINK_OPENING) {
        return;
    }
    link->address = *actual;
    error = upgrade(swarm, link);
    if (error != GOSSIP_OK) {
        link_close(swarm, link, error, gossip_error_text(error));
    }
}

void swarm_pipe_failed(struct swarm *swarm, struct gossip_instant now, struct swarm_pipe pipe,
    enum gossip_error error, const char *text)
{
    struct link *link = link_find(swarm, pipe);

    swarm->now = now;
    if (link == NULL) {
        return;
    }
    if (link->stage != LINK_CLOSING) {
        detach(swarm, link, error, text);
    }
    leave(swarm, link);
}

void swarm_pipe_received(struct swarm *swarm, struct gossip_instant now, struct swarm_pipe pipe,
    struct gossip_room *input)
{
    struct link *link = link_find(swarm, pipe);
    enum gossip_error error;

    swarm->now = now;
    if (link == NULL || link->stage == LINK_CLOSING || link->connection == NULL) {
        input->data += input->size; /* too late: nobody is there to read it */
        input->size = 0;
        return;
    }
    error = connection_receive(link->connection, now, input);
    if (error != GOSSIP_OK) {
        fail(swarm, link, error);
        return;
    }
    link_touch(swarm, link);
}

void swarm_pipe_closed(struct swarm *swarm, struct gossip_instant now, struct swarm_pipe pipe)
{
    swarm_pipe_failed(
        swarm, now, pipe, GOSSIP_ERROR_PEER_CLOSED, "the other side closed the connection");
}

size_t swarm_pipe_transmit(
    struct swarm *swarm, struct gossip_instant now, struct swarm_pipe pipe, struct gossip_room room)
{
    struct link *link = link_find(swarm, pipe);
    size_t size;

    swarm->now = now;
    if (link == NULL || link->connection == NULL) {
        return 0;
    }
    size = connection_transmit(link->connection, now, room);
    if (link->stage == LINK_CLOSING) {
        return size;
    }
    link_touch(swarm, link);
    link->is_ready_told = size > 0;
    link->pending = (uint8_t)(link->pending & ~LINK_TELL_READY);
    if (link->pending == 0) {
        chain_remove(&link->telling);
    }
    return size;
}

/* ---- events of the connection ----------------------------------------------------------- */

static void on_stream_ready(
    struct swarm *swarm, struct link *link, const struct connection_event *event)
{
    struct stream *stream;

    if (event->stream_is_ours) {
        stream = stream_find(link, event->stream);
        if (stream != NULL) {
            stream_on_ready(swarm, stream, event->protocol);
        }
        return;
    }
    if (link->peer == NULL || link->stage == LINK_CLOSING) {
        connection_reset(link->connection, event->stream);
        return;
    }
    stream = stream_accept(
        swarm, link, swarm_inbound_kind(event->protocol), event->stream, event->protocol);
    if (stream == NULL) {
        connection_reset(link->connection, event->stream);
        return;
    }
    stream_on_ready(swarm, stream, event->protocol);
}

static void on_established(
    struct swarm *swarm, struct link *link, const struct gossip_peer_id *peer)
{
    uncount(swarm, link);
    link->stage = LINK_OPEN;
    if (peer_id_is_equal(peer, &swarm->self)) {
        /* Dialing oneself is no news for anybody; the address is not tried again. */
        link->error = GOSSIP_ERROR_INVALID;
        (void)snprintf(link->text, sizeof(link->text), "that is our own address");
        dialer_link_failed(swarm, link, true);
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
    case CONNECTION_STREAM_READY:
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
        return true;
    }
    if (event.kind == CONNECTION_ESTABLISHED) {
        on_established(swarm, link, &event.peer);
    } else if (event.kind == CONNECTION_STREAM_READY) {
        on_stream_ready(swarm, link, &event);
    } else if (event.kind == CONNECTION_GOING_AWAY) {
        link_close(swarm, link, GOSSIP_ERROR_PEER_CLOSED, "the other side said goodbye");
    } else {
        on_stream_event(swarm, link, &event);
    }
    return true;
}

/* ---- facts for the host ----------------------------------------------------------------- */

static bool take_pending(struct link *link, uint8_t what)
{
    if ((link->pending & what) == 0) {
        return false;
    }
    link->pending = (uint8_t)(link->pending & ~what);
    return true;
}

bool link_poll(struct swarm *swarm, struct swarm_output *output)
{
    struct link *link = chain_first(&swarm->links_telling);

    if (link == NULL) {
        return false;
    }
    *output = (struct swarm_output){.pipe = pipe_of(link),
        .address = link->address,
        .scope = link->scope,
        .is_outbound = link->is_outbound};
    if (take_pending(link, LINK_TELL_OPEN)) {
        output->kind = SWARM_OPEN_PIPE;
    } else if (take_pending(link, LINK_TELL_FAILED)) {
        output->kind = SWARM_DIAL_FAILED;
        output->error = link->error;
        output->peer = link->wanted;
        output->source = link->source;
        (void)snprintf(swarm->told_text, sizeof(swarm->told_text), "%s", link->text);
        output->text = swarm->told_text;
    } else if (take_pending(link, LINK_TELL_PAUSE)) {
        output->kind = SWARM_PAUSE_PIPE;
    } else if (take_pending(link, LINK_TELL_RESUME)) {
        output->kind = SWARM_RESUME_PIPE;
    } else if (take_pending(link, LINK_TELL_READY)) {
        output->kind = SWARM_PIPE_READY;
    } else {
        (void)take_pending(link, LINK_TELL_CLOSE);
        output->kind = SWARM_CLOSE_PIPE;
    }
    if (link->pending == 0) {
        chain_remove(&link->telling);
        if (output->kind == SWARM_DIAL_FAILED && link->is_gone) {
            destroy(swarm, link);
        }
    }
    return true;
}
