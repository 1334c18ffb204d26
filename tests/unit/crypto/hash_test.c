#include "crypto/hash.h"

#include "support/test.h"

#include <string.h>

static struct gossip_bytes digest_of(struct gossip_bytes message)
{
    uint8_t *digest = test_take(SHA256_BYTES);
    sha256(message, digest);
    return bytes_make(digest, SHA256_BYTES);
}

static struct gossip_bytes hmac_of(struct gossip_bytes key, struct gossip_bytes message)
{
    uint8_t *digest = test_take(SHA256_BYTES);
    hmac_sha256(key, message, digest);
    return bytes_make(digest, SHA256_BYTES);
}

/* https://csrc.nist.gov/CSRC/media/Projects/Cryptographic-Standards-and-Guidelines/documents/examples/SHA256.pdf */
static void sha256_gives_the_published_digests(void)
{
    expect_bytes(digest_of(BYTES_OF("")),
        hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    expect_bytes(digest_of(BYTES_OF("abc")),
        hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    expect_bytes(digest_of(BYTES_OF("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
        hex("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
    expect_bytes(digest_of(bytes_repeated('a', 1000000)),
        hex("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

static void sha256_in_pieces_equals_sha256_at_once(void)
{
    struct gossip_bytes message = bytes_repeated('x', 300);
    struct gossip_bytes expected = digest_of(message);
    for (size_t piece = 1; piece <= 130; piece++) {
        struct sha256 hash;
        sha256_init(&hash);
        for (size_t offset = 0; offset < message.size; offset += piece)
            sha256_update(&hash, bytes_part(message, offset, piece));
        uint8_t digest[SHA256_BYTES];
        sha256_finish(&hash, digest);
        expect_bytes(bytes_make(digest, sizeof(digest)), expected);
    }
}

static void sha256_of_no_pieces_is_that_of_nothing(void)
{
    struct sha256 hash;
    uint8_t digest[SHA256_BYTES];
    sha256_init(&hash);
    sha256_update(&hash, bytes_make(NULL, 0));
    sha256_finish(&hash, digest);
    expect_bytes(bytes_make(digest, sizeof(digest)), digest_of(BYTES_OF("")));
}

static void a_copied_sha256_forks(void)
{
    struct sha256 left;
    uint8_t digest[SHA256_BYTES];
    sha256_init(&left);
    sha256_update(&left, BYTES_OF("ab"));
    struct sha256 right = left;
    sha256_update(&left, BYTES_OF("c"));
    sha256_update(&right, BYTES_OF("d"));
    sha256_finish(&left, digest);
    expect_bytes(bytes_make(digest, sizeof(digest)), digest_of(BYTES_OF("abc")));
    sha256_finish(&right, digest);
    expect_bytes(bytes_make(digest, sizeof(digest)), digest_of(BYTES_OF("abd")));
}

static void finishing_sha256_wipes_it(void)
{
    struct sha256 hash;
    uint8_t digest[SHA256_BYTES];
    sha256_init(&hash);
    sha256_update(&hash, BYTES_OF("secret material"));
    sha256_finish(&hash, digest);
    expect_bytes(bytes_make(&hash, sizeof(hash)), bytes_repeated(0, sizeof(hash)));
}

static void a_digest_may_take_the_place_of_its_message(void)
{
    uint8_t place[SHA256_BYTES] = {'a', 'b', 'c'};
    sha256(bytes_make(place, 3), place);
    expect_bytes(bytes_make(place, sizeof(place)), digest_of(BYTES_OF("abc")));
}

/* https://www.rfc-editor.org/rfc/rfc4231#section-4 */
static void hmac_gives_the_published_codes(void)
{
    expect_bytes(hmac_of(bytes_repeated(0x0b, 20), BYTES_OF("Hi There")),
        hex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
    expect_bytes(hmac_of(BYTES_OF("Jefe"), BYTES_OF("what do ya want for nothing?")),
        hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    expect_bytes(hmac_of(bytes_repeated(0xaa, 20), bytes_repeated(0xdd, 50)),
        hex("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"));
    expect_bytes(hmac_of(hex("0102030405060708090a0b0c0d0e0f10111213141516171819"),
                     bytes_repeated(0xcd, 50)),
        hex("82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"));
    expect_bytes(hmac_of(bytes_repeated(0xaa, 131),
                     BYTES_OF("Test Using Larger Than Block-Size Key - Hash Key First")),
        hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
    expect_bytes(hmac_of(bytes_repeated(0xaa, 131),
                     BYTES_OF("This is a test using a larger than block-size key and a larger t"
                              "han block-size data. The key needs to be hashed before being used"
                              " by the HMAC algorithm.")),
        hex("9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"));
}

struct hkdf_case {
    const char *material;
    const char *salt;
    const char *info;
    const char *key;
    const char *output;
};

/* https://www.rfc-editor.org/rfc/rfc5869#appendix-A */
static const struct hkdf_case hkdf_cases[] = {
    {
        .material = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        .salt = "000102030405060708090a0b0c",
        .info = "f0f1f2f3f4f5f6f7f8f9",
        .key = "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        .output = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                  "34007208d5b887185865",
    },
    {
        .material = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
                    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
                    "404142434445464748494a4b4c4d4e4f",
        .salt = "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
                "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
                "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
        .info = "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
                "d0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef"
                "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        .key = "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        .output = "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                  "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                  "cc30c58179ec3e87c14c01d5c1f3434f1d87",
    },
    {
        .material = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        .salt = "",
        .info = "",
        .key = "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        .output = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                  "9d201395faa4b61a96c8",
    },
};

static void hkdf_gives_the_published_keys(void)
{
    for (size_t i = 0; i < sizeof(hkdf_cases) / sizeof(hkdf_cases[0]); i++) {
        const struct hkdf_case *row = &hkdf_cases[i];
        struct gossip_bytes expected = hex(row->output);
        uint8_t key[SHA256_BYTES];
        uint8_t output[128];

        hkdf_sha256_extract(hex(row->salt), hex(row->material), key);
        expect_bytes(bytes_make(key, sizeof(key)), hex(row->key));
        hkdf_sha256_expand(
            bytes_make(key, sizeof(key)), hex(row->info), room_make(output, expected.size));
        expect_bytes(bytes_make(output, expected.size), expected);

        memset(output, 0, sizeof(output));
        hkdf_sha256(
            hex(row->salt), hex(row->material), hex(row->info), room_make(output, expected.size));
        expect_bytes(bytes_make(output, expected.size), expected);
    }
}

static void hkdf_output_may_overlap_what_it_is_made_from(void)
{
    uint8_t place[2 * SHA256_BYTES];
    uint8_t expected[2 * SHA256_BYTES];
    memset(place, 7, sizeof(place));
    struct gossip_bytes salt = bytes_make(place, SHA256_BYTES);
    struct gossip_bytes material = bytes_make(place + SHA256_BYTES, SHA256_BYTES);

    hkdf_sha256(salt, material, BYTES_OF("info"), room_make(expected, sizeof(expected)));
    hkdf_sha256(salt, material, BYTES_OF("info"), room_make(place, sizeof(place)));
    expect_bytes(bytes_make(place, sizeof(place)), bytes_make(expected, sizeof(expected)));

    hkdf_sha256_expand(bytes_make(place, 32), BYTES_OF(""), room_make(expected, 64));
    hkdf_sha256_expand(bytes_make(place, 32), BYTES_OF(""), room_make(place, 64));
    expect_bytes(bytes_make(place, sizeof(place)), bytes_make(expected, sizeof(expected)));
}

static void hkdf_makes_as_much_as_its_counter_allows_and_no_more(void)
{
    uint8_t *output = test_take(HKDF_SHA256_OUTPUT_BYTES_MAX + 1);
    hkdf_sha256_expand(
        BYTES_OF("key"), BYTES_OF("info"), room_make(output, HKDF_SHA256_OUTPUT_BYTES_MAX));

    /* The last block, made by hand: T(255) = HMAC(key, T(254) || info || 0xff). */
    uint8_t input[SHA256_BYTES + 5];
    memcpy(input, output + 253 * SHA256_BYTES, SHA256_BYTES);
    memcpy(input + SHA256_BYTES, "info\xff", 5);
    expect_bytes(bytes_make(output + 254 * SHA256_BYTES, SHA256_BYTES),
        hmac_of(BYTES_OF("key"), bytes_make(input, sizeof(input))));

    struct gossip_bytes key = BYTES_OF("key");
    struct gossip_room too_much = room_make(output, HKDF_SHA256_OUTPUT_BYTES_MAX + 1);
    expect_require_fails(hkdf_sha256_expand(key, key, too_much));
}

static void hkdf_makes_no_output_on_request(void)
{
    uint8_t untouched = 42;
    hkdf_sha256(BYTES_OF("salt"), BYTES_OF("material"), BYTES_OF(""), room_make(&untouched, 0));
    expect_equal(untouched, 42);
}

TEST_MAIN(TEST(sha256_gives_the_published_digests), TEST(sha256_in_pieces_equals_sha256_at_once),
    TEST(sha256_of_no_pieces_is_that_of_nothing), TEST(a_copied_sha256_forks),
    TEST(finishing_sha256_wipes_it), TEST(a_digest_may_take_the_place_of_its_message),
    TEST(hmac_gives_the_published_codes), TEST(hkdf_gives_the_published_keys),
    TEST(hkdf_output_may_overlap_what_it_is_made_from),
    TEST(hkdf_makes_as_much_as_its_counter_allows_and_no_more),
    TEST(hkdf_makes_no_output_on_request))
