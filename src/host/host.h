/*
 * The node on its loop: what the files of this layer share.
 *
 * Here machines meet libuv, and nowhere else. Every callback of ours does one
 * thing to one machine and then calls host_pump, which carries what came of it.
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <uv.h>

#include "base/allocator.h"
#include "base/chain.h"
#include "chat/chat.h"
#include "gossipchat/node.h"
#include "host/discovery.h"
#include "host/notices.h"
#include "host/post.h"
#include "host/sequence_file.h"
#include "identity/identity.h"
#include "multiaddr/multiaddr.h"
#include "swarm/swarm.h"

/* One buffer for reading and one for writing serve all pipes: each use ends within its callback. */
#define HOST_BUFFER_BYTES (64u * 1024u)
#define HOST_LISTENERS_MAX 8
#define HOST_TOPICS_MAX 256
#define HOST_ANNOUNCED_MAX 4
#define HOST_PENDING_MAX 64

struct direct_binding;
struct host_history;
struct host_protocol;
struct sync;

/* What a request to the swarm was made for. */
struct host_pending {
    uint64_t request; /* 0: free */
    uint64_t number;  /* of the command; or chat's number of a ping */
    char *address;    /* of a CONNECT, as it was typed; owned; NULL: a ping */
};

struct host_topic {
    uint8_t *name; /* owned */
    size_t size;
};

/* A command that came while events were being told: it runs when they all are. */
struct host_deferred {
    struct chain waiting;
    size_t size; /* of this and the text behind it */
    struct gossip_command command;
};

enum node_stage {
    NODE_RUNNING,
    NODE_FLUSHING, /* to be closed: what is not sent yet still goes out */
    NODE_LEAVING,  /* goodbye is said; the pipes drain */
    NODE_GONE      /* every handle is being closed; the last one frees the node */
};

struct gossip_node {
    uv_loop_t *loop;
    uv_timer_t timer;
    uint32_t handles; /* of ours that are not closed yet */
    const struct allocator *allocator;
    struct gossip_node_handler handler;
    struct gossip_limits limits;
    struct identity *identity;
    struct pnet_key *network_key; /* NULL: no private network */
    struct swarm *swarm;
    struct chat *chat;                            /* NULL in a node without a nick */
    struct host_history *history;                 /* NULL if nothing is kept */
    struct direct_binding *direct;                /* NULL with it */
    struct host_transfer *transfer;               /* files; NULL in a node without a nick */
    struct host_discovery *discovery;             /* NULL without mDNS */
    const struct host_protocol *const *protocols; /* rows, NULL behind the last: see protocols.h */
    const struct host_protocol *chosen_protocols[SWARM_PROTOCOLS_MAX + 1];
    struct sync *sync;        /* NULL in a node that neither asks for missed lines nor gives any */
    uint64_t sync_age_max_ms; /* older lines are not wanted */
    uint32_t sync_lines_max;  /* nor more of one room */
    struct host_notices notices;
    struct host_post post;
    struct sequence_file sequence;

    uint64_t sent_bytes; /* taken by sockets */

    struct chain pipes;       /* all */
    struct chain pipes_ready; /* that may have bytes to send */
    struct chain dials;       /* being connected */
    struct listener_tcp *listeners[HOST_LISTENERS_MAX];
    size_t listener_count;
    uint16_t port;
    struct gossip_address announced[HOST_ANNOUNCED_MAX];
    size_t announced_count;
    struct gossip_address addresses[SWARM_ADDRESSES_MAX]; /* as told to the swarm */
    size_t address_count;

    struct host_topic topics[HOST_TOPICS_MAX];
    size_t topic_count;
    struct host_pending pending[HOST_PENDING_MAX];
    struct chain deferred;
    size_t deferred_count;

    enum node_stage stage;
    bool is_started; /* the first turn of the loop is over */
    bool is_busy;    /* a handler may be running: see pump.h */
    char **peers;    /* addresses to dial at the start; owned */
    size_t peer_count;
    struct gossip_peer_id direct_peers[SWARM_DIRECT_MAX];
    size_t direct_peer_count;
    struct gossip_instant close_deadline; /* never, while running */
    void (*on_closed)(void *context);
    void *on_closed_context;

    char address_text[MULTIADDR_TEXT_BYTES_MAX]; /* of events; see events_address_text */
    uint8_t read_buffer[HOST_BUFFER_BYTES];
    uint8_t write_buffer[HOST_BUFFER_BYTES];
};

#endif
