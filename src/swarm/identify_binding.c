/*
 * Identify: each side asks the other, on every connection, and tells what changed later.
 *
 * https://github.com/libp2p/specs/blob/master/identify/README.md
 *
 * Some peers do not send us gossip before they have heard who we are, so the answer is ready from
 * the first moment, and always the whole message.
 */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/require.h"
#include "identify/reader.h"
#include "identify/writer.h"
#include "identity/peer_id.h"
#include "identity/signed_record.h"
#include "swarm/bindings.h"
#include "swarm/choice.h"
#include "swarm/link.h"
#include "swarm/talks.h"
#include "wire/peers_message.h"

static const char *const identify_names[] = {IDENTIFY_PROTOCOL};
static const struct protocol_list identify_offer = {.names = identify_names, .count = 1};
static const char *const push_names[] = {IDENTIFY_PUSH_PROTOCOL};
static const struct protocol_list push_offer = {.names = push_names, .count = 1};

/* ---- telling ---------------------------------------------------------------------------- */

static void tell_ready(struct swarm *swarm, struct stream *stream)
{
    struct identify_self self = {.public_key = identity_public_key(swarm->identity),
        .addresses = swarm->addresses,
        .address_count = swarm->address_count,
        .protocols = swarm->inbound,
        .observed_address = &stream->link->address,
        .protocol_version = "ipfs/0.1.0",
        .agent_version = swarm->agent,
        .signed_peer_record = bytes_make(swarm->record, swarm->record_size)};
    uint8_t buffer[IDENTIFY_SENT_BYTES_MAX];
    struct identify_writer *writer;
    size_t size;

    if (identify_writer_create(swarm->allocator, &self, &writer) != GOSSIP_OK) {
        stream_reset(swarm, stream, GOSSIP_ERROR_NO_MEMORY);
        return;
    }
    size = identify_writer_transmit(writer, room_make(buffer, sizeof(buffer)));
    identify_writer_destroy(writer);
    if (stream_send(swarm, stream, bytes_make(buffer, size))) {
        stream_finish(swarm, stream);
    }
}

const struct stream_kind identify_answer_kind = {.name = "identify (answering)",
    .out_bytes_max = IDENTIFY_SENT_BYTES_MAX,
    .inbound_max = 4,
    .is_rationed = true,
    .ready = tell_ready};

static const struct stream_kind identify_push_kind = {
    .name = "identify (pushing)", .out_bytes_max = IDENTIFY_SENT_BYTES_MAX, .ready = tell_ready};

void identify_push_all(struct swarm *swarm)
{
    struct slot_id id = {0};
    struct peer *peer;

    while ((peer = peers_next(swarm, &id)) != NULL) {
        if (peer->link != NULL && peer->speaks_push) {
            (void)stream_open(swarm, peer->link, &identify_push_kind, push_offer);
        }
    }
}

/* ---- hearing ---------------------------------------------------------------------------- */

static bool prepare(struct swarm *swarm, struct stream *stream)
{
    struct identify_reader *reader = allocator_take_zeroed(swarm->allocator, 1, sizeof(*reader));

    if (reader == NULL) {
        stream_reset(swarm, stream, GOSSIP_ERROR_NO_MEMORY);
        return false;
    }
    identify_reader_init(reader, swarm->allocator);
    stream->state = reader;
    return true;
}

static void ask_ready(struct swarm *swarm, struct stream *stream)
{
    if (prepare(swarm, stream)) {
        stream_finish(swarm, stream); /* we have nothing to say here */
    }
}

static void hear_ready(struct swarm *swarm, struct stream *stream)
{
    (void)prepare(swarm, stream);
}

static void hear_data(struct swarm *swarm, struct stream *stream, struct gossip_bytes data)
{
    if (identify_reader_receive(stream->state, &data) != GOSSIP_OK) {
        stream_reset(swarm, stream, GOSSIP_ERROR_PEER_MALFORMED);
    }
}

/* Whether `envelope` is a record of the peer's own; it is kept then, and read into `record`. */
static bool keep_record(struct swarm *swarm, struct peer *peer, struct gossip_bytes envelope,
    struct signed_record *record)
{
    uint8_t *copy;

    if (envelope.size == 0 || envelope.size > SWARM_RECORD_BYTES_MAX ||
        signed_record_open(envelope, record) != GOSSIP_OK ||
        !peer_id_is_equal(&record->peer, &peer->peer)) {
        return false;
    }
    copy = allocator_take(swarm->allocator, envelope.size);
    if (copy != NULL) {
        bytes_copy(copy, envelope);
        allocator_give(swarm->allocator, peer->record, peer->record_size);
        peer->record = copy;
        peer->record_size = envelope.size;
    }
    return true;
}

