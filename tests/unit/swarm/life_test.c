/* Beginnings and ends: closing politely, breaking, strangers at the door, memory. */
#include "base/instant.h"
#include "multiaddr/multiaddr.h"
#include "swarm/link.h"
#include "unit/swarm/foreign.h"

#include <stdio.h>
#include <string.h>

static struct party party;
static struct member *a, *b;

static void begin(void)
{
    party_begin(&party, 2);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    member_subscribe(a, "tea");
    member_subscribe(b, "tea");
}

static void close_swarm(struct member *member)
{
    swarm_close(member->swarm, party.bus.now);
    member_drain(member);
}

/* ---- closing ---------------------------------------------------------------------------- */

static void the_last_words_arrive_behind_a_close(void)
{
    begin();
    member_dial(a, b);
    party_run_ms(&party, 5000);
    party_forget(&party);
    party.bus.delay_us = 100000;
    for (uint32_t i = 0; i < 5; i++)
        expect_ok(member_publish(a, "tea", "bye"));
    close_swarm(a);
    expect_false(swarm_is_closed(a->swarm));
    party_run_ms(&party, 500);
    expect_true(swarm_is_closed(a->swarm));
    expect_text(member_told(b), "A says tea: bye\nA says tea: bye\nA says tea: bye\n"
                                "A says tea: bye\nA says tea: bye\n"
                                "A leaves tea\ndown A the other side said goodbye\n");
    expect_text(member_told(a), "B leaves tea\ndown B we left\n");
    party_end(&party);
}

static void who_leaves_a_topic_before_closing_is_heard_to_leave(void)
{
    begin();
    member_dial(a, b);
    party_run_ms(&party, 5000);
    party_forget(&party);
    swarm_unsubscribe(a->swarm, party.bus.now, BYTES_OF("tea"));
    member_drain(a);
    close_swarm(a);
    party_run_ms(&party, 500);
    expect_text(member_told(b), "A leaves tea\ndown A the other side said goodbye\n");
    party_end(&party);
}

/* Whatever stage a connection is in: after a close nothing is left, and every request answered. */
static void closing_is_possible_at_any_moment(void)
{
    for (uint64_t at_us = 0; at_us < 40000; at_us += 500) {
        for (uint32_t way = 0; way < 3; way++) {
            begin();
            party.bus.delay_us = 3000;
            member_dial(a, b);
            if (way == 1)
                member_dial(b, a);
            if (way == 2)
                member_dial_address(a, "/ip4/10.0.0.2/tcp/9740");
            bus_run_until(&party.bus, instant_add(party.bus.now, duration_us(at_us)));
            (void)member_ping(a, b);
            (void)member_publish(a, "tea", "hello");
            close_swarm(a);
            expect_equal(a->requests_answered, a->requests_asked);
            (void)member_dial(a, b);
            (void)member_ping(a, b);
            member_find(a, b, SWARM_SOURCE_MDNS);
            expect_equal(a->requests_answered, a->requests_asked);
            party_run_ms(&party, 5000);
            expect_true(swarm_is_closed(a->swarm));
            expect_equal(a->dials, 0);
            expect_equal(bus_wires_between(&a->resident, &b->resident), 0);
            expect_equal(b->counts[SWARM_PEER_UP], b->counts[SWARM_PEER_DOWN]);
            party_end(&party);
        }
    }
}

static void nobody_comes_in_after_a_close(void)
{
    begin();
    close_swarm(a);
    expect_true(swarm_is_closed(a->swarm));
    member_dial(b, a);
    party_run_ms(&party, 2000);
    expect_false(member_is_connected(b, a));
    expect_equal(a->counts[SWARM_PEER_UP], 0);
    party_end(&party);
}

/* ---- breaking --------------------------------------------------------------------------- */

/* A connection may break at any byte. Both sides find each other again, and everything is told. */
static void a_connection_may_break_at_any_moment(void)
{
    for (uint64_t at_us = 1000; at_us < 60000; at_us += 700) {
        struct bus_wire *wire;

        begin();
        party.bus.delay_us = 3000;
        party.bus.chunk = 41;
        member_dial(a, b);
        bus_run_until(&party.bus, instant_add(party.bus.now, duration_us(at_us)));
        wire = bus_wire_between(&a->resident, &b->resident);
        if (wire != NULL)
            bus_break(wire);
        member_drain(a);
        party_run_ms(&party, 5000);
        expect_true(member_is_connected(a, b));
        expect_true(member_is_connected(b, a));
        expect_equal(a->requests_answered, 1);
        expect_equal(a->counts[SWARM_PEER_UP], a->counts[SWARM_PEER_DOWN] + 1);
        party_end(&party);
    }
}

