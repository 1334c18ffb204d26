#include "mdns/neighbours.h"

#include "base/instant.h"
#include "base/peer_id_text.h"
#include "support/test_allocator.h"
#include "unit/mdns/net.h"

#define START_US 9000000u

static struct test_allocator memory;
static struct mdns_neighbours *table;
static struct mdns_neighbour_change change;

static struct gossip_instant at_ms(uint64_t ms)
{
    return instant_us(START_US + ms * 1000);
}

static void set_up(void)
{
    test_allocator_init(&memory);
    expect_ok(mdns_neighbours_create(&memory.allocator, at_ms(0), &table));
}

static void tear_down(void)
{
    mdns_neighbours_destroy(table);
    test_allocator_deinit(&memory);
}

static struct gossip_peer_id peer(unsigned number)
{
    struct gossip_peer_id id = {.size = 38};

    store_u16_big(id.data, (uint16_t)number);
    return id;
}

static struct mdns_origin origin(const char *source)
{
    return (struct mdns_origin){.service = 0, .interface_index = 2, .source = ip(source)};
}

/* Peer `number` under the instance name `label`, at 192.168.1.`last_byte` port 9740. */
static struct mdns_sighting sighting(unsigned number, const char *label, unsigned last_byte)
{
    struct mdns_sighting made = {.peer = peer(number), .ttl_seconds = 120, .endpoint_count = 1};

    made.instance.is_lasting = true;
    made.instance.label_size = (uint8_t)strlen(label);
    memcpy(made.instance.label, label, made.instance.label_size);
    made.endpoints[0].ip = mdns_ip4((const uint8_t[4]){192, 168, 1, (uint8_t)last_byte});
    made.endpoints[0].port = 9740;
    return made;
}

static enum gossip_error sight_from(
    uint64_t ms, const struct mdns_origin *from, const struct mdns_sighting *seen)
{
    return mdns_neighbours_sighted(table, at_ms(ms), from, seen);
}

/* Sees peer `number` from its own address 192.168.1.`number`, under an own name. */
static enum gossip_error sight(uint64_t ms, unsigned number)
{
    char label[8] = {(char)('a' + number / 26), (char)('a' + number % 26)};
    struct mdns_origin from = origin("192.168.1.1");
    struct mdns_sighting seen = sighting(number, label, number);

    store_u16_big(from.source.bytes + 2, (uint16_t)number);
    return sight_from(ms, &from, &seen);
}

static void expect_change(bool is_found, unsigned number)
{
    struct gossip_peer_id expected = peer(number);

    expect_true(mdns_neighbours_poll(table, &change));
    expect_equal(change.is_found, is_found);
    expect_true(peer_id_is_equal(&change.peer, &expected));
}

static void expect_quiet(void)
{
    expect_false(mdns_neighbours_poll(table, &change));
}

static size_t drain(void)
{
    size_t count = 0;

    while (mdns_neighbours_poll(table, &change))
        count++;
    return count;
}

static void a_new_peer_is_found_once(void)
{
    set_up();
    expect_ok(sight(0, 7));
    expect_change(true, 7);
    expect_equal(change.endpoint_count, 1);
    expect_equal(change.endpoints[0].port, 9740);
    expect_equal(change.interface_index, 2);
    expect_quiet();
    expect_ok(sight(5000, 7));
    expect_quiet();
    expect_equal(mdns_neighbours_count(table, 0, 2), 1);
    tear_down();
}

static void a_peer_expires_when_its_time_is_over(void)
{
    set_up();
    expect_ok(sight(0, 7));
    (void)drain();
    expect_equal(mdns_neighbours_deadline(table).us, at_ms(120000).us);
    mdns_neighbours_advance(table, at_ms(119999));
    expect_quiet();
    mdns_neighbours_advance(table, at_ms(120000));
    expect_change(false, 7);
    expect_equal(change.endpoint_count, 0);
    expect_quiet();
    expect_true(instant_is_never(mdns_neighbours_deadline(table)));
    expect_equal(mdns_neighbours_count(table, 0, 2), 0);
    expect_ok(sight(130000, 7));
    expect_change(true, 7);
    tear_down();
}

