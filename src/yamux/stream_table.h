/*
 * The streams of one session, and which ids have been used.
 *
 * Streams lie side by side in one array that grows with their number, in the order in which they
 * were opened. A session has a handful; even at the limit, finding one by looking at all of them is
 * cheaper than keeping an index.
 *
 * A pointer to a stream is valid until the next insertion or removal.
 */
#ifndef YAMUX_STREAM_TABLE_H
#define YAMUX_STREAM_TABLE_H

#include "base/allocator.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* What a stream has yet to say to the peer: one frame for each bit. */
enum {
    YAMUX_SAY_OPEN = 1,
    YAMUX_SAY_ACCEPT = 2,
    YAMUX_SAY_CREDIT = 4,
    YAMUX_SAY_FINISH = 8,
    YAMUX_SAY_RESET = 16
};

/* What a stream has yet to tell those above: one event for each bit. */
enum {
    YAMUX_TELL_ARRIVED = 1,
    YAMUX_TELL_WRITABLE = 2,
    YAMUX_TELL_FINISHED = 4,
    YAMUX_TELL_RESET = 8
};

struct yamux_stream_state {
    uint32_t id;
    uint32_t reset_code;     /* of the reset to say or to tell */
    uint32_t receive_window; /* bytes the peer may still send */
    uint32_t unread;         /* bytes received and not consumed */
    uint32_t uncredited;     /* bytes consumed that the peer has not been told of */
    uint32_t queued;         /* bytes of ours that wait for transmit */
    uint64_t send_window;    /* bytes we may still send; at most UINT32_MAX */
    uint8_t says;
    uint8_t tells;
    bool is_ours;
    bool is_acknowledged;
    bool is_finishing;     /* we write no more */
    bool is_finish_sent;   /* and the peer knows */
    bool is_peer_finished; /* the peer writes no more */
    bool is_reset;         /* by either side: nothing happens on it any more */
    bool waits_for_window; /* a write fell short, and the peer has to give credit */
    bool waits_for_room;   /* a write fell short, and the queue has to drain */
    bool has_turn;         /* the queue drained, and it may write although others wait */
};

struct yamux_stream_table {
    const struct allocator *allocator;
    struct yamux_stream_state *items;
    uint32_t count;
    uint32_t count_ours;
    uint32_t allocated;
    uint32_t peer_id_last;  /* the largest id the peer has used, 0 at first */
    uint64_t peer_ids_used; /* bit i: it has used peer_id_last - 2 * i */
};

/* An empty table. `allocator` is borrowed until deinit. */
void yamux_stream_table_init(struct yamux_stream_table *table, const struct allocator *allocator);

/* Frees the streams. */
void yamux_stream_table_deinit(struct yamux_stream_table *table);

/* The stream with this id, or NULL. */
struct yamux_stream_state *yamux_stream_table_find(
    const struct yamux_stream_table *table, uint32_t id);

/*
 * A new stream with full windows and no facts, with an id that no stream has. NULL if there is no
 * memory; the table is then unchanged.
 */
struct yamux_stream_state *yamux_stream_table_insert(
    struct yamux_stream_table *table, uint32_t id, bool is_ours);

/* Removes `stream`, which is in the table. The order of the others stays. */
void yamux_stream_table_remove(struct yamux_stream_table *table, struct yamux_stream_state *stream);

/*
 * Notes that the peer opens a stream with `id`. False if it has done so before.
 *
 * Ids come nearly in order: a peer with several threads may send 5 before 3. The last 64 ids are
 * remembered one by one; everything older counts as used.
 */
GOSSIP_MUST_USE bool yamux_stream_table_use_id(struct yamux_stream_table *table, uint32_t id);

#endif
