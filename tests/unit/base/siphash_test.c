#include "base/siphash.h"

#include "support/test.h"

/* Key and messages of the paper's appendix A and of its authors' vectors: 00 01 02 ... */
static const struct siphash_key key = {.low = 0x0706050403020100u, .high = 0x0f0e0d0c0b0a0908u};

static const struct {
    size_t size;
    uint64_t hash;
} vectors[] = {
    {0, 0x726fdb47dd0e0e31u},
    {1, 0x74f839c593dc67fdu},
    {2, 0x0d6c8009d9a94f5au},
    {3, 0x85676696d7fb7e2du},
    {7, 0xab0200f58b01d137u},
    {8, 0x93f5f5799a932462u},
    {15, 0xa129ca6149be45e5u},
    {63, 0x958a324ceb064572u},
};

static void the_published_vectors_hold(void)
{
    uint8_t message[64];

    for (size_t i = 0; i < sizeof(message); i++)
        message[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
        expect_equal(siphash(key, bytes_make(message, vectors[i].size)), vectors[i].hash);
}

static void every_part_of_the_key_matters(void)
{
    struct siphash_key low = key, high = key;

    low.low ^= 1;
    high.high ^= 1;
    expect_not_equal(siphash(low, BYTES_OF("tea")), siphash(key, BYTES_OF("tea")));
    expect_not_equal(siphash(high, BYTES_OF("tea")), siphash(key, BYTES_OF("tea")));
}

static void zeros_at_the_end_matter(void)
{
    expect_not_equal(siphash(key, BYTES_OF("a")), siphash(key, BYTES_OF("a\0")));
    expect_not_equal(siphash(key, BYTES_OF("")), siphash(key, BYTES_OF("\0\0\0\0\0\0\0\0")));
}

TEST_MAIN(TEST(the_published_vectors_hold), TEST(every_part_of_the_key_matters),
    TEST(zeros_at_the_end_matter))
