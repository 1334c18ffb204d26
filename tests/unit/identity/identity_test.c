#include "identity/identity.h"

#include "base/peer_id_text.h"
#include "support/seeded_entropy.h"
#include "support/test.h"
#include "support/test_allocator.h"
#include "unit/identity/known_keys.h"

#include <string.h>

#define KNOWN_SEED "7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
#define KNOWN_HALF "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
#define OTHER_HALF "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

static void expect_peer(const struct identity *identity, const char *expected)
{
    char text[PEER_ID_TEXT_BYTES_MAX];
    peer_id_print(identity_peer_id(identity), text);
    expect_text(text, expected);
}

static void a_seed_makes_the_known_peer(void)
{
    struct identity *identity;
    expect_ok(identity_create_from_seed(allocator_system(), hex(KNOWN_SEED).data, &identity));
    expect_bytes(identity_public_key(identity), hex(KNOWN_ED25519_PUBLIC));
    expect_peer(identity, KNOWN_ED25519_PEER);
    identity_destroy(identity);

    uint8_t zeros[ED25519_SEED_BYTES] = {0};
    expect_ok(identity_create_from_seed(allocator_system(), zeros, &identity));
    expect_peer(identity, "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN");
    identity_destroy(identity);
    identity_destroy(NULL);
}

static void a_new_identity_takes_its_seed_from_the_entropy(void)
{
    struct seeded_entropy stream;
    uint8_t seed[ED25519_SEED_BYTES];
    seeded_entropy_init(&stream, 7);
    entropy_fill(seeded_entropy(&stream), seed, sizeof(seed));
    struct identity *expected;
    expect_ok(identity_create_from_seed(allocator_system(), seed, &expected));

    seeded_entropy_init(&stream, 7);
    struct identity *identity;
    expect_ok(identity_create(allocator_system(), seeded_entropy(&stream), &identity));
    expect_equal(stream.bytes, ED25519_SEED_BYTES);
    expect_bytes(identity_public_key(identity), identity_public_key(expected));
    identity_destroy(identity);
    identity_destroy(expected);
}

