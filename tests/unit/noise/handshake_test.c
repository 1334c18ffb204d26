#include "noise/handshake.h"

#include "identity/identity.h"
#include "identity/peer_id.h"
#include "noise/pattern_xx.h"
#include "support/test.h"
#include "support/test_allocator.h"
#include "wire/keys_message.h"
#include "wire/noise_payload.h"

#include <string.h>

/*
 * A complete handshake, computed independently: the keys of the first vector of flynn/noise, the
 * identities with a seed of 32 zero bytes (who dials) and of
 * https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#test-vectors (who listens).
 */
#define INITIATOR_SEED "0000000000000000000000000000000000000000000000000000000000000000"
#define INITIATOR_STATIC "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define INITIATOR_EPHEMERAL "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
#define RESPONDER_SEED "7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
#define RESPONDER_STATIC "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
#define RESPONDER_EPHEMERAL "4142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60"
#define FIRST_KEY "4759d15f0f4cfb9c3cef133e60b44ea3479cae90880a7e71df96f111d78d5953"
#define SECOND_KEY "a8b5dce3cef845d63c9671c350eb15cbb50b6c6d5f0d3231d32d711dab1ed191"
#define FRAME_1 "0020358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254"
#define FRAME_2                                                                                    \
    "00c864b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d484663414af878d3e46a2f589"     \
    "11a816d6e8346d4ea17a6f2a0bb4ef4ed56c133cff4560a34e36ea82109f26cf2e5a5caf992b8b4dc7d75b05"     \
    "5773dc07caf8d46bebe3276950e5fecceca62e33db713adc27973f86e02ea66d87e8b218daecaa065cae0041"     \
    "147cebad3bafbfec9b8e87d59110c31be52a5f1d2924076f33ca4663c1cc571724bf427386002651431bd914"     \
    "3e98df7ed476a84838552d8ce1010acb099027ad74d269e80f3e"
#define FRAME_3                                                                                    \
    "00a887f864c11ba449f46a0a4f4e2eacbb7b0457784f4fca1937f572c93603e9c4d9af06fb91b050c5c121f6"     \
    "28608fff19db02320cd7b9b45c465782ac88f8bfc543b48111429078609a084b95c861f6b02538e272146432"     \
    "5ce1129ce51f394b0d1980afbe0e8df3a90b5d8d365e88edb8f00920538b6524537938d118e17c78fa74dff3"     \
    "14ff789558f7a76fc6798e3c418421acfaefc7364d8578d3976413ddf16efabe1519e8bddc93"

/* One side with all that belongs to it; both share one watching allocator. */
struct side {
    struct identity *identity;
    struct noise_static_key *static_key;
    struct noise_handshake *handshake;
    struct noise_handshake_config config;
    struct noise_session session;
    struct noise_outcome outcome;
};

static struct test_allocator memory;
static struct side dialer, listener;

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

static void begin(void)
{
    static const char *const secrets[] = {INITIATOR_STATIC, INITIATOR_EPHEMERAL, RESPONDER_STATIC,
        RESPONDER_EPHEMERAL, FIRST_KEY, SECOND_KEY, RESPONDER_SEED};
    test_allocator_init(&memory);
    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
        test_allocator_watch(&memory, hex(secrets[i]));
    side_init(&dialer, NOISE_INITIATOR);
    side_init(&listener, NOISE_RESPONDER);
}

static void end(void)
{
    side_deinit(&dialer);
    side_deinit(&listener);
    test_allocator_deinit(&memory);
}

static void shake(struct side *side)
{
    noise_handshake_destroy(side->handshake);
    expect_ok(noise_handshake_create(&memory.allocator, &side->config, &side->handshake));
}

/* What `side` has to say, until the end of the test. */
static struct gossip_bytes said_by(struct side *side)
{
    uint8_t *frame = test_take(NOISE_HANDSHAKE_FRAME_BYTES_MAX);
    return bytes_make(frame, noise_handshake_transmit(side->handshake,
                                 room_make(frame, NOISE_HANDSHAKE_FRAME_BYTES_MAX)));
}

