#!/usr/bin/env bash
# Of four people one comes late, one is stopped for a while, one dies and comes back. In the end all have the
# same history, each line once.
#
#   alice 10.1.0.1 ──┐
#   bob   10.1.0.2 ──┤
#   carol 10.1.0.3 ──┼── home
#   dave  10.1.0.4 ──┘
. "$(dirname "$0")/netns.sh"
lan home
number=0
for name in alice bob carol dave; do
    number=$((number + 1))
    host "$name"
    plug "$name" home 10.1.0.$number/24
done
play <<'PYTHON'
import signal

from stage import stage

with stage() as party:
    alice, bob, carol = [party.start(name) for name in ("alice", "bob", "carol")]
    party.wait_for_members([alice, bob, carol])

    def say(speakers, what, hearers):
        """Each says a line, and all these hear it; returns what was said."""
        lines = [(node.name, f"{node.name} {what}") for node in speakers]
        for node, (_, text) in zip(speakers, lines):
            node.say(text)
        party.wait_for(hearers, lines)
        return lines

    said = say([alice, bob, carol], "early", [alice, bob, carol])

    # dave is late, and is told what he missed.
    dave = party.start("dave")
    party.wait_for_members([alice, bob, carol, dave])
    party.wait_for([dave], said, within=60)
    everybody = [alice, bob, carol, dave]
    said += say(everybody, "with dave", everybody)

    # bob's lid is closed for a moment: when it opens he gets what was said meanwhile.
    bob.signal(signal.SIGSTOP)
    try:
        for number in range(10):
            said += say([alice, carol, dave], f"while bob sleeps {number}", [alice, carol, dave])
    finally:
        bob.signal(signal.SIGCONT)
    party.wait_for([bob], said)
    said += say(everybody, "awake", everybody)
    party.expect_same_history(everybody, said)

    # carol dies, and comes back as who she was: what she had she has, and what she missed she is told.
    marks = [(node, node.mark()) for node in (alice, bob, dave)]
    carol.kill()
    said += say([alice, bob, dave], "without carol", [alice, bob, dave])
    again = party.start("carol", "--history-lines", "100")
    assert again.peer == carol.peer
    for node, mark in marks:
        node.wait("peer.connected", since=mark, within=30, peer=again.peer)
        again.wait("member.joined", within=30, nick=node.name)
    party.wait_for([again], said, within=60)
    everybody = [alice, bob, again, dave]
    for what in ("carol again", "for the last time"):
        said += say(everybody, what, everybody)
    party.expect_same_history(everybody, said)
    party.expect_everywhere(everybody, said)
PYTHON
