#!/usr/bin/env bash
# Somebody pulls alice's cable out of the switch and puts it back after a while.
#
#   alice 10.1.0.1 ──╳──┐
#   bob   10.1.0.2 ─────┼── home
#   carol 10.1.0.3 ─────┘
. "$(dirname "$0")/netns.sh"
lan home
host alice
plug alice home 10.1.0.1/24
host bob
plug bob home 10.1.0.2/24
host carol
plug carol home 10.1.0.3/24
play <<'PYTHON'
from stage import pull, put_back, stage

with stage() as party:
    nodes = alice, bob, carol = [party.start(name) for name in ("alice", "bob", "carol")]
    party.wait_for_members(nodes)
    party.wait_for_connections(nodes)
    alice.say("before")
    party.wait_for(nodes, [("alice", "before")])

    # No cable tells anybody that it is gone: silence does.
    marks = [node.mark() for node in nodes]
    pull("alice")
    for node in (bob, carol):
        node.wait("peer.disconnected", peer=alice.peer, since=marks[nodes.index(node)], within=60)
    for node in (bob, carol):
        alice.wait("peer.disconnected", peer=node.peer, since=marks[0], within=60)

    # Both sides go on talking. What was said alone on the island is told when the others are back.
    bob.say("alice?")
    carol.wait("message", text="alice?")
    alice.say("hello?")
    put_back("alice")
    alice.wait("peer.connected", since=marks[0], within=40)
    said = [("alice", "before"), ("bob", "alice?"), ("alice", "hello?")]
    party.wait_for([bob, carol], said, within=40)
    alice.say("after")
    bob.say("welcome")
    said += [("alice", "after"), ("bob", "welcome")]
    party.expect_everywhere([bob, carol], said, within=40)
PYTHON
