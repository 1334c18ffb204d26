/*
 * Private key files: what is accepted is one key and nothing else, belongs to its public half, and is
 * written as it was read.
 */
#include "harness/harness.h"

#include "identity/identity.h"
#include "support/test_allocator.h"

#include <string.h>

/* An identity that came out of a file works, and its file is that file (or its modern form). */
static void check_identity(const struct identity *identity, struct gossip_bytes file)
{
    uint8_t written[IDENTITY_KEY_FILE_BYTES];
    uint8_t signature[IDENTITY_SIGNATURE_BYTES];
    struct public_key key;

    identity_encode_key_file(identity, written);
    expect_bytes(bytes_make(written + 4, 64), bytes_part(file, 4, 64));
    if (file.size == sizeof(written))
        expect_bytes(bytes_make(written, sizeof(written)), file);
    else
        expect_bytes(bytes_part(file, 36, 32), bytes_part(file, 68, 32));
    expect_text(identity_key_file_type(file), "Ed25519");

    expect_ok(public_key_decode(identity_public_key(identity), &key));
    identity_sign(identity, BYTES_OF("message"), signature);
    expect_true(
        public_key_verify(&key, BYTES_OF("message"), bytes_make(signature, sizeof(signature))));
}

/* An honest file, new or old, a few of its bytes changed, cut off, or followed by more. */
static struct gossip_bytes almost_honest(struct script *script)
{
    uint8_t *file = test_take(IDENTITY_KEY_FILE_BYTES_MAX + 8);
    uint8_t seed[ED25519_SEED_BYTES];
    struct identity *identity;
    size_t size = IDENTITY_KEY_FILE_BYTES;
    for (size_t i = 0; i < sizeof(seed); i++)
        seed[i] = script_byte(script);
    expect_ok(identity_create_from_seed(allocator_system(), seed, &identity));
    identity_encode_key_file(identity, file);
    identity_destroy(identity);
    if (script_chance(script, 2)) {
        memcpy(file + size, file + 36, 32);
        file[3] += 32;
        size = IDENTITY_KEY_FILE_BYTES_MAX;
    }
    for (uint32_t changes = script_below(script, 3); changes > 0; changes--)
        file[script_below(script, (uint32_t)size)] ^= script_byte(script);
    if (script_chance(script, 8))
        size = script_below(script, (uint32_t)size);
    else if (script_chance(script, 8))
        size += script_below(script, 8);
    return bytes_make(file, size);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    struct gossip_bytes file =
        script_chance(&script, 2) ? almost_honest(&script) : script_rest(&script);
    struct test_allocator memory;
    struct identity *identity;
    test_allocator_init(&memory);

    enum gossip_error error = identity_create_from_key_file(&memory.allocator, file, &identity);
    if (error == GOSSIP_OK) {
        check_identity(identity, file);
        test_allocator_watch(&memory, bytes_part(file, 4, ED25519_SEED_BYTES));
    } else {
        expect_null(identity);
        expect_true(error == GOSSIP_ERROR_INVALID || error == GOSSIP_ERROR_UNSUPPORTED);
    }
    identity_destroy(identity);
    test_allocator_deinit(&memory);
}

const struct harness harness = {.name = "key_file", .play = play, .size_max = 256};
