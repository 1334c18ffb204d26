/*
 * The other side of a connection, played from a script: it says exactly the bytes a test wants,
 * encrypted or not, in the way of one implementation or another.
 */
#ifndef TESTS_UNIT_CONNECTION_PEER_H
#define TESTS_UNIT_CONNECTION_PEER_H

#include "identity/identity.h"
#include "noise/handshake.h"
#include "support/seeded_entropy.h"
#include "support/test.h"
#include "unit/yamux/frame_text.h"

#define MULTISTREAM "\x13/multistream/1.0.0\n"
#define NOISE "\x07/noise\n"
#define YAMUX "\x0d/yamux/1.0.0\n"
#define IDENTIFY "\x0f/ipfs/id/1.0.0\n"
#define CHAT "\x0c/chat/1.0.0\n"
#define NA "\x03na\n"

struct peer {
    struct seeded_entropy stream;
    struct identity *identity;
    struct noise_static_key *static_key;
    struct noise_handshake *handshake;
    struct noise_session session;
    struct noise_outcome outcome;
};

/* `muxers` as in noise_handshake_config: empty for a rust peer. */
void peer_begin(
    struct peer *peer, enum noise_role role, struct protocol_list muxers, uint64_t seed);
void peer_end(struct peer *peer);

/* The list that go and js send. */
extern const struct protocol_list peer_yamux;

/* Its next handshake message; then, once that is over, its keys are ready. */
struct gossip_bytes peer_shake(struct peer *peer);

/* It hears handshake messages at the front of `bytes`, and leaves the rest. */
void peer_hear_shake(struct peer *peer, struct gossip_bytes *bytes);

/* Encrypts into one frame. */
struct gossip_bytes peer_seal(struct peer *peer, struct gossip_bytes plaintext);

/* Decrypts whole frames; what they contain, one after the other. */
struct gossip_bytes peer_open(struct peer *peer, struct gossip_bytes frames);

/* The same, shown as muxer frames. */
const char *peer_shown(struct peer *peer, struct gossip_bytes frames);

/* How many encrypted frames there are, and how large the largest is. */
size_t frame_count(struct gossip_bytes frames, size_t *largest);

#endif
