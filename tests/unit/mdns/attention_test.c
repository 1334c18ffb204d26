#include "mdns/attention.h"

#include "base/instant.h"
#include "unit/mdns/net.h"

static const struct siphash_key key = {.low = 1, .high = 2};

static struct gossip_instant at_ms(uint64_t ms)
{
    return instant_us(7000000 + ms * 1000);
}

static size_t paid(
    struct mdns_attention *attention, uint64_t ms, const char *source, size_t packets)
{
    struct mdns_ip from = ip(source);
    size_t count = 0;

    for (size_t i = 0; i < packets; i++)
        count += mdns_attention_pay(attention, at_ms(ms), &from) ? 1 : 0;
    return count;
}

static void a_burst_is_read_and_then_eight_a_second(void)
{
    struct mdns_attention attention;

    mdns_attention_init(&attention, at_ms(0), key);
    expect_equal(paid(&attention, 0, "10.0.0.1", 10000), MDNS_ATTENTION_BURST_MAX);
    expect_equal(paid(&attention, 124, "10.0.0.1", 10000), 0);
    expect_equal(paid(&attention, 125, "10.0.0.1", 10000), 1);
    expect_equal(paid(&attention, 1125, "10.0.0.1", 10000), MDNS_ATTENTION_PER_SECOND_MAX);
}

static void silence_restores_the_burst_and_no_more(void)
{
    struct mdns_attention attention;

    mdns_attention_init(&attention, at_ms(0), key);
    expect_equal(paid(&attention, 0, "10.0.0.1", 10000), MDNS_ATTENTION_BURST_MAX);
    expect_equal(paid(&attention, 3600000, "10.0.0.1", 10000), MDNS_ATTENTION_BURST_MAX);
}

static void a_flood_from_one_does_not_silence_the_others(void)
{
    struct mdns_attention attention;
    size_t silenced = 0;

    mdns_attention_init(&attention, at_ms(0), key);
    (void)paid(&attention, 0, "10.0.0.1", 10000);
    for (unsigned i = 2; i < 100; i++) {
        struct mdns_ip from = mdns_ip4((const uint8_t[4]){10, 0, 0, (uint8_t)i});

        silenced += mdns_attention_pay(&attention, at_ms(0), &from) ? 0 : 1;
    }
    expect_at_most(silenced, 4); /* those that share the bucket */
}

static void all_sources_together_are_bounded(void)
{
    struct mdns_attention attention;
    size_t count = 0;

    mdns_attention_init(&attention, at_ms(0), key);
    for (unsigned i = 0; i < 65536; i++) {
        struct mdns_ip from = mdns_ip4((const uint8_t[4]){10, 0, (uint8_t)(i >> 8), (uint8_t)i});

        count += mdns_attention_pay(&attention, at_ms(0), &from) ? 1 : 0;
    }
    expect_equal(count, MDNS_ATTENTION_BUCKETS * MDNS_ATTENTION_BURST_MAX);
}

TEST_MAIN(TEST(a_burst_is_read_and_then_eight_a_second),
    TEST(silence_restores_the_burst_and_no_more),
    TEST(a_flood_from_one_does_not_silence_the_others), TEST(all_sources_together_are_bounded))
