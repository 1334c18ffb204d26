#!/usr/bin/env bash
# Two hosts on one LAN find each other by mDNS and talk. Nobody configures anything.
#
#   alice 10.1.0.1 ──┐
#                    ├── home
#   bob   10.1.0.2 ──┘
. "$(dirname "$0")/netns.sh"
lan home
host alice
plug alice home 10.1.0.1/24
host bob
plug bob home 10.1.0.2/24
play <<'PYTHON'
from stage import stage

with stage() as party:
    # Said while nobody is there: it waits for the first who comes.
    alice = party.start("alice")
    reference = alice.say("is anybody here?")
    alice.wait("delivery", ref=reference, state="queued")
    bob = party.start("bob")
    party.wait_for_members([alice, bob])
    assert alice.find("peer.found", via="mdns") or bob.find("peer.found", via="mdns")
    bob.wait("message", text="is anybody here?")
    reference = bob.say("yes, me")
    bob.wait("delivery", ref=reference, state="sent")
    alice.wait("message", text="yes, me")
    alice.say("good")
    party.expect_everywhere(
        [alice, bob], [("alice", "is anybody here?"), ("bob", "yes, me"), ("alice", "good")])
PYTHON
