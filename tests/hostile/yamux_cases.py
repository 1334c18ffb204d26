"""Lies of a proven peer to the muxer: frames that are none, and more of everything than anybody needs."""
import struct
import time

import speech
from case import AT_ONCE_SECONDS, DEADLINE_SECONDS, DEADLINE_SLACK_SECONDS, PATIENCE, Failure, case, chance
from muxed import Muxed

LATE = DEADLINE_SECONDS + DEADLINE_SLACK_SECONDS
RESETS_MAX = 1000  # resets_max of SECURITY.md
PROTOCOL_ERROR = 1  # the code of a go-away


def expect_farewell(peer, within=AT_ONCE_SECONDS):
    """The victim says that the protocol was broken, and hangs up."""
    peer.wait_end(within)
    if peer.go_away != PROTOCOL_ERROR:
        raise Failure(f"the farewell was {peer.go_away}")


@case(cpu_max=0.05)
def wrong_frames(siege):
    """Unknown versions and types, streams where none is meant and none where one is meant."""
    dice = chance("wrong_frames")
    wrong = [speech.frame(speech.DATA, speech.SYN, 1, 0, version=version) for version in (1, 2, 255)]
    wrong += [speech.frame(kind, 0, 1, 0) for kind in (4, 5, 127, 255)]
    wrong += [speech.frame(speech.DATA, flags, 0, 0) for flags in (0, speech.SYN, speech.RST, 0xFFFF)]
    wrong += [speech.frame(speech.WINDOW_UPDATE, 0, 0, 1), speech.frame(speech.PING_FRAME, speech.SYN, 1, 0),
              speech.frame(speech.GO_AWAY, 0, 1, 0), dice.randbytes(12), bytes.fromhex("ff" * 12),
              b"GET / HTTP/1.1\r\n\r\n", speech.line(speech.MULTISTREAM)]
    for frame in wrong:
        with Muxed(siege.port) as peer:
            peer.send(frame)
            expect_farewell(peer)


@case(cpu_max=0.02)
def wrong_streams(siege):
    """Numbers that are the other side's to give, that were given before, or that nobody gave."""
    opening = speech.frame(speech.WINDOW_UPDATE, speech.SYN, 1, 0)
    for wrong in (speech.frame(speech.WINDOW_UPDATE, speech.SYN, 2, 0),  # even numbers are the victim's
                  speech.frame(speech.WINDOW_UPDATE, speech.SYN, 2 ** 32 - 2, 0),
                  opening + opening,
                  opening + speech.frame(speech.DATA, speech.RST, 1, 0) + opening,
                  speech.frame(speech.WINDOW_UPDATE, speech.SYN, 5, 0) + opening * 2):
        with Muxed(siege.port) as peer:
            peer.send(wrong)
            expect_farewell(peer)
    with Muxed(siege.port) as peer:  # all of this may happen to honest peers, and is not worth a word
        for number in (1, 2, 3, 100, 2 ** 32 - 1):
            for flags in (0, speech.ACK, speech.FIN, speech.RST, speech.ACK | speech.FIN):
                peer.send(speech.frame(speech.WINDOW_UPDATE, flags, number, 1))
                peer.send(speech.data_frame(number, b"late", flags))
        peer.open()


@case(cpu_max=0.05)
def window_overrun(siege):
    """More than the window allows, announced or sent, and windows that are larger than any number."""
    too_much = speech.WINDOW_BYTES + 1
    for size in (too_much, 2 ** 24, 2 ** 31, 2 ** 32 - 1):
        for flags in (0, speech.SYN):
            with Muxed(siege.port) as peer:
                number = 1 if flags else peer.open(waits=False)
                peer.send(speech.frame(speech.DATA, flags, number, size) + bytes(12))
                expect_farewell(peer)
    with Muxed(siege.port) as peer:
        peer.send(speech.frame(speech.DATA, speech.SYN, 1, too_much) + bytes(too_much))
        expect_farewell(peer)
    for delta in (2 ** 32 - 1, 0xFFFF0000, 2 ** 31):
        with Muxed(siege.port) as peer:
            number = peer.open(speech.PING)
            peer.send(speech.frame(speech.WINDOW_UPDATE, 0, number, delta) * 300)
            peer.send(speech.data_frame(number, bytes(32)))
            peer.wait_until(lambda peer=peer, number=number: len(peer.streams[number].received) >= 32
                            or peer.go_away is not None, "answer to a ping, or farewell")


@case(cpu_max=0.1)
def stray_data(siege):
    """Data without end for a stream that is gone."""
    with Muxed(siege.port) as peer:
        number = peer.open(waits=False)
        peer.reset(number)
        piece = speech.data_frame(number, bytes(32 * 1024)) * 32
        for _ in range(64):
            peer.send(piece)
        expect_farewell(peer, LATE)


@case(cpu_max=0.02)
def syn_flood(siege):
    """Streams without end, about which nothing more is said: refused, and in the end so is the peer."""
    with Muxed(siege.port) as peer:
        peer.send(b"".join(speech.frame(speech.WINDOW_UPDATE, speech.SYN, number, 0) for number in range(1, 40001, 2)))
        peer.wait_end(AT_ONCE_SECONDS)
    with Muxed(siege.port) as peer:  # so slowly that each can be answered
        for number in range(1, 5 * RESETS_MAX, 20):
            before = peer.resets
            peer.send(b"".join(speech.frame(speech.WINDOW_UPDATE, speech.SYN, number + ahead, 0)
                               for ahead in range(0, 20, 2)))
            siege.wait_until(lambda before=before: peer.end or peer.resets > before or peer.resets == 0,
                             "refusal of a stream", AT_ONCE_SECONDS)
        peer.wait_end(AT_ONCE_SECONDS)
        if peer.resets > RESETS_MAX + 10:
            raise Failure(f"{peer.resets} streams were refused before it was enough")