static void hearing_it_again_keeps_a_peer(void)
{
    set_up();
    expect_ok(sight(0, 7));
    (void)drain();
    expect_ok(sight(60000, 7));
    mdns_neighbours_advance(table, at_ms(120000));
    expect_quiet();
    expect_equal(mdns_neighbours_deadline(table).us, at_ms(180000).us);
    tear_down();
}

static void services_and_interfaces_are_counted_apart(void)
{
    struct mdns_origin from = origin("192.168.1.7");
    struct mdns_sighting seen = sighting(7, "abc", 7);

    set_up();
    expect_ok(sight_from(0, &from, &seen));
    from.service = 1;
    expect_ok(sight_from(0, &from, &seen));
    from.interface_index = 3;
    expect_ok(sight_from(0, &from, &seen));
    expect_equal(drain(), 3);
    expect_equal(mdns_neighbours_count(table, 0, 2), 1);
    expect_equal(mdns_neighbours_count(table, 1, 2), 1);
    expect_equal(mdns_neighbours_count(table, 1, 3), 1);
    mdns_neighbours_leave_interface(table, 2);
    expect_equal(drain(), 2);
    expect_equal(mdns_neighbours_count(table, 1, 3), 1);
    tear_down();
}

static void a_goodbye_takes_effect_after_a_second(void)
{
    struct mdns_origin from = origin("192.168.1.7");
    struct mdns_sighting seen = sighting(7, "abc", 7);

    set_up();
    expect_ok(sight_from(0, &from, &seen));
    (void)drain();
    seen.ttl_seconds = 0;
    expect_ok(sight_from(5000, &from, &seen));
    expect_quiet();
    expect_equal(mdns_neighbours_deadline(table).us, at_ms(6000).us);
    mdns_neighbours_advance(table, at_ms(6000));
    expect_change(false, 7);
    tear_down();
}

static void who_comes_back_under_a_new_name_within_the_second_is_not_lost(void)
{
    struct mdns_origin from = origin("192.168.1.7");
    struct mdns_sighting seen = sighting(7, "abc", 7);

    set_up();
    expect_ok(sight_from(0, &from, &seen));
    (void)drain();
    seen.ttl_seconds = 0;
    expect_ok(sight_from(5000, &from, &seen));
    seen = sighting(7, "xyz", 8);
    expect_ok(sight_from(5010, &from, &seen));
    expect_change(true, 7);
    expect_equal(change.endpoint_count, 1);
    expect_equal(change.endpoints[0].ip.bytes[3], 8);
    mdns_neighbours_advance(table, at_ms(6000));
    expect_quiet();
    tear_down();
}

static void a_goodbye_of_an_old_name_is_not_believed(void)
{
    struct mdns_origin from = origin("192.168.1.7");
    struct mdns_sighting seen = sighting(7, "abc", 7);

    set_up();
    expect_ok(sight_from(0, &from, &seen));
    seen = sighting(7, "old", 7);
    seen.ttl_seconds = 0;
    expect_ok(sight_from(10, &from, &seen));
    expect_equal(mdns_neighbours_deadline(table).us, at_ms(120000).us);
    tear_down();
}

static void a_goodbye_from_somebody_else_is_not_believed(void)
{
    struct mdns_origin from = origin("192.168.1.7");
    struct mdns_origin other = origin("192.168.1.66");
    struct mdns_sighting seen = sighting(7, "abc", 7);

    set_up();
    expect_ok(sight_from(0, &from, &seen));
    seen.ttl_seconds = 0;
    expect_ok(sight_from(10, &other, &seen));
    expect_equal(mdns_neighbours_deadline(table).us, at_ms(120000).us);
    tear_down();
}

static void new_addresses_are_found_but_once_a_second_only(void)
{
    struct mdns_origin from = origin("192.168.1.7");
    struct mdns_sighting seen = sighting(7, "abc", 7);

    set_up();
    expect_ok(sight_from(0, &from, &seen));
    (void)drain();
    seen = sighting(7, "abc", 8);
    expect_ok(sight_from(100, &from, &seen));
    seen = sighting(7, "abc", 9);
    expect_ok(sight_from(200, &from, &seen));
    expect_quiet();
    expect_equal(mdns_neighbours_deadline(table).us, at_ms(1000).us);
    mdns_neighbours_advance(table, at_ms(1000));
    expect_change(true, 7);
    expect_equal(change.endpoint_count, 3);
    expect_quiet();
    tear_down();
}

