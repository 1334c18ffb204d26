/* Two swarms and the bytes between them: how they come to know each other and talk. */
#include "unit/swarm/party.h"

static struct party party;

static void two_meet_and_talk(void)
{
    struct member *a, *b;

    party_begin(&party, 2);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    member_subscribe(a, "tea");
    member_subscribe(b, "tea");
    member_dial(a, b);
    party_run_ms(&party, 3000);
    expect_text(member_told(a),
        "up B out manual\ndone 1: ok\nidentified B gossipchat/0.1.0\nB joins tea\n");
    expect_text(member_told(b), "up A in inbound\nidentified A gossipchat/0.1.0\nA joins tea\n");
    expect_ok(member_publish(a, "tea", "hello"));
    expect_ok(member_publish(b, "tea", "hi"));
    party_run_ms(&party, 1000);
    expect_text(member_told(a), "B says tea: hi\n");
    expect_text(member_told(b), "A says tea: hello\n");
    party_end(&party);
}

TEST_MAIN(TEST(two_meet_and_talk))
