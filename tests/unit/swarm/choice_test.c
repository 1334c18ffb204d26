/* Two connections to one peer: both sides keep the same one, and nothing is lost on the way. */
#include "base/instant.h"
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
    party_run_ms(&party, 10000);
    expect_dialed_by(b);
    expect_equal(a->counts[SWARM_PEER_UP], 1);
    expect_equal(b->counts[SWARM_PEER_UP], 1);
    expect_equal(a->counts[SWARM_PEER_DOWN] + b->counts[SWARM_PEER_DOWN], 0);
    expect_talk();
    party_end(&party);
}

/* Whatever the delay between the two dials, whoever begins. */
static void both_keep_the_same_whatever_the_race(void)
{
    for (uint64_t gap_us = 0; gap_us <= 12000; gap_us += 333) {
        for (int first = 0; first < 2; first++) {
            begin();
            party.bus.jitter_us = 3000;
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

    for (uint64_t delay_us = 100; delay_us < 300000; delay_us *= 3) {
        uint32_t number = 0;

        memset(&seen, 0, sizeof(seen));
        begin();
        party.on_message = count;
        party.context = &seen;
        a->is_quiet = b->is_quiet = true;
        party.bus.delay_us = delay_us;
        member_dial(a, b);
        party_run_ms(&party, 5000);
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
        party_run_ms(&party, 10000);
        expect_dialed_by(b);
        for (uint32_t i = 0; i < number; i++) {
            expect_equal(seen.from_a[i], 1);
            expect_equal(seen.from_b[i], 1);
        }
        party_end(&party);
    }
}

TEST_MAIN(TEST(who_dials_each_other_keeps_what_the_larger_dialed),
    TEST(both_keep_the_same_whatever_the_race), TEST(no_message_is_lost_or_doubled_while_moving))
