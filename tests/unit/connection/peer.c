#include "peer.h"

#include <string.h>

static const char *const yamux_name[] = {"/yamux/1.0.0"};
const struct protocol_list peer_yamux = {.names = yamux_name, .count = 1};

void peer_begin(struct peer *peer, enum noise_role role, struct protocol_list muxers, uint64_t seed)
{
    struct noise_handshake_config config = {.role = role, .muxers = muxers};

    *peer = (struct peer){0};
    seeded_entropy_init(&peer->stream, seed);
    config.entropy = seeded_entropy(&peer->stream);
    expect_ok(identity_create(allocator_system(), config.entropy, &peer->identity));
    expect_ok(noise_static_key_create(
        allocator_system(), peer->identity, config.entropy, &peer->static_key));
    config.static_key = peer->static_key;
    expect_ok(noise_handshake_create(allocator_system(), &config, &peer->handshake));
}

void peer_end(struct peer *peer)
{
    noise_handshake_destroy(peer->handshake);
    noise_session_deinit(&peer->session);
    noise_static_key_destroy(peer->static_key);
    identity_destroy(peer->identity);
}

static void finish(struct peer *peer)
{
    if (peer->handshake == NULL || !noise_handshake_is_finished(peer->handshake))
        return;
    noise_handshake_finish(peer->handshake, &peer->session, &peer->outcome);
    noise_handshake_destroy(peer->handshake);
    peer->handshake = NULL;
}

struct gossip_bytes peer_shake(struct peer *peer)
{
    uint8_t *memory = (uint8_t *)test_take(NOISE_HANDSHAKE_FRAME_BYTES_MAX);
    size_t size = noise_handshake_transmit(
        peer->handshake, room_make(memory, NOISE_HANDSHAKE_FRAME_BYTES_MAX));

    expect_at_least(size, 1);
    finish(peer);
    return bytes_make(memory, size);
}

void peer_hear_shake(struct peer *peer, struct gossip_bytes *bytes)
{
    expect_ok(noise_handshake_receive(peer->handshake, bytes));
    finish(peer);
}

struct gossip_bytes peer_seal(struct peer *peer, struct gossip_bytes plaintext)
{
    size_t size = plaintext.size + NOISE_FRAME_OVERHEAD_BYTES;
    uint8_t *memory = (uint8_t *)test_take(size);

    bytes_copy(memory + NOISE_LENGTH_BYTES, plaintext);
    expect_equal(noise_session_seal(&peer->session, room_make(memory, size), plaintext.size), size);
    return bytes_make(memory, size);
}

struct gossip_bytes peer_open(struct peer *peer, struct gossip_bytes frames)
{
    uint8_t *memory = (uint8_t *)test_take(frames.size + 1);
    uint8_t *message = (uint8_t *)test_take(NOISE_MESSAGE_BYTES_MAX);
    size_t size = 0;

    while (frames.size > 0) {
        struct gossip_bytes plaintext;
        uint16_t length;

        expect_true(bytes_take_u16_big(&frames, &length));
        expect_true(bytes_take_copy(&frames, message, length));
        expect_ok(noise_session_open(&peer->session, room_make(message, length), &plaintext));
        bytes_copy(memory + size, plaintext);
        size += plaintext.size;
    }
    return bytes_make(memory, size);
}

const char *peer_shown(struct peer *peer, struct gossip_bytes frames)
{
    static struct text text;

    text_clear(&text);
    text_add_frames(&text, peer_open(peer, frames));
    return text.characters;
}

size_t frame_count(struct gossip_bytes frames, size_t *largest)
{
    size_t count = 0;

    *largest = 0;
    for (; frames.size > 0; count++) {
        uint16_t length;

        expect_true(bytes_take_u16_big(&frames, &length));
        expect_true(bytes_skip(&frames, length));
        if (length > *largest)
            *largest = length;
    }
    return count;
}
