/* Programs of other kinds: with each of them both sides know and hear each other, and stay so. */
#include "unit/swarm/strangers.h"

static struct party party;
static struct member *us;
static struct stranger them;

static void begin(enum stranger_kind kind)
{
    party_begin(&party, 1);
    us = party_member(&party, 'A');
    member_subscribe(us, TOPIC);
    stranger_begin(&them, &party, kind, 1);
}

static void end(void)
{
    stranger_end(&them);
    party_end(&party);
}

/* Both hear each other, by one gossip stream each. */
static void expect_talk(void)
{
    uint32_t heard = them.messages;

    (void)member_told(us);
    expect_true(stranger_say(&them, "hello from afar"));
    expect_ok(member_publish(us, TOPIC, "hello"));
    party_run_ms(&party, 1000);
    expect_text(member_told(us), "? says tea: hello from afar\n");
    expect_equal(them.messages, heard + 1);
    expect_text(them.text, "hello");
    expect_true(them.does_follow);
}

static const enum stranger_kind kinds[] = {
    STRANGER_GO, STRANGER_RUST, STRANGER_JS, STRANGER_FLOODSUB};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void whoever_dials_both_sides_hear_each_other(void)
{
    for (size_t i = 0; i < 2 * KINDS; i++) {
        begin(kinds[i / 2]);
        if (i % 2 == 0)
            member_dial_foreign(us, &them.foreign);
        else
            (void)foreign_dial(&them.foreign, us);
        party_run_ms(&party, 5000);
        expect_talk();
        party_run_ms(&party, 300000);
        expect_equal(them.deaths, 0);
        expect_equal(them.hellos, 1);
        expect_equal(us->counts[SWARM_PEER_UP], 1);
        expect_equal(us->counts[SWARM_PEER_DOWN], 0);
        if (kinds[i / 2] != STRANGER_FLOODSUB) {
            expect_true(them.is_identified);
            expect_false(them.is_identify_broken);
            expect_text(them.agent, "gossipchat/0.1.0");
        }
        expect_talk();
        end();
    }
}

/* Each dials the other at the same time: one connection is left, and it is a good one. */
static void two_connections_become_one(void)
{
    for (size_t i = 0; i < KINDS; i++) {
        for (uint64_t gap_ms = 0; gap_ms < 2000; gap_ms += gap_ms < 10 ? 1 : 321) {
            begin(kinds[i]);
            member_dial_foreign(us, &them.foreign);
            party_run_ms(&party, gap_ms);
            (void)foreign_dial(&them.foreign, us);
            party_run_ms(&party, 30000);
            expect_equal(bus_wires_between(&us->resident, &them.foreign.resident), 1);
            expect_equal(us->counts[SWARM_PEER_DOWN], 0);
            expect_talk();
            end();
        }
    }
}

/* It comes back with the same identity while its old connection still seems to be there. */
static void a_peer_that_lost_its_power_is_welcome_back(void)
{
    for (size_t i = 0; i < KINDS; i++) {
        begin(kinds[i]);
        (void)foreign_dial(&them.foreign, us);
        party_run_ms(&party, 5000);
        expect_talk();
        bus_silence(bus_wire_between(&us->resident, &them.foreign.resident));
        stranger_end(&them);
        stranger_begin(&them, &party, kinds[i], 1);
        them.foreign.seqno = 1000;
        (void)foreign_dial(&them.foreign, us);
        party_run_ms(&party, 15000);
        expect_talk();
        end();
    }
}

/* go: our stream dies and is opened again, and go hears again what we follow. */
static void go_hears_again_what_we_follow_after_it_took_us_for_dead(void)
{
    begin(STRANGER_GO);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 5000);
    expect_talk();
    foreign_reset(them.out); /* and with it what it knew of us */
    expect_false(them.does_follow);
    expect_equal(them.deaths, 1);
    party_run_ms(&party, 5000);
    expect_equal(them.hellos, 2);
    expect_talk();
    end();
}

