#include "swarm/talks.h"

#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"
#include "base/varint.h"
#include "swarm/bindings.h"

/* What is yet to be told to those above about a talk: one output for each bit, in this order. */
enum {
    TALK_TELL_OPENED = 1,
    TALK_TELL_ARRIVED = 2,
    TALK_TELL_MESSAGE = 4,
    TALK_TELL_WRITABLE = 8,
    TALK_TELL_FINISHED = 16,
    TALK_TELL_ENDED = 32
};

struct talk {
    struct slot_id id;
    struct peer *peer;
    struct stream *stream; /* NULL once it is gone; only the news of it is left */
    uint32_t protocol;
    struct frame_reader reader;
    struct gossip_bytes message; /* TALK_TELL_MESSAGE: where it lies */
    struct alarm stall;          /* when what waits for the peer has waited for too long */
    bool is_refused;             /* a send was, and waits for TALK_TELL_WRITABLE */
    uint8_t pending;             /* TALK_TELL_ bits */
    struct chain telling;
    enum gossip_error error;
};

_Static_assert(SWARM_STREAM_OVERHEAD_BYTES == VARINT_BYTES_MAX, "a message has a length in front");

static struct swarm_stream name_of(const struct talk *talk)
{
    return (struct swarm_stream){.id = (uint64_t)talk->id.generation << 32 | talk->id.index};
}

static struct talk *find(const struct swarm *swarm, struct swarm_stream stream)
{
    struct slot_id id = {
        .index = (uint32_t)(stream.id & UINT32_MAX), .generation = (uint32_t)(stream.id >> 32)};
    struct talk *talk = swarm->talks == NULL ? NULL : slots_find(swarm->talks, id);

    return talk == NULL || talk->stream == NULL ? NULL : talk;
}

static void tell(struct swarm *swarm, struct talk *talk, uint8_t what)
{
    talk->pending = (uint8_t)(talk->pending | what);
    chain_append(&swarm->talks_telling, &talk->telling);
}

static uint32_t protocol_of(const struct swarm *swarm, const struct stream *stream)
{
    for (uint32_t i = 0; i < swarm->protocol_count; i++) {
        if (stream->kind == &swarm->protocols[i].kind) {
            return i;
        }
    }
    require(false);
    return 0;
}

/* Something has waited for long; the peer may have taken what was before it a moment ago. */
static void on_stalled(struct swarm *swarm, void *object)
{
    struct talk *talk = object;
    struct gossip_instant end = instant_add(talk->stream->moved_at, duration_ms(TALKS_SILENCE_MS));

    if (instant_is_due(end, swarm->now)) {
        stream_reset(swarm, talk->stream, GOSSIP_ERROR_PEER_SILENT);
    } else {
        alarm_set(swarm, &talk->stall, end);
    }
}

/* NULL if there is no place for one more. */
static struct talk *create(struct swarm *swarm, struct peer *peer, uint32_t protocol)
{
    struct slot_id id;
    struct talk *talk = slots_insert(swarm->talks, &id);

    if (talk == NULL) {
        return NULL;
    }
    talk->id = id;
    talk->peer = peer;
    talk->protocol = protocol;
    frame_reader_init(&talk->reader, swarm->allocator, &swarm->talk_gathering,
        swarm->protocols[protocol].message_bytes_max);
    chain_init(&talk->telling, talk);
    alarm_init(&talk->stall, on_stalled, talk);
    return talk;
}

static void destroy(struct swarm *swarm, struct talk *talk)
{
    chain_remove(&talk->telling);
    slots_remove(swarm->talks, talk->id);
}

/* ---- the stream ------------------------------------------------------------------------- */

static void on_ready(struct swarm *swarm, struct stream *stream)
{
    struct talk *talk = stream->state;

    if (stream->is_ours) {
        tell(swarm, talk, TALK_TELL_OPENED);
        return;
    }
    talk = create(swarm, stream->link->peer, protocol_of(swarm, stream));
    if (talk == NULL) {
        stream_reset(swarm, stream, GOSSIP_ERROR_LIMIT);
        return;
    }
    talk->stream = stream;
    stream->state = talk;
    peers_speaks(swarm, talk->peer, talk->protocol);
    tell(swarm, talk, TALK_TELL_ARRIVED);
}

