#!/usr/bin/env bash
# Two halves that lose each other, talk on, and meet again: afterwards everybody has the same history in the same order.
# Then somebody starts again, and somebody comes for the first time.
#
#   alice 10.1.0.1 ──┐                              ┌── carol 10.2.0.3
#                    ├── home ── router ── office ──┼── dave  10.2.0.4
#   bob   10.1.0.2 ──┘     .254         .254        └── eve   10.2.0.5
. "$(dirname "$0")/netns.sh"
lan home
lan office
router router
plug router home 10.1.0.254/24
plug router office 10.2.0.254/24
for place in alice:home:10.1.0.1 bob:home:10.1.0.2 carol:office:10.2.0.3 dave:office:10.2.0.4 eve:office:10.2.0.5; do
    IFS=: read -r name lan address <<<"$place"
    host "$name"
    plug "$name" "$lan" "$address/24"
    gateway "$name" "${address%.*}.254"
done
play <<'PYTHON'
import time

from stage import pull, put_back, stage


def history(node):
    """All that a node has of the room, in order."""
    reference = node.tell("history", room="main", limit=1000)
    answer = node.wait("history", ref=reference, within=30)
    assert "more" not in answer
    return [(line["id"], line["from"]["nick"], line["text"]) for line in answer["history"]]


def same_everywhere(nodes, texts):
    for node in nodes:
        for text in texts:
            node.wait("message", text=text, within=90)
    first = history(nodes[0])
    assert len(first) == len(texts), first
    for node in nodes[1:]:
        assert history(node) == first, (first, history(node))


with stage() as party:
    carol, dave = [party.start(name) for name in ("carol", "dave")]
    alice = party.start("alice", "--peer", "10.2.0.3:9740")
    bob = party.start("bob", "--peer", "10.2.0.3:9740")
    nodes = [alice, bob, carol, dave]
    party.wait_for_members(nodes, within=30)
    party.wait_for_connections(nodes, within=30)
    texts = []

    def say(*nodes):
        for node in nodes:
            texts.append(f"{len(texts)} by {node.name}")
            node.say(texts[-1])

    say(*nodes)
    same_everywhere(nodes, texts)

    # Nothing arrives any more, without a word: each half notices by itself, and talks on.
    pull("router", "eth1")
    for near, far in ((alice, carol), (bob, carol), (carol, alice), (dave, bob)):
        near.wait("peer.disconnected", peer=far.peer, within=120)
    for _ in range(5):
        say(alice, carol, bob, dave)
    for half, others in (((alice, bob), (carol, dave)), ((carol, dave), (alice, bob))):
        for node in half:
            for other in half:
                for text in texts[4:]:
                    if text.endswith(other.name):
                        node.wait("message", text=text, within=30)
            assert not [line for line in node.find("message") for other in others
                        if line["text"] in texts[4:] and line["text"].endswith(other.name)]

    # Gossip repeats what was said in the last seconds; only what it has forgotten is missed.
    time.sleep(11)
    put_back("router", "eth1")
    same_everywhere(nodes, texts)
    for node in nodes:
        assert node.find("history.end"), f"{node.name} was given nothing"
        shown = [line["text"] for line in node.find("message")]
        assert sorted(shown) == sorted(texts), f"{node.name} showed a line twice"

    # Who starts again gets what was said meanwhile, and who comes for the first time gets all.
    bob.quit()
    say(alice, dave)
    again = party.start("bob", "--peer", "10.2.0.3:9740")
    eve = party.start("eve")
    same_everywhere([alice, carol, dave, again, eve], texts)
PYTHON
