/*
 * What the files of this layer share: the swarm and the objects it is made of.
 *
 *     book entry   somebody who might be dialed, and where
 *     link         one pipe and the connection on it
 *     peer         somebody connected and proven, with one link or for a moment two
 *     stream       one stream of a link, with the kind of talk on it
 *     talk         a stream of a protocol of those above, as they know it
 *
 * Facts for the host wait as bits on the object they concern, never in a queue of their own, so
 * what can wait is bounded by the number of objects.
 *
 * Who may free what, so that no handler works on something that is gone: a link lives until the
 * host told the end of its pipe (or was never told of the pipe), a peer until its farewell was
 * told, an entry of the book as long as something is dialed for it, a talk until its end was told.
 * A stream alone may be gone after any call that writes to it or ends it.
 */
#ifndef SWARM_STATE_H
#define SWARM_STATE_H

#include "base/byte_queue.h"
#include "base/chain.h"
#include "base/dice.h"
#include "base/hash_map.h"
#include "base/slots.h"
#include "base/timer_heap.h"
#include "connection/connection.h"
#include "gossipsub/router.h"
#include "identity/identity.h"
#include "swarm/frames.h"
#include "swarm/swarm.h"

/* A sentence for people, with the zero at its end. */
#define SWARM_TEXT_BYTES_MAX 192
/* No RPC of ours is longer, whatever the limits. */
#define SWARM_RPC_OUT_BYTES_CEILING (1024u * 1024u)
/* Requests from above that wait for their answer. */
#define SWARM_REQUESTS_MAX 64
/* Kinds of streams a peer may open: ours, and those of the protocols above. */
#define SWARM_INBOUND_MAX (8 + SWARM_PROTOCOLS_MAX)
/* The longest signed record that is made, or kept of a peer. */
#define SWARM_RECORD_BYTES_MAX 2048

/* A deadline and what to do then. The object that holds it stops it before it dies. */
struct alarm {
    struct timer timer;
    void (*ring)(struct swarm *swarm, void *object);
    void *object;
};

/* An alarm that is not set. `object` is borrowed for the alarm's life. */
void alarm_init(struct alarm *alarm, void (*ring)(struct swarm *swarm, void *object), void *object);

/* Rings at `at`, and no more at what was set before; never stops it. */
void alarm_set(struct swarm *swarm, struct alarm *alarm, struct gossip_instant at);

/* Rings in `delay_ms` milliseconds from the swarm's now. */
void alarm_set_after(struct swarm *swarm, struct alarm *alarm, uint64_t delay_ms);

/* Rings no more. */
void alarm_stop(struct swarm *swarm, struct alarm *alarm);

enum link_stage {
    LINK_OPENING,   /* the transport connects */
    LINK_UPGRADING, /* the peer is not proven yet */
    LINK_OPEN,
    LINK_DRAINING, /* a second connection to one peer: still read, nothing new is begun */
    LINK_CLOSING   /* the host flushes and closes; kept until it says so */
};

/* What is yet to be told to the host about a link: one output for each bit. */
enum {
    LINK_TELL_OPEN = 1,
    LINK_TELL_READY = 2,
    LINK_TELL_PAUSE = 4,
    LINK_TELL_RESUME = 8,
    LINK_TELL_FAILED = 16,
    LINK_TELL_CLOSE = 32
};

struct link {
    struct slot_id id; /* also the pipe's number */
    enum link_stage stage;
    struct connection *connection; /* NULL while opening */
    struct gossip_address address;
    uint32_t scope;
    struct peer *peer;            /* NULL until proven, and again when closing */
    struct book_entry *target;    /* whom we dial here; NULL if it dialed us, or is proven */
    struct gossip_peer_id wanted; /* whom we dial; size 0: anyone, or it dialed us */
    enum swarm_source source;     /* of the address we dial */
    struct stream *streams;       /* youngest first; there are some only while there is a peer */
    bool is_outbound;
    bool is_paused;
    bool is_gone;       /* the pipe is closed; only the news of it is left */
    bool is_ready_told; /* PIPE_READY was told and transmit has not answered 0 since */
    uint8_t pending;    /* LINK_TELL_ bits */
    struct gossip_instant opened_at;
    struct gossip_instant heard_at;   /* when bytes came last */
    struct gossip_instant drained_at; /* LINK_DRAINING: when it ends in any case */
    struct alarm alarm;
    struct chain telling;  /* in swarm->links_telling while `pending` is not 0 */
    struct chain stepping; /* in swarm->links_stepping while its connection may have events */
    enum gossip_error error;
    char text[SWARM_TEXT_BYTES_MAX];
};

/* What is yet to be told to the host about a peer: one output for each bit. */
enum {
    PEER_TELL_UP = 1,
    PEER_TELL_IDENTIFIED = 2,
    PEER_TELL_SPEAKS = 4, /* one output for each protocol */
    PEER_TELL_DOWN = 8
};

