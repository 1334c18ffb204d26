/*
 * Files with the key of a private network: whatever is read as one is one, says its key in the way
 * it claims to, and has nothing behind it; an honest file is read as what it says.
 */
#include "harness/harness.h"
#include "pnet/key.h"

#include <stdio.h>
#include <string.h>

#define FILE_BYTES_MAX (PNET_KEY_FILE_BYTES_MAX + 50)

static struct gossip_bytes print(
    const struct pnet_key *key, uint32_t encoding, const char *end, const char *tail)
{
    static const char *const names[] = {"/base16/", "/base64/", "/bin/"};
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *file = test_take(FILE_BYTES_MAX);
    size_t size = (size_t)snprintf(
        file, FILE_BYTES_MAX, "/key/swarm/psk/1.0.0/%s%s%s", end, names[encoding], end);

    for (size_t i = 0; encoding == 0 && i < sizeof(key->bytes); i++)
        size += (size_t)snprintf(file + size, 3, "%02x", key->bytes[i]);
    for (size_t bit = 0; encoding == 1 && bit < sizeof(key->bytes) * 8; bit += 6) {
        uint32_t two = (uint32_t)key->bytes[bit / 8] << 8 |
                       (bit / 8 + 1 < sizeof(key->bytes) ? key->bytes[bit / 8 + 1] : 0);

        file[size++] = digits[two >> (10 - bit % 8) & 63];
    }
    if (encoding == 1)
        file[size++] = '=';
    if (encoding == 2) {
        memcpy(file + size, key->bytes, sizeof(key->bytes));
        size += sizeof(key->bytes);
    }
    memcpy(file + size, tail, strlen(tail));
    return bytes_make(file, size + strlen(tail));
}

static void play_honest(struct script *script)
{
    static const char *const ends[] = {"\n", "\r\n"};
    static const char *const tails[] = {"", "\n", "\r\n"};
    struct pnet_key key, read;
    const char *reason;
    struct gossip_bytes file;

    for (size_t i = 0; i < sizeof(key.bytes); i++)
        key.bytes[i] = script_byte(script);
    file = print(&key, script_below(script, 3), ends[script_below(script, 2)],
        tails[script_below(script, 3)]);
    expect_ok(pnet_key_decode(file, &read, &reason));
    expect_true(memcmp(&key, &read, sizeof(key)) == 0);
    file.size = script_below(script, (uint32_t)file.size + 1);
    if (pnet_key_decode(file, &read, &reason) == GOSSIP_OK)
        expect_true(memcmp(&key, &read, sizeof(key)) == 0); /* only its end was cut off */
}

static void play_foreign(struct gossip_bytes file)
{
    struct pnet_key key;
    const char *reason;
    bool is_key = pnet_key_decode(file, &key, &reason) == GOSSIP_OK;

    if (is_key) {
        expect_null(reason);
        expect_true(bytes_start_with(file, BYTES_OF("/key/swarm/psk/1.0.0/")));
        expect_at_most(file.size, PNET_KEY_FILE_BYTES_MAX);
    } else {
        expect_not_null(reason);
        expect_bytes(bytes_make(key.bytes, sizeof(key.bytes)), bytes_repeated(0, 32));
    }
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);

    if (script_chance(&script, 2))
        play_honest(&script);
    else
        play_foreign(script_rest(&script));
}

const struct harness harness = {.name = "network_key", .play = play, .size_max = 300};
