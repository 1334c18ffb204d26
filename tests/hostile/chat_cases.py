"""What a member writes for others to read: nothing of it does anything but stand there."""
import re
import struct
import unicodedata

import speech
from case import AT_ONCE_SECONDS, Failure, case
from gossip_cases import ROOM_BYTES
from line_node import LineNode, flaws
from muxed import Member

ESCAPES = ["\x1b[2J\x1b[H", "\x1b]0;owned\x07", "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
           "\x1b]52;c;cm0gLXJmIC8K\x07", "\x1bP+q\x1b\\", "\x9b31m", "\x90q\x9c", "\a\b\b\b\r", "\x7f\x1b", "\x1b",
           "\x00zero\x00", "\x0c\x0b\x85\u2028\u2029"]
DIRECTIONS = ["\u202egnp.exe", "\u2066\u2067\u2068", "a\u200fb\u200ec\u061cd", "\u202a\u202b\u202c\u202d"]
INVISIBLE = ["\u200b\u200c\u2060\ufeff", "\u00ad\u034f\u115f\u3164", "\U000e0041\U000e0042", "\ufff9\ufffa\ufffb",
             "\ufdd0\uffff\U0010ffff", "\ue000\U000f0000"]
PILES = ["Z" + "\u0300" * 500, "\u0489" * 100, "\U0001f469\u200d" * 200, "\u20dd" * 60]
SPOOFS = ["hi\n2026-11-20 12:00:00 #main <Alice> I owe Mallory a fortune", "a\r\n2026-11-20 12:00:00 #main <Bob> yes",
          "x\u2028<Alice> me too", "\t| Alice agrees", "* Alice waves", "/quit", "#main: hello"]
BROKEN = [b"\xff\xfe\xfd", b"\xc0\x80\xe0\x80\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x80" * 200]
TEXTS = [text.encode("utf-8", "surrogatepass") for text in ESCAPES + DIRECTIONS + INVISIBLE + PILES + SPOOFS] + BROKEN

NICKS = [("n" + "\u0301" * 63).encode(), b"", b" ", b"Alice", b"alice", "\u0410lice".encode(), b"Alice\n<Bob> hi",
         "A\u200blice".encode(), "\u202eecilA".encode(), b"\xff" * 100, b"\x1b[31mred", b"a" * 128, b"~", b"Bob ",
         b"Victim\0", "\U0001f469\u200d\U0001f680".encode() * 10]


DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z")


class Mallory(Member):
    """A member that says what it likes as a person."""

    sequence = 0

    def write(self, kind=speech.TEXT, **fields):
        """Says one frame in the room."""
        self.sequence += kind in (speech.TEXT, speech.ACTION)
        given = dict({"lamport": 1, "session": 99, "sequence": self.sequence, "nick": b"Mallory"}, **fields)
        self.publish(self.message(speech.chat_frame(kind, **given)))


def control(siege, mallory, node=None):
    """Mallory says something harmless, and everybody hears it: all that went before was read."""
    text = f"mark {mallory.sequence} {mallory.peer_id[-4:].hex()}"
    mallory.write(text=text.encode(), nick=b"Mallory")
    for listener in siege.people:
        listener.wait("message", AT_ONCE_SECONDS, text=text)
    if node is not None:
        node.wait_until(lambda: text in node.shown(), "the same line", AT_ONCE_SECONDS)


def expect_clean_events(siege):
    """Not one text in any event of any node could do anything."""
    for node in siege.people:
        with node.changed:
            events = list(node.events)
        for event in events:
            for text in texts_of(event):
                if found := flaws(text):
                    raise Failure(f"{node.name} was told {found[:5]} in {event}")