struct peer {
    struct slot_id id;
    struct gossip_peer_id peer;
    struct link *link;   /* new streams are opened here; NULL once it is gone */
    struct link *second; /* another connection: to be drained, or not decided about yet */
    struct gossip_instant since;
    enum swarm_source source;
    struct gossip_address address; /* of the link, kept for the farewell */
    bool is_outbound;
    uint8_t pending; /* PEER_TELL_ bits */
    struct chain telling;
    enum gossip_error error;
    char text[SWARM_TEXT_BYTES_MAX];

    /* Which of two connections stays. */
    struct gossip_instant second_at;
    struct alarm choice_alarm;
    struct slot_id heard_on; /* the link on which the peer opened its youngest gossip stream */

    /* What identify told. */
    bool is_identified;
    bool is_identify_over; /* it was asked on the link, and told or failed to tell */
    bool speaks_gossip, speaks_push, speaks_exchange;
    uint32_t speaks;      /* the protocols of those above, as bits by their numbers */
    uint32_t speaks_told; /* of them, told to those above */
    char agent[SWARM_AGENT_BYTES_MAX + 1];
    uint8_t *record; /* its signed peer record, SWARM_RECORD_BYTES_MAX at most; or NULL */
    size_t record_size;

    /* Talks the peer may begin are rationed: when its ration is used up so far. */
    struct gossip_instant talks_until;

    /* Gossip. */
    struct gossipsub_peer router;
    bool has_router;
    struct stream *gossip_out;
    uint8_t gossip_in_count;
    uint8_t gossip_attempts; /* our streams on this link so far */
    bool has_spoken;         /* some stream of ours was opened before */
    bool has_heard_gossip;
    struct alarm gossip_alarm; /* when our stream is to be opened */
    struct alarm stall_alarm;  /* when something waits for too long to be taken by the peer */

    /* Exchange of addresses. */
    bool is_in_circle;
    uint8_t exchange_count; /* questions so far */
    struct alarm exchange_alarm;
};

struct stream_kind;

struct stream {
    struct connection_stream id;
    const struct stream_kind *kind;
    struct link *link;
    struct stream *next;   /* of the same link */
    struct byte_queue out; /* what the connection did not take yet */
    bool is_ours;
    bool is_ready;     /* its protocol is agreed */
    bool is_finishing; /* we say that we send no more, once all is written */
    bool is_finished;  /* the peer will send no more */
    uint8_t protocol;  /* index into the offer, once ready */
    struct gossip_instant opened_at;
    struct gossip_instant moved_at; /* when the connection last took something */
    struct alarm alarm;
    void *state; /* the kind's own */
};

/* A question from above that will be answered once. */
struct request {
    uint64_t number;
    struct gossip_instant since;
    struct gossip_duration elapsed;
    enum gossip_error error;
    char text[SWARM_TEXT_BYTES_MAX];
    struct chain done; /* in swarm->requests_done once it can be answered */
    bool is_used;
};

struct swarm {
    const struct allocator *allocator;
    const struct identity *identity;
    struct gossip_peer_id self;
    struct gossip_params params;
    struct gossip_limits limits;
    struct connection_limits connection_limits;
    struct noise_static_key *static_key; /* one for the life of the process */
    struct entropy entropy;
    const struct pnet_key *network_key;
    struct dice dice;
    struct gossip_trace trace;
    const char *agent;
    uint8_t circle[SWARM_CIRCLE_BYTES];
    struct gossip_peer_id direct_peers[SWARM_DIRECT_MAX];
    size_t direct_peer_count;
    uint64_t seqno;
    uint64_t last_request;
    struct gossip_instant now;
    bool is_closing;

    struct timer_heap timers;
    struct slots *links;
    struct slots *peers;
    struct hash_map *peer_index; /* binary peer id -> struct peer */
    struct book *book;
    uint32_t dial_count;      /* links that we dialed and that are not proven yet */
    uint32_t handshake_count; /* links that were accepted and are not proven yet */
    struct request requests[SWARM_REQUESTS_MAX];

    struct chain links_telling, links_stepping, peers_telling, book_telling, requests_done;

    /* Our own addresses and what is made of them. */
    struct gossip_address addresses[SWARM_ADDRESSES_MAX];
    size_t address_count;
    uint8_t record[SWARM_RECORD_BYTES_MAX];
    size_t record_size;
    uint64_t record_seq;

    /* Gossip. */
    struct gossipsub_router *router;
    struct wire_rpc_decoder *decoder;
    uint8_t *scratch; /* one outgoing RPC with its length */
    size_t scratch_size;
    struct peer **router_peers; /* by the index of the router's handle; limits.peers_max of them */
    struct frame_budget gathering; /* beginnings of frames, of all peers together */

    /* Protocols of those above. */
    struct talk_protocol *protocols;
    uint32_t protocol_count;
    struct slots *talks; /* NULL without protocols */
    struct chain talks_telling;
    struct frame_budget talk_gathering;

    /* What a peer may open to us: names, and how many. */
    const char *inbound_names[SWARM_INBOUND_MAX];
    struct protocol_list inbound;

    /* The rest of the bytes that are being worked off, one frame at a time. */
    struct stream *slice_stream;
    struct gossip_bytes slice;

    struct gossipsub_message *published;  /* since the last poll; or NULL */
    char told_text[SWARM_TEXT_BYTES_MAX]; /* of the last output, whose object may be gone */
};

#endif
