#!/usr/bin/env bash
# Two hosts on a LAN without IPv4, with addresses of a private network (RFC 4193).
#
#   alice fd01::1 ──┐
#                   ├── home
#   bob   fd01::2 ──┘
. "$(dirname "$0")/netns.sh"
lan home
host alice
plug alice home fd01::1/64
host bob
plug bob home fd01::2/64
play <<'PYTHON'
from stage import stage

with stage() as party:
    nodes = alice, bob = party.start("alice"), party.start("bob")
    party.wait_for_members(nodes)
    connected = bob.wait("peer.connected", peer=alice.peer)
    assert connected["addr"].startswith("/ip6/"), connected
    alice.say("no fours here")
    bob.say("none at all")
    party.expect_everywhere(nodes, [("alice", "no fours here"), ("bob", "none at all")])
PYTHON
