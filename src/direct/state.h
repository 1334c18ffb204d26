/*
 * What the files of this layer share.
 *
 *     peer      somebody who is connected, waited for, or remembered
 *     message   one of ours: it waits in the line of its peer, and goes to the news when it is settled
 *     answers   what came from a connected peer and is to be answered for
 */
#ifndef DIRECT_STATE_H
#define DIRECT_STATE_H

#include "base/chain.h"
#include "base/hash_map.h"
#include "base/instant.h"
#include "base/timer_heap.h"
#include "direct/direct.h"
#include "direct/remembered.h"

enum peer_stage {
    PEER_AWAY,    /* not connected */
    PEER_IDLE,    /* connected, without a stream of ours */
    PEER_OPENING, /* a stream was asked for */
    PEER_OPEN,
    PEER_REFUSED /* connected, and does not speak the protocol */
};

struct message {
    struct chain link; /* in peer->waiting, until it is settled */
    struct chain news; /* in direct->news, while it is to be told what became of it */
    size_t size;       /* of this and the texts behind it */
    struct direct_message content;
    uint64_t order;                 /* of those for its peer: rises */
    bool is_sent;                   /* on the stream that is open now */
    bool was_sent;                  /* on any: it was told */
    bool is_settled;                /* it waits for nothing any more but to be told */
    enum direct_output_kind state;  /* what to tell */
    struct gossip_instant retry_at; /* if is_sent */
};

/* What may be done at once, which grows with the time. */
struct bucket {
    uint32_t tokens;
    struct gossip_instant at; /* when they were counted last */
};

struct answers {
    struct wire_direct_id received[DIRECT_UNANSWERED_MAX];
    uint32_t received_count;
    struct wire_direct_id lines[DIRECT_LINES_MAX];
    uint32_t line_count;
    struct gossip_instant due; /* never, if there are none */
};

struct peer {
    struct gossip_peer_id id;
    struct direct *direct;
    enum peer_stage stage;
    bool is_blocked;      /* its stream takes nothing now */
    struct chain ready;   /* in direct->ready, while there may be something to do */
    struct chain waiting; /* messages of ours, in order */
    uint32_t waiting_count;
    uint64_t next_order;
    struct answers *answers;         /* NULL until there are any; only while connected */
    struct remembered *remembered;   /* NULL until it said something */
    struct bucket to_answer;         /* messages */
    struct bucket to_read;           /* frames */
    struct gossip_instant reopen_at; /* if IDLE: not before this */
    uint32_t failures;               /* of streams, since one was answered */
    struct timer timer;
};

struct direct {
    const struct allocator *allocator;
    uint64_t session;
    uint64_t sequence; /* of the last message said */
    struct gossip_instant now;
    struct timer_heap timers;
    struct hash_map *peers; /* binary peer id -> struct peer; the one used longest ago first */
    struct chain ready;
    struct chain news;
    struct message *told; /* the last settled message polled */
    uint32_t waiting_count;
    size_t waiting_bytes;

    /* The frame that was received last, as far as it is not told. */
    struct wire_direct_frame heard;
    struct gossip_peer_id heard_from;
    size_t heard_lines; /* told */

    /* What DIRECT_SEND asked for. */
    struct peer *asked; /* NULL: nothing */
    struct message *asked_message;
    uint32_t asked_received, asked_lines;
    uint8_t frame[WIRE_DIRECT_FRAME_BYTES_MAX];
};

/* ---- direct.c ---- */

/* The peer of whom something is kept, or NULL. */
struct peer *direct_find(const struct direct *direct, const struct gossip_peer_id *id);

/* Finds or makes it; NULL if there is no place or no memory. */
struct peer *direct_get(struct direct *direct, const struct gossip_peer_id *id);

/* Something changed: the peer has its turn if there is something to do, and its timer is set. */
void direct_review(struct peer *peer);

/* The stream of the peer is gone, or there was none: all that is not answered goes out again. */
void direct_reset(struct peer *peer);

/* ---- waiting.c ---- */

/* The next message of ours that may go out, or NULL. */
struct message *waiting_next(const struct peer *peer);

/* When something that was sent is to be sent again. */
struct gossip_instant waiting_deadline(const struct peer *peer);

/* Marks what was not answered in time to be sent again. */
void waiting_retry(struct peer *peer);

/* The message of this peer was put on the stream. */
void waiting_sent(struct peer *peer, struct message *message);

/* The peer answered for the message `id`, if one waits for it under that id. */
void waiting_answered(struct peer *peer, const struct wire_direct_id *id);

/* None of these can ever be sent. */
void waiting_fail_all(struct peer *peer);

/* Frees all without a word. */
void waiting_drop_all(struct peer *peer);

/* Frees a message that was told. NULL is allowed. */
void waiting_free(struct direct *direct, struct message *message);

/* ---- hearing.c ---- */

/* When answers may be given; never if there are none. */
struct gossip_instant hearing_deadline(struct peer *peer);

/* Fills in the answers that are due; with `is_any` also those that are not, since a frame goes out. */
void hearing_fill(struct peer *peer, bool is_any, struct wire_direct_frame *frame);

/* So many of the first answers were put on the stream. */
void hearing_answered(struct peer *peer, uint32_t received, uint32_t lines);

#endif
