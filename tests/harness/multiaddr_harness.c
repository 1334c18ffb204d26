/*
 * Addresses: printing and parsing are each other's inverse, nothing is accepted in two forms, what is
 * printed is clean and fits, and taking apart and building agree. What people type is either an
 * address that can be dialed or has a sentence that says why not.
 */
#include "harness/harness.h"

#include "base/peer_id_text.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "multiaddr/user_address.h"

#include <string.h>

static void expect_empty(const struct gossip_address *address)
{
    expect_bytes(bytes_make(address, sizeof(*address)), bytes_repeated(0, sizeof(*address)));
}

/* ---- addresses that were accepted -------------------------------------------------------- */

static void check_components(struct gossip_bytes encoded)
{
    struct gossip_room room = room_make(test_take(MULTIADDR_BYTES_MAX), MULTIADDR_BYTES_MAX);
    uint8_t *start = room.data;
    struct multiaddr_component component;
    size_t count = 0;
    for (struct gossip_bytes rest = encoded; multiaddr_next(&rest, &component); count++)
        expect_true(multiaddr_put(&room, component.code, component.value));
    expect_bytes(bytes_make(start, (size_t)(room.data - start)), encoded);
    expect_at_most(count, MULTIADDR_COMPONENTS_MAX);
    expect_at_least(count, 1);
}

static void check_text(struct gossip_bytes encoded)
{
    char *text = test_take(MULTIADDR_TEXT_BYTES_MAX);
    size_t length = multiaddr_print(encoded, text);
    expect_equal(strlen(text), length);
    for (size_t i = 0; i < length; i++)
        expect_true(text[i] >= ' ' && text[i] <= '~');

    struct gossip_address address;
    enum gossip_error error = multiaddr_parse(bytes_make(text, length), &address, NULL);
    if (encoded.size > GOSSIP_ADDRESS_BYTES_MAX) {
        expect_error(error, GOSSIP_ERROR_LIMIT);
        return;
    }
    expect_ok(error);
    expect_bytes(multiaddr_bytes(&address), encoded);
}

static void check_endpoint(const struct gossip_address *address)
{
    struct multiaddr_endpoint endpoint;
    struct multiaddr_endpoint again;
    struct gossip_address built;
    struct gossip_peer_id peer;
    multiaddr_endpoint_decode(multiaddr_bytes(address), &endpoint);
    expect_equal(multiaddr_peer_id(address, &peer), endpoint.has_peer);
    expect_true(peer_id_is_equal(&peer, &endpoint.peer));
    enum multiaddr_reach reach = multiaddr_reach(address);
    bool has_ip = endpoint.host == MULTIADDR_HOST_IP4 || endpoint.host == MULTIADDR_HOST_IP6;
    expect_equal(reach != MULTIADDR_REACH_UNKNOWN, has_ip);
    if (!endpoint.is_dialable)
        return;

    expect_ok(multiaddr_endpoint_encode(&endpoint, &built));
    expect_equal(built.size, address->size);
    if (endpoint.zone.size == 0) /* else it may have changed sides */
        expect_true(multiaddr_is_equal(&built, address));
    multiaddr_endpoint_decode(multiaddr_bytes(&built), &again);
    expect_true(again.is_dialable && again.port == endpoint.port && again.host == endpoint.host);
    expect_bytes(again.zone, endpoint.zone);
    expect_equal(multiaddr_reach(&built), reach);
}

static void check_peer_id(const struct gossip_address *address)
{
    static const uint8_t key[32] = {9};
    struct gossip_peer_id peer = {.size = 38, .data = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20}};
    struct gossip_peer_id found;
    struct gossip_address changed = *address;
    memcpy(peer.data + 6, key, sizeof(key));
    if (multiaddr_put_peer_id(&changed, &peer) != GOSSIP_OK) {
        expect_true(multiaddr_is_equal(&changed, address));
        return;
    }
    expect_ok(multiaddr_check(multiaddr_bytes(&changed)));
    expect_true(multiaddr_peer_id(&changed, &found));
    expect_true(peer_id_is_equal(&found, &peer));
    struct gossip_address stripped = *address;
    multiaddr_remove_peer_id(&changed);
    multiaddr_remove_peer_id(&stripped);
    expect_ok(multiaddr_check(multiaddr_bytes(&changed)));
    if (stripped.size < address->size || !multiaddr_peer_id(address, &found))
        expect_true(multiaddr_is_equal(&changed, &stripped));
}

static void check_accepted(struct gossip_bytes encoded)
{
    struct gossip_address address;
    expect_at_most(encoded.size, MULTIADDR_BYTES_MAX);
    check_components(encoded);
    check_text(encoded);
    enum gossip_error error = multiaddr_decode(encoded, &address);
    if (encoded.size > GOSSIP_ADDRESS_BYTES_MAX) {
        expect_error(error, GOSSIP_ERROR_PEER_TOO_LARGE);
        return;
    }
    expect_ok(error);
    expect_bytes(multiaddr_bytes(&address), encoded);
    check_endpoint(&address);
    check_peer_id(&address);
}

/* ---- inputs ------------------------------------------------------------------------------ */

static void play_binary(struct gossip_bytes encoded)
{
    struct gossip_address address;
    if (multiaddr_check(encoded) == GOSSIP_OK) {
        check_accepted(encoded);
        return;
    }
    expect_true(multiaddr_decode(encoded, &address) != GOSSIP_OK);
    expect_empty(&address);
    check_endpoint(&address);
}

static void expect_complaint(const struct multiaddr_complaint *complaint, struct gossip_bytes text)
{
    expect_not_null(complaint->sentence);
    if (complaint->part.size > 0)
        expect_true(complaint->part.data >= text.data &&
                    complaint->part.data + complaint->part.size <= text.data + text.size);
}

