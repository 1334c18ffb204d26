/*
 * What a finished Noise handshake leaves: two keys, one for each direction, with which frames are
 * sealed and opened in place.
 *
 * https://github.com/libp2p/specs/blob/master/noise/README.md#wire-format
 *
 * Frames must be opened in the order in which they were sealed. The first one that does not open
 * ends the session: bytes were changed, lost or repeated, and there is no way back.
 *
 * Secrets: the two keys live only in struct noise_session and are wiped by noise_session_deinit;
 * the receiving one already when a frame does not open.
 */
#ifndef NOISE_SESSION_H
#define NOISE_SESSION_H

#include "crypto/aead.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* A message is what stands behind the two bytes of its length: ciphertext and tag. */
#define NOISE_LENGTH_BYTES 2
#define NOISE_TAG_BYTES AEAD_TAG_BYTES
#define NOISE_MESSAGE_BYTES_MAX 65535
#define NOISE_PLAINTEXT_BYTES_MAX (NOISE_MESSAGE_BYTES_MAX - NOISE_TAG_BYTES)

/* What a frame is larger than its plaintext. */
#define NOISE_FRAME_OVERHEAD_BYTES (NOISE_LENGTH_BYTES + NOISE_TAG_BYTES)

/* One direction. A counter never comes back to a value it had: at AEAD_COUNTER_MAX it stays. */
struct noise_cipher {
    uint8_t key[AEAD_KEY_BYTES];
    uint64_t counter;
};

struct noise_session {
    struct noise_cipher sending;
    struct noise_cipher receiving;
};

/*
 * Encrypts `plaintext_size` bytes, at most NOISE_PLAINTEXT_BYTES_MAX, that already lie at
 * `frame.data + NOISE_LENGTH_BYTES`, in place, and writes length and tag around them. `frame.size`
 * is at least plaintext_size + NOISE_FRAME_OVERHEAD_BYTES. Returns the size of the finished frame;
 * 0, and nothing written, if the counter is used up: then the connection must end.
 */
size_t noise_session_seal(
    struct noise_session *session, struct gossip_room frame, size_t plaintext_size);

/*
 * Decrypts one whole message, without its length, in place. On success `plaintext`, possibly
 * empty, borrows from `message`. Fails with GOSSIP_ERROR_PEER_MALFORMED; the contents of `message`
 * are lost then, and every later call fails in the same way.
 */
GOSSIP_MUST_USE enum gossip_error noise_session_open(
    struct noise_session *session, struct gossip_room message, struct gossip_bytes *plaintext);

/* Wipes both keys. A deinited session neither seals nor opens. */
void noise_session_deinit(struct noise_session *session);

#endif
