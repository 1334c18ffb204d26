/*
 * Every bound of the router: what all peers together, and one peer alone, can make it keep or do.
 *
 * Parameters of the protocol are in gossipchat/params.h; these are the walls around our memory.
 * Tables grow on demand up to them and never beyond. gossipsub_limits_list says what each costs.
 */
#ifndef GOSSIPSUB_LIMITS_H
#define GOSSIPSUB_LIMITS_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

struct gossipsub_limits {
    /* Who and what is known. */
    uint32_t peers_max;           /* joined at once; at most GOSSIPSUB_PEERS_CEILING */
    uint32_t topics_max;          /* we follow at once */
    uint32_t fanout_topics_max;   /* we publish to without following them */
    uint32_t topics_per_peer_max; /* subscriptions remembered of one peer; more are not heard */
    size_t topic_bytes_max;       /* longest topic, of ours and of peers */

    /* What one RPC of ours holds. Some peers drop the connection over larger ones. */
    size_t rpc_bytes_max;              /* encoded, all together */
    size_t control_bytes_max;          /* encoded subscriptions and control */
    uint32_t rpc_subscriptions_max;    /* topics joined and left */
    uint32_t rpc_messages_max;         /* whole messages */
    uint32_t rpc_ids_max;              /* ids in one IHAVE or IWANT */
    uint32_t rpc_idontwant_ids_max;    /* ids in one IDONTWANT */
    uint32_t ihave_ids_per_beat_max;   /* ids one peer can name between two heartbeats */
    uint32_t iwant_ids_per_beat_max;   /* ids looked up for one peer between two heartbeats */
    uint32_t strange_ids_per_beat_max; /* ids in no dialect we know, asked of one peer likewise */

    /* What waits to be sent. */
    size_t outbox_bytes_max;      /* memory of messages to one peer */
    uint32_t outbox_messages_max; /* messages to one peer, and as many of our own */
    size_t outboxes_bytes_max;    /* and to all of them; one that waits for three counts thrice */
    size_t outbox_idontwant_bytes_max; /* ids to tell one peer in IDONTWANT */
    size_t outbox_iwant_bytes_max;     /* ids to ask one peer for */

    /* Messages we hold. */
    size_t message_bytes_max;      /* encoded; larger ones are refused */
    uint32_t validations_max;      /* judged by nobody yet, or not delivered yet */
    size_t validation_bytes_max;   /* all of those together */
    uint32_t history_messages_max; /* kept to be asked for */
    size_t history_bytes_max;      /* all of those together */

    /* Ids we remember. */
    uint32_t seen_ids_max;
    uint32_t idontwant_ids_max;          /* what peers do not want, of all of them */
    uint32_t idontwant_ids_per_peer_max; /* and of one */
    uint32_t asked_ids_max;              /* asked for with IWANT and not here yet */
    uint32_t promises_max;               /* IHAVEs whose sender still has to deliver */

    /* Backoffs. */
    uint32_t backoffs_per_peer_max;     /* of a peer that is here */
    uint32_t backoffs_gone_max;         /* of all peers that left */
    struct gossip_duration backoff_max; /* longest a peer can ask for */

    /* Peers that others suggest. */
    uint32_t records_max;    /* waiting to be told as GOSSIPSUB_CONNECT */
    size_t record_bytes_max; /* one of them */
};

/* No router serves more peers than this: sets of peers are rows of bits. */
#define GOSSIPSUB_PEERS_CEILING 4096

/* The defaults of this program; the reasons stand beside the values in the source. */
void gossipsub_limits_default(struct gossipsub_limits *limits);

/*
 * GOSSIP_OK, or GOSSIP_ERROR_INVALID with `reason` (if not NULL) set to a static sentence that
 * names the wrong limit.
 */
GOSSIP_MUST_USE enum gossip_error gossipsub_limits_check(
    const struct gossipsub_limits *limits, const char **reason);

/* One row of the bill: at most `count` things of `bytes_each`. */
struct gossipsub_limits_row {
    const char *what; /* static text */
    uint64_t count;
    uint64_t bytes_each;
};

#define GOSSIPSUB_LIMITS_ROWS_MAX 24

/*
 * The most memory one router takes, row by row. Returns the number of rows. Blocks of the
 * allocator itself (its own headers, its rounding) are not counted.
 */
size_t gossipsub_limits_list(const struct gossipsub_limits *limits,
    struct gossipsub_limits_row rows[GOSSIPSUB_LIMITS_ROWS_MAX]);

/* The sum of these rows, in bytes. */
uint64_t gossipsub_limits_bytes(const struct gossipsub_limits *limits);

#endif
