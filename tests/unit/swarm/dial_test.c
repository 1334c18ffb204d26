/* Who is dialed, when, how often, and what the person who asked is told. */
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "swarm/dialer.h"
#include "unit/swarm/foreign.h"

#include <stdio.h>
#include <string.h>

static struct party party;
static struct member *a, *b;

/* A has the smaller id. */
static void begin(void)
{
    party_begin(&party, 2);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
}

static uint64_t pipes_opened(const struct member *member)
{
    return member->counts[SWARM_OPEN_PIPE];
}

/* ---- who dials -------------------------------------------------------------------------- */

static void of_two_that_find_each_other_the_larger_dials_at_once(void)
{
    begin();
    member_find(a, b, SWARM_SOURCE_MDNS);
    member_find(b, a, SWARM_SOURCE_MDNS);
    party_run_ms(&party, 1000);
    expect_true(member_is_connected(a, b));
    expect_equal(pipes_opened(a), 0);
    expect_equal(pipes_opened(b), 1);
    expect_text(member_told(a), "found B mdns\nup B in inbound\nidentified B gossipchat/0.1.0\n");
    expect_text(member_told(b), "found A mdns\nup A out mdns\nidentified A gossipchat/0.1.0\n");
    party_end(&party);
}

/* A firewall may let only one of them through. */
static void the_smaller_waits_for_a_second_and_a_half_and_dials_then(void)
{
    begin();
    member_find(a, b, SWARM_SOURCE_MDNS);
    party_run_ms(&party, DIALER_COURTESY_MS - 1);
    expect_equal(pipes_opened(a), 0);
    party_run_ms(&party, 500);
    expect_equal(pipes_opened(a), 1);
    expect_true(member_is_connected(a, b));
    party_end(&party);
}

/* The wire says again and again who is there; that must not put the dial off for ever. */
static void being_found_again_does_not_put_a_dial_off(void)
{
    begin();
    for (uint32_t i = 0; i < 20; i++) {
        member_find(a, b, SWARM_SOURCE_MDNS);
        party_run_ms(&party, 100);
    }
    expect_true(member_is_connected(a, b));
    expect_equal(pipes_opened(a), 1);
    expect_equal(a->counts[SWARM_PEER_FOUND], 1);
    party_end(&party);
}

static void who_was_passed_on_is_dialed_at_once_by_either(void)
{
    begin();
    member_find(a, b, SWARM_SOURCE_EXCHANGE);
    party_run_ms(&party, 100);
    expect_true(member_is_connected(a, b));
    party_end(&party);
}

static void an_address_by_hand_is_dialed_at_once_with_and_without_peer_id(void)
{
    begin();
    expect_equal(member_dial(a, b), 1);
    party_run_ms(&party, 100);
    expect_text(member_told(a), "up B out manual\ndone 1: ok\nidentified B gossipchat/0.1.0\n");
    /* Connected already: nothing is dialed again. */
    member_dial(a, b);
    member_dial_address(a, "/ip4/10.0.0.2/tcp/9740");
    expect_text(member_told(a), "done 2: ok\ndone 3: ok\n");
    party_run_ms(&party, 10000);
    expect_equal(pipes_opened(a), 1);
    party_end(&party);

    begin();
    member_dial_address(a, "/ip4/10.0.0.2/tcp/9740");
    party_run_ms(&party, 100);
    expect_text(member_told(a), "up B out manual\ndone 1: ok\nidentified B gossipchat/0.1.0\n");
    party_end(&party);
}

/* While somebody from there proves himself, it may be he. */
static void who_is_arriving_is_not_dialed(void)
{
    begin();
    party.bus.delay_us = 400000;
    member_dial(a, b);
    party_run_ms(&party, 500); /* B has heard a knock from there, and no more */
    member_find(b, a, SWARM_SOURCE_MDNS);
    party_run_ms(&party, 10000);
    expect_true(member_is_connected(a, b));
    expect_equal(pipes_opened(b), 0);
    party_end(&party);
}

