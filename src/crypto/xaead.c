#include "crypto/xaead.h"

#include "base/require.h"

#include <sodium.h>

_Static_assert(
    XAEAD_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "sizes of the draft");
_Static_assert(
    XAEAD_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "sizes of the draft");
_Static_assert(XAEAD_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "sizes of the draft");

size_t xaead_seal(const uint8_t key[XAEAD_KEY_BYTES], const uint8_t nonce[XAEAD_NONCE_BYTES],
    struct gossip_bytes associated, struct gossip_room text, size_t plaintext_size)
{
    require(text.size >= XAEAD_TAG_BYTES && plaintext_size <= text.size - XAEAD_TAG_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(text.data, NULL, text.data, plaintext_size,
        associated.data, associated.size, NULL, nonce, key);
    return plaintext_size + XAEAD_TAG_BYTES;
}

enum gossip_error xaead_open(const uint8_t key[XAEAD_KEY_BYTES],
    const uint8_t nonce[XAEAD_NONCE_BYTES], struct gossip_bytes associated, struct gossip_room text,
    size_t *plaintext_size)
{
    *plaintext_size = 0;
    if (text.size < XAEAD_TAG_BYTES)
        return GOSSIP_ERROR_PEER_MALFORMED;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(text.data, NULL, NULL, text.data, text.size,
            associated.data, associated.size, nonce, key) != 0)
        return GOSSIP_ERROR_PEER_MALFORMED;
    *plaintext_size = text.size - XAEAD_TAG_BYTES;
    return GOSSIP_OK;
}
