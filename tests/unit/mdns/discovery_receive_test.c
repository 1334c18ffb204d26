/* What is asked and answered, and what is counted of it. */
#include "mdns/lane.h"
#include "unit/mdns/node.h"

static struct mdns_event event;

/* The name of our instance, as it is announced now. */
static void own_instance(const char *service, char *text, size_t size)
{
    struct mdns_reader reader;
    struct mdns_record record;
    struct mdns_name target;

    craft_query(service, MDNS_TYPE_PTR, 1);
    receive(20000, "192.168.1.9");
    expect_ok(mdns_reader_init(&reader, transmit(20000)));
    expect_ok(mdns_reader_record(&reader, &record));
    expect_ok(mdns_record_target(reader.packet, &record, &target));
    expect_true(size > MDNS_LABEL_BYTES_MAX + 1 + strlen(service));
    memcpy(text, mdns_name_label(&target).data, mdns_name_label(&target).size);
    strcpy(text + mdns_name_label(&target).size, ".");
    strcat(text, service);
    (void)drain(22000);
}

/* ---- questions -------------------------------------------------------------------------- */

static void a_question_is_answered_by_multicast_with_its_id(void)
{
    set_up_settled();
    craft_query("chat.local", MDNS_TYPE_PTR, 1);
    receive(20000, "192.168.1.9");
    expect_true(transmit(20000).size > 0);
    expect_equal(departure.interface_index, NODE_INTERFACE);
    expect_equal(departure.family, MDNS_IP4);
    expect_equal(load_u16_big(datagram), 0x4242);
    expect_equal(load_u16_big(datagram + 2), 0x8400);
    expect_equal(load_u16_big(datagram + 4), 0);
    expect_equal(drain(20000), 0);
    expect_equal(counted(MDNS_COUNT_QUERIES_HEARD), 1);
    tear_down();
}

static void the_answer_goes_out_over_the_family_of_the_question(void)
{
    set_up_settled();
    craft_query("chat.local", MDNS_TYPE_PTR, 1);
    receive(20000, "fe80::9");
    expect_true(transmit(20000).size > 0);
    expect_equal(departure.family, MDNS_IP6);
    expect_equal(drain(20000), 0);
    tear_down();
}

static void every_way_to_ask_is_answered(void)
{
    static const struct {
        const char *name;
        unsigned type, class;
    } cases[] = {{"chat.local", MDNS_TYPE_PTR, 1}, {"CHAT.Local", MDNS_TYPE_PTR, 1},
        {"chat.local", MDNS_TYPE_ANY, 1}, {"chat.local", MDNS_TYPE_PTR, 255},
        {"chat.local", MDNS_TYPE_PTR, 0x8001}};

    set_up_settled();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        craft_query(cases[i].name, cases[i].type, cases[i].class);
        receive(20000 + 5000 * i, "192.168.1.9");
        (void)drain(19999 + 5000 * i);
        expect_equal(drain(20000 + 5000 * i), 1);
        (void)drain(22000 + 5000 * i);
    }
    tear_down();
}

static void other_questions_are_not_answered(void)
{
    static const struct {
        const char *name;
        unsigned type, class;
    } cases[] = {{"chta.local", MDNS_TYPE_PTR, 1}, {"chat.local", MDNS_TYPE_A, 1},
        {"chat.local", MDNS_TYPE_PTR, 3}, {"local", MDNS_TYPE_ANY, 1},
        {"abc.chat.local", MDNS_TYPE_ANY, 1}, {"chat", MDNS_TYPE_PTR, 1}};

    set_up_settled();
    (void)drain(20000);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        craft_query(cases[i].name, cases[i].type, cases[i].class);
        receive(20000, "192.168.1.9");
        expect_equal(drain(20000), 0);
    }
    expect_equal(counted(MDNS_COUNT_QUERIES_HEARD), 0);
    tear_down();
}

static void a_question_among_others_is_found(void)
{
    set_up_settled();
    craft_begin(&craft, 1, 0);
    craft_question(&craft, "_http._tcp.local", MDNS_TYPE_PTR, 1);
    craft_question(&craft, "chat.local", MDNS_TYPE_PTR, 1);
    craft_question(&craft, MDNS_PUBLIC_SERVICE, MDNS_TYPE_PTR, 1);
    (void)drain(20000);
    receive(20000, "192.168.1.9");
    expect_equal(drain(20000), 2);
    tear_down();
}

static void our_instance_can_be_asked_for(void)
{
    char instance[128];

    set_up_settled();
    own_instance("chat.local", instance, sizeof(instance));
    (void)drain(30000);
    craft_query(instance, MDNS_TYPE_SRV, 1);
    receive(30000, "192.168.1.9");
    expect_equal(drain(30000), 1);
    (void)drain(40000);
    craft_query(instance, MDNS_TYPE_A, 1);
    receive(40000, "192.168.1.9");
    expect_equal(drain(40000), 0);
    tear_down();
}

