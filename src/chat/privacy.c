#include "chat/privacy.h"

#include <string.h>

#include "base/bytes.h"
#include "base/require.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

#define PASSES 3
#define MEMORY_BYTES ((size_t)64 * 1024 * 1024)

#define PLACE_BYTES 2
#define PLACE_DIGITS (TEXT_BASE32_SIZE(PLACE_BYTES) - 1)
#define CHECK_BYTES 16
#define CHECK_DIGITS (TEXT_BASE32_SIZE(CHECK_BYTES) - 1)

/* Of the topic; and both are told from other topics and keys by these words. */
#define PAD_BYTE 0x80
#define SALT_WORDS "gossipchat private salt"
#define PLACE_WORDS "gossipchat private place"
#define CHECK_WORDS "gossipchat private check"
#define SEAL_WORDS "gossipchat private seal"
#define ASSOCIATED_WORDS "gossipchat private 1"

/* The words, a zero, the topic with its size before it, and a peer id. */
#define TOPIC_BYTES_MAX 256
#define ASSOCIATED_BYTES_MAX                                                                       \
    (sizeof(ASSOCIATED_WORDS) + 2 + TOPIC_BYTES_MAX + GOSSIP_PEER_ID_BYTES_MAX)

struct privacy {
    uint8_t seal[XAEAD_KEY_BYTES];
    uint8_t check[CHECK_BYTES];
};

struct passphrase_cost privacy_cost(void)
{
    return (struct passphrase_cost){.passes = PASSES, .memory_bytes = MEMORY_BYTES};
}

/* The rendezvous goes with its size, so that no two pairs are hashed alike. */
static void hash_names(struct gossip_bytes words, struct gossip_bytes rendezvous,
    struct gossip_bytes room, uint8_t digest[SHA256_BYTES])
{
    uint8_t size[8];
    struct sha256 hash;

    store_u64_little(size, rendezvous.size);
    sha256_init(&hash);
    sha256_update(&hash, words);
    sha256_update(&hash, bytes_make(size, sizeof(size)));
    sha256_update(&hash, rendezvous);
    sha256_update(&hash, room);
    sha256_finish(&hash, digest);
}

void privacy_salt(
    struct gossip_bytes rendezvous, struct gossip_bytes room, uint8_t salt[PASSPHRASE_SALT_BYTES])
{
    uint8_t digest[SHA256_BYTES];

    hash_names(BYTES_OF(SALT_WORDS), rendezvous, room, digest);
    memcpy(salt, digest, PASSPHRASE_SALT_BYTES);
}

struct privacy *privacy_create(const uint8_t key[PRIVACY_KEY_BYTES])
{
    struct gossip_bytes whole = bytes_make(key, PRIVACY_KEY_BYTES);
    struct privacy *privacy = secret_take(sizeof(*privacy));

    if (privacy != NULL) {
        hkdf_sha256_expand(
            whole, BYTES_OF(SEAL_WORDS), room_make(privacy->seal, sizeof(privacy->seal)));
        hkdf_sha256_expand(
            whole, BYTES_OF(CHECK_WORDS), room_make(privacy->check, sizeof(privacy->check)));
    }
    return privacy;
}

void privacy_destroy(struct privacy *privacy)
{
    secret_give(privacy);
}

/* ---- the topic -------------------------------------------------------------------------- */

size_t privacy_topic(const struct privacy *privacy, struct gossip_bytes rendezvous,
    struct gossip_bytes room, struct gossip_room topic)
{
    uint8_t digest[SHA256_BYTES];
    char place[PLACE_DIGITS + 1];
    char check[CHECK_DIGITS + 1];
    size_t size = topic.size;

    hash_names(BYTES_OF(PLACE_WORDS), rendezvous, room, digest);
    if (text_print_base32(bytes_make(digest, PLACE_BYTES), place, sizeof(place)) != GOSSIP_OK ||
        text_print_base32(bytes_make(privacy->check, CHECK_BYTES), check, sizeof(check)) !=
            GOSSIP_OK ||
        !room_put(&topic, BYTES_OF(PRIVACY_TOPIC_PREFIX)) ||
        !room_put(&topic, bytes_of_text(place)) || !room_put_u8(&topic, '/') ||
        !room_put(&topic, bytes_of_text(check))) {
        return 0;
    }
    return size - topic.size;
}

