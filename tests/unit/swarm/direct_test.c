/* Explicit peering agreements: messages always, meshes never. */
#include "base/bytes.h"
#include "unit/swarm/party.h"

static struct party party;
static uint32_t grafts;

static void count_grafts(void *context, const struct gossip_trace_event *event)
{
    (void)context;
    grafts += event->kind == GOSSIP_TRACE_PEER_GRAFTED ? 1 : 0;
}

/* Two members that follow one topic; each lists the other if `are_direct`. */
static void begin(bool are_direct)
{
    grafts = 0;
    party_prepare(&party, 2, 1);
    for (uint32_t i = 0; i < 2; i++) {
        struct member *member = party.members[i];

        member->config.trace = (struct gossip_trace){.emit = count_grafts};
        if (are_direct) {
            member->config.direct_peers = member_id(party.members[1 - i]);
            member->config.direct_peer_count = 1;
        }
        member_start(member);
        member_subscribe(member, "tea");
    }
    (void)member_dial(party_member(&party, 'A'), party_member(&party, 'B'));
    party_run_ms(&party, 5000);
    party_forget(&party);
}

static void expect_talk(void)
{
    expect_ok(member_publish(party_member(&party, 'A'), "tea", "from A"));
    expect_ok(member_publish(party_member(&party, 'B'), "tea", "from B"));
    party_run_ms(&party, 1000);
    expect_equal(party_member(&party, 'A')->counts[SWARM_MESSAGE], 1);
    expect_equal(party_member(&party, 'B')->counts[SWARM_MESSAGE], 1);
}

static void direct_peers_talk_without_a_mesh(void)
{
    begin(true);
    expect_talk();
    expect_equal(grafts, 0);
    party_end(&party);
}

static void others_talk_in_a_mesh(void)
{
    begin(false);
    expect_talk();
    expect_true(grafts > 0);
    party_end(&party);
}

TEST_MAIN(TEST(direct_peers_talk_without_a_mesh), TEST(others_talk_in_a_mesh))
