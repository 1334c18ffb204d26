/*
 * What the files of this layer share: the session, and the few moves that keep its counters right.
 *
 *     session.c    life, time, events for above
 *     stream.c     what those above do with a stream
 *     receive.c    what the peer says
 *     transmit.c   what we say
 */
#ifndef YAMUX_STATE_H
#define YAMUX_STATE_H

#include "base/byte_queue.h"
#include "yamux/session.h"
#include "yamux/stream_table.h"

/* In the queue, data lies in segments: id and size of 4 bytes each, then the bytes. */
#define YAMUX_SEGMENT_HEADER_BYTES 8

enum yamux_ping_state { YAMUX_PING_RESTS, YAMUX_PING_DUE, YAMUX_PING_SENT };

struct yamux_session {
    const struct allocator *allocator;
    struct yamux_limits limits;
    enum yamux_role role;
    enum gossip_error failure;
    const char *failure_text;

    struct yamux_stream_table streams;
    uint32_t id_next; /* of the next stream we open */
    uint32_t pending_count;
    uint32_t saying_count;  /* streams with something to say to the peer */
    uint32_t telling_count; /* streams with something to tell those above */
    uint32_t waiting_count; /* streams whose write fell short because the queue was full */
    uint32_t turn;          /* where in the table to look for the next of those */

    /* What the peer is saying. */
    uint8_t header[YAMUX_HEADER_BYTES];
    uint8_t header_size;
    bool payload_ends_stream; /* the data frame carries a FIN */
    bool is_peer_leaving;
    bool is_peer_leaving_told;
    uint32_t peer_leaving_code;
    uint32_t payload_left;    /* of the data frame being received */
    uint32_t payload_id;      /* 0 if the data is for nobody */
    uint32_t data_id;         /* whose `data` is */
    struct gossip_bytes data; /* received and not polled yet */

    /* What it may not do too often. */
    struct gossip_instant minute_began;
    uint32_t resets;
    uint64_t stray_bytes;

    /* What we have to say. */
    struct byte_queue replies; /* whole frames */
    struct byte_queue queue;   /* segments of data */
    uint32_t front_id;         /* the segment at the front of the queue, if it was begun */
    uint32_t front_left;
    bool is_leaving;
    bool is_go_away_sent;

    /* Our ping. */
    enum yamux_ping_state ping;
    uint32_t ping_value;
    struct gossip_instant ping_at;     /* when the next is due */
    struct gossip_instant ping_due_at; /* when this one was */
    struct gossip_instant ping_sent_at;
    struct gossip_duration round_trip;
};

/* Notes what the stream has to say, or to tell: one bit of stream_table.h. */
void yamux_stream_say(
    struct yamux_session *session, struct yamux_stream_state *stream, uint8_t word);
void yamux_stream_tell(
    struct yamux_session *session, struct yamux_stream_state *stream, uint8_t fact);

/* The opposite: it was said, or told. */
void yamux_stream_said(
    struct yamux_session *session, struct yamux_stream_state *stream, uint8_t words);
void yamux_stream_told(
    struct yamux_session *session, struct yamux_stream_state *stream, uint8_t facts);

/* The stream stops waiting for room in the queue, if it did. */
void yamux_stream_stop_waiting(struct yamux_session *session, struct yamux_stream_state *stream);

/* The peer has accepted the stream, or it will never have to. */
void yamux_stream_stop_pending(struct yamux_session *session, struct yamux_stream_state *stream);

/* Says that we finished, if all data before that has been said. */
void yamux_stream_try_finish(struct yamux_session *session, struct yamux_stream_state *stream);

/* Removes the stream with all traces. */
void yamux_stream_forget(struct yamux_session *session, struct yamux_stream_state *stream);

/* Removes the stream if both sides have finished and everybody knows. True if so. */
bool yamux_stream_forget_if_over(struct yamux_session *session, struct yamux_stream_state *stream);

/* The session is over; returns `error`. `text` is static. */
enum gossip_error yamux_session_fail(
    struct yamux_session *session, enum gossip_error error, const char *text);

#endif
