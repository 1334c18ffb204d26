"""gossipchat itself as a peer, played through its --json mode."""

from party import Party

from peers import ANSWER_LIMIT, START_LIMIT, Message, Peer
from scene import CommandError


def room_of(topic):
    """The room whose messages are plain text on the topic."""
    return f"text:{topic}"


class OurPeer(Peer):
    """gossipchat with a throw-away identity and nothing left on disk.

    A topic is joined as the room text:TOPIC. What the program says is kept by
    the node of tests/support/party.py; the state a case asks for is read off
    the events so far.
    """

    kind = "ours"
    redials = True
    program_path = ""
    party = None

    def start(self):
        tag = self.options.get("mdns")
        # The service name of rust-libp2p cannot be chosen, hence the second.
        discovery = {None: ["--no-mdns"], "_p2p._udp": ["--mdns-public"]}.get(tag, [])
        rendezvous = tag if tag and not discovery else "interop"
        key = self.options.get("network_key")
        privacy = ["--swarm-key", key] if key else []
        self.party = self.scene.stack.enter_context(
            Party([self.program_path], rendezvous, wrap=lambda words, host: self.enter + words))
        self.node = self.party.start(
            self.name, "--ephemeral", "--listen", self.listen, *discovery, *privacy,
            rooms=[room_of(topic) for topic in self.topics or ["lobby"]])
        ready = self.node.wait("ready", START_LIMIT)
        self.id = ready["peer"]
        # It listens on every address; the others are told the one of the scene.
        port = ready["addrs"][0].split("/tcp/")[1].split("/")[0]
        self.address = f"{self.listen.split('/tcp/')[0]}/tcp/{port}/p2p/{self.id}"

    def _ask(self, command, kind, **fields):
        """Sends a command and waits for the event that carries its reference."""
        reference = self.node.tell(command, **fields)
        self.node.wait_until(
            lambda: self.node.find(kind, ref=reference) or self.node.find("error", ref=reference),
            f"answer to {command}", ANSWER_LIMIT)
        for error in self.node.find("error", ref=reference):
            raise CommandError(f"{self.name}: {command}: {error['message']}")
        return self.node.find(kind, ref=reference)[0]

    def _state(self, entered, left, **fields):
        """The peers of whom the newest of two kinds of events is `entered`."""
        with self.node.changed:
            events = list(self.node.events)
        present = set()
        for event in events:
            if event["type"] in (entered, left) and fields.items() <= event.items():
                change = present.add if event["type"] == entered else present.discard
                change(event["peer"])
        return present

    def begin_dial(self, address):
        self.dialled = address.rsplit("/p2p/", 1)[1]
        self.dial_reference = self.node.tell("connect", addr=address)

    def end_dial(self):
        def errors():
            return self.node.find("error", ref=self.dial_reference)
        self.node.wait_until(lambda: self.dialled in self.connected() or errors(),
                             f"end of the dial to {self.dialled}", ANSWER_LIMIT)
        if self.dialled not in self.connected():
            raise CommandError(f"{self.name}: connect: {errors()[0]['message']}")

    def connected(self):
        return self._state("peer.connected", "peer.disconnected")

    def has_found(self, other):
        return bool(self.node.find("peer.found", peer=other, via="mdns"))

    def ping(self, other):
        return self._ask("ping", "ping", peer=other)["rtt_ms"] * 1000

    def identify(self, other):
        """What the program shows of the other once it knows the agent's name."""
        shown = self._ask("peers", "peers")["peers"]
        return next((peer for peer in shown if peer["peer"] == other and peer.get("agent")), None)

    def subscribe(self, topic):
        self._ask("join", "room.joined", room=room_of(topic))

    def unsubscribe(self, topic):
        self._ask("leave", "room.left", room=room_of(topic))

    def subscribers(self, topic):
        return self._state("member.joined", "member.left", room=room_of(topic))

    def publish(self, topic, text):
        self.node.say(text, room=room_of(topic))

    def begin_burst(self, topic, count, prefix):
        for index in range(count):
            self.publish(topic, f"{prefix}-{index}")

    def end_burst(self):
        """Nothing to wait for: what was said is sent in its own time."""

    def received(self, topic):
        return [Message(event["from"]["peer"], event["text"].encode(), None)
                for event in self.node.find("message", room=room_of(topic))
                if event["from"]["peer"] != self.id]

    def stop(self):
        self.party.leave()

    def kill(self):
        for node in self.party.nodes if self.party else ():
            node.close()

    def report(self):
        nodes = self.party.nodes if self.party else ()
        return "\n".join(node.story() for node in nodes)
