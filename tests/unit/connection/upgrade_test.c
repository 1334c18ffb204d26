#include "connection/connection.h"

#include "base/instant.h"
#include "base/peer_id_text.h"
#include "identity/public_key.h"
#include "node.h"
#include "noise/pattern_xx.h"
#include "peer.h"
#include "wire/keys_message.h"
#include "wire/noise_payload.h"

#include <string.h>

#define FIRST_PING "ping 0 syn 1\n"

/* The header and "/noise", as lines. */
#define LINES_BYTES (sizeof(MULTISTREAM NOISE) - 1)

static struct node node;
static struct peer peer;
static const struct protocol_list nothing;

static void begin(enum connection_side side, struct protocol_list peer_muxers)
{
    node_begin(&node, side, 1);
    peer_begin(
        &peer, side == CONNECTION_DIALED ? NOISE_RESPONDER : NOISE_INITIATOR, peer_muxers, 2);
}

static void end(void)
{
    peer_end(&peer);
    node_end(&node);
}

/* What a stream says when it is opened by a go or js peer. */
static struct gossip_bytes opening_of_identify(void)
{
    return both(
        both(frame("update 1 syn 0"), frame("data 1 - " MULTISTREAM)), frame("data 1 - " IDENTIFY));
}

/* ---- we were dialed --------------------------------------------------------------------- */

/* go waits for each answer, and names its muxer in the handshake. */
static void play_go_dialer(size_t chunk)
{
    struct gossip_bytes said;

    begin(CONNECTION_ACCEPTED, peer_yamux);
    node.chunk = chunk;
    expect_bytes(node_said(&node), BYTES_OF(MULTISTREAM)); /* does not wait for the dialer's */
    node_hear(&node, BYTES_OF(MULTISTREAM NOISE));
    expect_bytes(node_said(&node), BYTES_OF(NOISE));
    node_hear(&node, peer_shake(&peer));
    said = node_said(&node);
    peer_hear_shake(&peer, &said);
    expect_equal(said.size, 0);
    expect_text(node_told(&node), "");
    node_hear(&node, peer_shake(&peer));
    expect_text(node_told(&node), "established\n");
    expect_text(peer_shown(&peer, node_said(&node)), FIRST_PING);
    node_hear(&node, peer_seal(&peer, opening_of_identify()));
    expect_text(node_told(&node), "1 ready 0\n");
    expect_text(
        peer_shown(&peer, node_said(&node)), "update 1 ack 0\ndata 1 - " MULTISTREAM IDENTIFY "\n");
    expect_null(connection_failure(node.connection));
    end();
}

static void a_go_peer_dials_us(void)
{
    for (size_t chunk = 1; chunk < 300; chunk++)
        play_go_dialer(chunk);
    play_go_dialer(SIZE_MAX);
}

/*
 * rust guesses everything: its first segment is header, "/noise" and the first handshake message;
 * its last handshake message, the muxer's name, a stream, and that stream's protocol come in one.
 */
static void play_rust_dialer(size_t chunk)
{
    struct gossip_bytes said, all;

    begin(CONNECTION_ACCEPTED, nothing);
    node.chunk = chunk;
    node_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer)));
    said = node_said(&node);
    expect_bytes(bytes_part(said, 0, LINES_BYTES), BYTES_OF(MULTISTREAM NOISE));
    expect_true(bytes_skip(&said, LINES_BYTES));
    peer_hear_shake(&peer, &said);
    all = peer_shake(&peer);
    all = both(all, peer_seal(&peer, BYTES_OF(MULTISTREAM YAMUX)));
    all = both(all,
        peer_seal(&peer, both(frame("data 1 syn " MULTISTREAM IDENTIFY), frame("data 1 - hello"))));
    node_hear(&node, all);
    if (chunk == SIZE_MAX)
        expect_text(node_told(&node), "established\n1 ready 0\n1 data hello\n");
    else
        expect_equal(node.received_bytes, 5);
    said = peer_open(&peer, node_said(&node));
    expect_bytes(bytes_part(said, 0, 34), BYTES_OF(MULTISTREAM YAMUX));
    text_clear(&node.story);
    text_add_frames(&node.story, bytes_part(said, 34, said.size));
    expect_text(
        node.story.characters, FIRST_PING "update 1 ack 0\ndata 1 - " MULTISTREAM IDENTIFY "\n");
    end();
}

