#include "support/test.h"
#include "wire/rpc.h"

/* A message signed with the Ed25519 key of
 * https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#test-vectors */
#define FROM "0024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
#define SIGNATURE                                                                                  \
    "f05e62a21b5f1f89b4ab356feb34c493746a2af8ef2fa03b9fd4956fb40d3c27"                             \
    "9b1eae5153c6b28dce3b2f9bed546dc1cfd5a71513af0aa38ee38d31675ac30f"
#define SIGNED_FIELDS "0a26" FROM "120568656c6c6f 1a080000000000000001 220474657374"
#define MESSAGE SIGNED_FIELDS "2a40" SIGNATURE

static struct gossip_bytes encode(const struct wire_message *message, bool for_signing)
{
    size_t size = wire_message_encoded_size(message, for_signing);
    uint8_t *memory = test_take(size + 1);
    expect_equal(wire_message_encode(message, for_signing, room_make(memory, size)), size);
    return bytes_make(memory, size);
}

static void a_message_is_made_as_others_make_it(void)
{
    struct wire_message message = {
        .from = hex(FROM),
        .data = BYTES_OF("hello"),
        .seqno = hex("0000000000000001"),
        .topic = BYTES_OF("test"),
        .signature = hex(SIGNATURE),
    };
    expect_bytes(encode(&message, false), hex(MESSAGE));
}

static void a_message_survives_a_round_trip(void)
{
    struct gossip_bytes encoded = hex(MESSAGE "320378797a");
    struct wire_message message;
    expect_ok(wire_message_decode(encoded, &message));
    expect_same(message.encoded.data, encoded.data);
    expect_equal(message.encoded.size, encoded.size);
    expect_bytes(message.from, hex(FROM));
    expect_bytes(message.key, BYTES_OF("xyz"));
    expect_bytes(encode(&message, false), encoded);
}

static void neither_signature_nor_key_are_signed(void)
{
    struct wire_message message;
    expect_ok(wire_message_decode(hex(MESSAGE "320378797a"), &message));
    expect_bytes(encode(&message, true), hex(SIGNED_FIELDS));
}

static void what_is_signed_does_not_depend_on_order_or_unknown_fields(void)
{
    struct wire_message message;
    expect_ok(wire_message_decode(hex("2a0173 220474657374 7a01ff 1a080000000000000001"
                                      "3801 120568656c6c6f 0a26" FROM),
        &message));
    expect_bytes(encode(&message, true), hex(SIGNED_FIELDS));
}

static void empty_fields_are_present_and_absent_ones_are_not(void)
{
    struct wire_message message;
    expect_ok(wire_message_decode(hex("1200 2200"), &message));
    expect_null(message.from.data);
    expect_not_null(message.data.data);
    expect_equal(message.data.size, 0);
    expect_bytes(encode(&message, true), hex("1200 2200"));

    expect_ok(wire_message_decode((struct gossip_bytes){0}, &message));
    expect_equal(encode(&message, false).size, 0);
}

static void of_a_field_that_comes_twice_the_last_one_counts(void)
{
    struct wire_message message;
    expect_ok(wire_message_decode(hex("220161 220162 120163 1200"), &message));
    expect_bytes(message.topic, BYTES_OF("b"));
    expect_equal(message.data.size, 0);
}

static void a_broken_message_is_refused(void)
{
    static const char *const cases[] = {"0a", "0a05", "0b", "1201", "08ffffffffffffffffffff01"};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct wire_message message;
        expect_error(wire_message_decode(hex(cases[i]), &message), GOSSIP_ERROR_PEER_MALFORMED);
        expect_null(message.encoded.data);
    }
}

TEST_MAIN(TEST(a_message_is_made_as_others_make_it), TEST(a_message_survives_a_round_trip),
    TEST(neither_signature_nor_key_are_signed),
    TEST(what_is_signed_does_not_depend_on_order_or_unknown_fields),
    TEST(empty_fields_are_present_and_absent_ones_are_not),
    TEST(of_a_field_that_comes_twice_the_last_one_counts), TEST(a_broken_message_is_refused))