@case(cpu_max=0.02)
def reset_flood(siege):
    """Streams that are opened and reset at once, with and without a proposal in between."""
    for between in (b"", speech.line(speech.MULTISTREAM) + speech.line(speech.IDENTIFY)):
        with Muxed(siege.port) as peer:
            peer.send(b"".join(speech.data_frame(number, between, speech.SYN)
                               + speech.frame(speech.WINDOW_UPDATE, speech.RST, number, 0)
                               for number in range(1, 20001, 2)))
            peer.wait_end(AT_ONCE_SECONDS)


@case(cpu_max=0.05)
def ping_flood(siege):
    """Twenty thousand pings, which are answered; and as many at once, which are too many."""
    ping = speech.frame(speech.PING_FRAME, speech.SYN, 0, 7)
    with Muxed(siege.port) as peer:
        for count in range(100, 20_001, 100):
            peer.send(ping * 100)
            peer.wait_until(lambda count=count: peer.pongs >= count, "answer to each ping")
    with Muxed(siege.port) as peer:
        peer.send(ping * 20_000)
        expect_farewell(peer)


@case(cpu_max=0.5, slow=True)
def ping_flood_without_reading(siege):
    """Pings without end from somebody who takes no answer: read no further, and sent away when the time is up."""
    with Muxed(siege.port, is_narrow=True) as peer:
        peer.pause()
        pings = speech.frame(speech.PING_FRAME, speech.SYN, 0, 7) * 100
        deadline = time.monotonic() + 2 * LATE * PATIENCE
        while peer.end is None and time.monotonic() < deadline:
            peer.send(pings)
            time.sleep(0.001)  # more at once than the victim can answer would be another attack
        peer.go_on()
        peer.wait_end(LATE)


@case(cpu_max=0.02)
def go_away_storm(siege):
    """Farewells of every kind, again and again, with more to say behind them."""
    for code in (0, 1, 2, 3, 2 ** 32 - 1):
        with Muxed(siege.port) as peer:
            peer.send(speech.frame(speech.GO_AWAY, 0, 0, code) * 5000 + speech.data_frame(1, b"and", speech.SYN))
            peer.wait_end(AT_ONCE_SECONDS)


@case(cpu_max=0.02)
def stream_proposals(siege):
    """On a stream: no lines, endless lines, protocols that nobody speaks. The stream ends, and the connection stays."""
    hello = speech.line(speech.MULTISTREAM)
    wrong = [b"\0" * 100, b"\xff" * 20, speech.sized(b"/multistream/1.0.0 "), hello + speech.varint(2000) + b"a" * 2000,
             hello + b"".join(speech.line(f"/nonsense/{number}") for number in range(60)),
             hello + speech.line("ls") * 100, b"GET / HTTP/1.1\r\n" * 10]
    with Muxed(siege.port) as peer:
        for data in wrong:
            stream = peer.watch(peer.next_stream)
            peer.next_stream += 2
            peer.send(speech.data_frame(stream.number, data, speech.SYN))
            peer.wait_until(lambda stream=stream: stream.is_reset, "reset")
        peer.open(speech.PING)


@case(cpu_max=0.02, slow=True)
def slow_streams(siege):
    """Streams on which one byte a second comes: each ends at its deadline, and there are never many of them."""
    words = speech.line(speech.MULTISTREAM) + speech.line(speech.PING)
    with Muxed(siege.port) as peer:
        numbers = range(1, 200, 2)
        for number in numbers:
            peer.watch(number)
            peer.send(speech.data_frame(number, words[:1], speech.SYN))
        peer.wait_until(lambda: peer.resets >= len(numbers) - 16, "reset of all but 16 streams", AT_ONCE_SECONDS)
        left = [number for number in numbers if not peer.streams[number].is_reset]
        for byte in words[1:DEADLINE_SECONDS + 2]:
            peer.send(b"".join(speech.data_frame(number, bytes([byte])) for number in left))
            siege.hold(1)
        peer.wait_until(lambda: all(peer.streams[number].is_reset for number in numbers), "reset of all streams",
                        DEADLINE_SLACK_SECONDS)


@case(cpu_max=0.2)
def half_closed_streams(siege):
    """Streams that end before, amid and after what they are for."""
    words = speech.line(speech.MULTISTREAM) + speech.line(speech.PING) + bytes(40)
    for size in range(len(words) + 1):
        with Muxed(siege.port) as peer:
            peer.watch(1)
            peer.send(speech.data_frame(1, words[:size], speech.SYN | speech.FIN))
            peer.wait_until(lambda peer=peer: peer.streams[1].is_reset or peer.streams[1].is_finished, "end")


@case(cpu_max=0.1)
def random_frames(siege):
    """Frames with headers that could be right, in any order."""
    dice = chance("random_frames")
    for _ in range(30):
        with Muxed(siege.port) as peer:
            for _ in range(50):
                kind, flags = dice.choice((0, 0, 1, 1, 2, 3)), dice.choice((0, 1, 2, 4, 8, 5, 9))
                number = dice.choice((0, 1, 3, 5, 7, 2, 4)) if kind < 2 else 0
                size = dice.choice((0, 1, 12, 500)) if kind == 0 else dice.getrandbits(32)
                peer.send(struct.pack(">BBHII", 0, kind, flags, number, size)
                          + (dice.randbytes(size) if kind == 0 else b""))