static void a_rust_peer_dials_us(void)
{
    for (size_t chunk = 1; chunk < 400; chunk++)
        play_rust_dialer(chunk);
    play_rust_dialer(SIZE_MAX);
}

/* Everything in one encrypted frame: the muxer's name, a stream, its name, and data. */
static void the_muxer_and_its_frames_may_share_an_encrypted_frame(void)
{
    struct gossip_bytes said, all;

    begin(CONNECTION_ACCEPTED, nothing);
    node_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer)));
    said = node_said(&node);
    expect_true(bytes_skip(&said, LINES_BYTES));
    peer_hear_shake(&peer, &said);
    all = peer_shake(&peer);
    all = both(all, peer_seal(&peer, both(BYTES_OF(MULTISTREAM YAMUX),
                                         frame("data 1 syn+fin " MULTISTREAM CHAT "hi"))));
    node_hear(&node, all);
    expect_text(node_told(&node), "established\n1 ready 1\n1 data hi\n1 finished\n");
    end();
}

static void what_we_do_not_speak_is_refused_until_noise_comes(void)
{
    begin(CONNECTION_ACCEPTED, peer_yamux);
    node_hear(&node, BYTES_OF(MULTISTREAM "\x11/plaintext/2.0.0\n"
                                          "\x0d/secio/1.0.0\n"
                                          "\x0b/tls/1.0.0\n"));
    expect_bytes(node_said(&node), BYTES_OF(MULTISTREAM NA NA NA));
    node_hear(&node, BYTES_OF(NOISE));
    expect_bytes(node_said(&node), BYTES_OF(NOISE));
    end();
}

/* A muxer without flow control is refused, and the peer may try again. */
static void a_peer_that_speaks_only_mplex_is_refused(void)
{
    struct gossip_bytes said;

    begin(CONNECTION_ACCEPTED, nothing);
    node_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer)));
    said = node_said(&node);
    expect_true(bytes_skip(&said, LINES_BYTES));
    peer_hear_shake(&peer, &said);
    node_hear(&node, peer_shake(&peer));
    node_hear(&node, peer_seal(&peer, BYTES_OF(MULTISTREAM "\x0d/mplex/6.7.0\n")));
    expect_bytes(peer_open(&peer, node_said(&node)), BYTES_OF(MULTISTREAM NA));
    expect_text(node_told(&node), "");
    node_hear(&node, peer_seal(&peer, BYTES_OF(YAMUX)));
    expect_text(node_told(&node), "established\n");
    end();
}

/* ---- we dial ---------------------------------------------------------------------------- */

/* Takes header, name and first handshake message, which come in one go. */
static void hear_our_dial(void)
{
    struct gossip_bytes said = node_said(&node);

    expect_equal(said.size, LINES_BYTES + 34);
    expect_bytes(bytes_part(said, 0, LINES_BYTES), BYTES_OF(MULTISTREAM NOISE));
    expect_true(bytes_skip(&said, LINES_BYTES));
    peer_hear_shake(&peer, &said);
}

static void play_go_listener(size_t chunk)
{
    struct gossip_bytes said;

    begin(CONNECTION_DIALED, peer_yamux);
    node.chunk = chunk;
    hear_our_dial();
    node_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer)));
    said = node_said(&node);
    peer_hear_shake(&peer, &said);
    expect_text(node_told(&node), "established\n");
    /* The last handshake message did not travel alone. */
    expect_text(peer_shown(&peer, said), FIRST_PING);
    node_hear(&node, peer_seal(&peer, frame("update 2 syn 0")));
    expect_text(peer_shown(&peer, node_said(&node)), "update 2 ack 0\ndata 2 - " MULTISTREAM "\n");
    end();
}

static void we_dial_a_go_peer(void)
{
    for (size_t chunk = 1; chunk < 300; chunk++)
        play_go_listener(chunk);
    play_go_listener(SIZE_MAX);
}

/* js answers line by line, and waits for our header before it says its own. */
static void we_dial_a_js_peer(void)
{
    struct gossip_bytes said;

    begin(CONNECTION_DIALED, peer_yamux);
    hear_our_dial();
    node_hear(&node, BYTES_OF(MULTISTREAM));
    expect_equal(node_said(&node).size, 0);
    node_hear(&node, BYTES_OF(NOISE));
    expect_equal(node_said(&node).size, 0);
    node_hear(&node, peer_shake(&peer));
    said = node_said(&node);
    peer_hear_shake(&peer, &said);
    expect_text(node_told(&node), "established\n");
    end();
}

