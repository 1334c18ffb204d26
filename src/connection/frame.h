/*
 * The encrypted frame that is coming in: opened where it lies if it is all there, gathered if not.
 *
 *     two bytes of length, ciphertext, tag
 *
 * A frame is used up in pieces, and the bytes it came in are taken off the caller's input only as
 * they are used up: plaintext that lies in the input moves the input's front; behind the last of it
 * goes the tag. Of a frame that was gathered, the last bytes received stay in the input until all
 * of its plaintext is used up. So whoever calls until its input is empty has seen everything.
 *
 * What is gathered takes memory in proportion to what has come, never to the length announced. It is
 * given back when nobody can borrow from it any more.
 */
#ifndef CONNECTION_FRAME_H
#define CONNECTION_FRAME_H

#include "base/allocator.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "noise/session.h"

/* Fields are private to frame.c. All zero is the state between two frames. */
struct connection_frame {
    uint8_t length[NOISE_LENGTH_BYTES];
    uint8_t length_size; /* bytes of `length` that have come */
    bool is_open;        /* decrypted; some plaintext is left */
    bool is_used_up;     /* all of it is used, but somebody may still borrow from it */
    bool is_in_input;    /* the plaintext lies there, not in `gathered` */
    uint8_t *gathered;   /* NULL if nothing is */
    uint32_t gathered_size;
    uint32_t allocated;
    uint32_t offset; /* of the plaintext in `gathered` */
    uint32_t left;   /* of the plaintext */
    uint32_t owed;   /* to be taken off the input when the plaintext is used up */
};

/*
 * Takes what belongs to the frame off `input` and opens it once it is whole; does nothing if it is
 * open. Fails with GOSSIP_ERROR_PEER_MALFORMED if it does not open, or GOSSIP_ERROR_NO_MEMORY; only
 * connection_frame_deinit may be called then.
 */
GOSSIP_MUST_USE enum gossip_error connection_frame_receive(struct connection_frame *frame,
    const struct allocator *allocator, struct noise_session *noise, struct gossip_room *input);

/* The plaintext that is left; empty if no frame is open. Borrowed until the next call. */
struct gossip_bytes connection_frame_plaintext(
    const struct connection_frame *frame, const struct gossip_room *input);

/* The first `size` bytes of the plaintext were used up. Where they lie is still valid, until the
 * next call of receive or release. */
void connection_frame_use(struct connection_frame *frame, struct gossip_room *input, size_t size);

/* Gives back what was gathered if the frame is used up. */
void connection_frame_release(struct connection_frame *frame, const struct allocator *allocator);

/* Gives back what was gathered, used up or not. */
void connection_frame_deinit(struct connection_frame *frame, const struct allocator *allocator);

#endif
