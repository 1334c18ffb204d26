#include "chat/privacy.h"

#include "support/test.h"

#include <string.h>

#define TOPIC_ROOM 64

static const char room_key[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
static const char nonce[] = "404142434445464748494a4b4c4d4e4f5051525354555657";

static struct gossip_peer_id person(uint8_t number)
{
    struct gossip_peer_id id = {.size = 38};
    memset(id.data, number, id.size);
    return id;
}

static struct gossip_bytes topic_in(
    const struct privacy *privacy, const char *rendezvous, const char *room)
{
    uint8_t *topic = test_take(TOPIC_ROOM);
    size_t size = privacy_topic(
        privacy, bytes_of_text(rendezvous), bytes_of_text(room), room_make(topic, TOPIC_ROOM));
    return bytes_make(topic, size);
}

static struct gossip_bytes seal_for(const struct privacy *privacy, struct gossip_bytes topic,
    const struct gossip_peer_id *author, struct gossip_bytes payload)
{
    size_t room = PRIVACY_SEALED_BYTES(payload.size);
    uint8_t *sealed = test_take(room);
    bytes_copy(sealed + PRIVACY_HEADER_BYTES, payload);
    size_t size = privacy_seal(
        privacy, topic, author, hex(nonce).data, room_make(sealed, room), payload.size);
    expect_equal(size, room);
    return bytes_make(sealed, size);
}

static enum gossip_error open_as(const struct privacy *privacy, struct gossip_bytes topic,
    const struct gossip_peer_id *author, struct gossip_bytes sealed, struct gossip_bytes *payload)
{
    return privacy_open(privacy, topic, author, sealed,
        room_make(test_take(sealed.size + 1), sealed.size), payload);
}

/* Written by an implementation of the description in the header; any other must agree. */
static void the_format_is_as_it_was(void)
{
    struct privacy *privacy = privacy_create(hex(room_key).data);
    struct gossip_peer_id author = person(7);
    uint8_t salt[PASSPHRASE_SALT_BYTES];
    privacy_salt(BYTES_OF("tea"), BYTES_OF("ops"), salt);
    expect_bytes(bytes_make(salt, sizeof(salt)), hex("19b7c1568cd154884c88ebd2dbf5c726"));
    struct gossip_bytes topic = topic_in(privacy, "tea", "ops");
    expect_bytes(topic, BYTES_OF("/gossipchat/private/1/otma/zfulu56aw3x3ntumv2m7qjgkqq"));
    struct gossip_bytes sealed = seal_for(privacy, topic, &author, BYTES_OF("hello"));
    expect_bytes(bytes_part(sealed, 0, 64),
        hex("01404142434445464748494a4b4c4d4e4f505152535455565744f377a99a9edc5dd265d5a01dfa8144a160"
            "ac0ff7039a09ef03cffd650549ebfc8c2b998d877f"));
    expect_bytes(bytes_part(sealed, sealed.size - 16, 16), hex("6458a5cd4c18e863c1143084fd77cf06"));
    privacy_destroy(privacy);
}

static void the_cost_is_as_it_was(void)
{
    expect_equal(privacy_cost().passes, 3);
    expect_equal(privacy_cost().memory_bytes, 64 * 1024 * 1024);
}

static void what_was_sealed_opens_at_every_size(void)
{
    struct privacy *privacy = privacy_create(hex(room_key).data);
    struct gossip_peer_id author = person(7);
    struct gossip_bytes topic = topic_in(privacy, "tea", "ops");
    for (size_t size = 0; size <= 3 * PRIVACY_STEP_BYTES; size++) {
        struct gossip_bytes text = bytes_repeated(size % 2 == 0 ? 0 : 0x80, size);
        struct gossip_bytes opened;
        expect_ok(
            open_as(privacy, topic, &author, seal_for(privacy, topic, &author, text), &opened));
        expect_bytes(opened, text);
    }
    privacy_destroy(privacy);
}

/* Of a thousand lengths an onlooker tells apart only how many steps they take. */
static void sizes_are_hidden_in_steps(void)
{
    struct privacy *privacy = privacy_create(hex(room_key).data);
    struct gossip_peer_id author = person(7);
    struct gossip_bytes topic = topic_in(privacy, "tea", "ops");
    size_t histogram[5] = {0};
    for (size_t size = 0; size < 4 * PRIVACY_STEP_BYTES; size++) {
        struct gossip_bytes sealed = seal_for(privacy, topic, &author, bytes_repeated('x', size));
        size_t padded = sealed.size - PRIVACY_HEADER_BYTES - XAEAD_TAG_BYTES;
        expect_equal(padded % PRIVACY_STEP_BYTES, 0);
        expect_at_most(padded / PRIVACY_STEP_BYTES, 4);
        histogram[padded / PRIVACY_STEP_BYTES]++;
    }
    expect_equal(histogram[0], 0);
    for (size_t i = 1; i <= 4; i++)
        expect_equal(histogram[i], PRIVACY_STEP_BYTES);
    privacy_destroy(privacy);
}

static void nothing_else_opens(void)
{
    uint8_t other_key[PRIVACY_KEY_BYTES];
    memcpy(other_key, hex(room_key).data, sizeof(other_key));
    other_key[31] ^= 1;
    struct privacy *privacy = privacy_create(hex(room_key).data);
    struct privacy *other = privacy_create(other_key);
    struct gossip_peer_id author = person(7), thief = person(8);
    struct gossip_bytes topic = topic_in(privacy, "tea", "ops");
    struct gossip_bytes other_topic = topic_in(privacy, "tea", "dev");
    struct gossip_bytes sealed = seal_for(privacy, topic, &author, BYTES_OF("attack at dawn"));
    struct gossip_bytes opened;
    expect_ok(open_as(privacy, topic, &author, sealed, &opened));
    expect_error(
        open_as(other, topic, &author, sealed, &opened), GOSSIP_ERROR_PEER_MALFORMED); /* key */
    expect_error(open_as(privacy, other_topic, &author, sealed, &opened),
        GOSSIP_ERROR_PEER_MALFORMED); /* said again elsewhere */
    expect_error(open_as(privacy, topic, &thief, sealed, &opened),
        GOSSIP_ERROR_PEER_MALFORMED); /* signed by a thief */
    expect_equal(opened.size, 0);
    for (size_t bit = 0; bit < sealed.size * 8; bit += 5) {
        uint8_t *changed = test_take(sealed.size);
        bytes_copy(changed, sealed);
        changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        expect_error(open_as(privacy, topic, &author, bytes_make(changed, sealed.size), &opened),
            GOSSIP_ERROR_PEER_MALFORMED);
    }
    for (size_t size = 0; size < sealed.size; size++)
        expect_error(open_as(privacy, topic, &author, bytes_part(sealed, 0, size), &opened),
            GOSSIP_ERROR_PEER_MALFORMED);
    privacy_destroy(privacy);
    privacy_destroy(other);
}

static void too_much_is_not_looked_at(void)
{
    struct privacy *privacy = privacy_create(hex(room_key).data);
    struct gossip_peer_id author = person(7);
    struct gossip_bytes topic = topic_in(privacy, "tea", "ops");
    struct gossip_bytes opened;
    expect_error(open_as(privacy, topic, &author,
                     bytes_repeated(PRIVACY_VERSION, PRIVACY_SEALED_BYTES_MAX + 1), &opened),
        GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_ok(open_as(privacy, topic, &author,
        seal_for(privacy, topic, &author, bytes_repeated('x', PRIVACY_PAYLOAD_BYTES_MAX)),
        &opened));
    expect_equal(opened.size, PRIVACY_PAYLOAD_BYTES_MAX);
    privacy_destroy(privacy);
}

static void a_place_is_shared_by_those_who_mean_the_same_room(void)
{
    uint8_t key[PRIVACY_KEY_BYTES] = {1};
    struct privacy *privacy = privacy_create(hex(room_key).data);
    struct privacy *other = privacy_create(key);
    struct gossip_bytes topic = topic_in(privacy, "tea", "ops");
    expect_false(bytes_equal(topic, topic_in(other, "tea", "ops")));
    expect_not_equal(privacy_place(topic), 0);
    expect_equal(privacy_place(topic), privacy_place(topic_in(other, "tea", "ops")));
    expect_not_equal(privacy_place(topic), privacy_place(topic_in(privacy, "tea", "dev")));
    expect_not_equal(privacy_place(topic), privacy_place(topic_in(privacy, "teao", "ps")));
    expect_equal(privacy_place(BYTES_OF("/gossipchat/1/tea/ops")), 0);
    expect_equal(privacy_place(bytes_part(topic, 0, topic.size - 1)), 0);
    expect_equal(privacy_topic(privacy, BYTES_OF("tea"), BYTES_OF("ops"), room_make(key, 32)), 0);
    privacy_destroy(privacy);
    privacy_destroy(other);
    privacy_destroy(NULL);
}

TEST_MAIN(TEST(the_format_is_as_it_was), TEST(the_cost_is_as_it_was),
    TEST(what_was_sealed_opens_at_every_size), TEST(sizes_are_hidden_in_steps),
    TEST(nothing_else_opens), TEST(too_much_is_not_looked_at),
    TEST(a_place_is_shared_by_those_who_mean_the_same_room))
