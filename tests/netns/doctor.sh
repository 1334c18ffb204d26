#!/usr/bin/env bash
# What `gossipchat doctor` says on good and bad networks. alice has a firewall that refuses calls without a word; erin is
# alone, on a network without multicast; dave uses another rendezvous.
#
#   alice 10.1.0.1 ──▌firewall▐──┐
#   bob   10.1.0.2 ──────────────┼── home
#   dave  10.1.0.4 ──────────────┘
#   erin  10.2.0.1 ───────────────── away
. "$(dirname "$0")/netns.sh"
lan home
lan away
host alice
plug alice home 10.1.0.1/24
host bob
plug bob home 10.1.0.2/24
host dave
plug dave home 10.1.0.4/24
host erin
plug erin away 10.2.0.1/24
refuse_calls alice
play <<'PYTHON'
import json
import os
import subprocess

from stage import inside, place, stage

PROGRAM = os.environ["GOSSIPCHAT_PROGRAM"]


def call(host, *options):
    words = ["ip", "netns", "exec", place(host), PROGRAM, "doctor", "--json", "--config", "/dev/null", "--rendezvous", "test", *options]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def result(run, status):
    """The findings by step, and the summary."""
    out, talk = run.communicate(timeout=120)
    lines = [json.loads(line) for line in out.splitlines()]
    assert run.returncode == status, f"{run.args}: {run.returncode}\n{out}{talk}"
    assert lines[-1]["type"] == "doctor.summary" and lines[-1]["status"] == status
    steps = {}
    for line in lines[:-1]:
        steps.setdefault(line["step"], []).append(line)
    return steps, lines[-1]["summary"]


def doctor(host, *options, status):
    return result(call(host, *options), status)


def expect(finding, verdict, why, advice=""):
    assert finding["verdict"] == verdict and why in finding["why"] and advice in finding["advice"], finding


# Nobody is there: this side works, and no other device was heard.
steps, summary = doctor("erin", status=5)
expect(steps["port"][0], "ok", "port 9740 can be listened on")
expect(steps["multicast"][0], "ok", "eth0: joined 224.0.0.251, own questions come back")
expect(steps["devices"][0], "warn", "no other device was heard")
assert "gossipchat --rendezvous test --peer /ip4/10.2.0.1/tcp/9740" in summary, summary

# No multicast: people cannot even be looked for.
inside("erin", "ip", "link", "set", "eth0", "multicast", "off")
steps, summary = doctor("erin", "--interface", "eth0", status=4)
expect(steps["interface"][-1], "fail", "no network that people could be looked for on")

with stage() as party:
    # A firewall: alice's doctor finds it and says how to open it; bob's is told where to look.
    alice = party.start("alice", "--port", "9740")
    alice.peer
    steps, summary = doctor("bob", "--no-mdns", "--peer", "10.1.0.1:9740", status=5)
    expect(steps["peer"][0], "fail", "10.1.0.1:9740", "sudo ufw allow 9740/tcp")
    assert "timed out" in steps["peer"][0]["why"]
    steps, summary = doctor("alice", "--no-mdns", status=5)
    expect(steps["port"][0], "ok", "port 9740 is in use (pid")
    command = "nft insert rule inet laptop input tcp dport 9740 accept"
    expect(steps["firewall"][0], "warn", "nftables drops calls", f"sudo {command}")
    assert command in summary, summary
    # What it says helps.
    inside("alice", *command.split())
    expect(doctor("alice", "--no-mdns", status=5)[0]["firewall"][0], "ok", "lets the port in")
    steps, summary = doctor("bob", "--no-mdns", "--peer", "10.1.0.1:9740", status=0)
    expect(steps["peer"][0], "ok", "was called, round trip")
    assert not alice.find("warning"), "the doctor makes people wonder"
    # By multicast, too; and who uses another rendezvous is told from who is not there.
    steps, summary = doctor("bob", status=0)
    expect(steps["devices"][0], "ok", "of 1 other device was heard")
    run = call("dave", "--rendezvous", "elsewhere", "--timeout", "12")
    bob = party.start("bob")
    party.wait_for_members([alice, bob])
    steps, summary = result(run, 5)
    expect(steps["rendezvous"][0], "warn", 'another rendezvous than "elsewhere"')
    assert "compare --rendezvous" in summary, summary
PYTHON
