#include "base/bytes.h"
#include "base/require.h"
#include "connection/state.h"

#include <string.h>

static const char *const security_names[] = {"/noise"};
static const struct protocol_list security = {.names = security_names, .count = 1};
static const char *const muxer_names[] = {"/yamux/1.0.0"};
static const struct protocol_list muxers = {.names = muxer_names, .count = 1};

static enum multistream_role negotiation_role(const struct connection *connection)
{
    return connection->side == CONNECTION_DIALED ? MULTISTREAM_DIALER : MULTISTREAM_LISTENER;
}

/* ---- the handshake ---------------------------------------------------------------------- */

static enum gossip_error create_handshake(struct connection *connection)
{
    struct connection_upgrade *upgrade = connection->upgrade;
    struct noise_handshake_config config = {
        .role = connection->side == CONNECTION_DIALED ? NOISE_INITIATOR : NOISE_RESPONDER,
        .static_key = upgrade->static_key,
        .expected = upgrade->expected.size > 0 ? &upgrade->expected : NULL,
        .entropy = upgrade->entropy,
        .muxers = muxers,
    };

    upgrade->handshake_may_speak = true;
    return noise_handshake_create(connection->allocator, &config, &upgrade->handshake);
}

/* The peer's key is of a type that cannot be checked; which one is told in words. */
static const char *key_type_text(const struct noise_handshake *handshake)
{
    static const char *const texts[][2] = {
        {"RSA", "the other side has a key of type RSA, which is not supported; Ed25519 is"},
        {"Secp256k1",
            "the other side has a key of type Secp256k1, which is not supported; Ed25519 is"},
        {"ECDSA", "the other side has a key of type ECDSA, which is not supported; Ed25519 is"},
    };
    const char *type = noise_handshake_key_type(handshake);

    for (size_t i = 0; type != NULL && i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (strcmp(type, texts[i][0]) == 0)
            return texts[i][1];
    }
    return "the other side has a key of an unknown type; Ed25519 is supported";
}

static const char *handshake_failure_text(
    enum gossip_error error, const struct noise_handshake *handshake)
{
    if (error == GOSSIP_ERROR_UNSUPPORTED)
        return key_type_text(handshake);
    if (error == GOSSIP_ERROR_PEER_IMPOSTOR)
        return "the other side is not the peer it should be";
    if (error == GOSSIP_ERROR_NO_MEMORY)
        return "out of memory for a handshake";
    /* With an RSA key of 4096 bits it is; shorter ones are named when they are read. */
    if (error == GOSSIP_ERROR_PEER_TOO_LARGE)
        return "the Noise handshake is too large, as with a long RSA key; Ed25519 is supported";
    return "the Noise handshake failed";
}

/* ---- from stage to stage ---------------------------------------------------------------- */

static enum gossip_error open_muxer(struct connection *connection)
{
    enum yamux_role role = connection->side == CONNECTION_DIALED ? YAMUX_DIALER : YAMUX_LISTENER;
    struct yamux_limits limits;
    enum gossip_error error;

    yamux_limits_default(&limits);
    limits.streams_max = connection->limits.streams_max;
    limits.streams_pending_max = connection->limits.streams_pending_max;
    limits.queue_bytes_max = connection->limits.output_bytes_max;
    limits.ping_interval = connection->limits.ping_interval;
    limits.silence_max = connection->limits.silence_max;
    error = yamux_session_create(
        connection->allocator, role, &limits, connection->now, &connection->yamux);
    if (error == GOSSIP_OK)
        error = yamux_session_advance(connection->yamux, connection->now); /* the first ping */
    if (error != GOSSIP_OK)
        return connection_fail(connection, error, "out of memory for a muxer");
    connection->stage = CONNECTION_OPEN;
    connection->upgrade->is_established = true;
    return GOSSIP_OK;
}

/* Three messages went their way: from here on everything is encrypted. */
static enum gossip_error leave_handshake(struct connection *connection)
{
    struct connection_upgrade *upgrade = connection->upgrade;
    struct noise_outcome outcome;