/* The cable is pulled: silence is noticed, what was said meanwhile in vain is no disaster. */
static void a_silent_connection_ends_within_a_minute(void)
{
    begin();
    member_dial(a, b);
    party_run_ms(&party, 5000);
    bus_silence(bus_wire_between(&a->resident, &b->resident));
    party_run_ms(&party, 55000);
    expect_equal(a->counts[SWARM_PEER_DOWN], 1);
    expect_equal(b->counts[SWARM_PEER_DOWN], 1);
    party_run_ms(&party, 10000);
    expect_true(member_is_connected(a, b));
    party_end(&party);
}

/* ---- strangers at the door -------------------------------------------------------------- */

static struct bus_resident visitor; /* connects, and says nothing or nonsense */
static bool is_talking, is_holding;
static uint32_t refused, let_in;

static void visitor_opened(void *context, struct bus_end *end)
{
    (void)context;
    let_in++;
    end->is_paused = is_holding;
    bus_wake(end);
}

static void visitor_gone(void *context, struct bus_end *end)
{
    (void)context;
    (void)end;
    refused++;
}

static void visitor_received(void *context, struct bus_end *end, struct gossip_room *input)
{
    (void)context;
    (void)end;
    input->size = 0;
}

static size_t visitor_transmit(void *context, struct bus_end *end, struct gossip_room room)
{
    (void)context;
    if (!is_talking || end->state != NULL)
        return 0;
    end->state = &visitor;
    memcpy(room.data, "GET / HTTP/1.1\r\n\r\n", 18);
    return 18;
}

static void visitor_begin(struct bus_resident *one, const char *address)
{
    *one = (struct bus_resident){.opened = visitor_opened,
        .failed = visitor_gone,
        .received = visitor_received,
        .transmit = visitor_transmit,
        .closed = visitor_gone};
    expect_ok(multiaddr_parse(bytes_of_text(address), &one->address, NULL));
    bus_join(&party.bus, one);
    refused = let_in = 0;
}

/* One host does not get all places, so others still come in. */
static void one_host_cannot_keep_others_out(void)
{
    begin();
    is_talking = false;
    visitor_begin(&visitor, "/ip4/10.6.6.6/tcp/1");
    for (uint32_t i = 0; i < 200; i++)
        (void)bus_dial(&visitor, &b->resident.address, NULL);
    party_run_ms(&party, 100);
    expect_equal(let_in - refused, LINK_STRANGERS_PER_HOST_MAX);
    member_dial(a, b);
    party_run_ms(&party, 1000);
    expect_true(member_is_connected(a, b));
    party_run_ms(&party, 11000);
    expect_equal(let_in, refused); /* ten seconds are enough to prove anything */
    bus_leave(&visitor);
    party_end(&party);
}

/* From many hosts: whoever waited longest makes room for who comes. */
static void of_many_hosts_the_slowest_make_room(void)
{
    static struct bus_resident visitors[40];

    begin();
    is_talking = false;
    for (uint32_t i = 0; i < 40; i++) {
        char address[64];

        (void)snprintf(address, sizeof(address), "/ip4/10.6.6.%u/tcp/1", i + 1);
        visitor_begin(&visitors[i], address);
        (void)bus_dial(&visitors[i], &b->resident.address, NULL);
        party_run_ms(&party, 10);
        expect_equal(bus_wires_between(&visitors[i], &b->resident), 1);
    }
    for (uint32_t i = 0; i < 40; i++)
        expect_equal(bus_wires_between(&visitors[i], &b->resident), i < 8 ? 0 : 1);
    member_dial(a, b);
    party_run_ms(&party, 1000);
    expect_true(member_is_connected(a, b));
    for (uint32_t i = 0; i < 40; i++)
        bus_leave(&visitors[i]);
    party_end(&party);
}

/* Strangers who do not let go: their closing pipes do not take the places of those we dial. */
static void closing_pipes_leave_places_for_dials(void)
{
    begin();
    is_talking = true;
    visitor_begin(&visitor, "/ip4/127.0.0.1/tcp/1");
    is_holding = true;
    for (uint32_t i = 0; i < 400; i++) {
        (void)bus_dial(&visitor, &b->resident.address, NULL);
        party_run_ms(&party, 3);
    }
    member_dial(b, a);
    party_run_ms(&party, 100);
    expect_true(member_is_connected(a, b));
    is_holding = false;
    bus_leave(&visitor);
    party_end(&party);
}

