#!/usr/bin/env bash
# Ten terminals on one machine, all started by one person with one home, in three orders. Everybody says something as
# soon as it has started, and something more when all are there: every message is at every node exactly once.
#
#   machine 10.1.0.1 ── home
. "$(dirname "$0")/netns.sh"
lan home
host machine
plug machine home 10.1.0.1/24
play <<'PYTHON'
import random

from stage import stage

NAMES = ["ada", "bea", "cleo", "dora", "emma", "flo", "gina", "hope", "ida", "june"]

for seed in (1, 2, 3):
    order = random.Random(seed).sample(NAMES, len(NAMES))
    print(f"seed {seed}: {' '.join(order)}", flush=True)
    with stage() as party:
        nodes, said = [], []
        for name in order:
            node = party.start(name, host="machine", home="somebody")
            node.say(f"{name} is here")
            said.append((name, f"{name} is here"))
            nodes.append(node)
        assert len({node.peer for node in nodes}) == len(NAMES)
        party.wait_for_members(nodes, within=30)
        for number in range(5):
            for node in nodes:
                node.say(f"{node.name} {number}")
                said.append((node.name, f"{node.name} {number}"))
        party.expect_everywhere(nodes, said, within=30)
PYTHON
