/*
 * Two sides of a handshake, who dials and who listens, with everything that belongs to them.
 *
 * Keys and frames are those of a complete handshake that was computed independently: the Noise keys
 * of the first vector of flynn/noise, the identities with a seed of 32 zero bytes (who dials) and of
 * https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#test-vectors (who listens).
 *
 * The allocator of both looks for their secrets in whatever is given back.
 */
#ifndef TESTS_UNIT_NOISE_SIDES_H
#define TESTS_UNIT_NOISE_SIDES_H

#include "identity/identity.h"
#include "noise/handshake.h"
#include "support/test.h"
#include "support/test_allocator.h"

#define INITIATOR_SEED "0000000000000000000000000000000000000000000000000000000000000000"
#define INITIATOR_STATIC "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define INITIATOR_EPHEMERAL "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
#define RESPONDER_SEED "7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
#define RESPONDER_STATIC "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
#define RESPONDER_EPHEMERAL "4142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60"
#define FIRST_KEY "4759d15f0f4cfb9c3cef133e60b44ea3479cae90880a7e71df96f111d78d5953"
#define SECOND_KEY "a8b5dce3cef845d63c9671c350eb15cbb50b6c6d5f0d3231d32d711dab1ed191"
#define FRAME_1 "0020358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254"
#define FRAME_2                                                                                    \
    "00c864b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d484663414af878d3e46a2f589"     \
    "11a816d6e8346d4ea17a6f2a0bb4ef4ed56c133cff4560a34e36ea82109f26cf2e5a5caf992b8b4dc7d75b05"     \
    "5773dc07caf8d46bebe3276950e5fecceca62e33db713adc27973f86e02ea66d87e8b218daecaa065cae0041"     \
    "147cebad3bafbfec9b8e87d59110c31be52a5f1d2924076f33ca4663c1cc571724bf427386002651431bd914"     \
    "3e98df7ed476a84838552d8ce1010acb099027ad74d269e80f3e"
#define FRAME_3                                                                                    \
    "00a887f864c11ba449f46a0a4f4e2eacbb7b0457784f4fca1937f572c93603e9c4d9af06fb91b050c5c121f6"     \
    "28608fff19db02320cd7b9b45c465782ac88f8bfc543b48111429078609a084b95c861f6b02538e272146432"     \
    "5ce1129ce51f394b0d1980afbe0e8df3a90b5d8d365e88edb8f00920538b6524537938d118e17c78fa74dff3"     \
    "14ff789558f7a76fc6798e3c418421acfaefc7364d8578d3976413ddf16efabe1519e8bddc93"

struct side {
    struct identity *identity;
    struct noise_static_key *static_key;
    struct noise_handshake *handshake;
    struct noise_handshake_config config;
    struct noise_session session;
    struct noise_outcome outcome;
};

extern struct test_allocator memory;
extern struct side dialer, listener;

/* A list of the names in an array of them. */
#define LIST(names) ((struct protocol_list){(names), sizeof(names) / sizeof((names)[0])})

/* Makes both sides, without handshakes. */
void begin(void);

/* Frees both; fails the test if a secret or a block is left behind. */
void end(void);

/* A new handshake for `side`, as its config says. */
void shake(struct side *side);

/* What `side` has to say, until the end of the test. */
struct gossip_bytes said_by(struct side *side);

/* What `side` makes of `bytes`. */
enum gossip_error tell(struct side *side, struct gossip_bytes bytes);

/* `side` is finished: fills its session and outcome. */
void finish(struct side *side);

/* New handshakes for both sides, from beginning to end. */
void complete(void);

/* `side` failed: it says nothing more and hears nothing more. */
void expect_dead(struct side *side);

/* `side` fails when it hears `frame`. */
void expect_refused(struct side *side, struct gossip_bytes frame, enum gossip_error expected);

/* `side` found out that it talks to `peer`. */
void expect_peer(const struct side *side, const struct side *peer);

#endif
