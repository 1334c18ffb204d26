#include "crypto/aead.h"

#include "crypto/hash.h"
#include "crypto/keys.h"
#include "support/test.h"

#include <string.h>

/* https://www.rfc-editor.org/rfc/rfc8439#appendix-A.5, whose nonce begins with
 * four zero bytes, as ours do. */
static const char published_key[] =
    "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0";
static const uint64_t published_counter = 0x0807060504030201;
static const char published_associated[] = "f33388860000000000004e91";
static const struct gossip_bytes published_plaintext = BYTES_INITIALISER(
    "Internet-Drafts are draft documents valid for a maximum of six months and may be updated, "
    "replaced, or obsoleted by other documents at any time. It is inappropriate to use Internet-"
    "Drafts as reference material or to cite them other than as /\xe2\x80\x9cwork in progress./"
    "\xe2\x80\x9d");
static const char published_ciphertext[] =
    "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d"
    "26b0bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1"
    "ff37c8559797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4b9166c767b804d46a59b"
    "5216cde7a4e99040c5a40433225ee282a1b0a06c523eaf4534d7f83fa1155b0047718cbc546a0d072b04b3564eea"
    "1b422273f548271a0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a1049e617d91d36"
    "1094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b02709b"
    "eead9d67890cbb22392336fea1851f38";

static struct gossip_room copy_of(struct gossip_bytes bytes, size_t extra)
{
    uint8_t *copy = test_take(bytes.size + extra);
    bytes_copy(copy, bytes);
    return room_make(copy, bytes.size + extra);
}

static struct gossip_room seal(struct gossip_bytes plaintext, uint64_t counter)
{
    struct gossip_room text = copy_of(plaintext, AEAD_TAG_BYTES);
    size_t size = aead_seal(
        hex(published_key).data, counter, hex(published_associated), text, plaintext.size);
    expect_equal(size, plaintext.size + AEAD_TAG_BYTES);
    return text;
}

static enum gossip_error open(struct gossip_bytes sealed, uint64_t counter, size_t *size)
{
    return aead_open(
        hex(published_key).data, counter, hex(published_associated), copy_of(sealed, 0), size);
}

static void seals_to_the_published_ciphertext(void)
{
    struct gossip_room text = seal(published_plaintext, published_counter);
    expect_bytes(room_filled(text, text.size), hex(published_ciphertext));
}

static void opens_the_published_ciphertext(void)
{
    struct gossip_room text = copy_of(hex(published_ciphertext), 0);
    size_t size = 0;
    expect_ok(aead_open(
        hex(published_key).data, published_counter, hex(published_associated), text, &size));
    expect_bytes(room_filled(text, size), published_plaintext);
}

static void opens_what_it_sealed_at_every_size(void)
{
    for (size_t size = 0; size <= 200; size++) {
        struct gossip_bytes plaintext = bytes_repeated((uint8_t)size, size);
        struct gossip_room text = seal(plaintext, size);
        size_t opened = 0;
        expect_ok(
            aead_open(hex(published_key).data, size, hex(published_associated), text, &opened));
        expect_bytes(room_filled(text, opened), plaintext);
    }
}

static void leaves_room_behind_the_tag_alone(void)
{
    struct gossip_room text = copy_of(bytes_repeated(0x55, 40), 0);
    expect_equal(aead_seal(hex(published_key).data, 0, BYTES_OF(""), text, 10), 26);
    expect_bytes(bytes_make(text.data + 26, 14), bytes_repeated(0x55, 14));
}

static void refuses_every_flipped_bit(void)
{
    struct gossip_room text = seal(BYTES_OF("attack at dawn"), 7);
    for (size_t bit = 0; bit < text.size * 8; bit++) {
        struct gossip_room changed = copy_of(room_filled(text, text.size), 0);
        changed.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        size_t size = 99;
        expect_error(
            open(room_filled(changed, changed.size), 7, &size), GOSSIP_ERROR_PEER_MALFORMED);
        expect_equal(size, 0);
    }
}

