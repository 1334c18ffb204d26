#!/usr/bin/env bash
# The networks of the other scenarios do what they say: checked with small probes instead of gossipchat.
#
#    alice 10.1.0.1 ───────────┐                                    ┌── carol 10.2.0.3
#          fd01::1             │                                    │         fd02::3
#    bob   10.1.0.2 ───────── home ── .254 router .254 ── office ───┤
#          fe80::               │                                    └── dave  10.2.0.4
#    erin  10.1.0.5 ──(wire)───┘
#                25 ms each way
#
# erin's firewall refuses calls.
. "$(dirname "$0")/netns.sh"
lan home
lan office
router router
plug router home 10.1.0.254/24 fd01::fe/64
plug router office 10.2.0.254/24 fd02::fe/64
host alice
plug alice home 10.1.0.1/24 fd01::1/64
gateway alice 10.1.0.254
gateway alice fd01::fe
host bob
plug bob home 10.1.0.2/24 link-local
host carol
plug carol office 10.2.0.3/24 fd02::3/64
gateway carol 10.2.0.254
gateway carol fd02::fe
host dave
plug dave office 10.2.0.4/24
host erin
plug_wire erin home 'delay 25' 10.1.0.5/24
refuse_calls erin
play <<'PYTHON'
import contextlib
import json
import os
import subprocess

from stage import Cable, inside, place, pull, put_back

PROBE = os.path.join(os.environ["PYTHONPATH"].split(":")[0], "probe.py")


def call(host, address):
    return inside(host, "python3", PROBE, "call", address, "7000").split()


@contextlib.contextmanager
def probe(host, *words):
    """A probe that runs as long as the block, and its stdout."""
    command = ["ip", "netns", "exec", place(host), "python3", PROBE, *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        try:
            yield process.stdout
        finally:
            process.stdin.close()


def link_local(host):
    cards = json.loads(inside(host, "ip", "-json", "-6", "address", "show", "eth0"))
    return next(a["local"] for a in cards[0]["addr_info"] if a["scope"] == "link")


# Neighbours reach each other; a router leads from one network to the other, and back.
with probe("bob", "answer", "10.1.0.2", "7000"), probe("carol", "answer", "10.2.0.3", "7000"):
    assert call("alice", "10.1.0.2")[0] == "connected"
    assert call("alice", "10.2.0.3")[0] == "connected"
    # bob has no way out of his network.
    assert call("bob", "10.2.0.3")[0] == "failed"
with probe("carol", "answer", "fd02::3", "7000"):
    assert call("alice", "fd02::3")[0] == "connected"

# Link-local addresses need nothing but a cable. dave has no IPv6 at all.
with probe("bob", "answer", link_local("bob") + "%eth0", "7000"):
    assert call("alice", link_local("bob") + "%eth0")[0] == "connected"
assert "inet6" not in inside("dave", "ip", "address", "show", "eth0")

# Multicast reaches the neighbours but does not pass the router: the first that carol hears is dave.
for group in ("224.0.0.251", "239.1.2.3"):
    with probe("bob", "hear", group, "5353", "eth0") as bob, \
            probe("carol", "hear", group, "5353", "eth0") as carol:
        inside("alice", "python3", PROBE, "shout", group, "5353", "eth0", "from alice")
        assert bob.readline() == "from alice\n"
        inside("dave", "python3", PROBE, "shout", group, "5353", "eth0", "from dave")
        assert carol.readline() == "from dave\n"
with probe("bob", "hear", "ff02::fb", "5353", "eth0") as bob:
    inside("alice", "python3", PROBE, "shout", "ff02::fb", "5353", "eth0", "from alice")
    assert bob.readline() == "from alice\n"

# erin calls others, others do not reach erin, and mDNS gets through to her. The delay is there both ways.
with probe("erin", "answer", "10.1.0.5", "7000"), probe("bob", "answer", "10.1.0.2", "7000"), \
        probe("erin", "hear", "224.0.0.251", "5353", "eth0") as erin:
    assert call("alice", "10.1.0.5") == ["no", "answer"]
    outcome, milliseconds = call("erin", "10.1.0.2")
    assert outcome == "connected" and float(milliseconds) >= 50, milliseconds
    inside("alice", "python3", PROBE, "shout", "224.0.0.251", "5353", "eth0", "from alice")
    assert erin.readline() == "from alice\n"

# A pulled cable, and a cut one: nothing comes through until it is mended.
with probe("bob", "answer", "10.1.0.2", "7000"):
    pull("alice")
    assert call("alice", "10.1.0.2")[0] != "connected"
    put_back("alice")
    assert call("alice", "10.1.0.2")[0] == "connected"
    cable = Cable("erin")
    cable.tell("cut")
    assert call("erin", "10.1.0.2")[0] != "connected"
    assert cable.counters("to-right")["cut"] > 0
    cable.tell("heal")
    assert call("erin", "10.1.0.2")[0] == "connected"
PYTHON
