/*
 * The exchange of missed lines, /gossipchat/history/1.0.0, without the network: who joins late,
 * comes back, or was cut off gets from others what was said meanwhile. See proto/history.proto for
 * the protocol, and ARCHITECTURE.md for why it is this one.
 *
 * For each room the machine keeps the newest lines as their authors signed them, in the order of
 * the room. When a peer of the room appears, it asks at most two peers, one after the other, for
 * what it lacks; again when somebody's question names a line it does not have, and now and then.
 * Nothing that comes is believed: each line is handed up to be judged, and is kept only when it is
 * given back by sync_keep.
 *
 * Streams belong to the node below and are named by its numbers. One unit in, drain out: after
 * every call that may change something call sync_poll until it returns false; after
 * sync_stream_message call sync_poll_line until it returns false first.
 */
#ifndef SYNC_SYNC_H
#define SYNC_SYNC_H

#include "base/allocator.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

struct sync;

#define SYNC_PROTOCOL "/gossipchat/history/1.0.0"

/* The longest message, question or part of an answer. */
#define SYNC_MESSAGE_BYTES_MAX (32u * 1024u)

/* What is bounded. See sync_limits_default for the reasons. */
struct sync_limits {
    uint32_t lines_max;  /* of one room: kept, asked for, and given; 1 to SYNC_LINES_MAX */
    uint64_t age_max_ms; /* older lines are neither asked for nor given */
    size_t bytes_max;    /* of the lines of one room, as they are kept and as they travel */
    uint32_t rooms_max;
    uint32_t peers_max;
};

/* What lines_max may be at most: so many runs a question can have. */
#define SYNC_LINES_MAX 1000

/* Topics of one peer that are remembered. */
#define SYNC_FOLLOWS_MAX 128
/* Questions of ours, and of others, under way at a time, and of one peer. */
#define SYNC_ASKING_MAX 4
#define SYNC_SERVING_MAX 8
#define SYNC_SERVING_PEER_MAX 2
/* Peers that are asked before there is a pause, and the pause. */
#define SYNC_ROUND_ASKS_MAX 2
#define SYNC_ROUND_MS 10000
/* Nothing moved for so long: the exchange is given up. */
#define SYNC_PATIENCE_MS 20000
/* The whole of it takes no longer. */
#define SYNC_EXCHANGE_MS 60000
/* From a reason to ask until the question: who comes together is asked once. */
#define SYNC_DELAY_MS 300
#define SYNC_DELAY_JITTER_MS 500
/* Now and then everybody asks somebody. */
#define SYNC_INTERVAL_MS 180000
#define SYNC_INTERVAL_JITTER_MS 120000
/* What was said so lately is still on its way: it is given a little later to who lacks it then. */
#define SYNC_FRESH_MS 10000
/* After a failure the same peer is asked no sooner, doubled each time up to the second. */
#define SYNC_RETRY_MS 2000
#define SYNC_RETRY_MS_MAX 600000
/* After so many failures in a row it is not asked until it comes again. */
#define SYNC_FAILURES_MAX 6
/* What one peer, and all together, may be given at once, and then each second. */
#define SYNC_CREDIT_BYTES (4u * 1024u * 1024u)
#define SYNC_CREDIT_BYTES_PER_SECOND (32u * 1024u)
#define SYNC_CREDIT_ALL_BYTES (32u * 1024u * 1024u)
#define SYNC_CREDIT_ALL_BYTES_PER_SECOND (1024u * 1024u)
/* What a question costs its asker besides the lines. */
#define SYNC_QUESTION_COST 16384u

struct sync_config {
    const struct allocator *allocator; /* borrowed for life */
    struct sync_limits limits;         /* copied */
    uint64_t seed;                     /* whom to ask, and jitter */
};

/* Both clocks: `now` for waiting, `date` for the age of lines. */
struct sync_time {
    struct gossip_instant now;
    struct gossip_unix_time date;
};

/* A line: what names it and gives it its place, the same at every node, and how it travels. */
struct sync_line {
    struct gossip_peer_id author;
    uint64_t session, sequence; /* sequence is not the largest there is */
    uint64_t order;
    struct gossip_unix_time sent_at;
    struct gossip_bytes original; /* the complete message as its author signed it */
};

enum sync_output_kind {
    SYNC_RECALL, /* give the newest lines of `topic` that are stored, by sync_keep, then sync_recalled */
    SYNC_OPEN,   /* open a stream to `peer`; sync_opened answers before polling on */
    SYNC_SEND,   /* send `payload` on `stream`; sync_sent answers before polling on */
    SYNC_FINISH, /* nothing more will be sent on `stream` */
    SYNC_RESET,  /* `stream` is given up: no call about it is expected any more */
    SYNC_ENDED   /* an exchange in `topic` with `peer` is over; it brought `count` new lines */
};