    noise_handshake_finish(upgrade->handshake, &connection->noise, &outcome);
    noise_handshake_destroy(upgrade->handshake);
    upgrade->handshake = NULL;
    upgrade->handshake_may_speak = false;
    upgrade->peer = outcome.peer;
    if (outcome.muxer != NULL)
        return open_muxer(connection);
    multistream_negotiation_init(&upgrade->negotiation, negotiation_role(connection), muxers);
    connection->stage = CONNECTION_MUXING;
    return GOSSIP_OK;
}

/* ---- receiving -------------------------------------------------------------------------- */

/*
 * What everybody says first. Who does not speak libp2p, or lies under another network key than ours,
 * may seem to begin something long: nobody waits for more of it.
 */
static bool is_greeting(struct connection_upgrade *upgrade, struct gossip_bytes input)
{
    static const struct gossip_bytes greeting = BYTES_INITIALISER("\x13/multistream/1.0.0\n");
    struct gossip_bytes due = bytes_part(greeting, upgrade->greeting_size, input.size);

    upgrade->greeting_size = (uint8_t)(upgrade->greeting_size + due.size);
    return bytes_start_with(input, due);
}

static enum gossip_error fail_without_greeting(struct connection *connection)
{
    if (connection->pnet.key != NULL)
        return connection_fail(connection, GOSSIP_ERROR_PEER_REFUSED,
            "the other side has another network key, or none");
    return connection_fail(connection, GOSSIP_ERROR_PEER_MALFORMED,
        "the other side does not speak libp2p, or only in a private network");
}

static enum gossip_error receive_raw(struct connection *connection, struct gossip_bytes *input)
{
    struct connection_upgrade *upgrade = connection->upgrade;
    enum gossip_error error;

    if (!is_greeting(upgrade, *input))
        return fail_without_greeting(connection);
    error = multistream_negotiation_receive(&upgrade->negotiation, input);
    if (error != GOSSIP_OK)
        return connection_fail(connection, error, "the other side does not speak libp2p");
    if (upgrade->negotiation.state == MULTISTREAM_REFUSED)
        return connection_fail(
            connection, GOSSIP_ERROR_PEER_REFUSED, "the other side does not speak Noise");
    if (upgrade->negotiation.state == MULTISTREAM_TALKING)
        return GOSSIP_OK;
    connection->stage = CONNECTION_SECURING;
    if (upgrade->handshake == NULL && create_handshake(connection) != GOSSIP_OK)
        return connection_fail(connection, GOSSIP_ERROR_NO_MEMORY, "out of memory for a handshake");
    return GOSSIP_OK;
}

static enum gossip_error receive_handshake(
    struct connection *connection, struct gossip_bytes *input)
{
    struct connection_upgrade *upgrade = connection->upgrade;
    size_t size = input->size;
    enum gossip_error error = noise_handshake_receive(upgrade->handshake, input);
    const struct gossip_peer_id *stranger = noise_handshake_stranger(upgrade->handshake);

    if (stranger != NULL)
        connection->stranger = *stranger;
    if (error != GOSSIP_OK)
        return connection_fail(
            connection, error, handshake_failure_text(error, upgrade->handshake));
    /* What answers a message that has not left yet is no answer; and it would never be taken. */
    if (size > 0 && input->size == size)
        return connection_fail(
            connection, GOSSIP_ERROR_PEER_MALFORMED, "the other side speaks before its turn");
    upgrade->handshake_may_speak = true;
    return noise_handshake_is_finished(upgrade->handshake) ? leave_handshake(connection)
                                                           : GOSSIP_OK;
}

enum gossip_error connection_upgrade_receive(
    struct connection *connection, struct gossip_bytes *input)
{
    return connection->stage == CONNECTION_RAW ? receive_raw(connection, input)
                                               : receive_handshake(connection, input);
}

enum gossip_error connection_upgrade_receive_sealed(
    struct connection *connection, struct gossip_bytes *plaintext)
{
    struct multistream_negotiation *negotiation = &connection->upgrade->negotiation;
    enum gossip_error error = multistream_negotiation_receive(negotiation, plaintext);