/* rust names no muxer in the handshake, so there is one more negotiation. */
static void play_rust_listener(size_t chunk)
{
    struct gossip_bytes said;

    begin(CONNECTION_DIALED, nothing);
    node.chunk = chunk;
    hear_our_dial();
    node_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer)));
    said = node_said(&node);
    peer_hear_shake(&peer, &said);
    expect_bytes(peer_open(&peer, said), BYTES_OF(MULTISTREAM YAMUX));
    expect_text(node_told(&node), "");
    said = peer_seal(&peer, BYTES_OF(MULTISTREAM));
    said = both(said, peer_seal(&peer, both(BYTES_OF(YAMUX), frame("update 2 syn 0"))));
    node_hear(&node, said);
    expect_text(node_told(&node), "established\n");
    expect_text(peer_shown(&peer, node_said(&node)),
        FIRST_PING "update 2 ack 0\ndata 2 - " MULTISTREAM "\n");
    end();
}

static void we_dial_a_rust_peer(void)
{
    for (size_t chunk = 1; chunk < 300; chunk++)
        play_rust_listener(chunk);
    play_rust_listener(SIZE_MAX);
}

static void the_first_bytes_are_ours_when_we_dial(void)
{
    begin(CONNECTION_DIALED, peer_yamux);
    expect_true(connection_has_output(node.connection));
    expect_bytes(bytes_part(node_said(&node), 0, 3), hex("132f6d"));
    expect_false(connection_has_output(node.connection));
    end();
}

/* ---- how it fails ----------------------------------------------------------------------- */

static void expect_failure(enum gossip_error error, enum gossip_error wanted, const char *words)
{
    expect_error(error, wanted);
    expect_text(connection_failure(node.connection), words);
    expect_text(node_told(&node), "");
    expect_true(instant_is_never(connection_deadline(node.connection)));
    expect_equal(node_said(&node).size, 0);
    expect_false(connection_has_output(node.connection));
    expect_error(node_try_hear(&node, BYTES_OF("more")), wanted);
    expect_error(node_wait_ms(&node, 1), wanted);
}

static void what_is_not_libp2p_is_refused(void)
{
    static const struct gossip_bytes greetings[] = {
        BYTES_INITIALISER("GET / HTTP/1.1\r\nHost: example.org\r\nUser-Agent: somebody or other\r\n"
                          "Accept: everything\r\n\r\n"),
        BYTES_INITIALISER("SSH-2.0-OpenSSH_9.2\r\nSSH-2.0-OpenSSH_9.2\r\nSSH-2.0-OpenSSH_9.2\r\n"
                          "SSH-2.0-OpenSSH_9.2\r\nSSH-2.0-OpenSSH_9.2\r\n"),
        BYTES_INITIALISER("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 and so on, for a while"),
        BYTES_INITIALISER("\x00\x00\x00\x00"),
    };

    for (size_t i = 0; i < sizeof(greetings) / sizeof(greetings[0]); i++) {
        begin(CONNECTION_ACCEPTED, peer_yamux);
        expect_failure(node_try_hear(&node, greetings[i]), GOSSIP_ERROR_PEER_MALFORMED,
            "the other side does not speak libp2p, or only in a private network");
        end();
    }
    begin(CONNECTION_DIALED, peer_yamux);
    (void)node_said(&node);
    expect_failure(node_try_hear(&node, BYTES_OF("\xff\xff\xff\xff")), GOSSIP_ERROR_PEER_MALFORMED,
        "the other side does not speak libp2p, or only in a private network");
    end();
    begin(CONNECTION_DIALED, peer_yamux);
    (void)node_said(&node);
    expect_failure(node_try_hear(&node, BYTES_OF(MULTISTREAM "\xff\xff\xff\xff")),
        GOSSIP_ERROR_PEER_TOO_LARGE, "the other side does not speak libp2p");
    end();
}

