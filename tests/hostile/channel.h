/*
 * A secret channel over one TCP connection on this machine, for somebody who lies: the Noise
 * handshake shows any proof, and what goes through may be anything, or stop anywhere.
 *
 * https://github.com/libp2p/specs/blob/master/noise/README.md
 *
 * It is a tool of the tests, so that a failure of the system ends the program.
 */
#ifndef TESTS_HOSTILE_CHANNEL_H
#define TESTS_HOSTILE_CHANNEL_H

#include "gossipchat/types.h"
#include "identity/identity.h"
#include "noise/pattern_xx.h"

/* The first group may be set before anything else, the second may be read; the rest is channel.c's. */
struct channel {
    size_t cut_after;     /* bytes that are sent at all, and then the end */
    bool ends_with_reset; /* that end is the connection's, not only that of our direction */
    bool is_narrow;       /* the receive buffer is the smallest there is */

    const char *end; /* why nothing more will come; NULL until then */
    int socket;
    size_t sent;
    size_t unsent_size; /* waits for the socket */
    struct identity *identity;
    struct noise_key_pair static_keys;

    bool is_cut;
    struct x25519_secret ephemeral;
    struct noise_session session;
    uint8_t *unsent;
    uint8_t frame[NOISE_LENGTH_BYTES + NOISE_MESSAGE_BYTES_MAX]; /* not whole yet */
    size_t frame_size;
};

/* Ends the program, with the system's word for what went wrong. */
_Noreturn void channel_give_up(const char *what);

/* Before anything else: the keys of a peer. The same seed is always the same peer. */
void channel_make_keys(struct channel *channel, uint64_t seed);

/* Connects to a port of this machine. */
void channel_dial(struct channel *channel, uint16_t port);

/* A socket that waits for a caller, on any port, which becomes `port`. */
int channel_listen(uint16_t *port);

/* Waits for the caller; the listener is closed then. */
void channel_accept(struct channel *channel, int listener);

/*
 * Agrees on Noise and makes the handshake, in which `proof` is shown; `shown`, borrowed until the
 * next call, is the proof of the other side. False if it did not come to an end: see `end`.
 */
bool channel_shake_hands(struct channel *channel, bool is_initiator, struct gossip_bytes proof,
    struct gossip_bytes *shown);

/* Queues bytes to be sent: sealed, in as few frames as it takes, or as they are. */
void channel_seal(struct channel *channel, struct gossip_bytes bytes);
void channel_queue(struct channel *channel, struct gossip_bytes bytes);

/* Sends what the socket takes of what is queued. */
void channel_flush(struct channel *channel);

/* Reads what there is on the socket. Then channel_open is called until it says false. */
void channel_receive(struct channel *channel);

/* The next whole frame, opened, borrowed until the next call. */
bool channel_open(struct channel *channel, struct gossip_bytes *plaintext);

#endif