/* Others probe for a name with their records in the authority section: no reason to answer. */
static void a_probe_is_not_answered(void)
{
    set_up_settled();
    (void)drain(20000);
    craft_query("abc.chat.local", MDNS_TYPE_ANY, 1);
    craft_txt(&craft,
        (struct craft_head){.section = MDNS_SECTION_AUTHORITY,
            .owner = "abc.chat.local",
            .class = 1,
            .ttl_seconds = 120},
        (const char *const[]){"dnsaddr=/ip4/192.168.1.9/tcp/1/p2p/" PEER_B, NULL});
    receive(20000, "192.168.1.9");
    expect_equal(drain(20000), 0);
    expect_false(mdns_discovery_poll(discovery, &event));
    tear_down();
}

static void a_flood_of_questions_gets_one_answer_a_second(void)
{
    uint64_t before;

    set_up_settled();
    before = counted(MDNS_COUNT_RESPONSES_SENT);
    craft_query("chat.local", MDNS_TYPE_PTR, 1);
    for (uint64_t ms = 20000; ms < 30000; ms++) {
        receive(ms, ms % 2 == 0 ? "192.168.1.9" : "192.168.1.2");
        (void)drain(ms);
    }
    expect_at_least(counted(MDNS_COUNT_RESPONSES_SENT) - before, 9);
    expect_at_most(counted(MDNS_COUNT_RESPONSES_SENT) - before, 11);
    tear_down();
}

/* A query that says it knows our record for `ttl_seconds` more. Returns how much is answered. */
static size_t answers_to_known(unsigned ttl_seconds, const char *owner, const char *target)
{
    craft_query("chat.local", MDNS_TYPE_PTR, 1);
    craft_ptr(&craft, (struct craft_head){.owner = owner, .class = 1, .ttl_seconds = ttl_seconds},
        target);
    (void)drain(40000);
    receive(40000, "192.168.1.9");
    return drain(40000);
}

static void who_knows_us_well_enough_gets_no_answer(void)
{
    char instance[128];

    set_up_settled();
    own_instance("chat.local", instance, sizeof(instance));
    expect_equal(answers_to_known(120, "chat.local", instance), 0);
    expect_equal(answers_to_known(60, "Chat.local", instance), 0);
    expect_equal(answers_to_known(59, "chat.local", instance), 1);
    tear_down();
}

static void who_knows_somebody_else_gets_an_answer(void)
{
    char instance[128];

    set_up_settled();
    own_instance("chat.local", instance, sizeof(instance));
    expect_equal(answers_to_known(120, "chat.local", "abc.chat.local"), 1);
    tear_down();
    set_up_settled();
    own_instance("chat.local", instance, sizeof(instance));
    expect_equal(answers_to_known(120, MDNS_PUBLIC_SERVICE, instance), 1);
    tear_down();
}

static void the_more_neighbours_the_longer_the_wait(void)
{
    uint64_t longest = 0;

    set_up_settled();
    for (unsigned i = 10; i < 50; i++) {
        char source[] = "192.168.1.xx";
        char address[] = "/ip4/192.168.1.xx/tcp/4001";
        char peer[] = PEER_B;

        source[10] = address[15] = (char)('0' + i / 10);
        source[11] = address[16] = (char)('0' + i % 10);
        /* Any id will do, as long as each is another: change letters in the middle. */
        peer[20] = (char)('A' + i / 10);
        peer[21] = (char)('1' + i % 9);
        craft_peer("chat.local", peer, address);
        receive(20000, source);
    }
    while (mdns_discovery_poll(discovery, &event)) {
    }
    for (unsigned i = 0; i < 20; i++) {
        uint64_t asked_at = 30000 + 5000 * i;
        uint64_t waited = 0;

        (void)drain(asked_at);
        craft_query("chat.local", MDNS_TYPE_PTR, 1);
        receive(asked_at, "192.168.1.99");
        while (drain(asked_at + waited) == 0)
            waited++;
        expect_at_most(waited, MDNS_ANSWER_DELAY_MS_MAX);
        longest = waited > longest ? waited : longest;
    }
    expect_at_least(longest, 30);
    tear_down();
}

static void without_a_port_nobody_is_answered(void)
{
    set_up_settled();
    mdns_discovery_listening(discovery, at_ms(15000), 0);
    (void)drain(20000);
    craft_query("chat.local", MDNS_TYPE_PTR, 1);
    receive(20000, "192.168.1.9");
    expect_equal(drain(20000), 0);
    tear_down();
}

