/*
 * What a person should read when nobody answers: after five seconds, after half
 * a minute, and after two minutes, once each, and never again once a peer was seen.
 */
#ifndef HOST_NOTICES_H
#define HOST_NOTICES_H

#include "gossipchat/types.h"

struct gossip_node;

#define NOTICES_COUNT 3

struct host_notices {
    struct gossip_instant started_at;
    struct gossip_instant deadline; /* never, when there is nothing more to say */
    size_t said;
};

void notices_begin(struct gossip_node *node, struct gossip_instant now);
void notices_peer_seen(struct gossip_node *node);
void notices_advance(struct gossip_node *node, struct gossip_instant now);
void notices_no_more_topics(struct gossip_node *node);

#endif
