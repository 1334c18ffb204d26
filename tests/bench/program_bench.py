"""The program as its users have it: how fast it is there, how much it takes, how soon people find each other, and how
fast a text goes through it."""
import contextlib
import os
import subprocess
import time

from netns import Lan
from party import Party
from results import Summary
from scene import NotRun

STARTS = 20
DISCOVERIES = 20
PIPES = 5
PIPE_LINES = 1000
IDLE_SECONDS = 2
HERE = ("--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0")


def milliseconds(seconds):
    return 1000 * seconds


def resident_kib(process):
    with open(f"/proc/{process}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))


def port_of(node):
    return int(node.wait("ready")["addrs"][0].split("/tcp/")[1].split("/")[0])


def time_first_line(command):
    """Seconds from the start of a program to its first line; it is ended then."""
    began = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdout.readline()
        elapsed = time.monotonic() - began
        process.kill()
    return elapsed


def start(program, results):
    """From the start of the process to its word that it listens; and the same for a process that only speaks."""
    ours = [time_first_line([program, "--json", "--ephemeral", *HERE]) for _ in range(STARTS)]
    least = [time_first_line(["/bin/echo", "ready"]) for _ in range(STARTS)]
    results.add("start to listening", "ms", Summary(map(milliseconds, ours)), echo=Summary(map(milliseconds, least)))


def memory(program, results):
    """Of a node that has nothing to do, with so many others in its room."""
    for count in (0, 1, 9):
        with Party([program], "bench") as party:
            node = party.start("Node", "--ephemeral", *HERE)
            others = [party.start(f"N{number}", "--ephemeral", "--no-mdns", "--no-listen", "--peer",
                                  f"127.0.0.1:{port_of(node)}") for number in range(count)]
            for other in others:
                node.wait("member.joined", nick=other.name)
            time.sleep(IDLE_SECONDS)
            results.add(f"resident memory, idle, {count} peers", "MiB",
                        Summary([resident_kib(node.process.pid) / 1024]))


def discovery(program, results):
    """Two nodes in one network, by multicast DNS: both start at once; and one comes to one that is there."""
    try:
        with Lan() as lan:
            together = [discover(program, lan, STARTS_TOGETHER) for _ in range(DISCOVERIES)]
            later = [discover(program, lan, COMES_LATER) for _ in range(DISCOVERIES)]
    except NotRun as reason:
        results.skip("discovery", str(reason))
        return
    results.add("discovery, both start at once, to connected", "ms", Summary(map(milliseconds, together)))
    results.add("discovery, a newcomer, to connected", "ms", Summary(map(milliseconds, later)))


STARTS_TOGETHER, COMES_LATER = 0, 1.5


def discover(program, lan, pause):
    """Seconds from the start of the second node until both are connected."""
    with Party([program], "bench", wrap=lambda words, host: [*lan.enter[0], *words]) as party:
        first = party.launch("First", "--ephemeral")
        if pause:
            first.wait("ready")
            time.sleep(pause)
        began = time.monotonic()
        second = party.launch("Second", "--ephemeral")
        for node in (first, second):
            node.wait("peer.connected", 30)
        return time.monotonic() - began


def pipe_once(program, folder):
    """Seconds that `seq 1000 | gossipchat` takes, until all lines are with the other side."""
    with contextlib.ExitStack() as stack:
        shown = folder / "shown"
        with open(shown, "wb") as out:
            hearer = subprocess.Popen(
                [program, "--json", "--nick", "Hearer", "--ephemeral", "--rendezvous", "bench", *HERE],
                stdin=subprocess.PIPE, stdout=out, stderr=subprocess.DEVNULL)
        stack.callback(hearer.wait)
        stack.callback(hearer.kill)
        while b'"addrs"' not in shown.read_bytes():
            time.sleep(0.005)
        port = shown.read_text().split("/tcp/")[1].split('"')[0].split("/")[0]
        began = time.monotonic()
        subprocess.run(f"seq {PIPE_LINES} | {program} --line --nick Speaker --ephemeral --rendezvous bench --no-mdns"
                       f" --no-listen --peer 127.0.0.1:{port} --wait-peers 1 --linger 30 2>{os.devnull}",
                       shell=True, check=True, timeout=120)
        deadline = time.monotonic() + 30
        while shown.read_bytes().count(b'"type":"message"') < PIPE_LINES and time.monotonic() < deadline:
            time.sleep(0.005)
        elapsed = time.monotonic() - began
        count = shown.read_bytes().count(b'"type":"message"')
    return elapsed, count


def pipe(program, results):
    """A text of a thousand lines through a pipe, from the start of the speaker."""
    with Party([program], "bench") as party:
        outcomes = [pipe_once(program, party.folder) for _ in range(PIPES)]
    results.add(f"seq {PIPE_LINES} | gossipchat, to the last line shown", "ms",
                Summary(milliseconds(elapsed) for elapsed, _ in outcomes))
    results.add("lines shown of each thousand", "", Summary(count for _, count in outcomes), more_is_better=True)


def measure(program, results):
    results.section("The program")
    start(program, results)
    memory(program, results)
    discovery(program, results)
    pipe(program, results)
