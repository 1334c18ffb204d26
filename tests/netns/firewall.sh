#!/usr/bin/env bash
# alice's firewall refuses calls without a word, as those of many laptops do. Between two nodes the one with the larger
# id dials, so with half of her three neighbours it is alice who must do it out of turn.
#
#   alice 10.1.0.1 ──▌firewall▐──┐
#   bob   10.1.0.2 ──────────────┤
#   carol 10.1.0.3 ──────────────┼── home
#   dave  10.1.0.4 ──────────────┘
. "$(dirname "$0")/netns.sh"
lan home
number=0
for name in alice bob carol dave; do
    number=$((number + 1))
    host "$name"
    plug "$name" home 10.1.0.$number/24
done
refuse_calls alice
play <<'PYTHON'
from stage import stage

with stage() as party:
    nodes = [party.start(name) for name in ("alice", "bob", "carol", "dave")]
    alice = nodes[0]
    party.wait_for_members(nodes, within=20)
    party.wait_for_connections(nodes, within=20)
    assert all(event["dir"] == "out" for event in alice.find("peer.connected"))
    for node in nodes:
        node.say(f"{node.name} is here")
    party.expect_everywhere(nodes, [(node.name, f"{node.name} is here") for node in nodes])
PYTHON
