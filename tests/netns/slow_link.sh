#!/usr/bin/env bash
# alice is far away: 100 ms in either direction, some jitter, and every fiftieth frame is lost.
#
#   alice 10.1.0.1 ──(wire: 100 ms, 2 %)──┐
#   bob   10.1.0.2 ───────────────────────┼── home
#   carol 10.1.0.3 ───────────────────────┘
. "$(dirname "$0")/netns.sh"
lan home
host alice
plug_wire alice home 'delay 100;jitter 10;loss 2' 10.1.0.1/24
host bob
plug bob home 10.1.0.2/24
host carol
plug carol home 10.1.0.3/24
play <<'PYTHON'
from stage import Cable, stage

with stage() as party:
    nodes = alice, bob, carol = [party.start(name) for name in ("alice", "bob", "carol")]
    party.wait_for_members(nodes, within=30)
    said = []
    for number in range(30):
        for node in nodes:
            node.say(f"{node.name} {number}")
            said.append((node.name, f"{node.name} {number}"))
    party.wait_for(nodes, said, within=40)
    cable = Cable("alice")
    assert cable.counters("to-left")["lost"] + cable.counters("to-right")["lost"] > 0
    party.expect_everywhere(nodes, said)
PYTHON