/* ---- failures --------------------------------------------------------------------------- */

static void the_person_hears_why_once_and_it_is_tried_on(void)
{
    begin();
    b->resident.is_refusing = true;
    member_dial(a, b);
    party_run_ms(&party, 100);
    expect_text(
        member_told(a), "dial failed B manual: nobody answers\ndone 1: no, nobody answers\n");
    expect_equal(a->last_error, GOSSIP_ERROR_UNREACHABLE);
    party_run_ms(&party, 120000);
    expect_at_least(pipes_opened(a), 6);
    b->resident.is_refusing = false;
    party_run_ms(&party, 75000);
    expect_true(member_is_connected(a, b));
    expect_equal(a->counts[SWARM_REQUEST_DONE], 1);
    party_end(&party);
}

/* Pauses double from one second to a minute, each a fifth more or less. */
static void pauses_between_rounds_grow(void)
{
    uint64_t last_us = 0;

    begin();
    b->resident.is_refusing = true;
    member_dial(a, b);
    party_run_ms(&party, 3);
    for (uint64_t round = 0; round < 12; round++) {
        uint64_t count = pipes_opened(a);
        uint64_t pause_ms = (uint64_t)1000 << (round < 6 ? round : 6);

        pause_ms = pause_ms < 60000 ? pause_ms : 60000;
        last_us = party.bus.now.us;
        while (pipes_opened(a) == count)
            (void)bus_step(&party.bus);
        expect_at_least(party.bus.now.us - last_us, pause_ms * 799);
        expect_at_most(party.bus.now.us - last_us, pause_ms * 1201 + 10000);
        party_run_ms(&party, 3); /* it fails */
    }
    party_end(&party);
}

static void many_who_lost_one_peer_do_not_return_as_one(void)
{
    uint64_t at_us[9];
    uint32_t distinct = 0;

    party_begin(&party, 10);
    b = party.members[9];
    for (uint32_t i = 0; i < 9; i++)
        member_dial(party.members[i], b);
    party_run_ms(&party, 40000);
    member_kill(b);
    for (uint32_t i = 0; i < 9; i++) {
        party.members[i]->counts[SWARM_OPEN_PIPE] = 0;
        at_us[i] = 0;
    }
    for (uint32_t ms = 0; ms < 1500; ms++) {
        party_run_ms(&party, 1);
        for (uint32_t i = 0; i < 9; i++) {
            if (at_us[i] == 0 && pipes_opened(party.members[i]) > 0)
                at_us[i] = ms;
        }
    }
    for (uint32_t i = 0; i < 9; i++) {
        expect_at_least(at_us[i], 799);
        expect_at_most(at_us[i], 1205);
        distinct += i == 0 || at_us[i] != at_us[i - 1];
    }
    expect_at_least(distinct, 5);
    party_end(&party);
}

static void who_was_only_found_is_left_alone_after_ten_rounds(void)
{
    uint64_t count;

    begin();
    b->resident.is_refusing = true;
    member_find(a, b, SWARM_SOURCE_MDNS);
    party_run_ms(&party, 1200000);
    expect_equal(pipes_opened(a), DIALER_FAILURES_MAX);
    /* Until it is heard of again: it may be there now. */
    b->resident.is_refusing = false;
    count = party.bus.wires_made;
    member_find(a, b, SWARM_SOURCE_MDNS);
    party_run_ms(&party, 5000);
    expect_true(member_is_connected(a, b));
    expect_equal(party.bus.wires_made, count + 1);
    party_end(&party);
}

static void a_find_on_the_wire_cuts_a_long_pause_short(void)
{
    uint64_t count;

    begin();
    a->resident.is_refusing = true;
    member_find(b, a, SWARM_SOURCE_MDNS);
    party_run_ms(&party, 62000); /* in the middle of a pause of 32 seconds or so */
    a->resident.is_refusing = false;
    count = pipes_opened(b);
    party_run_ms(&party, 5000);
    expect_equal(pipes_opened(b), count);
    member_find(b, a, SWARM_SOURCE_MDNS);
    party_run_ms(&party, 10);
    expect_true(member_is_connected(a, b));
    party_end(&party);
}

