#include "wire/keys_message.h"

#include "support/test.h"

/* https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#test-vectors */
#define ED25519_PUBLIC "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
#define ED25519_PRIVATE                                                                            \
    "080112407e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"                     \
    "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
#define SECP256K1_PUBLIC                                                                           \
    "08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99"

static void expect_round_trip(const char *text, enum wire_key_type type, size_t data_size)
{
    struct gossip_bytes encoded = hex(text);
    struct wire_key key;
    expect_ok(wire_key_decode(encoded, &key));
    expect_equal(key.type, type);
    expect_equal(key.data.size, data_size);
    expect_same(key.data.data, encoded.data + 4);

    uint8_t memory[WIRE_KEY_BYTES_MAX];
    expect_equal(wire_key_encoded_size(&key), encoded.size);
    size_t size = wire_key_encode(&key, room_make(memory, sizeof(memory)));
    expect_bytes(bytes_make(memory, size), encoded);
}

static void published_keys_survive_a_round_trip(void)
{
    expect_round_trip(ED25519_PUBLIC, WIRE_KEY_ED25519, 32);
    expect_round_trip(ED25519_PRIVATE, WIRE_KEY_ED25519, 64);
    expect_round_trip(SECP256K1_PUBLIC, WIRE_KEY_SECP256K1, 33);
}

static void both_fields_are_always_written_type_first(void)
{
    struct wire_key key = {.type = WIRE_KEY_RSA};
    uint8_t memory[4];
    expect_equal(wire_key_encode(&key, room_make(memory, sizeof(memory))), 4);
    expect_bytes(bytes_make(memory, 4), hex("0800 1200"));
}

static void unknown_fields_and_any_order_are_read(void)
{
    struct wire_key key;
    expect_ok(wire_key_decode(hex("1a0178 1203616263 2001 0803 2d00000000"), &key));
    expect_equal(key.type, WIRE_KEY_ECDSA);
    expect_bytes(key.data, BYTES_OF("abc"));
}

static void of_a_field_that_comes_twice_the_last_one_counts(void)
{
    struct wire_key key;
    expect_ok(wire_key_decode(hex("0801 120161 0802 120162"), &key));
    expect_equal(key.type, WIRE_KEY_SECP256K1);
    expect_bytes(key.data, BYTES_OF("b"));
}

static void a_missing_field_is_refused(void)
{
    struct wire_key key;
    expect_error(wire_key_decode((struct gossip_bytes){0}, &key), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(wire_key_decode(hex("0801"), &key), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(wire_key_decode(hex("120161"), &key), GOSSIP_ERROR_PEER_MALFORMED);
    /* The right numbers in the wrong form are other fields. */
    expect_error(wire_key_decode(hex("0a0101 120161"), &key), GOSSIP_ERROR_PEER_MALFORMED);
}

static void an_unknown_type_is_not_supported(void)
{
    struct wire_key key;
    expect_error(wire_key_decode(hex("0804 120161"), &key), GOSSIP_ERROR_UNSUPPORTED);
    expect_error(
        wire_key_decode(hex("08ffffffffffffffffff01 120161"), &key), GOSSIP_ERROR_UNSUPPORTED);
    /* 2^32 + 1 must not be taken for 1. */
    expect_error(wire_key_decode(hex("088180808010 120161"), &key), GOSSIP_ERROR_UNSUPPORTED);
    expect_null(key.data.data);
}

static void a_huge_key_is_refused_before_it_is_read(void)
{
    struct wire_key key;
    expect_error(wire_key_decode(bytes_repeated(0xff, WIRE_KEY_BYTES_MAX + 1), &key),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(wire_key_decode(bytes_repeated(0xff, WIRE_KEY_BYTES_MAX), &key),
        GOSSIP_ERROR_PEER_MALFORMED);
}

static void a_key_cut_off_anywhere_is_refused(void)
{
    struct gossip_bytes encoded = hex(ED25519_PUBLIC);
    struct wire_key key;
    for (size_t size = 0; size < encoded.size; size++)
        expect_error(
            wire_key_decode(bytes_make(encoded.data, size), &key), GOSSIP_ERROR_PEER_MALFORMED);
}

static void every_type_has_a_name(void)
{
    expect_text(wire_key_type_name(WIRE_KEY_RSA), "RSA");
    expect_text(wire_key_type_name(WIRE_KEY_ED25519), "Ed25519");
    expect_text(wire_key_type_name(WIRE_KEY_SECP256K1), "Secp256k1");
    expect_text(wire_key_type_name(WIRE_KEY_ECDSA), "ECDSA");
}

TEST_MAIN(TEST(published_keys_survive_a_round_trip),
    TEST(both_fields_are_always_written_type_first), TEST(unknown_fields_and_any_order_are_read),
    TEST(of_a_field_that_comes_twice_the_last_one_counts), TEST(a_missing_field_is_refused),
    TEST(an_unknown_type_is_not_supported), TEST(a_huge_key_is_refused_before_it_is_read),
    TEST(a_key_cut_off_anywhere_is_refused), TEST(every_type_has_a_name))