static enum gossip_error tell(struct side *side, struct gossip_bytes bytes)
{
    return noise_handshake_receive(side->handshake, &bytes);
}

static void finish(struct side *side)
{
    expect_true(noise_handshake_is_finished(side->handshake));
    noise_handshake_finish(side->handshake, &side->session, &side->outcome);
}

/* Both sides anew, from beginning to end. */
static void complete(void)
{
    shake(&dialer);
    shake(&listener);
    expect_ok(tell(&listener, said_by(&dialer)));
    expect_ok(tell(&dialer, said_by(&listener)));
    expect_ok(tell(&listener, said_by(&dialer)));
    finish(&dialer);
    finish(&listener);
}

static void expect_dead(struct side *side)
{
    expect_false(noise_handshake_is_finished(side->handshake));
    expect_equal(said_by(side).size, 0);
    expect_error(tell(side, hex(FRAME_1)), GOSSIP_ERROR_PEER_MALFORMED);
}

static void expect_refused(struct side *side, struct gossip_bytes frame, enum gossip_error expected)
{
    expect_error(tell(side, frame), expected);
    expect_dead(side);
}

static void expect_peer(const struct side *side, const struct side *peer)
{
    const struct gossip_peer_id *id = identity_peer_id(peer->identity);
    expect_bytes(bytes_make(side->outcome.peer.data, side->outcome.peer.size),
        bytes_make(id->data, id->size));
    expect_bytes(
        bytes_make(side->outcome.peer_key, PUBLIC_KEY_BYTES), identity_public_key(peer->identity));
}

static void a_known_handshake_is_reproduced(void)
{
    begin();
    shake(&dialer);
    shake(&listener);
    struct gossip_bytes frame = said_by(&dialer);
    expect_bytes(frame, hex(FRAME_1));
    expect_ok(tell(&listener, frame));
    frame = said_by(&listener);
    expect_bytes(frame, hex(FRAME_2));
    expect_ok(tell(&dialer, frame));
    expect_false(noise_handshake_is_finished(dialer.handshake));
    frame = said_by(&dialer);
    expect_bytes(frame, hex(FRAME_3));
    expect_ok(tell(&listener, frame));
    finish(&dialer);
    finish(&listener);
    expect_peer(&dialer, &listener);
    expect_peer(&listener, &dialer);
    expect_null(dialer.outcome.muxer);
    expect_bytes(bytes_make(dialer.session.sending.key, 32), hex(FIRST_KEY));
    expect_bytes(bytes_make(dialer.session.receiving.key, 32), hex(SECOND_KEY));
    expect_bytes(bytes_make(listener.session.sending.key, 32), hex(SECOND_KEY));

    uint8_t first[38] = "..\x13/multistream/1.0.0\n";
    expect_equal(
        noise_session_seal(&dialer.session, room_make(first, sizeof(first)), 20), sizeof(first));
    expect_bytes(bytes_make(first, sizeof(first)),
        hex("0024cf64f132a50d086f7b026f8df065084c87a8a25d8a9eb4e94b8be0063936e0a8f326b7a9"));
    end();
}

static void frames_may_be_cut_anywhere(void)
{
    static const size_t sizes[] = {34, 202, 170};
    begin();
    for (size_t number = 0; number < 3; number++) {
        for (size_t cut = 0; cut <= sizes[number]; cut++) {
            struct side *speaker = &dialer, *hearer = &listener;
            shake(&dialer);
            shake(&listener);
            for (size_t i = 0; i < number; i++) {
                expect_ok(tell(hearer, said_by(speaker)));
                struct side *next = hearer;
                hearer = speaker;
                speaker = next;
            }
            struct gossip_bytes frame = said_by(speaker);
            expect_equal(frame.size, sizes[number]);
            expect_ok(tell(hearer, bytes_part(frame, 0, cut)));
            expect_ok(tell(hearer, bytes_part(frame, cut, frame.size)));
            if (number < 2)
                expect_at_least(said_by(hearer).size, 1);
            else
                finish(hearer);
            test_free_taken();
        }
    }
    end();
}