static void refuses_another_counter_key_or_associated_data(void)
{
    struct gossip_room sealed = seal(BYTES_OF("attack at dawn"), 7);
    struct gossip_bytes bytes = room_filled(sealed, sealed.size);
    size_t size;
    expect_error(open(bytes, 6, &size), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(open(bytes, 7 + ((uint64_t)1 << 32), &size), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(aead_open(hex(published_key).data, 7, BYTES_OF("other"), copy_of(bytes, 0), &size),
        GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(aead_open(bytes_repeated(1, AEAD_KEY_BYTES).data, 7, hex(published_associated),
                     copy_of(bytes, 0), &size),
        GOSSIP_ERROR_PEER_MALFORMED);
    expect_ok(open(bytes, 7, &size));
}

static void refuses_what_is_shorter_than_a_tag(void)
{
    for (size_t size = 0; size < AEAD_TAG_BYTES; size++) {
        size_t opened = 99;
        expect_error(open(bytes_repeated(0, size), 0, &opened), GOSSIP_ERROR_PEER_MALFORMED);
        expect_equal(opened, 0);
    }
}

static void refuses_every_cut(void)
{
    struct gossip_room text = seal(bytes_repeated('x', 40), 0);
    for (size_t size = 0; size < text.size; size++) {
        size_t opened;
        expect_error(open(room_filled(text, size), 0, &opened), GOSSIP_ERROR_PEER_MALFORMED);
    }
}

/* Both without a result, for what must not return one. */

static void seal_zeros(uint64_t counter, size_t room, size_t plaintext_size)
{
    uint8_t text[64] = {0};
    size_t size = aead_seal(
        hex(published_key).data, counter, BYTES_OF(""), room_make(text, room), plaintext_size);
    expect_equal(size, plaintext_size + AEAD_TAG_BYTES);
}

static void open_zeros(uint64_t counter)
{
    uint8_t text[64] = {0};
    size_t size;
    expect_error(aead_open(hex(published_key).data, counter, BYTES_OF(""),
                     room_make(text, sizeof(text)), &size),
        GOSSIP_ERROR_PEER_MALFORMED);
}

static void never_uses_the_reserved_counter(void)
{
    seal_zeros(AEAD_COUNTER_MAX - 1, 32, 16);
    open_zeros(AEAD_COUNTER_MAX - 1);
    expect_require_fails(seal_zeros(AEAD_COUNTER_MAX, 32, 16));
    expect_require_fails(open_zeros(AEAD_COUNTER_MAX));
}

static void never_writes_past_the_room(void)
{
    seal_zeros(0, 32, 16);
    seal_zeros(0, 16, 0);
    expect_require_fails(seal_zeros(0, 32, 17));
    expect_require_fails(seal_zeros(0, 15, 0));
}

/*
 * The keys of a whole Noise_XX_25519_ChaChaPoly_SHA256 handshake follow from its
 * three agreed secrets alone, so they check agreeing, HKDF and the cipher
 * together. Keys and result: the vectors of https://github.com/flynn/noise.
 */
static struct x25519_secret secret_of(const char *text)
{
    struct x25519_secret secret;
    memcpy(secret.bytes, hex(text).data, sizeof(secret.bytes));
    return secret;
}

static void mix_key(uint8_t chaining_key[SHA256_BYTES], const char *ours, const char *theirs)
{
    struct x25519_secret secret = secret_of(ours);
    struct x25519_secret other = secret_of(theirs);
    struct x25519_public key = x25519_base(&other);
    struct x25519_shared shared;
    expect_ok(x25519_agree(&secret, &key, &shared));
    uint8_t keys[2 * SHA256_BYTES];
    hkdf_sha256(bytes_make(chaining_key, SHA256_BYTES), bytes_make(shared.bytes, sizeof(shared)),
        BYTES_OF(""), room_make(keys, sizeof(keys)));
    memcpy(chaining_key, keys, SHA256_BYTES);
}

static void derives_the_keys_of_a_published_noise_handshake(void)
{
    static const char initiator_static[] =
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    static const char responder_static[] =
        "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";
    static const char initiator_ephemeral[] =
        "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";
    static const char responder_ephemeral[] =
        "4142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60";

    uint8_t chaining_key[SHA256_BYTES];
    memcpy(chaining_key, "Noise_XX_25519_ChaChaPoly_SHA256", sizeof(chaining_key));
    uint8_t hash[SHA256_BYTES];
    sha256(bytes_make(chaining_key, sizeof(chaining_key)), hash);
    expect_bytes(bytes_make(hash, sizeof(hash)),
        hex("f3d15e6108ed9556171207baa58f97d29a13c6be40595166066e2e0958dc002d"));

    mix_key(chaining_key, initiator_ephemeral, responder_ephemeral);
    mix_key(chaining_key, initiator_ephemeral, responder_static);
    mix_key(chaining_key, initiator_static, responder_ephemeral);
    uint8_t keys[2 * SHA256_BYTES];
    hkdf_sha256(bytes_make(chaining_key, sizeof(chaining_key)), BYTES_OF(""), BYTES_OF(""),
        room_make(keys, sizeof(keys)));
    expect_bytes(bytes_make(keys, sizeof(keys)),
        hex("4759d15f0f4cfb9c3cef133e60b44ea3479cae90880a7e71df96f111d78d5953"
            "a8b5dce3cef845d63c9671c350eb15cbb50b6c6d5f0d3231d32d711dab1ed191"));

    struct gossip_room text = copy_of(BYTES_OF("yellowsubmarine"), AEAD_TAG_BYTES);
    size_t size = aead_seal(keys, 0, BYTES_OF(""), text, 15);
    expect_bytes(room_filled(text, size),
        hex("a52ef02ba60e12696d1d6b9ef4245c88fca757b6134ad6e76b56e310a6adf6"));
    text = copy_of(BYTES_OF("submarineyellow"), AEAD_TAG_BYTES);
    size = aead_seal(keys + SHA256_BYTES, 0, BYTES_OF(""), text, 15);
    expect_bytes(room_filled(text, size),
        hex("2445aa438ebd649281c636cc7269ca82f1d9023d72520943aeabf909cdf521"));
}

TEST_MAIN(TEST(seals_to_the_published_ciphertext), TEST(opens_the_published_ciphertext),
    TEST(opens_what_it_sealed_at_every_size), TEST(leaves_room_behind_the_tag_alone),
    TEST(refuses_every_flipped_bit), TEST(refuses_another_counter_key_or_associated_data),
    TEST(refuses_what_is_shorter_than_a_tag), TEST(refuses_every_cut),
    TEST(never_uses_the_reserved_counter), TEST(never_writes_past_the_room),
    TEST(derives_the_keys_of_a_published_noise_handshake))
