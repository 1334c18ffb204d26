#include "crypto/xsalsa20.h"

#include "base/bytes.h"
#include "support/test.h"

#include <string.h>

/* The stream of the key 00 01 .. 1f and the nonce 80 81 .. 97, as golang.org/x/crypto makes it: where
 * it begins in bytes, and some of it. */
static const struct {
    uint64_t offset;
    const char *bytes;
} published[] = {
    {0, "ee08d05b23f943b2857c7ecd10759bff94d2fe14bc4d0e7d3e6e36d5c2fcd9652493b740e0b9090c"
        "dca88ee3a193de1d3d46e04ea8adccef066b22a27788ac3b1bbdf5f49150f041"},
    {((uint64_t)1 << 32) - 64, /* over the first number of bytes that needs more than 32 bits */
        "3cb19aab86d91ae3de2f758f735b3eb86c36d034e0eefb166cfa8a1273afa73fd4e9c7c850e77aa7"
        "074a704584fc70cbe697f3239827d3a752164267362500700cfa8b6b3c1cfa4781f0334acf026295"
        "2089cdd8628f894e4246313b02b80e36713fb0143ff2fe1780386e44cc9f801d936d4785c88f3040"
        "de606023b72328bb"},
    {((uint64_t)1 << 38) - 64, /* and of blocks */
        "ce5da038b18f6495792dd14a0e56da8d28a2efa1a9a3381aa4e5b9d3d78b4ab9800ac481c355666a"
        "9e519806eb4156413187217ac0f37465d97afb4a247ca67cd14577c71b674173147d3cbe918beda9"
        "c324216b29f7b8988e900e5027821df63461c67f48abf80be13a8f80d8397e73fd66ac96df507a54"
        "6ca3acfcfc0e6e96"},
    {(uint64_t)1000 << 38, "acb1f9530205e13f4000e86d4f4c4d25"},
};

static uint8_t key[XSALSA20_KEY_BYTES];
static uint8_t nonce[XSALSA20_NONCE_BYTES];

static void begin(void)
{
    for (size_t i = 0; i < sizeof(key); i++)
        key[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof(nonce); i++)
        nonce[i] = (uint8_t)(0x80 + i);
}

static struct gossip_bytes stream_at(uint64_t offset, size_t size)
{
    uint8_t *bytes = test_take(size);

    memset(bytes, 0, size);
    xsalsa20_xor(key, nonce, offset, room_make(bytes, size));
    return bytes_make(bytes, size);
}

static void it_is_the_published_stream(void)
{
    begin();
    for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
        struct gossip_bytes bytes = hex(published[i].bytes);

        expect_bytes(stream_at(published[i].offset, bytes.size), bytes);
    }
}

/* However it is cut, and wherever a block ends. */
static void it_may_be_made_in_pieces(void)
{
    begin();
    for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
        struct gossip_bytes bytes = hex(published[i].bytes);

        for (size_t from = 0; from < bytes.size; from++) {
            for (size_t size = 0; size <= bytes.size - from; size += 7)
                expect_bytes(
                    stream_at(published[i].offset + from, size), bytes_part(bytes, from, size));
        }
    }
}

static void done_twice_it_is_undone(void)
{
    uint8_t text[] = "as it was";

    begin();
    xsalsa20_xor(key, nonce, 61, room_make(text, sizeof(text)));
    expect_false(memcmp(text, "as it was", sizeof(text)) == 0);
    xsalsa20_xor(key, nonce, 61, room_make(text, sizeof(text)));
    expect_text((const char *)text, "as it was");
}

TEST_MAIN(
    TEST(it_is_the_published_stream), TEST(it_may_be_made_in_pieces), TEST(done_twice_it_is_undone))
