/* Two connections to one peer: both sides keep the same one, and nothing is lost on the way. */
#include "base/instant.h"
#include "multiaddr/multiaddr.h"
#include "unit/swarm/party.h"

#include <string.h>

static struct party party;
static struct member *a, *b;

/* Two that do not know each other yet, and follow "tea". A has the smaller id. */
static void begin(void)
{
    party_begin(&party, 2);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    member_subscribe(a, "tea");
    member_subscribe(b, "tea");
}

static uint32_t wires(void)
{
    return bus_wires_between(&a->resident, &b->resident);
}

/* The one wire that is left was dialed by `member`, and both see it so. */
static void expect_dialed_by(const struct member *member)
{
    struct swarm_peer_status status;
    uint64_t cursor = 0;

    expect_equal(wires(), 1);
    expect_true(swarm_peer_next(a->swarm, &cursor, &status));
    expect_equal(status.is_outbound, member == a);
    expect_true(status.is_gossiping);
    cursor = 0;
    expect_true(swarm_peer_next(b->swarm, &cursor, &status));
    expect_equal(status.is_outbound, member == b);
    expect_true(status.is_gossiping);
}

static void expect_talk(void)
{
    party_forget(&party);
    expect_ok(member_publish(a, "tea", "one"));
    expect_ok(member_publish(b, "tea", "two"));
    party_run_ms(&party, 1000);
    expect_text(member_told(a), "B says tea: two\n");
    expect_text(member_told(b), "A says tea: one\n");
}

static void who_dials_each_other_keeps_what_the_larger_dialed(void)
{
    begin();
    member_dial(a, b);
    member_dial(b, a);
    party_run_ms(&party, 20);
    expect_equal(wires(), 2);
    party_run_ms(&party, 2500); /* settled at once, and read for two seconds */
    expect_dialed_by(b);
    expect_equal(a->counts[SWARM_PEER_UP], 1);
    expect_equal(b->counts[SWARM_PEER_UP], 1);
    expect_equal(a->counts[SWARM_PEER_DOWN] + b->counts[SWARM_PEER_DOWN], 0);
    expect_talk();
    party_end(&party);
}

/* The smaller dials one that dialed it long ago: the old one shows that it lives, and stays. */
static void a_late_connection_of_the_smaller_goes_soon(void)
{
    begin();
    member_dial(b, a);
    party_run_ms(&party, 40000);
    member_dial_address(a, "/ip4/10.0.0.2/tcp/9740");
    party_run_ms(&party, 10);
    expect_equal(wires(), 2);
    party_run_ms(&party, 2500);
    expect_dialed_by(b);
    party_end(&party);
}

/* Whatever the delay between the two dials, whoever begins. */
static void both_keep_the_same_whatever_the_race(void)
{
    for (uint64_t gap_us = 0; gap_us <= 12000; gap_us += 333) {
        for (int first = 0; first < 2; first++) {
            begin();
            party.bus.jitter_us = 3000;
            dice_seed(&party.bus.dice, gap_us);
            member_dial(first == 0 ? a : b, first == 0 ? b : a);
            bus_run_until(&party.bus, instant_add(party.bus.now, duration_us(gap_us)));
            member_dial(first == 0 ? b : a, first == 0 ? a : b);
            party_run_ms(&party, 10000);
            expect_equal(wires(), 1);
            expect_equal(a->counts[SWARM_PEER_UP] - a->counts[SWARM_PEER_DOWN], 1);
            expect_equal(b->counts[SWARM_PEER_UP] - b->counts[SWARM_PEER_DOWN], 1);
            expect_talk();
            party_end(&party);
        }
    }
}

struct seen {
    uint8_t from_a[4096], from_b[4096];
};

static void count(void *context, struct member *member, const struct swarm_output *output)
{
    struct seen *seen = context;
    uint32_t number = load_u32_big(output->payload.data);

    expect_at_most(number, 4095);
    (member == a ? seen->from_b : seen->from_a)[number]++;
}

static void say(struct member *member, uint32_t number)
{
    uint8_t payload[600];

    memset(payload, 0, sizeof(payload));
    store_u32_big(payload, number);
    expect_ok(swarm_publish(
        member->swarm, party.bus.now, BYTES_OF("tea"), bytes_make(payload, sizeof(payload)), NULL));
    member_drain(member);
}