static void a_peer_without_noise_is_given_up(void)
{
    begin(CONNECTION_DIALED, peer_yamux);
    (void)node_said(&node);
    expect_failure(node_try_hear(&node, BYTES_OF(MULTISTREAM NA)), GOSSIP_ERROR_PEER_REFUSED,
        "the other side does not speak Noise");
    end();
}

static void a_peer_without_yamux_is_given_up(void)
{
    struct gossip_bytes said;

    begin(CONNECTION_DIALED, nothing);
    hear_our_dial();
    node_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer)));
    said = node_said(&node);
    peer_hear_shake(&peer, &said);
    expect_failure(node_try_hear(&node, peer_seal(&peer, BYTES_OF(MULTISTREAM NA))),
        GOSSIP_ERROR_PEER_REFUSED, "the other side does not speak yamux");
    end();
}

static void a_broken_negotiation_of_the_muxer_is_the_end(void)
{
    struct gossip_bytes said;

    begin(CONNECTION_DIALED, nothing);
    hear_our_dial();
    node_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer)));
    said = node_said(&node);
    peer_hear_shake(&peer, &said);
    expect_failure(node_try_hear(&node, peer_seal(&peer, BYTES_OF(YAMUX))),
        GOSSIP_ERROR_PEER_MALFORMED, "the other side did not agree on a muxer as it should");
    end();
}

static void a_handshake_that_is_not_one_is_the_end(void)
{
    begin(CONNECTION_ACCEPTED, peer_yamux);
    node_hear(&node, BYTES_OF(MULTISTREAM NOISE));
    (void)node_said(&node);
    expect_failure(node_try_hear(&node, hex("0003010203")), GOSSIP_ERROR_PEER_MALFORMED,
        "the Noise handshake failed");
    end();
    begin(CONNECTION_ACCEPTED, peer_yamux);
    node_hear(&node, BYTES_OF(MULTISTREAM NOISE));
    (void)node_said(&node);
    expect_failure(node_try_hear(&node, hex("ffff")), GOSSIP_ERROR_PEER_TOO_LARGE,
        "the Noise handshake is too large, as with a long RSA key; Ed25519 is supported");
    expect_null(connection_stranger(node.connection));
    end();
}

/* Whoever waits for an answer has nothing to say: what comes before it leaves must not wait too. */
static void who_speaks_before_his_turn_is_refused(void)
{
    struct gossip_bytes first;

    begin(CONNECTION_ACCEPTED, peer_yamux);
    first = both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer));
    expect_failure(node_try_hear(&node, both(first, BYTES_OF("x"))), GOSSIP_ERROR_PEER_MALFORMED,
        "the other side speaks before its turn");
    end();
    begin(CONNECTION_DIALED, peer_yamux);
    hear_our_dial();
    first = both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer));
    expect_failure(node_try_hear(&node, both(first, BYTES_OF("x"))), GOSSIP_ERROR_PEER_MALFORMED,
        "the other side speaks before its turn");
    end();
}

static void another_peer_than_expected_is_refused(void)
{
    node_prepare(&node, CONNECTION_DIALED, 1);
    node.config.expected = identity_peer_id(node.identity); /* whoever answers, it is not us */
    node_connect(&node);
    peer_begin(&peer, NOISE_RESPONDER, peer_yamux, 2);
    hear_our_dial();
    expect_failure(node_try_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer))),
        GOSSIP_ERROR_PEER_IMPOSTOR, "the other side is not the peer it should be");
    expect_true(
        peer_id_is_equal(connection_stranger(node.connection), identity_peer_id(peer.identity)));
    end();
}

static void the_expected_peer_is_welcome(void)
{
    struct gossip_peer_id expected;

    peer_begin(&peer, NOISE_RESPONDER, peer_yamux, 2);
    node_prepare(&node, CONNECTION_DIALED, 1);
    expected = *identity_peer_id(peer.identity);
    node.config.expected = &expected;
    node_connect(&node);
    memset(&expected, 0, sizeof(expected)); /* it was borrowed for the call only */
    hear_our_dial();
    node_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer)));
    (void)node_said(&node);
    expect_text(node_told(&node), "established\n");
    end();
}

