/*
 * What each side proves in a handshake: who it is, and what it speaks.
 */
#include "sides.h"

#include "base/peer_id_text.h"
#include "noise/pattern_xx.h"
#include "wire/keys_message.h"
#include "wire/noise_payload.h"

#include <string.h>

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
    expect_true(peer_id_is_equal(
        noise_handshake_stranger(dialer.handshake), identity_peer_id(listener.identity)));

    listener.config.expected = identity_peer_id(listener.identity);
    shake(&listener);
    expect_ok(tell(&listener, hex(FRAME_1)));
    (void)said_by(&listener);
    expect_refused(&listener, hex(FRAME_3), GOSSIP_ERROR_PEER_IMPOSTOR);
    expect_true(peer_id_is_equal(
        noise_handshake_stranger(listener.handshake), identity_peer_id(dialer.identity)));
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

TEST_MAIN(TEST(any_changed_bit_is_noticed),
    TEST(a_change_of_the_first_message_is_noticed_in_the_second),
    TEST(the_forger_of_these_tests_can_be_honest),
    TEST(a_signature_must_be_of_this_identity_over_this_key_with_the_prefix),
    TEST(key_and_signature_must_be_there), TEST(keys_of_other_types_are_refused_by_name),
    TEST(a_key_in_another_form_would_be_another_peer),
    TEST(an_unexpected_peer_is_refused_by_either_side),
    TEST(a_point_that_fixes_the_secret_is_refused),
    TEST(fields_and_extensions_of_others_are_ignored),
    TEST(the_first_of_the_initiator_that_both_list_is_taken),
    TEST(the_list_is_sent_exactly_as_given), TEST(names_that_only_begin_alike_are_different),
    TEST(more_muxers_than_fit_are_a_mistake_of_ours))
