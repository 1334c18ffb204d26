/*
 * Who is dialed, and when.
 *
 * A round tries the addresses of one entry one after the other, a quarter of a second apart and
 * without giving up the earlier ones (RFC 8305, "happy eyeballs"); the first on which the peer
 * proves itself wins. Between rounds lies a pause that doubles from one second to a minute, with
 * jitter. It is cut short when the peer is heard of again, and forgotten when a person asks.
 */
#ifndef SWARM_DIALER_H
#define SWARM_DIALER_H

#include "swarm/book.h"

/* The smaller peer id waits this long for the larger one to dial it. */
#define DIALER_COURTESY_MS 1500
/* Between two addresses of one round, and between two looks whether it can go on. */
#define DIALER_STAGGER_MS 250
#define DIALER_PAUSE_MS_MIN 1000
#define DIALER_PAUSE_MS_MAX 60000
/* Rounds after which a peer that nobody asked for is left alone until it is heard of again. */
#define DIALER_FAILURES_MAX 10
/* A connection that ended sooner was none: the next pause is longer than the last one. */
#define DIALER_LASTING_MS 30000
/* Between the end of a round and one that begins because the peer was heard of on the wire, */
#define DIALER_WIRE_PAUSE_MS 5000
/* or because somebody else says that it is there. */
#define DIALER_HEARSAY_PAUSE_MS 30000

/* An entry's alarm rang. `object` is a struct book_entry. */
void dialer_ring(struct swarm *swarm, void *object);

/* Sees to it that `entry` is dialed when its time comes: now, later, or not at all. */
void dialer_consider(struct swarm *swarm, struct book_entry *entry);

/* The peer was heard of through `source`: it is worth another round. `is_new`: at a new address. */
void dialer_heard_of(
    struct swarm *swarm, struct book_entry *entry, enum swarm_source source, bool is_new);

/* A person asks for it: dialed at once, whatever happened before. */
void dialer_asked_for(struct swarm *swarm, struct book_entry *entry);

/*
 * A link that was dialed failed before the peer was proven; `link->error` and `text` say why. Goes
 * on with the next address, or ends the round.
 */
void dialer_link_failed(struct swarm *swarm, struct link *link);

/* A link that was dialed led to ourselves: no news for anybody, and not tried again. */
void dialer_link_is_ours(struct swarm *swarm, struct link *link);

/* `peer` is proven on `link`. Ends its round; other dials to it are closed. */
void dialer_link_proven(struct swarm *swarm, struct link *link, const struct gossip_peer_id *peer);

/* The last connection to `peer` is gone. */
void dialer_peer_down(struct swarm *swarm, const struct peer *peer);

#endif
