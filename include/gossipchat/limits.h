/*
 * Every bound that a stranger can push against, with its unit and its default.
 *
 * What one peer can cost is the sum of its share of each; `gossipchat --limits`
 * prints the table with the memory each line implies.
 */
#ifndef GOSSIPCHAT_LIMITS_H
#define GOSSIPCHAT_LIMITS_H

#include "error.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct gossip_limits {
    /* Connections. */
    uint32_t peers_max;      /* connected and proven */
    uint32_t handshakes_max; /* accepted and not proven yet, all together */
    uint32_t dials_max;      /* pipes being opened or proven that we dialed */
    uint32_t book_peers_max; /* peers whose addresses are remembered */
    size_t output_bytes_max; /* sealed bytes waiting for one socket */
    struct gossip_duration handshake_time_max;

    /* Streams of one connection. */
    uint32_t streams_max;
    uint32_t streams_pending_max; /* opened by us, not answered yet */

    /* Gossip. */
    size_t rpc_in_bytes_max;  /* one RPC we accept */
    size_t rpc_out_bytes_max; /* one RPC we send */
    size_t message_bytes_max; /* payload of one message of ours */
    uint32_t topics_max;      /* we follow */

    /* Chat. */
    uint32_t rooms_max;
    uint32_t people_max;        /* remembered in all rooms together */
    uint32_t history_lines_max; /* kept per room */
    uint32_t outbox_lines_max;  /* of ours that wait for somebody to come, all rooms together */
};

/* The defaults; the table is in the source, with the reason for each. */
GOSSIP_API void gossip_limits_default(struct gossip_limits *limits);

/* As gossip_params_check. */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_limits_check(
    const struct gossip_limits *limits, const char **reason);

#ifdef __cplusplus
}
#endif
#endif
