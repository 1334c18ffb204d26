"""Three people start in every order there is, and it makes no difference."""
import itertools

from stage import stage

NAMES = ("alice", "bob", "carol")
MEMBERS_SECONDS = 20  # from the last start until everybody knows everybody


def play_all_orders():
    for order in itertools.permutations(NAMES):
        print(f"order: {' '.join(order)}", flush=True)
        with stage() as party:
            nodes = [party.start(name) for name in order]
            party.wait_for_members(nodes, MEMBERS_SECONDS)
            said = []
            for number in range(3):
                for node in nodes:
                    node.say(f"{node.name} {number}")
                    said.append((node.name, f"{node.name} {number}"))
            party.expect_same_history(nodes, said)
            party.expect_everywhere(nodes, said)
