"""The same work side by side: gossipchat, and the peers of tests/interop where they are built. Each plays with another
of its kind, and is driven, read and weighed in the same way."""
import json
import os
import subprocess
import tempfile
import time

from results import OURS, Summary

ROUNDS = 5
WARM_UP = 10
MESSAGES = 1000
MESSAGE_BYTES = 1024
TOPIC = "bench"
SETTLE_SECONDS = 2.5  # heartbeats, so that meshes are made
PATIENCE_SECONDS = 60


class Stuck(Exception):
    """A peer did not do its part."""


class Talker:
    """A peer as a process; how it is spoken to belongs to a kind."""

    command = ()
    marker = b""  # in the line of a message of another

    def __init__(self, folder):
        began = time.monotonic()
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, cwd=folder, env=dict(os.environ, HOME=folder))
        os.set_blocking(self.process.stdout.fileno(), False)
        self.unread = b""
        self.messages = 0
        self.ready = self.wait_line(self.is_ready)
        self.started = time.monotonic() - began

    def take_in(self):
        """Reads what there is, and counts the messages in it; true if there was anything."""
        data = self.process.stdout.read(1 << 20)
        if data == b"":
            raise Stuck(f"{self.command[0]} has ended")
        if data is None:
            return False
        # A marker that is cut in two is counted with its second half.
        self.messages += (self.unread[1 - len(self.marker):] + data).count(self.marker)
        self.unread += data
        return True

    def wait_line(self, condition):
        """The first line, as an object, of which the condition is true; what came before it is forgotten."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            while b"\n" in self.unread:
                line, self.unread = self.unread.split(b"\n", 1)
                if condition(one := json.loads(line)):
                    return one
            if time.monotonic() > deadline:
                raise Stuck(f"{self.command[0]} gives no answer")
            if not self.take_in():
                time.sleep(0.0002)

    def write(self, text):
        os.set_blocking(self.process.stdin.fileno(), True)
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def cpu_seconds(self):
        """Processor time of all its threads."""
        total = 0
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{task}/schedstat") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Ours(Talker):
    marker = b'"own":false,"mention"'

    def is_ready(self, event):
        return event["type"] == "ready"

    @property
    def address(self):
        return f"{self.ready['addrs'][0].split('/p2p/')[0]}/p2p/{self.ready['peer']}"

    def dial(self, other):
        self.write(json.dumps({"cmd": "connect", "addr": other.address, "ref": 1}) + "\n")
        self.wait_line(lambda event: event["type"] == "done" and event.get("ref") == 1)

    def speak(self, count, prefix):
        self.write("".join(f'{{"cmd":"send","room":"text:{TOPIC}","text":"{prefix}-{number}"}}\n'
                           for number in range(count)))


class Other(Talker):
    """As tests/interop/README.md says."""

    marker = b'"ev":"msg"'

    def __init__(self, folder):
        super().__init__(folder)
        self.write(f"sub {TOPIC}\n")
        self.wait_line(lambda event: event["ev"] == "subscribed")

    def is_ready(self, event):
        return event["ev"] == "ready"

    @property
    def address(self):
        return self.ready["addr"]

    def dial(self, other):
        self.write(f"dial {other.address}\n")
        self.wait_line(lambda event: event["ev"] == "dialed")

    def speak(self, count, prefix):
        self.write(f"burst {TOPIC} {count} {prefix}\n")


def kinds(program, folder):
    """The kinds of peers that can be started, by name."""
    found = {OURS: type("Gossipchat", (Ours,), {"command": (
        program, "--json", "--nick", "Peer", "--ephemeral", "--no-mdns", "--rendezvous", "bench", "--listen",
        "/ip4/127.0.0.1/tcp/0", "--room", f"text:{TOPIC}")})}
    for name, path, runner in (("go", "gopeer", ()), ("rust", "rust/release/rustpeer", ()),
                               ("rust -O1", "rust/debug/rustpeer", ()), ("js", "js/peer.js", ("node",))):
        path = os.path.join(folder, path)
        if os.path.exists(path) and name.split()[0] not in found:
            found[name] = type("Built", (Other,), {"command": (*runner, path)})
    return found


def hear(speaker, hearer, count):
    """Until the hearer has so many messages; the speaker is read too, so that it never waits for us."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while hearer.messages < count and time.monotonic() < deadline:
        if not (hearer.take_in() | speaker.take_in()):
            time.sleep(0.0002)


def play(kind, folder):
    """One round of two of a kind: milliseconds to start, to connect, messages in a second, microseconds of processor
    time for each message of either, and how many of a thousand came."""
    pair = []
    try:
        for _ in range(2):
            pair.append(kind(folder))
        speaker, hearer = pair
        began = time.monotonic()
        speaker.dial(hearer)
        connected = time.monotonic() - began
        time.sleep(SETTLE_SECONDS)
        prefix = "x" * (MESSAGE_BYTES - 4)
        speaker.speak(WARM_UP, prefix)
        hear(speaker, hearer, WARM_UP)
        hearer.messages = 0
        cpu = [one.cpu_seconds() for one in pair]
        began = time.monotonic()
        speaker.speak(MESSAGES, prefix)
        hear(speaker, hearer, MESSAGES)
        rate = hearer.messages / (time.monotonic() - began)
        costs = [1e6 * (one.cpu_seconds() - before) / MESSAGES for one, before in zip(pair, cpu)]
        return 1000 * pair[0].started, 1000 * connected, rate, *costs, hearer.messages
    finally:
        for one in pair:
            one.close()


def measure(program, folder, results):
    results.section(f"Side by side: two of a kind, {MESSAGES} messages of {MESSAGE_BYTES} B one way")
    cast = kinds(program, folder)
    for name in ("go", "rust", "js"):
        if not any(one.split()[0] == name for one in cast):
            results.skip(name, f"not in {folder}; tests/interop/run.py --with {name} --build-dir {folder} builds it")
    played = {}
    with tempfile.TemporaryDirectory(prefix="gossipchat-bench-") as home:
        for _ in range(ROUNDS):  # by turns, so that a busy moment of the machine meets all of them
            for name, kind in cast.items():
                try:
                    played.setdefault(name, []).append(play(kind, home))
                except (Stuck, OSError) as problem:
                    results.skip(name, str(problem))
    columns = {name: list(zip(*rounds)) for name, rounds in played.items() if rounds}
    if OURS not in columns:
        return
    for index, (what, unit, more) in enumerate((
            ("start to listening", "ms", False), ("dial to connected", "ms", False), ("messages", "/s", True),
            ("processor time of the speaker for each", "us", False),
            ("processor time of the hearer for each", "us", False), ("of them arrived", "", True))):
        summaries = {name: Summary(column[index]) for name, column in columns.items()}
        results.add(what, unit, summaries.pop(OURS), more, **summaries)