static void on_data(struct swarm *swarm, struct stream *stream, struct gossip_bytes data)
{
    /* Each message is told before the next is read. */
    swarm->slice_stream = stream;
    swarm->slice = data;
}

/* All bytes were read; whoever stopped in the middle of a message has so long to go on. */
static void rest(struct swarm *swarm, struct stream *stream)
{
    struct talk *talk = stream->state;

    swarm->slice_stream = NULL;
    if (frame_reader_is_amid(&talk->reader)) {
        alarm_set_after(swarm, &stream->alarm, TALKS_SILENCE_MS);
    } else {
        alarm_stop(swarm, &stream->alarm);
    }
}

static void on_step(struct swarm *swarm, struct stream *stream)
{
    struct talk *talk = stream->state;

    switch (frame_reader_next(&talk->reader, &swarm->slice, &talk->message)) {
    case FRAME_READY:
        if (talk->message.size > 0) {
            tell(swarm, talk, TALK_TELL_MESSAGE);
        } else {
            stream_reset(swarm, stream, GOSSIP_ERROR_PEER_MALFORMED);
        }
        break;
    case FRAME_INCOMPLETE:
        rest(swarm, stream);
        break;
    case FRAME_BROKEN:
        stream_reset(swarm, stream, GOSSIP_ERROR_PEER_MALFORMED);
        break;
    case FRAME_NO_MEMORY:
        stream_reset(swarm, stream, GOSSIP_ERROR_NO_MEMORY);
        break;
    }
}

static void on_writable(struct swarm *swarm, struct stream *stream)
{
    struct talk *talk = stream->state;

    alarm_stop(swarm, &talk->stall); /* all is out */
    if (talk->is_refused) {
        talk->is_refused = false;
        tell(swarm, talk, TALK_TELL_WRITABLE);
    }
}

static void on_finished(struct swarm *swarm, struct stream *stream)
{
    struct talk *talk = stream->state;

    if (frame_reader_is_amid(&talk->reader)) {
        stream_reset(swarm, stream, GOSSIP_ERROR_PEER_MALFORMED);
        return;
    }
    tell(swarm, talk, TALK_TELL_FINISHED);
}

/* A connection that goes while the peer has another is given up for that one. */
static enum gossip_error reason(const struct link *link, enum gossip_error error)
{
    bool has_other = link->stage == LINK_CLOSING && link->peer != NULL &&
                     link->peer->link != NULL && link->peer->second != NULL;

    return has_other ? GOSSIP_ERROR_CANCELLED : error;
}

static void on_closed(struct swarm *swarm, struct stream *stream, enum gossip_error error)
{
    struct talk *talk = stream->state;

    if (talk == NULL) {
        return; /* it found no place */
    }
    frame_reader_deinit(&talk->reader);
    alarm_stop(swarm, &talk->stall);
    talk->stream = NULL;
    talk->error = reason(stream->link, error);
    talk->pending = (uint8_t)(talk->pending & ~(TALK_TELL_MESSAGE | TALK_TELL_WRITABLE));
    tell(swarm, talk, TALK_TELL_ENDED);
}

/* ---- what those above do ---------------------------------------------------------------- */

/* How many streams of this protocol we have open with the peer. */
static uint32_t count_ours(const struct peer *peer, const struct stream_kind *kind)
{
    const struct link *links[] = {peer->link, peer->second};
    uint32_t count = 0;

    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        const struct stream *stream = links[i] == NULL ? NULL : links[i]->streams;

        for (; stream != NULL; stream = stream->next) {
            count += stream->is_ours && stream->kind == kind;
        }
    }
    return count;
}

static enum gossip_error check_open(
    const struct swarm *swarm, const struct peer *peer, const struct talk_protocol *protocol)
{
    if (swarm->is_closing) {
        return GOSSIP_ERROR_CANCELLED;
    }
    if (peer == NULL) {
        return GOSSIP_ERROR_NOT_FOUND;
    }
    if ((peer->speaks >> (protocol - swarm->protocols) & 1) == 0) {
        return GOSSIP_ERROR_UNSUPPORTED;
    }
    return count_ours(peer, &protocol->kind) < protocol->kind.inbound_max ? GOSSIP_OK
                                                                          : GOSSIP_ERROR_LIMIT;
}

