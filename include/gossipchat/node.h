/*
 * A gossip node on a libuv loop: the embedder's front door.
 *
 *     struct gossip_node *node;
 *     struct gossip_node_config config;
 *
 *     gossip_node_config_default(&config);
 *     config.handler = (struct gossip_node_handler){.on_message = show};
 *     gossip_node_create(&config, uv_default_loop(), &node);
 *     gossip_node_subscribe(node, topic);
 *     uv_run(uv_default_loop(), UV_RUN_DEFAULT);
 *
 * Every function here runs on the loop's thread, except gossip_node_post.
 * Handlers are called on the loop's thread and may call any gossip_node_*
 * function; after gossip_node_close none is called any more. The library
 * installs no signal handlers, so the program ignores SIGPIPE, as libuv wants it.
 */
#ifndef GOSSIPCHAT_NODE_H
#define GOSSIPCHAT_NODE_H

#include "command.h"
#include "error.h"
#include "event.h"
#include "limits.h"
#include "params.h"
#include "trace.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct uv_loop_s;
struct gossip_node;

/* A validated message of a topic that was subscribed to with gossip_node_subscribe. */
struct gossip_message {
    struct gossip_peer_id author;
    struct gossip_bytes topic;
    struct gossip_bytes payload;
};

/* Whom the node tells. What the calls point to is borrowed until they return. */
struct gossip_node_handler {
    void *context;
    void (*on_message)(void *context, const struct gossip_message *message);
    void (*on_event)(void *context, const struct gossip_event *event);
};

struct gossip_node_config {
    /*
     * The key file: created if it is missing, never replaced. NULL: a new key
     * that is never written (and no seqno file either).
     */
    const char *identity_file;
    /* Where the last sequence number is kept; NULL: beside the identity, "<identity>.seqno". */
    const char *seqno_file;

    /*
     * Where what is said in rooms is kept: created if it is missing. NULL: nothing is kept. It is
     * closed some time after gossip_node_close, before `on_closed`.
     */
    const char *history_file;
    uint32_t history_lines;  /* told again when a room is joined; 0: none */
    bool is_history_durable; /* each line survives a power failure; costs a write to disk */

    /*
     * The key file of a private network: only whoever has the same key can connect. NULL: none, which
     * fails with GOSSIP_ERROR_PERMISSION where LIBP2P_FORCE_PNET=1 stands in the environment.
     * https://github.com/libp2p/specs/blob/master/pnet/Private-Networks-PSK-V1.md
     */
    const char *network_key_file;

    const char *const *listen_addresses; /* multiaddr text; count 0 and port 0..: see below */
    size_t listen_address_count;
    bool is_listening; /* false: dial only */
    uint16_t port;     /* without listen_addresses: IPv4 and IPv6 on this port, 0 any */
    uint16_t
        port_attempts; /* ports tried upwards from `port` before any is taken; 1 means only this one */

    const char *const *peer_addresses; /* dialed and kept: host:port, [v6]:port or multiaddr */
    size_t peer_address_count;
    /*
     * Dialed and kept likewise, but with /p2p/ and the peer id; with these peers every message is
     * exchanged outside all meshes, if they list us too.
     */
    const char *const *direct_addresses;
    size_t direct_address_count;
    const char *const *announce_addresses; /* told to others besides our own */
    size_t announce_address_count;

    const char *rendezvous; /* who may find whom; also part of the topic of every room */
    bool has_mdns;
    bool has_public_mdns;          /* also _p2p._udp.local, to meet any libp2p node */
    const char *const *interfaces; /* limit discovery to these names; count 0: all suitable */
    size_t interface_count;

    /* Where files are put that were accepted; made if need be. NULL: none can be. */
    const char *files_dir;
    uint64_t file_bytes_max; /* larger files are not accepted */

    /*
     * Missed lines of rooms are asked for, and given, if they are among the last `sync_lines` (0: 200;
     * at most 1000) of their room and not older than `sync_hours` (0: 24).
     */
    bool has_sync;
    uint32_t sync_lines;
    uint32_t sync_hours;

    const char *nick; /* for chat; NULL: this node is only a gossip node, no chat frames are sent */

    const struct gossip_limits *limits; /* NULL: defaults */
    const struct gossip_params *params; /* NULL: defaults */
    struct gossip_trace trace;
    struct gossip_node_handler handler;
};

/* Listens on port 9740 or the next nine or any, mDNS on, rendezvous "gossipchat", missed lines exchanged, no chat. */
GOSSIP_API void gossip_node_config_default(struct gossip_node_config *config);