/* Ten thousand who speak something else: the memory stays, and friends are not disturbed. */
static void a_flood_of_nonsense_costs_nothing(void)
{
    size_t bytes;

    begin();
    member_dial(a, b);
    party_run_ms(&party, 5000);
    bytes = b->memory.bytes;
    is_talking = true;
    visitor_begin(&visitor, "/ip4/10.6.6.6/tcp/1");
    b->is_quiet = true;
    for (uint32_t i = 0; i < 1000; i++) {
        for (uint32_t k = 0; k < 10; k++)
            (void)bus_dial(&visitor, &b->resident.address, NULL);
        party_run_ms(&party, 20);
    }
    party_run_ms(&party, 15000);
    expect_equal(b->memory.bytes, bytes);
    expect_at_most(b->memory.bytes_peak, bytes + 32 * 16384 + 262144);
    expect_equal(b->counts[SWARM_PEER_DOWN], 0);
    expect_ok(member_publish(a, "tea", "still here"));
    party_run_ms(&party, 1000);
    expect_equal(b->counts[SWARM_MESSAGE], 1);
    bus_leave(&visitor);
    party_end(&party);
}

static void who_is_one_too_many_is_sent_away_and_the_others_stay(void)
{
    party_prepare(&party, 6, 1);
    for (uint32_t i = 0; i < 6; i++) {
        party.members[i]->limits.peers_max = 3;
        party.members[i]->limits.book_peers_max = 3;
        memset(party.members[i]->config.circle, (int)i, 32);
        member_start(party.members[i]);
    }
    for (uint32_t i = 1; i < 6; i++) {
        member_dial(party.members[i], party.members[0]);
        party_run_ms(&party, 500);
    }
    party_run_ms(&party, 60000);
    expect_equal(swarm_peer_count(party.members[0]->swarm), 3);
    for (uint32_t i = 1; i < 4; i++)
        expect_true(member_is_connected(party.members[i], party.members[0]));
    expect_equal(party.members[0]->counts[SWARM_PEER_DOWN], 0);
    party_end(&party);
}

/* ---- pings ------------------------------------------------------------------------------ */

static void a_ping_measures_the_way_there_and_back(void)
{
    begin();
    member_dial(a, b);
    party_run_ms(&party, 1000);
    party.bus.delay_us = 25000;
    party_forget(&party);
    member_ping(a, b);
    party_run_ms(&party, 1000);
    expect_equal(a->last_error, GOSSIP_OK);
    /* Once to agree on the stream, and once for the ping: only that counts. */
    expect_at_least(a->last_elapsed.us, 50000);
    expect_at_most(a->last_elapsed.us, 52000);
    party_end(&party);
}

static void a_ping_without_answer_is_answered(void)
{
    begin();
    member_ping(a, b);
    expect_text(member_told(a), "done 1: no, there is no connection to it\n");
    member_dial(a, b);
    party_run_ms(&party, 1000);
    party_forget(&party);
    bus_silence(bus_wire_between(&a->resident, &b->resident));
    member_ping(a, b);
    party_run_ms(&party, 10500);
    expect_text(member_told(a), "done 3: no, no answer\n");
    member_ping(a, b);
    bus_break(bus_wire_between(&a->resident, &b->resident));
    expect_true(member_told_line(a, "done 4: no, no answer"));
    party_end(&party);
}

/* ---- bytes in any pieces ---------------------------------------------------------------- */

static void any_chunks_and_any_room_give_the_same(void)
{
    static const size_t chunks[] = {1, 2, 3, 7, 64, 1000};
    static const size_t rooms[] = {2048, 2049, 4096, 65536};

    for (size_t i = 0; i < 24; i++) {
        begin();
        party.bus.chunk = chunks[i % 6];
        party.bus.room_bytes = rooms[i / 6];
        party.bus.window_bytes = 100 + i * 500;
        member_dial(a, b);
        party_run_ms(&party, 5000);
        expect_ok(member_publish(a, "tea", "one"));
        expect_ok(swarm_publish(
            b->swarm, party.bus.now, BYTES_OF("tea"), bytes_repeated('2', 32000), NULL));
        member_drain(b);
        party_run_ms(&party, 5000);
        expect_equal(a->counts[SWARM_MESSAGE], 1);
        expect_equal(b->counts[SWARM_MESSAGE], 1);
        party_end(&party);
    }
}

/* ---- memory ----------------------------------------------------------------------------- */

/* A thousand times together and apart; what is left behind is what was there before. */
static void nothing_is_left_of_a_thousand_connections(void)
{
    size_t bytes[2] = {0, 0};

    begin();
    a->is_quiet = b->is_quiet = true;
    for (uint32_t i = 0; i < 1000; i++) {
        struct bus_wire *wire;

        member_dial(a, b);
        party_run_ms(&party, 50);
        (void)member_publish(a, "tea", "hello");
        party_run_ms(&party, 50);
        expect_true(member_is_connected(a, b));
        wire = bus_wire_between(&a->resident, &b->resident);
        bus_break(wire);
        party_run_ms(&party, 10);
        if (i == 100) {
            bytes[0] = a->memory.bytes;
            bytes[1] = b->memory.bytes;
        }
    }
    party_run_ms(&party, 1);
    expect_at_most(a->memory.bytes, bytes[0] + 131072); /* messages seen, and kept for a while */
    expect_at_most(b->memory.bytes, bytes[1] + 131072);
    expect_equal(a->counts[SWARM_PEER_UP], 1000);
    party_end(&party);
}

