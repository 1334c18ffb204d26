#include "wire/signed_record_message.h"

#include "support/test.h"

/* Made by go-libp2p: js-libp2p keeps it in packages/peer-record/test/peer-record.spec.ts. */
#define GO_KEY "0801122011bba3ed1721948cefb4e50b0a0bb5cad8a6b52dc7b1a40f4f6652105c91e2c4"
#define GO_RECORD                                                                                  \
    "0a260024" GO_KEY "10d8b8e0bf9391b69716"                                                       \
    "1a0a0a080401020304060000 1a0a0a080401020304060001 1a0a0a080401020304060002"                   \
    "1a0a0a080401020304060003 1a0a0a080401020304060004 1a0a0a080401020304060005"                   \
    "1a0a0a080401020304060006 1a0a0a080401020304060007 1a0a0a080401020304060008"                   \
    "1a0a0a080401020304060009"
#define GO_SIGNATURE                                                                               \
    "b197f76b9f288af2b467fe666f774476287049b424b73975c8860efb02372d02"                             \
    "6a799584541ad72f2654346485bca3ece36462b7d1b1391c8d276dc4ab8bca0b"
#define GO_ENVELOPE "0a24" GO_KEY "12020301 1aaa01" GO_RECORD "2a40" GO_SIGNATURE

static struct gossip_bytes encode_envelope(const struct wire_envelope *envelope)
{
    size_t size = wire_envelope_encoded_size(envelope);
    uint8_t *memory = test_take(size);
    expect_equal(wire_envelope_encode(envelope, room_make(memory, size)), size);
    return bytes_make(memory, size);
}

static struct gossip_bytes encode_record(const struct wire_peer_record *record)
{
    size_t size = wire_peer_record_encoded_size(record);
    uint8_t *memory = test_take(size);
    expect_equal(wire_peer_record_encode(record, room_make(memory, size)), size);
    return bytes_make(memory, size);
}

static void an_envelope_of_go_survives_a_round_trip(void)
{
    struct gossip_bytes encoded = hex(GO_ENVELOPE);
    struct wire_envelope envelope;
    expect_equal(encoded.size, 281);
    expect_ok(wire_envelope_decode(encoded, &envelope));
    expect_bytes(envelope.public_key, hex(GO_KEY));
    expect_bytes(envelope.payload_type, hex("0301"));
    expect_bytes(envelope.payload, hex(GO_RECORD));
    expect_bytes(envelope.signature, hex(GO_SIGNATURE));
    expect_same(envelope.public_key.data, encoded.data + 2);
    expect_bytes(encode_envelope(&envelope), encoded);
}

static void a_record_of_go_survives_a_round_trip(void)
{
    struct gossip_bytes encoded = hex(GO_RECORD);
    struct wire_peer_record record;
    expect_ok(wire_peer_record_decode(encoded, &record));
    expect_bytes(record.peer_id, hex("0024" GO_KEY));
    expect_true(record.sequence == 1598453001624231000);
    expect_equal(record.address_count, 10);
    expect_bytes(record.addresses[9], hex("0401020304060009"));
    expect_bytes(encode_record(&record), encoded);
}

static void the_sequence_is_written_even_if_zero(void)
{
    struct wire_peer_record record = {.peer_id = BYTES_OF("p")};
    expect_bytes(encode_record(&record), hex("0a0170 1000"));
}

static void an_envelope_needs_all_four_fields(void)
{
    static const char *const cases[] = {
        "",
        "1201741a0170 2a0173",
        "0a016b 1a0170 2a0173",
        "0a016b 120174 2a0173",
        "0a016b 120174 1a0170",
    };
    struct wire_envelope envelope;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect_error(wire_envelope_decode(hex(cases[i]), &envelope), GOSSIP_ERROR_PEER_MALFORMED);
        expect_null(envelope.public_key.data);
    }
    expect_ok(wire_envelope_decode(hex("0a016b 120174 1a0170 220178 2a0173"), &envelope));
}

static void a_record_without_addresses_is_legal(void)
{
    struct wire_peer_record record;
    expect_ok(wire_peer_record_decode(hex("0a0170 1007"), &record));
    expect_equal(record.address_count, 0);
    expect_equal(record.sequence, 7);
    /* An address without its only field is none. */
    expect_ok(wire_peer_record_decode(hex("0a0170 1007 1a00"), &record));
    expect_equal(record.address_count, 0);
}

static void a_record_needs_a_peer_id(void)
{
    struct wire_peer_record record;
    expect_error(wire_peer_record_decode(hex("1007"), &record), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(
        wire_peer_record_decode((struct gossip_bytes){0}, &record), GOSSIP_ERROR_PEER_MALFORMED);
}

static void addresses_beyond_the_bound_are_left_out(void)
{
    uint8_t memory[3 + 5 * 100];
    struct gossip_room room = room_make(memory, sizeof(memory));
    expect_true(room_put(&room, hex("0a0170")));
    for (size_t i = 0; i < 100; i++)
        expect_true(room_put(&room, hex("1a03 0a0161")));
    struct wire_peer_record record;
    expect_ok(wire_peer_record_decode(bytes_make(memory, sizeof(memory)), &record));
    expect_equal(record.address_count, WIRE_RECORD_ADDRESSES_MAX);
}

static void broken_addresses_are_refused(void)
{
    struct wire_peer_record record;
    expect_error(
        wire_peer_record_decode(hex("0a0170 1a02 0a05"), &record), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(
        wire_peer_record_decode(hex("0a0170 1a01 0b"), &record), GOSSIP_ERROR_PEER_MALFORMED);
    expect_equal(record.peer_id.size, 0);
}

static void what_is_too_large_is_refused_before_it_is_read(void)
{
    struct wire_envelope envelope;
    struct wire_peer_record record;
    struct gossip_bytes large = bytes_repeated(0xff, WIRE_ENVELOPE_BYTES_MAX + 1);
    expect_error(wire_envelope_decode(large, &envelope), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(wire_peer_record_decode(large, &record), GOSSIP_ERROR_PEER_TOO_LARGE);
}

static void an_envelope_cut_off_anywhere_is_refused(void)
{
    struct gossip_bytes encoded = hex(GO_ENVELOPE);
    struct wire_envelope envelope;
    for (size_t size = 0; size < encoded.size; size++)
        expect_error(wire_envelope_decode(bytes_make(encoded.data, size), &envelope),
            GOSSIP_ERROR_PEER_MALFORMED);
}

TEST_MAIN(TEST(an_envelope_of_go_survives_a_round_trip), TEST(a_record_of_go_survives_a_round_trip),
    TEST(the_sequence_is_written_even_if_zero), TEST(an_envelope_needs_all_four_fields),
    TEST(a_record_without_addresses_is_legal), TEST(a_record_needs_a_peer_id),
    TEST(addresses_beyond_the_bound_are_left_out), TEST(broken_addresses_are_refused),
    TEST(what_is_too_large_is_refused_before_it_is_read),
    TEST(an_envelope_cut_off_anywhere_is_refused))
