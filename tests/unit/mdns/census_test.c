#include "mdns/census.h"

#include "unit/mdns/craft.h"
#include "unit/mdns/net.h"

static struct mdns_name name_of(const char *text)
{
    struct mdns_name name;

    expect_ok(mdns_name_parse(bytes_of_text(text), &name));
    return name;
}

static void note(struct mdns_census *census, const struct craft *craft)
{
    struct mdns_name services[2] = {name_of("chat.local"), name_of("_p2p._udp.local")};

    mdns_census_note_strangers(census, craft_bytes(craft), services, 2);
}

static void craft_stranger(struct craft *craft, const char *owner, const char *string)
{
    craft_begin(craft, 0, 0x8400);
    craft_txt(craft, (struct craft_head){.owner = owner, .class = 1, .ttl_seconds = 120},
        (const char *const[]){string, NULL});
}

static void a_device_counts_once(void)
{
    struct mdns_census census = {0};
    struct mdns_ip one = ip("10.0.0.1");
    struct mdns_ip other = ip("10.0.0.2");

    expect_equal(mdns_census_devices(&census), 0);
    mdns_census_note_device(&census, &one);
    mdns_census_note_device(&census, &one);
    mdns_census_note_device(&census, &other);
    expect_equal(mdns_census_devices(&census), 2);
}

static void a_device_with_two_families_counts_once(void)
{
    struct mdns_census census = {0};
    struct mdns_ip one = ip("10.0.0.1");
    struct mdns_ip same = ip("fe80::1");

    mdns_census_note_device(&census, &one);
    mdns_census_note_device(&census, &same);
    expect_equal(mdns_census_devices(&census), 1);
}

static void the_count_of_devices_stops_at_its_bound(void)
{
    struct mdns_census census = {0};

    for (unsigned i = 0; i < 200; i++) {
        struct mdns_ip one = mdns_ip4((const uint8_t[4]){10, 0, 0, (uint8_t)i});

        mdns_census_note_device(&census, &one);
    }
    expect_equal(mdns_census_devices(&census), MDNS_CENSUS_DEVICES_MAX);
}

static void a_peer_under_another_rendezvous_is_a_stranger(void)
{
    struct mdns_census census = {0};
    struct craft craft;

    craft_stranger(&craft, "abc.chta.local", "dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/" PEER_A);
    note(&census, &craft);
    note(&census, &craft);
    expect_equal(census.stranger_count, 1);
    craft_stranger(&craft, "def.chta.local", "dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/" PEER_B);
    note(&census, &craft);
    expect_equal(census.stranger_count, 2);
}

static void others_are_no_strangers(void)
{
    static const char *const owners[] = {
        "abc.chat.local", "abc._p2p._udp.local", "tv._googlecast._tcp.local", "abc", "abc.local"};
    struct mdns_census census = {0};
    struct craft craft;

    for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
        craft_stranger(&craft, owners[i], "dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/" PEER_A);
        note(&census, &craft);
    }
    craft_stranger(&craft, "abc.chta.local", "dnsaddr=/ip4/10.0.0.1/tcp/1");
    note(&census, &craft);
    craft_stranger(&craft, "abc.chta.local", "model=TV");
    note(&census, &craft);
    expect_equal(census.stranger_count, 0);
}

static void a_broken_packet_counts_for_nothing(void)
{
    struct mdns_census census = {0};
    struct craft craft;

    craft_stranger(&craft, "abc.chta.local", "dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/" PEER_A);
    for (size_t size = 0; size < craft.size; size++) {
        struct mdns_name service = name_of("chat.local");

        mdns_census_note_strangers(&census, bytes_make(craft.data, size), &service, 1);
    }
    expect_equal(census.stranger_count, 0);
}

TEST_MAIN(TEST(a_device_counts_once), TEST(a_device_with_two_families_counts_once),
    TEST(the_count_of_devices_stops_at_its_bound),
    TEST(a_peer_under_another_rendezvous_is_a_stranger), TEST(others_are_no_strangers),
    TEST(a_broken_packet_counts_for_nothing))
