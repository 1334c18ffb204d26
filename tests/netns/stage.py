"""What a scenario plays with: nodes in the hosts that netns.sh made, and the cables between those.

A scenario begins with `from stage import ...`; netns.sh says where it runs.
"""
import os
import pathlib
import select
import subprocess
import time

from party import Failure, Party

WORLD = pathlib.Path(os.environ.get("GOSSIPCHAT_WORLD_FOLDER", "."))
REPLY_SECONDS = 10


def place(name):
    """The name of the namespace of a host or switch."""
    return f"gc-{os.environ['GOSSIPCHAT_WORLD']}-{name}"


def _wrap(words, host):
    return ["ip", "netns", "exec", place(host), *words]


def stage():
    """A party whose nodes live in the hosts of their names."""
    return Party([os.environ["GOSSIPCHAT_PROGRAM"]], wrap=_wrap)


def inside(name, *words):
    """Runs a command in a host or switch, which must succeed; returns what it printed."""
    return subprocess.run(_wrap(words, name), check=True, stdout=subprocess.PIPE, text=True,
                          timeout=60).stdout


def _set_port(host, card, state):
    lan = (WORLD / f"{host}-{card}.lan").read_text().strip()
    inside(lan, "ip", "link", "set", f"{host}-{card}", state)


def pull(host, card="eth0"):
    """Pulls the cable out of the switch: the card of the host loses its carrier."""
    _set_port(host, card, "down")


def put_back(host, card="eth0"):
    """Puts the cable back."""
    _set_port(host, card, "up")


def part(lan):
    """Cuts the cable that join_lans laid to a switch: no card of a host loses its carrier."""
    inside(lan, "ip", "link", "set", "uplink", "down")


def rejoin(lan):
    """Mends that cable."""
    inside(lan, "ip", "link", "set", "uplink", "up")


class Cable:
    """The emulator between a card that plug_wire made and its switch."""

    def __init__(self, host, card="eth0"):
        self.name = f"{host}-{card}"
        self.control = os.open(WORLD / f"{self.name}.control", os.O_WRONLY)
        self.replies = os.open(WORLD / f"{self.name}.replies", os.O_RDONLY | os.O_NONBLOCK)
        self.pending = b""

    def _reply(self):
        deadline = time.monotonic() + REPLY_SECONDS
        while b"\n" not in self.pending:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.replies], [], [], left)[0]:
                raise Failure(f"the emulator {self.name} does not answer")
            self.pending += os.read(self.replies, 4096)
        line, self.pending = self.pending.split(b"\n", 1)
        return line.decode()

    def tell(self, command):
        """Sends a command; returns the lines of its answer that come before "ok"."""
        os.write(self.control, command.encode() + b"\n")
        lines = []
        while True:
            line = self._reply()
            if line == "ok":
                return lines
            if line.startswith("error"):
                raise Failure(f"the emulator {self.name} answers {command!r} with {line!r}")
            lines.append(line)

    def wait_until_cut_drops(self, direction):
        """Until a frame that travels in this direction has met the cut."""
        before = self.counters(direction)["cut"]
        deadline = time.monotonic() + REPLY_SECONDS
        while self.counters(direction)["cut"] == before:
            if time.monotonic() > deadline:
                raise Failure(f"nothing was sent through {self.name}")

    def counters(self, direction):
        """The counters of the frames that travel "to-left" (to the host) or "to-right"."""
        words = self.tell(f"stat {direction}")[0].split()[1:]
        return {key: int(value) for key, value in (word.split("=") for word in words)}
