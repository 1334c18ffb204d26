/*
 * Stands in for aead.c in a harness, and protects nothing: with the real cipher
 * a fuzzer spends its life in front of a tag it cannot guess, and sees nothing of
 * the code behind it. Lengths, and what changes the result, are the same as
 * there, except that the key does not.
 */
#ifndef GOSSIPCHAT_FUZZ_CRYPTO
#error "this file encrypts nothing: it belongs into a harness, which defines GOSSIPCHAT_FUZZ_CRYPTO"
#endif

#include "crypto/aead.h"

#include "base/bytes.h"
#include "base/require.h"

#include <string.h>

/* FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
#define CHECKSUM_START 0xcbf29ce484222325u
#define CHECKSUM_PRIME 0x00000100000001b3u

static uint64_t checksum_add(uint64_t sum, struct gossip_bytes bytes)
{
    for (size_t i = 0; i < bytes.size; i++)
        sum = (sum ^ bytes.data[i]) * CHECKSUM_PRIME;
    return sum;
}

static void checksum_tag(uint64_t counter, struct gossip_bytes associated, struct gossip_bytes text,
    uint8_t tag[AEAD_TAG_BYTES])
{
    uint8_t start[3 * sizeof(uint64_t)];
    store_u64_little(start, counter);
    store_u64_little(start + sizeof(uint64_t), associated.size);
    store_u64_little(start + 2 * sizeof(uint64_t), text.size);
    uint64_t sum = checksum_add(CHECKSUM_START, bytes_make(start, sizeof(start)));
    sum = checksum_add(sum, associated);
    sum = checksum_add(sum, text);
    store_u64_little(tag, sum);
    store_u64_little(tag + sizeof(uint64_t), sum);
}

size_t aead_seal(const uint8_t key[AEAD_KEY_BYTES], uint64_t counter,
    struct gossip_bytes associated, struct gossip_room text, size_t plaintext_size)
{
    (void)key;
    require(counter < AEAD_COUNTER_MAX);
    require(text.size >= AEAD_TAG_BYTES && plaintext_size <= text.size - AEAD_TAG_BYTES);
    checksum_tag(
        counter, associated, bytes_make(text.data, plaintext_size), text.data + plaintext_size);
    return plaintext_size + AEAD_TAG_BYTES;
}

enum gossip_error aead_open(const uint8_t key[AEAD_KEY_BYTES], uint64_t counter,
    struct gossip_bytes associated, struct gossip_room text, size_t *plaintext_size)
{
    (void)key;
    require(counter < AEAD_COUNTER_MAX);
    *plaintext_size = 0;
    if (text.size < AEAD_TAG_BYTES)
        return GOSSIP_ERROR_PEER_MALFORMED;
    size_t size = text.size - AEAD_TAG_BYTES;
    uint8_t tag[AEAD_TAG_BYTES];
    checksum_tag(counter, associated, bytes_make(text.data, size), tag);
    if (memcmp(tag, text.data + size, sizeof(tag)) != 0) {
        memset(text.data, 0, size); /* as the real one does */
        return GOSSIP_ERROR_PEER_MALFORMED;
    }
    *plaintext_size = size;
    return GOSSIP_OK;
}