/* Nobody can make us knock at one door all the time by shouting its address. */
static void however_often_it_is_found_a_dead_address_is_dialed_rarely(void)
{
    begin();
    a->resident.is_refusing = true;
    for (uint32_t i = 0; i < 6000; i++) {
        member_find(b, a, SWARM_SOURCE_MDNS);
        party_run_ms(&party, 10);
    }
    expect_at_most(pipes_opened(b), 60 / 5 + 3);
    party_end(&party);
}

/* A connection that ends at once, again and again, is no success. */
static void a_peer_that_has_no_place_for_us_is_asked_ever_more_rarely(void)
{
    party_prepare(&party, 3, 1);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    b->limits.peers_max = 1;
    b->limits.book_peers_max = 1;
    for (uint32_t i = 0; i < 3; i++)
        member_start(party.members[i]);
    member_dial(party_member(&party, 'C'), b);
    party_run_ms(&party, 1000);
    member_dial(a, b);
    party_run_ms(&party, 1000);
    expect_true(member_told_line(a, "down B the other side said goodbye"));
    party_run_ms(&party, 300000);
    expect_at_most(pipes_opened(a), 14);
    expect_equal(b->counts[SWARM_PEER_UP], 1);
    party_end(&party);
}

/* ---- addresses -------------------------------------------------------------------------- */

static void find_at(struct member *from, const struct gossip_peer_id *peer,
    const char *const *texts, enum swarm_source source)
{
    struct gossip_address addresses[SWARM_ADDRESSES_MAX + 8];
    struct swarm_sighting sighting = {
        .peer = peer, .addresses = addresses, .scope = 3, .source = source};

    for (; texts[sighting.address_count] != NULL; sighting.address_count++)
        expect_ok(multiaddr_parse(bytes_of_text(texts[sighting.address_count]),
            &addresses[sighting.address_count], NULL));
    swarm_found(from->swarm, party.bus.now, &sighting);
    member_drain(from);
}

/* One after the other, a quarter of a second apart, and the first that answers wins. */
static void addresses_are_tried_side_by_side(void)
{
    static const char *const texts[] = {
        "/ip4/10.9.9.1/tcp/1", "/ip4/10.9.9.2/tcp/1", "/ip4/10.0.0.1/tcp/9740", NULL};
    static struct bus_resident dead[2];

    begin();
    for (uint32_t i = 0; i < 2; i++) {
        dead[i] = (struct bus_resident){.is_deaf = true};
        expect_ok(multiaddr_parse(bytes_of_text(texts[i]), &dead[i].address, NULL));
        bus_join(&party.bus, &dead[i]);
    }
    find_at(b, member_id(a), texts, SWARM_SOURCE_MDNS);
    party_run_ms(&party, 240);
    expect_equal(pipes_opened(b), 1);
    party_run_ms(&party, 250);
    expect_equal(pipes_opened(b), 2);
    party_run_ms(&party, 250);
    expect_equal(pipes_opened(b), 3);
    party_run_ms(&party, 20);
    expect_true(member_is_connected(a, b));
    expect_equal(b->dials, 0); /* the others were given up */
    expect_equal(b->counts[SWARM_DIAL_FAILED], 0);
    bus_leave(&dead[0]);
    bus_leave(&dead[1]);
    party_end(&party);
}

/* An address that fails at once does not cost a quarter of a second. */
static void after_a_refusal_the_next_address_follows_at_once(void)
{
    static const char *const texts[] = {
        "/ip4/10.9.9.1/tcp/1", "/ip4/10.9.9.2/tcp/1", "/ip4/10.0.0.1/tcp/9740", NULL};

    begin();
    find_at(b, member_id(a), texts, SWARM_SOURCE_MDNS);
    party_run_ms(&party, 30);
    expect_true(member_is_connected(a, b));
    party_end(&party);
}

