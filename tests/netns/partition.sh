#!/usr/bin/env bash
# The cable between two switches is cut: five people become two and three, who go on talking on either side. When it is
# mended they are five again, with one history.
#
#   alice 10.1.0.1 ──┐                ┌── carol 10.1.0.3
#   bob   10.1.0.2 ──┴── home ╳ barn ─┼── dave  10.1.0.4
#                                     └── emma  10.1.0.5
. "$(dirname "$0")/netns.sh"
lan home
lan barn
join_lans home barn
number=0
for name in alice bob carol dave emma; do
    number=$((number + 1))
    host "$name"
    [ $number -le 2 ] && lan=home || lan=barn
    plug "$name" "$lan" 10.1.0.$number/24
done
play <<'PYTHON'
from stage import part, rejoin, stage

with stage() as party:
    nodes = [party.start(name) for name in ("alice", "bob", "carol", "dave", "emma")]
    home, barn = nodes[:2], nodes[2:]
    party.wait_for_members(nodes, within=20)
    party.wait_for_connections(nodes, within=20)

    def each_says(speakers, what):
        """Each of them says a line, which is returned."""
        for node in speakers:
            node.say(f"{node.name} {what}")
        return [(node.name, f"{node.name} {what}") for node in speakers]

    said = each_says(nodes, "before")
    party.wait_for(nodes, said)
    party.expect_same_history(nodes, said)

    # Apart, until everybody has noticed. Nobody of the same side is missed.
    marks = {node.name: node.mark() for node in nodes}
    part("home")
    for here, there in ((home, barn), (barn, home)):
        for node in here:
            for other in there:
                node.wait("peer.disconnected", since=marks[node.name], within=60, peer=other.peer)
            for other in here:
                assert not node.find("peer.disconnected", since=marks[node.name], peer=other.peer)
    apart = []
    for side, name in ((home, "home"), (barn, "barn")):
        lines = each_says(side, f"in the {name}")
        party.wait_for(side, lines)
        party.expect_same_history(side, said + lines)
        apart += lines

    # Together again: all hear now what they missed, and have the same history as if nothing had been.
    marks = {node.name: node.mark() for node in nodes}
    rejoin("home")
    for node in home:
        for other in barn:
            node.wait("peer.connected", since=marks[node.name], within=60, peer=other.peer)
    said += apart
    party.wait_for(nodes, said, within=60)
    said += each_says(nodes, "after")
    party.expect_same_history(nodes, said, within=60)
    party.expect_everywhere(nodes, said)
PYTHON
