#include "crypto/xsalsa20.h"

#include <sodium.h>
#include <string.h>

#include "base/require.h"

#define BLOCK_BYTES 64

_Static_assert(XSALSA20_KEY_BYTES == crypto_stream_xsalsa20_KEYBYTES, "as libsodium has it");
_Static_assert(XSALSA20_NONCE_BYTES == crypto_stream_xsalsa20_NONCEBYTES, "as libsodium has it");

static void xor_blocks(
    const uint8_t *key, const uint8_t *nonce, uint64_t block, uint8_t *data, size_t size)
{
    /* Fails only above 2^64 blocks. */
    require(crypto_stream_xsalsa20_xor_ic(data, data, size, nonce, block, key) == 0);
}

void xsalsa20_xor(const uint8_t key[XSALSA20_KEY_BYTES], const uint8_t nonce[XSALSA20_NONCE_BYTES],
    uint64_t offset, struct gossip_room text)
{
    uint64_t block = offset / BLOCK_BYTES;
    size_t begun = (size_t)(offset % BLOCK_BYTES); /* bytes of the first block that are used up */

    if (begun > 0 && text.size > 0) {
        uint8_t bytes[BLOCK_BYTES] = {0};
        size_t size = text.size < BLOCK_BYTES - begun ? text.size : BLOCK_BYTES - begun;

        memcpy(bytes + begun, text.data, size);
        xor_blocks(key, nonce, block, bytes, begun + size);
        memcpy(text.data, bytes + begun, size);
        sodium_memzero(bytes, sizeof(bytes));
        text.data += size;
        text.size -= size;
        block++;
    }
    if (text.size > 0) {
        xor_blocks(key, nonce, block, text.data, text.size);
    }
}
