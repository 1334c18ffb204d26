/*
 * Exchange of addresses: one --peer to one member makes the mesh full.
 *
 * Each side asks the other for the peers of its circle and gets the signed
 * records that those peers made themselves, as identify brought them. Nobody can
 * invent an address for somebody else, and nobody learns the members of a
 * circle whose name he does not know.
 */
#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/varint.h"
#include "identity/signed_record.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "swarm/bindings.h"
#include "swarm/frames.h"
#include "wire/peers_message.h"
#include "wire/signed_record_message.h"

/* Between two questions to the same peer: at first shorter, for who comes at the same time as we. */
#define INTERVAL_MS_MIN 5000
#define INTERVAL_MS_MAX 60000
/* Addresses of one stranger that are worth remembering. */
#define ADDRESSES_MAX SWARM_ADDRESSES_MAX

static const char *const exchange_names[] = {WIRE_PEERS_PROTOCOL};
static const struct protocol_list exchange_offer = {.names = exchange_names, .count = 1};

/* Gathers the one message of the other side. */
static bool prepare(struct swarm *swarm, struct stream *stream, size_t frame_bytes_max)
{
    struct frame_reader *reader = allocator_take_zeroed(swarm->allocator, 1, sizeof(*reader));

    if (reader == NULL) {
        stream_reset(swarm, stream, GOSSIP_ERROR_NO_MEMORY);
        return false;
    }
    frame_reader_init(reader, swarm->allocator, &swarm->gathering, frame_bytes_max);
    stream->state = reader;
    return true;
}

static void exchange_closed(struct swarm *swarm, struct stream *stream, enum gossip_error error)
{
    (void)error;
    if (stream->state != NULL) {
        frame_reader_deinit(stream->state);
        allocator_give(swarm->allocator, stream->state, sizeof(struct frame_reader));
    }
}

/* ---- asking ----------------------------------------------------------------------------- */

static void ask_ready(struct swarm *swarm, struct stream *stream)
{
    struct wire_peers_request request = {.circle = bytes_make(swarm->circle, sizeof(swarm->circle)),
        .limit = WIRE_PEERS_ENVELOPES_MAX};
    uint8_t buffer[WIRE_PEERS_REQUEST_BYTES_MAX + VARINT_BYTES_MAX];
    struct gossip_room room = room_make(buffer, sizeof(buffer));
    size_t size = wire_peers_request_encoded_size(&request);

    if (!prepare(swarm, stream, WIRE_PEERS_RESPONSE_BYTES_MAX)) {
        return;
    }
    if (size > WIRE_PEERS_REQUEST_BYTES_MAX || !room_put_varint(&room, size)) {
        stream_reset(swarm, stream, GOSSIP_ERROR_LIMIT);
        return;
    }
    size = wire_peers_request_encode(&request, room);
    if (stream_send(swarm, stream, bytes_make(buffer, (size_t)(room.data - buffer) + size))) {
        stream_finish(swarm, stream);
    }
}

/*
 * Whether an address that came over `from` may be of use: what is near a stranger far away, or on
 * his own machine or wire, is not near us.
 */
static bool is_useful(const struct link *from, const struct gossip_address *address)
{
    enum multiaddr_reach reach = multiaddr_reach(&from->address);

    switch (multiaddr_reach(address)) {
    case MULTIADDR_REACH_UNKNOWN:
    case MULTIADDR_REACH_UNSPECIFIED:
    case MULTIADDR_REACH_NOBODY:
    case MULTIADDR_REACH_LINK:
        return false;
    case MULTIADDR_REACH_LOOPBACK:
        return reach == MULTIADDR_REACH_LOOPBACK;
    case MULTIADDR_REACH_PRIVATE:
        return reach != MULTIADDR_REACH_PUBLIC;
    case MULTIADDR_REACH_PUBLIC:
        return true;
    }
    return false;
}

void exchange_take_addresses(struct swarm *swarm, const struct link *from,
    const struct gossip_peer_id *peer, const struct gossip_bytes *addresses, size_t count)
{
    struct gossip_address useful[ADDRESSES_MAX];
    struct swarm_sighting sighting = {
        .peer = peer, .addresses = useful, .source = SWARM_SOURCE_EXCHANGE};

    for (size_t i = 0; i < count && sighting.address_count < ADDRESSES_MAX; i++) {
        struct gossip_address *address = &useful[sighting.address_count];

        if (multiaddr_decode(addresses[i], address) != GOSSIP_OK) {
            continue;
        }
        multiaddr_remove_peer_id(address);
        sighting.address_count += is_useful(from, address);
    }
    swarm_found(swarm, swarm->now, &sighting);
}

/*
 * Whether the record, of which nothing is proven, is about somebody we are connected to or are: of
 * most that are passed on that is so, and a signature costs more than all the rest.
 */
static bool is_no_news(const struct swarm *swarm, struct gossip_bytes encoded)
{
    struct wire_envelope envelope;
    struct wire_peer_record record;
    struct gossip_peer_id peer;

    return wire_envelope_decode(encoded, &envelope) != GOSSIP_OK ||
           wire_peer_record_decode(envelope.payload, &record) != GOSSIP_OK ||
           peer_id_decode(record.peer_id, &peer) != GOSSIP_OK ||
           peer_id_is_equal(&peer, &swarm->self) || peers_find(swarm, &peer) != NULL;
}

void exchange_take_record(
    struct swarm *swarm, const struct link *from, struct gossip_bytes envelope)
{
    struct signed_record record;

    if (!is_no_news(swarm, envelope) && signed_record_open(envelope, &record) == GOSSIP_OK) {
        exchange_take_addresses(swarm, from, &record.peer, record.addresses, record.address_count);
    }
}

