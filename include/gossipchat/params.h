/*
 * GossipSub parameters, with the names of the specification.
 *
 * https://github.com/libp2p/specs/blob/master/pubsub/gossipsub/gossipsub-v1.1.md#overview-of-new-parameters
 */
#ifndef GOSSIPCHAT_PARAMS_H
#define GOSSIPCHAT_PARAMS_H

#include "error.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct gossip_params {
    /* Degrees: peers in the mesh of one topic. D_low <= D <= D_high, D_out < D_low, D_out <= D / 2. */
    uint32_t D;
    uint32_t D_low;
    uint32_t D_high;
    uint32_t D_score;     /* kept by score when a mesh is cut back to D */
    uint32_t D_out;       /* of them, dialed by us */
    uint32_t D_lazy;      /* peers outside the mesh that hear IHAVE, at least */
    double gossip_factor; /* or this share of them, if that is more; 0 to 1 */

    struct gossip_duration heartbeat_interval;
    struct gossip_duration heartbeat_initial_delay;
    struct gossip_duration fanout_lifetime;
    struct gossip_duration seen_lifetime;
    struct gossip_duration prune_backoff;
    struct gossip_duration unsubscribe_backoff;
    struct gossip_duration backoff_slack; /* waited beyond a backoff before we GRAFT again */
    struct gossip_duration graft_flood_threshold;
    struct gossip_duration iwant_followup; /* a promise not kept by then is broken */

    uint32_t history_length;        /* heartbeats a message can be asked for with IWANT */
    uint32_t history_gossip;        /* heartbeats it is named in IHAVE */
    uint32_t gossip_retransmission; /* times one peer gets one message by IWANT */
    uint32_t
        ihave_ids_max; /* ids in one IHAVE we send, and asked for in one heartbeat of one peer */
    uint32_t ihave_messages_max; /* IHAVE-carrying RPCs heard from one peer in one heartbeat */
    uint32_t opportunistic_graft_ticks;
    uint32_t opportunistic_graft_peers;
    uint32_t direct_connect_ticks;
    uint32_t exchanged_peers_max; /* peers in one PRUNE */

    uint32_t idontwant_bytes_min; /* data of at least this size is announced by IDONTWANT */
    uint32_t idontwant_ids_max;   /* ids read from one RPC */
    uint32_t
        idontwant_messages_max; /* IDONTWANT-carrying RPCs heard from one peer in one heartbeat */
    uint32_t idontwant_ticks;   /* heartbeats one is remembered */

    bool flood_publish; /* own messages go to every peer of the topic, not only the mesh */
};

/* The defaults of this program; see the table in the source for those of others. */
GOSSIP_API void gossip_params_default(struct gossip_params *params);

/*
 * GOSSIP_OK, or GOSSIP_ERROR_INVALID with `reason` (if not NULL) set to a static sentence
 * that names the wrong parameter.
 */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_params_check(
    const struct gossip_params *params, const char **reason);

#ifdef __cplusplus
}
#endif
#endif
