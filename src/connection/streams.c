#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"
#include "connection/state.h"

/* ---- talks ------------------------------------------------------------------------------ */

static struct connection_talk *find_talk(
    const struct connection *connection, struct yamux_stream stream)
{
    for (struct connection_talk *talk = connection->talks; talk != NULL; talk = talk->next) {
        if (talk->stream.id == stream.id && !talk->is_gone)
            return talk;
    }
    return NULL;
}

/* Youngest last, so that the first is the first to be overdue. NULL if there is no memory. */
static struct connection_talk *add_talk(struct connection *connection, struct yamux_stream stream,
    struct protocol_list offer, bool ours)
{
    struct connection_talk *talk = allocator_take_zeroed(connection->allocator, 1, sizeof(*talk));
    struct connection_talk **place = &connection->talks;

    if (talk == NULL)
        return NULL;
    while (*place != NULL)
        place = &(*place)->next;
    *place = talk;
    talk->stream = stream;
    talk->is_ours = ours;
    talk->deadline = instant_add(connection->now, connection->limits.negotiation_time_max);
    connection->peer_talk_count += !ours;
    multistream_negotiation_init(
        &talk->negotiation, ours ? MULTISTREAM_DIALER : MULTISTREAM_LISTENER, offer);
    return talk;
}

static void remove_talk(struct connection *connection, struct connection_talk *talk)
{
    struct connection_talk **place = &connection->talks;

    while (*place != talk)
        place = &(*place)->next;
    *place = talk->next;
    connection->peer_talk_count -= !talk->is_ours;
    allocator_give(connection->allocator, talk, sizeof(*talk));
}

void connection_streams_deinit(struct connection *connection)
{
    while (connection->talks != NULL)
        remove_talk(connection, connection->talks);
    connection->rest = (struct gossip_bytes){0};
}

/*
 * The stream has ended before it was agreed on, with `fact` for whoever opened it; nobody else
 * above has ever heard of it.
 */
static void lose_talk(
    struct connection *connection, struct connection_talk *talk, uint8_t fact, uint32_t code)
{
    if (connection->rest_from.id == talk->stream.id)
        connection->rest = (struct gossip_bytes){0};
    if (!talk->is_ours && !talk->is_ready_told) {
        remove_talk(connection, talk);
        return;
    }
    talk->is_gone = true;
    talk->tells = fact;
    talk->code = code;
}

static void reset_talk(
    struct connection *connection, struct connection_talk *talk, uint8_t fact, uint32_t code)
{
    yamux_stream_reset(connection->yamux, talk->stream, code);
    lose_talk(connection, talk, fact, 0);
}

/* All is agreed, said and told: from here on the muxer alone knows the stream. */
static void forget_if_over(struct connection *connection, struct connection_talk *talk)
{
    if (talk->tells == 0 &&
        (talk->is_gone ||
            (talk->is_ready_told && !multistream_negotiation_has_output(&talk->negotiation))))
        remove_talk(connection, talk);
}

/*
 * Says the lines that are due, whole ones only. What does not fit now is said when the muxer tells
 * that the stream is writable. False if there was no memory and the stream is lost.
 */
static bool say_lines(struct connection *connection, struct connection_talk *talk)
{
    uint8_t memory[MULTISTREAM_TRANSMIT_BYTES_MIN];
    bool is_accepted = true;

    while (is_accepted && multistream_negotiation_has_output(&talk->negotiation)) {
        struct multistream_negotiation after = talk->negotiation;
        size_t size = multistream_negotiation_transmit(&after, room_make(memory, sizeof(memory)));

        if (yamux_stream_write_whole(connection->yamux, talk->stream, bytes_make(memory, size),
                &is_accepted) != GOSSIP_OK) {
            reset_talk(connection, talk, CONNECTION_TELL_RESET, YAMUX_RESET_RESOURCE_LIMIT);
            return false;
        }
        if (is_accepted)
            talk->negotiation = after;
    }
    if (!multistream_negotiation_may_speak(&talk->negotiation))
        return true;
    if (talk->is_write_refused)
        talk->tells |= CONNECTION_TELL_WRITABLE;
    talk->is_write_refused = false;
    if (talk->is_finishing)
        yamux_stream_finish(connection->yamux, talk->stream);
    return true;
}

