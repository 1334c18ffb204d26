#include "mdns/discovery.h"

#include "unit/mdns/node.h"

static void set_up(void)
{
    node_set_up(NULL);
}

static void expect_silence(uint64_t ms)
{
    expect_equal(transmit(ms).size, 0);
}

enum kind { KIND_NOTHING, KIND_QUERY, KIND_RESPONSE, KIND_GOODBYE };

/* What the next datagram is; the name of the instance it is about goes to `instance`. */
static enum kind next(uint64_t ms, struct mdns_name *instance)
{
    struct gossip_bytes packet = transmit(ms);
    struct mdns_reader reader;
    struct mdns_record record;

    if (packet.size == 0)
        return KIND_NOTHING;
    expect_ok(mdns_reader_init(&reader, packet));
    if ((reader.flags & MDNS_FLAG_RESPONSE) == 0)
        return KIND_QUERY;
    expect_ok(mdns_reader_record(&reader, &record));
    expect_equal(record.type, MDNS_TYPE_PTR);
    expect_ok(mdns_record_target(packet, &record, instance));
    return record.ttl_seconds == 0 ? KIND_GOODBYE : KIND_RESPONSE;
}

static void expect_next(uint64_t ms, enum kind kind)
{
    struct mdns_name instance;

    expect_equal(next(ms, &instance), kind);
}

/* ---- telling and asking ----------------------------------------------------------------- */

static void without_interfaces_nothing_happens(void)
{
    set_up();
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    expect_silence(SOON);
    expect_true(instant_is_never(mdns_discovery_deadline(discovery)));
    mdns_discovery_query(discovery, at_ms(10));
    expect_silence(10);
    mdns_discovery_leave(discovery);
    expect_silence(20);
    tear_down();
}

static void an_interface_is_asked_and_told_at_once(void)
{
    struct mdns_name instance;

    set_up();
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, 5, "192.168.1.2/24");
    expect_at_most(mdns_discovery_deadline(discovery).us, at_ms(0).us);
    expect_next(0, KIND_QUERY);
    expect_silence(19);
    expect_equal(next(SOON, &instance), KIND_RESPONSE);
    expect_equal(departure.interface_index, 5);
    expect_equal(departure.family, MDNS_IP4);
    expect_silence(SOON);
    expect_at_most(mdns_discovery_deadline(discovery).us, at_ms(1100).us);
    tear_down();
}

static void both_families_are_used(void)
{
    set_up();
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, 5, "192.168.1.2/24 fe80::2/64");
    expect_next(SOON, KIND_RESPONSE);
    expect_equal(departure.family, MDNS_IP4);
    expect_next(SOON, KIND_QUERY);
    expect_equal(departure.family, MDNS_IP4);
    expect_next(SOON, KIND_RESPONSE);
    expect_equal(departure.family, MDNS_IP6);
    expect_next(SOON, KIND_QUERY);
    expect_equal(departure.family, MDNS_IP6);
    expect_silence(SOON);
    tear_down();
}

static void a_family_without_multicast_is_not_used(void)
{
    struct mdns_interface interface = net(5, "192.168.1.2/24 fd00::2/64");

    set_up();
    interface.speaks[MDNS_IP6] = false;
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    expect_ok(mdns_discovery_interface_up(discovery, at_ms(0), &interface));
    expect_equal(drain(SOON), 2);
    expect_equal(departure.family, MDNS_IP4);
    tear_down();
}

static void announcements_come_three_times(void)
{
    uint64_t times[3] = {0};
    size_t responses = 0;
    struct mdns_name instance;

    set_up();
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, 5, "192.168.1.2/24");
    for (uint64_t ms = 0; ms < 60000; ms += 10) {
        if (next(ms, &instance) != KIND_RESPONSE)
            continue;
        expect_at_most(responses, 2);
        times[responses++] = ms;
    }
    expect_equal(responses, 3);
    expect_at_least(times[0], 20);
    expect_at_most(times[0], 120);
    expect_equal(times[1] - times[0], 1000);
    expect_equal(times[2] - times[1], 2000);
    tear_down();
}