/* Somebody else lives there now: the address is dropped, and both peers are named. */
static void an_impostor_is_named_and_not_dialed_again(void)
{
    struct gossip_address address;
    char text[MULTIADDR_TEXT_BYTES_MAX];

    party_begin(&party, 3);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    address = member_address(b, false);
    expect_ok(multiaddr_put_peer_id(&address, member_id(party_member(&party, 'C'))));
    (void)multiaddr_print(multiaddr_bytes(&address), text);
    member_dial_address(a, text);
    party_run_ms(&party, 300000);
    expect_equal(pipes_opened(a), 1);
    expect_equal(a->last_error, GOSSIP_ERROR_PEER_IMPOSTOR);
    {
        char expected[PEER_ID_TEXT_BYTES_MAX], got[PEER_ID_TEXT_BYTES_MAX], line[256];
        size_t expected_size = peer_id_print(member_id(party_member(&party, 'C')), expected);
        size_t got_size = peer_id_print(member_id(b), got);

        (void)snprintf(line, sizeof(line),
            "dial failed C manual: it answers, but is a different peer than the address says "
            "(expected \u2026%s, got \u2026%s)\n",
            expected + expected_size - 4, got + got_size - 4);
        expect_true(member_told_line(a, line));
    }
    /* The person insists: tried once more. */
    member_dial_address(a, text);
    party_run_ms(&party, 1000);
    expect_equal(pipes_opened(a), 2);
    party_end(&party);
}

/* Nothing is kept of an address that leads to somebody else: one can be wrong as often as one likes. */
static void wrong_addresses_do_not_fill_the_book(void)
{
    struct gossip_address address;
    char text[MULTIADDR_TEXT_BYTES_MAX];
    uint32_t attempts;

    party_begin(&party, 3);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    attempts = a->limits.book_peers_max + 10;
    for (uint32_t i = 0; i < attempts; i++) {
        struct gossip_peer_id nobody = *member_id(party_member(&party, 'C'));

        nobody.data[nobody.size - 1] ^= (uint8_t)i;
        nobody.data[nobody.size - 2] ^= (uint8_t)(i >> 8);
        a->told_size = 0; /* of the earlier ones */
        address = member_address(b, false);
        expect_ok(multiaddr_put_peer_id(&address, &nobody));
        (void)multiaddr_print(multiaddr_bytes(&address), text);
        member_dial_address(a, text);
        party_run_ms(&party, 1000);
        expect_equal(a->last_error, GOSSIP_ERROR_PEER_IMPOSTOR);
    }
    expect_equal(pipes_opened(a), attempts);
    party_end(&party);
}

/* The last address of a round is one not to be dialed: the request is answered all the same. */
static void a_round_that_ends_with_a_bad_address_is_answered(void)
{
    static const char *const texts[] = {"/ip4/10.9.9.1/tcp/4001", "/ip4/10.0.0.2/tcp/9740", NULL};
    struct gossip_address address;
    char text[MULTIADDR_TEXT_BYTES_MAX];

    party_begin(&party, 3);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    /* B lives at the second one, not C, and A finds out. */
    find_at(a, member_id(party_member(&party, 'C')), texts, SWARM_SOURCE_EXCHANGE);
    party_run_ms(&party, 500);
    expect_equal(a->counts[SWARM_DIAL_FAILED], 2);
    expect_ok(multiaddr_parse(bytes_of_text(texts[0]), &address, NULL));
    expect_ok(multiaddr_put_peer_id(&address, member_id(party_member(&party, 'C'))));
    (void)multiaddr_print(multiaddr_bytes(&address), text);
    member_dial_address(a, text);
    party_run_ms(&party, 500);
    expect_equal(a->requests_answered, 1);
    expect_equal(a->last_error, GOSSIP_ERROR_UNREACHABLE);
    party_end(&party);
}

