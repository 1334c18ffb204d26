"""The library: whole nodes with sockets and signatures between them, told what to do line by line (bench_node.c)."""
import contextlib
import json
import subprocess
import time

from results import Summary, percentile

ROOM = 10
ROOM_MESSAGES = 300
ROOM_GAP_US = 20_000
SINGLE_MESSAGES = 1000
SINGLE_GAP_US = 1000
BULK_MESSAGES = 20_000
BULK_RUNS = 3
SETTLE_SECONDS = 2.5  # two heartbeats, so that meshes are made


class Node:
    """One bench_node."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = self._answer()["port"]

    def _answer(self):
        return json.loads(self.process.stdout.readline())

    def tell(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, line):
        self.tell(line)
        return self._answer()

    def connect(self, other):
        self.ask(f"connect 127.0.0.1:{other.port}")

    def wait_heard(self, count, within=60):
        """A report of so many messages or, if they do not come in time, of fewer."""
        deadline = time.monotonic() + within
        heard = {"count": 0, "latencies_us": []}
        while heard["count"] < count and time.monotonic() < deadline:
            part = self.ask("report")
            part["latencies_us"] = heard["latencies_us"] + part["latencies_us"]
            part["first_ns"] = heard.get("first_ns") or part["first_ns"]
            part["count"] += heard["count"]
            heard = part
            time.sleep(0.02)
        return heard

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@contextlib.contextmanager
def nodes(program, count):
    """So many nodes, each connected to each other, that have all heard each other."""
    started = []
    try:
        for _ in range(count):
            started.append(Node(program))
            for other in started[:-1]:
                started[-1].connect(other)
        time.sleep(SETTLE_SECONDS)
        for node in started:
            node.ask("publish 1 8 0")
        for node in started:
            node.wait_heard(count - 1)
        yield started
    finally:
        for node in started:
            node.close()


def microseconds(results, name, values):
    results.add(f"{name}, median", "us", Summary([percentile(values, 0.5)], len(values)))
    results.add(f"{name}, 99 of 100", "us", Summary([percentile(values, 0.99)], len(values)))
    results.add(f"{name}, slowest", "us", Summary([max(values)], len(values)))


def room(program, results):
    """One of ten speaks: until each of the others has it, and until the last has it."""
    with nodes(program, ROOM) as members:
        members[0].ask(f"publish {ROOM_MESSAGES} 200 {ROOM_GAP_US}")
        heard = [member.wait_heard(ROOM_MESSAGES)["latencies_us"] for member in members[1:]]
    complete = [latencies for latencies in heard if len(latencies) == ROOM_MESSAGES]
    delivered = sum(map(len, heard)) / (ROOM_MESSAGES * (ROOM - 1))
    results.add(f"room of {ROOM}: delivered", "%", Summary([100 * delivered]), more_is_better=True)
    microseconds(results, f"room of {ROOM}: to each", [one for latencies in heard for one in latencies])
    if complete:
        microseconds(results, f"room of {ROOM}: to all", [max(ones) for ones in zip(*complete)])


def single(program, results):
    """One message at a time from one to another."""
    with nodes(program, 2) as (speaker, hearer):
        speaker.ask(f"publish {SINGLE_MESSAGES} 200 {SINGLE_GAP_US}")
        microseconds(results, "one to one", hearer.wait_heard(SINGLE_MESSAGES)["latencies_us"])


def bulk_once(speaker, hearer, size):
    """Messages in a second, and microseconds of processor time for each, of the speaker and of the hearer."""
    before = [node.ask("report")["cpu_us"] for node in (speaker, hearer)]
    speaker.ask(f"publish {BULK_MESSAGES} {size} 0")
    heard = hearer.wait_heard(BULK_MESSAGES)
    after = [speaker.ask("report")["cpu_us"], heard["cpu_us"]]
    rate = (heard["count"] - 1) / ((heard["last_ns"] - heard["first_ns"]) / 1e9)
    return rate, *((new - old) / heard["count"] for old, new in zip(before, after))


def bulk(program, results):
    """As fast as it goes from one to another: each message is signed, sealed, opened and verified."""
    for size in (100, 1024):
        with nodes(program, 2) as (speaker, hearer):
            rates, speaking, hearing = zip(*(bulk_once(speaker, hearer, size) for _ in range(BULK_RUNS)))
        results.add(f"one to one, {size} B: messages", "/s", Summary(rates), more_is_better=True)
        results.add(f"one to one, {size} B: as processor time allows", "/s",
                    Summary(1e6 / max(costs) for costs in zip(speaking, hearing)), more_is_better=True)
        results.add(f"one to one, {size} B: processor, speaker", "us", Summary(speaking))
        results.add(f"one to one, {size} B: processor, hearer", "us", Summary(hearing))


def measure(program, results):
    results.section("Nodes of the library")
    room(program, results)
    single(program, results)
    bulk(program, results)


def measure_small(program, results):
    """The small things; see micro.c."""
    results.section("Small things, in processor time")
    done = subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        one = json.loads(line)
        divisor, unit = (1000, "us") if one["value"] >= 1000 else (1, one["unit"])
        results.add(one["name"], unit, Summary.of_three(
            one["value"] / divisor, one["min"] / divisor, one["max"] / divisor, one["runs"]))


def measure_history(program, results):
    """A history of a million lines, and beside it one of ten thousand: what grows with it? See bench_history.c."""
    results.section("History of 1,000,000 lines in 100 rooms; median and 99th percentile, in time passed")
    sizes = {}
    for lines in (1_000_000, 10_000):
        done = subprocess.run([program, str(lines)], check=True, stdout=subprocess.PIPE, text=True)
        sizes[lines] = [json.loads(line) for line in done.stdout.splitlines()]
    for large, small in zip(sizes[1_000_000], sizes[10_000]):
        for share in ("value", "p99") if large["runs"] > 1 else ("value",):
            both = [Summary.of_three(one[share], one["min"], one["max"], one["runs"]) for one in (large, small)]
            results.add("history: " + large["name"] + (", p99" if share == "p99" else ""), large["unit"], both[0],
                        large["unit"] == "lines/s", **{"10,000 lines": both[1]})