static void the_list_of_services_names_only_real_types(void)
{
    set_up_settled();
    (void)drain(25000);
    craft_query("_services._dns-sd._udp.local", MDNS_TYPE_PTR, 1);
    receive(25000, "192.168.1.9");
    expect_true(transmit(25000).size > 0);
    expect_not_null(memmem(datagram, sizeof(datagram), "\x04_p2p", 5));
    expect_equal(drain(25000), 0);
    tear_down();
}

/* ---- answers ---------------------------------------------------------------------------- */

static void a_peer_is_found_under_the_service_it_is_heard_on(void)
{
    struct gossip_peer_id peer;

    set_up_settled();
    craft_peer(MDNS_PUBLIC_SERVICE, PEER_B, "/ip4/192.168.1.9/tcp/4001");
    receive(20000, "192.168.1.9");
    expect_true(mdns_discovery_poll(discovery, &event));
    expect_ok(peer_id_parse(BYTES_OF(PEER_B), &peer));
    expect_equal(event.kind, MDNS_PEER_FOUND);
    expect_true(peer_id_is_equal(&event.peer, &peer));
    expect_equal(event.service, 1);
    expect_equal(event.interface_index, NODE_INTERFACE);
    expect_equal(event.scope, 0);
    expect_equal(event.address_count, 1);
    expect_equal(counted(MDNS_COUNT_RESPONSES_HEARD), 1);
    tear_down();
}

static void a_response_is_never_answered(void)
{
    set_up_settled();
    (void)drain(20000);
    craft_peer("chat.local", PEER_B, "/ip4/192.168.1.9/tcp/4001");
    receive(20000, "192.168.1.9");
    expect_equal(drain(20000), 0);
    craft_query("chat.local", MDNS_TYPE_PTR, 1);
    store_u16_big(craft.data + 2, 0x8400);
    receive(20000, "192.168.1.9");
    expect_equal(drain(20000), 0);
    tear_down();
}

static void what_has_questions_in_it_is_no_response(void)
{
    set_up_settled();
    craft_begin(&craft, 0, 0x8400);
    craft_question(&craft, "chat.local", MDNS_TYPE_PTR, 1);
    craft_txt(&craft, (struct craft_head){.owner = "abc.chat.local", .class = 1, .ttl_seconds = 9},
        (const char *const[]){"dnsaddr=/ip4/192.168.1.9/tcp/1/p2p/" PEER_B, NULL});
    receive(20000, "192.168.1.9");
    expect_false(mdns_discovery_poll(discovery, &event));
    tear_down();
}

/* What another asker knows is its business: records in a question find nobody. */
static void records_in_a_question_find_nobody(void)
{
    set_up_settled();
    craft_query("chat.local", MDNS_TYPE_PTR, 1);
    craft_txt(&craft,
        (struct craft_head){.owner = "abc.chat.local", .class = 1, .ttl_seconds = 120},
        (const char *const[]){"dnsaddr=/ip4/192.168.1.9/tcp/1/p2p/" PEER_B, NULL});
    receive(20000, "192.168.1.9");
    expect_false(mdns_discovery_poll(discovery, &event));
    tear_down();
}

static void we_do_not_find_ourselves(void)
{
    set_up_settled();
    craft_peer("chat.local", PEER_A, "/ip4/192.168.1.2/tcp/9740");
    receive(20000, "192.168.1.2");
    receive(20000, "192.168.1.9");
    expect_false(mdns_discovery_poll(discovery, &event));
    expect_equal(counted(MDNS_COUNT_RESPONSES_HEARD), 0);
    tear_down();
}

static void another_process_on_this_machine_is_found_even_on_loopback(void)
{
    set_up_settled();
    craft_peer("chat.local", PEER_B, "/ip4/127.0.0.1/tcp/4001");
    receive(20000, "192.168.1.2");
    expect_true(mdns_discovery_poll(discovery, &event));
    expect_equal(event.address_count, 1);
    expect_equal(event.addresses[0].data[1], 127);
    tear_down();
}

static void known_peers_are_named_in_our_questions(void)
{
    uint64_t ms = 50000;
    struct mdns_reader reader;
    struct mdns_question question;
    struct mdns_record record;
    struct mdns_name target;

    set_up_settled();
    craft_peer("chat.local", PEER_B, "/ip4/192.168.1.9/tcp/4001");
    (void)drain(ms);
    receive(ms, "192.168.1.9");
    mdns_discovery_query(discovery, at_ms(ms + 2000));
    expect_ok(mdns_reader_init(&reader, transmit(ms + 2000)));
    expect_equal(reader.questions_left, 1);
    expect_ok(mdns_reader_question(&reader, &question));
    expect_equal(question.type, MDNS_TYPE_PTR);
    expect_false(question.wants_unicast);
    expect_equal(reader.records_left[MDNS_SECTION_ANSWER], 1);
    expect_ok(mdns_reader_record(&reader, &record));
    expect_equal(record.ttl_seconds, 118);
    expect_ok(mdns_record_target(reader.packet, &record, &target));
    expect_bytes(mdns_name_label(&target), BYTES_OF("abc"));
    tear_down();
}