/* That happens, with addresses typed or announced by others; nobody wants to read about it. */
static void dialing_ourselves_is_no_news(void)
{
    begin();
    member_dial(a, a);
    expect_text(member_told(a), "done 1: no, that is our own address\n");
    member_dial_address(a, "/ip4/10.0.0.1/tcp/9740");
    party_run_ms(&party, 60000);
    expect_text(member_told(a), "done 2: no, that is our own address\n");
    expect_equal(pipes_opened(a), 1);
    member_find(a, a, SWARM_SOURCE_MDNS);
    party_run_ms(&party, 60000);
    expect_text(member_told(a), "");
    party_end(&party);
}

static void what_nobody_can_dial_is_refused_at_once(void)
{
    static const char *const texts[] = {"/ip4/10.0.0.2/udp/9740/quic-v1", "/ip4/10.0.0.2",
        "/ip4/10.0.0.2/tcp/0", "/ip4/10.0.0.2/tcp/9740/ws", "/unix/tmp"};

    begin();
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        member_dial_address(a, texts[i]);
        expect_equal(a->last_error, GOSSIP_ERROR_UNSUPPORTED);
    }
    party_run_ms(&party, 10000);
    expect_equal(pipes_opened(a), 0);
    party_end(&party);
}

static void a_name_is_dialed_for_a_person_but_for_no_stranger(void)
{
    static const char *const texts[] = {"/dns4/example.net/tcp/9740", "/ip4/0.0.0.0/tcp/9740",
        "/ip4/224.0.0.251/tcp/9740", "/ip4/255.255.255.255/tcp/9740",
        "/ip4/10.0.0.2/tcp/9740", /* our own */
        "/ip6/ff02::1/tcp/9740", NULL};
    static const char *const service[] = {"/ip4/10.0.0.1/tcp/25", NULL};

    begin();
    find_at(b, member_id(a), texts, SWARM_SOURCE_MDNS);
    find_at(b, member_id(a), texts, SWARM_SOURCE_EXCHANGE);
    find_at(b, member_id(a), service, SWARM_SOURCE_EXCHANGE);
    party_run_ms(&party, 10000);
    expect_equal(pipes_opened(b), 0);
    expect_text(member_told(b), "");
    member_dial_address(b, "/dns4/example.net/tcp/9740");
    party_run_ms(&party, 100);
    expect_equal(pipes_opened(b), 1);
    expect_equal(b->last_error, GOSSIP_ERROR_UNREACHABLE); /* nobody lives there on the bus */
    party_end(&party);
}

/* ---- bounds ----------------------------------------------------------------------------- */

static void no_more_is_dialed_at_once_than_allowed(void)
{
    struct gossip_peer_id peer = {0};

    begin();
    party.bus.delay_us = 3000000;
    for (uint32_t i = 0; i < 100; i++) {
        char text[64];
        const char *texts[] = {text, NULL};

        (void)snprintf(text, sizeof(text), "/ip4/10.7.0.%u/tcp/9740", i + 1);
        peer = *member_id(a);
        peer.data[peer.size - 1] = (uint8_t)i;
        find_at(b, &peer, texts, SWARM_SOURCE_MDNS);
    }
    party_run_ms(&party, 30000);
    expect_equal(b->dials_peak, b->limits.dials_max);
    party_end(&party);
}

/* The book is full of what others passed on: who is heard on the wire takes a place. */
static void hearsay_gives_way_to_who_is_heard_on_the_wire(void)
{
    struct gossip_peer_id peer;

    party_prepare(&party, 2, 1);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    b->limits.peers_max = 2;
    b->limits.book_peers_max = 4;
    b->limits.dials_max = 1;
    member_start(a);
    member_start(b);
    for (uint32_t i = 0; i < 64; i++) {
        static const char *const texts[] = {"/ip4/10.7.0.1/tcp/9740", NULL};

        peer = *member_id(a);
        peer.data[peer.size - 1] = (uint8_t)i;
        find_at(b, &peer, texts, i == 0 ? SWARM_SOURCE_MDNS : SWARM_SOURCE_EXCHANGE);
    }
    member_find(b, a, SWARM_SOURCE_MDNS);
    party_run_ms(&party, 60000);
    expect_true(member_is_connected(a, b));
    party_end(&party);
}

