#include "connection/connection.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"
#include "connection/state.h"

void connection_limits_default(struct connection_limits *limits)
{
    *limits = (struct connection_limits){
        .streams_max = 64,
        .streams_pending_max = 64,
        .output_bytes_max = (size_t)64 * 1024,
        .handshake_time_max = duration_seconds(10),
        .negotiation_time_max = duration_seconds(10),
        .stall_time_max = duration_seconds(10),
        .ping_interval = duration_seconds(30),
        .silence_max = duration_seconds(20),
    };
}

/* ---- life ------------------------------------------------------------------------------- */

enum gossip_error connection_create(const struct connection_config *config,
    struct gossip_instant now, struct connection **connection)
{
    struct connection *made = allocator_take_zeroed(config->allocator, 1, sizeof(*made));

    *connection = NULL;
    if (made == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    made->allocator = config->allocator;
    made->side = config->side;
    made->limits = *config->limits;
    made->protocols = config->protocols;
    made->now = now;
    made->deadline = instant_add(now, config->limits->handshake_time_max);
    pnet_session_init(&made->pnet, config->network_key, config->entropy);
    made->stall_at = instant_never();
    if (connection_upgrade_create(made, config) != GOSSIP_OK) {
        allocator_give(config->allocator, made, sizeof(*made));
        return GOSSIP_ERROR_NO_MEMORY;
    }
    *connection = made;
    return GOSSIP_OK;
}

/* Everything but the muxer, which may still have something to say. */
static void stop_listening(struct connection *connection)
{
    connection_streams_deinit(connection);
    connection_upgrade_destroy(connection);
    connection_frame_deinit(&connection->frame, connection->allocator);
}

void connection_destroy(struct connection *connection)
{
    if (connection == NULL)
        return;
    stop_listening(connection);
    yamux_session_destroy(connection->yamux);
    noise_session_deinit(&connection->noise);
    allocator_give(connection->allocator, connection, sizeof(*connection));
}

enum gossip_error connection_fail(
    struct connection *connection, enum gossip_error error, const char *text)
{
    connection->stage = CONNECTION_FAILED;
    connection->failure = error;
    connection->failure_text = text;
    return error;
}

const char *connection_failure(const struct connection *connection)
{
    return connection->failure_text;
}

const struct gossip_peer_id *connection_stranger(const struct connection *connection)
{
    return connection->stranger.size > 0 ? &connection->stranger : NULL;
}

/* Says that it failed to whoever asks next. */
static enum gossip_error report(struct connection *connection)
{
    if (connection->stage == CONNECTION_FAILED) {
        connection->is_failure_known = true;
        stop_listening(connection);
    }
    return connection->failure;
}

void connection_close(struct connection *connection, struct gossip_instant now)
{
    connection->now = now;
    if (connection->stage >= CONNECTION_CLOSING)
        return;
    stop_listening(connection);
    connection->stage = CONNECTION_CLOSING;
    if (connection->yamux != NULL)
        yamux_session_go_away(connection->yamux);
}

/* ---- receiving -------------------------------------------------------------------------- */

/* The handshake and what comes before it: in the clear, and gathered by those who read it. */
static enum gossip_error receive_clear(struct connection *connection, struct gossip_room *input)
{
    struct gossip_bytes bytes = bytes_make(input->data, input->size);
    enum gossip_error error = connection_upgrade_receive(connection, &bytes);

    input->data += input->size - bytes.size;
    input->size = bytes.size;
    return error;
}

/* One unit of what an encrypted frame contains: a line about the muxer, or a muxer's unit. */
static enum gossip_error receive_plaintext(
    struct connection *connection, struct gossip_bytes *plaintext)
{
    enum gossip_error error;

    if (connection->stage == CONNECTION_MUXING)
        return connection_upgrade_receive_sealed(connection, plaintext);
    error = yamux_session_receive(connection->yamux, connection->now, plaintext);
    if (error != GOSSIP_OK)
        return connection_fail(connection, error, yamux_session_failure(connection->yamux));
    return GOSSIP_OK;
}

static enum gossip_error receive_sealed(struct connection *connection, struct gossip_room *input)
{
    enum gossip_error error = connection_frame_receive(
        &connection->frame, connection->allocator, &connection->noise, input);
    struct gossip_bytes plaintext;
    size_t size;

