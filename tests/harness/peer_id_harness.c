/*
 * Peer ids: printing and parsing are each other's inverse, whatever is accepted has the form of a
 * key's multihash, and order is that of the bytes.
 */
#include "harness/harness.h"

#include "base/peer_id_text.h"
#include "identity/peer_id.h"

#include <string.h>

#define KEY_BYTES_MAX 128

static void expect_empty(const struct gossip_peer_id *id)
{
    expect_bytes(bytes_make(id, sizeof(*id)), bytes_repeated(0, sizeof(*id)));
}

/* What holds for every peer id that was accepted from anybody. */
static void check_peer_id(const struct gossip_peer_id *id)
{
    char *text = test_take(PEER_ID_TEXT_BYTES_MAX);
    struct gossip_peer_id again;
    struct public_key key;

    expect_true(id->size == 34 || id->size == 38 || id->size == 39);
    size_t length = peer_id_print(id, text);
    expect_equal(strlen(text), length);
    expect_ok(peer_id_parse(bytes_make(text, length), &again));
    expect_true(peer_id_is_equal(&again, id));
    expect_ok(peer_id_decode(bytes_make(id->data, id->size), &again));
    expect_true(peer_id_is_equal(&again, id));

    enum gossip_error error = peer_id_public_key(id, &key);
    if (error == GOSSIP_OK) {
        peer_id_from_public_key(&key, &again);
        expect_true(peer_id_is_equal(&again, id));
    } else {
        expect_error(error, id->size == 34 ? GOSSIP_ERROR_NOT_FOUND : GOSSIP_ERROR_UNSUPPORTED);
    }
}

static void play_binary(struct gossip_bytes encoded)
{
    struct gossip_peer_id id;
    if (peer_id_decode(encoded, &id) == GOSSIP_OK) {
        expect_bytes(bytes_make(id.data, id.size), encoded);
        check_peer_id(&id);
    } else {
        expect_empty(&id);
    }
}

static void play_text(struct gossip_bytes text)
{
    struct gossip_peer_id id;
    if (peer_id_parse(text, &id) == GOSSIP_OK)
        check_peer_id(&id);
    else
        expect_empty(&id);
}

static void play_key(struct gossip_bytes encoded)
{
    struct gossip_peer_id id;
    struct public_key key;
    peer_id_from_encoded_key(encoded, &id);
    expect_at_most(id.size, GOSSIP_PEER_ID_BYTES_MAX);
    if (encoded.size > 42 || public_key_decode(encoded, &key) == GOSSIP_OK)
        check_peer_id(&id);
}

/* The bytes of an honest peer id of either inline type, a few of them changed. */
static struct gossip_bytes almost_honest(struct script *script)
{
    static const uint8_t forms[][6] = {
        {0x00, 0x24, 0x08, 0x01, 0x12, 0x20}, {0x00, 0x25, 0x08, 0x02, 0x12, 0x21}};
    size_t form = script_below(script, 2);
    size_t size = 6 + 32 + form;
    uint8_t *bytes = test_take(size);
    memcpy(bytes, forms[form], 6);
    for (size_t i = 6; i < size; i++)
        bytes[i] = script_byte(script);
    for (uint32_t changes = script_below(script, 3); changes > 0; changes--)
        bytes[script_below(script, (uint32_t)size)] = script_byte(script);
    return bytes_make(bytes, size);
}

static void play_order(struct gossip_bytes one, struct gossip_bytes other)
{
    struct gossip_peer_id left = {.size = (uint8_t)one.size};
    struct gossip_peer_id right = {.size = (uint8_t)other.size};
    bytes_copy(left.data, one);
    bytes_copy(right.data, other);
    int order = peer_id_compare(&left, &right);
    int mirrored = peer_id_compare(&right, &left);
    expect_true((order < 0) == (mirrored > 0) && (order > 0) == (mirrored < 0));
    expect_equal(order == 0, bytes_equal(one, other));
    expect_equal(peer_id_is_equal(&left, &right), order == 0);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    switch (script_below(&script, 5)) {
    case 0:
        play_binary(script_rest(&script));
        break;
    case 1:
        play_text(script_rest(&script));
        break;
    case 2:
        play_key(script_bytes(&script, KEY_BYTES_MAX));
        break;
    case 3:
        play_binary(almost_honest(&script));
        break;
    default: {
        struct gossip_bytes one = script_bytes(&script, GOSSIP_PEER_ID_BYTES_MAX);
        play_order(one, script_bytes(&script, GOSSIP_PEER_ID_BYTES_MAX));
        break;
    }
    }
}

const struct harness harness = {.name = "peer_id", .play = play, .size_max = 300};
