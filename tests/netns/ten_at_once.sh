#!/usr/bin/env bash
# Ten terminals on one machine start at the same moment, so that everybody finds, dials and is dialled by everybody at
# once; in three orders. When the dust has settled, every message is exactly once at every node.
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

for seed in (4, 5, 6):
    order = random.Random(seed).sample(NAMES, len(NAMES))
    print(f"seed {seed}: {' '.join(order)}", flush=True)
    with stage() as party:
        nodes = [party.launch(name, host="machine", home="somebody") for name in order]
        party.wait_for_members(nodes, within=30)
        said = []
        for number in range(5):
            for node in nodes:
                node.say(f"{node.name} {number}")
                said.append((node.name, f"{node.name} {number}"))
        party.expect_everywhere(nodes, said, within=30)
PYTHON