/* Both talk all the time, while a second connection comes and one of the two goes. */
static void no_message_is_lost_or_doubled_while_moving(void)
{
    static struct seen seen;

    for (uint64_t delay_us = 100; delay_us < 2000000; delay_us *= 3) {
        uint32_t number = 0;

        memset(&seen, 0, sizeof(seen));
        begin();
        party.on_message = count;
        party.context = &seen;
        a->is_quiet = b->is_quiet = true;
        party.bus.delay_us = delay_us;
        member_dial(a, b);
        party_run_ms(&party, 20000);
        for (; number < 50; number++) {
            say(a, number);
            say(b, number);
            party_run_ms(&party, 10);
        }
        /* B does not know that it is A who lives there; B is the larger, so its own dial wins. */
        member_dial_address(b, "/ip4/10.0.0.1/tcp/9740");
        for (; number < 500; number++) {
            say(a, number);
            say(b, number);
            party_run_ms(&party, 10);
        }
        party_run_ms(&party, 30000);
        expect_dialed_by(b);
        for (uint32_t i = 0; i < number; i++) {
            expect_equal(seen.from_a[i], 1);
            expect_equal(seen.from_b[i], 1);
        }
        party_end(&party);
    }
}

/* One side alone makes both, to two addresses of one machine, in any order and at any distance. */
static void who_dialed_twice_keeps_one_and_the_other_follows(void)
{
    for (uint64_t gap_us = 0; gap_us < 8000; gap_us += 100) {
        for (int larger = 0; larger < 2; larger++) {
            struct member *from, *to;

            begin();
            from = larger == 1 ? b : a;
            to = larger == 1 ? a : b;
            expect_ok(multiaddr_parse(BYTES_OF("/ip4/10.0.9.9/tcp/1"), &to->resident.alias, NULL));
            party.bus.jitter_us = 15000; /* the second may overtake the first on the way */
            dice_seed(&party.bus.dice, gap_us);
            member_dial(from, to);
            bus_run_until(&party.bus, instant_add(party.bus.now, duration_us(gap_us)));
            member_dial_address(from, "/ip4/10.0.9.9/tcp/1");
            party_run_ms(&party, 12000);
            expect_dialed_by(from);
            expect_equal(a->counts[SWARM_PEER_DOWN] + b->counts[SWARM_PEER_DOWN], 0);
            expect_equal(from->requests_answered, 2);
            expect_talk();
            party_end(&party);
        }
    }
}

/*
 * The power fails at one, nobody hears of it, and it comes back and dials the other, whose old
 * connection still seems to be there. Whoever is the larger, whoever made the old one.
 */
static void who_lost_his_power_is_welcome_back(void)
{
    for (int i = 0; i < 4; i++) {
        struct member *lost, *other;

        begin();
        lost = i % 2 == 0 ? a : b;
        other = i % 2 == 0 ? b : a;
        member_dial(i < 2 ? lost : other, i < 2 ? other : lost);
        party_run_ms(&party, 5000);
        bus_silence(bus_wire_between(&a->resident, &b->resident));
        member_kill(lost);
        party_run_ms(&party, 2000);
        member_start(lost);
        member_subscribe(lost, "tea");
        member_dial(lost, other);
        party_run_ms(&party, 12000);
        expect_dialed_by(lost);
        expect_talk();
        party_run_ms(&party, 120000);
        expect_talk();
        party_end(&party);
    }
}

/* The old connection dies for both at the moment the second one is made. */
static void the_death_of_one_leaves_the_other(void)
{
    for (uint64_t gap_us = 0; gap_us < 3000000; gap_us += 61000) {
        begin();
        member_dial(a, b);
        party_run_ms(&party, 5000);
        member_dial_address(b, "/ip4/10.0.0.1/tcp/9740");
        bus_run_until(&party.bus, instant_add(party.bus.now, duration_us(gap_us)));
        bus_break(bus_wire_between(&a->resident, &b->resident)); /* the older, or what is left */
        party_run_ms(&party, 8000);
        expect_equal(wires(), 1);
        expect_talk();
        party_end(&party);
    }
}