static void addresses_add_up_until_there_are_too_many(void)
{
    struct mdns_origin from = origin("192.168.1.7");

    set_up();
    for (unsigned i = 1; i <= MDNS_ENDPOINTS_MAX; i++) {
        struct mdns_sighting seen = sighting(7, "abc", i);

        expect_ok(sight_from(i * 1000, &from, &seen));
        expect_change(true, 7);
        expect_equal(change.endpoint_count, i);
    }
    for (unsigned i = 1; i <= MDNS_ENDPOINTS_MAX; i++) {
        struct mdns_sighting seen = sighting(7, "abc", i);

        expect_ok(sight_from(20000 + i * 1000, &from, &seen));
        expect_quiet();
    }
    {
        struct mdns_sighting seen = sighting(7, "abc", 99);

        expect_ok(sight_from(50000, &from, &seen));
    }
    expect_change(true, 7);
    expect_equal(change.endpoint_count, 1);
    expect_equal(change.endpoints[0].ip.bytes[3], 99);
    tear_down();
}

/* rust-libp2p makes up a new name for every answer: that is no restart. */
static void a_passing_name_is_no_restart(void)
{
    struct mdns_origin from = origin("192.168.1.7");
    struct mdns_sighting seen = sighting(7, "abc", 7);

    set_up();
    seen.instance.is_lasting = false;
    expect_ok(sight_from(0, &from, &seen));
    (void)drain();
    seen = sighting(7, "xyz", 7);
    seen.instance.is_lasting = false;
    expect_ok(sight_from(5000, &from, &seen));
    expect_quiet();
    tear_down();
}

static void a_restart_is_found_again(void)
{
    struct mdns_origin from = origin("192.168.1.7");
    struct mdns_sighting seen = sighting(7, "abc", 7);

    set_up();
    expect_ok(sight_from(0, &from, &seen));
    (void)drain();
    seen = sighting(7, "xyz", 7);
    expect_ok(sight_from(5000, &from, &seen));
    expect_change(true, 7);
    tear_down();
}

static void one_source_brings_two_peers_a_second(void)
{
    struct mdns_origin from = origin("192.168.1.7");
    struct mdns_sighting seen;

    set_up();
    for (unsigned i = 0; i < 100; i++) {
        seen = sighting(i, "abc", 7);
        expect_error(sight_from(i, &from, &seen), i < 2 ? GOSSIP_OK : GOSSIP_ERROR_LIMIT);
    }
    expect_equal(drain(), 2);
    seen = sighting(500, "abc", 7);
    expect_error(sight_from(999, &from, &seen), GOSSIP_ERROR_LIMIT);
    expect_ok(sight_from(1000, &from, &seen));
    expect_equal(drain(), 1);
    tear_down();
}

static void one_source_fills_four_places(void)
{
    struct mdns_origin from = origin("192.168.1.7");

    set_up();
    for (unsigned i = 0; i < 4; i++) {
        struct mdns_sighting seen = sighting(i, "abc", 7);

        expect_ok(sight_from(i * 1000, &from, &seen));
        (void)drain();
    }
    {
        struct mdns_sighting seen = sighting(4, "abc", 7);

        expect_ok(sight_from(5000, &from, &seen));
    }
    /* The first of its own has to go. */
    expect_change(false, 0);
    expect_change(true, 4);
    expect_quiet();
    expect_equal(mdns_neighbours_count(table, 0, 2), 4);
    expect_equal(mdns_neighbours_displaced(table), 1);
    tear_down();
}

static void the_quota_of_one_source_does_not_touch_others(void)
{
    struct mdns_origin from = origin("192.168.1.7");

    set_up();
    expect_ok(sight(0, 200));
    for (unsigned i = 0; i < 20; i++) {
        struct mdns_sighting seen = sighting(i, "abc", 7);

        expect_ok(sight_from(1000 + i * 1000, &from, &seen));
        (void)drain();
    }
    expect_equal(mdns_neighbours_count(table, 0, 2), 5);
    expect_equal(mdns_neighbours_deadline(table).us, at_ms(120000).us);
    tear_down();
}

