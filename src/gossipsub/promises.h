/*
 * The follow-up of IWANT: which messages were asked for just now, so that not everyone who has one
 * sends it, and which peers named a message in IHAVE and so promised to have it.
 *
 * https://github.com/libp2p/specs/blob/master/pubsub/gossipsub/gossipsub-v1.1.md#spam-protection-measures
 *
 * A promise is kept when the message comes from anyone. Whether it came is looked up by the caller
 * when the promise is due, so nothing has to be told here when a message arrives.
 */
#ifndef GOSSIPSUB_PROMISES_H
#define GOSSIPSUB_PROMISES_H

#include "gossipsub/key_map.h"
#include "gossipsub/ring.h"
#include "gossipsub/router.h"

/*
 * Who offers a message that we have asked others for is not asked too, if that was just now and they
 * are so many. It is long enough for an answer from most places, and short enough that peers who
 * offer and do not deliver cannot keep a message from us for as long as it is offered.
 */
#define GOSSIPSUB_IWANT_PATIENCE_US 100000
#define GOSSIPSUB_IWANTS_AT_ONCE 2

struct gossipsub_promise {
    struct gossip_instant due_at;
    uint64_t key;   /* of the message; 0: nobody minds any more */
    uint64_t topic; /* key of the topic it was named in */
    struct gossipsub_peer peer;
};

/* Fields are private to promises.c. */
struct gossipsub_promises {
    struct gossipsub_ring promised; /* struct gossipsub_promise */
    struct gossipsub_ring asked;    /* struct asked */
    struct gossipsub_key_map asked_map;
    struct gossip_duration followup;
};

/* Nothing asked and nothing promised. Takes no memory until the first. */
void gossipsub_promises_init(struct gossipsub_promises *promises, const struct allocator *allocator,
    const struct gossipsub_limits *limits, struct gossip_duration followup);

/* Frees the tables. */
void gossipsub_promises_deinit(struct gossipsub_promises *promises);

/*
 * Whether `peer` may be asked for the message: not if it was asked before, and not while others have
 * just been asked.
 */
bool gossipsub_promises_may_ask(const struct gossipsub_promises *promises,
    struct gossip_instant now, uint64_t key, struct gossipsub_peer peer);

/* `peer` was asked for the message. At the bound, or without memory, the oldest is forgotten. */
void gossipsub_promises_ask(struct gossipsub_promises *promises, struct gossip_instant now,
    uint64_t key, struct gossipsub_peer peer);

/* `peer` said it has the message. Beyond the bound, or without memory, it is let off. */
void gossipsub_promises_add(struct gossipsub_promises *promises, struct gossip_instant now,
    uint64_t key, uint64_t topic, struct gossipsub_peer peer);

/* Takes out a promise that is due at `now`; false if none is. */
bool gossipsub_promises_take_due(struct gossipsub_promises *promises, struct gossip_instant now,
    struct gossipsub_promise *promise);

/* It is our own fault if the message is not kept: nobody is held to have promised it. */
void gossipsub_promises_waive(struct gossipsub_promises *promises, uint64_t key);

/* We do not follow the topic any more: what was promised in it is waived. */
void gossipsub_promises_waive_topic(struct gossipsub_promises *promises, uint64_t topic);

/* Forgets what was asked long ago. */
void gossipsub_promises_expire(struct gossipsub_promises *promises, struct gossip_instant now);

/* The most memory the tables take, in bytes. */
size_t gossipsub_promises_bytes(const struct gossipsub_limits *limits);

#endif
