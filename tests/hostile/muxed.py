"""A hostile peer behind the secret channel: it speaks yamux, and gossip if it likes, and leads an honest life until
it is told otherwise."""
import itertools
import struct

import speech
from party import Failure
from siege import RENDEZVOUS
from tunnel import Tunnel

FRAME_BYTES = 32 * 1024  # of data in one frame of ours


class Stream:
    """A stream as the hostile peer sees it: what came on it."""

    def __init__(self, number):
        self.number = number
        self.received = bytearray()
        self.is_reset = self.is_finished = False
        self.is_greeted = False  # the other side said the header of multistream


class Muxed(Tunnel):
    """A hostile peer that speaks yamux. Streams of ours have odd numbers if we dialed.

    The streams of the other side are agreed to if their protocol is among `speaks`; what comes on them is kept in
    `theirs`, by protocol. Credit is given back, and pings are answered, unless `answers` is off.
    """

    def __init__(self, *arguments, speaks=(speech.MESHSUB,), replies=None, **settings):
        """replies: what is said at once on a stream of theirs, by protocol."""
        self.speaks = speaks
        self.replies = replies or {}
        self.streams = {}
        self.theirs = {}
        self.agreed = {}  # number of a stream of theirs: its protocol
        self.answers = True
        self.resets = self.pongs = 0
        self.go_away = None  # its code
        self.rest = bytearray()
        self.next_stream = 1 if arguments else 2
        super().__init__(*arguments, **settings)
        if arguments:
            self.wait_ready()

    # ---- what comes ----------------------------------------------------------------------------

    def take_plaintext(self, data):
        self.rest += data
        while len(self.rest) >= speech.HEADER_BYTES:
            _, kind, flags, number, length = struct.unpack(">BBHII", self.rest[:speech.HEADER_BYTES])
            size = speech.HEADER_BYTES + (length if kind == speech.DATA else 0)
            if len(self.rest) < size:
                return
            body = bytes(self.rest[speech.HEADER_BYTES:size])
            del self.rest[:size]
            self._take_frame(kind, flags, number, length, body)

    def _take_frame(self, kind, flags, number, length, body):
        if kind == speech.GO_AWAY:
            self.go_away = length
        elif kind == speech.PING_FRAME:
            if flags & speech.ACK:
                self.pongs += 1
            elif self.answers:
                self.reply(speech.frame(speech.PING_FRAME, speech.ACK, 0, length))
        else:
            self._take_stream_frame(flags, number, body)

    def _take_stream_frame(self, flags, number, body):
        stream = self.streams.get(number)
        if flags & speech.SYN and stream is None:
            stream = self.streams[number] = Stream(number)
            if self.answers:
                self.reply(speech.frame(speech.WINDOW_UPDATE, speech.ACK, number, 0))
        if flags & speech.RST:
            self.resets += 1
        if stream is None:
            return
        stream.received += body
        stream.is_reset |= bool(flags & speech.RST)
        stream.is_finished |= bool(flags & speech.FIN)
        if not self.answers or stream.is_reset:
            return
        if body:
            self.reply(speech.frame(speech.WINDOW_UPDATE, 0, number, len(body)))
        if number % 2 != self.next_stream % 2 and number not in self.agreed:
            self._agree(stream)

    def _agree(self, stream):
        """The other side opened a stream, and proposes one protocol after the other."""
        greeting = speech.line(speech.MULTISTREAM)
        if not stream.is_greeted:
            if not stream.received.startswith(greeting):
                return
            del stream.received[:len(greeting)]
            stream.is_greeted = True
            self.reply(speech.data_frame(stream.number, greeting))
        while (taken := speech.take_varint(stream.received)) and len(stream.received) >= sum(taken):
            name = stream.received[taken[1]:sum(taken) - 1].decode()
            del stream.received[:sum(taken)]
            if name in self.speaks:
                self._speak(stream, name)
                return
            self.reply(speech.data_frame(stream.number, speech.line("na")))

    def _speak(self, stream, name):
        self.agreed[stream.number] = name
        self.theirs[name] = stream
        self.reply(speech.data_frame(stream.number, speech.line(name)))
        if name in self.replies:
            self.reply(speech.data_frame(stream.number, self.replies[name], speech.FIN))

    # ---- what is said --------------------------------------------------------------------------

    def watch(self, number):
        """Keeps what comes on a stream that is opened by hand."""
        self.streams[number] = Stream(number)
        return self.streams[number]

    def open(self, protocol=speech.MESHSUB, data=b"", waits=True):
        """Opens a stream and proposes a protocol, at once with the first bytes; returns its number."""
        number = self.next_stream
        self.next_stream += 2
        stream = self.watch(number)
        greeting = speech.line(speech.MULTISTREAM) + speech.line(protocol)
        self.send(speech.frame(speech.WINDOW_UPDATE, speech.SYN, number, 0)
                  + speech.data_frame(number, greeting + data))
        if waits:
            self.wait_until(lambda: len(stream.received) >= len(greeting) or stream.is_reset,
                            f"answer to {protocol}")
            if not stream.received.startswith(greeting):
                raise Failure(f"{protocol} was answered with {bytes(stream.received)!r}")
            with self.arrived:
                del stream.received[:len(greeting)]
        return number

    def say(self, number, data):
        """Sends bytes on a stream, as fast as the socket takes them: the window is watched by nobody. The victim gives
        credit for what it has read, and reads all of a frame before the next."""
        frames = [speech.data_frame(number, data[at:at + FRAME_BYTES]) for at in range(0, len(data), FRAME_BYTES)]
        self.send(b"".join(frames))

    def reset(self, number):
        self.send(speech.frame(speech.WINDOW_UPDATE, speech.RST, number, 0))


class Member(Muxed):
    """A hostile peer in the room of the honest ones: it follows the topic, and what it says is signed."""

    def __init__(self, port, room="main", **settings):
        super().__init__(port, **settings)
        self.topic = speech.topic_of(RENDEZVOUS, room)
        self.numbers = itertools.count(1)  # of its messages
        self.gossip = self.open(speech.MESHSUB)
        self.rpc(speech.subscription(self.topic))

    def rpc(self, *parts):
        """Sends RPCs, each given as its bytes."""
        self.say(self.gossip, b"".join(speech.sized(part) for part in parts))

    def message(self, payload, **changes):
        """An honest message, but for what is changed: author, seqno, topic, signature, key, data."""
        given = {"author": self.peer_id, "seqno": struct.pack(">Q", next(self.numbers)), "topic": self.topic,
                 "data": payload}
        honest = speech.message(given["author"], given["data"], given["seqno"], given["topic"])
        given["signature"] = self.sign(speech.MESSAGE_PREFIX + honest)
        given.update(changes)
        return speech.message(**given)

    def publish(self, *messages):
        self.rpc(*(speech.publish(message) for message in messages))

    def heard(self):
        """The RPCs that came so far, each as its bytes."""
        with self.arrived:
            stream = self.theirs.get(speech.MESHSUB)
            data = bytes(stream.received) if stream else b""
        at, rpcs = 0, []
        while (taken := speech.take_varint(data, at)) and taken[0] + taken[1] <= len(data):
            rpcs.append(data[taken[1]:taken[1] + taken[0]])
            at = taken[0] + taken[1]
        return rpcs

    def heard_messages(self):
        """The messages that came so far, each as a dictionary of its fields by number."""
        return [dict(speech.fields(value)) for rpc in self.heard() for number, value in speech.fields(rpc)
                if number == 2]
