#!/usr/bin/env bash
# Three people who all call themselves sam: each is told apart from the others by everybody, and no line is lost or
# credited to another.
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
    nodes = [party.start(name, "--nick", "sam") for name in ("alice", "bob", "carol")]
    for node in nodes:
        for other in nodes:
            if other is not node:
                node.wait("member.joined", within=20, peer=other.peer, nick="sam")
    for number in range(5):
        for place, node in enumerate(nodes):
            node.say(f"{place} {number}")
    said = [("sam", f"{place} {number}") for number in range(5) for place in range(3)]
    party.wait_for(nodes, said)
    orders = set()
    for node in nodes:
        lines = node.history()
        orders.add(tuple(line["id"] for line in lines))
        assert sorted(line["text"] for line in lines) == sorted(text for _, text in said), lines
        for line in lines:
            assert line["from"]["peer"] == nodes[int(line["text"][0])].peer, line
    assert len(orders) == 1, orders

    # Each line is shown once, and of the two others at least the second who came has more than his nick to his name.
    party.leave()
    for node in nodes:
        shown = node.find("message")
        assert sorted(event["text"] for event in shown) == sorted(text for _, text in said), shown
        names = {}
        for event in shown:
            names.setdefault(event["from"]["peer"], set()).add(event["from"]["name"])
        assert len(names) == 3 and all(len(of_one) == 1 for of_one in names.values()), names
        assert len(set.union(*names.values())) == 3, names
PYTHON
