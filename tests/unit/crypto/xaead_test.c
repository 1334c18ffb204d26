#include "crypto/xaead.h"

#include "support/test.h"

/* https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha-03#appendix-A.3.1 */
static const char published_key[] =
    "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f";
static const char published_nonce[] = "404142434445464748494a4b4c4d4e4f5051525354555657";
static const char published_associated[] = "50515253c0c1c2c3c4c5c6c7";
static const struct gossip_bytes published_plaintext = BYTES_INITIALISER(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.");
static const char published_ciphertext[] =
    "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda"
    "7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b23835"
    "65d3fff921f9664c97637da9768812f615c68b13b52e"
    "c0875924c1c7987947deafd8780acf49";

static struct gossip_room copy_of(struct gossip_bytes bytes, size_t extra)
{
    uint8_t *copy = test_take(bytes.size + extra);
    bytes_copy(copy, bytes);
    return room_make(copy, bytes.size + extra);
}

static enum gossip_error open(struct gossip_bytes sealed, struct gossip_bytes key,
    struct gossip_bytes nonce, struct gossip_bytes associated)
{
    size_t size = 99;
    enum gossip_error error =
        xaead_open(key.data, nonce.data, associated, copy_of(sealed, 0), &size);
    expect_equal(size, error == GOSSIP_OK ? sealed.size - XAEAD_TAG_BYTES : 0);
    return error;
}

static void seals_to_the_published_ciphertext(void)
{
    struct gossip_room text = copy_of(published_plaintext, XAEAD_TAG_BYTES);
    expect_equal(xaead_seal(hex(published_key).data, hex(published_nonce).data,
                     hex(published_associated), text, published_plaintext.size),
        text.size);
    expect_bytes(room_filled(text, text.size), hex(published_ciphertext));
}

static void opens_the_published_ciphertext(void)
{
    struct gossip_room text = copy_of(hex(published_ciphertext), 0);
    size_t size;
    expect_ok(xaead_open(hex(published_key).data, hex(published_nonce).data,
        hex(published_associated), text, &size));
    expect_bytes(room_filled(text, size), published_plaintext);
}

static void refuses_whatever_is_different(void)
{
    struct gossip_bytes sealed = hex(published_ciphertext);
    struct gossip_bytes key = hex(published_key);
    struct gossip_bytes nonce = hex(published_nonce);
    struct gossip_bytes associated = hex(published_associated);
    expect_ok(open(sealed, key, nonce, associated));
    for (size_t bit = 0; bit < sealed.size * 8; bit++) {
        struct gossip_room changed = copy_of(sealed, 0);
        changed.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        expect_error(open(room_filled(changed, changed.size), key, nonce, associated),
            GOSSIP_ERROR_PEER_MALFORMED);
    }
    for (size_t i = 0; i < XAEAD_NONCE_BYTES; i++) {
        struct gossip_room other = copy_of(nonce, 0);
        other.data[i] ^= 1;
        expect_error(open(sealed, key, room_filled(other, other.size), associated),
            GOSSIP_ERROR_PEER_MALFORMED);
    }
    expect_error(open(sealed, bytes_repeated(1, XAEAD_KEY_BYTES), nonce, associated),
        GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(open(sealed, key, nonce, BYTES_OF("other")), GOSSIP_ERROR_PEER_MALFORMED);
}

static void refuses_what_is_shorter_than_a_tag(void)
{
    for (size_t size = 0; size < XAEAD_TAG_BYTES; size++) {
        size_t opened = 99;
        expect_error(xaead_open(hex(published_key).data, hex(published_nonce).data, BYTES_OF(""),
                         copy_of(bytes_repeated(0, size), 0), &opened),
            GOSSIP_ERROR_PEER_MALFORMED);
        expect_equal(opened, 0);
    }
}

TEST_MAIN(TEST(seals_to_the_published_ciphertext), TEST(opens_the_published_ciphertext),
    TEST(refuses_whatever_is_different), TEST(refuses_what_is_shorter_than_a_tag))
