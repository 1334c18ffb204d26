#include "identity/public_key.h"

#include "support/test.h"
#include "unit/identity/known_keys.h"

#include <string.h>

static void reads_an_ed25519_key(void)
{
    struct public_key key;
    expect_ok(public_key_decode(hex(KNOWN_ED25519_PUBLIC), &key));
    expect_bytes(bytes_make(key.ed25519.bytes, sizeof(key.ed25519.bytes)),
        hex("1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"));
}

static void writes_the_bytes_it_read(void)
{
    struct public_key key;
    uint8_t encoded[PUBLIC_KEY_BYTES];
    expect_ok(public_key_decode(hex(KNOWN_ED25519_PUBLIC), &key));
    public_key_encode(&key, encoded);
    expect_bytes(bytes_make(encoded, sizeof(encoded)), hex(KNOWN_ED25519_PUBLIC));
}

static void writes_a_key_of_zeros_whole(void)
{
    struct public_key key = {0};
    uint8_t encoded[PUBLIC_KEY_BYTES];
    public_key_encode(&key, encoded);
    expect_bytes(bytes_make(encoded, 4), hex("08011220"));
    expect_bytes(bytes_make(encoded + 4, 32), bytes_repeated(0, 32));
}

struct other_type {
    const char *encoded;
    const char *name;
};

static const struct other_type other_types[] = {
    {KNOWN_RSA_PUBLIC, "RSA"},
    {KNOWN_SECP256K1_PUBLIC, "Secp256k1"},
    {KNOWN_ECDSA_PUBLIC, "ECDSA"},
};

static void refuses_other_types_by_name(void)
{
    for (size_t i = 0; i < sizeof(other_types) / sizeof(other_types[0]); i++) {
        struct public_key key;
        struct gossip_bytes encoded = hex(other_types[i].encoded);
        memset(&key, 0xee, sizeof(key));
        expect_error(public_key_decode(encoded, &key), GOSSIP_ERROR_UNSUPPORTED);
        expect_bytes(bytes_make(&key, sizeof(key)), bytes_repeated(0, sizeof(key)));
        expect_text(public_key_type_name(encoded), other_types[i].name);
    }
}

static void names_the_supported_type_too(void)
{
    expect_text(public_key_type_name(hex(KNOWN_ED25519_PUBLIC)), "Ed25519");
}

static const char *const bad_keys[] = {
    "",
    "08",
    "0801",
    "080112",
    "08011220",
    /* one byte short, one long, one behind */
    "0801121f1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce2",
    "080112211ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e00",
    "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e00",
    /* says 33 bytes, has 32 */
    "080112211ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e",
    /* no type, no data */
    "12201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e",
    "08011200",
    /* the right key in forms that are not canonical: fields swapped, type in two
     * bytes, size in two bytes, type twice, an unknown field behind */
    "12201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e0801",
    "08810012201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e",
    "080112a0001ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e",
    "0801080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e",
    "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e1800",
    /* a private key where a public one is meant */
    KNOWN_ED25519_PRIVATE,
};

static void refuses_everything_else(void)
{
    for (size_t i = 0; i < sizeof(bad_keys) / sizeof(char *); i++) {
        struct public_key key;
        memset(&key, 0xee, sizeof(key));
        expect_error(public_key_decode(hex(bad_keys[i]), &key), GOSSIP_ERROR_PEER_MALFORMED);
        expect_bytes(bytes_make(&key, sizeof(key)), bytes_repeated(0, sizeof(key)));
    }
}

static void refuses_every_cut_and_every_changed_frame(void)
{
    struct gossip_bytes whole = hex(KNOWN_ED25519_PUBLIC);
    struct public_key key;
    for (size_t size = 0; size < whole.size; size++)
        expect_error(
            public_key_decode(bytes_part(whole, 0, size), &key), GOSSIP_ERROR_PEER_MALFORMED);
    for (size_t bit = 0; bit < 4 * 8; bit++) {
        uint8_t changed[PUBLIC_KEY_BYTES];
        memcpy(changed, whole.data, sizeof(changed));
        changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        expect_true(public_key_decode(bytes_make(changed, sizeof(changed)), &key) != GOSSIP_OK);
    }
}

static void refuses_unknown_types_without_a_name(void)
{
    struct public_key key;
    struct gossip_bytes encoded = hex("080412021234");
    expect_error(public_key_decode(encoded, &key), GOSSIP_ERROR_UNSUPPORTED);
    expect_null(public_key_type_name(encoded));
    expect_null(public_key_type_name(BYTES_OF("not a key")));
    expect_null(public_key_type_name(BYTES_OF("")));
}

static void refuses_huge_keys_unread(void)
{
    struct public_key key;
    expect_error(
        public_key_decode(bytes_repeated(0x08, 1 << 20), &key), GOSSIP_ERROR_PEER_TOO_LARGE);
}

static void verifies_strictly(void)
{
    struct public_key key;
    struct gossip_bytes message = hex("6e6f6973652d6c69627032702d7374617469632d6b65793a000102030405"
                                      "060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    struct gossip_bytes signature =
        hex("6748f6f4c32e36aa2ef8df283a99a76275a9358b224844c53ced6ae4789262d0"
            "0a86a6fe47a578ae243faa2a3ed9f4fd22d1bc38527f4797548e568ca43f500c");
    expect_ok(public_key_decode(hex(KNOWN_ED25519_PUBLIC), &key));
    expect_true(public_key_verify(&key, message, signature));
    expect_false(public_key_verify(&key, bytes_part(message, 0, 55), signature));
    expect_false(public_key_verify(&key, message, bytes_part(signature, 0, 63)));

    /* A peer may send the key 1 in Ed25519's encoding, under which R = 1, S = 0
     * would sign everything. */
    struct public_key neutral = {.ed25519.bytes = {1}};
    uint8_t forged[ED25519_SIGNATURE_BYTES] = {1};
    expect_false(public_key_verify(&neutral, message, bytes_make(forged, sizeof(forged))));
}

TEST_MAIN(TEST(reads_an_ed25519_key), TEST(writes_the_bytes_it_read),
    TEST(writes_a_key_of_zeros_whole), TEST(refuses_other_types_by_name),
    TEST(names_the_supported_type_too), TEST(refuses_everything_else),
    TEST(refuses_every_cut_and_every_changed_frame), TEST(refuses_unknown_types_without_a_name),
    TEST(refuses_huge_keys_unread), TEST(verifies_strictly))
