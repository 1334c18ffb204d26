/*
 * SHA-256, the keyed HMAC made from it, and HKDF made from that.
 *
 * https://www.rfc-editor.org/rfc/rfc6234 (SHA-256, HMAC, HKDF)
 * https://www.rfc-editor.org/rfc/rfc5869 (HKDF)
 *
 * Nothing here fails. An output overlaps no input unless it is said.
 */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include "gossipchat/types.h"

#define SHA256_BYTES 32

/*
 * A hash being computed. Copying the struct forks the computation.
 *
 * Secrets: if what is hashed is secret, so is this; sha256_finish wipes it, and
 * secret_wipe does for one that is given up before.
 */
struct sha256 {
    uint64_t state[13];
};

/* The hash of `message`, in one go. `digest` may lie inside `message`. */
void sha256(struct gossip_bytes message, uint8_t digest[SHA256_BYTES]);

/* The same in pieces: init, any number of updates, finish. */
void sha256_init(struct sha256 *hash);
void sha256_update(struct sha256 *hash, struct gossip_bytes piece);

/* Writes the digest and wipes `hash`, which needs init before it is used again. */
void sha256_finish(struct sha256 *hash, uint8_t digest[SHA256_BYTES]);

/* HMAC-SHA256 of `message`; `key` has any size. `digest` may lie inside either. */
void hmac_sha256(
    struct gossip_bytes key, struct gossip_bytes message, uint8_t digest[SHA256_BYTES]);

#define HKDF_SHA256_OUTPUT_BYTES_MAX ((size_t)255 * SHA256_BYTES)

/* HKDF-Extract: from `material` of any shape to one even key. `key` may lie inside either. */
void hkdf_sha256_extract(
    struct gossip_bytes salt, struct gossip_bytes material, uint8_t key[SHA256_BYTES]);

/*
 * HKDF-Expand: fills `output`, at most HKDF_SHA256_OUTPUT_BYTES_MAX bytes, from
 * `key`, which is normally what extract made; `info` binds it to a purpose.
 * `output` may overlap `key`.
 */
void hkdf_sha256_expand(
    struct gossip_bytes key, struct gossip_bytes info, struct gossip_room output);

/*
 * Extract, then expand. `output` may overlap `salt` and `material`. The Noise
 * function HKDF(chaining_key, material, n) is this with the chaining key as
 * `salt`, no `info`, and n times 32 bytes of output.
 * https://noiseprotocol.org/noise.html#hash-functions
 */
void hkdf_sha256(struct gossip_bytes salt, struct gossip_bytes material, struct gossip_bytes info,
    struct gossip_room output);

#endif