    if (error != GOSSIP_OK)
        return connection_fail(
            connection, error, "the other side did not agree on a muxer as it should");
    switch (negotiation->state) {
    case MULTISTREAM_TALKING:
        return GOSSIP_OK;
    case MULTISTREAM_AGREED:
        return open_muxer(connection);
    case MULTISTREAM_REFUSED:
        break;
    }
    return connection_fail(
        connection, GOSSIP_ERROR_PEER_REFUSED, "the other side does not speak yamux");
}

/* ---- transmitting ----------------------------------------------------------------------- */

static size_t transmit_handshake(struct connection *connection, struct gossip_room room)
{
    struct connection_upgrade *upgrade = connection->upgrade;
    size_t size = noise_handshake_transmit(upgrade->handshake, room);

    if (size == 0 && room.size >= NOISE_HANDSHAKE_FRAME_BYTES_MAX)
        upgrade->handshake_may_speak = false;
    if (connection->stage == CONNECTION_SECURING &&
        noise_handshake_is_finished(upgrade->handshake) && leave_handshake(connection) != GOSSIP_OK)
        return 0;
    return size;
}

size_t connection_upgrade_transmit(struct connection *connection, struct gossip_room room)
{
    struct connection_upgrade *upgrade = connection->upgrade;
    size_t size = multistream_negotiation_transmit(&upgrade->negotiation, room);

    /* A dialer has nothing to wait for: it proposes nothing but Noise, and saves a round trip. */
    if (upgrade->handshake != NULL && multistream_negotiation_may_speak(&upgrade->negotiation))
        size += transmit_handshake(
            connection, (struct gossip_room){.data = room.data + size, .size = room.size - size});
    return size;
}

size_t connection_upgrade_transmit_sealed(struct connection *connection, struct gossip_room room)
{
    return connection->upgrade == NULL
               ? 0
               : multistream_negotiation_transmit(&connection->upgrade->negotiation, room);
}

bool connection_upgrade_has_output(const struct connection *connection)
{
    const struct connection_upgrade *upgrade = connection->upgrade;

    return upgrade != NULL && (upgrade->handshake_may_speak ||
                                  multistream_negotiation_has_output(&upgrade->negotiation));
}

/* ---- life ------------------------------------------------------------------------------- */

enum gossip_error connection_upgrade_create(
    struct connection *connection, const struct connection_config *config)
{
    struct connection_upgrade *upgrade =
        allocator_take_zeroed(config->allocator, 1, sizeof(*upgrade));

    connection->upgrade = upgrade;
    if (upgrade == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    upgrade->static_key = config->static_key;
    upgrade->entropy = config->entropy;
    if (config->expected != NULL)
        upgrade->expected = *config->expected;
    multistream_negotiation_init(&upgrade->negotiation, negotiation_role(connection), security);
    /* Who was dialed does nothing that costs before the dialer has asked for it. */
    if (config->side == CONNECTION_DIALED && create_handshake(connection) != GOSSIP_OK) {
        connection_upgrade_destroy(connection);
        return GOSSIP_ERROR_NO_MEMORY;
    }
    return GOSSIP_OK;
}

void connection_upgrade_destroy(struct connection *connection)
{
    if (connection->upgrade == NULL)
        return;
    noise_handshake_destroy(connection->upgrade->handshake);
    allocator_give(connection->allocator, connection->upgrade, sizeof(*connection->upgrade));
    connection->upgrade = NULL;
}

bool connection_upgrade_poll(struct connection *connection, struct connection_event *event)
{
    struct connection_upgrade *upgrade = connection->upgrade;
    bool is_established = upgrade != NULL && upgrade->is_established;

    if (is_established) {
        upgrade->is_established = false;
        event->kind = CONNECTION_ESTABLISHED;
        event->peer = upgrade->peer;
    }
    if (connection->stage == CONNECTION_OPEN && !connection_upgrade_has_output(connection))
        connection_upgrade_destroy(connection);
    return is_established;
}

const char *connection_upgrade_overdue_text(const struct connection *connection)
{
    if (connection->stage == CONNECTION_RAW)
        return connection->pnet.key != NULL ? "nothing there has our network key, or it is too slow"
                                            : "nothing there speaks libp2p, or it is too slow";
    if (connection->stage == CONNECTION_SECURING)
        return "the Noise handshake took too long";
    return "agreeing on a muxer took too long";
}
