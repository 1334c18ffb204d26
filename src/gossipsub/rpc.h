/*
 * Builds one RPC out of borrowed views, within its bounds, and keeps what it borrows until the next.
 *
 * Every put adds a thing whole or, if it does not fit or there is no memory, answers false and
 * changes nothing. The size is counted from above: what is encoded may be some bytes smaller.
 */
#ifndef GOSSIPSUB_RPC_H
#define GOSSIPSUB_RPC_H

#include "gossipsub/limits.h"
#include "gossipsub/message.h"
#include "wire/rpc.h"

/* A growing row of items; private to rpc.c. */
struct gossipsub_rpc_row {
    void *items;
    uint32_t count, allocated;
};

/* Fields are private to rpc.c. */
struct gossipsub_rpc_builder {
    const struct allocator *allocator;
    const struct gossipsub_limits *limits;
    struct gossipsub_rpc_row subscriptions, messages, kept, ids, ihaves, ihave_firsts, grafts,
        prunes;
    struct wire_message_ids iwant, idontwant; /* `ids` is set at the end */
    uint32_t iwant_first, idontwant_first;    /* where theirs begin in the row of all ids, */
    size_t bytes, bytes_max;                  /* the whole RPC */
    size_t control_bytes;                     /* subscriptions and control */
};

/* `limits` is borrowed for life. Takes no memory until the first put. */
void gossipsub_rpc_builder_init(struct gossipsub_rpc_builder *builder,
    const struct allocator *allocator, const struct gossipsub_limits *limits);

/* Frees it and gives back the messages of the last RPC. */
void gossipsub_rpc_builder_deinit(struct gossipsub_rpc_builder *builder);

/* Begins an RPC of at most `bytes_max` bytes; what the last one borrowed is given back. */
void gossipsub_rpc_begin(struct gossipsub_rpc_builder *builder, size_t bytes_max);

/* We follow `topic`, or no longer. */
bool gossipsub_rpc_put_subscription(
    struct gossipsub_rpc_builder *builder, struct gossip_bytes topic, bool subscribe);

/* We want the peer in the mesh of `topic`. */
bool gossipsub_rpc_put_graft(struct gossipsub_rpc_builder *builder, struct gossip_bytes topic);

/* The peer is not in the mesh of `topic`, and keeps away for `backoff_s` seconds. A v1.0 peer is told
 * no backoff. */
bool gossipsub_rpc_put_prune(struct gossipsub_rpc_builder *builder, struct gossip_bytes topic,
    bool has_backoff, uint64_t backoff_s);

/* One more id in the IHAVE of `topic`. The ids of a topic are put one after the other. */
bool gossipsub_rpc_put_ihave(
    struct gossipsub_rpc_builder *builder, struct gossip_bytes topic, struct gossip_bytes id);

/* One more id in the IWANT. Those are put one after the other too. */
bool gossipsub_rpc_put_iwant(struct gossipsub_rpc_builder *builder, struct gossip_bytes id);

/* One more id in the IDONTWANT. Likewise. */
bool gossipsub_rpc_put_idontwant(struct gossipsub_rpc_builder *builder, struct gossip_bytes id);

/* Takes the caller's reference if it answers true. */
bool gossipsub_rpc_put_message(
    struct gossipsub_rpc_builder *builder, struct gossipsub_message *message);

/* The RPC as built, and its size, counted from above; false if it is empty. */
bool gossipsub_rpc_finish(
    struct gossipsub_rpc_builder *builder, struct wire_rpc *rpc, size_t *bytes);

/* Whether a message of this size fits into an RPC of its own under `limits`. */
bool gossipsub_rpc_fits(const struct gossipsub_limits *limits, size_t encoded_size);

/* The most memory the builder takes, in bytes, without the messages it keeps. */
size_t gossipsub_rpc_builder_bytes(const struct gossipsub_limits *limits);

#endif
