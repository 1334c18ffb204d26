#include "sides.h"

#include <string.h>

struct test_allocator memory;
struct side dialer, listener;

/* Entropy whose context is 32 bytes in hexadecimal. */
static void fill(void *context, struct gossip_room room)
{
    struct gossip_bytes bytes = hex(context);
    expect_equal(bytes.size, room.size);
    bytes_copy(room.data, bytes);
}

static struct entropy entropy_of(const char *text)
{
    return (struct entropy){.fill = fill, .context = (void *)(uintptr_t)text};
}

static void side_init(struct side *side, enum noise_role role)
{
    bool dials = role == NOISE_INITIATOR;
    memset(side, 0, sizeof(*side));
    expect_ok(identity_create_from_seed(
        &memory.allocator, hex(dials ? INITIATOR_SEED : RESPONDER_SEED).data, &side->identity));
    expect_ok(noise_static_key_create(&memory.allocator, side->identity,
        entropy_of(dials ? INITIATOR_STATIC : RESPONDER_STATIC), &side->static_key));
    side->config = (struct noise_handshake_config){
        .role = role,
        .static_key = side->static_key,
        .entropy = entropy_of(dials ? INITIATOR_EPHEMERAL : RESPONDER_EPHEMERAL),
    };
}

static void side_deinit(struct side *side)
{
    noise_handshake_destroy(side->handshake);
    noise_static_key_destroy(side->static_key);
    identity_destroy(side->identity);
    noise_session_deinit(&side->session);
}

void begin(void)
{
    static const char *const secrets[] = {INITIATOR_STATIC, INITIATOR_EPHEMERAL, RESPONDER_STATIC,
        RESPONDER_EPHEMERAL, FIRST_KEY, SECOND_KEY, RESPONDER_SEED};
    test_allocator_init(&memory);
    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
        test_allocator_watch(&memory, hex(secrets[i]));
    side_init(&dialer, NOISE_INITIATOR);
    side_init(&listener, NOISE_RESPONDER);
}

void end(void)
{
    side_deinit(&dialer);
    side_deinit(&listener);
    test_allocator_deinit(&memory);
}

void shake(struct side *side)
{
    noise_handshake_destroy(side->handshake);
    expect_ok(noise_handshake_create(&memory.allocator, &side->config, &side->handshake));
}

struct gossip_bytes said_by(struct side *side)
{
    uint8_t *frame = test_take(NOISE_HANDSHAKE_FRAME_BYTES_MAX);
    return bytes_make(frame, noise_handshake_transmit(side->handshake,
                                 room_make(frame, NOISE_HANDSHAKE_FRAME_BYTES_MAX)));
}

enum gossip_error tell(struct side *side, struct gossip_bytes bytes)
{
    return noise_handshake_receive(side->handshake, &bytes);
}

void finish(struct side *side)
{
    expect_true(noise_handshake_is_finished(side->handshake));
    noise_handshake_finish(side->handshake, &side->session, &side->outcome);
}

void complete(void)
{
    shake(&dialer);
    shake(&listener);
    expect_ok(tell(&listener, said_by(&dialer)));
    expect_ok(tell(&dialer, said_by(&listener)));
    expect_ok(tell(&listener, said_by(&dialer)));
    finish(&dialer);
    finish(&listener);
}

void expect_dead(struct side *side)
{
    expect_false(noise_handshake_is_finished(side->handshake));
    expect_equal(said_by(side).size, 0);
    expect_error(tell(side, hex(FRAME_1)), GOSSIP_ERROR_PEER_MALFORMED);
}

void expect_refused(struct side *side, struct gossip_bytes frame, enum gossip_error expected)
{
    expect_error(tell(side, frame), expected);
    expect_dead(side);
}

void expect_peer(const struct side *side, const struct side *peer)
{
    const struct gossip_peer_id *id = identity_peer_id(peer->identity);
    expect_bytes(bytes_make(side->outcome.peer.data, side->outcome.peer.size),
        bytes_make(id->data, id->size));
    expect_bytes(
        bytes_make(side->outcome.peer_key, PUBLIC_KEY_BYTES), identity_public_key(peer->identity));
}
