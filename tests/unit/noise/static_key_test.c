#include "noise/static_key.h"

#include "support/test.h"
#include "support/test_allocator.h"

#include <string.h>

/* https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#test-vectors */
#define SEED "7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
#define PUBLIC_KEY "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
#define NOISE_SECRET "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"

static struct test_allocator memory;
static struct identity *identity;

/* Entropy that yields the 32 bytes of NOISE_SECRET. */
static void fill(void *context, struct gossip_room room)
{
    (void)context;
    expect_equal(room.size, X25519_BYTES);
    bytes_copy(room.data, hex(NOISE_SECRET));
}

static const struct entropy fixed = {.fill = fill};

static void begin(void)
{
    test_allocator_init(&memory);
    expect_ok(identity_create_from_seed(&memory.allocator, hex(SEED).data, &identity));
}

static void end(void)
{
    identity_destroy(identity);
    test_allocator_deinit(&memory);
}

static void the_key_is_signed_by_the_identity(void)
{
    struct noise_static_key *key;
    begin();
    expect_ok(noise_static_key_create(&memory.allocator, identity, fixed, &key));
    const struct noise_key_pair *pair = noise_static_key_pair(key);
    expect_bytes(bytes_make(pair->secret.bytes, 32), hex(NOISE_SECRET));
    expect_bytes(bytes_make(pair->public.bytes, 32),
        hex("07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c"));
    expect_bytes(noise_static_key_identity(key), hex(PUBLIC_KEY));
    expect_bytes(noise_static_key_signature(key),
        hex("e50bee9de7af956f6f42ff71195b76f47ea095d2f4c6a57cf588887bed31f783"
            "46151ce5458182eb7fae8111ad60cf76d4303391165284ff683988e1c7843304"));

    struct public_key public_key;
    expect_ok(public_key_decode(hex(PUBLIC_KEY), &public_key));
    expect_true(
        noise_static_key_is_proven(&pair->public, &public_key, noise_static_key_signature(key)));
    noise_static_key_destroy(key);
    end();
}

static void a_known_proof_holds_and_a_changed_one_does_not(void)
{
    struct public_key public_key;
    struct x25519_public static_key;
    uint8_t signature[64];
    bytes_copy(static_key.bytes, hex("000102030405060708090a0b0c0d0e0f"
                                     "101112131415161718191a1b1c1d1e1f"));
    bytes_copy(signature, hex("6748f6f4c32e36aa2ef8df283a99a76275a9358b224844c53ced6ae4789262d0"
                              "0a86a6fe47a578ae243faa2a3ed9f4fd22d1bc38527f4797548e568ca43f500c"));
    expect_ok(public_key_decode(hex(PUBLIC_KEY), &public_key));
    struct gossip_bytes proof = bytes_make(signature, sizeof(signature));
    expect_true(noise_static_key_is_proven(&static_key, &public_key, proof));
    for (size_t size = 0; size < sizeof(signature); size++)
        expect_false(
            noise_static_key_is_proven(&static_key, &public_key, bytes_make(signature, size)));
    for (size_t bit = 0; bit < 8 * sizeof(signature); bit += 7) {
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        expect_false(noise_static_key_is_proven(&static_key, &public_key, proof));
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    static_key.bytes[0] ^= 1;
    expect_false(noise_static_key_is_proven(&static_key, &public_key, proof));
}

static void a_signature_without_the_prefix_proves_nothing(void)
{
    struct public_key public_key;
    struct x25519_public static_key = {{1, 2, 3}};
    uint8_t signature[IDENTITY_SIGNATURE_BYTES];
    begin();
    expect_ok(public_key_decode(hex(PUBLIC_KEY), &public_key));
    identity_sign(identity, bytes_make(static_key.bytes, 32), signature);
    expect_false(noise_static_key_is_proven(
        &static_key, &public_key, bytes_make(signature, sizeof(signature))));
    end();
}

static void the_secret_half_is_wiped(void)
{
    struct noise_static_key *key;
    begin();
    test_allocator_watch(&memory, hex(NOISE_SECRET));
    expect_ok(noise_static_key_create(&memory.allocator, identity, fixed, &key));
    noise_static_key_destroy(key);
    noise_static_key_destroy(NULL);
    end();
}

static void without_memory_there_is_no_key(void)
{
    struct noise_static_key *key;
    begin();
    test_allocator_fail(&memory, 1);
    expect_error(
        noise_static_key_create(&memory.allocator, identity, fixed, &key), GOSSIP_ERROR_NO_MEMORY);
    expect_null(key);
    end();
}

TEST_MAIN(TEST(the_key_is_signed_by_the_identity),
    TEST(a_known_proof_holds_and_a_changed_one_does_not),
    TEST(a_signature_without_the_prefix_proves_nothing), TEST(the_secret_half_is_wiped),
    TEST(without_memory_there_is_no_key))