/* Borrowed until the next call. Fields that do not apply are zero. */
struct sync_output {
    enum sync_output_kind kind;
    uint64_t stream;
    uint32_t count;
    struct gossip_peer_id peer;
    struct gossip_bytes topic;
    struct gossip_bytes payload;
};

/* A line that `peer` gave us for the room of `topic`. Borrowed until the next call. */
struct sync_arrival {
    struct gossip_peer_id peer;
    struct gossip_bytes topic;
    struct gossip_bytes original;
};

enum sync_verdict {
    SYNC_NEW,   /* it was not known here */
    SYNC_KNOWN, /* it was, or it says nothing; an honest peer may have sent it */
    SYNC_FORGED /* its author did not sign it, or not for this topic: its giver is not asked again */
};

/* 200 lines, a day, 1 MiB; as many rooms and peers as a node has by default. */
void sync_limits_default(struct sync_limits *limits);

/* A machine without rooms and peers. Returns owned in `sync`, or fails with GOSSIP_ERROR_NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error sync_create(
    const struct sync_config *config, struct gossip_instant now, struct sync **sync);

/* Frees everything without a word. NULL is allowed. */
void sync_destroy(struct sync *sync);

/* ---- from above ------------------------------------------------------------------------- */

/*
 * We follow `topic`, which is copied, and want what was said there. Does nothing if that is known,
 * beyond limits.rooms_max, and without memory: then nobody is asked about it.
 */
void sync_room_joined(struct sync *sync, struct sync_time time, struct gossip_bytes topic);

/* We do not follow it any more: what was kept is forgotten, exchanges about it end. */
void sync_room_left(struct sync *sync, struct sync_time time, struct gossip_bytes topic);

/*
 * A line of a room, live, recalled, stored, or our own: copied, unless it is known, earlier than
 * all of a full shelf, or larger than may travel. Of two lines with one name the first is kept.
 */
void sync_keep(struct sync *sync, struct sync_time time, struct gossip_bytes topic,
    const struct sync_line *line);

/* Answers SYNC_RECALL: what was stored has been given. */
void sync_recalled(struct sync *sync, struct sync_time time, struct gossip_bytes topic);

/* ---- from below ------------------------------------------------------------------------- */

/* `peer` is connected; what it follows is told after this. */
void sync_peer_up(struct sync *sync, struct sync_time time, const struct gossip_peer_id *peer);

/* It speaks the protocol: before this it is not asked. */
void sync_peer_speaks(struct sync *sync, struct sync_time time, const struct gossip_peer_id *peer);

/* It is not connected any more: its streams are dead, and are not told about. */
void sync_peer_down(struct sync *sync, struct sync_time time, const struct gossip_peer_id *peer);

/* It follows `topic`, be it a room of ours or not. */
void sync_peer_subscribed(struct sync *sync, struct sync_time time,
    const struct gossip_peer_id *peer, struct gossip_bytes topic);

/* It does not follow it any more. */
void sync_peer_unsubscribed(struct sync *sync, struct sync_time time,
    const struct gossip_peer_id *peer, struct gossip_bytes topic);

/* A stream that `peer` opened. */
void sync_stream_arrived(
    struct sync *sync, struct sync_time time, const struct gossip_peer_id *peer, uint64_t stream);

/* One message on `stream`. `payload` stays where it is while sync_poll_line is called. */
void sync_stream_message(
    struct sync *sync, struct sync_time time, uint64_t stream, struct gossip_bytes payload);

/* What would have blocked on `stream` may be tried again. */
void sync_stream_writable(struct sync *sync, struct sync_time time, uint64_t stream);

/* The other side ended `stream` (GOSSIP_OK), or it is dead (any other error). */
void sync_stream_ended(
    struct sync *sync, struct sync_time time, uint64_t stream, enum gossip_error error);

/* Answers SYNC_OPEN. `stream` belongs to GOSSIP_OK. */
void sync_opened(
    struct sync *sync, struct sync_time time, enum gossip_error error, uint64_t stream);

/* Answers SYNC_SEND. After GOSSIP_ERROR_WOULD_BLOCK it is tried again after sync_stream_writable. */
void sync_sent(struct sync *sync, struct sync_time time, enum gossip_error error);

/* Judges what sync_poll_line gave last, before the next is polled. */
void sync_judged(struct sync *sync, struct sync_time time, enum sync_verdict verdict);

/* ---- time and outputs ------------------------------------------------------------------- */

/* When the machine wants the time. */
struct gossip_instant sync_deadline(const struct sync *sync);

/* Does what is due. */
void sync_advance(struct sync *sync, struct sync_time time);

/* The next line of the message that came last, or false. */
bool sync_poll_line(struct sync *sync, struct sync_arrival *arrival);

/* The next output, or false. */
bool sync_poll(struct sync *sync, struct sync_output *output);

/* Lines that are kept of `topic`, for those who look in from outside. */
uint32_t sync_line_count(const struct sync *sync, struct gossip_bytes topic);

#endif