static void frames_may_come_byte_by_byte(void)
{
    begin();
    shake(&dialer);
    shake(&listener);
    struct side *speaker = &dialer, *hearer = &listener;
    for (size_t number = 0; number < 3; number++) {
        struct gossip_bytes frame = said_by(speaker);
        for (size_t i = 0; i < frame.size; i++)
            expect_ok(tell(hearer, bytes_part(frame, i, 1)));
        struct side *next = hearer;
        hearer = speaker;
        speaker = next;
    }
    finish(&dialer);
    finish(&listener);
    expect_peer(&listener, &dialer);
    end();
}

static void what_follows_the_handshake_is_left(void)
{
    begin();
    shake(&dialer);
    shake(&listener);
    expect_ok(tell(&listener, said_by(&dialer)));
    (void)said_by(&listener);
    struct gossip_bytes input = hex(FRAME_2 "001122");
    expect_ok(noise_handshake_receive(dialer.handshake, &input));
    expect_bytes(input, hex("001122"));
    expect_ok(noise_handshake_receive(dialer.handshake, &input));
    expect_bytes(input, hex("001122"));
    expect_bytes(said_by(&dialer), hex(FRAME_3));
    expect_ok(noise_handshake_receive(dialer.handshake, &input));
    expect_bytes(input, hex("001122"));
    finish(&dialer);

    input = hex(FRAME_3 "334455");
    expect_ok(noise_handshake_receive(listener.handshake, &input));
    expect_bytes(input, hex("334455"));
    finish(&listener);
    end();
}

static void nothing_is_taken_while_an_answer_waits(void)
{
    begin();
    shake(&listener);
    struct gossip_bytes input = hex(FRAME_1 FRAME_3);
    expect_ok(noise_handshake_receive(listener.handshake, &input));
    expect_ok(noise_handshake_receive(listener.handshake, &input));
    expect_bytes(input, hex(FRAME_3));
    expect_bytes(said_by(&listener), hex(FRAME_2));
    expect_ok(noise_handshake_receive(listener.handshake, &input));
    expect_equal(input.size, 0);
    finish(&listener);
    end();
}

static void a_frame_is_written_whole_or_not_at_all(void)
{
    begin();
    shake(&dialer);
    uint8_t frame[34];
    for (size_t size = 0; size < sizeof(frame); size++)
        expect_equal(noise_handshake_transmit(dialer.handshake, room_make(frame, size)), 0);
    expect_equal(noise_handshake_transmit(dialer.handshake, room_make(frame, 34)), 34);
    expect_equal(noise_handshake_transmit(dialer.handshake, room_make(frame, 34)), 0);
    end();
}

/* ---- impostors -------------------------------------------------------------------------- */

static void any_changed_bit_is_noticed(void)
{
    static const char *const frames[] = {FRAME_2, FRAME_3};
    begin();
    for (size_t i = 0; i < 2; i++) {
        struct gossip_bytes frame = hex(frames[i]);
        struct side *hearer = i == 0 ? &dialer : &listener;
        for (size_t at = NOISE_LENGTH_BYTES; at < frame.size; at++) {
            uint8_t changed[202];
            shake(hearer);
            if (i == 1)
                expect_ok(tell(hearer, hex(FRAME_1)));
            (void)said_by(hearer);
            bytes_copy(changed, frame);
            changed[at] ^= (uint8_t)(1 << at % 8);
            expect_refused(hearer, bytes_make(changed, frame.size), GOSSIP_ERROR_PEER_MALFORMED);
        }
        test_free_taken();
    }
    end();
}

static void a_change_of_the_first_message_is_noticed_in_the_second(void)
{
    begin();
    for (size_t at = NOISE_LENGTH_BYTES; at < 34; at++) {
        uint8_t changed[34];
        shake(&dialer);
        shake(&listener);
        bytes_copy(changed, said_by(&dialer));
        changed[at] ^= 1;
        expect_ok(tell(&listener, bytes_make(changed, sizeof(changed))));
        expect_refused(&dialer, said_by(&listener), GOSSIP_ERROR_PEER_MALFORMED);
    }
    end();
}