/* ---- the muxer's events ----------------------------------------------------------------- */

static void stream_arrived(struct connection *connection, struct yamux_stream stream)
{
    struct connection_talk *talk = NULL;

    if (connection->peer_talk_count < CONNECTION_NEGOTIATING_MAX)
        talk = add_talk(connection, stream, connection->protocols, false);
    if (talk == NULL)
        yamux_stream_reset(connection->yamux, stream, YAMUX_RESET_RESOURCE_LIMIT);
    else
        (void)say_lines(connection, talk);
}

/* Data for a stream that is not agreed on yet. What comes behind the agreement is kept as rest. */
static void talk_data(
    struct connection *connection, struct connection_talk *talk, struct gossip_bytes data)
{
    struct multistream_negotiation *negotiation = &talk->negotiation;
    size_t size = data.size;
    enum gossip_error error = GOSSIP_OK;

    while (error == GOSSIP_OK && data.size > 0 && negotiation->state == MULTISTREAM_TALKING)
        error = multistream_negotiation_receive(negotiation, &data);
    if (error != GOSSIP_OK) {
        reset_talk(connection, talk, CONNECTION_TELL_RESET, YAMUX_RESET_NEGOTIATION_FAILED);
        return;
    }
    yamux_stream_consumed(connection->yamux, talk->stream, size - data.size);
    switch (negotiation->state) {
    case MULTISTREAM_TALKING:
        (void)say_lines(connection, talk);
        return;
    case MULTISTREAM_REFUSED:
        reset_talk(connection, talk, CONNECTION_TELL_REFUSED, YAMUX_RESET_NEGOTIATION_FAILED);
        return;
    case MULTISTREAM_AGREED:
        break;
    }
    talk->tells |= CONNECTION_TELL_READY;
    connection->rest = data;
    connection->rest_from = talk->stream;
    (void)say_lines(connection, talk);
}

/* Fills an event that goes up as it is. */
static bool pass_on(
    struct connection_event *event, enum connection_event_kind kind, const struct yamux_event *from)
{
    event->kind = kind;
    event->stream.id = from->stream.id;
    event->stream_is_ours = from->stream_is_ours;
    event->code = from->code;
    event->data = from->data;
    return true;
}

/* An event about a stream that is being agreed on. True if it goes up. */
static bool talk_event(struct connection *connection, struct connection_talk *talk,
    const struct yamux_event *from, struct connection_event *event)
{
    switch (from->kind) {
    case YAMUX_STREAM_DATA:
        if (talk->negotiation.state == MULTISTREAM_AGREED)
            return pass_on(event, CONNECTION_STREAM_DATA, from);
        talk_data(connection, talk, from->data);
        return false;
    case YAMUX_STREAM_WRITABLE:
        if (!multistream_negotiation_has_output(&talk->negotiation))
            return pass_on(event, CONNECTION_STREAM_WRITABLE, from);
        if (say_lines(connection, talk))
            forget_if_over(connection, talk);
        return false;
    case YAMUX_STREAM_FINISHED:
        if (talk->negotiation.state == MULTISTREAM_AGREED)
            return pass_on(event, CONNECTION_STREAM_FINISHED, from);
        reset_talk(connection, talk, CONNECTION_TELL_RESET, YAMUX_RESET_NEGOTIATION_FAILED);
        return false;
    case YAMUX_STREAM_RESET:
        lose_talk(connection, talk, CONNECTION_TELL_RESET, from->code);
        return false;
    case YAMUX_STREAM_ARRIVED:
    case YAMUX_GOING_AWAY:
        break;
    }
    return false;
}

