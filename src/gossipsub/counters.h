/*
 * What the router counts: how much went through it, what was lost and why, and how each peer
 * behaved. Counters only ever grow, and are read by statistics, tests and peer scoring.
 */
#ifndef GOSSIPSUB_COUNTERS_H
#define GOSSIPSUB_COUNTERS_H

#include "gossipchat/types.h"

/* Why something that could have been sent or kept was not. */
enum gossipsub_drop {
    GOSSIPSUB_DROP_OUTBOX_FULL,      /* a forward gave way in the queue of a slow peer */
    GOSSIPSUB_DROP_OUTBOXES_FULL,    /* a forward gave way because all queues together are full */
    GOSSIPSUB_DROP_TOO_LARGE,        /* a message does not fit into an RPC of ours */
    GOSSIPSUB_DROP_UNWANTED,         /* a queued forward was cancelled by IDONTWANT */
    GOSSIPSUB_DROP_ALREADY_THERE,    /* a queued forward was cancelled: the peer sent it to us */
    GOSSIPSUB_DROP_PEER_LEFT,        /* a queued message had nobody left to go to */
    GOSSIPSUB_DROP_GOSSIP_OVERTAKEN, /* an IHAVE was not sent before the next was due */
    GOSSIPSUB_DROP_IWANTS_FULL,      /* an id was not asked for */
    GOSSIPSUB_DROP_IDONTWANTS_FULL,  /* an id was not announced in IDONTWANT */
    GOSSIPSUB_DROP_VALIDATIONS_FULL, /* a message was not kept: too many are being judged */
    GOSSIPSUB_DROP_SUBSCRIPTION,     /* a peer follows more topics than we remember */
    GOSSIPSUB_DROP_RECORD,           /* a suggested peer was not taken */
    GOSSIPSUB_DROP_NO_MEMORY
};

#define GOSSIPSUB_DROP_COUNT (GOSSIPSUB_DROP_NO_MEMORY + 1)

/* A short static phrase for `drop`; also the reason of the trace event. */
const char *gossipsub_drop_text(enum gossipsub_drop drop);

struct gossipsub_counters {
    uint64_t rpcs_received;
    uint64_t rpcs_sent;
    uint64_t bytes_sent; /* encoded RPCs, without their frames */
    uint64_t messages_published;
    uint64_t messages_delivered;
    uint64_t messages_forwarded; /* copies handed to the transport, our own not counted */
    uint64_t messages_duplicate;
    uint64_t messages_rejected;
    uint64_t messages_ignored;
    uint64_t messages_unasked; /* of topics we do not follow */
    uint64_t ihave_ids_sent, iwant_ids_sent, idontwant_ids_sent;
    uint64_t promises_broken;
    uint64_t drops[GOSSIPSUB_DROP_COUNT];
};

/*
 * How one peer behaved, the facts that peer scoring weighs.
 * https://github.com/libp2p/specs/blob/master/pubsub/gossipsub/gossipsub-v1.1.md#peer-scoring
 */
struct gossipsub_conduct {
    /* In one topic of ours, since the peer joined or we did. */
    bool is_in_mesh;
    struct gossip_instant meshed_at; /* P1; while in the mesh */
    uint32_t first_deliveries;       /* P2: valid messages that came from it first */
    uint32_t mesh_deliveries;        /* P3: those, and duplicates while they were being judged */
    uint32_t invalid_messages;       /* P4: rejected */
    /* In all of them (P7). */
    uint32_t broken_promises; /* IHAVEs without the message that was then asked for */
    uint32_t early_grafts;    /* GRAFTs inside a backoff, counted twice if right after the PRUNE */
    uint32_t strange_grafts;  /* heartbeats with more GRAFTs for unknown topics than there can be */
};

#endif