static void ask_data(struct swarm *swarm, struct stream *stream, struct gossip_bytes data)
{
    struct wire_peers_response response;
    struct gossip_bytes frame;

    switch (frame_reader_next(stream->state, &data, &frame)) {
    case FRAME_INCOMPLETE:
        return;
    case FRAME_READY:
        if (wire_peers_response_decode(frame, &response) == GOSSIP_OK) {
            break;
        }
        stream_reset(swarm, stream, GOSSIP_ERROR_PEER_MALFORMED);
        return;
    case FRAME_BROKEN:
    case FRAME_NO_MEMORY:
        stream_reset(swarm, stream, GOSSIP_ERROR_PEER_MALFORMED);
        return;
    }
    for (size_t i = 0; i < response.envelope_count; i++) {
        exchange_take_record(swarm, stream->link, response.envelopes[i]);
    }
    stream_reset(swarm, stream, GOSSIP_OK); /* one answer to one question */
}

static const struct stream_kind exchange_ask_kind = {.name = "peers (asking)",
    .out_bytes_max = WIRE_PEERS_REQUEST_BYTES_MAX + VARINT_BYTES_MAX,
    .ready = ask_ready,
    .data = ask_data,
    .closed = exchange_closed};

static uint64_t interval_ms(struct swarm *swarm, const struct peer *peer)
{
    uint64_t interval = INTERVAL_MS_MIN;

    for (uint8_t i = 1; i < peer->exchange_count && interval < INTERVAL_MS_MAX; i++) {
        interval *= 2;
    }
    interval = interval < INTERVAL_MS_MAX ? interval : INTERVAL_MS_MAX;
    return interval + dice_below(&swarm->dice, (uint32_t)interval / 4);
}

void exchange_ring(struct swarm *swarm, void *object)
{
    struct peer *peer = object;

    if (!peer->speaks_exchange) {
        return;
    }
    /* No stream now is no harm: the next interval asks again. */
    (void)stream_open(swarm, peer->link, &exchange_ask_kind, exchange_offer);
    if (peer->exchange_count < UINT8_MAX) {
        peer->exchange_count++;
    }
    alarm_set_after(swarm, &peer->exchange_alarm, interval_ms(swarm, peer));
}

void exchange_begin(struct swarm *swarm, struct peer *peer)
{
    if (peer->speaks_exchange && !timer_is_set(&peer->exchange_alarm.timer)) {
        exchange_ring(swarm, peer);
    }
}

/* ---- answering -------------------------------------------------------------------------- */

static void answer_ready(struct swarm *swarm, struct stream *stream)
{
    (void)prepare(swarm, stream, WIRE_PEERS_REQUEST_BYTES_MAX);
}

/* The members of the circle whose records we have, except the one who asks. */
static void collect(const struct swarm *swarm, const struct peer *asking, uint32_t limit,
    struct wire_peers_response *response)
{
    struct slot_id id = {0};
    const struct peer *peer;
    size_t size = 0;

    while ((peer = peers_next(swarm, &id)) != NULL && response->envelope_count < limit) {
        if (peer == asking || !peer->is_in_circle || peer->record == NULL || peer->link == NULL) {
            continue;
        }
        size += peer->record_size + VARINT_BYTES_MAX;
        if (size > WIRE_PEERS_RESPONSE_BYTES_MAX) {
            return;
        }
        response->envelopes[response->envelope_count++] =
            bytes_make(peer->record, peer->record_size);
    }
}

static void answer(struct swarm *swarm, struct stream *stream, uint32_t limit)
{
    struct wire_peers_response response = {.envelope_count = 0};
    struct gossip_room room;
    uint8_t *buffer;
    size_t allocated;
    size_t size;
    bool is_sent;

    collect(swarm, stream->link->peer, limit, &response);
    size = wire_peers_response_encoded_size(&response);
    allocated = size + VARINT_BYTES_MAX;
    buffer = allocator_take(swarm->allocator, allocated);
    if (buffer == NULL) {
        stream_reset(swarm, stream, GOSSIP_ERROR_NO_MEMORY);
        return;
    }
    room = room_make(buffer, allocated);
    is_sent = room_put_varint(&room, size);
    size = (size_t)(room.data - buffer) + wire_peers_response_encode(&response, room);
    is_sent = is_sent && stream_send(swarm, stream, bytes_make(buffer, size));
    allocator_give(swarm->allocator, buffer, allocated);
    if (is_sent) {
        stream_finish(swarm, stream);
    }
}

static void answer_data(struct swarm *swarm, struct stream *stream, struct gossip_bytes data)
{
    struct wire_peers_request request;
    struct gossip_bytes frame;
    bool is_ours;

    if (stream->is_finishing) {
        return;
    }
    switch (frame_reader_next(stream->state, &data, &frame)) {
    case FRAME_READY:
        break;
    case FRAME_INCOMPLETE:
        return;
    case FRAME_BROKEN:
    case FRAME_NO_MEMORY:
        stream_reset(swarm, stream, GOSSIP_ERROR_PEER_MALFORMED);
        return;
    }
    if (wire_peers_request_decode(frame, &request) != GOSSIP_OK) {
        stream_reset(swarm, stream, GOSSIP_ERROR_PEER_MALFORMED);
        return;
    }
    is_ours = bytes_equal(request.circle, bytes_make(swarm->circle, sizeof(swarm->circle)));
    stream->link->peer->is_in_circle = is_ours;
    answer(swarm, stream, is_ours ? request.limit : 0);
}

const struct stream_kind exchange_answer_kind = {.name = "peers (answering)",
    .out_bytes_max = WIRE_PEERS_RESPONSE_BYTES_MAX + VARINT_BYTES_MAX,
    .inbound_max = 2,
    .is_rationed = true,
    .ready = answer_ready,
    .data = answer_data,
    .closed = exchange_closed};
