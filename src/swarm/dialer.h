/*
 * Who is dialed, and when.
 *
 * A round tries the addresses of one entry one after the other, a quarter of a
 * second apart and without giving up the earlier ones (RFC 8305, "happy
 * eyeballs"); the first on which the peer proves itself wins. Between rounds
 * lies a pause that doubles from one second to a minute, with jitter.
 */
#ifndef SWARM_DIALER_H
#define SWARM_DIALER_H

#include "swarm/book.h"

/* The smaller peer id waits this long for the larger one to dial it. */
#define DIALER_COURTESY_MS 1500
/* Between two addresses of one round. */
#define DIALER_STAGGER_MS 250
#define DIALER_PAUSE_MIN_MS 1000
#define DIALER_PAUSE_MAX_MS 60000
/* Rounds after which a peer that nobody asked for is left alone until it is found again. */
#define DIALER_FAILURES_MAX 10

/* An entry's alarm rang. `object` is a struct book_entry. */
void dialer_ring(struct swarm *swarm, void *object);

/* Decides anew when `entry` is to be dialed: now, out of courtesy later, or not at all. */
void dialer_consider(struct swarm *swarm, struct book_entry *entry, bool is_fresh);

/*
 * A link that was dialed failed before the peer was proven. `is_impostor`:
 * somebody else answers there. Tells the host, answers the request, goes on.
 */
void dialer_link_failed(struct swarm *swarm, struct link *link, bool is_impostor);

/* `peer` is proven on `link`. Ends its round; other dials to it are closed. */
void dialer_link_proven(struct swarm *swarm, struct link *link, const struct gossip_peer_id *peer);

/* The last connection to `peer` is gone. */
void dialer_peer_down(struct swarm *swarm, const struct gossip_peer_id *peer);

#endif