/* Or before anybody has told who he is. */
static void the_death_of_one_before_identify_leaves_the_other(void)
{
    for (uint64_t gap_us = 0; gap_us < 60000; gap_us += 1300) {
        struct swarm_peer_status status;
        uint64_t cursor = 0;

        begin();
        party.bus.delay_us = 5000;
        party.bus.jitter_us = 3000;
        dice_seed(&party.bus.dice, gap_us);
        member_dial(a, b);
        member_dial(b, a);
        bus_run_until(&party.bus, instant_add(party.bus.now, duration_us(gap_us)));
        if (wires() > 0)
            bus_break(bus_wire_between(&a->resident, &b->resident));
        party_run_ms(&party, 15000);
        expect_equal(wires(), 1);
        expect_true(swarm_peer_next(a->swarm, &cursor, &status));
        expect_bytes(status.agent, BYTES_OF("gossipchat/0.1.0"));
        cursor = 0;
        expect_true(swarm_peer_next(b->swarm, &cursor, &status));
        expect_bytes(status.agent, BYTES_OF("gossipchat/0.1.0"));
        expect_talk();
        party_end(&party);
    }
}

/* Programs built on this library may call themselves anything. */
static void the_rules_do_not_depend_on_a_name(void)
{
    for (uint64_t gap_us = 0; gap_us < 12000; gap_us += 700) {
        party_prepare(&party, 2, 1);
        a = party_member(&party, 'A');
        b = party_member(&party, 'B');
        a->config.agent = "one/1";
        b->config.agent = "other/2";
        member_start(a);
        member_start(b);
        member_subscribe(a, "tea");
        member_subscribe(b, "tea");
        party.bus.jitter_us = 3000;
        member_dial(a, b);
        bus_run_until(&party.bus, instant_add(party.bus.now, duration_us(gap_us)));
        member_dial(b, a);
        party_run_ms(&party, 10000);
        expect_equal(wires(), 1);
        expect_equal(a->counts[SWARM_PEER_DOWN] + b->counts[SWARM_PEER_DOWN], 0);
        expect_talk();
        party_end(&party);
    }
}

/* What was handed to the old connection before the move is still carried there, however long it takes. */
static void a_full_old_connection_is_emptied_before_it_goes(void)
{
    static uint8_t payload[30000];
    uint32_t sent = 0;

    begin();
    a->is_quiet = b->is_quiet = true;
    member_dial(a, b);
    party_run_ms(&party, 5000);
    party.bus.delay_us = 400000;
    party.bus.window_bytes = 16384; /* forty kilobytes a second */
    for (; sent < 4; sent++) {
        expect_ok(swarm_publish(
            a->swarm, party.bus.now, BYTES_OF("tea"), bytes_make(payload, sizeof(payload)), NULL));
        member_drain(a);
    }
    member_dial_address(b, "/ip4/10.0.0.1/tcp/9740");
    party_run_ms(&party, 60000);
    expect_dialed_by(b);
    expect_equal(b->counts[SWARM_MESSAGE], sent);
    party_end(&party);
}

/* A third connection is one too many. */
static void a_third_connection_is_refused(void)
{
    begin();
    expect_ok(multiaddr_parse(BYTES_OF("/ip4/10.0.9.9/tcp/1"), &a->resident.alias, NULL));
    party.bus.delay_us = 100000;
    member_dial(a, b);
    member_dial(b, a);
    member_dial_address(b, "/ip4/10.0.9.9/tcp/1");
    party_run_ms(&party, 20000);
    expect_dialed_by(b);
    expect_talk();
    party_end(&party);
}

TEST_MAIN(TEST(who_dials_each_other_keeps_what_the_larger_dialed),
    TEST(a_late_connection_of_the_smaller_goes_soon), TEST(both_keep_the_same_whatever_the_race),
    TEST(no_message_is_lost_or_doubled_while_moving),
    TEST(who_dialed_twice_keeps_one_and_the_other_follows),
    TEST(who_lost_his_power_is_welcome_back), TEST(the_death_of_one_leaves_the_other),
    TEST(the_death_of_one_before_identify_leaves_the_other),
    TEST(a_full_old_connection_is_emptied_before_it_goes), TEST(the_rules_do_not_depend_on_a_name),
    TEST(a_third_connection_is_refused))