static void signatures_are_the_known_ones(void)
{
    struct identity *identity;
    struct gossip_bytes message = hex("6e6f6973652d6c69627032702d7374617469632d6b65793a000102030405"
                                      "060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    uint8_t signature[IDENTITY_SIGNATURE_BYTES];
    expect_ok(identity_create_from_seed(allocator_system(), hex(KNOWN_SEED).data, &identity));
    for (size_t i = 0; i < 3; i++) {
        memset(signature, 0, sizeof(signature));
        identity_sign(identity, message, signature);
        expect_bytes(bytes_make(signature, sizeof(signature)),
            hex("6748f6f4c32e36aa2ef8df283a99a76275a9358b224844c53ced6ae4789262d0"
                "0a86a6fe47a578ae243faa2a3ed9f4fd22d1bc38527f4797548e568ca43f500c"));
    }
    identity_destroy(identity);
}

static void a_key_file_is_written_as_it_was_read(void)
{
    struct identity *identity;
    uint8_t file[IDENTITY_KEY_FILE_BYTES];
    expect_ok(
        identity_create_from_key_file(allocator_system(), hex(KNOWN_ED25519_PRIVATE), &identity));
    expect_peer(identity, KNOWN_ED25519_PEER);
    identity_encode_key_file(identity, file);
    expect_bytes(bytes_make(file, sizeof(file)), hex(KNOWN_ED25519_PRIVATE));
    /* and the identity goes on working */
    identity_sign(identity, BYTES_OF("x"), (uint8_t[IDENTITY_SIGNATURE_BYTES]){0});
    identity_destroy(identity);
}

static void an_old_key_file_is_read_and_written_new(void)
{
    struct identity *identity;
    uint8_t file[IDENTITY_KEY_FILE_BYTES];
    struct gossip_bytes old = hex("08011260" KNOWN_SEED KNOWN_HALF KNOWN_HALF);
    expect_equal(old.size, IDENTITY_KEY_FILE_BYTES_MAX);
    expect_ok(identity_create_from_key_file(allocator_system(), old, &identity));
    expect_peer(identity, KNOWN_ED25519_PEER);
    identity_encode_key_file(identity, file);
    expect_bytes(bytes_make(file, sizeof(file)), hex(KNOWN_ED25519_PRIVATE));
    identity_destroy(identity);
}

static const char *const bad_files[] = {
    "",
    "08",
    "0801",
    "080112",
    "08011240",
    "08011200",
    "08011220" KNOWN_SEED, /* a seed alone */
    "08011220" KNOWN_HALF, /* a public key */
    /* the public half of another key, in each place: whoever signs with these
     * halves gives the seed away */
    "08011240" KNOWN_SEED OTHER_HALF,
    "08011260" KNOWN_SEED OTHER_HALF OTHER_HALF,
    "08011260" KNOWN_SEED KNOWN_HALF OTHER_HALF,
    "08011260" KNOWN_SEED OTHER_HALF KNOWN_HALF,
    /* a byte more or less, in the file or in what it says */
    "08011240" KNOWN_SEED KNOWN_HALF "0a",
    "08011241" KNOWN_SEED KNOWN_HALF "0a",
    "0801123f" KNOWN_SEED "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce2",
    "08011240" KNOWN_SEED "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce2",
    "08011260" KNOWN_SEED KNOWN_HALF,
    "08011240" KNOWN_SEED KNOWN_HALF KNOWN_HALF,
    /* fields swapped, a field twice, sizes and types in two bytes, unknown types */
    "1240" KNOWN_SEED KNOWN_HALF "0801",
    "080108011240" KNOWN_SEED KNOWN_HALF,
    "080112c000" KNOWN_SEED KNOWN_HALF,
    "0881001240" KNOWN_SEED KNOWN_HALF,
    "08041240" KNOWN_SEED KNOWN_HALF,
    /* 40 hexadecimal digits as text, as some tools save keys */
    "30383031313234303765303833303631376334613764653833393235646662323639343535366231",
};

static void bad_key_files_are_refused(void)
{
    for (size_t i = 0; i < sizeof(bad_files) / sizeof(char *); i++) {
        struct test_allocator memory;
        test_allocator_init(&memory);
        struct identity *identity = (struct identity *)&memory;
        expect_error(identity_create_from_key_file(&memory.allocator, hex(bad_files[i]), &identity),
            GOSSIP_ERROR_INVALID);
        expect_null(identity);
        test_allocator_deinit(&memory);
    }
}

static void every_cut_and_every_flipped_bit_of_a_key_file_is_refused(void)
{
    struct gossip_bytes whole = hex(KNOWN_ED25519_PRIVATE);
    struct identity *identity;
    for (size_t size = 0; size < whole.size; size++)
        expect_error(identity_create_from_key_file(
                         allocator_system(), bytes_part(whole, 0, size), &identity),
            GOSSIP_ERROR_INVALID);
    for (size_t bit = 0; bit < whole.size * 8; bit++) {
        uint8_t changed[IDENTITY_KEY_FILE_BYTES];
        memcpy(changed, whole.data, sizeof(changed));
        changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        enum gossip_error error = identity_create_from_key_file(
            allocator_system(), bytes_make(changed, sizeof(changed)), &identity);
        expect_true(error == GOSSIP_ERROR_INVALID || error == GOSSIP_ERROR_UNSUPPORTED);
        expect_null(identity);
    }
}

struct other_file {
    const char *file;
    const char *name;
};

static const struct other_file other_files[] = {
    {KNOWN_SECP256K1_PRIVATE, "Secp256k1"},
    {KNOWN_ECDSA_PRIVATE, "ECDSA"},
    {KNOWN_RSA_PRIVATE_START, "RSA"},
};

static void key_files_of_other_types_are_refused_by_name(void)
{
    for (size_t i = 0; i < sizeof(other_files) / sizeof(other_files[0]); i++) {
        struct identity *identity;
        struct gossip_bytes file = hex(other_files[i].file);
        expect_error(identity_create_from_key_file(allocator_system(), file, &identity),
            GOSSIP_ERROR_UNSUPPORTED);
        expect_null(identity);
        expect_text(identity_key_file_type(file), other_files[i].name);
    }
    expect_text(identity_key_file_type(hex(KNOWN_ED25519_PRIVATE)), "Ed25519");
    expect_null(identity_key_file_type(BYTES_OF("")));
    expect_null(identity_key_file_type(BYTES_OF("-----BEGIN PRIVATE KEY-----")));
}

static enum gossip_error create_and_sign(const struct allocator *allocator, void *context)
{
    struct identity *identity;
    enum gossip_error error =
        identity_create_from_key_file(allocator, *(struct gossip_bytes *)context, &identity);
    if (error != GOSSIP_OK) {
        expect_null(identity);
        return error;
    }
    identity_sign(identity, BYTES_OF("message"), (uint8_t[IDENTITY_SIGNATURE_BYTES]){0});
    identity_destroy(identity);
    return GOSSIP_OK;
}

static void missing_memory_is_an_error_and_nothing_else(void)
{
    struct gossip_bytes file = hex(KNOWN_ED25519_PRIVATE);
    expect_at_least(test_allocator_fail_each(create_and_sign, &file), 1);
}

static void the_secret_is_in_no_ordinary_memory(void)
{
    struct test_allocator memory;
    struct gossip_bytes file = hex(KNOWN_ED25519_PRIVATE);
    test_allocator_init(&memory);
    test_allocator_watch(&memory, hex(KNOWN_SEED));
    test_allocator_watch(&memory, bytes_part(hex(KNOWN_SEED), 0, 16));
    expect_ok(create_and_sign(&memory.allocator, &file));
    test_allocator_deinit(&memory);
}

TEST_MAIN(TEST(a_seed_makes_the_known_peer), TEST(a_new_identity_takes_its_seed_from_the_entropy),
    TEST(signatures_are_the_known_ones), TEST(a_key_file_is_written_as_it_was_read),
    TEST(an_old_key_file_is_read_and_written_new), TEST(bad_key_files_are_refused),
    TEST(every_cut_and_every_flipped_bit_of_a_key_file_is_refused),
    TEST(key_files_of_other_types_are_refused_by_name),
    TEST(missing_memory_is_an_error_and_nothing_else), TEST(the_secret_is_in_no_ordinary_memory))
