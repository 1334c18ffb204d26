/*
 * Messages of pubsub as their authors signed them: who said what, on which topic, in which place
 * among all that he said. Whoever keeps the bytes can prove it to others, at any time.
 *
 * https://github.com/libp2p/specs/blob/master/pubsub/README.md#message-signing
 *
 * What is signed: "libp2p-pubsub:", and the fields from, data, seqno and topic, encoded anew in
 * this order. The key is left out as well as the signature: so do all programs, whatever the text
 * of the specification says. No memory is taken: that encoding is made in room of the caller's.
 */
#ifndef IDENTITY_SIGNED_MESSAGE_H
#define IDENTITY_SIGNED_MESSAGE_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "wire/rpc.h"

#define SIGNED_MESSAGE_SEQNO_BYTES 8

/* Room in which a message of `size` bytes can be checked. */
#define SIGNED_MESSAGE_SCRATCH_BYTES(size) ((size) + 14)

/* What a message says. Views lie inside of the message. */
struct signed_message {
    struct gossip_peer_id author;
    uint64_t seqno; /* grows with every message of one author; no unit */
    struct gossip_bytes topic;
    struct gossip_bytes payload; /* may be empty */
};

/*
 * Reads the bytes of a message and checks all they claim, with `scratch` of at least
 * SIGNED_MESSAGE_SCRATCH_BYTES of their size. Unknown fields are skipped, and prove nothing.
 *
 * Fails with GOSSIP_ERROR_PEER_MALFORMED if that is no message, or it lacks its author, seqno,
 * topic or signature; _PEER_TOO_LARGE if `scratch` is too small, _UNSUPPORTED if the author's key is
 * not Ed25519, and _PEER_IMPOSTOR if the signature is wrong, or the key that comes with it not the
 * author's. `message` is zeroed then.
 */
GOSSIP_MUST_USE enum gossip_error signed_message_open(
    struct gossip_bytes original, struct gossip_room scratch, struct signed_message *message);

/* The same of a message that was read already; its `encoded` is not looked at. */
GOSSIP_MUST_USE enum gossip_error signed_message_check(
    const struct wire_message *fields, struct gossip_room scratch, struct signed_message *message);

/* The bytes to be signed: their size, and the bytes in `room`, which holds so many. */
size_t signed_message_signed_size(const struct wire_message *fields);
struct gossip_bytes signed_message_signed_bytes(
    const struct wire_message *fields, struct gossip_room room);

#endif
