#!/usr/bin/env bash
# Two hosts whose only addresses are those that every cable gives (fe80::, RFC 4291): they mean something on that cable
# only, so that to dial them one has to know the interface.
#
#   alice fe80:: ──┐
#                  ├── home
#   bob   fe80:: ──┘
. "$(dirname "$0")/netns.sh"
lan home
host alice
plug alice home link-local
host bob
plug bob home link-local
play <<'PYTHON'
from stage import stage

with stage() as party:
    nodes = alice, bob = party.start("alice"), party.start("bob")
    party.wait_for_members(nodes)
    connected = bob.wait("peer.connected", peer=alice.peer)
    assert "/ip6/fe80:" in connected["addr"] or connected["addr"].startswith("/ip6zone/"), connected
    alice.say("a cable will do")
    bob.say("indeed")
    party.expect_everywhere(nodes, [("alice", "a cable will do"), ("bob", "indeed")])
PYTHON