/* The message with which a listener proves itself with a key of another type. */
static struct gossip_bytes answer_with_key_type(
    struct gossip_bytes first_message, enum wire_key_type type, size_t key_size)
{
    static uint8_t key_bytes[512], payload_bytes[1024], frame_bytes[1500];
    struct wire_key key = {type, bytes_repeated(1, key_size)};
    struct wire_noise_payload payload = {.identity_signature = bytes_repeated(2, 64)};
    struct noise_key_pair pair;
    struct x25519_secret ephemeral;
    struct noise_xx xx;
    struct gossip_room message;
    struct gossip_bytes ignored;
    size_t size;

    memset(&pair.secret, 3, sizeof(pair.secret));
    memset(&ephemeral, 4, sizeof(ephemeral));
    pair.public = x25519_base(&pair.secret);
    payload.identity_key =
        bytes_make(key_bytes, wire_key_encode(&key, room_make(key_bytes, sizeof(key_bytes))));
    size = wire_noise_payload_encode(&payload, room_make(payload_bytes, sizeof(payload_bytes)));
    noise_xx_init(&xx, false, &pair, &ephemeral, (struct gossip_bytes){0});
    message = room_make(frame_bytes, first_message.size);
    bytes_copy(frame_bytes, first_message);
    expect_ok(noise_xx_read(&xx, message, &ignored));
    expect_ok(noise_xx_write(&xx, bytes_make(payload_bytes, size),
        room_make(frame_bytes + 2, sizeof(frame_bytes) - 2), &size));
    store_u16_big(frame_bytes, (uint16_t)size);
    noise_xx_deinit(&xx);
    return bytes_make(frame_bytes, size + 2);
}

static void keys_that_cannot_be_checked_are_refused_by_name(void)
{
    static const struct {
        enum wire_key_type type;
        size_t size;
        const char *words;
    } rows[] = {
        {WIRE_KEY_RSA, 294,
            "the other side has a key of type RSA, which is not supported; Ed25519 is"},
        {WIRE_KEY_RSA, 422, /* of 3072 bits */
            "the other side has a key of type RSA, which is not supported; Ed25519 is"},
        {WIRE_KEY_SECP256K1, 33,
            "the other side has a key of type Secp256k1, which is not supported; Ed25519 is"},
        {WIRE_KEY_ECDSA, 91,
            "the other side has a key of type ECDSA, which is not supported; Ed25519 is"},
        {(enum wire_key_type)9, 20,
            "the other side has a key of an unknown type; Ed25519 is supported"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gossip_bytes said;

        begin(CONNECTION_DIALED, peer_yamux);
        said = bytes_part(node_said(&node), LINES_BYTES + 2, 32);
        said = answer_with_key_type(said, rows[i].type, rows[i].size);
        expect_failure(node_try_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), said)),
            GOSSIP_ERROR_UNSUPPORTED, rows[i].words);
        end();
    }
}

/* ---- time ------------------------------------------------------------------------------- */

static void each_stage_of_the_upgrade_ends_at_the_same_deadline(void)
{
    begin(CONNECTION_DIALED, peer_yamux);
    expect_equal(instant_until(node.now, connection_deadline(node.connection)).us, 10 * 1000000);
    expect_ok(node_wait_ms(&node, 9999));
    expect_failure(node_wait_ms(&node, 1), GOSSIP_ERROR_PEER_SILENT,
        "nothing there speaks libp2p, or it is too slow");
    end();

    begin(CONNECTION_ACCEPTED, peer_yamux);
    expect_ok(node_wait_ms(&node, 5000));
    node_hear(&node, BYTES_OF(MULTISTREAM NOISE));
    (void)node_said(&node);
    expect_ok(node_wait_ms(&node, 4999));
    expect_failure(
        node_wait_ms(&node, 1), GOSSIP_ERROR_PEER_SILENT, "the Noise handshake took too long");
    end();

    begin(CONNECTION_DIALED, nothing);
    hear_our_dial();
    node_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer)));
    (void)node_said(&node);
    expect_ok(node_wait_ms(&node, 9999));
    expect_failure(
        node_wait_ms(&node, 1), GOSSIP_ERROR_PEER_SILENT, "agreeing on a muxer took too long");
    end();
}

/* One byte now and then keeps nothing alive: the deadline is for all of it. */
static void a_slow_trickle_does_not_help(void)
{
    struct gossip_bytes bytes = BYTES_OF(MULTISTREAM NOISE);
    enum gossip_error error = GOSSIP_OK;
    size_t count = 0;

    begin(CONNECTION_ACCEPTED, peer_yamux);
    while (error == GOSSIP_OK) {
        node_hear(&node, bytes_part(bytes, count++, 1));
        error = node_wait_ms(&node, 1000);
    }
    expect_error(error, GOSSIP_ERROR_PEER_SILENT);
    expect_equal(count, 10);
    end();
}