static void play_text(struct gossip_bytes text)
{
    struct gossip_address address;
    struct multiaddr_complaint complaint = {0};
    if (multiaddr_parse(text, &address, &complaint) == GOSSIP_OK) {
        expect_ok(multiaddr_check(multiaddr_bytes(&address)));
        check_accepted(multiaddr_bytes(&address));
    } else {
        expect_empty(&address);
        expect_complaint(&complaint, text);
    }
}

static void play_user(struct gossip_bytes text)
{
    struct gossip_address address;
    struct multiaddr_complaint complaint = {0};
    struct multiaddr_endpoint endpoint;
    if (multiaddr_parse_user(text, &address, &complaint) == GOSSIP_OK) {
        multiaddr_endpoint_decode(multiaddr_bytes(&address), &endpoint);
        expect_true(endpoint.is_dialable);
        check_accepted(multiaddr_bytes(&address));
    } else {
        expect_empty(&address);
        expect_complaint(&complaint, text);
    }
}

/* ---- inputs that come far ---------------------------------------------------------------- */

static struct gossip_bytes make_value(struct script *script, enum multiaddr_value kind)
{
    static const uint8_t peer[] = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};
    static const uint8_t hash[] = {0x12, 0x20};
    uint8_t *value = test_take(64);
    for (size_t i = 0; i < 64; i++)
        value[i] = script_byte(script);
    switch (kind) {
    case MULTIADDR_VALUE_NONE:
        return bytes_make(value, 0);
    case MULTIADDR_VALUE_IP4:
        return bytes_make(value, 4);
    case MULTIADDR_VALUE_IP6:
        memset(value, 0, script_below(script, 17));
        return bytes_make(value, 16);
    case MULTIADDR_VALUE_PORT:
        return bytes_make(value, 2);
    case MULTIADDR_VALUE_PREFIX:
        return bytes_make(value, 1);
    case MULTIADDR_VALUE_NUMBER:
        return bytes_make(value, 8);
    case MULTIADDR_VALUE_HOST:
    case MULTIADDR_VALUE_WORD:
        for (size_t i = 0; i < 63; i++)
            value[i] = (uint8_t) "abz019-_.~*"[value[i] % 11];
        return bytes_make(value, 1 + script_below(script, 63));
    case MULTIADDR_VALUE_PATH:
        for (size_t i = 0; i < 64; i++)
            value[i] = (uint8_t)(i == 0 ? '/' : ' ' + value[i] % 95);
        return bytes_make(value, 1 + script_below(script, 64));
    case MULTIADDR_VALUE_PEER_ID:
        memcpy(value, peer, sizeof(peer));
        return bytes_make(value, 38);
    case MULTIADDR_VALUE_MULTIHASH:
        memcpy(value, hash, sizeof(hash));
        return bytes_make(value, 34);
    }
    return bytes_make(value, 0);
}

/* A row of components, each by itself nearly always legal; then perhaps a byte changed. */
static struct gossip_bytes make_address(struct script *script)
{
    size_t protocols_count;
    const struct multiaddr_protocol *protocols = multiaddr_protocols(&protocols_count);
    struct gossip_room room = room_make(test_take(600), 600);
    uint8_t *start = room.data;
    for (uint32_t count = script_below(script, MULTIADDR_COMPONENTS_MAX + 2); count > 0; count--) {
        const struct multiaddr_protocol *protocol =
            &protocols[script_below(script, (uint32_t)protocols_count)];
        if (!multiaddr_put(&room, protocol->code, make_value(script, protocol->value)))
            break;
    }
    size_t size = (size_t)(room.data - start);
    if (size > 0 && script_chance(script, 4))
        start[script_below(script, (uint32_t)size)] ^= script_byte(script);
    return bytes_make(start, size);
}

/* Text of the pieces that addresses are made of. */
static struct gossip_bytes make_text(struct script *script)
{
    static const char *const pieces[] = {"/", "/", "/ip4/", "/ip6/", "/tcp/", "/dns/", "/p2p/",
        "/ip6zone/", "/unix", "/ws", "/tls", "/p2p-circuit", "/certhash/", "127.0.0.1", "1.2.3.4",
        "::1", "fe80::", ":", "[", "]", "%eth0", "80", "9740", "0", ".", "example", "::ffff:", " ",
        "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq",
        "k2k4r8oqamigqdo6o7hsbfwd45y70oyynp98usk7zmyfrzpqxh1pohl7",
        "uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g", "://"};
    struct gossip_room room = room_make(test_take(512), 512);
    uint8_t *start = room.data;
    for (uint32_t count = script_below(script, 16); count > 0; count--) {
        uint32_t piece = script_below(script, sizeof(pieces) / sizeof(pieces[0]) + 1);
        bool fits = piece < sizeof(pieces) / sizeof(pieces[0])
                        ? room_put(&room, bytes_of_text(pieces[piece]))
                        : room_put_u8(&room, script_byte(script));
        if (!fits)
            break;
    }
    return bytes_make(start, (size_t)(room.data - start));
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    switch (script_below(&script, 6)) {
    case 0:
        play_binary(script_rest(&script));
        break;
    case 1:
        play_text(script_rest(&script));
        break;
    case 2:
        play_user(script_rest(&script));
        break;
    case 3:
        play_text(make_text(&script));
        break;
    case 4:
        play_user(make_text(&script));
        break;
    default:
        play_binary(make_address(&script));
        break;
    }
}

const struct harness harness = {.name = "multiaddr", .play = play, .size_max = 2048};
