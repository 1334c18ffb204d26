/*
 * Foreign peers that behave like the other implementations where that has cost somebody a night:
 *
 *     go     waits for identify before it opens its gossip stream, needs the end of the answer,
 *            and takes every byte on its own stream, and its end, for the death of the peer; then
 *            it forgets what the peer follows
 *     rust   opens a gossip stream on every connection at once, greets only on the first one, with
 *            an RPC of extensions in front, and switches gossip off after five streams of the peer
 *     js     never opens its gossip stream again before it took the peer for gone,
 *            takes nothing in identify that is not as it should be, answers one identify at a
 *            time, pings every ten seconds and hangs up if there is no answer
 *     mute   proves itself, accepts everything, and says nothing
 */
#ifndef TESTS_UNIT_SWARM_STRANGERS_H
#define TESTS_UNIT_SWARM_STRANGERS_H

#include "unit/swarm/foreign.h"

#define TOPIC "tea"

enum stranger_kind { STRANGER_GO, STRANGER_RUST, STRANGER_JS, STRANGER_MUTE, STRANGER_FLOODSUB };

/* What it thinks of the one peer it has to do with; may be read by tests. */
struct stranger {
    struct foreign foreign;
    enum stranger_kind kind;
    bool is_identified;      /* the peer's identify was read to its end, and was good */
    bool is_identify_broken; /* or was not */
    bool does_follow;        /* the peer follows TOPIC */
    uint32_t hellos;         /* subscriptions of TOPIC heard */
    uint32_t deaths;         /* go: the peer was taken for dead; rust, js: complaints */
    uint32_t messages;       /* of the peer in TOPIC */
    uint32_t pongs, pings;
    uint32_t greeted; /* rust: said its own hello, which it does once */
    char text[256];   /* of the last message */
    char agent[65];
    struct foreign_stream *out; /* its gossip stream, or the youngest of them */
    bool is_out_broken;         /* js: it still believes in a stream that is gone */
    struct foreign_stream *in;
    struct foreign_stream *ping;
    struct gossip_instant reopen_at, ping_at, pong_by;
    struct gossip_bytes record; /* answers identify with this; empty: none */
};

void stranger_begin(
    struct stranger *stranger, struct party *party, enum stranger_kind kind, uint64_t seed);
void stranger_end(struct stranger *stranger);

/* It says something in TOPIC, on its gossip stream. False if it has none. */
bool stranger_say(struct stranger *stranger, const char *text);

#endif
