/*
 * How much attention a sender gets: every source address has a small budget of packets per second,
 * so that one that floods us is cheap, and others are still heard.
 *
 * Sources are sorted into a fixed number of buckets by a keyed hash; some share one.
 */
#ifndef MDNS_ATTENTION_H
#define MDNS_ATTENTION_H

#include "base/siphash.h"
#include "gossipchat/types.h"
#include "mdns/interface.h"

#define MDNS_ATTENTION_BUCKETS 128

/* Packets read from the sources of one bucket: so many at once, and so many per second after that. */
#define MDNS_ATTENTION_BURST_MAX 32
#define MDNS_ATTENTION_PER_SECOND_MAX 8

struct mdns_attention {
    struct siphash_key key;
    uint64_t credit_us[MDNS_ATTENTION_BUCKETS];
    struct gossip_instant credited_at[MDNS_ATTENTION_BUCKETS];
};

/* Everybody has the full budget. `key` is secret, so that nobody can choose whose bucket to share. */
void mdns_attention_init(
    struct mdns_attention *attention, struct gossip_instant now, struct siphash_key key);

/* Whether a packet of `source` is to be read; takes it from the budget if so. */
bool mdns_attention_pay(
    struct mdns_attention *attention, struct gossip_instant now, const struct mdns_ip *source);

#endif
