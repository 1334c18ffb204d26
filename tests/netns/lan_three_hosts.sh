#!/usr/bin/env bash
# Three hosts on one LAN. One leaves politely, one dies, one comes back.
#
#   alice 10.1.0.1 ──┐
#   bob   10.1.0.2 ──┼── home
#   carol 10.1.0.3 ──┘
. "$(dirname "$0")/netns.sh"
lan home
host alice
plug alice home 10.1.0.1/24
host bob
plug bob home 10.1.0.2/24
host carol
plug carol home 10.1.0.3/24
play <<'PYTHON'
from stage import stage

with stage() as party:
    nodes = alice, bob, carol = [party.start(name) for name in ("alice", "bob", "carol")]
    party.wait_for_members(nodes)
    for node in nodes:
        for number in range(10):
            node.say(f"{node.name} {number}")
    party.wait_for(nodes, [(node.name, f"{node.name} {number}") for node in nodes for number in range(10)])

    # Whoever leaves politely is missed at once; whoever dies might come back, and is missed after half a minute.
    bob.quit()
    for node in (alice, carol):
        node.wait("member.left", nick="bob", within=5)
    carol.kill()
    alice.wait("member.left", nick="carol", within=45)

    # Both come back as who they were: the same peer, in the same room.
    mark = alice.mark()
    bob_again, carol_again = [party.start(name) for name in ("bob", "carol")]
    for before, now in ((bob, bob_again), (carol, carol_again)):
        assert before.peer == now.peer
        alice.wait("member.joined", since=mark, nick=now.name)
    bob_again.wait("member.joined", nick="carol")
    alice.say("welcome back")
    for node in (bob_again, carol_again):
        node.wait("message", text="welcome back")
PYTHON
