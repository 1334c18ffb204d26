/*
 * ChaCha20-Poly1305: encryption that notices any change, always in place.
 *
 * https://www.rfc-editor.org/rfc/rfc8439#section-2.8
 *
 * The nonce is a counter that the caller keeps: four zero bytes, then the
 * counter in little-endian order, as Noise wants it. One key must never seal
 * twice with the same counter, so it must not wrap: whoever keeps it ends the
 * conversation before AEAD_COUNTER_MAX.
 *
 * A harness that has to get past this door (tests/harness) links
 * aead_checksum.c in its place: text stays readable there, and the tag depends on
 * the text, the associated data and the counter, but not on the key.
 */
#ifndef CRYPTO_AEAD_H
#define CRYPTO_AEAD_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define AEAD_KEY_BYTES 32
#define AEAD_TAG_BYTES 16

/* Reserved by Noise; never used as a counter.
 * https://noiseprotocol.org/noise.html#the-cipherstate-object */
#define AEAD_COUNTER_MAX UINT64_MAX

/*
 * Encrypts the first `plaintext_size` bytes of `text` in place and writes the
 * tag behind them; `text.size` is at least plaintext_size + AEAD_TAG_BYTES.
 * `associated` is protected but not sent along. Returns the size of the
 * ciphertext with its tag.
 */
size_t aead_seal(const uint8_t key[AEAD_KEY_BYTES], uint64_t counter,
    struct gossip_bytes associated, struct gossip_room text, size_t plaintext_size);

/*
 * Checks `text`, ciphertext and tag, and decrypts it in place. On success the
 * plaintext is its first `*plaintext_size` bytes. Fails with
 * GOSSIP_ERROR_PEER_MALFORMED if anything was changed, or if `text` is shorter
 * than a tag; the contents of `text` are lost then.
 */
GOSSIP_MUST_USE enum gossip_error aead_open(const uint8_t key[AEAD_KEY_BYTES], uint64_t counter,
    struct gossip_bytes associated, struct gossip_room text, size_t *plaintext_size);

#endif
