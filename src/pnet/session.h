/*
 * The outer coat of one connection in a private network: every byte in either direction lies under
 * a stream of XSalsa20, from the key that all members share and a nonce that each side makes up.
 *
 * https://github.com/libp2p/specs/blob/master/pnet/Private-Networks-PSK-V1.md
 *
 * Each side says its nonce first and at once: nobody waits for the other's. The coat keeps strangers
 * out; it does not notice changed bytes, which is for the secret channel within.
 */
#ifndef PNET_SESSION_H
#define PNET_SESSION_H

#include "base/entropy.h"
#include "pnet/key.h"

/* What each side says before anything else. */
#define PNET_NONCE_BYTES XSALSA20_NONCE_BYTES

/* Fields are private to session.c. All zero is a session without a key, that changes nothing. */
struct pnet_session {
    const struct pnet_key *key; /* NULL: none */
    uint8_t ours[PNET_NONCE_BYTES], theirs[PNET_NONCE_BYTES];
    uint8_t theirs_size;
    bool is_ours_said;
    uint64_t sent, received; /* bytes that lay under the stream */
    size_t open;             /* at the front of the input, uncovered but not used yet */
};

/* `key`, which may be NULL, is borrowed for the session's life; the nonce is drawn from `entropy`. */
void pnet_session_init(
    struct pnet_session *session, const struct pnet_key *key, struct entropy entropy);

/*
 * Takes the other side's nonce off the front of `input`, and uncovers the rest in place. What those
 * above leave of it comes again, unchanged, at the front of the next input: what they used is told
 * by pnet_session_use. False as long as the nonce is not whole; all input was taken then.
 */
bool pnet_session_receive(struct pnet_session *session, struct gossip_room *input);

/* `size` bytes from the front of what was uncovered are used up. */
void pnet_session_use(struct pnet_session *session, size_t size);

/* Whether our nonce is still to be said. */
bool pnet_session_has_output(const struct pnet_session *session);

/* Puts our nonce at the front of `room`, which has place for it, if it was not said. Its size, or 0. */
size_t pnet_session_transmit(struct pnet_session *session, struct gossip_room room);

/* Covers `bytes`, the next to be sent, in place. Our nonce was said. */
void pnet_session_cover(struct pnet_session *session, struct gossip_room bytes);

#endif
