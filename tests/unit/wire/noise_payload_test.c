#include "wire/noise_payload.h"

#include "support/test.h"

#define KEY "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
#define SIGNATURE                                                                                  \
    "e50bee9de7af956f6f42ff71195b76f47ea095d2f4c6a57cf588887bed31f783"                             \
    "46151ce5458182eb7fae8111ad60cf76d4303391165284ff683988e1c7843304"
#define PAYLOAD "0a24" KEY "1240" SIGNATURE

static struct gossip_bytes encode(const struct wire_noise_payload *payload)
{
    size_t size = wire_noise_payload_encoded_size(payload);
    uint8_t *memory = test_take(size);
    expect_equal(wire_noise_payload_encode(payload, room_make(memory, size)), size);
    return bytes_make(memory, size);
}

static void a_plain_payload_survives_a_round_trip(void)
{
    struct gossip_bytes encoded = hex(PAYLOAD);
    struct wire_noise_payload payload;
    expect_equal(encoded.size, 104);
    expect_ok(wire_noise_payload_decode(encoded, &payload));
    expect_bytes(payload.identity_key, hex(KEY));
    expect_bytes(payload.identity_signature, hex(SIGNATURE));
    expect_same(payload.identity_key.data, encoded.data + 2);
    expect_equal(payload.muxer_count, 0);
    expect_bytes(encode(&payload), encoded);
}

static void muxers_survive_a_round_trip(void)
{
    /* extensions { stream_muxers: "/yamux/1.0.0", "/mplex/6.7.0" } */
    struct gossip_bytes encoded =
        hex("0a016b 120173 221c 120c2f79616d75782f312e302e30 120c2f6d706c65782f362e372e30");
    struct wire_noise_payload payload;
    expect_ok(wire_noise_payload_decode(encoded, &payload));
    expect_equal(payload.muxer_count, 2);
    expect_bytes(payload.muxers[0], BYTES_OF("/yamux/1.0.0"));
    expect_bytes(payload.muxers[1], BYTES_OF("/mplex/6.7.0"));
    expect_bytes(encode(&payload), encoded);
}

static void fields_of_others_are_skipped(void)
{
    /* Early data in field 3, certificate hashes and numbers in the extensions, a field 99. */
    struct wire_noise_payload payload;
    expect_ok(wire_noise_payload_decode(
        hex("1a0401020304 0a016b 120173 2208 0a0168 120179 1801 9a060178"), &payload));
    expect_bytes(payload.identity_key, BYTES_OF("k"));
    expect_bytes(payload.identity_signature, BYTES_OF("s"));
    expect_equal(payload.muxer_count, 1);
    expect_bytes(payload.muxers[0], BYTES_OF("y"));
}

static void extensions_in_pieces_are_joined(void)
{
    struct wire_noise_payload payload;
    expect_ok(wire_noise_payload_decode(hex("2203 120161 0a016b 120173 2203 120162"), &payload));
    expect_equal(payload.muxer_count, 2);
    expect_bytes(payload.muxers[1], BYTES_OF("b"));
}

static void muxers_beyond_the_bound_are_left_out(void)
{
    struct wire_noise_payload payload;
    expect_ok(wire_noise_payload_decode(hex("0a016b 120173 2230"
                                            "120179 120179 120179 120179"
                                            "120179 120179 120179 120179"
                                            "120179 120179 120179 120179"
                                            "120179 120179 120179 120179"),
        &payload));
    expect_equal(payload.muxer_count, WIRE_NOISE_MUXERS_MAX);
}

static void a_missing_key_or_signature_is_refused(void)
{
    struct wire_noise_payload payload;
    expect_error(
        wire_noise_payload_decode((struct gossip_bytes){0}, &payload), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(wire_noise_payload_decode(hex("0a016b"), &payload), GOSSIP_ERROR_PEER_MALFORMED);
    expect_null(payload.identity_key.data);
    expect_error(wire_noise_payload_decode(hex("120173"), &payload), GOSSIP_ERROR_PEER_MALFORMED);
}

static void broken_extensions_are_refused(void)
{
    struct wire_noise_payload payload;
    expect_error(wire_noise_payload_decode(hex("0a016b 120173 2202 1205"), &payload),
        GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(wire_noise_payload_decode(hex("0a016b 120173 2201 0b"), &payload),
        GOSSIP_ERROR_PEER_MALFORMED);
}

static void a_payload_cut_off_anywhere_is_refused(void)
{
    struct gossip_bytes encoded = hex(PAYLOAD);
    struct wire_noise_payload payload;
    for (size_t size = 0; size < encoded.size; size++)
        expect_error(wire_noise_payload_decode(bytes_make(encoded.data, size), &payload),
            GOSSIP_ERROR_PEER_MALFORMED);
}

TEST_MAIN(TEST(a_plain_payload_survives_a_round_trip), TEST(muxers_survive_a_round_trip),
    TEST(fields_of_others_are_skipped), TEST(extensions_in_pieces_are_joined),
    TEST(muxers_beyond_the_bound_are_left_out), TEST(a_missing_key_or_signature_is_refused),
    TEST(broken_extensions_are_refused), TEST(a_payload_cut_off_anywhere_is_refused))