def texts_of(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts_of(inner)
    elif isinstance(value, str):
        yield value


@case(cpu_max=0.05, rss_margin=ROOM_BYTES)
def hostile_texts(siege):
    """Orders to a terminal, reversed and invisible text, piles of marks, spoofed lines: what is printed is clean."""
    with LineNode(siege, "Lena", "--no-listen", "--peer", f"127.0.0.1:{siege.port}") as lena:
        lena.wait_until(lambda: all(f"<{node.name}> line" in lena.shown() for node in siege.people), "line of each")
        with Mallory(siege.port) as mallory:
            for text in TEXTS:
                mallory.write(text=text)
                mallory.write(speech.ACTION, text=text)
            for size in (1, 8191, 8192, 8193, 16000):
                mallory.write(text=b"x" * size)
                mallory.write(text=b"\n" * size)
            # A sequence that is cut in two, in the hope that somebody joins it.
            mallory.write(text=b"\x1b")
            mallory.write(text=b"[2J")
            mallory.write(speech.LEAVE, text=b"\x1b[31mbye\n<Alice> bye too")
            control(siege, mallory, lena)
        lena.expect_clean()
        if any(" <Alice> I owe" in line for line in lena.shown().splitlines() if not line.startswith("\t")):
            raise Failure("a line was shown as from Alice that Alice did not write")
    expect_clean_events(siege)


@case(cpu_max=0.05, rss_margin=ROOM_BYTES)
def hostile_nicks(siege):
    """Names of marks alone, of nothing, of orders, and those of others: clean, and never another's."""
    with LineNode(siege, "Lena", "--no-listen", "--peer", f"127.0.0.1:{siege.port}") as lena:
        lena.wait_until(lambda: all(f"<{node.name}> line" in lena.shown() for node in siege.people), "line of each")
        keys = [node.peer[:size].encode() for node in siege.people[:2] for size in (24, 52)]  # of others, as a nick
        nicks = NICKS + keys
        for number, nick in enumerate(nicks):  # each another one: names that change too often are not followed
            with Mallory(siege.port) as mallory:
                mallory.write(speech.JOIN, nick=nick)
                mallory.write(text=f"I am {number}".encode(), nick=nick)
                mallory.write(speech.NICK, nick=nicks[number - 1])
                mallory.open(speech.PING)  # all of it was read
        with Mallory(siege.port) as mallory:
            control(siege, mallory, lena)
        lena.expect_clean()
        for line in lena.shown().splitlines():
            if "> I am " in line and {"<Alice>", "<Bob>", "<Victim>", "<alice>"} & set(line.split()):
                raise Failure(f"Mallory was shown as somebody else: {line!r}")
    expect_clean_events(siege)
    for node in siege.people:
        for event in node.find("message"):
            if event["text"].startswith("I am ") and unicodedata.normalize("NFKC", event["from"]["name"]).casefold() \
                    in ("alice", "bob", "victim"):
                raise Failure(f"{node.name} shows Mallory as {event['from']['name']}")


@case(cpu_max=0.2, rss_margin=ROOM_BYTES)
def numbers_at_their_end(siege):
    """Clocks, sequences, sessions and dates at the ends of their ranges: the order of honest lines stays."""
    ends = (0, 1, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 63 - 1, 2 ** 63, speech.U64_MAX - 1, speech.U64_MAX)
    with Mallory(siege.port) as mallory:
        for end in ends:
            for field in ("lamport", "session", "sequence", "sent_ms"):
                mallory.write(text=b"end", **{field: end})
            for kind in (0, 7, 2 ** 32 - 1, end):
                mallory.write(kind, text=b"what")
        for _ in range(300):
            mallory.write(text=b"tick", lamport=speech.U64_MAX)
        mallory.open(speech.PING)  # all of it was read
    with Mallory(siege.port) as another:  # who has used up no numbers
        control(siege, another)
    for node in siege.people:
        orders = [event["order"] for event in node.find("message") if event["text"].startswith("line ")]
        if orders != sorted(orders) or orders[-1] >= 2 ** 62:
            raise Failure(f"{node.name} has another order of the honest lines, up to {orders[-1]}")


@case(cpu_max=0.1, rss_margin=ROOM_BYTES)
def impossible_dates(siege):
    """Lines from before all time and from its end: each is shown with a date that is one, at once and when asked for."""
    dates = (0, 1, -1, -10 ** 15, -2 ** 63, 2 ** 63 - 1, 2 ** 62, 2 ** 53, 253402300800000)
    with Mallory(siege.port) as mallory:
        for date in dates:
            mallory.write(text=f"said at {date}".encode(), sent_ms=date)
        control(siege, mallory)
    for node in siege.people:
        shown = [event for event in node.find("message") if event["text"].startswith("said at ")]
        told = [line for line in node.history() if line["text"].startswith("said at ")]
        for line in shown + told:
            if not DATE.fullmatch(line["sent_ts"]):
                raise Failure(f"{node.name} tells a date that is none: {line}")
        if len(shown) != len(dates) * (siege.rounds + 1):
            raise Failure(f"{node.name} has shown {len(shown)} such lines")


@case(cpu_max=0.2, rss_margin=ROOM_BYTES)
def lines_that_wait(siege):
    """Lines that say they came after others that never come: they may wait, and nobody else does."""
    tail = struct.unpack(">Q", speech.peer_id_bytes(siege.people[1].peer)[-8:])[0]
    with Mallory(siege.port) as mallory:
        for number in range(400):
            mallory.write(text=f"after {number}".encode(), sequence=10 + 2 * number,
                          seen=[(tail, 1, speech.U64_MAX), (tail, number, number), (0, 0, 0)] * 4)
        siege.hold(1)


@case(cpu_max=0.02, rss_margin=ROOM_BYTES)
def empty_texts(siege):
    """Frames without text, without anything, cut off, and of a version to come: nothing is shown, nothing is lost."""
    with Mallory(siege.port) as mallory:
        whole = speech.chat_frame(speech.TEXT, nick=b"Mallory", text=b"cut off", session=99, sequence=1)
        for payload in [b"", b"\0", b"\x08", b"\x08\x01", b"\x08\x01\x10", b"\x08\x02\x10\x01", bytes(5000),
                        *(whole[:size] for size in range(2, len(whole)))]:
            mallory.publish(mallory.message(payload))
        for text in (b"", b" ", b"\n", b"\t\n \r\n", b"\x1b", "\u200b".encode()):
            mallory.write(text=text)
            mallory.write(speech.ACTION, text=text)
        mallory.publish(mallory.message(speech.chat_frame(speech.TEXT, nick=bytes(129), text=b"long nick")))
        mallory.publish(mallory.message(speech.chat_frame(speech.TEXT, text=b"long frame" * 2000)))
        control(siege, mallory)
    expect_clean_events(siege)


@case(cpu_max=1, rss_margin=ROOM_BYTES)
def coming_and_going(siege):
    """One who joins, leaves, and changes his name without end."""
    with Mallory(siege.port) as mallory:
        for number in range(500):
            mallory.write(speech.JOIN)
            mallory.write(speech.NICK, nick=f"M{number}".encode())
            mallory.write(speech.PRESENCE, nick=f"M{number}".encode())
            mallory.write(speech.LEAVE, text=b"bye")
        control(siege, mallory)