/* True if the event, as it is or as another, goes up. */
static bool handle(
    struct connection *connection, const struct yamux_event *from, struct connection_event *event)
{
    struct connection_talk *talk = find_talk(connection, from->stream);

    if (talk != NULL)
        return talk_event(connection, talk, from, event);
    switch (from->kind) {
    case YAMUX_STREAM_ARRIVED:
        stream_arrived(connection, from->stream);
        return false;
    case YAMUX_STREAM_DATA:
        return pass_on(event, CONNECTION_STREAM_DATA, from);
    case YAMUX_STREAM_WRITABLE:
        return pass_on(event, CONNECTION_STREAM_WRITABLE, from);
    case YAMUX_STREAM_FINISHED:
        return pass_on(event, CONNECTION_STREAM_FINISHED, from);
    case YAMUX_STREAM_RESET:
        return pass_on(event, CONNECTION_STREAM_RESET, from);
    case YAMUX_GOING_AWAY:
        return pass_on(event, CONNECTION_GOING_AWAY, from);
    }
    return false;
}

/* ---- events for above ------------------------------------------------------------------- */

static void tell_talk(
    struct connection *connection, struct connection_talk *talk, struct connection_event *event)
{
    static const struct {
        uint8_t fact;
        enum connection_event_kind kind;
    } facts[] = {
        {CONNECTION_TELL_READY, CONNECTION_STREAM_READY},
        {CONNECTION_TELL_WRITABLE, CONNECTION_STREAM_WRITABLE},
        {CONNECTION_TELL_REFUSED, CONNECTION_STREAM_REFUSED},
        {CONNECTION_TELL_RESET, CONNECTION_STREAM_RESET},
    };
    size_t i = 0;

    while ((talk->tells & facts[i].fact) == 0)
        i++;
    talk->tells = (uint8_t)(talk->tells & ~facts[i].fact);
    event->kind = facts[i].kind;
    event->stream.id = talk->stream.id;
    event->stream_is_ours = talk->is_ours;
    event->code = talk->code;
    if (facts[i].kind == CONNECTION_STREAM_READY) {
        event->protocol = talk->negotiation.agreed_index;
        talk->is_ready_told = true;
    }
    forget_if_over(connection, talk);
}

static bool poll_talk(struct connection *connection, struct connection_event *event)
{
    struct connection_talk *talk = connection->talks;

    while (talk != NULL && talk->tells == 0)
        talk = talk->next;
    if (talk != NULL)
        tell_talk(connection, talk, event);
    return talk != NULL;
}

static bool poll_rest(struct connection *connection, struct connection_event *event)
{
    if (connection->rest.size == 0)
        return false;
    event->kind = CONNECTION_STREAM_DATA;
    event->stream.id = connection->rest_from.id;
    event->stream_is_ours =
        (connection->rest_from.id % 2 == 1) == (connection->side == CONNECTION_DIALED);
    event->data = connection->rest;
    connection->rest = (struct gossip_bytes){0};
    return true;
}

bool connection_streams_poll(struct connection *connection, struct connection_event *event)
{
    struct yamux_event from;

    for (;;) {
        if (poll_talk(connection, event) || poll_rest(connection, event))
            return true;
        if (!yamux_session_poll(connection->yamux, &from))
            return false;
        if (handle(connection, &from, event))
            return true;
    }
}

/* ---- time ------------------------------------------------------------------------------- */

struct gossip_instant connection_streams_deadline(const struct connection *connection)
{
    const struct connection_talk *talk = connection->talks;

    while (talk != NULL && talk->is_gone)
        talk = talk->next; /* it waits for poll, not for the time */
    return talk == NULL ? instant_never() : talk->deadline;
}

