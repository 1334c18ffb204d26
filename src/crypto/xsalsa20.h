/*
 * XSalsa20: a stream of bytes that only who has the key can make, laid over other bytes. It hides
 * them, and does not notice when they are changed on their way.
 *
 * https://cr.yp.to/snuffle/xsalsa-20110204.pdf
 */
#ifndef CRYPTO_XSALSA20_H
#define CRYPTO_XSALSA20_H

#include "gossipchat/types.h"

#define XSALSA20_KEY_BYTES 32
#define XSALSA20_NONCE_BYTES 24

/*
 * Lays the stream of `key` and `nonce`, from its byte `offset` on, over `text` in place; done twice
 * it is undone. The stream has 2^64 blocks of 64 bytes: no `offset` comes near its end.
 */
void xsalsa20_xor(const uint8_t key[XSALSA20_KEY_BYTES], const uint8_t nonce[XSALSA20_NONCE_BYTES],
    uint64_t offset, struct gossip_room text);

#endif