/* The second message as somebody would send it whose payload is `payload`, to the dialer. */
static struct gossip_bytes forged_answer(struct gossip_bytes payload)
{
    struct noise_xx xx;
    struct x25519_secret ephemeral;
    struct gossip_bytes ignored;
    size_t size;
    uint8_t *message = test_take(32);
    bytes_copy(message, bytes_part(hex(FRAME_1), NOISE_LENGTH_BYTES, 32));
    bytes_copy(ephemeral.bytes, hex(RESPONDER_EPHEMERAL));
    noise_xx_init(&xx, false, noise_static_key_pair(listener.static_key), &ephemeral,
        (struct gossip_bytes){0});
    expect_ok(noise_xx_read(&xx, room_make(message, 32), &ignored));
    size_t size_max = payload.size + NOISE_XX_OVERHEAD_BYTES_MAX;
    uint8_t *frame = test_take(NOISE_LENGTH_BYTES + size_max);
    expect_ok(noise_xx_write(&xx, payload, room_make(frame + NOISE_LENGTH_BYTES, size_max), &size));
    store_u16_big(frame, (uint16_t)size);
    return bytes_make(frame, NOISE_LENGTH_BYTES + size);
}

static struct gossip_bytes encoded(struct wire_noise_payload payload)
{
    size_t size = wire_noise_payload_encoded_size(&payload);
    uint8_t *bytes = test_take(size);
    wire_noise_payload_encode(&payload, room_make(bytes, size));
    return bytes_make(bytes, size);
}

/* The payload the listener would send. */
static struct wire_noise_payload honest_payload(void)
{
    return (struct wire_noise_payload){
        .identity_key = noise_static_key_identity(listener.static_key),
        .identity_signature = noise_static_key_signature(listener.static_key),
    };
}

static enum gossip_error dial(struct gossip_bytes payload)
{
    shake(&dialer);
    expect_bytes(said_by(&dialer), hex(FRAME_1));
    enum gossip_error error = tell(&dialer, forged_answer(payload));
    if (error)
        expect_dead(&dialer);
    return error;
}

static void the_forger_of_these_tests_can_be_honest(void)
{
    begin();
    expect_bytes(forged_answer(encoded(honest_payload())), hex(FRAME_2));
    expect_ok(dial(encoded(honest_payload())));
    end();
}

static void a_signature_must_be_of_this_identity_over_this_key_with_the_prefix(void)
{
    uint8_t signature[IDENTITY_SIGNATURE_BYTES];
    begin();
    struct wire_noise_payload payload = honest_payload();
    payload.identity_signature = noise_static_key_signature(dialer.static_key);
    expect_error(dial(encoded(payload)), GOSSIP_ERROR_PEER_IMPOSTOR);

    payload = honest_payload();
    payload.identity_key = identity_public_key(dialer.identity);
    expect_error(dial(encoded(payload)), GOSSIP_ERROR_PEER_IMPOSTOR);

    /* Identity and proof of somebody else, passed on. */
    payload.identity_signature = noise_static_key_signature(dialer.static_key);
    expect_error(dial(encoded(payload)), GOSSIP_ERROR_PEER_IMPOSTOR);

    const struct noise_key_pair *pair = noise_static_key_pair(listener.static_key);
    identity_sign(listener.identity, bytes_make(pair->public.bytes, 32), signature);
    payload = honest_payload();
    payload.identity_signature = bytes_make(signature, sizeof(signature));
    expect_error(dial(encoded(payload)), GOSSIP_ERROR_PEER_IMPOSTOR);

    payload.identity_signature = bytes_repeated(0, 64);
    expect_error(dial(encoded(payload)), GOSSIP_ERROR_PEER_IMPOSTOR);
    for (size_t size = 0; size < 64; size += 9) {
        payload.identity_signature = bytes_part(honest_payload().identity_signature, 0, size);
        expect_error(dial(encoded(payload)), GOSSIP_ERROR_PEER_IMPOSTOR);
    }
    end();
}

