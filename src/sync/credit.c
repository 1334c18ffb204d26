#include "sync/credit.h"

#include "base/instant.h"

#define US_PER_SECOND UINT64_C(1000000)
/* Longer pauses fill any credit. */
#define PAUSE_US_MAX (UINT64_C(86400) * US_PER_SECOND)

void credit_init(
    struct credit *credit, uint64_t bytes_max, uint64_t bytes_per_second, struct gossip_instant now)
{
    *credit = (struct credit){.bytes = bytes_max,
        .bytes_max = bytes_max,
        .bytes_per_second = bytes_per_second,
        .at = now};
}

uint64_t credit_left(struct credit *credit, struct gossip_instant now)
{
    uint64_t passed = instant_since(now, credit->at).us;
    uint64_t earned;

    passed = passed < PAUSE_US_MAX ? passed : PAUSE_US_MAX;
    earned = passed * credit->bytes_per_second / US_PER_SECOND;
    if (earned > 0) {
        credit->at = now;
        credit->bytes =
            credit->bytes_max - credit->bytes > earned ? credit->bytes + earned : credit->bytes_max;
    }
    return credit->bytes;
}

void credit_spend(struct credit *credit, struct gossip_instant now, uint64_t bytes)
{
    uint64_t left = credit_left(credit, now);

    credit->bytes = left > bytes ? left - bytes : 0;
}