/*
 * Starts a node. `config` and what it points to are copied. `loop` outlives the
 * node. On failure gossip_node_failure says in one line why and what to do next,
 * and nothing is left behind; if it could not listen, then only after the next
 * turn of the loop, which closes what was open. Fails with
 *   GOSSIP_ERROR_ADDRESS_IN_USE or _UNREACHABLE   it cannot listen,
 *   GOSSIP_ERROR_PERMISSION or _UNSUPPORTED       the identity or network key cannot be used,
 *   GOSSIP_ERROR_IO                               a file cannot be written, or is not ours,
 *   GOSSIP_ERROR_INVALID or _LIMIT                the configuration is wrong,
 *   GOSSIP_ERROR_NO_MEMORY.
 */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_node_create(
    const struct gossip_node_config *config, struct uv_loop_s *loop, struct gossip_node **node);

/* Why the last gossip_node_create of this thread failed: one line, static until the next one. */
GOSSIP_API const char *gossip_node_failure(void);

/*
 * Waits at most `linger` for what is not sent yet, says goodbye to people and
 * peers, which takes at most a second more, closes every handle, frees the node,
 * then calls `on_closed` (NULL allowed) from the loop. The node must not be used
 * after this call, except that other threads may post in vain until `on_closed`.
 * If the system is looking up a host name at that time, uv_loop_close succeeds only
 * once it has an answer.
 */
GOSSIP_API void gossip_node_close(struct gossip_node *node, struct gossip_duration linger,
    void (*on_closed)(void *context), void *context);

/* Our peer id, for as long as the node lives. */
GOSSIP_API const struct gossip_peer_id *gossip_node_id(const struct gossip_node *node);

/* The TCP port we listen on, 0 if we do not. */
GOSSIP_API uint16_t gossip_node_port(const struct gossip_node *node);

/*
 * The address number `index`, from 0 on, where others can reach us, as a multiaddr
 * without /p2p; an empty result, 0, ends the list. For `text` as below.
 */
GOSSIP_API size_t gossip_node_address(
    const struct gossip_node *node, size_t index, char *text, size_t size);

/* A network interface of this machine, and what looking for people on it has brought so far. */
struct gossip_interface {
    const char *name;   /* borrowed until the next turn of the loop */
    const char *reason; /* why it is used or not, in two or three words: static */
    bool is_used;
    bool speaks_ip4; /* multicast DNS of that family could be joined */
    bool speaks_ip6;
    uint64_t queries_sent;
    uint64_t own_queries_heard; /* our questions that came back to us: the socket works */
    uint64_t devices_heard;     /* other machines that speak multicast DNS, whatever they are */
    uint64_t strangers_heard;   /* peers of another rendezvous */
};

/*
 * The interface number `index`, from 0 on; false ends the list. There is none without has_mdns, and
 * before the first turn of the loop.
 */
GOSSIP_API bool gossip_node_interface(
    const struct gossip_node *node, size_t index, struct gossip_interface *interface);

/* True while something of ours waits to be sent: queued lines, or bytes for any peer. */
GOSSIP_API bool gossip_node_has_unsent(const struct gossip_node *node);

/*
 * How many bytes the network has taken so far: as long as the number grows, what is
 * unsent is on its way.
 */
GOSSIP_API uint64_t gossip_node_sent_bytes(const struct gossip_node *node);

/*
 * Hands a command over; it is copied. Answers come as events, perhaps before this
 * returns; in a handler the command waits until the handler returns, unless a thousand
 * wait already: then it fails at once.
 */
GOSSIP_API void gossip_node_command(struct gossip_node *node, const struct gossip_command *command);

/* Raw topics, below chat. Messages come to on_message. */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_node_subscribe(
    struct gossip_node *node, struct gossip_bytes topic);
GOSSIP_API void gossip_node_unsubscribe(struct gossip_node *node, struct gossip_bytes topic);
/* GOSSIP_ERROR_WOULD_BLOCK: queues are full, try again from a later callback. */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_node_publish(
    struct gossip_node *node, struct gossip_bytes topic, struct gossip_bytes payload);

/*
 * From any thread: runs `task(context)` soon on the loop's thread, in the order of
 * the calls; never after gossip_node_close. Fails with GOSSIP_ERROR_CANCELLED then,
 * or with _NO_MEMORY.
 */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_node_post(
    struct gossip_node *node, void (*task)(void *context), void *context);

/* Text forms. Each returns the size written without the terminating zero, or 0 if `room` is too small. */
GOSSIP_API size_t gossip_peer_id_print(const struct gossip_peer_id *peer, char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
