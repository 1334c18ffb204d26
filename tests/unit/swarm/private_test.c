/* Private networks: swarms with one key meet, others do not, and who dials learns why. */
#include "multiaddr/multiaddr.h"
#include "pnet/key.h"
#include "unit/swarm/party.h"

#include <string.h>

static struct party party;
static struct member *a, *b;
static struct pnet_key key, wrong;

static void begin(const struct pnet_key *of_a, const struct pnet_key *of_b)
{
    memset(&key, 1, sizeof(key));
    memset(&wrong, 2, sizeof(wrong));
    party_prepare(&party, 2, 1);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    a->config.network_key = of_a;
    b->config.network_key = of_b;
    member_start(a);
    member_start(b);
    member_subscribe(a, "tea");
    member_subscribe(b, "tea");
}

static void who_has_the_key_is_let_in(void)
{
    for (uint64_t delay_us = 100; delay_us < 1000000; delay_us *= 10) {
        begin(&key, &key);
        party.bus.delay_us = delay_us;
        party.bus.chunk = 30;
        member_dial(a, b);
        party_run_ms(&party, 10000);
        expect_true(member_is_connected(a, b));
        party_forget(&party);
        expect_ok(member_publish(b, "tea", "hello"));
        party_run_ms(&party, 3000);
        expect_text(member_told(a), "B says tea: hello\n");
        party_end(&party);
    }
}

static void who_has_another_key_is_told(void)
{
    begin(&key, &wrong);
    member_dial(a, b);
    party_run_ms(&party, 500);
    expect_false(member_is_connected(a, b));
    expect_true(strstr(member_told(a), "network key") != NULL);
    party_end(&party);
}

static void who_has_no_key_stays_outside(void)
{
    begin(&key, NULL);
    member_dial(a, b);
    party_run_ms(&party, 500);
    expect_false(member_is_connected(a, b));
    expect_true(strstr(member_told(a), "network key, or none") != NULL);
    party_end(&party);
    begin(NULL, &key);
    member_dial(a, b);
    party_run_ms(&party, 500);
    expect_false(member_is_connected(a, b));
    expect_true(member_told_line(a, "dial failed B manual:"));
    party_end(&party);
}

static void hang_up(void *context, struct bus_end *end, struct gossip_room *input)
{
    (void)context;
    input->size = 0;
    bus_close(end);
}

static bool welcome(void *context, struct bus_end *end, const struct gossip_address *from)
{
    (void)context;
    (void)end;
    (void)from;
    return true;
}

static size_t say_nothing(void *context, struct bus_end *end, struct gossip_room room)
{
    (void)context;
    (void)end;
    (void)room;
    return 0;
}

static void forget(void *context, struct bus_end *end)
{
    (void)context;
    (void)end;
}

/* Somebody who reads nonsense and ends it, before he has said anything that could be looked at. */
static void who_hangs_up_may_have_another_key(void)
{
    struct bus_resident stranger = {
        .arrived = welcome, .received = hang_up, .transmit = say_nothing, .closed = forget};

    begin(&key, &key);
    expect_ok(multiaddr_parse(BYTES_OF("/ip4/10.6.6.6/tcp/1"), &stranger.address, NULL));
    bus_join(&party.bus, &stranger);
    member_dial_address(a, "/ip4/10.6.6.6/tcp/1");
    party_run_ms(&party, 500);
    expect_true(
        strstr(member_told(a), "hung up: it may have another network key, or none") != NULL);
    bus_leave(&stranger);
    party_end(&party);
}

TEST_MAIN(TEST(who_has_the_key_is_let_in), TEST(who_has_another_key_is_told),
    TEST(who_has_no_key_stays_outside), TEST(who_hangs_up_may_have_another_key))
