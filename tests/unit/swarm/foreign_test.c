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

TEST_MAIN(TEST(whoever_dials_both_sides_hear_each_other))
