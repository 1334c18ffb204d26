"""A program under attack, and two honest people who talk through it all the while.

Alice and Bob accept no connections and dial the victim, so that whatever one says reaches the other only if the victim
lives. Each line must arrive at once and exactly once, whatever else happens. Before and after the attack the victim is
weighed: what it was given it must give back.
"""
import itertools
import os
import statistics
import threading
import time

from party import PATIENCE, Failure, Party, judge, who_and_what

PROGRAM = os.environ.get("GOSSIPCHAT_PROGRAM", "gossipchat")
RENDEZVOUS = "siege"
ATTACK_SECONDS_MIN = 1.0  # shorter attacks are made again and again, so that there is somebody to notice them
SEED_LINES = 20  # said before the victim is weighed

# What the victim may keep when all attackers are gone. The C library keeps some of what it was given back; a
# sanitizer keeps much more, so that nobody uses it, and says by itself what is never given back.
RSS_MARGIN_BYTES = int(os.environ.get("GOSSIPCHAT_RSS_MARGIN_MIB", "2")) * 2 ** 20
# And what it may take meanwhile.
RSS_PEAK_MARGIN_BYTES = RSS_MARGIN_BYTES + 12 * 2 ** 20
# Between two lines: slow enough to cost the victim next to nothing.
PAUSE_SECONDS = 0.05
# From the moment when a line is said to that when all have shown it.
DELAY_SECONDS_MAX = 2
# For the last sockets of the attackers to be gone; longer than any deadline of the victim.
SETTLE_SECONDS = 25
# Processor time of the victim when nobody wants anything of it.
QUIET_SECONDS = 1.0
QUIET_CPU_SECONDS_MAX = 0.1
# What honest talk costs it in a second, and starting somebody new.
TALK_CPU_SHARE = 0.03
GUEST_CPU_SECONDS = 0.1
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process):
    with open(f"/proc/{process}/stat", "rb") as file:
        parts = file.read().rpartition(b")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


def status_bytes(process, key):
    with open(f"/proc/{process}/status", "r") as file:
        for line in file:
            if line.startswith(key + ":"):
                return int(line.split()[1]) * 1024
    raise Failure(f"process {process} has no {key}")


def socket_count(process):
    count = 0
    for name in os.listdir(f"/proc/{process}/fd"):
        try:
            count += os.readlink(f"/proc/{process}/fd/{name}").startswith("socket:")
        except OSError:
            pass  # closed while we looked
    return count


def has_shown(node, mark, line):
    """A condition: the node has shown the line after the mark. It looks at each event once, for there may be many."""
    def look():
        nonlocal mark
        while mark < len(node.events):
            event = node.events[mark]
            mark += 1
            if event["type"] == "message" and who_and_what(event) == line:
                return True
        return False
    return look


class Talk:
    """People in a room who take turns, until they are told to stop. Nobody speaks before all have heard."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.said = []
        self.delays = []
        self.failure = None
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self.thread.start()

    def _run(self):
        try:
            for speaker in itertools.cycle(self.nodes):
                if self.is_over.wait(PAUSE_SECONDS):
                    return
                self.turn(speaker)
        except Failure as failure:
            self.failure = failure
            self.is_over.set()

    def turn(self, speaker):
        line = (speaker.name, f"line {len(self.said)}")
        marks = [(node, node.mark()) for node in self.nodes]
        began = time.monotonic()
        self.said.append(line)
        speaker.say(line[1])
        for node, mark in marks:
            node.wait_until(has_shown(node, mark, line), f"line {line}", DELAY_SECONDS_MAX)
        self.delays.append(time.monotonic() - began)

    def stop(self):
        self.is_over.set()
        self.thread.join()
        if self.failure:
            raise self.failure


class Siege:
    """The victim, Alice and Bob. After the attack, which is the body of the with statement, all is judged."""

    def __init__(self, cpu_max, options=(), rss_margin=0, rss_peak=0):
        """cpu_max: processor time in seconds that one round of the attack may cost the victim; its options; bytes that
        it may keep, and take at the most, where that is more than usual."""
        self.cpu_max = cpu_max
        self.rss_margin = max(RSS_MARGIN_BYTES, rss_margin)
        self.rss_peak = max(RSS_PEAK_MARGIN_BYTES, rss_peak)
        self.options = options
        self.party = Party([PROGRAM], RENDEZVOUS)
        self.newcomers = 0

    def __enter__(self):
        self.party.__enter__()
        try:
            self._gather()
        except BaseException as error:
            self.party.__exit__(type(error), error, None)
            raise
        return self

    def __exit__(self, kind, error, trace):
        try:
            if error is None:
                self._judge()
        except BaseException as failure:
            self.talk.is_over.set()
            self.party.__exit__(type(failure), failure, None)
            raise
        self.talk.is_over.set()
        self.party.__exit__(kind, error, trace)

    # ---- before --------------------------------------------------------------------------------

    def _start(self, name, *options):
        return self.party.start(name, "--ephemeral", "--no-mdns", *options)

    def _gather(self):
        self.victim = self._start("Victim", "--listen", "/ip4/127.0.0.1/tcp/0", *self.options)
        self.port = int(self.victim.wait("ready")["addrs"][0].split("/tcp/")[1].split("/")[0])
        guests = [self.start_guest(name) for name in ("Alice", "Bob")]
        self.people = [self.victim, *guests]
        self.party.wait_for_members(self.people)
        self.talk = Talk(self.people)
        for speaker in itertools.islice(itertools.cycle(self.people), SEED_LINES):
            self.talk.turn(speaker)
        self.process = self.victim.process.pid
        self.sockets = socket_count(self.process)
        self.rss = status_bytes(self.process, "VmRSS")
        self.cpu = cpu_seconds(self.process)
        self.talk.delays.clear()
        self.began = time.monotonic()
        self.talk.start()

    def start_guest(self, name):
        """Somebody honest who dials the victim and nobody else."""
        return self._start(name, "--no-listen", "--peer", f"127.0.0.1:{self.port}")

    # ---- during --------------------------------------------------------------------------------

    def wait_until(self, condition, what, within=SETTLE_SECONDS):
        """Waits until condition() is true of the victim's process, which nothing announces."""
        deadline = time.monotonic() + within * PATIENCE
        while not condition():
            self.check()
            if time.monotonic() > deadline:
                raise Failure(f"not within {within * PATIENCE:g} s: {what}")
            time.sleep(0.02)

    def attack(self, attack):
        """Makes an attack, at least once."""
        deadline = time.monotonic() + ATTACK_SECONDS_MIN
        self.rounds = 0
        while self.rounds == 0 or time.monotonic() < deadline:
            attack(self)
            self.check()
            self.rounds += 1

    def check(self):
        """Whether all is well so far."""
        if self.victim.process.poll() is not None:
            raise Failure(f"the victim ended with {self.victim.process.returncode}")
        if self.talk.failure:
            raise self.talk.failure

    def hold(self, seconds):
        """Lets time go by, for attacks that are made of it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check()
            time.sleep(0.05)

    def welcome(self, within=10):
        """Somebody honest comes now, is let in, hears and is heard."""
        self.newcomers += 1
        mark = self.victim.mark()
        guest = self.start_guest(f"Guest{self.newcomers}")
        guest.wait("member.joined", within, nick="Victim")
        self.victim.wait("member.joined", within, since=mark, nick=guest.name)
        guest.say("good evening")
        self.victim.wait("message", within, since=mark, text="good evening", **{"from": {"nick": guest.name}})
        guest.quit()
        self.victim.wait("peer.disconnected", within, since=mark, peer=guest.peer)

    # ---- after ---------------------------------------------------------------------------------

    def _judge(self):
        self.check()
        self.wait_until(lambda: socket_count(self.process) <= self.sockets,
                        "the victim closed the sockets of those who are gone")
        self.welcome()
        cpu = cpu_seconds(self.process) - self.cpu
        elapsed = time.monotonic() - self.began
        self.talk.stop()
        quiet = self._quiet_cpu()
        rss = status_bytes(self.process, "VmRSS") - self.rss
        peak = status_bytes(self.process, "VmHWM") - self.rss
        cpu_max = (self.cpu_max * self.rounds + TALK_CPU_SHARE * elapsed + GUEST_CPU_SECONDS) * PATIENCE
        print(f"    {self.rounds} times in {elapsed:.1f} s, {cpu:.2f} s of processor time (at most {cpu_max:.2f}), "
              f"{quiet:.2f} s when quiet, memory {rss / 2 ** 20:+.2f} MiB, at the most {peak / 2 ** 20:+.2f} MiB, "
              f"{len(self.talk.delays)} lines in {1000 * statistics.median(self.talk.delays):.0f} ms, "
              f"the slowest in {1000 * max(self.talk.delays):.0f} ms", flush=True)
        if cpu > cpu_max:
            raise Failure(f"the attack cost {cpu:.2f} s of processor time")
        if quiet > QUIET_CPU_SECONDS_MAX * PATIENCE:
            raise Failure(f"{quiet:.2f} s of processor time in {QUIET_SECONDS:g} s in which nothing happened")
        if rss > self.rss_margin:
            raise Failure(f"{rss / 2 ** 20:.1f} MiB of memory were not given back")
        if peak > self.rss_peak:
            raise Failure(f"it took {peak / 2 ** 20:.1f} MiB of memory at one time")
        self.party.leave()
        names = {node.peer: node.name for node in self.people}
        for node in self.people:
            shown = [(names[event["from"]["peer"]], event["text"]) for event in node.find("message")
                     if event["from"]["peer"] in names]
            judge(node.name, shown, self.talk.said)

    def _quiet_cpu(self):
        before = cpu_seconds(self.process)
        time.sleep(QUIET_SECONDS)
        return cpu_seconds(self.process) - before