enum gossip_error swarm_stream_open(struct swarm *swarm, struct gossip_instant now,
    const struct gossip_peer_id *id, uint32_t number, struct swarm_stream *stream)
{
    struct peer *peer = peers_find(swarm, id);
    const struct talk_protocol *protocol;
    struct talk *talk;
    enum gossip_error error;

    require(number < swarm->protocol_count);
    swarm->now = now;
    *stream = (struct swarm_stream){0};
    protocol = &swarm->protocols[number];
    error = check_open(swarm, peer, protocol);
    if (error != GOSSIP_OK) {
        return error;
    }
    talk = create(swarm, peer, number);
    if (talk == NULL) {
        return GOSSIP_ERROR_LIMIT;
    }
    talk->stream = stream_open(swarm, peer->link, &protocol->kind,
        (struct protocol_list){.names = &protocol->name, .count = 1});
    if (talk->stream == NULL) {
        destroy(swarm, talk);
        return GOSSIP_ERROR_LIMIT;
    }
    talk->stream->state = talk;
    *stream = name_of(talk);
    return GOSSIP_OK;
}

static enum gossip_error check_send(
    const struct swarm *swarm, const struct talk *talk, struct gossip_bytes message)
{
    const struct talk_protocol *protocol;

    if (talk == NULL) {
        return GOSSIP_ERROR_NOT_FOUND;
    }
    protocol = &swarm->protocols[talk->protocol];
    if (message.size > protocol->message_bytes_max) {
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    if (message.size == 0 || talk->stream->is_finishing) {
        return GOSSIP_ERROR_INVALID;
    }
    if (talk->stream->out.size > 0 &&
        talk->stream->out.size + varint_size(message.size) + message.size >
            protocol->kind.out_bytes_max) {
        return GOSSIP_ERROR_WOULD_BLOCK;
    }
    return GOSSIP_OK;
}

enum gossip_error swarm_stream_send(struct swarm *swarm, struct gossip_instant now,
    struct swarm_stream stream, struct gossip_bytes message)
{
    struct talk *talk = find(swarm, stream);
    struct gossip_room room = room_make(swarm->scratch, swarm->scratch_size);
    enum gossip_error error = check_send(swarm, talk, message);

    swarm->now = now;
    if (error != GOSSIP_OK) {
        if (error == GOSSIP_ERROR_WOULD_BLOCK) {
            talk->is_refused = true;
        }
        return error;
    }
    require(room_put_varint(&room, message.size) && room_put(&room, message));
    if (!stream_send(swarm, talk->stream,
            bytes_make(swarm->scratch, (size_t)(room.data - swarm->scratch)))) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    if (!stream_is_drained(talk->stream) && !timer_is_set(&talk->stall.timer)) {
        alarm_set_after(swarm, &talk->stall, TALKS_SILENCE_MS);
    }
    return GOSSIP_OK;
}

void swarm_stream_finish(struct swarm *swarm, struct gossip_instant now, struct swarm_stream stream)
{
    struct talk *talk = find(swarm, stream);

    swarm->now = now;
    if (talk != NULL && !talk->stream->is_finishing) {
        talk->is_refused = false;
        stream_finish(swarm, talk->stream);
    }
}

void swarm_stream_reset(struct swarm *swarm, struct gossip_instant now, struct swarm_stream stream)
{
    struct talk *talk = find(swarm, stream);

    swarm->now = now;
    if (talk != NULL) {
        stream_reset(swarm, talk->stream, GOSSIP_ERROR_CANCELLED);
        destroy(swarm, talk);
    }
}

/* ---- what is told ----------------------------------------------------------------------- */

static const struct {
    uint8_t fact;
    enum swarm_output_kind kind;
} facts[] = {{TALK_TELL_OPENED, SWARM_STREAM_OPENED}, {TALK_TELL_ARRIVED, SWARM_STREAM_ARRIVED},
    {TALK_TELL_MESSAGE, SWARM_STREAM_MESSAGE}, {TALK_TELL_WRITABLE, SWARM_STREAM_WRITABLE},
    {TALK_TELL_FINISHED, SWARM_STREAM_FINISHED}, {TALK_TELL_ENDED, SWARM_STREAM_ENDED}};

bool talks_poll(struct swarm *swarm, struct swarm_output *output)
{
    struct talk *talk = chain_first(&swarm->talks_telling);
    size_t i = 0;

    if (talk == NULL) {
        return false;
    }
    if (peers_tell_speaks(talk->peer, talk->protocol, output)) {
        return true; /* whoever opens a stream speaks it, even if identify has not told yet */
    }
    while ((talk->pending & facts[i].fact) == 0) {
        i++;
    }
    talk->pending = (uint8_t)(talk->pending & ~facts[i].fact);
    *output = (struct swarm_output){.kind = facts[i].kind,
        .stream = name_of(talk),
        .peer = talk->peer->peer,
        .protocol = talk->protocol,
        .error = talk->error};
    if (facts[i].fact == TALK_TELL_MESSAGE) {
        output->payload = talk->message;
    }
    if (talk->pending == 0) {
        chain_remove(&talk->telling);
    }
    if (facts[i].fact == TALK_TELL_ENDED) {
        destroy(swarm, talk);
    }
    return true;
}

/* ---- life ------------------------------------------------------------------------------- */

static void require_bounds(const struct swarm_protocol *protocol)
{
    size_t size = strlen(protocol->name);

    require(size > 0 && size <= SWARM_PROTOCOL_NAME_BYTES_MAX);
    require(protocol->message_bytes_max > 0 &&
            protocol->message_bytes_max <= SWARM_STREAM_MESSAGE_BYTES_CEILING);
    require(
        protocol->queue_bytes_max >= protocol->message_bytes_max + SWARM_STREAM_OVERHEAD_BYTES &&
        protocol->queue_bytes_max <= SWARM_STREAM_QUEUE_BYTES_CEILING);
    require(protocol->streams_per_peer_max > 0 &&
            protocol->streams_per_peer_max <= SWARM_STREAMS_PER_PEER_CEILING);
}

void talks_require(const struct swarm_config *config)
{
    require(config->protocol_count <= SWARM_PROTOCOLS_MAX);
    for (size_t i = 0; i < config->protocol_count; i++) {
        require_bounds(&config->protocols[i]);
    }
}

static void set_protocol(struct talk_protocol *protocol, const struct swarm_protocol *config)
{
    memcpy(protocol->name_memory, config->name, strlen(config->name) + 1);
    protocol->name = protocol->name_memory;
    protocol->message_bytes_max = config->message_bytes_max;
    protocol->kind = (struct stream_kind){.name = protocol->name,
        .out_bytes_max = config->queue_bytes_max,
        .inbound_max = config->streams_per_peer_max,
        .is_long_lived = true,
        .holds_link = true,
        .ready = on_ready,
        .data = on_data,
        .step = on_step,
        .writable = on_writable,
        .finished = on_finished,
        .closed = on_closed};
}

enum gossip_error talks_create(struct swarm *swarm, const struct swarm_config *config)
{
    uint64_t count_max = 0;

    swarm->talk_gathering.bytes_max = TALKS_GATHERED_BYTES_MAX;
    if (config->protocol_count > 0) {
        swarm->protocols = allocator_take_zeroed(
            swarm->allocator, config->protocol_count, sizeof(*swarm->protocols));
        if (swarm->protocols == NULL) {
            return GOSSIP_ERROR_NO_MEMORY;
        }
        swarm->protocol_count = (uint32_t)config->protocol_count;
    }
    for (uint32_t i = 0; i < swarm->protocol_count; i++) {
        set_protocol(&swarm->protocols[i], &config->protocols[i]);
        count_max += (uint64_t)config->protocols[i].streams_per_peer_max * 2;
    }
    inbound_list(swarm);
    count_max *= swarm->limits.peers_max;
    if (count_max == 0) {
        return GOSSIP_OK;
    }
    return slots_create(swarm->allocator, count_max < TALKS_MAX ? (uint32_t)count_max : TALKS_MAX,
        sizeof(struct talk), &swarm->talks);
}

size_t talks_message_bytes_max(const struct swarm *swarm)
{
    size_t size = 0;

    for (uint32_t i = 0; i < swarm->protocol_count; i++) {
        if (swarm->protocols[i].message_bytes_max > size) {
            size = swarm->protocols[i].message_bytes_max;
        }
    }
    return size;
}

void talks_destroy(struct swarm *swarm)
{
    slots_destroy(swarm->talks);
    allocator_give(
        swarm->allocator, swarm->protocols, swarm->protocol_count * sizeof(*swarm->protocols));
}