    if (error == GOSSIP_ERROR_NO_MEMORY)
        return connection_fail(connection, error, "out of memory for an encrypted frame");
    if (error != GOSSIP_OK)
        return connection_fail(connection, error, "an encrypted frame was changed on its way");
    plaintext = connection_frame_plaintext(&connection->frame, input);
    size = plaintext.size;
    if (size == 0)
        return GOSSIP_OK;
    error = receive_plaintext(connection, &plaintext);
    connection_frame_use(&connection->frame, input, size - plaintext.size);
    return error;
}

/* One unit of what has been uncovered. */
static void receive_unit(struct connection *connection, struct gossip_room *input)
{
    switch (connection->stage) {
    case CONNECTION_RAW:
    case CONNECTION_SECURING:
        (void)receive_clear(connection, input);
        break;
    case CONNECTION_MUXING:
    case CONNECTION_OPEN:
        (void)receive_sealed(connection, input);
        break;
    case CONNECTION_CLOSING:
    case CONNECTION_FAILED:
        break;
    }
    if (connection->stage >= CONNECTION_CLOSING && input->size > 0) {
        input->data += input->size;
        input->size = 0;
    }
}

enum gossip_error connection_receive(
    struct connection *connection, struct gossip_instant now, struct gossip_room *input)
{
    connection->now = now;
    if (pnet_session_receive(&connection->pnet, input)) {
        size_t size = input->size;

        receive_unit(connection, input);
        pnet_session_use(&connection->pnet, size - input->size);
    }
    return report(connection);
}

/* ---- transmitting ----------------------------------------------------------------------- */

/* Of what failed only the muxer has a farewell to say, and only if it was the one to fail. */
static bool may_seal(const struct connection *connection)
{
    switch (connection->stage) {
    case CONNECTION_RAW:
    case CONNECTION_SECURING:
        return false;
    case CONNECTION_MUXING:
    case CONNECTION_OPEN:
        return true;
    case CONNECTION_CLOSING:
        return connection->yamux != NULL;
    case CONNECTION_FAILED:
        return connection->yamux != NULL && yamux_session_failure(connection->yamux) != NULL;
    }
    return false;
}

/*
 * One encrypted frame with as much as there is to say and as fits, built where it will be sealed.
 * Small muxer frames share it.
 */
static size_t put_sealed(struct connection *connection, struct gossip_room room)
{
    struct gossip_room plain;
    size_t size, sealed;

    if (!may_seal(connection) || room.size <= NOISE_FRAME_OVERHEAD_BYTES)
        return 0;
    plain = room_make(room.data + NOISE_LENGTH_BYTES, room.size - NOISE_FRAME_OVERHEAD_BYTES);
    if (plain.size > CONNECTION_FRAME_BYTES_MAX)
        plain.size = CONNECTION_FRAME_BYTES_MAX;
    size = connection->stage == CONNECTION_FAILED
               ? 0
               : connection_upgrade_transmit_sealed(connection, plain);
    if (connection->yamux != NULL)
        size += yamux_session_transmit(
            connection->yamux, connection->now, room_make(plain.data + size, plain.size - size));
    if (size == 0)
        return 0;
    sealed = noise_session_seal(&connection->noise, room, size);
    if (sealed == 0)
        (void)connection_fail(
            connection, GOSSIP_ERROR_LIMIT, "the connection has been used for too long");
    return sealed;
}

static size_t put_all_sealed(struct connection *connection, struct gossip_room room)
{
    size_t total = 0, size;

    do {
        size = put_sealed(connection, room_make(room.data + total, room.size - total));
        total += size;
    } while (size > 0);
    return total;
}

/* What there is to say, before it is covered. */
static size_t transmit_open(struct connection *connection, struct gossip_room room)
{
    size_t size = 0;

    if (connection->stage == CONNECTION_RAW || connection->stage == CONNECTION_SECURING)
        size = connection_upgrade_transmit(connection, room);
    /* The last message of the handshake and the first encrypted frame may leave together. */
    return size + put_all_sealed(connection, room_make(room.data + size, room.size - size));
}

size_t connection_transmit(
    struct connection *connection, struct gossip_instant now, struct gossip_room room)
{
    size_t begun, size;

