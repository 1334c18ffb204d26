#include "wire/peers_message.h"

#include "support/test.h"
#include "wire/signed_record_message.h"

static struct gossip_bytes encode_request(const struct wire_peers_request *request)
{
    size_t size = wire_peers_request_encoded_size(request);
    uint8_t *memory = test_take(size);
    expect_equal(wire_peers_request_encode(request, room_make(memory, size)), size);
    return bytes_make(memory, size);
}

static void a_request_survives_a_round_trip(void)
{
    struct wire_peers_request request = {
        .circle = bytes_repeated(7, WIRE_PEERS_CIRCLE_BYTES), .limit = 64};
    struct gossip_bytes encoded = encode_request(&request);
    expect_at_most(encoded.size, WIRE_PEERS_REQUEST_BYTES_MAX);
    expect_bytes(bytes_part(encoded, 0, 2), hex("0a20"));
    expect_bytes(bytes_part(encoded, 34, 9), hex("1040"));

    struct wire_peers_request decoded;
    expect_ok(wire_peers_request_decode(encoded, &decoded));
    expect_bytes(decoded.circle, request.circle);
    expect_equal(decoded.limit, 64);
}

static void a_limit_is_never_above_ours(void)
{
    struct wire_peers_request request = {
        .circle = bytes_repeated(7, WIRE_PEERS_CIRCLE_BYTES), .limit = UINT32_MAX};
    struct wire_peers_request decoded;
    expect_ok(wire_peers_request_decode(encode_request(&request), &decoded));
    expect_equal(decoded.limit, WIRE_PEERS_ENVELOPES_MAX);
    request.limit = 0;
    expect_ok(wire_peers_request_decode(encode_request(&request), &decoded));
    expect_equal(decoded.limit, 0);
}

static void a_circle_of_another_size_is_refused(void)
{
    struct wire_peers_request request;
    static const char *const cases[] = {"", "1040", "0a00 1040", "0a0107 1040",
        "0a1f00000000000000000000000000000000000000000000000000000000000000",
        "0a21000000000000000000000000000000000000000000000000000000000000000000"};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect_error(
            wire_peers_request_decode(hex(cases[i]), &request), GOSSIP_ERROR_PEER_MALFORMED);
}

static void a_huge_request_is_refused(void)
{
    struct wire_peers_request request;
    expect_error(
        wire_peers_request_decode(bytes_repeated(0xff, WIRE_PEERS_REQUEST_BYTES_MAX + 1), &request),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(wire_peers_request_decode(hex("0a05"), &request), GOSSIP_ERROR_PEER_MALFORMED);
}

static void a_response_survives_a_round_trip(void)
{
    struct wire_peers_response response = {.envelope_count = WIRE_PEERS_ENVELOPES_MAX};
    for (size_t i = 0; i < response.envelope_count; i++)
        response.envelopes[i] = bytes_repeated((uint8_t)i, i);
    size_t size = wire_peers_response_encoded_size(&response);
    uint8_t *memory = test_take(size);
    expect_equal(wire_peers_response_encode(&response, room_make(memory, size)), size);

    struct wire_peers_response decoded;
    expect_ok(wire_peers_response_decode(bytes_make(memory, size), &decoded));
    expect_equal(decoded.envelope_count, WIRE_PEERS_ENVELOPES_MAX);
    for (size_t i = 0; i < decoded.envelope_count; i++)
        expect_bytes(decoded.envelopes[i], response.envelopes[i]);
}

static void no_envelopes_are_an_answer_too(void)
{
    struct wire_peers_response response;
    expect_ok(wire_peers_response_decode((struct gossip_bytes){0}, &response));
    expect_equal(response.envelope_count, 0);
    expect_equal(wire_peers_response_encoded_size(&response), 0);
}

static void too_many_envelopes_are_refused(void)
{
    uint8_t memory[3 * (WIRE_PEERS_ENVELOPES_MAX + 1)];
    struct gossip_room room = room_make(memory, sizeof(memory));
    for (size_t i = 0; i <= WIRE_PEERS_ENVELOPES_MAX; i++)
        expect_true(room_put(&room, hex("0a0165")));
    struct wire_peers_response response;
    expect_error(wire_peers_response_decode(bytes_make(memory, sizeof(memory)), &response),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_equal(response.envelope_count, 0);
    expect_ok(wire_peers_response_decode(bytes_make(memory, sizeof(memory) - 3), &response));
}

static void a_huge_envelope_or_response_is_refused(void)
{
    struct wire_peers_response response = {.envelope_count = 1};
    response.envelopes[0] = bytes_repeated('e', WIRE_ENVELOPE_BYTES_MAX + 1);
    size_t size = wire_peers_response_encoded_size(&response);
    uint8_t *memory = test_take(size);
    expect_equal(wire_peers_response_encode(&response, room_make(memory, size)), size);
    struct wire_peers_response decoded;
    expect_error(wire_peers_response_decode(bytes_make(memory, size), &decoded),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(
        wire_peers_response_decode(bytes_repeated(0, WIRE_PEERS_RESPONSE_BYTES_MAX + 1), &decoded),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(wire_peers_response_decode(hex("0a05"), &decoded), GOSSIP_ERROR_PEER_MALFORMED);
}

TEST_MAIN(TEST(a_request_survives_a_round_trip), TEST(a_limit_is_never_above_ours),
    TEST(a_circle_of_another_size_is_refused), TEST(a_huge_request_is_refused),
    TEST(a_response_survives_a_round_trip), TEST(no_envelopes_are_an_answer_too),
    TEST(too_many_envelopes_are_refused), TEST(a_huge_envelope_or_response_is_refused))