/* js: its stream breaks, and it would be mute for as long as the connection lives. */
static void js_gets_its_voice_back(void)
{
    begin(STRANGER_JS);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 5000);
    for (uint32_t i = 0; i < 3; i++) {
        foreign_reset(them.out);
        party_run_ms(&party, 70000);
        expect_talk();
    }
    expect_equal(us->counts[SWARM_PEER_DOWN], 0);
    end();
}

static void our_stream_is_opened_again_when_the_peer_resets_it(void)
{
    for (size_t i = 0; i < KINDS; i++) {
        begin(kinds[i]);
        member_dial_foreign(us, &them.foreign);
        party_run_ms(&party, 5000);
        foreign_reset(them.in);
        party_run_ms(&party, 5000);
        expect_not_null(them.in);
        /* js opens its own stream anew as well, and is greeted once more for that. */
        expect_equal(them.hellos, kinds[i] == STRANGER_JS ? 3 : 2);
        expect_talk();
        end();
    }
}

/* A stream that lasted and ended is no reason to wait longer than after the first one. */
static void a_stream_that_lasted_is_opened_again_soon(void)
{
    begin(STRANGER_GO);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 5000);
    for (uint32_t i = 0; i < 8; i++) {
        party_run_ms(&party, 70000);
        expect_not_null(them.in);
        foreign_reset(them.in);
        party_run_ms(&party, 1100);
        expect_not_null(them.in);
    }
    end();
}

/* rust switches gossip off for good after five streams on one connection; a new one heals that. */
static void rust_is_not_driven_to_switch_gossip_off(void)
{
    begin(STRANGER_RUST);
    (void)foreign_dial(&them.foreign, us);
    party_run_ms(&party, 5000);
    for (uint32_t i = 0; i < 3; i++) {
        foreign_reset(them.in);
        party_run_ms(&party, 20000);
    }
    expect_talk();
    end();
}

/* Nobody is asked for identify twice at once, and no ping remains without an answer. */
static void js_has_nothing_to_complain_about(void)
{
    begin(STRANGER_JS);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 95000);
    expect_equal(them.pongs, 9);
    expect_equal(them.deaths, 0);
    expect_false(them.is_identify_broken);
    end();
}

/* A record that is not its own, or of another time, is no reason to end anything. */
static void a_bad_record_in_identify_is_passed_over(void)
{
    begin(STRANGER_GO);
    them.record = hex("0a240801122011bba3ed1721948cefb4e50b0a0bb5cad8a6b52dc7b1a40f4f6652105c91e2c4"
                      "120203011a0a0a02000012040000002a40");
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 5000);
    expect_true(member_told_line(us, "identified ? go-libp2p/0.43.0"));
    expect_talk();
    end();
}

/* One that proves itself and says nothing: it is there, it is pinged, and it costs nothing. */
static void a_mute_peer_is_left_alone(void)
{
    begin(STRANGER_MUTE);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 15000);
    expect_text(member_told(us), "up ? out manual\ndone 1: ok\n");
    expect_ok(member_publish(us, TOPIC, "is anybody there?"));
    party_run_ms(&party, 100000);
    end();
}

TEST_MAIN(TEST(whoever_dials_both_sides_hear_each_other), TEST(two_connections_become_one),
    TEST(a_peer_that_lost_its_power_is_welcome_back),
    TEST(go_hears_again_what_we_follow_after_it_took_us_for_dead), TEST(js_gets_its_voice_back),
    TEST(our_stream_is_opened_again_when_the_peer_resets_it),
    TEST(a_stream_that_lasted_is_opened_again_soon), TEST(rust_is_not_driven_to_switch_gossip_off),
    TEST(js_has_nothing_to_complain_about), TEST(a_bad_record_in_identify_is_passed_over),
    TEST(a_mute_peer_is_left_alone))
