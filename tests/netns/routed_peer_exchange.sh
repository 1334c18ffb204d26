#!/usr/bin/env bash
# Two subnets, and a router that passes no multicast on. One --peer joins them: whoever is known to those two learns of
# the others from them, until everybody is connected to everybody.
#
#   alice 10.1.0.1 ──┐                              ┌── bob  10.2.0.2
#                    ├── home ── router ── office ──┤
#   carol 10.1.0.3 ──┘     .254         .254        └── dave 10.2.0.4
. "$(dirname "$0")/netns.sh"
lan home
lan office
router router
plug router home 10.1.0.254/24
plug router office 10.2.0.254/24
for place in alice:home:10.1.0.1 carol:home:10.1.0.3 bob:office:10.2.0.2 dave:office:10.2.0.4; do
    IFS=: read -r name lan address <<<"$place"
    host "$name"
    plug "$name" "$lan" "$address/24"
    gateway "$name" "${address%.*}.254"
done
play <<'PYTHON'
from stage import stage

with stage() as party:
    bob, carol, dave = [party.start(name) for name in ("bob", "carol", "dave")]
    alice = party.start("alice", "--peer", "10.2.0.2:9740")
    nodes = [alice, bob, carol, dave]
    party.wait_for_members(nodes, within=30)
    party.wait_for_connections(nodes, within=30)
    # carol and dave have met nobody's name but their neighbours'.
    assert carol.find("peer.connected", peer=dave.peer, via="exchange") or \
        dave.find("peer.connected", peer=carol.peer, via="exchange")
    for node in nodes:
        node.say(f"{node.name} is here")
    party.wait_for(nodes, [(node.name, f"{node.name} is here") for node in nodes])

    # What one --peer joined no longer hangs on it.
    alice.quit()
    carol.say("without alice")
    dave.wait("message", text="without alice")
PYTHON