static void without_a_port_we_only_ask(void)
{
    set_up();
    bring_up(0, 5, "192.168.1.2/24");
    expect_next(SOON, KIND_QUERY);
    expect_silence(SOON);
    mdns_discovery_listening(discovery, at_ms(500), 9740);
    expect_next(500 + SOON, KIND_RESPONSE);
    expect_silence(500 + SOON);
    tear_down();
}

static void each_service_has_its_own_packets(void)
{
    struct mdns_reader reader;
    struct mdns_record record;

    node_set_up(MDNS_PUBLIC_SERVICE);
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, 5, "192.168.1.2/24");
    expect_ok(mdns_reader_init(&reader, transmit(SOON)));
    expect_ok(mdns_reader_record(&reader, &record));
    expect_bytes(mdns_name_label(&record.owner), BYTES_OF("chat"));
    expect_next(SOON, KIND_QUERY);
    expect_ok(mdns_reader_init(&reader, transmit(SOON)));
    expect_ok(mdns_reader_record(&reader, &record));
    expect_bytes(mdns_name_label(&record.owner), BYTES_OF("_p2p"));
    expect_next(SOON, KIND_QUERY);
    expect_silence(SOON);
    tear_down();
}

static void only_addresses_of_the_interface_are_told_on_it(void)
{
    struct gossip_bytes packet;
    static const char *const own[] = {"192.168.1.2", "10.0.0.2"};

    set_up();
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, 5, "192.168.1.2/24");
    bring_up(0, 6, "10.0.0.2/8");
    for (packet = transmit(SOON); packet.size > 0; packet = transmit(SOON)) {
        bool is_first = departure.interface_index == 5;

        if (load_u16_big(packet.data + 6) == 0)
            continue;
        expect_not_null(
            memmem(packet.data, packet.size, own[is_first ? 0 : 1], strlen(own[is_first ? 0 : 1])));
        expect_null(
            memmem(packet.data, packet.size, own[is_first ? 1 : 0], strlen(own[is_first ? 1 : 0])));
    }
    tear_down();
}

/* ---- names ------------------------------------------------------------------------------ */

static void an_instance_has_32_letters_and_digits_and_is_new_everywhere(void)
{
    struct mdns_name names[3];

    set_up();
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    for (uint32_t i = 0; i < 3; i++) {
        struct gossip_bytes label;

        bring_up(0, 5 + i, "192.168.1.2/24");
        expect_equal(next(SOON, &names[i]), KIND_RESPONSE);
        expect_next(SOON, KIND_QUERY);
        label = mdns_name_label(&names[i]);
        expect_equal(label.size, 32);
        for (size_t k = 0; k < label.size; k++)
            expect_true((label.data[k] >= 'a' && label.data[k] <= 'z') ||
                        (label.data[k] >= '0' && label.data[k] <= '9'));
        for (uint32_t k = 0; k < i; k++)
            expect_false(mdns_name_is_equal(&names[i], &names[k]));
    }
    tear_down();
}

static void new_addresses_bring_a_goodbye_and_a_new_name(void)
{
    struct mdns_name first, gone, second;

    set_up();
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, 5, "192.168.1.2/24");
    expect_equal(next(SOON, &first), KIND_RESPONSE);
    expect_next(SOON, KIND_QUERY);
    bring_up(10000, 5, "192.168.1.3/24");
    expect_equal(next(10000, &gone), KIND_GOODBYE);
    expect_true(mdns_name_is_equal(&gone, &first));
    expect_next(10000, KIND_QUERY);
    expect_silence(10000);
    expect_equal(next(10000 + SOON, &second), KIND_RESPONSE);
    expect_false(mdns_name_is_equal(&second, &first));
    expect_not_null(memmem(datagram, sizeof(datagram), "192.168.1.3", 11));
    expect_next(11000 + SOON, KIND_RESPONSE);
    tear_down();
}

