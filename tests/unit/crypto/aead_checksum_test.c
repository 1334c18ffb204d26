#include "crypto/aead.h"

#include "support/test.h"

#include <string.h>

static const uint8_t one_key[AEAD_KEY_BYTES] = {1};
static const uint8_t other_key[AEAD_KEY_BYTES] = {2};

static struct gossip_room sealed(const char *plaintext)
{
    size_t size = strlen(plaintext);
    struct gossip_room text = room_make(test_take(size + AEAD_TAG_BYTES), size + AEAD_TAG_BYTES);
    memcpy(text.data, plaintext, size);
    expect_equal(aead_seal(one_key, 5, BYTES_OF("data"), text, size), text.size);
    return text;
}

static void text_stays_readable(void)
{
    struct gossip_room text = sealed("hello");
    expect_bytes(room_filled(text, 5), BYTES_OF("hello"));
}

static void any_key_opens(void)
{
    struct gossip_room text = sealed("hello");
    size_t size = 0;
    expect_ok(aead_open(other_key, 5, BYTES_OF("data"), text, &size));
    expect_bytes(room_filled(text, size), BYTES_OF("hello"));
}

static void changes_are_noticed(void)
{
    for (size_t i = 0; i < 5 + AEAD_TAG_BYTES; i++) {
        struct gossip_room text = sealed("hello");
        text.data[i] ^= 0x10;
        size_t size = 99;
        expect_error(
            aead_open(one_key, 5, BYTES_OF("data"), text, &size), GOSSIP_ERROR_PEER_MALFORMED);
        expect_equal(size, 0);
    }
}

static void another_counter_or_associated_data_is_noticed(void)
{
    size_t size;
    expect_error(aead_open(one_key, 6, BYTES_OF("data"), sealed("hello"), &size),
        GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(aead_open(one_key, 5, BYTES_OF("dat"), sealed("ahello"), &size),
        GOSSIP_ERROR_PEER_MALFORMED);
}

static void what_is_shorter_than_a_tag_is_refused(void)
{
    uint8_t text[AEAD_TAG_BYTES] = {0};
    size_t size;
    expect_error(aead_open(one_key, 5, BYTES_OF(""), room_make(text, AEAD_TAG_BYTES - 1), &size),
        GOSSIP_ERROR_PEER_MALFORMED);
}

TEST_MAIN(TEST(text_stays_readable), TEST(any_key_opens), TEST(changes_are_noticed),
    TEST(another_counter_or_associated_data_is_noticed),
    TEST(what_is_shorter_than_a_tag_is_refused))