static void after_the_upgrade_its_deadline_is_forgotten(void)
{
    struct gossip_bytes said;

    begin(CONNECTION_DIALED, peer_yamux);
    hear_our_dial();
    node_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer)));
    said = node_said(&node);
    peer_hear_shake(&peer, &said);
    node_hear(&node, peer_seal(&peer, frame("ping 0 ack 1")));
    expect_ok(node_wait_ms(&node, 20000));
    end();
}

/* ---- memory ----------------------------------------------------------------------------- */

static void whoever_has_proven_nothing_costs_little(void)
{
    size_t before, chunk;

    for (chunk = 1; chunk < 200; chunk += 7) {
        struct gossip_bytes said;

        node_prepare(&node, CONNECTION_ACCEPTED, 1);
        peer_begin(&peer, NOISE_INITIATOR, peer_yamux, 2);
        before = node.memory.bytes;
        node.memory.bytes_peak = before;
        node_connect(&node);
        node.chunk = chunk;
        node_hear(&node, BYTES_OF(MULTISTREAM NOISE));
        (void)node_said(&node);
        node_hear(&node, peer_shake(&peer));
        said = node_said(&node);
        peer_hear_shake(&peer, &said);
        said = peer_shake(&peer);
        node_hear(&node, bytes_part(said, 0, said.size - 1));
        expect_text(node_told(&node), "");
        expect_at_most(node.memory.bytes_peak - before, CONNECTION_UNPROVEN_BYTES_MAX / 2);
        end();
    }
}

/* It does nothing that costs before it was asked for. */
static void an_idle_stranger_costs_even_less(void)
{
    size_t before;

    node_prepare(&node, CONNECTION_ACCEPTED, 1);
    before = node.memory.bytes;
    node_connect(&node);
    expect_at_most(node.memory.bytes - before, 1024);
    node_end(&node);
}

static void keys_are_wiped(void)
{
    struct gossip_bytes said;

    begin(CONNECTION_ACCEPTED, peer_yamux);
    node_hear(&node, both(BYTES_OF(MULTISTREAM NOISE), peer_shake(&peer)));
    said = node_said(&node);
    expect_true(bytes_skip(&said, LINES_BYTES));
    peer_hear_shake(&peer, &said);
    said = peer_shake(&peer);
    test_allocator_watch(&node.memory, bytes_make(peer.session.sending.key, 32));
    test_allocator_watch(&node.memory, bytes_make(peer.session.receiving.key, 32));
    node_hear(&node, both(said, peer_seal(&peer, frame("update 1 syn 0"))));
    (void)node_said(&node);
    end();
}

TEST_MAIN(TEST(a_go_peer_dials_us), TEST(a_rust_peer_dials_us),
    TEST(the_muxer_and_its_frames_may_share_an_encrypted_frame),
    TEST(what_we_do_not_speak_is_refused_until_noise_comes),
    TEST(a_peer_that_speaks_only_mplex_is_refused), TEST(we_dial_a_go_peer),
    TEST(we_dial_a_js_peer), TEST(we_dial_a_rust_peer), TEST(the_first_bytes_are_ours_when_we_dial),
    TEST(what_is_not_libp2p_is_refused), TEST(a_peer_without_noise_is_given_up),
    TEST(a_peer_without_yamux_is_given_up), TEST(a_broken_negotiation_of_the_muxer_is_the_end),
    TEST(a_handshake_that_is_not_one_is_the_end), TEST(who_speaks_before_his_turn_is_refused),
    TEST(another_peer_than_expected_is_refused), TEST(the_expected_peer_is_welcome),
    TEST(keys_that_cannot_be_checked_are_refused_by_name),
    TEST(each_stage_of_the_upgrade_ends_at_the_same_deadline), TEST(a_slow_trickle_does_not_help),
    TEST(after_the_upgrade_its_deadline_is_forgotten),
    TEST(whoever_has_proven_nothing_costs_little), TEST(an_idle_stranger_costs_even_less),
    TEST(keys_are_wiped))
