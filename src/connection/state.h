/*
 * What the files of this layer share.
 *
 *     connection.c   the stages, and what those above call
 *     upgrade.c      from raw bytes to the muxer; gone once that is done
 *     frame.c        the encrypted frame that is coming in
 *     streams.c      the muxer's events, and agreeing on what a stream is for
 *
 *     RAW -> SECURING -> MUXING -> OPEN -> CLOSING        every one of them -> FAILED
 *               |                   ^
 *               +-- both named their muxer in the handshake
 */
#ifndef CONNECTION_STATE_H
#define CONNECTION_STATE_H

#include "connection/connection.h"
#include "connection/frame.h"
#include "multistream/negotiation.h"
#include "noise/handshake.h"
#include "pnet/session.h"
#include "yamux/session.h"

enum connection_stage {
    CONNECTION_RAW,      /* multistream, in the clear, for noise */
    CONNECTION_SECURING, /* the Noise handshake */
    CONNECTION_MUXING,   /* multistream, encrypted, for yamux */
    CONNECTION_OPEN,
    CONNECTION_CLOSING, /* by us: nothing is read, only what waits is transmitted */
    CONNECTION_FAILED
};

/* What is needed until the peer is proven and the muxer agreed. */
struct connection_upgrade {
    struct multistream_negotiation negotiation; /* of the stage, if it has one */
    struct noise_handshake *handshake;          /* NULL before and after */
    const struct noise_static_key *static_key;
    struct entropy entropy;
    struct gossip_peer_id expected; /* size 0: anyone */
    struct gossip_peer_id peer;     /* once proven */
    bool handshake_may_speak;       /* it was created or has heard something since it last spoke */
    bool is_established;            /* but that was not told yet */
    uint8_t greeting_size;          /* of the first line, so much came */
};

/* What is yet to be told about a stream that is being agreed on: one event for each bit. */
enum {
    CONNECTION_TELL_READY = 1,
    CONNECTION_TELL_WRITABLE = 2,
    CONNECTION_TELL_REFUSED = 4,
    CONNECTION_TELL_RESET = 8
};

/* A stream that is being agreed on. Freed when that is over; from then on the muxer alone knows it. */
struct connection_talk {
    struct connection_talk *next; /* younger */
    struct multistream_negotiation negotiation;
    struct gossip_instant deadline;
    struct yamux_stream stream;
    uint32_t code; /* of the reset to tell */
    uint8_t tells;
    bool is_ours;
    bool is_gone;          /* from the muxer; kept only until that is told */
    bool is_ready_told;    /* kept only until all lines are out */
    bool is_write_refused; /* a write was, because our lines come first */
    bool is_finishing;     /* behind our lines */
};

struct connection {
    const struct allocator *allocator;
    enum connection_side side;
    enum connection_stage stage;
    struct connection_limits limits;
    struct protocol_list protocols;
    enum gossip_error failure;
    const char *failure_text;
    struct gossip_peer_id stranger;     /* who is there instead of whom we wanted; size 0: nobody */
    bool is_failure_known;              /* to those above */
    struct gossip_instant now;          /* of the last call that brought one */
    struct gossip_instant deadline;     /* of the upgrade */
    struct gossip_instant stall_at;     /* when the transport should have come back for more */
    struct connection_upgrade *upgrade; /* NULL once it is over */
    struct pnet_session pnet;
    struct noise_session noise;
    struct connection_frame frame;
    struct yamux_session *yamux; /* NULL before OPEN */
    struct connection_talk *talks;
    uint32_t peer_talk_count;      /* of those, opened by the peer */
    struct yamux_stream rest_from; /* the stream of `rest` */
    struct gossip_bytes rest;      /* came behind the agreement, in the same piece of data */
};

/* The connection is over; returns `error`. `text` is static. */
enum gossip_error connection_fail(
    struct connection *connection, enum gossip_error error, const char *text);

/* ---- upgrade.c -------------------------------------------------------------------------- */

/* Begins. Fails with GOSSIP_ERROR_NO_MEMORY; nothing is left behind then. */
GOSSIP_MUST_USE enum gossip_error connection_upgrade_create(
    struct connection *connection, const struct connection_config *config);

/* Wipes and frees it, if there is one. */
void connection_upgrade_destroy(struct connection *connection);

/* Takes a unit off clear bytes, in stage RAW or SECURING. May fail the connection. */
GOSSIP_MUST_USE enum gossip_error connection_upgrade_receive(
    struct connection *connection, struct gossip_bytes *input);

/* Takes a unit off decrypted bytes, in stage MUXING. May fail the connection. */
GOSSIP_MUST_USE enum gossip_error connection_upgrade_receive_sealed(
    struct connection *connection, struct gossip_bytes *plaintext);

/* Clear bytes for the peer, in stage RAW or SECURING. May fail the connection. */
size_t connection_upgrade_transmit(struct connection *connection, struct gossip_room room);

/* Bytes to be encrypted, ahead of the muxer's. */
size_t connection_upgrade_transmit_sealed(struct connection *connection, struct gossip_room room);

/* Whether either of these may have something to say. */
bool connection_upgrade_has_output(const struct connection *connection);

/* Tells that the peer is proven, once. */
bool connection_upgrade_poll(struct connection *connection, struct connection_event *event);

/* Why it took too long, in words for people. */
const char *connection_upgrade_overdue_text(const struct connection *connection);

/* ---- streams.c -------------------------------------------------------------------------- */

/* Frees every talk. */
void connection_streams_deinit(struct connection *connection);

/* The next event about a stream, or that the peer is leaving. */
bool connection_streams_poll(struct connection *connection, struct connection_event *event);

/* When the first talk is overdue; GOSSIP_NEVER_US if there is none. */
struct gossip_instant connection_streams_deadline(const struct connection *connection);

/* Resets the streams whose talks are overdue. */
void connection_streams_advance(struct connection *connection, struct gossip_instant now);

#endif
