/*
 * The pattern XX of Noise: three messages after which both sides know each other's static key and
 * share two cipher keys. It knows nothing of identities and frames; those are in handshake.h.
 *
 * https://noiseprotocol.org/noise.html#interactive-handshake-patterns-fundamental
 *
 *     -> e
 *     <- e, ee, s, es
 *     -> s, se
 *
 * Secrets: the ephemeral key and all that is in the symmetric state live only in struct noise_xx,
 * which noise_xx_deinit wipes. A failure leaves it good for nothing else.
 */
#ifndef NOISE_PATTERN_XX_H
#define NOISE_PATTERN_XX_H

#include "crypto/keys.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "noise/session.h"
#include "noise/symmetric_state.h"

#define NOISE_XX_MESSAGES 3

/* What the largest message, the second, has besides its payload: two keys and two tags. */
#define NOISE_XX_OVERHEAD_BYTES_MAX ((size_t)2 * (X25519_BYTES + NOISE_TAG_BYTES))

struct noise_key_pair {
    struct x25519_secret secret;
    struct x25519_public public;
};

struct noise_xx {
    bool is_initiator;
    uint8_t messages; /* written and read so far */
    struct noise_symmetric_state symmetric;
    const struct noise_key_pair *static_keys; /* ours, borrowed until deinit */
    struct noise_key_pair ephemeral_keys;
    struct x25519_public their_static; /* known once they sent it */
    struct x25519_public their_ephemeral;
};

/* `ephemeral` is copied; it must be new for every handshake. Both sides have the same `prologue`. */
void noise_xx_init(struct noise_xx *xx, bool is_initiator, const struct noise_key_pair *static_keys,
    const struct x25519_secret *ephemeral, struct gossip_bytes prologue);

/* Wipes everything. */
void noise_xx_deinit(struct noise_xx *xx);

/* Whether the next message is ours to write; if not it is theirs, or all were sent. */
bool noise_xx_wants_write(const struct noise_xx *xx);

/* Whether all messages were written and read. */
bool noise_xx_is_complete(const struct noise_xx *xx);

/*
 * Writes our next message with `payload` into `message`, which has room for the payload and
 * NOISE_XX_OVERHEAD_BYTES_MAX more; `size` becomes its size. Fails with
 * GOSSIP_ERROR_PEER_MALFORMED if a key of the peer fixes the shared secret.
 */
GOSSIP_MUST_USE enum gossip_error noise_xx_write(
    struct noise_xx *xx, struct gossip_bytes payload, struct gossip_room message, size_t *size);

/*
 * Reads their next message, decrypting in place; `payload` borrows from `message`. Fails with
 * GOSSIP_ERROR_PEER_MALFORMED.
 */
GOSSIP_MUST_USE enum gossip_error noise_xx_read(
    struct noise_xx *xx, struct gossip_room message, struct gossip_bytes *payload);

/* Makes the keys of `session`, which the caller deinits. Only when complete. */
void noise_xx_split(const struct noise_xx *xx, struct noise_session *session);

#endif