static void the_proven_are_not_pushed_out_by_others_from_there(void)
{
    struct mdns_origin from = origin("192.168.1.7");

    set_up();
    for (unsigned i = 0; i < 4; i++) {
        struct mdns_sighting seen = sighting(i, "abc", 7);
        struct gossip_peer_id id = peer(i);

        expect_ok(sight_from(i * 1000, &from, &seen));
        mdns_neighbours_set_proven(table, &id, true);
    }
    (void)drain();
    {
        struct mdns_sighting seen = sighting(4, "abc", 7);
        struct gossip_peer_id id = peer(2);

        expect_error(sight_from(6000, &from, &seen), GOSSIP_ERROR_LIMIT);
        expect_quiet();
        mdns_neighbours_set_proven(table, &id, false);
        expect_ok(sight_from(7000, &from, &seen));
    }
    expect_change(false, 2);
    expect_change(true, 4);
    tear_down();
}

static void this_machine_may_bring_many(void)
{
    struct mdns_origin from = origin("192.168.1.2");

    set_up();
    from.is_this_machine = true;
    for (unsigned i = 0; i < 17; i++) {
        struct mdns_sighting seen = sighting(i, "abc", 2);

        expect_error(sight_from(0, &from, &seen), i < 16 ? GOSSIP_OK : GOSSIP_ERROR_LIMIT);
    }
    expect_equal(drain(), 16);
    for (unsigned i = 16; i < 100; i++) {
        struct mdns_sighting seen = sighting(i, "abc", 2);

        expect_ok(sight_from(1000 * i, &from, &seen));
        (void)drain();
    }
    expect_equal(mdns_neighbours_count(table, 0, 2), 64);
    tear_down();
}

/* Fills the table, each peer from its own source, as fast as it goes. Returns the time. */
static uint64_t fill_table(unsigned count)
{
    uint64_t ms = 0;

    for (unsigned i = 0; i < count; i++) {
        while (sight(ms, i) != GOSSIP_OK)
            ms++;
        (void)drain();
    }
    return ms;
}

static void all_sources_together_bring_a_burst_and_then_16_a_second(void)
{
    uint64_t ms;

    set_up();
    ms = fill_table(MDNS_FINDS_BURST_MAX);
    expect_equal(ms, 0);
    tear_down();
    set_up();
    ms = fill_table(MDNS_FINDS_BURST_MAX + 32);
    expect_at_least(ms, 1990);
    expect_at_most(ms, 2010);
    tear_down();
}

static void a_full_table_forgets_who_was_not_heard_for_the_longest(void)
{
    uint64_t ms;

    set_up();
    ms = fill_table(MDNS_NEIGHBOURS_MAX);
    expect_ok(sight(ms + 5000, 0));
    (void)drain();
    expect_ok(sight(ms + 6000, 300));
    expect_change(false, 1);
    expect_change(true, 300);
    expect_quiet();
    expect_equal(mdns_neighbours_count(table, 0, 2), MDNS_NEIGHBOURS_MAX);
    tear_down();
}

static void a_full_table_of_proven_peers_takes_nobody_in(void)
{
    uint64_t ms;

    set_up();
    ms = fill_table(MDNS_NEIGHBOURS_MAX);
    for (unsigned i = 0; i < MDNS_NEIGHBOURS_MAX; i++) {
        struct gossip_peer_id id = peer(i);

        mdns_neighbours_set_proven(table, &id, true);
    }
    expect_error(sight(ms + 6000, 300), GOSSIP_ERROR_LIMIT);
    expect_quiet();
    tear_down();
}

static void whoever_does_not_drain_loses_no_change(void)
{
    size_t found = 0, expired = 0;
    uint64_t ms = 0;

    set_up();
    (void)fill_table(MDNS_NEIGHBOURS_MAX);
    /* Everybody goes, and 300 others want in before anybody asks what happened. */
    mdns_neighbours_leave_interface(table, 2);
    for (unsigned i = 300; i < 600; i++)
        (void)sight(1000000 + 100 * ++ms, i);
    while (mdns_neighbours_poll(table, &change)) {
        found += change.is_found ? 1 : 0;
        expired += change.is_found ? 0 : 1;
    }
    expect_equal(expired, MDNS_NEIGHBOURS_MAX);
    expect_equal(found, mdns_neighbours_count(table, 0, 2));
    tear_down();
}

