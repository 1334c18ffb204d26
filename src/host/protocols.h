/*
 * The protocols that our own machines speak with peers: one row for each, and nothing else to do.
 *
 * A machine lives in a layer of its own, knows no streams, and is bound in src/host/<name>_binding.c,
 * which defines its row; protocols.c lists the rows. The swarm offers every protocol, keeps its
 * bounds, and tells what happens; the pump hands that to the row, and asks each machine for what it
 * has to say. What a stream promises, and what not, stands in swarm/swarm.h.
 */
#ifndef HOST_PROTOCOLS_H
#define HOST_PROTOCOLS_H

#include "host/host.h"

/*
 * How a protocol is bound. Any function may be NULL. None is called inside of another: what it asks
 * the swarm for comes back after it returned.
 */
struct host_protocol {
    struct swarm_protocol wire; /* its name and its bounds */

    /* Whether a node with this configuration speaks it. NULL: every node does. */
    bool (*is_wanted)(const struct gossip_node_config *config);

    /* `peer` is connected and speaks the protocol: streams may be opened to it, or arrive. */
    void (*peer_up)(struct gossip_node *node, const struct gossip_peer_id *peer);
    /* The last connection to it is gone, and all its streams have ended before. */
    void (*peer_down)(struct gossip_node *node, const struct gossip_peer_id *peer);

    /* A stream of ours is agreed on. Whoever sent on it before need not wait for this. */
    void (*opened)(struct gossip_node *node, struct swarm_stream stream);
    /* `peer` opened a stream. */
    void (*arrived)(
        struct gossip_node *node, struct swarm_stream stream, const struct gossip_peer_id *peer);
    /* A message, not empty, borrowed until the next call on the swarm. */
    void (*message)(
        struct gossip_node *node, struct swarm_stream stream, struct gossip_bytes message);
    /* A send that would have blocked may be tried again. */
    void (*writable)(struct gossip_node *node, struct swarm_stream stream);
    /* The peer sends no more on it. NULL: then we neither, and the stream ends. */
    void (*finished)(struct gossip_node *node, struct swarm_stream stream);
    /* It is gone. GOSSIP_OK: both sides had finished; else what was sent last may be lost. */
    void (*ended)(struct gossip_node *node, struct swarm_stream stream, enum gossip_error error);

    /* Carries one thing that the machine has to say; false if there is none. */
    bool (*drain)(struct gossip_node *node);
    /* When the machine wants the time, and the time. */
    struct gossip_instant (*deadline)(const struct gossip_node *node);
    void (*advance)(struct gossip_node *node);
};

/* All rows there are, and NULL behind the last. A node numbers those it speaks in this order. */
extern const struct host_protocol *const host_protocols[];

/* Chooses the rows that the configuration wants for node->protocols. */
void host_protocols_choose(struct gossip_node *node, const struct gossip_node_config *config);

/* Lists in `protocols` what the swarm is to offer; returns how many. */
size_t host_protocols_list(const struct gossip_node *node, struct swarm_protocol *protocols);

/* Opens a stream of `protocol` to `peer`; as swarm_stream_open, whose errors it has. */
GOSSIP_MUST_USE enum gossip_error host_protocols_open(struct gossip_node *node,
    const struct host_protocol *protocol, const struct gossip_peer_id *peer,
    struct swarm_stream *stream);

/* An output about a stream, or about what a peer speaks; also SWARM_PEER_DOWN. */
void host_protocols_from_swarm(struct gossip_node *node, const struct swarm_output *output);

/* Carries one thing that some machine has to say; false if none has. */
bool host_protocols_drain(struct gossip_node *node);

/* When the first of them wants the time. */
struct gossip_instant host_protocols_deadline(const struct gossip_node *node);

/* The time, for all of them. */
void host_protocols_advance(struct gossip_node *node);

#endif