static void a_new_port_brings_a_new_name_too(void)
{
    struct mdns_name first, second;

    set_up();
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, 5, "192.168.1.2/24");
    expect_equal(next(SOON, &first), KIND_RESPONSE);
    expect_next(SOON, KIND_QUERY);
    mdns_discovery_listening(discovery, at_ms(500), 9741);
    expect_equal(next(500, &second), KIND_GOODBYE);
    expect_true(mdns_name_is_equal(&first, &second));
    expect_equal(next(500 + SOON, &second), KIND_RESPONSE);
    expect_false(mdns_name_is_equal(&first, &second));
    tear_down();
}

static void the_same_again_changes_nothing(void)
{
    set_up();
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, 5, "192.168.1.2/24 192.168.1.3/24");
    expect_equal(drain(SOON), 2);
    bring_up(200, 5, "192.168.1.3/24 192.168.1.2/24");
    mdns_discovery_listening(discovery, at_ms(200), 9740);
    expect_silence(200);
    tear_down();
}

static void other_interfaces_keep_their_names(void)
{
    set_up();
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, 5, "192.168.1.2/24");
    bring_up(0, 6, "10.0.0.2/8");
    expect_equal(drain(SOON), 4);
    bring_up(500, 6, "10.0.0.3/8");
    while (transmit(500 + SOON).size > 0)
        expect_equal(departure.interface_index, 6);
    tear_down();
}

static void listening_no_more_is_a_goodbye(void)
{
    set_up();
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, 5, "192.168.1.2/24");
    expect_equal(drain(SOON), 2);
    mdns_discovery_listening(discovery, at_ms(200), 0);
    expect_next(200, KIND_GOODBYE);
    expect_silence(200);
    expect_next(1150, KIND_QUERY);
    expect_silence(1150);
    tear_down();
}

/* ---- coming and going ------------------------------------------------------------------- */

static void leaving_says_goodbye_everywhere_and_then_nothing(void)
{
    struct mdns_name instance;
    size_t goodbyes = 0;

    node_set_up(MDNS_PUBLIC_SERVICE);
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, 5, "192.168.1.2/24 fe80::2/64");
    bring_up(0, 6, "10.0.0.2/8");
    expect_equal(drain(SOON), 12);
    mdns_discovery_leave(discovery);
    while (next(200, &instance) == KIND_GOODBYE)
        goodbyes++;
    expect_equal(goodbyes, 6);
    bring_up(300, 7, "10.1.0.2/8");
    mdns_discovery_query(discovery, at_ms(300));
    mdns_discovery_listening(discovery, at_ms(300), 1);
    expect_silence(300);
    expect_true(instant_is_never(mdns_discovery_deadline(discovery)));
    tear_down();
}

static void an_interface_that_is_gone_is_silent(void)
{
    set_up();
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, 5, "192.168.1.2/24");
    mdns_discovery_interface_down(discovery, 5);
    mdns_discovery_interface_down(discovery, 77);
    expect_silence(SOON);
    expect_true(instant_is_never(mdns_discovery_deadline(discovery)));
    bring_up(200, 5, "192.168.1.2/24");
    expect_equal(drain(200 + SOON), 2);
    tear_down();
}

static void sixteen_interfaces_are_enough(void)
{
    struct mdns_interface interface;

    set_up();
    for (uint32_t i = 1; i <= MDNS_INTERFACES_MAX; i++)
        bring_up(0, i, "192.168.1.2/24");
    interface = net(99, "192.168.1.2/24");
    expect_error(mdns_discovery_interface_up(discovery, at_ms(0), &interface), GOSSIP_ERROR_LIMIT);
    mdns_discovery_interface_down(discovery, 3);
    expect_ok(mdns_discovery_interface_up(discovery, at_ms(0), &interface));
    tear_down();
}