static void who_is_proven_somewhere_is_proven_everywhere(void)
{
    struct mdns_origin from = origin("192.168.1.7");
    struct mdns_sighting seen = sighting(7, "abc", 7);
    struct gossip_peer_id id = peer(7);
    uint64_t ms;

    set_up();
    expect_ok(sight_from(0, &from, &seen));
    mdns_neighbours_set_proven(table, &id, true);
    from.interface_index = 3;
    expect_ok(sight_from(0, &from, &seen));
    (void)drain();
    ms = fill_table(MDNS_NEIGHBOURS_MAX);
    (void)ms;
    expect_equal(mdns_neighbours_count(table, 0, 3), 1);
    tear_down();
}

static void known_are_names_with_more_than_half_their_time_left(void)
{
    struct mdns_known known[MDNS_KNOWN_MAX];
    struct mdns_origin from = origin("192.168.1.7");
    struct mdns_sighting seen = sighting(7, "abc", 7);

    set_up();
    expect_ok(sight_from(0, &from, &seen));
    expect_equal(mdns_neighbours_known(table, at_ms(0), 0, 2, known), 1);
    expect_bytes(known[0].label, BYTES_OF("abc"));
    expect_equal(known[0].ttl_seconds, 120);
    expect_equal(mdns_neighbours_known(table, at_ms(50000), 0, 2, known), 1);
    expect_equal(known[0].ttl_seconds, 70);
    expect_equal(mdns_neighbours_known(table, at_ms(60000), 0, 2, known), 0);
    expect_equal(mdns_neighbours_known(table, at_ms(0), 1, 2, known), 0);
    expect_equal(mdns_neighbours_known(table, at_ms(0), 0, 3, known), 0);
    tear_down();
}

static void passing_names_are_never_known(void)
{
    struct mdns_known known[MDNS_KNOWN_MAX];
    struct mdns_origin from = origin("192.168.1.7");
    struct mdns_sighting seen = sighting(7, "abc", 7);

    set_up();
    seen.instance.is_lasting = false;
    expect_ok(sight_from(0, &from, &seen));
    expect_equal(mdns_neighbours_known(table, at_ms(0), 0, 2, known), 0);
    tear_down();
}

static void at_most_24_are_known(void)
{
    struct mdns_known known[MDNS_KNOWN_MAX];

    set_up();
    (void)fill_table(40);
    expect_equal(mdns_neighbours_known(table, at_ms(0), 0, 2, known), MDNS_KNOWN_MAX);
    tear_down();
}

static enum gossip_error create_and_destroy(const struct allocator *allocator, void *context)
{
    struct mdns_neighbours *created;
    enum gossip_error error = mdns_neighbours_create(allocator, at_ms(0), &created);

    (void)context;
    if (error == GOSSIP_OK)
        mdns_neighbours_destroy(created);
    return error;
}

static void creation_survives_the_lack_of_memory(void)
{
    expect_equal(test_allocator_fail_each(create_and_destroy, NULL), 1);
    mdns_neighbours_destroy(NULL);
}

TEST_MAIN(TEST(a_new_peer_is_found_once), TEST(a_peer_expires_when_its_time_is_over),
    TEST(hearing_it_again_keeps_a_peer), TEST(services_and_interfaces_are_counted_apart),
    TEST(a_goodbye_takes_effect_after_a_second),
    TEST(who_comes_back_under_a_new_name_within_the_second_is_not_lost),
    TEST(a_goodbye_of_an_old_name_is_not_believed),
    TEST(a_goodbye_from_somebody_else_is_not_believed),
    TEST(new_addresses_are_found_but_once_a_second_only),
    TEST(addresses_add_up_until_there_are_too_many), TEST(a_passing_name_is_no_restart),
    TEST(a_restart_is_found_again), TEST(one_source_brings_two_peers_a_second),
    TEST(one_source_fills_four_places), TEST(the_quota_of_one_source_does_not_touch_others),
    TEST(the_proven_are_not_pushed_out_by_others_from_there), TEST(this_machine_may_bring_many),
    TEST(all_sources_together_bring_a_burst_and_then_16_a_second),
    TEST(a_full_table_forgets_who_was_not_heard_for_the_longest),
    TEST(a_full_table_of_proven_peers_takes_nobody_in),
    TEST(whoever_does_not_drain_loses_no_change),
    TEST(who_is_proven_somewhere_is_proven_everywhere),
    TEST(known_are_names_with_more_than_half_their_time_left), TEST(passing_names_are_never_known),
    TEST(at_most_24_are_known), TEST(creation_survives_the_lack_of_memory))