static void key_and_signature_must_be_there(void)
{
    begin();
    struct gossip_bytes payload = encoded(honest_payload());
    expect_error(dial((struct gossip_bytes){0}), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(dial(bytes_part(payload, 0, 38)), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(dial(bytes_part(payload, 38, 66)), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(dial(bytes_part(payload, 0, 103)), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(dial(hex("0b")), GOSSIP_ERROR_PEER_MALFORMED);
    end();
}

static void keys_of_other_types_are_refused_by_name(void)
{
    begin();
    static const struct {
        enum wire_key_type type;
        size_t size;
        const char *name;
    } cases[] = {
        {WIRE_KEY_RSA, 294, "RSA"},
        {WIRE_KEY_SECP256K1, 33, "Secp256k1"},
        {WIRE_KEY_ECDSA, 91, "ECDSA"},
    };
    struct wire_noise_payload payload = honest_payload();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t bytes[512];
        struct wire_key key = {cases[i].type, bytes_repeated(1, cases[i].size)};
        size_t size = wire_key_encode(&key, room_make(bytes, sizeof(bytes)));
        payload.identity_key = bytes_make(bytes, size);
        expect_error(dial(encoded(payload)), GOSSIP_ERROR_UNSUPPORTED);
        expect_text(noise_handshake_key_type(dialer.handshake), cases[i].name);
    }
    payload.identity_key = hex("0809 120161");
    expect_error(dial(encoded(payload)), GOSSIP_ERROR_UNSUPPORTED);
    expect_text(noise_handshake_key_type(dialer.handshake), "unknown");
    end();
}

static void a_key_in_another_form_would_be_another_peer(void)
{
    begin();
    struct wire_noise_payload payload = honest_payload();
    uint8_t key[PUBLIC_KEY_BYTES + 2];
    bytes_copy(key, payload.identity_key);
    bytes_copy(key + PUBLIC_KEY_BYTES, hex("1801"));
    payload.identity_key = bytes_make(key, sizeof(key));
    expect_error(dial(encoded(payload)), GOSSIP_ERROR_PEER_MALFORMED);
    expect_null(noise_handshake_key_type(dialer.handshake));
    end();
}

static void an_unexpected_peer_is_refused_by_either_side(void)
{
    begin();
    dialer.config.expected = identity_peer_id(listener.identity);
    listener.config.expected = identity_peer_id(dialer.identity);
    complete();

    dialer.config.expected = identity_peer_id(dialer.identity);
    shake(&dialer);
    (void)said_by(&dialer);
    expect_refused(&dialer, hex(FRAME_2), GOSSIP_ERROR_PEER_IMPOSTOR);

    listener.config.expected = identity_peer_id(listener.identity);
    shake(&listener);
    expect_ok(tell(&listener, hex(FRAME_1)));
    (void)said_by(&listener);
    expect_refused(&listener, hex(FRAME_3), GOSSIP_ERROR_PEER_IMPOSTOR);
    end();
}

static void a_point_that_fixes_the_secret_is_refused(void)
{
    begin();
    shake(&listener);
    uint8_t first[34] = {0, 32};
    expect_refused(&listener, bytes_make(first, sizeof(first)), GOSSIP_ERROR_PEER_MALFORMED);
    shake(&dialer);
    (void)said_by(&dialer);
    uint8_t second[202] = {0, 200};
    expect_refused(&dialer, bytes_make(second, sizeof(second)), GOSSIP_ERROR_PEER_MALFORMED);
    end();
}

/* ---- framing ---------------------------------------------------------------------------- */

static void a_huge_message_is_refused_at_its_length(void)
{
    begin();
    shake(&listener);
    struct gossip_bytes input = hex("0401 00");
    expect_error(noise_handshake_receive(listener.handshake, &input), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_dead(&listener);
    shake(&listener);
    expect_refused(&listener, hex("ffff"), GOSSIP_ERROR_PEER_TOO_LARGE);
    shake(&listener);
    expect_ok(tell(&listener, hex("0400")));
    end();
}

static void messages_that_are_too_short_are_refused(void)
{
    begin();
    for (size_t size = 0; size < 32; size++) {
        uint8_t frame[34] = {0, (uint8_t)size};
        shake(&listener);
        expect_refused(&listener, bytes_make(frame, size + 2), GOSSIP_ERROR_PEER_MALFORMED);
    }
    end();
}

static void what_the_first_message_carries_is_ignored(void)
{
    begin();
    shake(&dialer);
    shake(&listener);
    uint8_t frame[2 + 1024] = {4, 0};
    bytes_copy(frame + 2, bytes_part(said_by(&dialer), 2, 32));
    expect_ok(tell(&listener, bytes_make(frame, sizeof(frame))));
    expect_equal(said_by(&listener).size, 202);
    end();
}

static void fields_and_extensions_of_others_are_ignored(void)
{
    begin();
    uint8_t payload[200];
    struct gossip_bytes honest = encoded(honest_payload());
    struct gossip_bytes more = hex("1a03616263 2208 0a026869 1a0279ff 9a060178");
    bytes_copy(payload, honest);
    bytes_copy(payload + honest.size, more);
    expect_ok(dial(bytes_make(payload, honest.size + more.size)));
    expect_equal(said_by(&dialer).size, 170);
    finish(&dialer);
    expect_peer(&dialer, &listener);
    end();
}

/* ---- muxers ----------------------------------------------------------------------------- */

static const char *const yamux_only[] = {"/yamux/1.0.0"};
static const char *const mplex_only[] = {"/mplex/6.7.0"};
static const char *const yamux_first[] = {"/yamux/1.0.0", "/mplex/6.7.0"};
static const char *const mplex_first[] = {"/mplex/6.7.0", "/yamux/1.0.0"};

#define LIST(names) ((struct protocol_list){(names), sizeof(names) / sizeof((names)[0])})

static void expect_muxer(
    struct protocol_list initiators, struct protocol_list responders, const char *expected)
{
    dialer.config.muxers = initiators;
    listener.config.muxers = responders;
    complete();
    if (expected == NULL) {
        expect_null(dialer.outcome.muxer);
        expect_null(listener.outcome.muxer);
    } else {
        expect_text(dialer.outcome.muxer, expected);
        expect_text(listener.outcome.muxer, expected);
    }
}

static void the_first_of_the_initiator_that_both_list_is_taken(void)
{
    struct protocol_list none = {0};
    begin();
    expect_muxer(none, none, NULL);
    expect_muxer(LIST(yamux_only), none, NULL);
    expect_muxer(none, LIST(yamux_only), NULL);
    expect_muxer(LIST(yamux_only), LIST(mplex_only), NULL);
    expect_muxer(LIST(yamux_only), LIST(yamux_only), "/yamux/1.0.0");
    expect_muxer(LIST(yamux_only), LIST(mplex_first), "/yamux/1.0.0");
    expect_muxer(LIST(mplex_first), LIST(yamux_only), "/yamux/1.0.0");
    expect_muxer(LIST(mplex_first), LIST(yamux_first), "/mplex/6.7.0");
    expect_muxer(LIST(yamux_first), LIST(mplex_first), "/yamux/1.0.0");
    end();
}

static void the_list_is_sent_exactly_as_given(void)
{
    begin();
    listener.config.muxers = LIST(yamux_only);
    shake(&dialer);
    shake(&listener);
    expect_ok(tell(&listener, said_by(&dialer)));
    struct wire_noise_payload payload = honest_payload();
    payload.muxers[0] = BYTES_OF("/yamux/1.0.0");
    payload.muxer_count = 1;
    expect_bytes(said_by(&listener), forged_answer(encoded(payload)));
    end();
}

static void names_that_only_begin_alike_are_different(void)
{
    begin();
    struct wire_noise_payload payload = honest_payload();
    payload.muxers[0] = BYTES_OF("/yamux/1.0.0\n");
    payload.muxers[1] = BYTES_OF("/yamux/1.0");
    payload.muxers[2] = BYTES_OF("");
    payload.muxer_count = 3;
    dialer.config.muxers = LIST(yamux_only);
    expect_ok(dial(encoded(payload)));
    (void)said_by(&dialer);
    finish(&dialer);
    expect_null(dialer.outcome.muxer);
    end();
}

/* ---- life and death --------------------------------------------------------------------- */

static void secrets_are_wiped_wherever_it_ends(void)
{
    begin(); /* the allocator looks for them in whatever is given back */
    complete();
    shake(&dialer);
    shake(&listener);
    expect_ok(tell(&listener, said_by(&dialer)));
    expect_ok(tell(&dialer, said_by(&listener)));
    shake(&dialer);
    shake(&listener);
    expect_ok(tell(&listener, bytes_part(hex(FRAME_1), 0, 20)));
    shake(&listener);
    expect_refused(&listener, hex("ffff"), GOSSIP_ERROR_PEER_TOO_LARGE);
    noise_handshake_destroy(NULL);
    end();
}

static enum gossip_error create_and_destroy(const struct allocator *allocator, void *context)
{
    struct noise_handshake *handshake;
    enum gossip_error error = noise_handshake_create(allocator, context, &handshake);
    expect_equal(handshake == NULL, error != GOSSIP_OK);
    noise_handshake_destroy(handshake);
    return error;
}

static void without_memory_there_is_no_handshake(void)
{
    begin();
    expect_equal(test_allocator_fail_each(create_and_destroy, &dialer.config), 1);
    end();
}

static void it_takes_memory_only_at_its_creation(void)
{
    begin();
    shake(&dialer);
    shake(&listener);
    uint64_t requests = memory.requests;
    expect_ok(tell(&listener, said_by(&dialer)));
    expect_ok(tell(&dialer, said_by(&listener)));
    expect_ok(tell(&listener, said_by(&dialer)));
    expect_equal(memory.requests, requests);
    end();
}

static void to_finish_early_is_a_mistake_of_ours(void)
{
    static struct noise_session session;
    static struct noise_outcome outcome;
    begin();
    shake(&dialer);
    expect_require_fails(noise_handshake_finish(dialer.handshake, &session, &outcome));
    complete();
    expect_require_fails(noise_handshake_finish(dialer.handshake, &session, &outcome));
    end();
}

static void more_muxers_than_fit_are_a_mistake_of_ours(void)
{
    static char name[250];
    static const char *const many[NOISE_MUXERS_MAX + 1] = {
        "/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h", "/i"};
    static const char *const longest[] = {name, name, name, "/d", "/e", "/f", "/g", "/h"};
    static const char *const too_long[] = {name, name, name, name};
    begin();
    memset(name, 'm', sizeof(name) - 1);
    dialer.config.muxers = LIST(longest);
    complete();
    noise_handshake_destroy(dialer.handshake);
    dialer.handshake = NULL;
    dialer.config.muxers = LIST(too_long);
    expect_require_fails(shake(&dialer));
    dialer.config.muxers = LIST(many);
    expect_require_fails(shake(&dialer));
    end();
}

TEST_MAIN(TEST(a_known_handshake_is_reproduced), TEST(frames_may_be_cut_anywhere),
    TEST(frames_may_come_byte_by_byte), TEST(what_follows_the_handshake_is_left),
    TEST(nothing_is_taken_while_an_answer_waits), TEST(a_frame_is_written_whole_or_not_at_all),
    TEST(any_changed_bit_is_noticed), TEST(a_change_of_the_first_message_is_noticed_in_the_second),
    TEST(the_forger_of_these_tests_can_be_honest),
    TEST(a_signature_must_be_of_this_identity_over_this_key_with_the_prefix),
    TEST(key_and_signature_must_be_there), TEST(keys_of_other_types_are_refused_by_name),
    TEST(a_key_in_another_form_would_be_another_peer),
    TEST(an_unexpected_peer_is_refused_by_either_side),
    TEST(a_point_that_fixes_the_secret_is_refused), TEST(a_huge_message_is_refused_at_its_length),
    TEST(messages_that_are_too_short_are_refused), TEST(what_the_first_message_carries_is_ignored),
    TEST(fields_and_extensions_of_others_are_ignored),
    TEST(the_first_of_the_initiator_that_both_list_is_taken),
    TEST(the_list_is_sent_exactly_as_given), TEST(names_that_only_begin_alike_are_different),
    TEST(secrets_are_wiped_wherever_it_ends), TEST(without_memory_there_is_no_handshake),
    TEST(it_takes_memory_only_at_its_creation), TEST(to_finish_early_is_a_mistake_of_ours),
    TEST(more_muxers_than_fit_are_a_mistake_of_ours))
