#!/usr/bin/env bash
# Ten terminals on one machine, all started by one person with one home, in three orders. Each newcomer greets those who
# are there; then everybody talks. Every message is exactly once at every node that was there when it was said.
#
#   machine 10.1.0.1 ── home
. "$(dirname "$0")/netns.sh"
lan home
host machine
plug machine home 10.1.0.1/24
play <<'PYTHON'
import random

from party import judge, judge_agreement
from stage import stage

NAMES = ["ada", "bea", "cleo", "dora", "emma", "flo", "gina", "hope", "ida", "june"]

for seed in (1, 2, 3):
    order = random.Random(seed).sample(NAMES, len(NAMES))
    print(f"seed {seed}: {' '.join(order)}", flush=True)
    with stage() as party:
        nodes, greetings, said = [], [], []
        for name in order:
            nodes.append(party.start(name, host="machine", home="somebody"))
            party.wait_for_members(nodes, within=30)
            nodes[-1].say(f"{name} is here")
            greetings.append((name, f"{name} is here"))
        assert len({node.peer for node in nodes}) == len(NAMES)
        for number in range(5):
            for node in nodes:
                node.say(f"{node.name} {number}")
                said.append((node.name, f"{node.name} {number}"))
        for place, node in enumerate(nodes):
            party.wait_for([node], greetings[place:] + said, within=30)
        party.leave()
        for place, node in enumerate(nodes):
            judge(node.name, node.shown(), greetings[place:] + said, perhaps=greetings[:place])
        judge_agreement(nodes, said)
PYTHON