static void asking_by_hand_starts_over_but_not_within_a_second(void)
{
    set_up();
    bring_up(0, 5, "192.168.1.2/24");
    expect_next(0, KIND_QUERY);
    mdns_discovery_query(discovery, at_ms(300));
    expect_silence(300);
    expect_next(1000, KIND_QUERY);
    expect_silence(1000);
    mdns_discovery_query(discovery, at_ms(5000));
    expect_next(5000, KIND_QUERY);
    expect_silence(5999);
    expect_next(6110, KIND_QUERY);
    tear_down();
}

static void a_hundred_seconds_cost_few_packets(void)
{
    struct mdns_counters counters;

    set_up();
    mdns_discovery_listening(discovery, at_ms(0), 9740);
    bring_up(0, 5, "192.168.1.2/24");
    for (uint64_t ms = 0; ms < 100000; ms += 10) {
        mdns_discovery_advance(discovery, at_ms(ms));
        (void)drain(ms);
    }
    mdns_discovery_counters(discovery, &counters);
    /* At 0, 1, 4, 10, 22, 46 and 94 seconds, or a little later. */
    expect_at_least(counters.counts[MDNS_COUNT_QUERIES_SENT], 6);
    expect_at_most(counters.counts[MDNS_COUNT_QUERIES_SENT], 7);
    expect_equal(counters.counts[MDNS_COUNT_RESPONSES_SENT], 3);
    expect_equal(counters.counts[MDNS_COUNT_GOODBYES_SENT], 0);
    tear_down();
}

/* ---- life ------------------------------------------------------------------------------- */

static void a_service_that_is_no_name_is_refused(void)
{
    static const char *const services[] = {"", ".local", "a..local", "a\nb.local",
        "0123456789012345678901234567890123456789012345678901234567890123.local"};
    struct gossip_peer_id self = {.size = 38};

    set_up();
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        struct mdns_discovery_config config = {.allocator = &memory.allocator,
            .services = {services[i]},
            .service_count = 1,
            .self = &self,
            .entropy = seeded_entropy(&entropy)};
        struct mdns_discovery *refused;

        expect_error(mdns_discovery_create(&config, at_ms(0), &refused), GOSSIP_ERROR_INVALID);
        expect_null(refused);
    }
    tear_down();
}

static enum gossip_error create_and_destroy(const struct allocator *allocator, void *context)
{
    struct gossip_peer_id self = {.size = 38};
    struct mdns_discovery_config config = {.allocator = allocator,
        .services = {"chat.local"},
        .service_count = 1,
        .self = &self,
        .entropy = seeded_entropy(&entropy)};
    struct mdns_discovery *created;
    enum gossip_error error = mdns_discovery_create(&config, at_ms(0), &created);

    (void)context;
    if (error == GOSSIP_OK)
        mdns_discovery_destroy(created);
    return error;
}

static void creation_survives_the_lack_of_memory(void)
{
    seeded_entropy_init(&entropy, 1);
    expect_equal(test_allocator_fail_each(create_and_destroy, NULL), 2);
    mdns_discovery_destroy(NULL);
}

TEST_MAIN(TEST(without_interfaces_nothing_happens), TEST(an_interface_is_asked_and_told_at_once),
    TEST(both_families_are_used), TEST(a_family_without_multicast_is_not_used),
    TEST(announcements_come_three_times), TEST(without_a_port_we_only_ask),
    TEST(each_service_has_its_own_packets), TEST(only_addresses_of_the_interface_are_told_on_it),
    TEST(an_instance_has_32_letters_and_digits_and_is_new_everywhere),
    TEST(new_addresses_bring_a_goodbye_and_a_new_name), TEST(a_new_port_brings_a_new_name_too),
    TEST(the_same_again_changes_nothing), TEST(other_interfaces_keep_their_names),
    TEST(listening_no_more_is_a_goodbye), TEST(leaving_says_goodbye_everywhere_and_then_nothing),
    TEST(an_interface_that_is_gone_is_silent), TEST(sixteen_interfaces_are_enough),
    TEST(asking_by_hand_starts_over_but_not_within_a_second),
    TEST(a_hundred_seconds_cost_few_packets), TEST(a_service_that_is_no_name_is_refused),
    TEST(creation_survives_the_lack_of_memory))
