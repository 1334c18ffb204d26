/*
 * XChaCha20-Poly1305: as aead.h, with a nonce so long that it may be chosen at
 * random, so that many who share one key need not agree on a counter.
 *
 * https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha-03
 */
#ifndef CRYPTO_XAEAD_H
#define CRYPTO_XAEAD_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define XAEAD_KEY_BYTES 32
#define XAEAD_NONCE_BYTES 24
#define XAEAD_TAG_BYTES 16

/* As aead_seal, under a nonce that was never used with this key before: one from `struct entropy`. */
size_t xaead_seal(const uint8_t key[XAEAD_KEY_BYTES], const uint8_t nonce[XAEAD_NONCE_BYTES],
    struct gossip_bytes associated, struct gossip_room text, size_t plaintext_size);

/* As aead_open. */
GOSSIP_MUST_USE enum gossip_error xaead_open(const uint8_t key[XAEAD_KEY_BYTES],
    const uint8_t nonce[XAEAD_NONCE_BYTES], struct gossip_bytes associated, struct gossip_room text,
    size_t *plaintext_size);

#endif
