#include "crypto/aead.h"

#include "base/bytes.h"
#include "base/require.h"

#include <sodium.h>

#define NONCE_BYTES crypto_aead_chacha20poly1305_ietf_NPUBBYTES
#define NONCE_COUNTER_OFFSET 4

_Static_assert(AEAD_KEY_BYTES == crypto_aead_chacha20poly1305_ietf_KEYBYTES, "sizes of RFC 8439");
_Static_assert(AEAD_TAG_BYTES == crypto_aead_chacha20poly1305_ietf_ABYTES, "sizes of RFC 8439");
_Static_assert(
    NONCE_BYTES == NONCE_COUNTER_OFFSET + sizeof(uint64_t), "the counter ends the nonce");

size_t aead_seal(const uint8_t key[AEAD_KEY_BYTES], uint64_t counter,
    struct gossip_bytes associated, struct gossip_room text, size_t plaintext_size)
{
    require(counter < AEAD_COUNTER_MAX);
    require(text.size >= AEAD_TAG_BYTES && plaintext_size <= text.size - AEAD_TAG_BYTES);
    uint8_t nonce[NONCE_BYTES] = {0};
    store_u64_little(nonce + NONCE_COUNTER_OFFSET, counter);
    crypto_aead_chacha20poly1305_ietf_encrypt(text.data, NULL, text.data, plaintext_size,
        associated.data, associated.size, NULL, nonce, key);
    return plaintext_size + AEAD_TAG_BYTES;
}

enum gossip_error aead_open(const uint8_t key[AEAD_KEY_BYTES], uint64_t counter,
    struct gossip_bytes associated, struct gossip_room text, size_t *plaintext_size)
{
    require(counter < AEAD_COUNTER_MAX);
    *plaintext_size = 0;
    if (text.size < AEAD_TAG_BYTES)
        return GOSSIP_ERROR_PEER_MALFORMED;
    uint8_t nonce[NONCE_BYTES] = {0};
    store_u64_little(nonce + NONCE_COUNTER_OFFSET, counter);
    if (crypto_aead_chacha20poly1305_ietf_decrypt(text.data, NULL, NULL, text.data, text.size,
            associated.data, associated.size, nonce, key) != 0)
        return GOSSIP_ERROR_PEER_MALFORMED;
    *plaintext_size = text.size - AEAD_TAG_BYTES;
    return GOSSIP_OK;
}