static void learn_protocols(
    struct swarm *swarm, struct peer *peer, const struct identify_report *report)
{
    if (report->protocol_count == 0) {
        return; /* as before */
    }
    peer->speaks_push = identify_report_has_protocol(report, IDENTIFY_PUSH_PROTOCOL);
    peer->speaks_exchange = identify_report_has_protocol(report, WIRE_PEERS_PROTOCOL);
    peer->speaks_gossip = identify_report_has_protocol(report, "/meshsub/1.2.0") ||
                          identify_report_has_protocol(report, "/meshsub/1.1.0") ||
                          identify_report_has_protocol(report, "/meshsub/1.0.0") ||
                          identify_report_has_protocol(report, "/floodsub/1.0.0");
    for (uint32_t i = 0; i < swarm->protocol_count; i++) {
        if (identify_report_has_protocol(report, swarm->protocols[i].name)) {
            peers_speaks(swarm, peer, i);
        }
    }
}

/* What a signed record says about addresses stands above what the message says. */
static void learn_addresses(
    struct swarm *swarm, const struct link *link, const struct identify_report *report)
{
    struct peer *peer = link->peer;
    struct signed_record record;

    if (keep_record(swarm, peer, report->signed_peer_record, &record)) {
        exchange_take_addresses(swarm, link, &peer->peer, record.addresses, record.address_count);
    } else {
        exchange_take_addresses(swarm, link, &peer->peer, report->addresses, report->address_count);
    }
}

static void learn(
    struct swarm *swarm, const struct link *link, const struct identify_report *report)
{
    struct peer *peer = link->peer;

    learn_protocols(swarm, peer, report);
    if (report->agent_version[0] != '\0') {
        (void)snprintf(peer->agent, sizeof(peer->agent), "%s", report->agent_version);
    }
    learn_addresses(swarm, link, report);
    if (!peer->is_identified) {
        peer->is_identified = true;
        peer->is_identify_over = true;
        peers_identified(swarm, peer);
    }
    gossip_identified(swarm, peer);
    exchange_begin(swarm, peer);
    choice_consider(swarm, peer);
}

static void hear_finished(struct swarm *swarm, struct stream *stream)
{
    struct link *link = stream->link;
    struct peer *peer = link->peer;
    struct identify_report report;
    struct public_key key;
    uint8_t encoded[PUBLIC_KEY_BYTES];
    enum gossip_error error;

    error = peer_id_public_key(&peer->peer, &key);
    require(error == GOSSIP_OK); /* it was proven with that key */
    public_key_encode(&key, encoded);
    error = identify_reader_finish(stream->state, bytes_make(encoded, sizeof(encoded)), &report);
    if (error == GOSSIP_ERROR_PEER_IMPOSTOR) {
        link_close(swarm, link, error, "it claims a key that is not its own");
        return;
    }
    if (error == GOSSIP_OK) {
        learn(swarm, link, &report);
    }
    stream_finish(swarm, stream);
}

static void hear_closed(struct swarm *swarm, struct stream *stream, enum gossip_error error)
{
    (void)error;
    if (stream->state != NULL) {
        identify_reader_deinit(stream->state);
        allocator_give(swarm->allocator, stream->state, sizeof(struct identify_reader));
    }
}

/* Whoever did not say what he is by now is a stranger. */
static void ask_closed(struct swarm *swarm, struct stream *stream, enum gossip_error error)
{
    struct peer *peer = stream->link->peer;

    hear_closed(swarm, stream, error);
    if (peer->link == stream->link) {
        peer->is_identify_over = true;
        choice_consider(swarm, peer);
    }
}

static const struct stream_kind identify_ask_kind = {.name = "identify (asking)",
    .out_bytes_max = 1,
    .ready = ask_ready,
    .data = hear_data,
    .finished = hear_finished,
    .closed = ask_closed};

const struct stream_kind identify_hear_push_kind = {.name = "identify (hearing a push)",
    .out_bytes_max = 1,
    .inbound_max = 2,
    .is_rationed = true,
    .ready = hear_ready,
    .data = hear_data,
    .finished = hear_finished,
    .closed = hear_closed};

void identify_begin(struct swarm *swarm, struct peer *peer)
{
    /* Without it gossip still begins, after a moment of patience. */
    peer->is_identify_over =
        stream_open(swarm, peer->link, &identify_ask_kind, identify_offer) == NULL;
}