void connection_streams_advance(struct connection *connection, struct gossip_instant now)
{
    struct connection_talk *next;

    for (struct connection_talk *talk = connection->talks; talk != NULL; talk = next) {
        next = talk->next;
        if (!talk->is_gone && instant_is_due(talk->deadline, now))
            reset_talk(connection, talk, CONNECTION_TELL_RESET, YAMUX_RESET_NEGOTIATION_FAILED);
    }
}

/* ---- what those above do with a stream -------------------------------------------------- */

enum gossip_error connection_open_stream(struct connection *connection, struct gossip_instant now,
    struct protocol_list offer, struct connection_stream *stream)
{
    struct yamux_stream opened;
    struct connection_talk *talk;
    enum gossip_error error;

    connection->now = now;
    if (connection->stage > CONNECTION_OPEN)
        return GOSSIP_ERROR_PEER_CLOSED;
    if (connection->stage < CONNECTION_OPEN)
        return GOSSIP_ERROR_WOULD_BLOCK;
    error = yamux_stream_open(connection->yamux, &opened);
    if (error != GOSSIP_OK)
        return error;
    talk = add_talk(connection, opened, offer, true);
    if (talk == NULL) {
        yamux_stream_reset(connection->yamux, opened, YAMUX_RESET_NO_REASON);
        return GOSSIP_ERROR_NO_MEMORY;
    }
    if (!say_lines(connection, talk)) {
        remove_talk(connection, talk);
        return GOSSIP_ERROR_NO_MEMORY;
    }
    stream->id = opened.id;
    return GOSSIP_OK;
}

enum gossip_error connection_write(struct connection *connection, struct connection_stream stream,
    struct gossip_bytes data, size_t *accepted)
{
    struct yamux_stream inner = {.id = stream.id};
    struct connection_talk *talk = find_talk(connection, inner);

    *accepted = 0;
    if (connection->stage != CONNECTION_OPEN)
        return GOSSIP_ERROR_NOT_FOUND;
    if (talk == NULL || multistream_negotiation_may_speak(&talk->negotiation))
        return yamux_stream_write(connection->yamux, inner, data, accepted);
    if (talk->is_finishing)
        return GOSSIP_ERROR_INVALID;
    talk->is_write_refused = talk->is_write_refused || data.size > 0;
    return GOSSIP_OK;
}

size_t connection_stream_room(const struct connection *connection, struct connection_stream stream)
{
    struct yamux_stream inner = {.id = stream.id};
    const struct connection_talk *talk = find_talk(connection, inner);

    if (connection->stage != CONNECTION_OPEN ||
        (talk != NULL && !multistream_negotiation_may_speak(&talk->negotiation)))
        return 0;
    return yamux_stream_room(connection->yamux, inner);
}

void connection_consumed(
    struct connection *connection, struct connection_stream stream, size_t size)
{
    if (connection->stage == CONNECTION_OPEN)
        yamux_stream_consumed(connection->yamux, (struct yamux_stream){.id = stream.id}, size);
}

void connection_finish(struct connection *connection, struct connection_stream stream)
{
    struct yamux_stream inner = {.id = stream.id};
    struct connection_talk *talk = find_talk(connection, inner);

    if (connection->stage != CONNECTION_OPEN)
        return;
    if (talk == NULL || multistream_negotiation_may_speak(&talk->negotiation)) {
        yamux_stream_finish(connection->yamux, inner);
        return;
    }
    talk->is_finishing = true;
    talk->is_write_refused = false;
}

void connection_reset(struct connection *connection, struct connection_stream stream)
{
    struct yamux_stream inner = {.id = stream.id};
    struct connection_talk *talk = find_talk(connection, inner);

    if (connection->stage != CONNECTION_OPEN)
        return;
    if (connection->rest_from.id == stream.id)
        connection->rest = (struct gossip_bytes){0};
    yamux_stream_reset(connection->yamux, inner, YAMUX_RESET_NO_REASON);
    if (talk != NULL)
        remove_talk(connection, talk);
}
