#include "mdns/attention.h"

#include "base/instant.h"

/* What a packet costs, in credit that grows by a microsecond every microsecond. */
#define PACKET_COST_US (UINT64_C(1000000) / MDNS_ATTENTION_PER_SECOND_MAX)
#define CREDIT_US_MAX (MDNS_ATTENTION_BURST_MAX * PACKET_COST_US)

void mdns_attention_init(
    struct mdns_attention *attention, struct gossip_instant now, struct siphash_key key)
{
    attention->key = key;
    for (size_t i = 0; i < MDNS_ATTENTION_BUCKETS; i++) {
        attention->credit_us[i] = CREDIT_US_MAX;
        attention->credited_at[i] = now;
    }
}

bool mdns_attention_pay(
    struct mdns_attention *attention, struct gossip_instant now, const struct mdns_ip *source)
{
    size_t i = siphash(attention->key, mdns_ip_bytes(source)) % MDNS_ATTENTION_BUCKETS;
    uint64_t *credit = &attention->credit_us[i];
    uint64_t earned = instant_since(now, attention->credited_at[i]).us;

    attention->credited_at[i] = now;
    *credit = earned > CREDIT_US_MAX - *credit ? CREDIT_US_MAX : *credit + earned;
    if (*credit < PACKET_COST_US)
        return false;
    *credit -= PACKET_COST_US;
    return true;
}
