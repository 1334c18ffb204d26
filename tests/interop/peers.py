"""Peers of every kind behind one face.

A case says what two peers do and knows nothing of their kinds: `LinePeer`
speaks the line contract of README.md (go, rust, js), `OurPeer` in ours.py
speaks the --json mode of gossipchat.
"""

import collections

from party import Failure

from program import Program
from scene import CommandError

Message = collections.namedtuple("Message", "sender data seqno")

# A JSON answer comes at once, or after a wait for the network that the peers
# themselves end after 20 s.
ANSWER_LIMIT = 25.0

# node needs most of a second to load, more when all cores are busy.
START_LIMIT = 30.0


class Peer:
    """What the cases use. The methods left open here belong to one kind.

    `id` is the peer id, `address` the full multiaddr, both after start().
    Options: `topics` it subscribes to from the start, `listen` a multiaddr,
    `seed` (64 hex digits) for a fixed key, `key_type`, `meshsub` for one
    version of GossipSub, `network_key` the file of a private network, `mdns` a
    service tag, `enter` a command prefix that
    puts the process into a network namespace, `name` for failures.
    """

    kind = ""
    # Things only some kinds can do; cases ask for them by name.
    skills = frozenset()
    # Whether a peer it has dialled and lost is dialled again by itself.
    redials = False

    def __init__(self, scene, *, topics=(), listen="/ip4/127.0.0.1/tcp/0", name=None,
                 enter=(), **options):
        self.scene = scene
        self.topics = list(topics)
        self.listen = listen
        self.enter = list(enter)
        self.options = options
        self.name = name or f"{self.kind}-{len(scene.peers)}"
        self.id = self.address = None

    def dial(self, address):
        self.begin_dial(address)
        self.end_dial()

    def host_and_port(self):
        """The listening address without the peer id."""
        return self.address.rsplit("/p2p/", 1)[0]


class LinePeer(Peer):
    """A peer that speaks the line contract of README.md."""

    command = []
    mdns_suffix = ""

    def __init__(self, scene, **options):
        super().__init__(scene, **options)
        self.inbox = collections.defaultdict(list)
        self.found = set()
        self.program = None

    def start(self):
        variables = {
            "LISTEN": self.listen,
            "SEED": self.options.get("seed"),
            "KEY_TYPE": self.options.get("key_type"),
            "MESHSUB": self.options.get("meshsub"),
            "NETWORK_KEY": self.options.get("network_key"),
        }
        if "mdns" in self.options:
            variables["MDNS_TAG"] = self.options["mdns"] + self.mdns_suffix
        environment = {name: value for name, value in variables.items() if value}
        self.program = Program(
            self.enter + self.command, environment, self.scene.folder, self.name)
        ready = self._answer("ready", START_LIMIT)
        self.id, self.address = ready["peer"], ready["addr"]
        for topic in self.topics:
            self.subscribe(topic)

    def _take_in(self, line):
        """True if the line is the answer to a command."""
        event = line.get("ev")
        if event == "msg":
            self.inbox[line["topic"]].append(
                Message(line["from"], bytes.fromhex(line["hex"]), line["seqno"]))
        elif event == "found":
            self.found.add(line["peer"])
        else:
            return True
        return False

    def _answer(self, event, limit=ANSWER_LIMIT):
        while True:
            line = self.program.next_object(self.scene.seconds_left(limit))
            if line is None:
                raise Failure(f"{self.name} gave no answer of kind {event} within {limit:.0f} s")
            if not self._take_in(line):
                continue
            if line["ev"] == "error":
                raise CommandError(f"{self.name}: {line['cmd']}: {line['message']}")
            if line["ev"] != event:
                raise Failure(f"{self.name} answered {line} instead of {event}")
            return line

    def _ask(self, line, event):
        self.program.write(line)
        return self._answer(event)

    def take_in_all(self):
        """Takes in what has arrived since the last answer."""
        while (line := self.program.next_object(0)) is not None:
            if self._take_in(line):
                raise Failure(f"{self.name} said {line} unasked")

    def received(self, topic):
        """The messages of others on the topic so far."""
        self.take_in_all()
        return self.inbox[topic]

    def has_found(self, other):
        """Whether discovery has reported the peer id."""
        self.take_in_all()
        return other in self.found

    def begin_dial(self, address):
        """Starts to dial; end_dial() waits until that has come to an end."""
        self.program.write(f"dial {address}")

    def end_dial(self):
        self._answer("dialed")

    def connected(self):
        return set(self._ask("peers", "peers")["peers"])

    def ping(self, other):
        """The round trip in microseconds."""
        return self._ask(f"ping {other}", "ping")["rtt_us"]

    def identify(self, other):
        """What identify told of the other; None while it has not ended."""
        try:
            return self._ask(f"identify {other}", "identify")
        except CommandError:
            return None

    def subscribe(self, topic):
        self._ask(f"sub {topic}", "subscribed")

    def unsubscribe(self, topic):
        self._ask(f"unsub {topic}", "unsubscribed")

    def subscribers(self, topic):
        return set(self._ask(f"subs {topic}", "subs")["peers"])

    def mesh(self, topic):
        return set(self._ask(f"mesh {topic}", "mesh")["peers"])

    def publish(self, topic, text):
        self._ask(f"pubhex {topic} {text.encode().hex()}", "published")

    def begin_burst(self, topic, count, prefix):
        """Starts to publish `count` messages; end_burst() waits for the last."""
        self.program.write(f"burst {topic} {count} {prefix}")

    def end_burst(self):
        self._answer("published")

    def inject(self, topic, text):
        """Sends forged messages; see go/inject.go."""
        self._ask(f"inject {topic} {text}", "injected")

    def cut(self, other, direction):
        """Resets its gossip streams "in" from the other, or "out" to it."""
        self._ask(f"cut {other} {direction}", "cut")

    def opinion(self, other):
        """Its score of the other, and why it was ever lowered."""
        return self._ask(f"opinion {other}", "opinion")

    def stop(self):
        """Asks the peer to end; anything but a clean end fails the case."""
        if self.program.process.returncode is not None:
            return
        status = self.program.end()
        if status is None:
            raise Failure(f"{self.name} does not end when asked to")
        if status != 0:
            raise Failure(f"{self.name} ended with status {status}")

    def kill(self):
        if self.program is not None:
            self.program.kill()

    def report(self):
        return self.program.report() if self.program else f"--- {self.name} did not start"


class GoPeer(LinePeer):
    kind = "go"
    skills = frozenset({"rsa", "secp256k1", "inject", "meshsub", "cut"})


class RustPeer(LinePeer):
    kind = "rust"


class JsPeer(LinePeer):
    kind = "js"
    skills = frozenset({"rsa", "secp256k1", "cut", "opinion"})
    mdns_suffix = ".local"

    def stop(self):
        """Of us it must have nothing bad to tell, whatever the case was about."""
        if self.program.process.returncode is None:
            for other in self.scene.peers:
                if other.kind == "ours" and (reasons := self.opinion(other.id)["penalties"]):
                    raise Failure(f"{self.name} has penalised {other.name}: {reasons}")
        super().stop()