uint32_t privacy_place(struct gossip_bytes topic)
{
    struct gossip_bytes prefix = BYTES_OF(PRIVACY_TOPIC_PREFIX);
    uint8_t place[PLACE_BYTES];
    size_t size;

    if (!bytes_start_with(topic, prefix) ||
        topic.size != prefix.size + PLACE_DIGITS + 1 + CHECK_DIGITS ||
        topic.data[prefix.size + PLACE_DIGITS] != '/' ||
        text_parse_base32(bytes_part(topic, prefix.size, PLACE_DIGITS),
            room_make(place, sizeof(place)), &size) != GOSSIP_OK) {
        return 0;
    }
    return (uint32_t)load_u16_big(place) + 1;
}

/* ---- messages --------------------------------------------------------------------------- */

/* What is protected though it is not sent along. */
static struct gossip_bytes associate(struct gossip_bytes topic, const struct gossip_peer_id *author,
    uint8_t memory[ASSOCIATED_BYTES_MAX])
{
    struct gossip_room room = room_make(memory, ASSOCIATED_BYTES_MAX);

    require(topic.size <= TOPIC_BYTES_MAX);
    require(room_put(&room, bytes_make(ASSOCIATED_WORDS, sizeof(ASSOCIATED_WORDS))) &&
            room_put_u16_big(&room, (uint16_t)topic.size) && room_put(&room, topic) &&
            room_put(&room, bytes_make(author->data, author->size)));
    return bytes_make(memory, ASSOCIATED_BYTES_MAX - room.size);
}

size_t privacy_seal(const struct privacy *privacy, struct gossip_bytes topic,
    const struct gossip_peer_id *author, const uint8_t nonce[XAEAD_NONCE_BYTES],
    struct gossip_room message, size_t payload_size)
{
    size_t padded = (payload_size / PRIVACY_STEP_BYTES + 1) * PRIVACY_STEP_BYTES;
    uint8_t *text = message.data + PRIVACY_HEADER_BYTES;
    uint8_t memory[ASSOCIATED_BYTES_MAX];

    require(payload_size <= PRIVACY_PAYLOAD_BYTES_MAX);
    require(message.size >= PRIVACY_SEALED_BYTES(payload_size));
    message.data[0] = PRIVACY_VERSION;
    memcpy(message.data + 1, nonce, XAEAD_NONCE_BYTES);
    text[payload_size] = PAD_BYTE;
    memset(text + payload_size + 1, 0, padded - payload_size - 1);
    return PRIVACY_HEADER_BYTES + xaead_seal(privacy->seal, nonce, associate(topic, author, memory),
                                      room_make(text, padded + XAEAD_TAG_BYTES), padded);
}

enum gossip_error privacy_open(const struct privacy *privacy, struct gossip_bytes topic,
    const struct gossip_peer_id *author, struct gossip_bytes sealed, struct gossip_room room,
    struct gossip_bytes *payload)
{
    uint8_t memory[ASSOCIATED_BYTES_MAX];
    struct gossip_bytes text = bytes_part(sealed, PRIVACY_HEADER_BYTES, sealed.size);
    size_t size;

    *payload = (struct gossip_bytes){0};
    if (sealed.size > PRIVACY_SEALED_BYTES_MAX) {
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    if (sealed.size < PRIVACY_HEADER_BYTES || sealed.data[0] != PRIVACY_VERSION) {
        return GOSSIP_ERROR_PEER_MALFORMED;
    }
    require(room.size >= sealed.size);
    bytes_copy(room.data, text);
    if (xaead_open(privacy->seal, sealed.data + 1, associate(topic, author, memory),
            room_make(room.data, text.size), &size) != GOSSIP_OK) {
        return GOSSIP_ERROR_PEER_MALFORMED;
    }
    while (size > 0 && room.data[size - 1] == 0) {
        size--;
    }
    if (size == 0 || room.data[size - 1] != PAD_BYTE) {
        return GOSSIP_ERROR_PEER_MALFORMED; /* of a program that pads in another way */
    }
    *payload = bytes_make(room.data, size - 1);
    return GOSSIP_OK;
}
