/*
 * Encoded public keys: what is accepted is canonical, a key has one encoding, and a key of any type
 * is either supported, named, or nothing.
 */
#include "harness/harness.h"

#include "identity/public_key.h"

#include <string.h>

/* A canonical key, a few bytes of its frame changed, cut off, or followed by more. */
static struct gossip_bytes almost_canonical(struct script *script)
{
    uint8_t *bytes = test_take(PUBLIC_KEY_BYTES + 16);
    struct public_key key;
    size_t size = PUBLIC_KEY_BYTES;
    for (size_t i = 0; i < sizeof(key.ed25519.bytes); i++)
        key.ed25519.bytes[i] = script_byte(script);
    public_key_encode(&key, bytes);
    for (uint32_t changes = script_below(script, 3); changes > 0; changes--)
        bytes[script_below(script, 6)] = script_byte(script);
    if (script_chance(script, 4))
        size = script_below(script, PUBLIC_KEY_BYTES);
    else if (script_chance(script, 4)) {
        struct gossip_bytes more = script_bytes(script, 16);
        bytes_copy(bytes + size, more);
        size += more.size;
    }
    return bytes_make(bytes, size);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    struct gossip_bytes encoded =
        script_chance(&script, 2) ? almost_canonical(&script) : script_rest(&script);
    struct public_key key;
    uint8_t again[PUBLIC_KEY_BYTES];
    const char *name = public_key_type_name(encoded);

    enum gossip_error error = public_key_decode(encoded, &key);
    if (error == GOSSIP_OK) {
        public_key_encode(&key, again);
        expect_bytes(bytes_make(again, sizeof(again)), encoded);
        expect_text(name, "Ed25519");
        /* No signature comes out of thin air. */
        expect_false(public_key_verify(&key, encoded, script_bytes(&script, 64)));
        return;
    }
    expect_bytes(bytes_make(&key, sizeof(key)), bytes_repeated(0, sizeof(key)));
    if (error == GOSSIP_ERROR_UNSUPPORTED)
        expect_true(name == NULL || strcmp(name, "Ed25519") != 0);
    else
        expect_true(error == GOSSIP_ERROR_PEER_MALFORMED || error == GOSSIP_ERROR_PEER_TOO_LARGE);
}

const struct harness harness = {.name = "public_key", .play = play, .size_max = 2100};
