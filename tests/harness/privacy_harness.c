/*
 * Messages of private rooms: whatever comes is opened within its bounds or refused; what was sealed
 * opens again, and with anything changed it does not.
 */
#include "chat/privacy.h"

#include "harness/harness.h"

#include <string.h>

#define TOPIC "/gossipchat/private/1/aaaa/aaaaaaaaaaaaaaaaaaaaaaaaaa"

static void seal_and_open(
    struct script *script, const struct privacy *privacy, const struct gossip_peer_id *author)
{
    uint8_t nonce[XAEAD_NONCE_BYTES];
    memset(nonce, script_byte(script), sizeof(nonce));
    bool is_changed = script_chance(script, 2);
    uint32_t place = script_below(script, 65536);
    struct gossip_bytes text = script_rest(script);
    size_t room = PRIVACY_SEALED_BYTES(text.size);
    uint8_t *sealed = test_take(room);
    struct gossip_bytes opened;
    bytes_copy(sealed + PRIVACY_HEADER_BYTES, text);
    expect_equal(
        privacy_seal(privacy, BYTES_OF(TOPIC), author, nonce, room_make(sealed, room), text.size),
        room);
    if (is_changed)
        sealed[place % room] ^= 1;
    enum gossip_error error = privacy_open(privacy, BYTES_OF(TOPIC), author,
        bytes_make(sealed, room), room_make(test_take(room), room), &opened);
    expect_error(error, is_changed ? GOSSIP_ERROR_PEER_MALFORMED : GOSSIP_OK);
    if (!is_changed)
        expect_bytes(opened, text);
}

static void open_anything(
    struct script *script, const struct privacy *privacy, const struct gossip_peer_id *author)
{
    struct gossip_bytes sealed = script_rest(script);
    struct gossip_bytes opened;
    enum gossip_error error = privacy_open(privacy, BYTES_OF(TOPIC), author, sealed,
        room_make(test_take(sealed.size + 1), sealed.size), &opened);
    expect_equal(gossip_error_blame(error), GOSSIP_BLAME_PEER);
    expect_equal(opened.size, 0);
    (void)privacy_place(sealed);
}

static void play(const uint8_t *data, size_t size)
{
    static const uint8_t key[PRIVACY_KEY_BYTES] = {1, 2, 3};
    struct script script = script_of(data, size);
    struct privacy *privacy = privacy_create(key);
    struct gossip_peer_id author = {.size = 38};
    if (script_chance(&script, 2))
        seal_and_open(&script, privacy, &author);
    else
        open_anything(&script, privacy, &author);
    privacy_destroy(privacy);
}

const struct harness harness = {.name = "privacy", .play = play, .size_max = 2048};