static void an_idle_peer_costs_little(void)
{
    size_t alone, together;

    party_begin(&party, 11);
    a = party.members[0];
    party_run_ms(&party, 5000);
    alone = a->memory.bytes;
    for (uint32_t i = 1; i < 11; i++) {
        party.members[i]->config.circle[0] = (uint8_t)i;
        member_kill(party.members[i]);
        member_start(party.members[i]);
        member_dial(party.members[i], a);
    }
    party_run_ms(&party, 30000);
    together = a->memory.bytes;
    printf("an idle peer takes %zu bytes, a swarm alone %zu\n", (together - alone) / 10, alone);
    expect_at_most((together - alone) / 10, 24 * 1024);
    party_end(&party);
}

/* ---- no memory -------------------------------------------------------------------------- */

/*
 * The n-th request for memory of A fails, for every n until none is left: the swarm lives, tells,
 * and comes together in the end.
 */
static void without_memory_a_connection_fails_and_is_made_again(void)
{
    uint64_t number = 1;
    bool has_failed = true;

    for (; has_failed; number += number < 120 ? 1 : 7) {
        begin();
        test_allocator_fail(&a->memory, number);
        member_dial(a, b);
        party_run_ms(&party, 3000);
        has_failed = a->memory.has_failed;
        test_allocator_fail(&a->memory, 0);
        party_run_ms(&party, 70000);
        expect_true(member_is_connected(a, b));
        expect_equal(a->requests_answered, 1);
        party_forget(&party);
        expect_ok(member_publish(b, "tea", "hello"));
        party_run_ms(&party, 2000);
        expect_true(member_told_line(a, "B says tea: hello"));
        party_end(&party);
    }
    expect_at_least(number, 30);
}

static void without_memory_a_publish_fails_whole_or_not_at_all(void)
{
    uint64_t number = 0;
    enum gossip_error error = GOSSIP_ERROR_NO_MEMORY;

    while (error != GOSSIP_OK || number == 1) {
        uint64_t seqno;

        begin();
        member_dial(a, b);
        party_run_ms(&party, 3000);
        seqno = swarm_seqno_next(a->swarm);
        test_allocator_fail(&a->memory, ++number);
        error = member_publish(a, "tea", "hello");
        test_allocator_fail(&a->memory, 0);
        if (error != GOSSIP_OK) {
            expect_error(error, GOSSIP_ERROR_NO_MEMORY);
            expect_equal(swarm_seqno_next(a->swarm), seqno);
        }
        party_run_ms(&party, 60000);
        expect_equal(b->counts[SWARM_MESSAGE], error == GOSSIP_OK ? 1 : 0);
        party_end(&party);
        expect_at_most(number, 100);
    }
    expect_at_least(number, 5);
}

static enum gossip_error create(const struct allocator *allocator, void *context)
{
    struct swarm_config config = a->config;
    struct swarm *swarm;
    enum gossip_error error;

    (void)context;
    config.allocator = allocator;
    error = swarm_create(&config, party.bus.now, &swarm);
    if (error == GOSSIP_OK)
        swarm_destroy(swarm);
    else
        expect_null(swarm);
    return error;
}

static void without_memory_there_is_no_swarm(void)
{
    begin();
    expect_at_least(test_allocator_fail_each(create, NULL), 10);
    party_end(&party);
}

TEST_MAIN(TEST(the_last_words_arrive_behind_a_close),
    TEST(who_leaves_a_topic_before_closing_is_heard_to_leave),
    TEST(closing_is_possible_at_any_moment), TEST(nobody_comes_in_after_a_close),
    TEST(a_connection_may_break_at_any_moment), TEST(a_silent_connection_ends_within_a_minute),
    TEST(one_host_cannot_keep_others_out), TEST(of_many_hosts_the_slowest_make_room),
    TEST(closing_pipes_leave_places_for_dials), TEST(a_flood_of_nonsense_costs_nothing),
    TEST(who_is_one_too_many_is_sent_away_and_the_others_stay),
    TEST(a_ping_measures_the_way_there_and_back), TEST(a_ping_without_answer_is_answered),
    TEST(any_chunks_and_any_room_give_the_same), TEST(nothing_is_left_of_a_thousand_connections),
    TEST(an_idle_peer_costs_little), TEST(without_memory_a_connection_fails_and_is_made_again),
    TEST(without_memory_a_publish_fails_whole_or_not_at_all),
    TEST(without_memory_there_is_no_swarm))