/* With no place for another peer nobody is dialed but for a person. */
static void who_was_found_is_not_dialed_when_there_is_no_place(void)
{
    struct member *c;

    party_prepare(&party, 3, 1);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    c = party_member(&party, 'C');
    c->limits.peers_max = 1;
    for (uint32_t i = 0; i < 3; i++)
        member_start(party.members[i]);
    member_dial(c, a);
    party_run_ms(&party, 1000);
    member_find(c, b, SWARM_SOURCE_MDNS);
    party_run_ms(&party, 30000);
    expect_equal(pipes_opened(c), 1);
    member_kill(a);
    party_run_ms(&party, 75000);
    expect_true(member_is_connected(c, b));
    party_end(&party);
}

static void more_addresses_than_the_book_holds_are_refused(void)
{
    party_prepare(&party, 2, 1);
    a = party_member(&party, 'A');
    a->limits.peers_max = 1;
    a->limits.book_peers_max = 2;
    member_start(a);
    (void)member_dial_address(a, "/ip4/10.9.9.1/tcp/1");
    (void)member_dial_address(a, "/ip4/10.9.9.2/tcp/1");
    (void)member_dial_address(a, "/ip4/10.9.9.3/tcp/1");
    expect_true(member_told_line(a, "done 3: no, too many addresses are being dialed"));
    expect_equal(a->last_error, GOSSIP_ERROR_LIMIT);
    party_end(&party);
}

static void every_request_is_answered_once_also_when_there_are_too_many(void)
{
    begin();
    b->resident.is_deaf = true;
    for (uint32_t i = 0; i < 200; i++)
        (void)member_dial_address(a, "/ip4/10.0.0.2/tcp/9740");
    for (uint32_t i = 0; i < 200; i++)
        (void)member_ping(a, b);
    party_run_ms(&party, 10000);
    expect_at_least(a->requests_asked, 64);
    expect_equal(a->requests_asked, a->requests_answered);
    expect_equal(a->counts[SWARM_REQUEST_DONE], a->requests_answered);
    party_end(&party);
}

TEST_MAIN(TEST(of_two_that_find_each_other_the_larger_dials_at_once),
    TEST(the_smaller_waits_for_a_second_and_a_half_and_dials_then),
    TEST(being_found_again_does_not_put_a_dial_off),
    TEST(who_was_passed_on_is_dialed_at_once_by_either),
    TEST(an_address_by_hand_is_dialed_at_once_with_and_without_peer_id),
    TEST(who_is_arriving_is_not_dialed), TEST(the_person_hears_why_once_and_it_is_tried_on),
    TEST(pauses_between_rounds_grow), TEST(many_who_lost_one_peer_do_not_return_as_one),
    TEST(who_was_only_found_is_left_alone_after_ten_rounds),
    TEST(a_find_on_the_wire_cuts_a_long_pause_short),
    TEST(however_often_it_is_found_a_dead_address_is_dialed_rarely),
    TEST(a_peer_that_has_no_place_for_us_is_asked_ever_more_rarely),
    TEST(addresses_are_tried_side_by_side), TEST(after_a_refusal_the_next_address_follows_at_once),
    TEST(an_impostor_is_named_and_not_dialed_again), TEST(wrong_addresses_do_not_fill_the_book),
    TEST(a_round_that_ends_with_a_bad_address_is_answered), TEST(dialing_ourselves_is_no_news),
    TEST(what_nobody_can_dial_is_refused_at_once),
    TEST(a_name_is_dialed_for_a_person_but_for_no_stranger),
    TEST(no_more_is_dialed_at_once_than_allowed),
    TEST(hearsay_gives_way_to_who_is_heard_on_the_wire),
    TEST(who_was_found_is_not_dialed_when_there_is_no_place),
    TEST(more_addresses_than_the_book_holds_are_refused),
    TEST(every_request_is_answered_once_also_when_there_are_too_many))
