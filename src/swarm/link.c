#include "swarm/link.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "swarm/bindings.h"
#include "swarm/choice.h"
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

uint32_t link_count_max(const struct gossip_limits *limits)
{
    return limits->peers_max + limits->handshakes_max + limits->dials_max + LINK_CLOSING_MAX;
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

static void tell_reading(struct swarm *swarm, struct link *link, bool is_reading)
{
    if (link->is_paused == is_reading) {
        link->is_paused = !is_reading;
        link->pending = (uint8_t)(link->pending & ~(LINK_TELL_PAUSE | LINK_TELL_RESUME));
        tell(swarm, link, is_reading ? LINK_TELL_RESUME : LINK_TELL_PAUSE);
    }
}

void link_look(struct swarm *swarm, struct link *link)
{
    if (link->connection == NULL || link->stage == LINK_CLOSING) {
        return;
    }
    if (!link->is_ready_told && connection_has_output(link->connection)) {
        link->is_ready_told = true;
        tell(swarm, link, LINK_TELL_READY);
    }
    tell_reading(swarm, link, connection_wants_input(link->connection));
    if (link->stage != LINK_DRAINING) {
        alarm_set(swarm, &link->alarm, connection_deadline(link->connection));
    }
}

void link_touch(struct swarm *swarm, struct link *link)
{
    chain_append(&swarm->links_stepping, &link->stepping);
}

void link_uncount(struct swarm *swarm, struct link *link)
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
    link_uncount(swarm, link);
    link->stage = LINK_CLOSING;
    close_streams(swarm, link, error);
    if (link->peer != NULL) {
        peers_link_lost(swarm, link, error, link->text);
    }
    if (link->target != NULL) {
        tell(swarm, link, LINK_TELL_FAILED);
        dialer_link_failed(swarm, link);
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
    link->stage = LINK_DRAINING;
    link->drained_at = instant_add(swarm->now, duration_ms(LINK_DRAIN_MS_MAX));
    alarm_set_after(swarm, &link->alarm, LINK_DRAIN_MS);
}

void link_undrain(struct swarm *swarm, struct link *link)
{
    if (link->stage == LINK_DRAINING) {
        link->stage = LINK_OPEN;
        alarm_set(swarm, &link->alarm, connection_deadline(link->connection));
    }
}

/* The end of a printed peer id, which is what people compare. */
#define TAIL_CHARACTERS 4

static void print_tail(const struct gossip_peer_id *peer, char tail[TAIL_CHARACTERS + 1])
{
    char text[PEER_ID_TEXT_BYTES_MAX];
    size_t size = peer_id_print(peer, text);

    memcpy(tail, text + size - TAIL_CHARACTERS, TAIL_CHARACTERS + 1);
}

/* Somebody proved to be there, but not whom the address names. */
static void close_stranger(
    struct swarm *swarm, struct link *link, const struct gossip_peer_id *stranger)
{
    char expected[TAIL_CHARACTERS + 1];
    char got[TAIL_CHARACTERS + 1];
    char text[SWARM_TEXT_BYTES_MAX];

    print_tail(&link->wanted, expected);
    print_tail(stranger, got);
    (void)snprintf(text, sizeof(text),
        "it answers, but is a different peer than the address says (expected \u2026%s, got "
        "\u2026%s)",
        expected, got);
    link_close(swarm, link, GOSSIP_ERROR_PEER_IMPOSTOR, text);
}

void link_fail(struct swarm *swarm, struct link *link, enum gossip_error error)
{
    const struct gossip_peer_id *stranger = connection_stranger(link->connection);
    const char *reason = connection_failure(link->connection);

    if (stranger != NULL) {
        close_stranger(swarm, link, stranger);
        return;
    }
    link_close(swarm, link, error, reason != NULL ? reason : gossip_error_text(error));
}

/* Whether all we had to say there is said, what holds it is over, and the peer's gossip has moved. */
static bool is_quiet(const struct link *link)
{
    for (const struct stream *stream = link->streams; stream != NULL; stream = stream->next) {
        if (!stream_is_drained(stream) || stream->kind->holds_link) {
            return false;
        }
    }
    return !connection_has_output(link->connection) && !gossip_is_heard_on(link);
}

static void go_on_draining(struct swarm *swarm, struct link *link)
{
    if (is_quiet(link) || instant_is_due(link->drained_at, swarm->now)) {
        link_close(swarm, link, GOSSIP_ERROR_CANCELLED, "a second connection was not needed");
    } else {
        alarm_set_after(swarm, &link->alarm, LINK_DRAIN_MS / 4);
    }
}

static void on_alarm(struct swarm *swarm, void *object)
{
    struct link *link = object;
    enum gossip_error error;

    if (link->connection == NULL || link->stage == LINK_CLOSING) {
        return;
    }
    if (link->stage == LINK_DRAINING) {
        go_on_draining(swarm, link);
        return;
    }
    error = connection_advance(link->connection, swarm->now);
    if (error != GOSSIP_OK) {
        link_fail(swarm, link, error);
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
        .network_key = swarm->network_key,
        .protocols = swarm->inbound,
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

/* Of those from `from` who have proven nothing: how many, and who came first of all. */
static uint32_t count_strangers(
    const struct swarm *swarm, const struct gossip_address *from, struct link **oldest)
{
    struct slot_id id = {0};
    struct link *link;
    uint32_t count = 0;

    *oldest = NULL;
    while ((link = slots_next(swarm->links, &id)) != NULL) {
        if (link->stage != LINK_UPGRADING || link->is_outbound) {
            continue;
        }
        count += link_is_same_host(&link->address, from);
        if (*oldest == NULL || instant_is_before(link->opened_at, (*oldest)->opened_at)) {
            *oldest = link;
        }
    }
    return count;
}

/*
 * Whether one more stranger may come in. One host does not get all places; of many hosts, who has
 * waited longest without proving anything makes room. Some places are kept for those we dial.
 */
static bool make_room(struct swarm *swarm, const struct gossip_address *from)
{
    const struct gossip_limits *limits = &swarm->limits;
    struct link *oldest;
    uint32_t count = count_strangers(swarm, from, &oldest);

    if (swarm->is_closing ||
        slots_count(swarm->links) + limits->dials_max >= slots_capacity(swarm->links) ||
        (count >= LINK_STRANGERS_PER_HOST_MAX &&
            multiaddr_reach(from) != MULTIADDR_REACH_LOOPBACK)) {
        return false;
    }
    if (swarm->handshake_count >= limits->handshakes_max) {
        link_close(swarm, oldest, GOSSIP_ERROR_LIMIT, "it took its time, and others wait");
    }
    return true;
}

enum gossip_error swarm_pipe_arrived(struct swarm *swarm, struct gossip_instant now,
    const struct gossip_address *from, struct swarm_pipe *pipe)
{
    struct link *link;
    enum gossip_error error;

    swarm->now = now;
    *pipe = (struct swarm_pipe){0};
    if (!make_room(swarm, from)) {
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
    if (link->connection != NULL && connection_may_lack_key(link->connection)) {
        text = "the other side hung up: it may have another network key, or none";
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
    link->heard_at = now;
    error = connection_receive(link->connection, now, input);
    if (error != GOSSIP_OK) {
        link_fail(swarm, link, error);
        return;
    }
    link_touch(swarm, link);
    if (link->peer != NULL && link->peer->second != NULL) {
        choice_consider(swarm, link->peer); /* these bytes are a sign of life */
    }
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
    link->is_ready_told = size > 0; /* whoever asks goes on asking until there is nothing */
    link_touch(swarm, link);
    return size;
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
