#!/usr/bin/env bash
# A cable that goes dead without a word: every card keeps its carrier, only nothing arrives. First for so short a time
# that TCP mends it, then for good, then it heals.
#
#   alice 10.1.0.1 ──(wire)──┐
#   bob   10.1.0.2 ──────────┼── home
#   carol 10.1.0.3 ──────────┘
. "$(dirname "$0")/netns.sh"
lan home
host alice
plug_wire alice home '' 10.1.0.1/24
host bob
plug bob home 10.1.0.2/24
host carol
plug carol home 10.1.0.3/24
play <<'PYTHON'
from stage import Cable, stage

with stage() as party:
    nodes = alice, bob, carol = [party.start(name) for name in ("alice", "bob", "carol")]
    cable = Cable("alice")
    party.wait_for_members(nodes)
    party.wait_for_connections(nodes)

    # Mended before anybody gives up: nothing is lost, nobody reconnects.
    mark = alice.mark()
    cable.tell("cut")
    alice.say("through the crack")
    cable.wait_until_cut_drops("to-right")
    cable.tell("heal")
    party.wait_for(nodes, [("alice", "through the crack")], within=30)
    assert not alice.find("peer.disconnected", since=mark)

    # Cut until everybody has noticed.
    cable.tell("cut")
    for node in (bob, carol):
        node.wait("peer.disconnected", peer=alice.peer, within=60)
        alice.wait("peer.disconnected", peer=node.peer, within=60)
    bob.say("alice?")
    carol.wait("message", text="alice?")
    alice.say("hello?")
    cable.tell("heal")
    said = [("alice", "through the crack"), ("bob", "alice?"), ("alice", "hello?")]
    party.wait_for([bob, carol], said, within=60)
    alice.say("after")
    said += [("alice", "after")]
    party.expect_everywhere([bob, carol], said, within=30)
PYTHON