    connection->now = now;
    if (pnet_session_has_output(&connection->pnet) &&
        (room.size < PNET_NONCE_BYTES || connection->stage >= CONNECTION_CLOSING))
        return 0;
    begun = pnet_session_transmit(&connection->pnet, room);
    room = room_make(room.data + begun, room.size - begun);
    size = transmit_open(connection, room);
    pnet_session_cover(&connection->pnet, room_make(room.data, size));
    size += begun;
    connection->stall_at =
        size > 0 ? instant_add(now, connection->limits.stall_time_max) : instant_never();
    return size;
}

bool connection_has_output(const struct connection *connection)
{
    bool is_upgrading = connection->stage < CONNECTION_CLOSING;

    return (is_upgrading && (connection_upgrade_has_output(connection) ||
                                pnet_session_has_output(&connection->pnet))) ||
           (may_seal(connection) && connection->yamux != NULL &&
               yamux_session_has_output(connection->yamux));
}

bool connection_wants_input(const struct connection *connection)
{
    return connection->yamux == NULL || yamux_session_wants_input(connection->yamux);
}

/* ---- events and time -------------------------------------------------------------------- */

bool connection_poll(struct connection *connection, struct connection_event *event)
{
    *event = (struct connection_event){.kind = CONNECTION_GOING_AWAY};
    if (connection->stage == CONNECTION_OPEN &&
        (connection_upgrade_poll(connection, event) || connection_streams_poll(connection, event)))
        return true;
    connection_frame_release(&connection->frame, connection->allocator);
    return false;
}

struct gossip_instant connection_deadline(const struct connection *connection)
{
    struct gossip_instant deadline;

    switch (connection->stage) {
    case CONNECTION_RAW:
    case CONNECTION_SECURING:
    case CONNECTION_MUXING:
        return connection->deadline;
    case CONNECTION_OPEN:
        deadline = instant_earlier(
            yamux_session_deadline(connection->yamux), connection_streams_deadline(connection));
        return connection_has_output(connection) ? instant_earlier(deadline, connection->stall_at)
                                                 : deadline;
    case CONNECTION_CLOSING:
        return instant_never();
    case CONNECTION_FAILED:
        /* It may have failed where nobody could be told. */
        return connection->is_failure_known ? instant_never() : connection->now;
    }
    return instant_never();
}

static void advance_open(struct connection *connection, struct gossip_instant now)
{
    enum gossip_error error = yamux_session_advance(connection->yamux, now);

    if (error != GOSSIP_OK) {
        (void)connection_fail(connection, error, yamux_session_failure(connection->yamux));
        return;
    }
    if (connection_has_output(connection) && instant_is_due(connection->stall_at, now)) {
        (void)connection_fail(
            connection, GOSSIP_ERROR_PEER_SILENT, "the other side does not take our bytes");
        return;
    }
    connection_streams_advance(connection, now);
}

enum gossip_error connection_advance(struct connection *connection, struct gossip_instant now)
{
    connection->now = now;
    switch (connection->stage) {
    case CONNECTION_RAW:
    case CONNECTION_SECURING:
    case CONNECTION_MUXING:
        if (instant_is_due(connection->deadline, now))
            (void)connection_fail(
                connection, GOSSIP_ERROR_PEER_SILENT, connection_upgrade_overdue_text(connection));
        break;
    case CONNECTION_OPEN:
        advance_open(connection, now);
        break;
    case CONNECTION_CLOSING:
    case CONNECTION_FAILED:
        break;
    }
    return report(connection);
}

bool connection_may_lack_key(const struct connection *connection)
{
    return connection->pnet.key != NULL && connection->upgrade != NULL &&
           connection->stage == CONNECTION_RAW && connection->upgrade->greeting_size == 0;
}

struct gossip_duration connection_round_trip(const struct connection *connection)
{
    return connection->yamux == NULL ? (struct gossip_duration){0}
                                     : yamux_session_round_trip(connection->yamux);
}