/* ---- diagnosis -------------------------------------------------------------------------- */

static struct mdns_interface_status status(void)
{
    struct mdns_interface_status found;
    size_t cursor = 0;

    expect_true(mdns_discovery_interface_next(discovery, &cursor, &found));
    expect_equal(found.index, NODE_INTERFACE);
    return found;
}

static void our_own_question_is_recognised_when_it_comes_back(void)
{
    uint8_t question[MDNS_PACKET_OUT_BYTES_MAX];
    size_t size = 0;

    set_up_settled();
    (void)drain(50000);
    mdns_discovery_query(discovery, at_ms(52000));
    size = transmit(52000).size;
    memcpy(question, datagram, size);
    (void)drain(52000);
    node_receive(52000, "192.168.1.2", 255, bytes_make(question, size));
    expect_equal(counted(MDNS_COUNT_OWN_QUERIES_HEARD), 1);
    expect_equal(counted(MDNS_COUNT_QUERIES_HEARD), 0);
    expect_equal(drain(52000), 0);
    /* Another process on this machine asks with another id, and is answered. */
    question[0] ^= 0xFF;
    node_receive(52000, "192.168.1.2", 255, bytes_make(question, size));
    expect_equal(counted(MDNS_COUNT_QUERIES_HEARD), 1);
    expect_equal(drain(52000), 1);
    tear_down();
}

static void other_devices_are_counted_whatever_they_say(void)
{
    set_up_settled();
    craft_query("_googlecast._tcp.local", MDNS_TYPE_PTR, 1);
    receive(20000, "192.168.1.50");
    receive(20000, "192.168.1.50");
    receive(20000, "192.168.1.51");
    receive(20000, "192.168.1.2");
    expect_equal(status().devices_heard, 2);
    expect_equal(counted(MDNS_COUNT_OTHER_PACKETS_HEARD), 3);
    expect_equal(counted(MDNS_COUNT_PACKETS_HEARD), 4);
    tear_down();
}

static void peers_of_another_rendezvous_are_counted(void)
{
    set_up_settled();
    craft_peer("chta.local", PEER_B, "/ip4/192.168.1.9/tcp/4001");
    receive(20000, "192.168.1.9");
    expect_equal(status().strangers_heard, 1);
    expect_equal(status().peers, 0);
    expect_false(mdns_discovery_poll(discovery, &event));
    craft_peer("chat.local", PEER_B, "/ip4/192.168.1.9/tcp/4001");
    receive(20000, "192.168.1.9");
    expect_equal(status().strangers_heard, 1);
    expect_equal(status().peers, 1);
    tear_down();
}

static void counts_outlive_their_interface(void)
{
    struct mdns_interface_status found;
    size_t cursor = 0;
    uint64_t queries;

    set_up_settled();
    queries = status().counters.counts[MDNS_COUNT_QUERIES_SENT];
    expect_at_least(queries, 4);
    expect_equal(counted(MDNS_COUNT_QUERIES_SENT), queries);
    mdns_discovery_interface_down(discovery, NODE_INTERFACE);
    expect_false(mdns_discovery_interface_next(discovery, &cursor, &found));
    expect_equal(counted(MDNS_COUNT_QUERIES_SENT), queries);
    tear_down();
}

TEST_MAIN(TEST(a_question_is_answered_by_multicast_with_its_id),
    TEST(the_answer_goes_out_over_the_family_of_the_question), TEST(every_way_to_ask_is_answered),
    TEST(other_questions_are_not_answered), TEST(a_question_among_others_is_found),
    TEST(our_instance_can_be_asked_for), TEST(a_probe_is_not_answered),
    TEST(a_flood_of_questions_gets_one_answer_a_second),
    TEST(who_knows_us_well_enough_gets_no_answer), TEST(who_knows_somebody_else_gets_an_answer),
    TEST(the_more_neighbours_the_longer_the_wait), TEST(without_a_port_nobody_is_answered),
    TEST(the_list_of_services_names_only_real_types),
    TEST(a_peer_is_found_under_the_service_it_is_heard_on), TEST(a_response_is_never_answered),
    TEST(what_has_questions_in_it_is_no_response), TEST(records_in_a_question_find_nobody),
    TEST(we_do_not_find_ourselves), TEST(another_process_on_this_machine_is_found_even_on_loopback),
    TEST(known_peers_are_named_in_our_questions),
    TEST(our_own_question_is_recognised_when_it_comes_back),
    TEST(other_devices_are_counted_whatever_they_say),
    TEST(peers_of_another_rendezvous_are_counted), TEST(counts_outlive_their_interface))
